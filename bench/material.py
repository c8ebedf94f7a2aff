"""What the bench reads: made-up news, article pages with the clutter of real ones, and the stories at hand."""

import html
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import gold

_NOUNS = """council harvest museum bridge garden school concert market station library painter orchard festival harbour
village teacher railway kitchen stadium theatre mountain bakery election hospital ferry budget committee river summer
weather tram exhibition castle factory court police minister mayor union airport farm forest hotel lawyer nurse
orchestra parliament referee reporter restaurant scientist singer student tenant trainer visitor volunteer winery
""".split()
_VERBS = """opened closed praised rejected repaired visited described painted delayed approved questioned celebrated
welcomed inspected rebuilt defended announced cancelled postponed examined supported criticised expanded restored
""".split()
_ADJECTIVES = """old new quiet famous local northern southern empty crowded narrow bright heavy early late public
private popular modest damaged wooden historic temporary annual regional cautious remarkable
""".split()
_PLACES = """Lisbon Turin Bergen Krakow Ghent Porto Graz Leipzig Tampere Galway Split Basel Malmo Nantes Bilbao Varna
""".split()
_LINKS = ("while", "because", "although", "before", "after", "and", "but")
_SHARE = ("Share on Facebook", "Follow us on Instagram", "Send by WhatsApp", "Post on Threads", "Print", "Save")


class Writer:
    """Writes news that is the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def clause(self) -> str:
        """The old harvest in Ghent delayed a crowded ferry."""
        pick = self.random.choice
        place = f" in {pick(_PLACES)}" if self.random.random() < 0.3 else ""
        whom = pick(("a", "the", "its", "their", "another"))
        return f"the {pick(_ADJECTIVES)} {pick(_NOUNS)}{place} {pick(_VERBS)} {whom} {pick(_ADJECTIVES)} {pick(_NOUNS)}"

    def sentence(self) -> str:
        """One to three clauses, now and then with a number."""
        parts = [self.clause()]
        while len(parts) < 3 and self.random.random() < 0.6:
            parts.append(f"{self.random.choice(_LINKS)} {self.clause()}")
        if self.random.random() < 0.25:
            parts.append(f"for the {self.random.randrange(2, 900)} people who had come")
        text = ", ".join(parts)
        return f"{text[0].upper()}{text[1:]}."

    def paragraph(self) -> str:
        """Two to five sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randrange(2, 6)))

    def article(self, words: int) -> list[str]:
        """Paragraphs of about so many words together."""
        made: list[str] = []
        while sum(len(one.split()) for one in made) < words:
            made.append(self.paragraph())
        return made

    def headline(self) -> str:
        """A clause, capitalised."""
        text = self.clause()
        return f"{text[0].upper()}{text[1:]}"


