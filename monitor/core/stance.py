"""How far the speaker stands behind a value, and why the article prints it: status and role."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from monitor.core.calendar import period_end
from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.mentions import Mention
from monitor.core.scoring import length_of
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Period, PeriodKind, Quantity, Role, Status

_COMMAS = (",", "،", "，", "、")
BREAKS = ",;，、；。،؛:："
_PRIOR = frozenset({"r.prior", "r.prior_near", "r.prior_not", "r.prior_after"})
_PRIOR_NEAR = frozenset({"r.prior_near", "r.prior_not"})  # "from 60", and in a correction "not 60": right before it
_OLD_YEAR = timedelta(days=150)
_OLD_QUARTER = timedelta(days=100)
_OLD_NEWS = timedelta(days=45)
_AWAITED = 14  # characters between a number and the word that says it was expected
_TURN = 24  # characters between an old value and the new one
_APPOSED = 3  # characters between a number and a participle that tells more of it
_APART = 16  # characters between a comma and the "which" that opens an aside, and behind the number that it holds


class Stance(NamedTuple):
    """Status and role with the words that decided them."""

    status: Status
    role: Role
    why: tuple[str, ...]


def looks_ahead(quantity: Quantity, hits: Sequence[Hit], layout: Layout) -> bool:
    """Whether the words of the number's clause speak of the future."""
    left, right = clause(quantity, layout)
    inside = [hit for hit in hits if left <= hit.start and hit.end <= right]
    beaten = next((hit for hit in inside if hit.group == "s.beats" and hit.start >= quantity.end), None)
    if beaten and any(hit.group in {"s.guidance", "s.estimate"} and hit.start >= beaten.end for hit in inside):
        return False  # what beat the forecasts is no forecast
    if any(hit.group in {"s.guidance", "s.target"} for hit in inside):
        return True
    before = [h for h in hits if h.group == "s.guidance" and h.end <= quantity.start]
    past = [h for h in hits if h.group == "s.actual" and h.end <= quantity.start]
    return bool(before) and (not past or past[-1].start < before[-1].start)


def says_reached(quantity: Quantity, hits: Sequence[Hit], layout: Layout) -> bool:
    """Whether the number's clause tells what is so already, and nothing of a plan."""
    left, right = clause(quantity, layout)
    groups = {hit.group for hit in hits if left <= hit.start and hit.end <= right}
    return "s.actual" in groups and not groups & {"s.guidance", "s.target"}


def clause(quantity: Quantity, layout: Layout) -> tuple[int, int]:
    """The stretch between punctuation around the number."""
    known = layout.clauses.get(quantity.start)
    if known is None:
        known = layout.clauses[quantity.start] = _clause(quantity, layout)
    return known


def _clause(quantity: Quantity, layout: Layout) -> tuple[int, int]:
    sentence = layout.sentences[layout.sentence_of(quantity.start)]
    low = layout.low
    left, right = sentence.start, sentence.end
    for mark in BREAKS:
        at = low.rfind(mark, sentence.start, quantity.start)
        left = max(left, at + 1) if at >= 0 else left
        at = low.find(mark, quantity.end, sentence.end)
        right = min(right, at) if at >= 0 else right
    left = _governing(left, layout, quantity)
    opened = low.find("(", quantity.end, right)
    if opened >= 0 and ")" not in low[left : quantity.start] and "(" not in low[left : quantity.start]:
        right = opened
    return left, right


def _governing(left: int, layout: Layout, quantity: Quantity) -> int:
    """Where the clause begins that governs one behind a comma and "that": "Analysts expect, that it spends 90"."""
    if layout.low[max(0, left - 1) : left] not in _COMMAS:
        return left
    number = layout.sentence_of(quantity.start)
    if not any(hit.group == "r.that" and 0 <= hit.start - left <= 2 for hit in layout.hits(number)):
        return left
    start = layout.sentences[number].start
    return max([start, *(layout.low.rfind(mark, start, left - 1) + 1 for mark in BREAKS)])


