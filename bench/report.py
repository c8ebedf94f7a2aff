"""From measurements to the table of ratios, bench/results.json, and docs/performance.md with its charts."""

import json
import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import charts
from measure import ON_POSTGRESQL, OURS, ROOT

Row = dict[str, Any]


class Measured:
    """Medians of all measurements, by what was done, who did it, and at which size."""

    def __init__(self, rows: Iterable[Row]) -> None:
        values: dict[tuple[str, str, float], list[float]] = defaultdict(list)
        self.units: dict[str, str] = {}
        for row in rows:
            values[row["what"], row["who"], row["size"]].append(row["value"])
            self.units[row["what"]] = row["unit"]
        self.medians = {key: median(found) for key, found in values.items()}

    def points(self, what: str, who: str) -> list[tuple[float, float]]:
        """Size and value, by size."""
        return sorted((size, value) for (a, b, size), value in self.medians.items() if (a, b) == (what, who))

    def value(self, what: str, who: str) -> float | None:
        """The value at the largest size."""
        points = self.points(what, who)
        return points[-1][1] if points else None

    def who(self, what: str) -> list[str]:
        """Everybody measured at it, in order of appearance."""
        return list(dict.fromkeys(b for a, b, _ in self.medians if a == what))


@dataclass(frozen=True, slots=True)
class Bar:
    """What is compared. `less`: less is better. The bar holds for the ratio, or, with `ours`, for our own value.

    The peer is the best of `peers`; `theirs` names the peers' measurement where it is another one.
    """

    name: str
    what: str
    peers: tuple[str, ...]
    bar: float | None = None
    less: bool = True
    ours: bool = False
    theirs: str = ""


TRAFILATURA, LATER = "trafilatura's defaults", "trafilatura's defaults, then the same reading"
MINHASH, BATCHED = "datasketch MinHashLSH", "datasketch MinHashLSH, hashed in batches"
STAGE, WHOLE = "figures: quantities", "figures: whole story"
BARS = (
    Bar("first poll with bodies", "poll: first", ("reader",), 3),
    Bar("first poll with bodies, beside rss2email", "poll: first", ("rss2email",)),
    Bar("poll, all answer 304", "poll: unchanged", ("reader", "rss2email"), 2),
    Bar("poll, all 304 to a daemon just begun, memory at most", "poll: memory, unchanged afresh", ("reader",), 60,
        ours=True, theirs="poll: memory, unchanged"),
    Bar("poll, memory at most after a first poll of all bodies", "poll: memory, unchanged", ("reader",)),
    Bar("poll, one new entry a feed", "poll: one new", ("reader",), 8),
    Bar("extraction of pages that matter", "extraction", (TRAFILATURA,), 1.4),
    Bar("extraction, F1 of the text", "extraction: F1", (TRAFILATURA,), 1, less=False),
    Bar("extraction, real pages", "extraction, real pages", (TRAFILATURA,)),
    Bar("chain, 3 % of the pages matter", "chain, 3 % of the pages matter", (LATER,), 5),
    Bar("gate, recall on pages that matter", "gate: recall on pages that matter", ("no gate",), 0.99, less=False,
        ours=True),
    Bar("figures: quantities", f"{STAGE} (Recognizers-Text)", ("Recognizers-Text",), 50, less=False),
    Bar("figures: characters a second", f"{STAGE} (Recognizers-Text)", ("Recognizers-Text",), 1, less=False, ours=True),
    Bar("figures: quantities", f"{STAGE} (quantulum3)", ("quantulum3",), less=False),
    Bar("figures: quantities, it reads one price a sentence", f"{STAGE} (price-parser)", ("price-parser",), less=False),
    Bar("figures: metric, period, speaker too, the peer quantities", f"{WHOLE} (Recognizers-Text)",
        ("Recognizers-Text",), less=False, theirs=f"{STAGE} (Recognizers-Text)"),
    Bar("near copies, look-ups from the text", "near copies: look-ups from the text", (MINHASH,), 5, less=False),
    Bar("near copies, look-ups from the text", "near copies: look-ups from the text", (BATCHED,), less=False),
    Bar("near copies, recall", "near copies: recall", (MINHASH,), 0.99, less=False, ours=True),
    Bar("near copies, one text waited for", "near copies: one text, waited for", (MINHASH,), 5, ours=True),
    Bar("store, articles committed", "store: articles committed", ("raw sqlite3",), 0.5, less=False),
    Bar("figurewatch --help", "start: figurewatch --help", ("python -c pass",), 0.25, ours=True),
    Bar("figurewatch figures list", "start: figurewatch figures list", ("all libraries imported",),
        theirs="start: figurewatch --help"),
    Bar("idle daemon, after its work", "idle daemon", ("all libraries imported",), 70, ours=True),
    Bar("idle daemon, after HTML mails", "idle daemon, after mails", ("all libraries imported",), 70, ours=True,
        theirs="idle daemon"),
    Bar("a day of 1,000 feeds, memory at its end", "soak: memory", ("its first third",), 0.95),
    Bar("a day of 1,000 feeds, open files at its end", "soak: open files", ("its first third",), 0.95),
)  # fmt: skip


