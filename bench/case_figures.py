"""Reading figures: characters a second beside Recognizers-Text, quantulum3 and price-parser, and growth with length."""

import contextlib
import io
import logging
import random
import re
import warnings
from collections.abc import Callable
from datetime import date

from material import Told, Writer, stories
from measure import OURS, alternate, emit, full_size, spent

from monitor.core.quantities import read_quantities
from monitor.core.read import read_story
from monitor.core.types.figures import Story
from monitor.packs.load import load_packs

with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from price_parser import Price
    from quantulum3 import parser as quantulum
    from recognizers_number_with_unit import recognize_currency, recognize_dimension

PACKS = load_packs()
DAY = date(2026, 1, 5)
CULTURES = {"en": "en-us", "zh": "zh-cn", "fr": "fr-fr", "pt": "pt-br", "de": "de-de", "es": "es-es", "ja": "ja-jp"}
STAGE, WHOLE = "figures: quantities", "figures: whole story"


def base(language: str) -> str:
    """pt-BR -> pt."""
    return language.replace("_", "-").split("-")[0].lower()


def read_one(one: Told, *, detect: bool = False) -> object:
    """The whole reading: quantities, metrics, periods, who says so."""
    return read_story(Story(one.id, one.title, one.text, DAY, None if detect else one.language), PACKS)


def quantities(one: Told) -> object:
    """Numbers with their units alone: what the peers do."""
    return read_quantities(one.text, one.language, PACKS)


def recognizers(one: Told) -> object:
    """Money and dimensions, the two models that cover what is watched."""
    culture = CULTURES[base(one.language)]
    return recognize_currency(one.text, culture), recognize_dimension(one.text, culture)


def quantulums(one: Told) -> object:
    """Every quantity; English only."""
    return quantulum.parse(one.text)


def prices(one: Told) -> object:
    """A price a sentence: it reads one from a string."""
    return [Price.fromstring(part) for part in re.split(r"(?<=[.。!?])\s*", one.text)]


def usable(peer: Callable[[Told], object], told: list[Told]) -> list[Told]:
    """The stories that the peer can read at all."""
    good = []
    for one in told:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                peer(one)
        except Exception:  # noqa: BLE001 - a peer may fail in any way; it is measured on what it reads
            logging.getLogger(__name__).debug("left out: %s", one.id)
        else:
            good.append(one)
    return good


def beside(told: list[Told], times: int) -> None:
    """Ours and each peer in turn over the same stories, all of which the peer can read."""
    peers = (("Recognizers-Text", recognizers, set(CULTURES), 1), ("quantulum3", quantulums, {"en"}, 1),
             ("price-parser", prices, {base(one.language) for one in told}, 20))  # fmt: skip
    for name, peer, languages, _ in peers:
        texts = usable(peer, [one for one in told if base(one.language) in languages])
        length = sum(len(one.text) for one in texts)
        cases: dict[str, Callable[[], object]] = {
            f"{OURS} {STAGE}": lambda texts=texts: [quantities(one) for _ in range(5) for one in texts],
            f"{OURS} {WHOLE}": lambda texts=texts: [read_one(one) for _ in range(5) for one in texts],
            name: lambda texts=texts, peer=peer: [peer(one) for one in texts],
        }
        for who, seconds in alternate(times, cases):
            ours = who.startswith(OURS)
            what = who.removeprefix(f"{OURS} ") if ours else STAGE
            rate = length * (5 if ours else 1) / max(seconds, 1e-6) / 1e6
            emit(f"{what} ({name})", OURS if ours else name, length, rate, "million characters a second")


def by_language(told: list[Told]) -> None:
    """Time per character of the whole reading, language by language; then with more and more of them in use."""
    codes = sorted({base(one.language) for one in told})
    for number, code in enumerate(codes, start=1):
        texts = [one for one in told if base(one.language) == code]
        length = sum(len(one.text) for one in texts)
        seconds = min(spent(lambda texts=texts: [read_one(one) for _ in range(5) for one in texts]) for _ in range(3))
        emit("reading by language", code, length, seconds / 5 / length * 1e6, "µs a character")
        mixed = [one for one in told if base(one.language) in codes[:number]]
        total = sum(len(one.text) for one in mixed)
        seconds = min(spent(lambda mixed=mixed: [read_one(one) for _ in range(2) for one in mixed]) for _ in range(3))
        emit("languages in use", OURS, number, seconds / 2 / total * 1e6, "µs a character")


def hostile(kind: str, length: int) -> str:
    """A text made to keep a reader busy."""
    shuffled = random.Random(length)
    pieces = {
        "digits": "7",
        "groups": "1,234.",
        "scales": "$5 million billion ",
        "words": "one hundred twenty ",
        "ranges": "5-6 to 7-",
        "noise": "".join(shuffled.choice("0123456789.,-$€% 万億") for _ in range(length)),
    }
    return (pieces[kind] * (length // len(pieces[kind]) + 1))[:length]


def by_length(longest: int) -> None:
    """Prose and hostile strings of growing length: the time per character must stay flat."""
    writer = Writer(1)
    money = "Meta said on Monday that it would spend $64 billion to $72 billion in 2025, up from $38.7 billion. "
    prose = "".join(writer.sentence() + " " + (money if n % 3 == 0 else "") for n in range(longest // 90))
    length = 1000
    while length <= longest:
        repeat = max(1, 20_000 // length)
        texts = {"prose": prose[:length]}
        texts |= {kind: hostile(kind, length) for kind in ("digits", "groups", "scales", "words", "ranges", "noise")}
        for kind, text in texts.items():
            told = Told("x", "en", "2026-01-05", "", text, True)
            for what, work in (("quantities", quantities), ("whole story", read_one)):
                seconds = spent(lambda told=told, work=work, repeat=repeat: [work(told) for _ in range(repeat)])
                emit(f"length: {what}", kind, length, seconds / repeat / length * 1e6, "µs a character")
        length *= 4


def main() -> None:
    """All of it."""
    whole = full_size()
    logging.disable(logging.CRITICAL)
    told = stories()
    for one in told:
        read_one(one), quantities(one)  # the tables of each language are made once
    beside(told if whole else told[::6], 3 if whole else 1)
    by_language(told if whole else told[::6])
    by_length(300_000 if whole else 5_000)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
