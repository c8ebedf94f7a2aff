"""The judge: pure, and the only code that says "changed"."""

from monitor.core.judge.audience import Wanted, difference, wanted
from monitor.core.judge.decide import judge_readings, judge_resolution, resolve, withdrawals
from monitor.core.judge.ids import change_id, conflict_id, reading_id
from monitor.core.judge.sameness import Comparison, Likeness, compare
from monitor.core.judge.settle import rulings, settle
from monitor.core.judge.timeline import timeline
from monitor.core.judge.values import Held, SeriesHistory, Settled, Step, Timeline, Verdict
from monitor.core.judge.words import claim_words

__all__ = [
    "Comparison",
    "Held",
    "Likeness",
    "SeriesHistory",
    "Settled",
    "Step",
    "Timeline",
    "Verdict",
    "Wanted",
    "change_id",
    "claim_words",
    "compare",
    "conflict_id",
    "difference",
    "judge_readings",
    "judge_resolution",
    "reading_id",
    "resolve",
    "rulings",
    "settle",
    "timeline",
    "wanted",
    "withdrawals",
]
