"""The project's own gold stories are well formed, and their scorer tells right from wrong."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import gold

STORIES, FIGURES, CHANGES = gold.parse()


def as_alert(change: gold.Row) -> gold.Row:
    return {k: change[k] for k in ("at", "metric", "period", "unit", "old", "new", "kind")}


@pytest.mark.parametrize(
    "name",
    ["stories.txt", "unseen.txt", "blind.txt", "blind2.txt", "blind3.txt", "blind4.txt", "blind5.txt", "blind6.txt"],
)
def test_every_figure_stands_in_its_text_where_its_offsets_say(name: str):
    stories, figures, _ = gold.parse(gold.GOLD.with_name(name))
    texts = {s["id"]: s["text"] for s in stories}
    for row in figures:
        assert texts[row["story"]][row["char_start"] : row["char_end"]] == row["text"]


def test_every_alert_has_a_figure_that_says_it():
    for change in CHANGES:
        assert any(f["story"] == change["at"] and gold.key(f) == gold.key(change) for f in FIGURES), change


def test_stories_come_in_the_order_of_their_dates_and_cover_many_languages():
    assert [s["date"] for s in STORIES] == sorted(s["date"] for s in STORIES)
    assert len({s["lang"] for s in STORIES}) >= 22


def test_a_reader_that_says_the_gold_itself_scores_one():
    score = gold.score_figures(FIGURES, FIGURES, STORIES)
    assert (score["quantity_recall"], score["modifiers"], score["periods"]) == (1, 1, 1)
    assert score["figures"]["f1"] == 1
    assert score["faults"] == []


def test_a_reader_that_says_nothing_scores_nothing():
    score = gold.score_figures(FIGURES, [], STORIES)
    assert (score["quantity_recall"], score["figures"]["f1"]) == (0, 0)


def test_a_figure_of_somebody_else_bound_to_meta_is_a_fault():
    others = [{**f, "metric": "meta.capex"} if f["metric"] == "other" else f for f in FIGURES]
    score = gold.score_figures(FIGURES, others, STORIES)
    assert score["figures"]["precision"] < 1
    assert any("somebody else's" in fault for fault in score["faults"])


def test_alerts_count_once_and_only_where_they_may_come():
    assert gold.score_alerts(CHANGES, [as_alert(c) for c in CHANGES])["alerts"]["f1"] == 1
    twice = [as_alert(c) for c in CHANGES for _ in range(2)]
    assert gold.score_alerts(CHANGES, twice)["alerts"]["precision"] == pytest.approx(0.5)
    elsewhere = [{**as_alert(c), "at": "nowhere"} for c in CHANGES]
    assert gold.score_alerts(CHANGES, elsewhere)["alerts"]["f1"] == 0


def test_a_mark_that_is_not_closed_is_named(tmp_path: Path):
    path = tmp_path / "bad.txt"
    path.write_text("=== x1 | en | 2025-01-01\nTitle\nMeta spends [[$5bn|5e9 USD\n", encoding="utf-8")
    with pytest.raises(gold.GoldError, match="x1"):
        gold.parse(path)