def expected_by_others(quantity: Quantity, hits: Sequence[Hit], layout: Layout) -> Hit | None:
    """The words that make the number somebody else's expectation: analysts, the market, a research firm."""
    left, right = clause(quantity, layout)
    others = [q for q in layout.beside(quantity.start) if q is not quantity and q.unit == quantity.unit]
    awaited = _awaited(quantity, others, hits, layout)
    if awaited is not None:
        return awaited
    for hit in hits:
        if hit.group != "s.estimate" or not (left <= hit.start and hit.end <= right):
            continue
        if hit.end <= quantity.start:
            between = [q for q in others if hit.end <= q.start < quantity.start]
            if not between:
                return hit
        else:
            gap = layout.low[quantity.end : hit.start]
            between = [q for q in others if quantity.end <= q.start < hit.start]
            claimed = [q for q in others if hit.end <= q.start <= max(right, hit.end + 2)]
            beaten = any(h.group == "s.beats" and quantity.end <= h.start <= hit.start for h in hits)
            beaten = beaten or _beats_with(quantity, hits, left)
            if not between and not claimed and not beaten and length_of(gap) < 60:
                return hit
    return None


def _beats_with(quantity: Quantity, hits: Sequence[Hit], left: int) -> bool:
    """ "Der Umsatz übertraf mit 40,6 Milliarden die Erwartungen": the number is what beat them."""
    led = any(hit.group == "r.with" and 0 <= quantity.start - hit.end <= 2 for hit in hits)
    return led and any(hit.group == "s.beats" and left <= hit.start and hit.end <= quantity.start for hit in hits)


def _awaited(quantity: Quantity, others: Sequence[Quantity], hits: Sequence[Hit], layout: Layout) -> Hit | None:
    """ "47.5 billion vs. 44.8 billion expected", "(44,8 attendus)": what is set beside a result was expected of it."""
    if not any(other.end <= quantity.start for other in others):
        return None
    low = layout.low
    opened = low[max(0, quantity.start - 24) : quantity.start].rpartition("(")
    bracket = bool(opened[1]) and ")" not in opened[2]
    against = any(
        hit.group in {"s.beats", "r.compare", "r.prior_near"} and 0 <= quantity.start - hit.end <= 24 for hit in hits
    )
    if not bracket and not against:
        return None
    for hit in hits:
        if hit.group != "s.expected":
            continue
        start, end = (hit.end, quantity.start) if hit.end <= quantity.start else (quantity.end, hit.start)
        gap = low[start:end]
        if length_of(gap) <= _AWAITED and not any(mark in gap for mark in ",;，；、。()（）"):
            return hit
    return None


class Told(NamedTuple):
    """A bound number with what stands around it."""

    quantity: Quantity
    metric: Metric
    period: Period | None
    hits: Sequence[Hit]  # of its sentence
    times: Sequence[Mention]  # of its sentence
    layout: Layout
    published: date
    conversion: bool = False
    pair: Period | None = None  # the period of the figure that it is compared with
    pair_old: bool = False  # whether that figure is the old value itself
    since: int | None = None  # where that figure ends, in the same sentence
    inherited: bool = False  # named only by that figure
    outsider: Hit | None = None  # somebody outside the company who says it
    hearsay: Hit | None = None  # unnamed sources, or a word that calls it a rumour
    aside: str = ""  # why it is not what this story is about


def stance_of(told: Told) -> Stance:
    """Status and role of one bound number."""
    status, why = _status(told)
    role, because = _role(told, status)
    if told.conversion:
        role, because = Role.BACKGROUND, "a conversion of the figure beside it"
    return Stance(status, role, tuple(word for word in (why, because) if word))


def _status(told: Told) -> tuple[Status, str]:
    metric, period = told.metric, told.period
    left, right = clause(told.quantity, told.layout)
    inside = [hit for hit in told.hits if left <= hit.start and hit.end <= right]
    denied = next((hit for hit in inside if hit.group == "s.denied"), None)
    if denied:
        return Status.DENIED, f"“{denied.cue}” denies it"
    foreign = expected_by_others(told.quantity, told.hits, told.layout)
    if foreign:
        return Status.ESTIMATE, f"“{foreign.cue}”: somebody else's expectation"
    if metric.status != "actual":
        reached = says_reached(told.quantity, told.hits, told.layout) and "by" in metric.periods
        if reached and metric.status == "target" and not (period and period.kind is PeriodKind.BY):
            return Status.ACTUAL, "reported as reached"
        return Status(metric.status), ""
    end = period_end(period.text) if period else None
    if "money" not in metric.units and end and end >= told.published:
        return (Status.TARGET, "a plan") if looks_ahead(told.quantity, told.hits, told.layout) else (Status.ACTUAL, "")
    if period and end and (end >= told.published or period.kind is PeriodKind.BY):
        if told.hearsay and not prior_cue(told.quantity, told.hits, told.layout):
            return Status.ESTIMATE, f"“{told.hearsay.cue}”: hearsay, not the company's own word"
        return Status.GUIDANCE, f"{period.text} was not over on {told.published:%Y-%m-%d}"
    return Status.ACTUAL, ""


