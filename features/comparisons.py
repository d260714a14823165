"""Measures of measures: one window held against another, or one measure against another."""

from dataclasses import dataclass

import numpy as np

from features.events import Stream
from features.measures import Measure, Plain
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


@dataclass(frozen=True)
class Change(Nested):
    """The measure over this window as a multiple of the window before; unknown where that was 0."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return ratio(self.of.over(rows, others), self.of.over(rows.before(), others))


@dataclass(frozen=True)
class YearChange(Nested):
    """The measure over this window as a multiple of the same window 365 days earlier; unknown where that was 0."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return ratio(self.of.over(rows, others), self.of.over(rows.year_before(), others))


@dataclass(frozen=True)
class Shift(Nested):
    """The measure over this window less the same over the window before."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self.of.over(rows, others) - self.of.over(rows.before(), others)


@dataclass(frozen=True)
class AheadLastYear(Nested):
    """The measure over the window that followed the same day a year ago: what these weeks brought then.

    The window is ``(as_of - 365, as_of - 365 + days]``. Unknown where the records do not reach back so far.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ahead = rows.view.window(rows.days, 365 - rows.days)
        value = self.of.over(ahead, others)
        begun = rows.view.window(None, 365)
        return np.where(begun.high > begun.low, value, np.nan)


@dataclass(frozen=True)
class Over(Plain):
    """One measure over another of the same window; unknown where the lower one is 0."""

    of: Measure
    by: Measure

    @property
    def needs(self) -> tuple[str, ...]:
        return self.of.needs + self.by.needs

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return ratio(self.of.over(rows, others), self.by.over(rows, others))


@dataclass(frozen=True)
class PerEvent(Plain):
    """Number of events of this stream for each event of another in the same window."""

    other: Stream

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.other,)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        below = others[0].window(rows.days, rows.ending)
        return ratio((rows.high - rows.low).astype(np.float64), (below.high - below.low).astype(np.float64))


def ratio(upper: Values, lower: Values) -> Values:
    return np.asarray(
        np.divide(upper, lower, out=np.full(len(upper), np.nan), where=(lower != 0) & ~np.isnan(lower))
    )
