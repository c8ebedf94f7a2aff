"""Which time a figure is about: the nearest fitting mention in sentence, paragraph or article, else a habit."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from monitor.core.calendar import Moment, deadline, last_complete_quarter, period_end, quarter_of, span
from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.mentions import Line, Mention, mentions
from monitor.core.scoring import length_of
from monitor.core.types.binding import Metric
from monitor.core.types.figures import Modifier, Period, PeriodKind, PeriodSource, Quantity, Shape

_FLOOR = 0.25  # a mention further away says nothing about the figure
_STANDARDS = frozenset({"year", "quarter", "month", "last_quarter", "year_ago"})
_AGAINST = frozenset({"r.against", "r.compare", "r.from", "r.prior_near"})
_TIES = frozenset({"", "s", "的", "の", "의", "'s", "’s"})
_OWN = 5  # characters between a time and the number that it dates, or the word that compares with it
_TWICE = 14  # characters between "twice" and the time of what it doubles: "twice that of a year before"
_CHANGED = 48  # characters between such a time and the number that tells by how much
_OPENING = 12  # characters before a time that a sentence still begins with
_PAST_QUARTER = 200  # days after which a quarter without year is the coming one rather than the past one


class Frame(NamedTuple):
    """What the article as a whole is about: the day it appeared and the quarter it reports."""

    published: date
    reported: Moment  # a quarter
    named: bool  # whether the article names that quarter


class Wanted(NamedTuple):
    """What the period is asked for."""

    quantity: Quantity
    metric: Metric
    forecast: bool  # the words beside it look ahead
    sibling: Period | None  # the period of the figure that this one is compared with
    since: int = 0  # where that figure ends
    reached: bool = False  # the words beside it say that it is so already
    older: bool = False  # the old value of the same thing: its period too, unless its own stands beside it


def frame_of(title: Sequence[Mention], text: Sequence[Mention], published: date) -> Frame:
    """The quarter that the article reports: the first one it names that was just over, else the last complete one."""
    for mention in (*title, *text):
        if mention.what == "quarter" and mention.moment:
            moment = _with_year(mention.moment, published, forecast=False)
            if 0 <= (published - moment.last_day).days <= 130:
                return Frame(published, moment, True)
    return Frame(published, last_complete_quarter(published), False)


def sentence_mentions(layout: Layout, number: int, published: date) -> tuple[Mention, ...]:
    """The times of one sentence."""
    sentence = layout.sentences[number]
    taken = [(q.start, q.end) for q in layout.within(number)]
    line = Line(layout.low, sentence.start, sentence.end, layout.hits(number), taken, published, layout.language)
    return mentions(line)


def period_of(
    wanted: Wanted, layout: Layout, number: int, frame: Frame, cache: dict[int, tuple[Mention, ...]]
) -> Period | None:
    """The period of a quantity in sentence `number` for one metric; None where the metric has none."""
    if wanted.older and wanted.sibling is not None:
        return _of_pair(wanted, layout, number, frame) or wanted.sibling
    paragraph = layout.sentences[number].paragraph
    for distance in range(4):
        at = number - distance
        if at < 0 or layout.sentences[at].paragraph != paragraph:
            break
        if at not in cache:
            cache[at] = sentence_mentions(layout, at, frame.published)
        found = _in_sentence(wanted, layout, cache[at], frame, here=distance == 0)
        if found is not None:
            return found
    return _by_habit(wanted, layout, frame, cache)


def _of_pair(wanted: Wanted, layout: Layout, number: int, frame: Frame) -> Period | None:
    """A time that belongs to the second of two compared figures: between them, or right after the second."""
    quantity = wanted.quantity
    best: tuple[float, Period] | None = None
    for mention in sentence_mentions(layout, number, frame.published):
        if mention.end <= wanted.since or mention.start - quantity.end > 45:
            continue
        score = _reach(quantity, mention, layout)
        period = _applied(wanted, mention, frame, PeriodSource.CLAUSE) if score > 0.45 else None
        if period is not None and (best is None or score > best[0]):
            best = (score, period)
    return best[1] if best else None


def _in_sentence(
    wanted: Wanted, layout: Layout, found: Sequence[Mention], frame: Frame, *, here: bool
) -> Period | None:
    """The best fitting mention of a sentence, or None."""
    best: tuple[float, Period] | None = None
    for mention in found:
        opening = wanted.sibling is not None and wanted.since == 0 and _opens(mention, layout)
        score = _reach(wanted.quantity, mention, layout, opening=opening) if here else 0.5 + mention.start / 1e9
        if score < _FLOOR or _is_standard(mention, layout, frame.published):
            continue
        if not here and mention.what in {"year_ago", "previous_one", "multi_year", "years"}:
            continue
        if not here and mention.what == "year" and "year" in wanted.metric.periods and _compared(mention, layout):
            continue
        source = PeriodSource.PARAGRAPH
        if here:
            source = PeriodSource.CLAUSE if score > 0.75 else PeriodSource.SENTENCE
        period = _applied(wanted, mention, frame, source)
        if period is not None and not _sensible(wanted, period, frame, here=here):
            continue
        if period is not None and (best is None or score > best[0]):
            best = (score, period)
    return best[1] if best else None


def _is_standard(mention: Mention, layout: Layout, published: date) -> bool:
    """Whether a change is measured against the time: "22% more than last year", 前年比22%増; it dates no value."""
    if mention.by or mention.what not in _STANDARDS:
        return False
    number = layout.sentence_of(mention.start)
    beside = layout.within(number)
    if any(not _changes(q) and _dates(mention, q, layout) for q in beside):
        return False  # "compared with last year's 39 billion", "from 39 billion last year"
    hits = layout.hits(number)
    changed = any(_changes(q) and max(q.start - mention.end, mention.start - q.end) <= _CHANGED for q in beside)
    if not changed and not any(hit.group == "r.double" and abs(hit.start - mention.start) <= _CHANGED for hit in hits):
        return False
    against = any(
        hit.group in _AGAINST
        and ((hit.start < mention.start <= hit.end + _OWN < mention.end + _OWN) or -1 <= hit.start - mention.end <= 1)
        for hit in hits
    )
    past = mention.moment is None or mention.moment.year < published.year
    return against or (past and _doubled(mention, hits))


def _doubled(mention: Mention, hits: Sequence[Hit]) -> bool:
    """ "Twice that of a year earlier", 1년 전의 두 배."""
    doubles = [hit for hit in hits if hit.group == "r.double"]
    return any(-4 <= mention.start - hit.end <= _TWICE or -1 <= hit.start - mention.end <= _OWN for hit in doubles)


def _dates(mention: Mention, quantity: Quantity, layout: Layout) -> bool:
    """Whether nothing parts a time from the number beside it; "last year, up to 47 billion" parts them."""
    if quantity.modifier is Modifier.AT_MOST:
        return False
    if mention.end <= quantity.start:
        gap = layout.low[mention.end : quantity.start][: _OWN + 1]
    else:
        gap = layout.low[quantity.end : mention.start][: _OWN + 1]
    return len(gap) <= _OWN and gap.strip(" '’-–(,") in _TIES


def _changes(quantity: Quantity) -> bool:
    """Whether a number tells by how much, not how much."""
    return quantity.unit in {"percent", "times"} or quantity.shape is Shape.CHANGE


def _opens(mention: Mention, layout: Layout) -> bool:
    """Whether the sentence begins with the time, and neither compares with it nor tells a change since."""
    number = layout.sentence_of(mention.start)
    first = layout.sentences[number].start
    if mention.start - first > _OPENING or any(q.start < mention.start for q in layout.within(number)):
        return False
    changed = any(q.unit == "percent" for q in layout.within(number))
    return not changed and not any(h.group == "r.compare" and h.end <= mention.start for h in layout.hits(number))


def _sensible(wanted: Wanted, period: Period, frame: Frame, *, here: bool) -> bool:
    """A value too large for a quarter is none; what was said of the future before is not about reported figures."""
    metric = wanted.metric
    ahead = wanted.forecast or wanted.quantity.modifier is Modifier.RANGE
    if period.kind is PeriodKind.QUARTER and _of_year(wanted) and not ahead:
        return False
    end = period_end(period.text)
    if wanted.forecast and not here and end is not None and end < frame.published:
        return False  # a forecast is about what comes, whatever the sentence before compared it with
    reported = metric.status == "actual" and metric.habit == "quarter" and not metric.ahead
    return here or ahead or not (reported and end is not None and end >= frame.published)


def _compared(mention: Mention, layout: Layout) -> bool:
    """Whether the time only belongs to a comparison: "up from ... in 2024"."""
    number = layout.sentence_of(mention.start)
    return any(
        hit.group in {"r.compare", "r.prior"} and 0 <= mention.start - hit.end <= 40 for hit in layout.hits(number)
    )


def _reach(quantity: Quantity, mention: Mention, layout: Layout, *, opening: bool = False) -> float:
    """How strongly a time speaks for a quantity of the same sentence: 1 beside it, less with distance and barriers.

    `opening`: the sentence goes back from the figure before it, as "A year earlier it spent 72 billion" does.
    """
    if mention.end <= quantity.start:
        left, right, cost, comma = mention.end, quantity.start, 0.0, 0.12
    elif mention.start >= quantity.end:
        left, right, cost, comma = quantity.end, mention.start, 0.04, 0.25
    else:
        return 0.9
    gap = layout.low[left:right]
    length = length_of(gap)
    between = [q for q in layout.beside(quantity.start) if left <= q.start and q.end <= right]
    if mention.what == "year_ago" and (between or (mention.start < quantity.end and not opening)):
        return 0.0
    same = sum(q.unit == quantity.unit for q in between)
    crossing = (0.3 if mention.end <= quantity.start else 0.55) * same
    crossing += 0.04 * (len(between) - same)
    stops = sum(gap.count(mark) for mark in ",،、，") * comma + sum(gap.count(mark) for mark in ";；:—") * 0.25
    if mention.start >= quantity.end:
        crossing += 0.1 if between else 0.0
        number = layout.sentence_of(quantity.start)
        crossing += 0.4 * any(h.group == "r.and" and left <= h.start and h.end <= right for h in layout.hits(number))
    return 1.0 - cost - length / 110 - stops - crossing


def _with_year(moment: Moment, published: date, *, forecast: bool) -> Moment:
    """Gives a quarter without year its year: the last one that ended, or the coming one for forecasts."""
    if moment.year:
        return moment
    past = moment._replace(year=published.year)
    while past.last_day >= published:
        past = past.years_later(-1)
    coming = past.years_later(1)
    if forecast and moment.quarter:
        return past if past == last_complete_quarter(published) else coming  # nobody forecasts the one just over
    if (published - past.last_day).days > _PAST_QUARTER and coming.first_day <= published:
        return coming
    return past


def _applied(wanted: Wanted, mention: Mention, frame: Frame, source: PeriodSource) -> Period | None:
    """The mention as a period of the kind that the metric has; None when it does not fit."""
    kinds = wanted.metric.periods
    moment = _moment(wanted, mention, frame)
    if mention.what in {"multi_year", "years", "span"}:
        return _stretch(kinds, mention, moment, frame, source)
    if moment is None or mention.what == "date":
        return None
    if mention.by and mention.what == "month" and moment.last_day < frame.published:
        written = any(char.isdigit() for char in mention.cue)
        moment = moment if written else moment.years_later(1)  # "by December", told in January
    if mention.by and "by" in kinds:
        return Period(deadline(moment), PeriodKind.BY, source, mention.cue)
    kind = moment.kind.value
    if wanted.metric.habit == "month" and moment.last_day >= frame.published:
        return None  # what was counted lies in the past
    if kind == "quarter" and "month" in kinds:
        month = Moment(moment.year, 0, moment.quarter * 3)
        return Period(month.text, PeriodKind.MONTH, source, mention.cue)
    if kind == "month" and mention.what == "end" and "year" in kinds:
        moment, kind = Moment(moment.year), "year"
    if kind == "year" and kind not in kinds and "by" in kinds and "none" not in kinds:
        return Period(deadline(Moment(moment.year, 0, 12)), PeriodKind.BY, source, mention.cue)
    if kind not in kinds:
        return None
    return Period(moment.text, moment.kind, source, mention.cue)


def _stretch(
    kinds: frozenset[str], mention: Mention, moment: Moment | None, frame: Frame, source: PeriodSource
) -> Period | None:
    """Nine months, or several years, which no metric of years or quarters can have."""
    if mention.what == "span":
        if "span" not in kinds or mention.until is None or moment is None:
            return None
        last = Moment(moment.year, mention.until.quarter)
        return Period(span(moment, last), PeriodKind.SPAN, source, mention.cue)
    if not kinds & {"year", "quarter"}:
        return None
    last = mention.until or Moment(frame.published.year - 1)
    return Period(span(mention.moment or last.shifted(-2), last), PeriodKind.SPAN, source, mention.cue)


def _moment(wanted: Wanted, mention: Mention, frame: Frame) -> Moment | None:
    """What a mention means on the day of publication."""
    current = quarter_of(frame.published)
    ahead = frame.reported.shifted(1)
    if mention.moment is not None:
        return _with_year(mention.moment, frame.published, forecast=wanted.forecast)
    if mention.what == "the_quarter":
        return ahead if wanted.forecast else frame.reported
    if mention.what == "this_quarter":
        return ahead if frame.named and ahead == current else current
    if mention.what == "next_quarter":
        return ahead if frame.named else current.shifted(1)
    if mention.what == "last_quarter":
        return frame.reported
    if mention.what == "full_year":
        return _full_year(wanted, frame)
    sibling = _parse(wanted.sibling.text if wanted.sibling else None) or (
        frame.reported if "quarter" in wanted.metric.periods else None
    )
    if mention.what == "previous_one":
        return sibling.shifted(-1) if sibling else None
    if mention.what == "year_ago":
        return sibling.years_later(-1) if sibling else None
    return None


def _full_year(wanted: Wanted, frame: Frame) -> Moment:
    """ "The full year": the running one, or in the first quarter the past one when nothing looks ahead."""
    if frame.published.month <= 3 and not wanted.forecast and wanted.quantity.modifier is not Modifier.RANGE:
        return Moment(frame.published.year - 1)
    return Moment(frame.published.year)


def _parse(text: str | None) -> Moment | None:
    """A canonical year or quarter as a moment."""
    if not text or ".." in text or text.startswith("by"):
        return None
    year = int(text[:4])
    return Moment(year, int(text[-1])) if "Q" in text else Moment(year) if len(text) == 4 else None


def _by_habit(wanted: Wanted, layout: Layout, frame: Frame, cache: dict[int, tuple[Mention, ...]]) -> Period | None:
    """The period when the sentence and its neighbours say nothing."""
    metric, published = wanted.metric, frame.published
    source = PeriodSource.ARTICLE if frame.named else PeriodSource.PUBLICATION
    ahead = wanted.forecast or (wanted.quantity.modifier is Modifier.RANGE and not wanted.reached)
    habit = (metric.ahead or metric.habit) if ahead else metric.habit
    if habit == "quarter" and not wanted.forecast and metric.yearly and _of_year(wanted):
        plan = metric.ahead == "year" and not wanted.reached  # "Meta invests 60 billion": a year's money, not yet spent
        return Period(str(published.year - (not plan)), PeriodKind.YEAR, PeriodSource.PUBLICATION)
    if habit == "quarter":
        moment = frame.reported.shifted(1) if wanted.forecast else frame.reported
        return Period(moment.text, PeriodKind.QUARTER, source)
    if habit == "month":
        return Period(Moment(frame.reported.year, 0, frame.reported.quarter * 3).text, PeriodKind.MONTH, source)
    if habit == "year":
        return Period(str(published.year), PeriodKind.YEAR, PeriodSource.PUBLICATION)
    if habit == "by" and wanted.reached and "month" in metric.periods:
        return Period(Moment(published.year, 0, published.month).text, PeriodKind.MONTH, PeriodSource.PUBLICATION)
    if habit == "by":
        return _deadline_of_article(layout, frame, cache) or Period(
            f"by {published.year}-12", PeriodKind.BY, PeriodSource.PUBLICATION
        )
    return None


def _deadline_of_article(layout: Layout, frame: Frame, cache: dict[int, tuple[Mention, ...]]) -> Period | None:
    """The first deadline that any sentence with figures names."""
    for number in range(len(layout.sentences)):
        if not layout.within(number):
            continue
        if number not in cache:
            cache[number] = sentence_mentions(layout, number, frame.published)
        for mention in cache[number]:
            if mention.by and mention.moment and abs(mention.moment.year - frame.published.year) <= 1:
                return Period(deadline(mention.moment), PeriodKind.BY, PeriodSource.ARTICLE, mention.cue)
    return None


def _of_year(wanted: Wanted) -> bool:
    """Whether the value is a year's: too large for a quarter, and still one that the metric can have."""
    metric, size = wanted.metric, _size(wanted.quantity)
    most = metric.plausible[1] if metric.plausible else size
    return metric.yearly is not None and metric.yearly <= size <= most


def _size(quantity: Quantity) -> Decimal:
    return quantity.high if quantity.high is not None else quantity.low or Decimal(0)
