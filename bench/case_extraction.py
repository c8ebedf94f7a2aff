"""Taking the article out of a page: figurewatch beside trafilatura's defaults, with the F1 of both against the text."""

import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from material import Page, irrelevant, story_pages
from measure import OURS, alternate, emit, full_size
from trafilatura import extract

from monitor.sources.article import extract_article
from monitor.sources.errors import NoText

PEER = "trafilatura's defaults"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
WORD = re.compile(r"\w+")


def ours(page: Page) -> str:
    """The text figurewatch takes out."""
    try:
        return extract_article(page.html, "text/html; charset=utf-8", "https://paper.example/a", now=NOW).text
    except NoText:
        return ""


def theirs(page: Page) -> str:
    """The text trafilatura takes out when asked without settings."""
    return extract(page.html) or ""


def without_comments(page: Page) -> str:
    """The same for the F1: that readers' comments come along by default is a choice, not an error."""
    return extract(page.html, include_comments=False) or ""


def once(text: str) -> str:
    """Each line of a text once."""
    return "\n".join(dict.fromkeys(line.strip() for line in text.split("\n")))


def f1(found: str, page: Page) -> float:
    """Words found and words there, as bags; the headline is neither asked for nor held against anybody.

    Nor is it a merit or a fault to bring a paragraph again that the page prints twice.
    """
    got, want = (Counter(WORD.findall(once(text.removeprefix(page.title)))) for text in (found.strip(), page.text))
    shared = sum((got & want).values())
    return 2 * shared / (got.total() + want.total()) if shared else 0.0


def real_pages() -> list[Page]:
    """The pages of the folder that FIGUREWATCH_BENCH_PAGES names; what stands in them is not known."""
    folder = os.environ.get("FIGUREWATCH_BENCH_PAGES")
    paths = sorted(Path(folder).rglob("*.htm*")) if folder else []
    return [Page(path.read_bytes(), "", path.name, "en") for path in paths[:300]]


def measure(what: str, pages: list[Page], times: int, *, known: bool) -> None:
    """Both in turn over the same pages."""
    readers: dict[str, Callable[[Page], str]] = {OURS: ours, PEER: theirs}
    cases = {who: lambda read=read: [read(page) for page in pages] for who, read in readers.items()}
    for who, seconds in alternate(times, cases):
        emit(what, who, len(pages), seconds / len(pages) * 1000, "ms a page")
    if known:
        for who, read in ((OURS, ours), (PEER, without_comments)):
            emit(f"{what}: F1", who, len(pages), sum(f1(read(page), page) for page in pages) / len(pages), "F1")


def main() -> None:
    """Pages of stories that matter and long articles; then growth with their number and length."""
    whole = full_size()
    matter = story_pages() + irrelevant(100 if whole else 10, start=500)
    ours(matter[0]), theirs(matter[0])  # what is only set up once
    measure("extraction", matter[:: 1 if whole else 8], 3 if whole else 1, known=True)
    if real := real_pages():
        measure("extraction, real pages", real, 3, known=False)


if __name__ == "__main__":
    main()
