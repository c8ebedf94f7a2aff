"""Documents from the user's own disk: plain text, Markdown and HTML, as articles."""

import re
from datetime import UTC, datetime
from pathlib import Path

from monitor.core.errors import FigurewatchError
from monitor.core.types.feeds import Article
from monitor.sources.sanitise import clean_text

SUFFIXES = frozenset({".txt", ".md", ".html", ".htm"})
MAX_BYTES = 16 * 1024 * 1024
_HTML = frozenset({".html", ".htm"})
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$")
_TITLE = 200  # a first line longer than this is no title


class DocumentFileError(FigurewatchError):
    """A file cannot be read as a document; the message names it and the remedy."""

    exit_code = 2


def read_document(path: Path) -> Article:
    """The document in `path`; its address is the file's name, its date unknown unless the page tells it.

    The first line of a plain text is its title and stays part of the text. Raises FigurewatchError.
    """
    data = _bytes(path)
    if path.suffix.lower() in _HTML:
        from monitor.sources.article import extract_article  # with lxml: the daemon looks for documents as it starts

        now = datetime.now(UTC)
        page = extract_article(data, "text/html", f"https://{path.name}.invalid/", now=now)
        return _file(path, page.title, page.text, page.language, page.published)
    try:
        text = clean_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DocumentFileError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    if not text.strip():
        raise DocumentFileError(f"{path}: there is no text in it; give a document with text")
    return _file(path, _title(text), text, None, None)


def _file(path: Path, title: str, text: str, language: str | None, published: datetime | None) -> Article:
    return Article(path.name, path.name, title, text, language, published, "file", "")


def _title(text: str) -> str:
    first = next(line.strip() for line in text.split("\n") if line.strip())
    heading = _MARKDOWN_HEADING.match(first)
    title = heading[1] if heading else first
    return title if len(title) <= _TITLE else ""


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentFileError(f"{path}: {error.strerror or type(error).__name__}; check the file's name") from None
    if len(data) > MAX_BYTES:
        raise DocumentFileError(f"{path}: more than {MAX_BYTES // 2**20} MiB; give a smaller document")
    return data