def _role(told: Told, status: Status) -> tuple[Role, str]:
    period = told.period
    if status is Status.ESTIMATE and told.metric.status == "actual":
        return Role.BACKGROUND, ""
    before = prior_cue(told.quantity, told.hits, told.layout)
    if before and told.metric.cumulative and told.pair is None:
        before = None  # "so far", of a sum that grows, says what it is now
    if before and told.pair and period and told.pair.text != period.text:
        if _just_closed(told, period):
            return Role.NEWS, f"{period.text} has just closed"
        return Role.BACKGROUND, f"“{before.cue}”: {period.text} for comparison with {told.pair.text}"
    if before:
        return Role.PRIOR, f"“{before.cue}”: the old value"
    ago = _ago(told)
    if ago:
        return Role.PRIOR, f"“{ago.cue}”: what it was then"
    beside = _set_beside(told)
    if beside:
        return Role.PRIOR, f"“{beside.cue}”: set beside the new value of the same time"
    compared = _compared(told) if period is None else None
    if compared:
        return Role.BACKGROUND, f"“{compared.cue}”: for comparison"
    end = period_end(period.text) if period and period.kind is not PeriodKind.BY else None
    if period and end and told.published - end > (_OLD_QUARTER if period.kind is PeriodKind.QUARTER else _OLD_YEAR):
        return Role.BACKGROUND, f"{period.text} is long over"
    recalled = _told_before(told) or told.aside or _dated(told) or _in_passing(told)
    return (Role.BACKGROUND, recalled) if recalled else (Role.NEWS, "")


def _just_closed(told: Told, period: Period) -> bool:
    """Plans for the new year are set beside what the old one came to, which is news of its own in these weeks."""
    end = period_end(period.text)
    closed = end is not None and end < told.published and told.published - end <= _OLD_YEAR
    return closed and period.kind is PeriodKind.YEAR


def _ago(told: Told) -> Hit | None:
    """ "Three months ago that figure was 115 billion": a value of the same time, told of an earlier day."""
    same = told.pair is not None and told.period is not None and told.pair.text == told.period.text
    if not told.inherited or not same or told.pair_old:
        return None
    return next((hit for hit in told.hits if hit.group == "r.ago" and hit.end <= told.quantity.start), None)


def _compared(told: Told) -> Hit | None:
    """The word of comparison between the figure before it and this one: "1 billion, against 650 million"."""
    if told.since is None:
        return None
    spans = (told.since, told.quantity.start)
    return next((h for h in told.hits if h.group == "r.compare" and spans[0] <= h.start and h.end <= spans[1]), None)


def _set_beside(told: Told) -> Hit | None:
    """The word of comparison right before a second value of the same time: "72 billion, against 65 billion"."""
    if told.pair is None or told.pair_old or told.period is None or told.pair.text != told.period.text:
        return None
    hit = _compared(told)
    return hit if hit and told.quantity.start - hit.end <= _TURN else None


def _beside(quantity: Quantity, others: Sequence[Quantity], layout: Layout) -> bool:
    number = layout.sentence_of(quantity.start)
    return any(layout.sentence_of(one.start) == number for one in others)


def prior_cue(quantity: Quantity, hits: Sequence[Hit], layout: Layout) -> Hit | None:
    """The words that make the number the old value: "up from", "previously", "statt bisher"."""
    others = [q for q in layout.beside(quantity.start) if q is not quantity and q.unit == quantity.unit]
    times = [(hit.start, hit.end) for hit in hits if hit.group == "p.year_ago"]
    turned = _turned_into(quantity, others, hits, layout) or _declined(quantity, others, hits)
    if turned is not None:
        return turned
    for hit in reversed(hits):
        if hit.group not in _PRIOR or any(start <= hit.start < end for start, end in times):
            continue  # "a year before" dates a comparison
        if quantity.start <= hit.start and hit.end <= quantity.end:
            continue  # the hedge of the number itself: "σε πάνω από 70", "১১৫ থেকে ১৩৫"
        if hit.end <= quantity.start:
            gap, crossed = layout.low[hit.end : quantity.start], (hit.end, quantity.start)
        else:
            gap, crossed = layout.low[quantity.end : hit.start], (quantity.end, hit.start)
            if " — " in gap or " – " in gap:
                continue  # "35 to 40 billion — earlier it had named 30 to 37": a clause of its own
        if any(crossed[0] <= q.start < crossed[1] for q in others) or any(mark in gap for mark in ",;，；、،"):
            continue
        if hit.group in _PRIOR_NEAR and not _beside(quantity, others, layout):
            continue  # "from" is the old value only where a new one stands in the sentence
        if hit.start < quantity.end:
            near = 4 if hit.group in _PRIOR_NEAR else 60 if hit.group == "r.prior" else 0
        else:
            taken = any(q.start >= hit.end for q in others if q.start < hit.end + 60)  # "instead of" what follows
            near = 30 if hit.group == "r.prior_after" else 6 if hit.group == "r.prior" and not taken else 0
        if length_of(gap) < near:
            return hit
    return None


