"""Short ways to write claims and readings for the judge's tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.core.judge import SeriesHistory, judge_readings, reading_id
from monitor.core.types.figures import Modifier, Role, Status
from monitor.core.types.ledger import Claim, Decision, Evidence, MetricRules, Reading, SeriesKey, SourceKind

BN = Decimal(10) ** 9
DAY_ONE = datetime(2025, 2, 1, tzinfo=UTC)
SERIES = SeriesKey("meta.capex", "2025", "USD")


def step_of(printed: str, scale: Decimal = Decimal(1)) -> Decimal:
    """The place value of the last printed digit."""
    exponent = Decimal(printed).as_tuple().exponent
    return Decimal(1).scaleb(int(exponent)) * scale


def claim(text: str, scale: Decimal = BN) -> Claim:
    """ "13.7", "64..72", ">=340000", "<=72", "~600000" in units of `scale`, as precise as printed."""
    if ".." in text:
        low, high = text.split("..")
        return Claim(
            Decimal(low) * scale, Decimal(high) * scale, step_of(low, scale), step_of(high, scale), Modifier.RANGE
        )
    modifier = {">=": Modifier.AT_LEAST, "<=": Modifier.AT_MOST}.get(text[:2])
    if modifier is None and text[0] == "~":
        modifier, text = Modifier.APPROX, text[1:]
    elif modifier is not None:
        text = text[2:]
    value, step = Decimal(text) * scale, step_of(text, scale)
    low = None if modifier is Modifier.AT_MOST else value
    high = None if modifier is Modifier.AT_LEAST else value
    return Claim(low, high, step, step, modifier or Modifier.EXACT)


def reading(
    text: str,
    day: float = 0,
    *,
    article: str = "",
    series: SeriesKey = SERIES,
    status: Status = Status.GUIDANCE,
    role: Role = Role.NEWS,
    source: SourceKind = SourceKind.PRESS,
    publisher: str = "",
    group: str = "",
    background: bool = False,
    seen: float | None = None,
    scale: Decimal = BN,
    quoted: bool = True,
    number_at: int = 10,
) -> Reading:
    """One article's figure, published `day` days after the first and seen at once."""
    value = claim(text, scale)
    at = DAY_ONE + timedelta(days=day)
    article = article or f"{text}@{day}"
    return Reading(
        id=reading_id(article, series, value, role),
        series=series,
        claim=value,
        status=status,
        role=role,
        speaker="Meta",
        at=at,
        seen_at=at if seen is None else DAY_ONE + timedelta(days=seen),
        source=source,
        publisher=publisher or f"{article}.example",
        article=article,
        text_group=group or article,
        language="en",
        evidence=(Evidence(f"It said {text} bn.", 0, number_at, number_at + 4, "https://a.example/1"),)
        if quoted
        else (),
        background=background,
    )


class Ledger:
    """A ledger in memory: judges what it is given and keeps everything."""

    def __init__(self, **rules: MetricRules) -> None:
        self.histories: dict[SeriesKey, SeriesHistory] = {}
        self.rules: dict[str, MetricRules] = {rule.id: rule for rule in rules.values()}

    def add(self, *incoming: Reading) -> tuple[Decision, ...]:
        """Judge readings that arrive together."""
        decisions = judge_readings(self.histories, incoming, self.rules)
        for one, decision in zip(incoming, decisions, strict=True):
            history = self.histories.get(one.series, SeriesHistory())
            known = any(old.id == one.id for old in history.readings)
            conflicts = history.conflicts
            if decision.conflict is not None:
                conflicts = (*(c for c in conflicts if c.id != decision.conflict.id), decision.conflict)
            self.histories[one.series] = SeriesHistory(
                history.readings if known else (*history.readings, one),
                (*history.changes, decision.change) if decision.change else history.changes,
                conflicts,
            )
        return decisions

    def each(self, *incoming: Reading) -> list[Decision]:
        """Judge readings that arrive one after the other."""
        return [self.add(one)[0] for one in incoming]
