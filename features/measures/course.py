"""Measures of a course: slopes and trends, runs, and the shape, onset and depth of a decline."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.kernels import decline, periods, values
from features.measures.base import ZERO, Plain
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Slope(Plain):
    """Slope of the sums of `of` over periods, as a share of their mean: -0.1 loses a tenth of it each period.

    The window is cut into `periods` periods of `period` days, period k = 0 the oldest. With y_k the sum of the
    known values in period k (0 where there are none), m the mean of the y_k and c = (periods - 1) / 2, it is
    sum((k - c) y_k) / sum((k - c)^2) / m. Unknown where m is not above 0.
    """

    of: str
    period: int
    periods: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return periods.slope(
            rows.numbers(self.of), rows.day, rows.as_of, rows.low, rows.high, self.period, self.periods
        )


@dataclass(frozen=True)
class MeanSlope(Plain):
    """Slope, a period, of the means of `of` over periods.

    The window is cut into `periods` periods of `period` days, period k = 0 the oldest. With y_k the mean of the
    known values in period k, over the periods that have one, it is the least-squares slope
    sum((k - mean k)(y_k - mean y)) / sum((k - mean k)^2). Unknown below three such periods.
    """

    of: str
    period: int
    periods: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return periods.mean_slope(
            rows.numbers(self.of), rows.day, rows.as_of, rows.low, rows.high, self.period, self.periods
        )


@dataclass(frozen=True)
class ShareSlope(Plain):
    """Slope, a period, of the share that the money `of` has in the money `by`.

    As `MeanSlope`, with y_k the sum of `of` over the sum of `by` in period k, over the periods where the sum of
    `by` is above 0. Unknown below three such periods.
    """

    of: str
    by: str
    period: int
    periods: int

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.by)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return periods.share_slope(
            rows.whole(self.of),
            rows.whole(self.by),
            rows.day,
            rows.as_of,
            rows.low,
            rows.high,
            self.period,
            self.periods,
        )


@dataclass(frozen=True)
class Trend(Plain):
    """Mean of the last `run` known values of `of`, in the order of the events, less the mean of those before them.

    Only values in the window count. Unknown with `run` or fewer known values.
    """

    of: str
    run: int = 3

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.trend(rows.numbers(self.of), rows.low, rows.high, self.run)


@dataclass(frozen=True)
class FallingRun(Plain):
    """Number of the latest known values of `of`, in a row, that are each below the known value before them.

    Counted back from the last one in the window, in the order of the events, until one is not below.
    """

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.falling_run(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class FlaggedRun(Plain):
    """Number of the latest known values of `of`, in a row, that are 1.

    Counted back from the last one in the window, in the order of the events, until one is 0.
    """

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return values.flagged_run(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Course(Plain):
    """Course: what the last twelve 30-day periods brought.

    The window of 360 days is cut into twelve periods of 30 days, each `(as_of - 30 (j + 1), as_of - 30 j]`. Each is
    given the sum of the money `of` in cents, or without `of` the number of its events. Periods before the first one
    with a sum above 0 are dropped; n stay, a_1 the oldest to a_n the newest. Everything is unknown where n is below
    6 or fewer than three of them are above 0. T is the sum of all, M = T / n, and V the sum of (a_k - M)^2. A cut
    after period m parts the n into the m oldest, with mean E, and the n - m newest, with mean L. Its fall is
    1 - L / E, at most 1, where E is above 0 and L below E, else 0. Its fit, where it falls, is the share of V that
    the two means explain, m (n - m) / n (E - L)^2 / V, else 0. Where V is 0 or T not above 0, the scores and the
    depth are 0 and the onset is unknown.
    """

    of: str | None = None

    def _course(self, rows: Rows) -> tuple[Values, ...]:
        whole = np.empty(0, np.int64) if self.of is None else rows.whole(self.of)
        return rows.cached(
            ("course", self.of),
            lambda: decline.course(whole, self.of is None, rows.day, rows.as_of, rows.low, rows.high),
        )


@dataclass(frozen=True)
class Gradual(Course):
    """How far and how evenly the periods fell along a line, 0 to 1.

    With b the least-squares slope of a_k on k, c = (n - 1) / 2 and S the sum of (k - mean k)^2: where b is below 0,
    the share of V that the line explains, b^2 S / V, times the fall along the line from its first to its last
    period, -2 b c / (M - b c), at most 1; else 0.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.GRADUAL]


@dataclass(frozen=True)
class Step(Course):
    """How far and how cleanly the periods fell in one step three or more periods ago, 0 to 1.

    The largest fit times fall among the cuts with m >= 3 and n - m >= 3.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.STEP]


@dataclass(frozen=True)
class Sudden(Course):
    """How far and how cleanly the last one or two periods fell against all before, 0 to 1.

    The larger fit times fall of the cuts m = n - 2 and m = n - 1.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.SUDDEN]


@dataclass(frozen=True)
class Fluctuating(Course):
    """How far the periods fell in a way that neither a line nor one step explains, 0 to 1.

    1 less the largest of: the fits of all cuts (m = 1 to n - 1), and the share of V that the line explains where it
    falls (see Gradual); this times the fall of the cut at m = floor(n / 2).
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.FLUCTUATING]


@dataclass(frozen=True)
class Onset(Course):
    """Days since the decline began: 30 (n - m), m the cut with the largest fit times fall of all (m = 1 to n - 1).

    Of cuts that reach the largest within one part in a billion the latest counts. Unknown where none falls.
    """

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.ONSET]


@dataclass(frozen=True)
class Depth(Course):
    """Depth of the decline: the fall of the cut at m = n - 3, the last three periods against those before."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.DEPTH]


@dataclass(frozen=True)
class FallingPeriods(Course):
    """Number of the latest periods, in a row, that are each below the one before them (a_k < a_(k-1)).

    At most n - 1.
    """

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.FALLING]


@dataclass(frozen=True)
class PeriodsBelow(Course):
    """Number of the latest periods, in a row, below four fifths of what was to be expected.

    Expected of period k is the mean of the periods before it, a_1 to a_(k-1). Counted back from a_n until one is
    not below 0.8 of it, exactly: 5 (k - 1) a_k < 4 (a_1 + ... + a_(k-1)); a_1 to a_3 are never counted.
    """

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._course(rows)[decline.BELOW]