def results(measured: Measured) -> list[Row]:
    """One row a bar that was measured. `ratio`: how many times better than the peer; `met`: None without a bar."""
    rows = []
    for bar in BARS:
        ours = measured.value(bar.what, OURS)
        peers = [
            (value, who) for who in bar.peers if (value := measured.value(bar.theirs or bar.what, who)) is not None
        ]
        if ours is None or not peers:
            continue
        peer, who = min(peers) if bar.less else max(peers)
        ratio = (peer / ours if bar.less else ours / peer) if ours and peer else 0.0
        met = None
        if bar.bar is not None:
            value, good = (ours, not bar.less) if bar.ours else (ratio, True)
            met = value >= bar.bar if good else value <= bar.bar
        rows.append({"name": bar.name, "ours": _round(ours), "peer": _round(peer), "peer_name": who,
                     "ratio": _round(ratio), "bar": bar.bar, "unit": measured.units[bar.what],
                     "bar_is": "our own value" if bar.ours else "ratio", "met": met})  # fmt: skip
    return rows


def _round(value: float) -> float:
    return float(f"{value:.4g}")


def table(rows: Sequence[Row]) -> str:
    """The results as Markdown."""
    lines = ["| what | figurewatch | peer | | times better | bar | |", "|---|--:|--:|---|--:|---|---|"]
    for row in rows:
        bar = "" if row["bar"] is None else f"{row['bar']:g} {'times' if row['bar_is'] == 'ratio' else row['unit']}"
        met = {True: "met", False: "**missed**", None: ""}[row["met"]]
        lines.append(f"| {row['name']} | {row['ours']:g} | {row['peer']:g} {row['unit']} | {row['peer_name']} | "
                     f"{row['ratio']:.2f} | {bar} | {met} |")  # fmt: skip
    return "\n".join(lines)


