"""Measures of rhythm: the gaps between days with an event, and silence held against them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.kernels import days, periods
from features.measures.base import ZERO, Plain
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Gaps(Plain):
    """Gaps: the days from each day with an event in the window to the next such day; n such days have n - 1."""

    def _gaps(self, rows: Rows) -> tuple[Values, Values, Values]:
        """Give mean, sample standard deviation and last, found in one loop."""

        def make() -> tuple[Values, Values, Values]:
            sums = rows.view.cached("gap sums", lambda: days.gap_sums(rows.day))
            return days.gaps(rows.day, rows.low, rows.high, *sums)

        return rows.cached("gaps", make)

    def _silence(self, rows: Rows) -> Values:
        return days.since_last(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class MeanGap(Gaps):
    """Mean of the gaps, in days; unknown without a gap."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._gaps(rows)[0]


@dataclass(frozen=True)
class LastGap(Gaps):
    """Gap between the last two different days with an event, in days; unknown without a gap."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._gaps(rows)[2]


@dataclass(frozen=True)
class LongestGap(Gaps):
    """Longest gap, in days; unknown without a gap."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return days.longest_gap(rows.day, rows.low, rows.high)


@dataclass(frozen=True)
class GapVariation(Gaps):
    """Sample standard deviation (divided by gaps - 1) of the gaps over their mean; unknown below two gaps.

    0 is a clock, 1 is chance.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        mean, deviation, _ = self._gaps(rows)
        return deviation / mean


@dataclass(frozen=True)
class Overdue(Gaps):
    """Silence (days from the last event to the as-of date) over the mean gap; unknown without a gap.

    Above 1 the next event is later than usual.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._silence(rows) / self._gaps(rows)[0]


@dataclass(frozen=True)
class OverdueDeviations(Gaps):
    """Silence less the mean gap, divided by the larger of 1 day and the gaps' sample standard deviation.

    Silence is the days from the last event to the as-of date; the deviation is divided by gaps - 1. Unknown below
    two gaps.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        mean, deviation, _ = self._gaps(rows)
        return np.asarray((self._silence(rows) - mean) / np.maximum(deviation, 1.0))


@dataclass(frozen=True)
class Large(Plain):
    """Large events: of the n events in the window, those whose money `of` is at least that in place ceil(0.75 n).

    The places count from 1, the smallest first, so the money is that of an event and ties with it are large.
    Unknown below four events.
    """

    of: str

    def _large(self, rows: Rows) -> tuple[Values, Values]:
        return rows.cached(
            ("large", self.of),
            lambda: days.large_gaps(rows.whole(self.of), rows.day, rows.as_of, rows.low, rows.high, 4),
        )


@dataclass(frozen=True)
class SinceLarge(Large):
    """Days from the last large event to the as-of date."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._large(rows)[0]


@dataclass(frozen=True)
class LargeOverdue(Large):
    """Days from the last large event to the as-of date, over the mean gap between the days with a large event.

    Unknown where fewer than two days have one. Above 1 the next large event is later than usual.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        since, gap = self._large(rows)
        return since / gap


@dataclass(frozen=True)
class Active(Plain):
    """Number of the last `periods` periods of `period` days with an event.

    Period 0 is `(as_of - period, as_of]`, period 1 the one before, and so on.
    """

    period: int
    periods: int
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return periods.active(rows.day, rows.as_of, rows.low, rows.high, self.period, self.periods)


@dataclass(frozen=True)
class AgainstPast(Plain):
    """Number of events in the window over the mean number in the windows of the same length before it.

    With windows of w days and the first visible event ever on day f, p = floor((as_of + 1 - f) / w) - 1 windows
    before this one begin on or after f; the last `periods` of them count if there are more. They are
    `(as_of - 2w, as_of - w]`, and so on back. Unknown where p is below 2, and where they hold no event. A window
    without events after such a past gives 0.
    """

    periods: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        first = rows.view.window(None, rows.ending).low
        return periods.against_past(rows.day, rows.as_of, first, rows.low, rows.high, rows.days, self.periods)
