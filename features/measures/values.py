"""Measures of the values in a window: how many, how much, the extremes, the last one."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.kernels import codes, days, values
from features.measures.base import ZERO, Plain
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Count(Plain):
    """Number of events; with `of`, number of different known texts of `of`."""

    of: str | None = None
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        if self.of is None:
            return (rows.high - rows.low).astype(np.float64)
        column, count = rows.codes(self.of)
        return rows.cached(("distinct", self.of), lambda: codes.distinct(column, count, rows.low, rows.high))


@dataclass(frozen=True)
class Days(Plain):
    """Number of different days with an event."""

    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return days.days_with(rows.running_days(), rows.low, rows.high)


@dataclass(frozen=True)
class Total(Plain):
    """Sum of the money `of` in whole cents, divided by 100."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.total(rows.running(self.of), rows.low, rows.high) / 100


@dataclass(frozen=True)
class Flagged(Plain):
    """Number of events whose `of` is 1; those where it is unknown do not count."""

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.flagged(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Mean(Plain):
    """Mean of the known values of `of`; of a value that is 1 or 0, the share of events where it is 1.

    Unknown where no value is known.
    """

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return rows.cached(("mean", self.of), lambda: values.mean(rows.numbers(self.of), rows.low, rows.high))


@dataclass(frozen=True)
class Spread(Plain):
    """Sample standard deviation (divided by n - 1) of the known values of `of`; unknown below two of them."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.spread(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Largest(Plain):
    """Largest known value of `of`; unknown where none is known."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.largest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Smallest(Plain):
    """Smallest known value of `of`; unknown where none is known."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.smallest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Latest(Plain):
    """Last known value of `of`, in the order of the events; unknown where none is known."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.latest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class DaysUntil(Plain):
    """Days from the as-of date to the last known day `of`, in the order of the events; below 0 once passed."""

    of: str
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(values.latest(rows.numbers(self.of), rows.low, rows.high) - rows.as_of)


@dataclass(frozen=True)
class Age(Plain):
    """Days from the last known day `of`, in the order of the events, to the as-of date."""

    of: str
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(rows.as_of - values.latest(rows.numbers(self.of), rows.low, rows.high))


@dataclass(frozen=True)
class SinceLast(Plain):
    """Days from the last event to the as-of date."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return days.since_last(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class SinceFirst(Plain):
    """Days from the first event to the as-of date."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return days.since_first(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class SinceFlagged(Plain):
    """Days from the last event whose `of` is 1 to the as-of date; unknown where there is none."""

    of: str
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.since_flagged(rows.numbers(self.of), rows.day, rows.as_of, rows.low, rows.high)
