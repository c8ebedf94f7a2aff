"""Loads the seed corpus into the ledger as the baseline: cards as they stand, documents read as they are dropped.

Nothing of a seed is ever told. A card or document that was loaded before is known by its content and changes nothing;
a corrected card replaces what it said.
"""

import asyncio
import contextlib
import re
import textwrap
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from hashlib import blake2b
from pathlib import Path

from monitor.core.dedup import RULES, Fingerprint, packed, unpacked
from monitor.core.errors import FigurewatchError
from monitor.core.types.feeds import Article
from monitor.core.types.figures import Figure, Period, PeriodKind, PeriodSource, Quantity, Role
from monitor.core.types.ledger import Claim, SeriesKey, SourceKind
from monitor.core.types.seeds import SeedCard, SeedFigure
from monitor.sources.cards import CardError, load_card
from monitor.sources.documents import SUFFIXES, read_document
from monitor.steps.commit import Committed, Prepared, commit_article
from monitor.steps.copies import Print
from monitor.steps.read import prepare
from monitor.steps.world import World
from monitor.store import facts

CARD_SUFFIXES = frozenset({".yaml", ".yml"})
_FORMAT = str(RULES)  # of the fingerprint: what is hashed, and how
_LOADED = "seeds"  # the fact that holds what was loaded last
_AROUND = 24  # characters of evidence on each side of a number


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What loading the corpus did; `problems` are in words, one a file that could not be used."""

    loaded: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


async def load_seeds(world: World, folder: Path) -> SeedReport:
    """Bring every card and document in `folder` into the ledger; a missing folder is an empty one.

    A folder in which nothing has changed since all of it was loaded is not read again.
    """
    files = await asyncio.to_thread(seed_files, folder)
    content = await asyncio.to_thread(_content, files)
    before = await world.read(lambda tx: facts.get(tx, _LOADED))
    if before is not None and before[0] == content:
        return SeedReport(known=tuple(file.name for file in files))
    loaded: list[str] = []
    known: list[str] = []
    problems: list[str] = []
    for file in files:
        try:
            prepared = await _prepared(world, file)
        except FigurewatchError as error:
            problems.append(str(error))
            continue
        outcome = (await _commit(world, prepared)).outcome
        (known if outcome == "known" else loaded).append(file.name)
    if not problems:
        await world.write(lambda tx: facts.put(tx, _LOADED, content, world.clock.now()))
    return SeedReport(tuple(loaded), tuple(known), tuple(problems))


def _content(files: Sequence[Path]) -> str:
    """One word for the names and bytes of all files."""
    digest = blake2b(_FORMAT.encode(), digest_size=16)
    for file in files:
        with contextlib.suppress(OSError):  # said when it is loaded
            data = file.read_bytes()
            digest.update(f"{file.name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()


async def _commit(world: World, prepared: Prepared) -> Committed:
    now = world.clock.now()
    return await world.write(lambda tx: commit_article(tx, prepared, world.reader, now))


def seed_files(folder: Path) -> tuple[Path, ...]:
    """The cards and documents in a folder, cards first, each by name. README files are no seeds."""
    if not folder.is_dir():
        return ()
    files = [file for file in folder.iterdir() if file.is_file() and file.stem.lower() != "readme"]
    cards = [file for file in files if file.suffix.lower() in CARD_SUFFIXES]
    documents = [file for file in files if file.suffix.lower() in SUFFIXES]
    return (*sorted(cards), *sorted(documents))


async def _prepared(world: World, file: Path) -> Prepared:
    if file.suffix.lower() in CARD_SUFFIXES:
        return card_prepared(await asyncio.to_thread(load_card, file), file.name, world.clock.now())
    article = await asyncio.to_thread(read_document, file)
    if article.published is None:
        modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        article = replace(article, published=min(modified, world.clock.now()))
    prepared = await prepare(world, article, background=True)
    return replace(prepared, source=SourceKind.SEED, identity=f"seed:{file.name}"[:64], refetch=False)


def card_of(article: Article, figures: tuple[Figure, ...], printed: Print, *, name: str, source: str) -> SeedCard:
    """The card of an article that has been read: the bound figures, each with a few words around its number."""
    if article.published is None:
        raise FigurewatchError(f"{name}: the document does not say when it was published; give --date YYYY-MM-DD")
    return SeedCard(
        id=name,
        language=article.language or "und",
        date=article.published.date(),
        source=source,
        title=article.title,
        url=article.url if article.url.startswith("http") else "",
        fingerprint=write_print(printed),
        figures=tuple(_seed_figure(one, article.text) for one in figures if one.metric and not one.quantity.vague),
    )


def _seed_figure(figure: Figure, text: str) -> SeedFigure:
    q = figure.quantity
    begin = max(q.start - _AROUND, figure.quote_start)
    end = min(q.end + _AROUND, figure.quote_start + len(figure.quote))
    before, after = text[begin : q.start], text[q.end : end]
    evidence = f"{_from_word(before)}{text[q.start : q.end]}{_to_word(after)}"
    return SeedFigure(
        series=SeriesKey(figure.metric or "", figure.period.text if figure.period else "", q.unit),
        claim=Claim(q.low, q.high, q.low_step, q.high_step, q.modifier),
        status=figure.status,
        speaker=figure.speaker,
        printed=" ".join(text[q.start : q.end].split()),
        evidence=" ".join(evidence.split()),
    )


def _from_word(text: str) -> str:
    """Without the part of a word it may begin with."""
    return re.sub(r"^\w+\s", "", text) if len(text) == _AROUND else text


def _to_word(text: str) -> str:
    return re.sub(r"\s\w+$", "", text) if len(text) == _AROUND else text


def card_prepared(card: SeedCard, name: str, now: datetime) -> Prepared:
    """A card as an article ready for the ledger: its text is its evidence, its print that of the document."""
    try:
        printed = read_print(card.fingerprint)
    except ValueError:
        problem = "fingerprint: made by another version, or damaged; make the card anew with `figurewatch seeds add`"
        raise CardError(f"{name}: {problem}") from None
    figures, text = [], ""
    for one in card.figures:
        figures.append(_figure(one, len(text), card.language))
        text += one.evidence + "\n"
    said = blake2b(repr((_FORMAT, printed.text_hash, card.date, card.figures)).encode(), digest_size=16).hexdigest()
    return Prepared(
        article=Article(
            url=card.url or name,
            canonical_url=card.url or f"seed:{card.id}",
            title=card.title,
            text=text.rstrip("\n"),
            language=card.language,
            published=min(datetime.combine(card.date, time(), UTC), now),
            origin="file",
            publisher=card.source,
        ),
        figures=tuple(figures),
        print=replace(printed, text_hash=said),
        source=SourceKind.SEED,
        seen_at=now,
        background=True,
        identity=f"seed:{card.id}"[:64],
        refetch=False,
    )


def _figure(seed: SeedFigure, start: int, language: str) -> Figure:
    at = max(seed.evidence.find(seed.printed), 0)
    claim, period = seed.claim, seed.series.period
    quantity = Quantity(
        start=start + at,
        end=start + at + len(seed.printed),
        text=seed.printed,
        low=claim.low,
        high=claim.high,
        low_step=claim.low_step,
        high_step=claim.high_step,
        unit=seed.series.unit,
        modifier=claim.modifier,
        language=language,
    )
    return Figure(
        quantity=quantity,
        metric=seed.series.metric,
        period=Period(period, period_kind(period), PeriodSource.CLAUSE) if period else None,
        status=seed.status,
        role=Role.BACKGROUND,
        speaker=seed.speaker,
        quote=seed.evidence,
        quote_start=start,
        language=language,
        reasons=("from a seed card",),
        rules="card",
    )


def period_kind(period: str) -> PeriodKind:
    """The kind of a canonical period text."""
    if period.startswith("by "):
        return PeriodKind.BY
    if ".." in period:
        return PeriodKind.SPAN
    if "-Q" in period:
        return PeriodKind.QUARTER
    return PeriodKind.MONTH if "-" in period else PeriodKind.YEAR


def write_print(printed: Print) -> str:
    """A print as lines of text for a card, from which no text can be had: hashes, and the numbers that it prints."""
    mark = printed.fingerprint
    head = f"{_FORMAT} {printed.text_hash} {mark.scale} {mark.size}"
    return "\n".join((head, *_lines("numbers", " ".join(sorted(mark.numbers, key=lambda one: (len(one), one)))),
                      *_lines("keys", _encoded(mark.keys)), *_lines("hashes", _encoded(mark.hashes))))  # fmt: skip


def read_print(text: str) -> Print:
    """The print that `write_print` wrote. Raises ValueError."""
    head, *words = text.split("\n")
    version, text_hash, scale, size = head.split()
    if version != _FORMAT:
        raise ValueError(version)
    parts: dict[str, list[str]] = {"numbers": [], "keys": [], "hashes": []}
    part = parts["numbers"]
    for word in " ".join(words).split():
        if word in parts:
            part = parts[word]
        else:
            part.append(word)
    hashes, keys = _decoded("".join(parts["hashes"])), _decoded("".join(parts["keys"]))
    return Print(text_hash, Fingerprint(hashes, int(scale), keys, int(size), frozenset(parts["numbers"])))


def _lines(name: str, body: str) -> list[str]:
    return textwrap.wrap(f"{name} {body}", 108, break_on_hyphens=False)


def _encoded(hashes: tuple[int, ...]) -> str:
    return b64encode(packed(hashes)).decode()


def _decoded(text: str) -> tuple[int, ...]:
    return unpacked(b64decode(text, validate=True))
