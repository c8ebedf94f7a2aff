"""The project's own gold stories (tests/gold/stories.txt): parsed to rows, and scored against what was read and told.

The markup is described at the head of the file itself. `python tools/gold.py DIR` writes the rows as JSON Lines
(stories, gold_figures, gold_changes) for anybody who wants to score them with tools of their own.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]
GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold" / "stories.txt"
MARK = re.compile(r"\[\[([^|\]]+)\|([^|\]]+)\|([^|\]]+?)(?:\|([^\]]+))?\]\]")
# States and totals have one series whatever date stands beside them; counts of hardware are compared by the year alone.
STATES = re.compile(
    r"meta\.(headcount|reality_labs\.cumulative_loss|compute|datacenter|nuclear|chips|us_inv)|llama|meta_ai"
)
BY_YEAR = re.compile(r"meta\.(gpus|layoffs|daily_active_people)")
TOLERANCE = 0.006  # half a unit of a third digit: the gold writes what the text prints


class GoldError(ValueError):
    """The gold file breaks its own markup; the message names the line."""


def interval(text: str) -> tuple[float | None, float | None, str]:
    """Read VALUE of the markup: (low, high, modifier)."""
    if ".." in text:
        low, high = text.split("..")
        return float(low), float(high), "range"
    for sign, modifier in (("~", "approx"), (">=", "at_least"), ("<=", "at_most")):
        if text.startswith(sign):
            value = float(text.removeprefix(sign))
            return (None if sign == "<=" else value, None if sign == ">=" else value, modifier)
    return float(text), float(text), "exact"


def period_of(text: str) -> str | None:
    """`-` none, `by:2024-12` a deadline."""
    return None if text == "-" else text.replace("by:", "by ")


def figure_row(story: str, start: int, found: re.Match[str]) -> Row:
    """One marked figure as a row."""
    printed, value_unit, target, stance = found.groups()
    value, unit = value_unit.split()
    low, high, modifier = interval(value)
    metric, _, period = target.partition(" ")
    words = (stance or "").split()
    return {
        "story": story, "char_start": start, "char_end": start + len(printed), "text": printed,
        "value_low": low, "value_high": high, "unit": unit, "modifier": modifier,
        "metric": metric.removeprefix("~"), "period": period_of(period or "-"),
        "status": words[0] if words else "actual", "role": words[1] if len(words) > 1 else "news",
        "tracked": metric != "other" and not metric.startswith("~"), "accept_metrics": [], "flags": [],
    }  # fmt: skip


def change_row(story: Row, words: list[str]) -> Row:
    """One `>` line as a row; where else it may be told is filled in afterwards."""
    metric, period, unit, kind, value, *rest = words
    old = next((interval(w.removeprefix("old="))[:2] for w in rest if w.startswith("old=")), None)
    return {
        "at": story["id"], "date": story["date"], "metric": metric, "period": period_of(period), "unit": unit,
        "old": list(old) if old else None, "new": list(interval(value)[:2]), "kind": kind,
        "accept_kinds": [kind, "narrowed"] if kind == "changed" else [kind, "changed"] if kind != "new" else ["new"],
        "optional": "optional" in rest, "acceptable_at": [story["id"]],
    }  # fmt: skip


def parse(path: Path = GOLD) -> tuple[list[Row], list[Row], list[Row]]:
    """Stories, figures and changes of a gold file, in file order."""
    stories: list[Row] = []
    figures: list[Row] = []
    changes: list[Row] = []
    blocks = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for seq, block in enumerate(blocks):
        head, title, *lines = block.rstrip("\n").split("\n")
        story_id, lang, date, *rest = (part.strip() for part in head.split("|"))
        story: Row = {"id": story_id, "seq": seq, "lang": lang, "date": date, "title": title}
        story |= {"on_topic": "off" not in rest, "split": "own"}
        marked = "\n".join(line for line in lines if not line.startswith(">")).strip("\n")
        text, at = "", 0
        for found in MARK.finditer(marked):
            text += marked[at : found.start()]
            figures.append(figure_row(story_id, len(text), found))
            text += found[1]
            at = found.end()
        story["text"] = text + marked[at:]
        if "[[" in story["text"] or "]]" in story["text"]:
            raise GoldError(f"{path.name}: story {story_id}: a mark is not closed or has the wrong number of parts")
        stories.append(story)
        changes += [change_row(story, line[1:].split()) for line in lines if line.startswith(">")]
    for change in changes:
        change["acceptable_at"] = acceptable(change, figures)
    return stories, figures, changes


def key(row: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """What makes two rows speak of one series."""
    metric, period = str(row["metric"] or "other"), row.get("period")
    if period is None or STATES.match(metric):
        return metric, None, row["unit"]
    text = str(period).removeprefix("by ")
    return metric, text[:4] if BY_YEAR.match(metric) else text, row["unit"]


def same(a: Iterable[float | None], b: Iterable[float | None]) -> bool:
    """Both ends agree within the tolerance; an open end may be written as the bound itself."""
    (al, ah), (bl, bh) = a, b
    lows = (al if al is not None else ah), (bl if bl is not None else bh)
    highs = (ah if ah is not None else al), (bh if bh is not None else bl)
    ends = (lows, highs)
    return all(
        x is not None and y is not None and abs(x - y) <= TOLERANCE * max(abs(x), abs(y), 1e-12) for x, y in ends
    )


def acceptable(change: Row, figures: list[Row]) -> list[str]:
    """The stories from the first one on that report the same value as news."""
    out, seen = [], False
    for row in figures:
        seen = seen or row["story"] == change["at"]
        news = row["role"] == "news" and key(row) == key(change)
        if seen and news and same((row["value_low"], row["value_high"]), change["new"]) and row["story"] not in out:
            out.append(row["story"])
    return out or [change["at"]]


def overlap(a: Row, b: Row) -> bool:
    """The spans share a character."""
    return bool(a["char_start"] < b["char_end"] and b["char_start"] < a["char_end"])


def told(row: Row) -> str:
    """An alert in one line."""
    return f"{row['metric']} {row['period']} {row['old']} -> {row['new']} {row['kind']}"


def f1(right: int, wrong: int, missed: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    p = right / (right + wrong) if right + wrong else 0.0
    r = right / (right + missed) if right + missed else 0.0
    return {"precision": round(p, 4), "recall": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def score_figures(gold: list[Row], said: list[Row], stories: list[Row]) -> Row:
    """Scores of `figurewatch read`: quantities, modifiers, bound figures, periods, per language, and the faults."""
    lang = {s["id"]: s["lang"] for s in stories}
    by_story: dict[str, list[Row]] = defaultdict(list)
    for row in said:
        by_story[row["story"]].append(row)
    tally: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    faults: list[str] = []
    taken: set[int] = set()
    for g in gold:
        hits = [s for s in by_story[g["story"]] if overlap(s, g) and s["unit"] == g["unit"]
                and same((g["value_low"], g["value_high"]), (s["value_low"], s["value_high"]))]  # fmt: skip
        bound = [s for s in hits if key({**s, "period": None})[0] == g["metric"]]
        best = (bound or hits or [None])[0]
        tally["quantities"] += 1
        tally["found"] += best is not None
        tally["modifier"] += best is not None and best["modifier"] == g["modifier"]
        if best is None:
            faults.append(f"{g['story']} not read: {g['text']!r} {g['value_low']}..{g['value_high']} {g['unit']}")
        else:
            taken.add(id(best))
        if g["tracked"]:
            right = bool(bound)
            languages[lang[g["story"]]]["right" if right else "missed"] += 1
            if right:
                tally["period"] += key(bound[0]) == key(g)
                if key(bound[0]) != key(g):
                    faults.append(f"{g['story']} period: {g['text']!r} {bound[0]['period']} for {g['period']}")
            elif best is not None:
                faults.append(f"{g['story']} unbound: {g['text']!r} {best['metric']} for {g['metric']}")
        elif best is not None and best["metric"] not in (None, "other") and g["metric"] == "other":
            languages[lang[g["story"]]]["wrong"] += 1
            faults.append(f"{g['story']} bound: {g['text']!r} to {best['metric']}, is somebody else's")
    for row in said:
        covered = any(overlap(row, g) for g in gold if g["story"] == row["story"])
        if row["story"] in lang and id(row) not in taken and row["metric"] not in (None, "other") and not covered:
            languages[lang[row["story"]]]["wrong"] += 1
            faults.append(f"{row['story']} bound: {row['text']!r} to {row['metric']}, is no tracked figure")
    total = sum(languages.values(), Counter())
    return {
        "quantity_recall": round(tally["found"] / max(1, tally["quantities"]), 4),
        "modifiers": round(tally["modifier"] / max(1, tally["found"]), 4),
        "figures": f1(total["right"], total["wrong"], total["missed"]),
        "periods": round(tally["period"] / max(1, total["right"]), 4),
        "languages": {k: f1(c["right"], c["wrong"], c["missed"])["f1"] for k, c in sorted(languages.items())},
        "faults": faults,
    }


def score_alerts(gold: list[Row], said: list[Row]) -> Row:
    """Scores of `figurewatch replay`: each gold change once, at any story that may tell it."""
    left = list(gold)
    right = wrong = kinds = olds = asked = 0
    faults: list[str] = []
    for row in said:
        new = row["new"] or (None, None)
        alike = (g for g in left if key(g) == key(row) and row["at"] in g["acceptable_at"] and same(g["new"], new))
        hit = next(alike, None)
        if hit is None:
            wrong += 1
            faults.append(f"{row['at']} wrong alert: {told(row)}")
            continue
        left.remove(hit)
        right += 1
        kinds += row["kind"] in hit["accept_kinds"]
        if hit["old"]:
            asked += 1
            olds += bool(row["old"]) and same(hit["old"], row["old"])
    missed = [g for g in left if not g["optional"]]
    faults += [f"{g['at']} missed alert: {told(g)}" for g in missed]
    return {
        "alerts": f1(right, wrong, len(missed)), "kinds": round(kinds / max(1, right), 4),
        "old_values": round(olds / max(1, asked), 4), "faults": faults,
    }  # fmt: skip


def main() -> int:
    """Write the rows of the gold file to a folder."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(("stories", "gold_figures", "gold_changes"), parse(), strict=True):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
