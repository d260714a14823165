"""Measures: what is computed over the rows of a window.

Each says what no rows mean (`empty`): a count of nothing is 0, a mean of nothing is unknown. Money goes in as
whole minor units and comes out in the currency's major unit.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from features import kernels
from features.events import Stream
from features.sweep import Rows, Values, View

ZERO, UNKNOWN = "0", "unknown"


class Measure(Protocol):
    """A small function over the rows of a window."""

    @property
    def empty(self) -> str:
        """What no rows mean: "0" or "unknown"."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The values of the stream that it reads."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The other streams that it reads."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        """Give one number a question; `others` are the views of `streams`."""


@dataclass(frozen=True)
class Plain:
    """What most measures share: the value that `of` names, and no other stream."""

    empty: ClassVar[str] = UNKNOWN

    @property
    def needs(self) -> tuple[str, ...]:
        of = getattr(self, "of", None)
        return (of,) if isinstance(of, str) else ()

    @property
    def streams(self) -> tuple[Stream, ...]:
        return ()


@dataclass(frozen=True)
class Count(Plain):
    """Number of events; with ``of``, number of different values of a code."""

    of: str | None = None
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        if self.of is None:
            return (rows.high - rows.low).astype(np.float64)
        return kernels.distinct(*rows.codes(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Days(Plain):
    """Number of different days with an event."""

    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.days_with(rows.day, rows.low, rows.high)


@dataclass(frozen=True)
class Total(Plain):
    """Sum of money, exact to the minor unit."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.total(rows.whole(self.of), rows.low, rows.high) / 100


@dataclass(frozen=True)
class Mean(Plain):
    """Mean of the known values; of a flag, the share of events where it is set."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.mean(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Spread(Plain):
    """Sample standard deviation (n - 1) of the known values."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.spread(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Largest(Plain):
    """Largest known value."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.largest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Latest(Plain):
    """Last known value."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.latest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class DaysUntil(Plain):
    """Days from the as-of date to the day that the last event names; negative where it has passed."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(kernels.latest(rows.numbers(self.of), rows.low, rows.high) - rows.as_of)


@dataclass(frozen=True)
class Age(Plain):
    """Days from the day that the last event names to the as-of date."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(rows.as_of - kernels.latest(rows.numbers(self.of), rows.low, rows.high))


@dataclass(frozen=True)
class SinceLast(Plain):
    """Days from the last event to the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class SinceFirst(Plain):
    """Days from the first event to the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.since_first(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class MeanGap(Plain):
    """Mean of the gaps between different days with an event, in days; two days are needed."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[0]


@dataclass(frozen=True)
class LastGap(Plain):
    """Gap between the last two different days with an event, in days."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[2]


@dataclass(frozen=True)
class LongestGap(Plain):
    """Longest gap between two days with an event, in days."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[3]


@dataclass(frozen=True)
class GapVariation(Plain):
    """Standard deviation of the gaps over their mean: 0 is a clock, 1 is chance; three days are needed."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        mean, deviation, _, _ = kernels.gaps(rows.day, rows.low, rows.high)
        return deviation / mean


@dataclass(frozen=True)
class Overdue(Plain):
    """Silence over the mean gap: above 1, the next event is later than usual."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        silence = kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)
        return silence / kernels.gaps(rows.day, rows.low, rows.high)[0]


@dataclass(frozen=True)
class OverdueDeviations(Plain):
    """Silence less the mean gap, in standard deviations of the gaps, these taken as at least one day."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        silence = kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)
        mean, deviation, _, _ = kernels.gaps(rows.day, rows.low, rows.high)
        return np.asarray((silence - mean) / np.maximum(deviation, 1.0))


@dataclass(frozen=True)
class TopShare(Plain):
    """Share of events that the most frequent value of a code has."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.top_share(*rows.codes(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Lost(Plain):
    """Number of values of a code met in the window before and not in this one."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return kernels.missing(*rows.codes(self.of), before.low, before.high, rows.low, rows.high)


@dataclass(frozen=True)
class Gained(Plain):
    """Number of values of a code met in this window and not in the one before."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return kernels.missing(*rows.codes(self.of), rows.low, rows.high, before.low, before.high)


@dataclass(frozen=True)
class Slope(Plain):
    """Slope of the sums of ``periods`` periods of ``period`` days, as a share of their mean a period."""

    of: str
    period: int
    periods: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.slope(
            rows.numbers(self.of), rows.day, rows.as_of, rows.low, rows.high, self.period, self.periods
        )


@dataclass(frozen=True)
class Trend(Plain):
    """Mean of the last ``run`` known values less the mean of those before them in the window."""

    of: str
    run: int = 3

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.trend(rows.numbers(self.of), rows.low, rows.high, self.run)


@dataclass(frozen=True)
class YearWave(Plain):
    """Sine or cosine of the as-of date's place in the year, ``harmonic`` waves a year: a season without a jump."""

    harmonic: int
    cosine: bool
    empty: ClassVar[str] = "never empty"

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        turn = 2 * np.pi * self.harmonic * (rows.as_of % 365.2425) / 365.2425
        return np.asarray(np.cos(turn) if self.cosine else np.sin(turn), np.float64)
