"""From a page to its figures when 3 pages in 100 matter: gate, extraction and reading beside extracting every page."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from material import Page, irrelevant, page, story_pages
from measure import OURS, alternate, cpu, emit, full_size
from trafilatura import extract

from monitor.core.read import read_story
from monitor.core.relevance import assess
from monitor.core.types.figures import Story
from monitor.packs.load import load_packs
from monitor.sources.article import cheap_text, extract_article
from monitor.sources.errors import NoText
from monitor.steps.copies import print_of

PEER = "trafilatura's defaults, then the same reading"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
PACKS = load_packs()
T = TypeVar("T")


def passes(one: Page) -> bool:
    """The gate as the read step has it: title and all visible text."""
    return assess(one.title, "", cheap_text(one.html, HTML), None, PACKS.topics).matched


def ours(pages: list[Page]) -> int:
    """Gate, extraction, the gate again on the article alone, reading; how many figures."""
    figures = 0
    for one in pages:
        if not passes(one):
            continue
        try:
            article = extract_article(one.html, HTML, "https://paper.example/a", now=NOW)
        except NoText:
            continue
        if assess(one.title, "", article.text, article.language, PACKS.topics).matched:
            figures += read(article.title, article.text, article.language)
    return figures


def theirs(pages: list[Page]) -> int:
    """Every page taken out by trafilatura's defaults and read."""
    return sum(read(one.title, extract(one.html) or "", None) for one in pages)


def read(title: str, text: str, language: str | None) -> int:
    """How many figures a text has."""
    return len(read_story(Story("a", title, text, date(2026, 1, 5), language), PACKS).figures)


def mixed(count: int, share: float) -> list[Page]:
    """So many pages, of which `share` are about what is watched."""
    matter = story_pages()
    pages = irrelevant(count)
    for number in range(round(count * share)):
        pages[number * count // max(1, round(count * share))] = matter[(number * 7) % len(matter)]
    return pages


def padded(number: int, one: Page) -> Page:
    """The story in a page of twice the clutter."""
    title, *parts = one.text.split("\n")
    return page(90_000 + number, title=title, paragraphs=parts, language=one.language, story=one.story,
                kilobytes=(150, 300))  # fmt: skip


def stages(pages: list[Page]) -> None:
    """What each stage of the chain takes of the whole."""
    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        before = cpu()
        found = work()
        taken[name] = taken.get(name, 0.0) + cpu() - before
        return found

    for one in pages:
        text = timed("text of the page for the gate", lambda one=one: cheap_text(one.html, HTML))
        found = timed("relevance", lambda one=one, text=text: assess(one.title, "", text, None, PACKS.topics))
        if not found.matched:
            continue
        article = timed("extraction", lambda one=one: extract_article(one.html, HTML, "https://p.example/a", now=NOW))
        timed("figures", lambda a=article: read(a.title, a.text, a.language))
        timed("fingerprint", lambda a=article: print_of(a.text))
    for name, seconds in taken.items():
        emit("chain: where the time goes", name, len(pages), seconds / len(pages) * 1000, "ms a page")


def main() -> None:
    """The chain at 3 %, at other shares, and the gate's recall."""
    whole = full_size()
    count = 200 if whole else 34
    warm = mixed(4, 0.25)
    ours(warm), theirs(warm)
    shares = (0.03, 0.0, 0.1, 0.3, 1.0) if whole else (0.03,)
    for share in shares:
        pages = mixed(count if share == shares[0] else count // 2, share)
        cases = {OURS: lambda pages=pages: ours(pages), PEER: lambda pages=pages: theirs(pages)}
        for who, seconds in alternate(3 if whole else 1, cases):
            what = "chain, 3 % of the pages matter" if share == shares[0] else "chain by share"
            emit(what, who, share * 100, seconds / len(pages) * 1000, "ms a page")
    stages(mixed(100, 0.03))
    matter = story_pages()
    matter += [padded(number, one) for number, one in enumerate(matter)]
    found = [passes(one) for one in matter]
    emit("gate: recall on pages that matter", OURS, len(matter), sum(found) / len(found), "recall")
    emit("gate: recall on pages that matter", "no gate", len(matter), 1.0, "recall")
    for one in (one for one, good in zip(matter, found, strict=True) if not good):
        emit(f"missed: {one.story}", OURS, len(one.html), 0, "page")
    others = irrelevant(count, start=5000)
    emit("gate: pages let through that do not matter", OURS, count, sum(map(passes, others)) / count, "share")


if __name__ == "__main__":
    main()