def plain(rows: Sequence[Row]) -> str:
    """The results for a terminal."""
    cells = [("", "figurewatch", "peer", "", "times better", "bar")]
    for row in rows:
        bar = "" if row["bar"] is None else f"{row['bar']:g} {'times' if row['bar_is'] == 'ratio' else row['unit']}"
        met = {True: " met", False: " MISSED", None: ""}[row["met"]]
        cells.append((row["name"], f"{row['ours']:g}", f"{row['peer']:g} {row['unit']}", row["peer_name"],
                      f"{row['ratio']:.2f}", bar + met))  # fmt: skip
    wide = [max(len(line[place]) for line in cells) for place in range(6)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, wide, strict=True)).rstrip() for line in cells)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of docs/performance.md: lines of (what, who, name) over the size."""

    file: str
    title: str
    across: str
    up: str
    series: tuple[tuple[str, str, str], ...]
    dashed: str = ""  # who else did the same, whose lines are dashed


READING = ("take 16 entries to read", "find 16 articles", "find the near copies of 16 texts", "commit 16 articles")
CARE = ("entries of a page", "health", "nothing to tidy", "tidy 200 old stories")
LEDGER = ("figures list, everything", "figures list, one metric", "history of one metric",
          "judge a figure of a known metric")  # fmt: skip
ROUND = ("a round without the network", "a round after others")
BOTH = "ms of processor time; dashed: on PostgreSQL, its server's included"
KINDS = ("prose", "digits", "groups", "scales", "words", "ranges", "noise")
CHARTS = (
    Chart("polling", "Polling with nothing new", "feeds", "ms of processor time a feed",
          tuple(("polling by size: unchanged", who, who) for who in (OURS, "reader", "rss2email"))),
    Chart("first-poll", "First poll, 25 entries a feed", "feeds", "ms of processor time a feed",
          tuple(("polling by size: first", who, who) for who in (OURS, "reader", "rss2email"))),
    Chart("round", "A round's bookkeeping", "feeds",
          "µs of processor time a feed; dashed: on PostgreSQL, its server's included",
          tuple((f"growth: {name}", OURS, name) for name in ROUND), ON_POSTGRESQL),
    Chart("articles", "What reading asks of the store", "stored articles", BOTH,
          tuple((f"growth: {name}", OURS, name) for name in READING), ON_POSTGRESQL),
    Chart("care", "What looking after the store asks", "stored articles", BOTH,
          tuple((f"growth: {name}", OURS, name) for name in CARE), ON_POSTGRESQL),
    Chart("ledger", "The ledger", "lines of the ledger", BOTH,
          tuple((f"growth: {name}", OURS, name) for name in LEDGER), ON_POSTGRESQL),
    Chart("near", "Finding near copies", "stored documents", "look-ups a second, from the text",
          tuple(("near copies: look-ups from the text", who, who.replace("datasketch ", ""))
                for who in (OURS, MINHASH, BATCHED))),
    Chart("length", "Reading quantities, prose and hostile texts", "characters", "µs of processor time a character",
          tuple(("length: quantities", kind, kind) for kind in KINDS)),
    Chart("length-story", "Reading whole stories, prose and hostile texts", "characters",
          "µs of processor time a character", tuple(("length: whole story", kind, kind) for kind in KINDS)),
    Chart("languages", "Reading with more and more languages in use", "languages", "µs of processor time a character",
          (("languages in use", OURS, "whole reading"),)),
    Chart("share", "The chain, by the share of pages that matter", "% of the pages", "ms of processor time a page",
          tuple(("chain by share", who, name) for who, name in ((OURS, OURS), (LATER, "every page extracted")))),
    Chart("soak", "A day of 1,000 feeds", "hour", "MB, or files",
          tuple((f"soak: {name}", OURS, name) for name in ("daemon", "workers", "descriptors"))),
)  # fmt: skip


def draw(measured: Measured, folder: Path) -> list[tuple[str, str]]:
    """Draw the charts that were measured; their titles and files."""
    made = []
    for chart in CHARTS:
        series = {name: measured.points(what, who) for what, who, name in chart.series}
        series = {name: points for name, points in series.items() if any(y > 0 for _, y in points)}
        dashed = {name: measured.points(what, chart.dashed) for what, _, name in chart.series}
        if series:
            drawn = charts.lines(chart.title, chart.across, chart.up, series, dashed)
            charts.save(folder / f"{chart.file}.svg", drawn)
            made.append((chart.title, f"{chart.file}.svg"))
    spoken = {who: measured.value("reading by language", who) or 0.0 for who in measured.who("reading by language")}
    if spoken:
        charts.save(folder / "by-language.svg", charts.bars("Reading whole stories, language by language",
                                                            "µs of processor time a character", spoken))  # fmt: skip
        made.append(("Reading whole stories, language by language", "by-language.svg"))
    return made


def page(measured: Measured, rows: Sequence[Row], quick: bool) -> str:
    """docs/performance.md."""
    drawn = draw(measured, ROOT / "docs" / "performance")
    stages = {
        who: measured.value("chain: where the time goes", who) for who in measured.who("chain: where the time goes")
    }
    whole = sum(value or 0 for value in stages.values()) or 1
    where = "\n".join(f"| {who} | {(value or 0) / whole:.0%} |" for who, value in stages.items())
    note = "\n> Measured with `--quick`: small sizes, for a look only.\n" if quick else ""
    pictures = "\n\n".join(f"![{title}](performance/{file})" for title, file in drawn)
    return f"""# Performance

Written by `make bench`, which sets up the peers in an environment of their own (`requirements/bench.lock`), runs them
and figurewatch in turn on the same machine over the same data, and takes medians. Seconds are processor time, children
included, so that a busy machine shifts them little; a ratio says how many times better than the peer figurewatch is.
Absolute numbers hold for one machine only ({platform.python_implementation()} {platform.python_version()},
{platform.machine()}); the ratios are what to look at.
{note}
{table(rows)}

Polling: 1,000 feeds on as many loopback hosts, gzip and ETags, 25 entries each; figurewatch with every guard of its
fetch function, committed to SQLite at synchronous=FULL. Pages: generated article pages of 50 to 150 KB in five layouts,
among them the gold stories in the clutter of such pages. Near copies: five kinds of copies (furniture around the text,
cut at 60 %, doubled, a fifth of the sentences dropped, another headline) of 100,000 stored texts, at the threshold at
which the peer recalls as much.

## Where the chain spends its time

Of 100 pages, 3 of which matter:

| stage | share |
|---|--:|
{where}

## Cost against size

The charts of the store begin with rows written past the product, up to 10,000 feeds, 1,000,000 stored articles and
100,000 lines of the ledger; the work on them is the product's own. Dashed lines are PostgreSQL with its own defaults,
right after the vacuum that so many new rows would lead to, and count the processor time of all of the server's
processes with the client's.

{pictures}
"""


def write(rows: Iterable[Row], *, quick: bool) -> list[Row]:
    """Write everything; the results."""
    measured = Measured(rows)
    found = results(measured)
    (ROOT / "bench" / "results.json").write_text(
        json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (ROOT / "docs" / "performance.md").write_text(page(measured, found, quick), encoding="utf-8")
    return found