def _turned_into(quantity: Quantity, others: Sequence[Quantity], hits: Sequence[Hit], layout: Layout) -> Hit | None:
    """The word between an old and a new value: "de 60 a 65 bilhões para 64 a 72 bilhões", "60 milyardan 64 milyara"."""
    new = next((other for other in others if 0 <= other.start - quantity.end <= _TURN), None)
    if new is None:
        return None
    opened = any(
        hit.group == "r.from" and (0 <= quantity.start - hit.end <= 4 or hit.start == quantity.start) for hit in hits
    )
    for hit in hits:
        if hit.group == "r.turn" and opened and quantity.end <= hit.start and hit.end <= new.start:
            outside = layout.low[quantity.end : hit.start] + layout.low[hit.end : new.start]
        elif hit.group == "r.turn_end" and quantity.start < hit.start and quantity.end - 1 <= hit.end <= new.start:
            outside = layout.low[hit.end : new.start]
        else:
            continue
        if length_of(outside.strip()) <= 3 and not any(mark in outside for mark in BREAKS):
            return hit
    return None


def _declined(quantity: Quantity, others: Sequence[Quantity], hits: Sequence[Hit]) -> Hit | None:
    """An old value that its case ending marks: "10 milliárdra emeli az 1,5 milliárdról"."""
    if not any(other.end <= quantity.start for other in others):
        return None
    return next(
        (h for h in hits if h.group == "r.prior_end" and quantity.start < h.start and abs(h.end - quantity.end) <= 1),
        None,
    )


def _in_passing(told: Told) -> str:
    """A state that describes the company in an aside: "Meta, which employs 76,000 people, plans ..."."""
    if told.metric.periods - {"none"} or told.metric.status != "actual" or told.metric.slot:
        return ""
    quantity, layout = told.quantity, told.layout
    left, _ = clause(quantity, layout)
    comma = layout.low[max(0, left - 1) : left] in _COMMAS
    for hit in told.hits:
        opens = hit.group == "r.which" and comma and 0 <= hit.start - left <= _APART and hit.end <= quantity.start
        closes = hit.group == "r.which_after" and 0 <= hit.start - quantity.end <= _APART
        if opens or closes:
            return f"“{hit.cue}”: told in passing"
    return ""


def _dated(told: Told) -> str:
    """A state that another sentence gives for an earlier day: "In December it was 650 million"."""
    if not told.inherited or told.period is not None:
        return ""
    for time in told.times:
        dated = time.what in {"month", "date", "year"} and time.moment is not None
        old = dated and time.moment is not None and told.published - time.moment.last_day > _OLD_NEWS
        if old or time.what in {"year_ago", "previous_one"}:
            return f"for comparison, of {time.cue}"
    return ""


def _of_another(hit: Hit, told: Told) -> bool:
    """ "Raised to 10 billion from the 1.5 billion announced last year": words that belong to the number beside them."""
    if 0 <= told.quantity.start - hit.end <= _APPOSED or 0 <= hit.start - told.quantity.end <= _APPOSED:
        return False
    others = [one for one in told.layout.beside(hit.start) if one is not told.quantity]
    return any(0 <= one.start - hit.end <= _APPOSED or 0 <= hit.start - one.end <= _APPOSED for one in others)


def _told_before(told: Told) -> str:
    """Words that date the saying itself well before the article: "announced last December", 今年4月…表示."""
    start = told.quantity.start
    for hit in told.hits:
        if hit.group == "r.background" and abs(hit.start - start) < 160 and not _of_another(hit, told):
            return f"“{hit.cue}”: told before"
    said = [hit for hit in told.hits if hit.group == "v.said"]
    for time in told.times:
        if time.what not in {"month", "date"} or time.moment is None or time.by or not said:
            continue
        near = min(abs(time.start - hit.start) for hit in said)
        if near < 60 and told.published - time.moment.last_day > _OLD_NEWS and time.end <= start:
            return f"said in {time.cue}"
    return ""
