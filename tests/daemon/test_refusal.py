"""A refused configuration is told once, when it has lasted, and taken back only where it was told."""

from datetime import UTC, datetime, timedelta

from fakes import FakeClock

from monitor.daemon.refusal import PATIENCE, Refusal

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_what_is_mended_while_somebody_is_at_it_is_never_told() -> None:
    clock = FakeClock(NOW)
    refusal = Refusal("feeds.yaml", clock.now)
    assert refusal.due() == ""
    refusal.begin("feeds.yaml:2:1: a tab cannot indent; use spaces")
    clock.at += PATIENCE - timedelta(seconds=1)
    assert refusal.due() == ""
    assert refusal.end() == ""
    clock.at += PATIENCE
    assert refusal.due() == ""


def test_what_stays_refused_is_told_once_with_its_latest_mistake_and_taken_back() -> None:
    clock = FakeClock(NOW)
    refusal = Refusal("feeds.yaml", clock.now)
    for number in (1, 2):
        refusal.begin(f"mistake {number}")
        clock.at += PATIENCE / 2
    assert refusal.due() == (
        "feeds.yaml was saved with mistakes on 03 March 12:00 UTC and is not in force; what it said before is. "
        "The first mistake is mistake 2. See `figurewatch check`."
    )
    refusal.begin("mistake 3")
    clock.at += PATIENCE
    assert refusal.due() == ""
    assert refusal.end() == "feeds.yaml is in force again as it was saved."
    assert refusal.end() == ""
