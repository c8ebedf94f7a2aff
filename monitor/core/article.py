"""Mentions of one series in one article become one reading with several quotes; the most precise one speaks."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.core.judge.ids import reading_id
from monitor.core.judge.sameness import compare, precision
from monitor.core.types.figures import Figure, Modifier, Role, Status
from monitor.core.types.ledger import Claim, Evidence, Reading, SeriesKey, SourceKind

_QUOTES = 5  # more quotes of one value in one article add nothing


def to_readings(
    figures: Iterable[Figure],
    *,
    article_id: str,
    url: str,
    published: datetime,
    seen_at: datetime,
    source: SourceKind,
    publisher: str,
    text_group: str,
    background: bool,
) -> tuple[Reading, ...]:
    """The readings of one article's bound figures, in the order of the text.

    Old values, other people's expectations and news of one series stay apart; so do values that contradict each other.
    Unbound, vague and denied figures and conversions into another currency are no readings.
    """
    readings = []
    for group in _groups(figures):
        first = max(group, key=lambda figure: (precision(claim_of(figure)), -figure.quantity.start))
        series, claim = series_of(first), claim_of(first)
        role = _role(group)
        readings.append(
            Reading(
                id=reading_id(article_id, series, claim, role),
                series=series,
                claim=claim,
                status=first.status,
                role=role,
                speaker=first.speaker or next((one.speaker for one in group if one.speaker), None),
                at=published,
                seen_at=seen_at,
                source=source,
                publisher=publisher,
                article=article_id,
                text_group=text_group,
                language=first.language,
                evidence=_evidence(first, group, url),
                background=background or role is not Role.NEWS,
                rules=first.rules,
            )
        )
    return tuple(readings)


def claim_of(figure: Figure) -> Claim:
    """The value of a figure as the judge compares it: 7-7.2 begins at 7.0, the ends of a range are equally precise."""
    q = figure.quantity
    step = min(q.low_step, q.high_step) if q.modifier is Modifier.RANGE else q.low_step
    return Claim(q.low, q.high, step, q.high_step, q.modifier)


def series_of(figure: Figure) -> SeriesKey:
    """The line of the ledger that a bound figure belongs to."""
    return SeriesKey(figure.metric or "", figure.period.text if figure.period else "", figure.quantity.unit)


def _groups(figures: Iterable[Figure]) -> list[list[Figure]]:
    groups: list[tuple[tuple[SeriesKey, str], list[Figure]]] = []
    for figure in figures:
        if figure.metric is None or figure.quantity.vague or figure.conversion or figure.status is Status.DENIED:
            continue
        key = (series_of(figure), _kind(figure))
        for known, members in groups:
            if known == key and all(_agree(figure, member) for member in members):
                members.append(figure)
                break
        else:
            groups.append((key, [figure]))
    return [members for _, members in groups]


def _kind(figure: Figure) -> str:
    """Figures of one kind may be mentions of one reading."""
    if figure.role is Role.PRIOR:
        return "prior"
    return "estimate" if figure.status is Status.ESTIMATE else "own"


def _agree(one: Figure, other: Figure) -> bool:
    a, b = claim_of(one), claim_of(other)
    return compare(a, b).quiet or compare(b, a).quiet


def _role(group: Sequence[Figure]) -> Role:
    """News when any mention is news: a headline figure recalled further down stays news."""
    roles = {figure.role for figure in group}
    return Role.NEWS if Role.NEWS in roles else group[0].role


def _evidence(first: Figure, group: Sequence[Figure], url: str) -> tuple[Evidence, ...]:
    """Quotes, the speaking one first, each sentence once."""
    seen: set[str] = set()
    quotes = []
    for figure in (first, *group):
        if figure.quote in seen:
            continue
        seen.add(figure.quote)
        start = figure.quantity.start - figure.quote_start
        end = figure.quantity.end - figure.quote_start
        quotes.append(Evidence(figure.quote, figure.quote_start, start, end, url))
    return tuple(quotes[:_QUOTES])
