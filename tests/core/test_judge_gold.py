"""The judge alone on the gold figures of the evaluation stories: its alerts if every figure were read right."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from monitor.core.judge import SeriesHistory, judge_readings, reading_id
from monitor.core.types.figures import Modifier, Role, Status
from monitor.core.types.ledger import Claim, Decision, Evidence, MetricRules, Reading, SeriesKey, SourceKind

EVAL = Path(__file__).parents[3] / "shared" / "eval"
DEV = EVAL / "dev"
pytestmark = pytest.mark.skipif(not DEV.exists(), reason="the evaluation stories are not beside this checkout")

RULES = {
    "meta.reality_labs.revenue": MetricRules(
        "meta.reality_labs.revenue", (Decimal(5_000_000), Decimal(50_000_000_000)), extra=(("currency", "USD"),)
    ),
    "llama.downloads": MetricRules("llama.downloads", cumulative=True),
    "meta.gpus.h100.shipments": MetricRules("meta.gpus.h100.shipments", extra=(("third_party", "true"),)),
}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def step(value: Decimal) -> Decimal:
    """Gold figures have no printed precision: take the last digit that is not zero, a thousandth at most."""
    exponent = value.normalize().as_tuple().exponent
    return max(Decimal(1), min(Decimal(1).scaleb(int(exponent)), abs(value) / 100))


def to_reading(row: dict[str, Any], story: dict[str, Any], copies: str = "") -> Reading:
    low, high = (None if row[k] is None else Decimal(str(row[k])) for k in ("value_low", "value_high"))
    claim = Claim(
        low, high, step(low or high or Decimal(1)), step(high or low or Decimal(1)), Modifier(row["modifier"])
    )
    series = SeriesKey(row["metric"], row["period"] or "", row["unit"])
    at = datetime.fromisoformat(story["date"]).replace(tzinfo=UTC)
    role = Role(row["role"])
    article = story["id"] + copies
    return Reading(
        id=reading_id(article, series, claim, role),
        series=series,
        claim=claim,
        status=Status(row["status"]),
        role=role,
        speaker=row["attribution"],
        at=at,
        seen_at=at,
        source=SourceKind.PRESS,
        publisher=urlsplit(story["based_on"]).netloc,
        article=article,
        text_group=story["near_dup_of"] or story["id"],
        language=story["lang"],
        evidence=(Evidence(row["text"], row["char_start"], 0, len(row["text"]), "https://example.org/" + article),),
    )


class Replay:
    """Stories in order through the judge."""

    def __init__(self) -> None:
        self.histories: dict[SeriesKey, SeriesHistory] = {}
        self.alerts: list[dict[str, Any]] = []
        self.decisions: list[tuple[Reading, Decision]] = []

    def story(self, story: dict[str, Any], figures: list[dict[str, Any]], copies: str = "") -> None:
        found = {}
        for row in figures:
            if row["tracked"]:
                one = to_reading(row, story, copies)
                found.setdefault((one.series, one.role, one.status), one)
        incoming = tuple(found.values())
        for one, decision in zip(incoming, judge_readings(self.histories, incoming, RULES), strict=True):
            self.decisions.append((one, decision))
            self._keep(one, decision)
            if decision.change:
                self.alerts.append(alert(story["id"], decision))

    def _keep(self, one: Reading, decision: Decision) -> None:
        history = self.histories.get(one.series, SeriesHistory())
        known = any(old.id == one.id for old in history.readings)
        conflicts = history.conflicts
        if decision.conflict:
            conflicts = (*(c for c in conflicts if c.id != decision.conflict.id), decision.conflict)
        self.histories[one.series] = SeriesHistory(
            history.readings if known else (*history.readings, one),
            (*history.changes, decision.change) if decision.change else history.changes,
            conflicts,
        )


def ends(claim: Claim | None) -> list[float | None] | None:
    return None if claim is None else [None if end is None else float(end) for end in (claim.low, claim.high)]


def alert(at: str, decision: Decision) -> dict[str, Any]:
    change = decision.change
    assert change is not None
    return {
        "at": at,
        "metric": change.series.metric,
        "period": change.series.period or None,
        "unit": change.series.unit,
        "old": ends(change.old),
        "new": ends(change.new),
        "kind": str(change.kind),
        "status": str(change.status),
        "reason": decision.reason,
    }


def replay(stories: list[dict[str, Any]], figures: list[dict[str, Any]], times: int = 1) -> Replay:
    done = Replay()
    for turn in range(times):
        for story in stories:
            copies = f"-{turn}" if turn else ""
            done.story(story, [row for row in figures if row["story"] == story["id"]], copies)
    return done


@pytest.fixture(scope="module")
def dev() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return rows(DEV / "stories.jsonl"), rows(DEV / "gold_figures.jsonl")


def test_gold_figures_give_the_gold_alerts(dev: Any, tmp_path: Path) -> None:
    done = replay(*dev)
    out = tmp_path / "alerts.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in done.alerts), encoding="utf-8")
    command = [sys.executable, str(EVAL / "score.py"), str(DEV), "--alerts", str(out), "--show", "40", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scores = json.loads(said.splitlines()[-1])
    assert scores["alert_f1"] >= 0.98, said
    assert "missed 0" in said.splitlines()[1], said


def test_stories_told_twice_over_alert_once(dev: Any) -> None:
    once, twice = replay(*dev), replay(*dev, times=2)
    assert keys(twice.alerts) == keys(once.alerts)


def keys(alerts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((a["metric"], a["period"] or "", a["unit"], a["kind"]) for a in alerts)


def test_misprints_are_held_and_never_alerted(dev: Any) -> None:
    done = replay(*dev)
    told = {(a["metric"], a["period"], *(a["new"] or ())) for a in done.alerts}
    for row in rows(DEV / "gold_conflicts.jsonl"):
        value = row.get("claimed") or row.get("value")
        if value is None:
            continue
        assert (row["metric"], row["period"], *value) not in told
        key = SeriesKey(row["metric"], row["period"] or "", row.get("unit", "USD"))
        assert done.histories[key].conflicts, row
