"""Quarters, years and deadlines as canonical texts, and the arithmetic between them."""

from datetime import date, timedelta
from typing import NamedTuple

from monitor.core.types.figures import PeriodKind


class Moment(NamedTuple):
    """A year, quarter or month; `quarter` and `month` are 0 where not said."""

    year: int
    quarter: int = 0
    month: int = 0

    @property
    def kind(self) -> PeriodKind:
        """How fine the moment is."""
        return PeriodKind.MONTH if self.month else PeriodKind.QUARTER if self.quarter else PeriodKind.YEAR

    @property
    def text(self) -> str:
        """Canonical form: `2025`, `2025-Q2`, `2024-06`."""
        if self.month:
            return f"{self.year}-{self.month:02d}"
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def last_day(self) -> date:
        """The day on which it ends."""
        month = self.month or self.quarter * 3 or 12
        following = date(self.year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=1)

    @property
    def first_day(self) -> date:
        """The day on which it begins."""
        return date(self.year, self.month or (self.quarter * 3 - 2 if self.quarter else 1), 1)

    def shifted(self, steps: int) -> "Moment":
        """The moment so many years, quarters or months later."""
        if self.month:
            months = self.year * 12 + self.month - 1 + steps
            return Moment(months // 12, 0, months % 12 + 1)
        if self.quarter:
            quarters = self.year * 4 + self.quarter - 1 + steps
            return Moment(quarters // 4, quarters % 4 + 1)
        return Moment(self.year + steps)

    def years_later(self, years: int) -> "Moment":
        """The same quarter or month of another year."""
        return self._replace(year=self.year + years)


def quarter_of(day: date) -> Moment:
    """The quarter that holds a day."""
    return Moment(day.year, (day.month - 1) // 3 + 1)


def last_complete_quarter(day: date) -> Moment:
    """The quarter that results published on the day are about."""
    return quarter_of(day).shifted(-1)


def deadline(moment: Moment) -> str:
    """`by 2024-12`, `by 2030`: a year stays a year unless its end was said."""
    return f"by {moment.text}" if not moment.quarter else f"by {moment.last_day:%Y-%m}"


def span(first: Moment, last: Moment) -> str:
    """`2024-Q1..Q3`, `2023..2025`."""
    if first.quarter and last.quarter and first.year == last.year:
        return f"{first.text}..Q{last.quarter}"
    return f"{first.text}..{last.text}"


def period_end(text: str) -> date | None:
    """The last day of a canonical period; None for what has none."""
    last = text.removeprefix("by ").split("..")[-1]
    if last.startswith("Q"):
        last = f"{text.removeprefix('by ')[:4]}-{last}"
    try:
        if "-Q" in last:
            return Moment(int(last[:4]), int(last[-1])).last_day
        if "-" in last:
            return Moment(int(last[:4]), 0, int(last[5:7])).last_day
        return Moment(int(last[:4])).last_day
    except ValueError:
        return None
