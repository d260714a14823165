"""Measures of measures: one window held against another, or one measure against another."""

from dataclasses import dataclass

import numpy as np

from features.events import Stream
from features.kernels import days
from features.measures import Measure, Plain, Total
from features.measures import ratio as ratio
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Nested(Plain):
    """A measure of measures: it needs what they need."""

    of: Measure

    @property
    def needs(self) -> tuple[str, ...]:
        return self.of.needs

    @property
    def streams(self) -> tuple[Stream, ...]:
        return self.of.streams

    @property
    def other_needs(self) -> tuple[str, ...]:
        return self.of.other_needs


@dataclass(frozen=True)
class Change(Nested):
    """`of` over this window divided by `of` over the window before, `(as_of - 2w, as_of - w]`.

    Unknown where that is 0 or unknown.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return ratio(self.of.over(rows, others), self.of.over(rows.before(), others))


@dataclass(frozen=True)
class YearChange(Nested):
    """`of` over this window divided by `of` over the same window a year ago, `(as_of - 365 - w, as_of - 365]`.

    Unknown where that is 0 or unknown.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return ratio(self.of.over(rows, others), self.of.over(rows.year_before(), others))


@dataclass(frozen=True)
class Shift(Nested):
    """`of` over this window less `of` over that before, `(as_of - 2w, as_of - w]`; unknown where either is."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self.of.over(rows, others) - self.of.over(rows.before(), others)


@dataclass(frozen=True)
class AheadLastYear(Nested):
    """`of` over the window that followed this day a year ago, `(as_of - 365, as_of - 365 + w]`.

    What these weeks brought then. Unknown where no event is visible on or before the day as_of - 365.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ahead = rows.view.window(rows.days, rows.ending + 365 - rows.days)
        value = self.of.over(ahead, others)
        begun = rows.view.window(None, rows.ending + 365)
        return np.where(begun.high > begun.low, value, np.nan)


@dataclass(frozen=True)
class YearAgo(Nested):
    """`of` over the same window a year ago, `(as_of - 365 - w, as_of - 365]`.

    Unknown where no event is visible on or before the day as_of - 365.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        begun = rows.view.window(None, rows.ending + 365)
        return np.where(begun.high > begun.low, self.of.over(rows.year_before(), others), np.nan)


@dataclass(frozen=True)
class Ago(Nested):
    """`of` over the window of the same length that closed `ago` days before, `(as_of - ago - w, as_of - ago]`.

    What is visible is decided on the as-of date: records that come up to `ago` days late are all there. Unknown
    where no event is visible on or before the day as_of - ago.
    """

    ago: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ending = rows.ending + self.ago
        begun = rows.view.window(None, ending)
        value = self.of.over(rows.view.window(rows.days, ending), others)
        return np.where(begun.high > begun.low, value, np.nan)


@dataclass(frozen=True)
class PerYear(Nested):
    """`of` divided by the years since the first event of the window.

    The years are the days from that event to the as-of date, divided by 365, and at least 1.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        begun = days.since_first(rows.day, rows.as_of, rows.low, rows.high)
        return np.asarray(self.of.over(rows, others) / np.maximum(begun / 365, 1.0))


@dataclass(frozen=True)
class Over(Plain):
    """`of` divided by `by`, both over the same window; unknown where `by` is 0 or unknown."""

    of: Measure
    by: Measure

    @property
    def needs(self) -> tuple[str, ...]:
        return self.of.needs + self.by.needs

    @property
    def streams(self) -> tuple[Stream, ...]:
        return self.of.streams + self.by.streams

    @property
    def other_needs(self) -> tuple[str, ...]:
        return self.of.other_needs + self.by.other_needs

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        upper, lower = others[: len(self.of.streams)], others[len(self.of.streams) :]
        return ratio(self.of.over(rows, upper), self.by.over(rows, lower))


@dataclass(frozen=True)
class PerEvent(Plain):
    """Number of events in the window over the number of events of the stream `other` in the same window.

    Unknown where that is 0; 0 where only it has events. Both count what happened in the window, so it may exceed 1.
    """

    other: Stream

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.other,)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        below = others[0].window(rows.days, rows.ending)
        return ratio((rows.high - rows.low).astype(np.float64), (below.high - below.low).astype(np.float64))


@dataclass(frozen=True)
class PerMoney(Plain):
    """Sum of the money `of` over the sum of the money `amount` of the stream `other` in the same window.

    Both in cents. Unknown where the lower sum is not above 0; 0 where only `other` has events.
    """

    of: str
    other: Stream

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.other,)

    @property
    def other_needs(self) -> tuple[str, ...]:
        return ("amount",)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        below = Total("amount").over(others[0].window(rows.days, rows.ending), ())
        return ratio(Total(self.of).over(rows, ()), np.maximum(below, 0.0))
