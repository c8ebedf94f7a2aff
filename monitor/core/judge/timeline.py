"""The fold that tells a series from its readings: what was new, what changed, what was held back, what was quiet."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.core.judge.kinds import direction_of, kind_of, power_of_ten
from monitor.core.judge.order import current_versions, is_baseline, is_silent, ledger_order
from monitor.core.judge.sameness import Comparison, Shape, compare, precision, shape
from monitor.core.judge.spans import is_closed, is_over
from monitor.core.judge.suspicion import Known, Suspicion, implausible, suspicion, too_early
from monitor.core.judge.units import is_currency
from monitor.core.judge.values import Held, Settled, Step, Timeline, Verdict
from monitor.core.judge.words import claim_words
from monitor.core.types.figures import Modifier, Role, Status
from monitor.core.types.ledger import ChangeKind, Claim, Direction, MetricRules, Reading, SourceKind

_PLANS = (Status.GUIDANCE, Status.TARGET)
_TOGETHER = timedelta(days=30)  # a second source confirms a value held back for so long
_MENTION = timedelta(days=1)  # a passing mention this fresh does not make the report of a value old news
_RETURN = timedelta(days=90)  # the company itself may come back to a value it left this long ago


def timeline(
    readings: Iterable[Reading], rules: MetricRules | None = None, ruled: Mapping[str, bool] | None = None
) -> Timeline:
    """Tell a series from its readings alone, in the order of publication.

    `ruled` holds what a person decided of held readings by id: True accepts, False rejects.
    """
    ordered = ledger_order(current_versions(readings))
    metric = ordered[0].series.metric if ordered else ""
    fold = _Fold(rules or MetricRules(id=metric), ruled or {})
    for reading in ordered:
        fold.verdicts[reading.id] = fold.take(reading)
    return Timeline(tuple(fold.steps), fold.verdicts, tuple(fold.held), fold.settled())


class _Value:
    """A value of the series with those who print it. `anchor` is its first print: refinements never leave it."""

    def __init__(self, reading: Reading, status: Status) -> None:
        self.anchor = self.claim = reading.claim
        self.status = status
        self.since = self.confirmed = self.best = reading
        self.backers = {(reading.publisher, reading.text_group)}
        self.primary = reading.source is SourceKind.PRIMARY

    def confirm(self, reading: Reading) -> None:
        """Another print of the same value: it may be more precise, and it counts as a backer."""
        self.backers.add((reading.publisher, reading.text_group))
        self.primary = self.primary or reading.source is SourceKind.PRIMARY
        self.confirmed = reading
        if not self._finer(reading.claim) or not compare(self.anchor, reading.claim).quiet:
            return
        self.claim, self.best = reading.claim, reading

    def _finer(self, claim: Claim) -> bool:
        """Whether a print says more. A point inside a range may be its middle: it never stands for the range."""
        mine, other = shape(self.claim), shape(claim)
        if mine is Shape.RANGE and other is not Shape.RANGE:
            return False
        if mine is Shape.POINT and other is Shape.RANGE:
            return self.claim.modifier is Modifier.APPROX or self.status in _PLANS
        return precision(claim) > precision(self.claim)

    def known(self) -> Known:
        return Known(self.claim, self.status, self.since, self.confirmed, self.primary, independent(self.backers))


def independent(backers: Iterable[tuple[str, str]]) -> int:
    """How many sources stand behind a value: copies of one text are one, and so are the texts of one publisher."""
    publishers: set[str] = set()
    texts: set[str] = set()
    count = 0
    for publisher, text in sorted(backers):
        if publisher not in publishers and text not in texts:
            count += 1
        publishers.add(publisher)
        texts.add(text)
    return count


class _Former:
    """A value the series left, or that an article called old."""

    def __init__(self, claim: Claim, until: datetime) -> None:
        self.claim = claim
        self.until = until


class _Fold:
    """The state while a series is told. One method a role; each returns the verdict on its reading."""

    def __init__(self, rules: MetricRules, ruled: Mapping[str, bool]) -> None:
        self.rules = rules
        self.ruled = ruled
        self.third_party = dict(rules.extra).get("third_party", "") == "true"
        self.steps: list[Step] = []
        self.verdicts: dict[str, Verdict] = {}
        self.held: list[Held] = []
        self.former: list[_Former] = []
        self.quoted: dict[str, tuple[Claim, bool]] = {}  # article -> old value it quotes, whether it was unseen
        self.now: _Value | None = None

    def settled(self) -> Settled | None:
        now = self.now
        if now is None:
            return None
        return Settled(
            now.since.series,
            now.claim,
            now.status,
            now.best.id,
            now.since.at,
            now.confirmed.at,
            independent(now.backers),
            now.primary,
        )

    def take(self, reading: Reading) -> Verdict:
        if reading.status is Status.DENIED:
            return Verdict("denied", "denied: what somebody denies is no value")
        if reading.status is Status.ESTIMATE and not self.third_party:
            return Verdict("estimate", "an estimate of others, not the company's figure")
        if shape(reading.claim) is Shape.NOTHING:
            return Verdict("no-value", "no value to compare")
        if self.ruled.get(reading.id) is False:
            return Verdict("rejected", "rejected by hand")
        if reading.role is Role.PRIOR:
            return self.prior(reading)
        if reading.role is Role.BACKGROUND:
            return self.background(reading)
        return self.news(reading)

    # ---- what an article does not report but mentions

    def prior(self, reading: Reading) -> Verdict:
        words = claim_words(reading.claim, reading.series.unit)
        if self.now is None:
            if found := implausible(reading, self.rules):
                return Verdict("prior", found.reason)
            self.quoted[reading.article] = (reading.claim, False)
            return self.adopt(reading, self.status_of(reading), "prior", f"the old value {words}", loud=False)
        if compare(self.now.claim, reading.claim).quiet:
            self.quoted[reading.article] = (reading.claim, False)
            return Verdict("prior", f"{words} is quoted as the old value")
        if self.was_left(reading.claim) is None and not power_of_ten(self.now.claim, reading.claim):
            self.quoted[reading.article] = (reading.claim, True)
            self.former.append(_Former(reading.claim, reading.at))
        return Verdict("prior", f"{words} is quoted as an old value")

    def background(self, reading: Reading) -> Verdict:
        words = claim_words(reading.claim, reading.series.unit)
        if self.now is None and not implausible(reading, self.rules):
            reason = f"{words} is mentioned as background: it fills the series"
            return self.adopt(reading, self.status_of(reading), "background", reason, loud=False)
        if self.now is not None and compare(self.now.claim, reading.claim).quiet and self.same_stage(reading):
            self.now.confirm(reading)
        return Verdict("background", f"{words} is mentioned as background")

    # ---- news

    def status_of(self, reading: Reading) -> Status:
        """An "actual" value of a period that is still running, or an "actual" range, is the plan retold.

        Money is reported when its period is over; jobs are cut and machines installed while the year runs.
        """
        period = reading.series.period
        if reading.status is not Status.ACTUAL or not period:
            return reading.status
        if not is_over(period, reading.at.date()):
            if is_currency(reading.series.unit):
                return Status.GUIDANCE
            return Status.TARGET if period.startswith("by ") else Status.ACTUAL
        if shape(reading.claim) in (Shape.RANGE, Shape.CEILING) and self.now is not None and self.now.status in _PLANS:
            return self.now.status
        return Status.ACTUAL

    def same_stage(self, reading: Reading) -> bool:
        """Whether a reading may refine the settled value: a plan never refines an actual, nor the reverse."""
        return self.now is not None and (self.now.status is Status.ACTUAL) == (self.status_of(reading) is Status.ACTUAL)

    def news(self, reading: Reading) -> Verdict:
        status = self.status_of(reading)
        now = self.now
        if now is None:
            return self.first(reading, status)
        if status is Status.ESTIMATE and now.status is not Status.ESTIMATE:
            return Verdict("estimate", "an estimate of others beside the company's own figure")
        comparison = compare(now.claim, reading.claim)
        over = bool(reading.series.period) and is_over(reading.series.period, reading.at.date())
        if over and now.status is Status.ACTUAL and status in _PLANS:
            return Verdict("after-actual", "a plan for what is already reported")
        if now.status is Status.ESTIMATE and status is not Status.ESTIMATE:
            return self.differ(reading, status, "actual")
        if over and now.status in _PLANS and status is Status.ACTUAL:
            return self.differ(reading, status, "actual")
        if comparison.quiet:
            return self.repeat(reading, status, comparison)
        return self.differ(reading, status, "changed")

    def first(self, reading: Reading, status: Status) -> Verdict:
        found = implausible(reading, self.rules) or too_early(reading)
        if found is not None and not self.ruled.get(reading.id):
            return self.hold(reading, status, found)
        if status in _PLANS and is_closed(reading.series.period, reading.at.date()):
            return self.adopt(
                reading, status, "past-plan", "a plan for a period that is over: known, no news", loud=False
            )
        slip = next((held for held in self.held if power_of_ten(held.claim, reading.claim)), None)
        if slip is None:
            return self.adopt(reading, status, "new", "first seen")
        words = claim_words(slip.claim, reading.series.unit)
        reason = f"corrects {words}, which was held back: the same digits, and this is a value the metric can have"
        return self.adopt(reading, status, "corrected", reason, kind=ChangeKind.CORRECTED, old=slip.claim, freed=[slip])

    def repeat(self, reading: Reading, status: Status, comparison: Comparison) -> Verdict:
        now = self.now
        assert now is not None  # noqa: S101  only called with a settled value
        exact = shape(reading.claim) is Shape.POINT and reading.claim.modifier is Modifier.EXACT
        if comparison.inside and exact and reading.source is SourceKind.PRIMARY and self.same_stage(reading):
            return self.differ(reading, status, "changed")
        if self.mentioned_before(reading):
            self.now = None
            return self.adopt(reading, status, "new", "first reported, after a mention in passing")
        now.confirm(reading)
        return Verdict(comparison.code, comparison.reason)

    def mentioned_before(self, reading: Reading) -> bool:
        """Whether all that is known of the value is a mention within the last day: its first report is still news."""
        last = self.steps[-1]
        fill = last.code in ("background", "prior") and not last.baseline and len(self.steps) == 1
        return fill and reading.article not in self.quoted and reading.at - last.at <= _MENTION

    def differ(self, reading: Reading, status: Status, code: str) -> Verdict:
        now = self.now
        assert now is not None  # noqa: S101  only called with a settled value
        old, unseen = self.quoted.get(reading.article, (None, False))
        explicit = old is not None and not compare(old, reading.claim).quiet
        words = claim_words(reading.claim, reading.series.unit)
        if code == "changed":
            if self.rules.cumulative and direction_of(now.claim, reading.claim) is Direction.LOWERED:
                return Verdict("cumulative", f"{words} is less than known, and this only grows: an old value")
            left = self.was_left(reading.claim)
            if left is not None and not explicit and not self.may_return(reading, left):
                return Verdict("old-value", f"{words} was the value before: an old story told again")
        if not explicit and not self.ruled.get(reading.id):
            found = suspicion(reading, status, now.known(), self.rules)
            if found is not None and not self.moves_on(found, code):
                return self.hold(reading, status, found)
        reason = self.change_reason(reading, status, code)
        kind = ChangeKind.CORRECTED if code == "changed" and not explicit and self.sets_right(reading, now) else None
        return self.adopt(reading, status, code, reason, kind=kind, old=old if explicit and unseen else None)

    def sets_right(self, reading: Reading, now: _Value) -> bool:
        """Whether the company's own figure shows that what others printed was a slip of ten."""
        own = reading.source is SourceKind.PRIMARY and not now.primary
        return own and bool(power_of_ten(now.claim, reading.claim)) and reading.at - now.confirmed.at <= _RETURN

    def moves_on(self, found: Suspicion, code: str) -> bool:
        """A plan that becomes a report moves by nature: only impossible values and slips of ten are held."""
        return code == "actual" and found.code not in ("conflict-factor-ten", "conflict-implausible")

    def change_reason(self, reading: Reading, status: Status, code: str) -> str:
        now = self.now
        assert now is not None  # noqa: S101  only called with a settled value
        unit = reading.series.unit
        words, before = claim_words(reading.claim, unit), claim_words(now.claim, unit)
        if code == "actual":
            return f"the {now.status} {before} is replaced by the {status} {words}"
        return f"{words} instead of {before}"

    def was_left(self, claim: Claim) -> _Former | None:
        """The former value that a claim repeats: a value, or one end of a range, that the series has left."""
        for former in reversed(self.former):
            found = compare(former.claim, claim)
            if found.quiet and found.code not in ("weaker", "wider", "inside", "covered"):
                return former
        return None

    def may_return(self, reading: Reading, left: _Former) -> bool:
        """Whether a value left long ago may be the value again: when the company itself says so."""
        return reading.source is SourceKind.PRIMARY and reading.at - left.until > _RETURN

    # ---- holding back and taking over

    def hold(self, reading: Reading, status: Status, found: Suspicion) -> Verdict:
        """Keep the value aside until the company, a second independent source or a person confirms it."""
        backer = (reading.publisher, reading.text_group)
        same = next(
            (
                held
                for held in self.held
                if compare(held.claim, reading.claim).quiet and reading.at - held.at <= _TOGETHER
            ),
            None,
        )
        if same is None:
            held = Held(reading.claim, status, (reading.id,), frozenset({backer}), reading.at, found.code, found.reason)
            self.held.append(held)
            return Verdict(found.code, found.reason, held=held)
        backers = same.backers | {backer}
        outside = reading.publisher not in {publisher for publisher, _ in same.backers}
        if (reading.source is SourceKind.PRIMARY and outside) or independent(backers) >= self.needed(same):
            return self.release(reading, status, same)
        more = Held(same.claim, status, (*same.readings, reading.id), backers, same.at, same.code, same.reason)
        self.held[self.held.index(same)] = more
        return Verdict("conflict-repeat", f"held back already: {same.reason}")

    def needed(self, held: Held) -> int:
        """How many independent sources release a value: two, three against a value that many print.

        What the metric cannot be is never believed for being repeated: only the company or a person releases it.
        """
        if held.code == "conflict-implausible":
            return 10**6
        return max(2, min(3, independent(self.now.backers))) if self.now is not None else 2

    def release(self, reading: Reading, status: Status, held: Held) -> Verdict:
        now = self.now
        words = claim_words(reading.claim, reading.series.unit)
        reason = f"{words} was held back and is now confirmed by a second independent source"
        if now is None:
            return self.adopt(reading, status, "confirmed", reason, freed=[held])
        error = bool(power_of_ten(now.claim, reading.claim)) or (
            now.status is Status.ACTUAL
            and status is Status.ACTUAL
            and is_closed(reading.series.period, reading.at.date())
        )
        kind = ChangeKind.CORRECTED if error else None
        return self.adopt(reading, status, "confirmed", reason, kind=kind, freed=[held])

    def adopt(
        self,
        reading: Reading,
        status: Status,
        code: str,
        reason: str,
        *,
        loud: bool | None = None,
        kind: ChangeKind | None = None,
        old: Claim | None = None,
        freed: Iterable[Held] = (),
    ) -> Verdict:
        """Make the reading's value the settled one and write the step down."""
        now = self.now
        before = old or (now.claim if now else None)
        if kind is None:
            kind = kind_of(before, reading.claim) if before else ChangeKind.NEW
            if now is not None and now.status in _PLANS and status is Status.ACTUAL:
                kind = ChangeKind.CHANGED
        loud = not is_silent(reading) if loud is None else loud
        baseline = is_baseline(reading) or code == "past-plan"
        way = direction_of(before, reading.claim) if before else None
        was = now.status if now else None
        step = Step(reading.id, kind, way, before, was, reading.claim, status, reading.at, loud, baseline, code, reason)
        if now is not None:
            self.former.append(_Former(now.claim, reading.at))
            self.former.extend([] if now.anchor == now.claim else [_Former(now.anchor, reading.at)])
        released = tuple(freed)
        self.held = [held for held in self.held if held not in released]
        self.now = _Value(reading, status)
        if code == "confirmed":
            self.now.backers.update(*(held.backers for held in released))
        self.steps.append(step)
        return Verdict(code, reason, step=step, released=released)