class Tongue:
    """A made-up language whose words are as unevenly used as those of any other: for texts that are to be compared."""

    def __init__(self, words: int = 20_000) -> None:
        chance = random.Random(words)
        syllables = [a + b for a in "bdfghklmnprstvz" for b in "aeiou"]
        self.words = ["".join(chance.choices(syllables, k=1 + min(3, n // 60))) + chance.choice("nrst ").strip()
                      for n in range(words)]  # fmt: skip
        total, self.upto = 0.0, []
        for rank in range(words):
            total += 1 / (rank + 3)
            self.upto.append(total)

    def sentences(self, number: int, characters: int) -> list[str]:
        """Text number so-and-so: the same each time, sentence by sentence."""
        chance = random.Random(number)
        made: list[str] = []
        left = characters
        while left > 0:
            words = chance.choices(self.words, cum_weights=self.upto, k=chance.randrange(8, 30))
            if chance.random() < 0.2:
                words.append(str(chance.randrange(2, 5000)))
            made.append(f"{words[0].capitalize()} {' '.join(words[1:])}.")
            left -= len(made[-1])
        return made


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is known of it. `story`: the id of a story that must be read, None for any other page."""

    html: bytes
    text: str
    title: str
    language: str
    story: str | None = None


def page(number: int, *, title: str = "", paragraphs: list[str] | None = None, language: str = "en",
         story: str | None = None, kilobytes: tuple[int, int] = (50, 150)) -> Page:  # fmt: skip
    """An article page of 50 to 150 KB in one of five layouts; without paragraphs, about nothing that is watched."""
    writer = Writer(number)
    title = title or writer.headline()
    paragraphs = paragraphs or writer.article(writer.random.randrange(300, 1100))
    target = writer.random.randrange(*kilobytes) * 1000
    body = _LAYOUTS[number % len(_LAYOUTS)](writer, title, paragraphs)
    head = _head(writer, title, language)
    tail = _tail(writer)
    missing = target - sum(len(part.encode()) for part in (head, body, tail))
    state = _state(writer, max(0, missing * 6 // 10))
    more = _menus(writer, max(0, missing * 4 // 10))
    whole = f"{head}<body>{more[0]}{body}{more[1]}{tail}{state}</body></html>"
    return Page(whole.encode(), "\n".join([title, *paragraphs]), title, language, story)


def _head(writer: Writer, title: str, language: str) -> str:
    rules = "".join(f".{writer.random.choice(_NOUNS)}-{n}{{margin:{n}px;color:#{n:06x}}}" for n in range(60))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)} - The Paper'
        f'</title><meta name="description" content="{html.escape(writer.sentence())}"><link rel="canonical" '
        f'href="https://paper.example/{writer.random.random()}"><style>{rules}</style></head>'
    )


def _share() -> str:
    return "<ul class='share'>" + "".join(f"<li><a href='#'>{word}</a></li>" for word in _SHARE) + "</ul>"


def _paragraphs(writer: Writer, parts: list[str]) -> str:
    made = []
    for number, part in enumerate(parts):
        made.append(f"<p>{html.escape(part, quote=False)}</p>")
        if number % 4 == 2:
            made.append(f"<div class='ad-slot' id='ad{number}'><script>ads.push({number})</script></div>")
        if number % 5 == 3:
            made.append(f"<aside class='related-box'><h4>Read also</h4><a href='/x'>{writer.headline()}</a></aside>")
    return "".join(made)


def _semantic(writer: Writer, title: str, parts: list[str]) -> str:
    head = f"<header><h1>{html.escape(title)}</h1><p class='byline'>By a reporter</p></header>{_share()}"
    return f"<main><article>{head}<div class='article-body'>{_paragraphs(writer, parts)}</div></article></main>"


def _divs(writer: Writer, title: str, parts: list[str]) -> str:
    return (f"<div id='wrap'><div class='col-8'><h1 class='headline'>{html.escape(title)}</h1>{_share()}"
            f"<div class='story-content'>{_paragraphs(writer, parts)}</div></div></div>")  # fmt: skip


def _main(writer: Writer, title: str, parts: list[str]) -> str:
    return (f"<main id='content'><h1>{html.escape(title)}</h1><section class='post-content'>"
            f"{_paragraphs(writer, parts)}</section>{_share()}</main>")  # fmt: skip


def _soup(_writer: Writer, title: str, parts: list[str]) -> str:
    inner = "".join(f"<div class='css-1{n}ab'><p class='css-{n}'>{html.escape(part, quote=False)}</p></div>"
                    for n, part in enumerate(parts))  # fmt: skip
    return f"<div class='css-9z'><h1>{html.escape(title)}</h1><div class='css-77 body'>{inner}</div></div>{_share()}"


def _entry(writer: Writer, title: str, parts: list[str]) -> str:
    picture = (
        f"<figure><img src='/i.jpg' alt=''><figcaption>Photo: {writer.random.choice(_PLACES)}</figcaption></figure>"
    )
    return (f"<article class='post'><h1 class='entry-title'>{html.escape(title)}</h1>{picture}"
            f"<div class='entry-content'>{_paragraphs(writer, parts)}</div>{_share()}</article>")  # fmt: skip


_LAYOUTS = (_semantic, _divs, _main, _soup, _entry)


def _menus(writer: Writer, size: int) -> tuple[str, str]:
    """A menu above the text and lists of other stories below it, of so many bytes together."""
    menu, below, used = [], [], 0
    while used < size // 3:
        word = writer.random.choice(_NOUNS)
        menu.append(f"<li class='nav-item'><a href='/section/{word}' data-track='nav.{word}'>{word.title()}</a></li>")
        used += len(menu[-1])
    while used < size:
        below.append(f"<div class='teaser'><a href='/s/{used}'><img src='/t/{used}.jpg' loading='lazy' alt=''><h3>"
                     f"{writer.headline()}</h3></a><span class='time'>{used % 23} hours ago</span></div>")  # fmt: skip
        used += len(below[-1])
    return f"<header><nav><ul>{''.join(menu)}</ul></nav></header>", f"<section class='more'>{''.join(below)}</section>"


def _tail(writer: Writer) -> str:
    comments = "".join(f"<div class='comment'><b>user{n}</b><p>{writer.sentence()}</p></div>" for n in range(4))
    return (f"<div id='comments'>{comments}</div><footer><p>Copyright The Paper. All rights reserved.</p>"
            "<a href='/terms'>Terms</a> <a href='/privacy'>Privacy</a></footer>")  # fmt: skip


def _state(writer: Writer, size: int) -> str:
    """The page's data as its own scripts want it: half of what many pages weigh."""
    rows = []
    used = 0
    while used < size:
        rows.append({"id": writer.random.random(), "kind": writer.random.choice(_NOUNS), "title": writer.headline()})
        used += 110
    return f"<script>window.__STATE__ = {json.dumps(rows)};</script>"


def irrelevant(count: int, start: int = 0) -> list[Page]:
    """Pages about nothing that is watched."""
    return [page(start + number) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Told:
    """A story to read. `relevant`: it has figures that are watched."""

    id: str
    language: str
    date: str
    title: str
    text: str
    relevant: bool


def stories() -> list[Told]:
    """The project's gold stories, and those of the evaluation folder beside the checkout where there is one."""
    rows = [(row, bool(row["on_topic"])) for row in gold.parse()[0]]
    folder = ROOT.parent / "shared" / "eval"
    for name in ("seeds", "dev"):
        path = folder / name / "stories.jsonl"
        if path.is_file():
            known = _tracked(folder / name / "gold_figures.jsonl")
            more = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            rows += [(row, row["id"] in known) for row in more]
    return [Told(str(row["id"]), row.get("lang") or "en", str(row["date"]), row["title"], row["text"], relevant)
            for row, relevant in rows]  # fmt: skip


def _tracked(path: Path) -> set[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {row["story"] for row in rows if row.get("tracked", True) and row.get("metric") not in (None, "other")}


def story_pages(only_relevant: bool = True) -> list[Page]:
    """The stories as pages, each in the clutter of another site."""
    made = []
    for number, one in enumerate(stories()):
        if one.relevant or not only_relevant:
            parts = [part.strip() for part in one.text.split("\n") if part.strip()]
            made.append(page(70_000 + number, title=one.title, paragraphs=parts, language=one.language, story=one.id))
    return made
