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
class _Measure:
    """What most measures share: no values, no other streams."""

    empty: ClassVar[str] = UNKNOWN

    @property
    def needs(self) -> tuple[str, ...]:
        of = getattr(self, "of", None)
        return (of,) if isinstance(of, str) else ()

    @property
    def streams(self) -> tuple[Stream, ...]:
        return ()


@dataclass(frozen=True)
class Count(_Measure):
    """Number of events; with ``of``, number of different values of a code."""

    of: str | None = None
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        if self.of is None:
            return (rows.high - rows.low).astype(np.float64)
        return kernels.distinct(*rows.codes(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Days(_Measure):
    """Number of different days with an event."""

    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.days_with(rows.day, rows.low, rows.high)


@dataclass(frozen=True)
class Total(_Measure):
    """Sum of money, exact to the minor unit."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.total(rows.whole(self.of), rows.low, rows.high) / 100


@dataclass(frozen=True)
class Mean(_Measure):
    """Mean of the known values; of a flag, the share of events where it is set."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.mean(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Spread(_Measure):
    """Sample standard deviation (n - 1) of the known values."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.spread(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Largest(_Measure):
    """Largest known value."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.largest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Latest(_Measure):
    """Last known value."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.latest(rows.numbers(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class DaysUntil(_Measure):
    """Days from the as-of date to the day that the last event names; negative where it has passed."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(kernels.latest(rows.numbers(self.of), rows.low, rows.high) - rows.as_of)


@dataclass(frozen=True)
class Age(_Measure):
    """Days from the day that the last event names to the as-of date."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return np.asarray(rows.as_of - kernels.latest(rows.numbers(self.of), rows.low, rows.high))


@dataclass(frozen=True)
class SinceLast(_Measure):
    """Days from the last event to the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class SinceFirst(_Measure):
    """Days from the first event to the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.since_first(rows.day, rows.as_of, rows.low, rows.high)


@dataclass(frozen=True)
class MeanGap(_Measure):
    """Mean of the gaps between different days with an event, in days; two days are needed."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[0]


@dataclass(frozen=True)
class LastGap(_Measure):
    """Gap between the last two different days with an event, in days."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[2]


@dataclass(frozen=True)
class LongestGap(_Measure):
    """Longest gap between two days with an event, in days."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.gaps(rows.day, rows.low, rows.high)[3]


@dataclass(frozen=True)
class GapVariation(_Measure):
    """Standard deviation of the gaps over their mean: 0 is a clock, 1 is chance; three days are needed."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        mean, deviation, _, _ = kernels.gaps(rows.day, rows.low, rows.high)
        return deviation / mean


@dataclass(frozen=True)
class Overdue(_Measure):
    """Silence over the mean gap: above 1, the next event is later than usual."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        silence = kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)
        return silence / kernels.gaps(rows.day, rows.low, rows.high)[0]


@dataclass(frozen=True)
class OverdueDeviations(_Measure):
    """Silence less the mean gap, in standard deviations of the gaps, these taken as at least one day."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        silence = kernels.since_last(rows.day, rows.as_of, rows.low, rows.high)
        mean, deviation, _, _ = kernels.gaps(rows.day, rows.low, rows.high)
        return np.asarray((silence - mean) / np.maximum(deviation, 1.0))


@dataclass(frozen=True)
class TopShare(_Measure):
    """Share of events that the most frequent value of a code has."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.top_share(*rows.codes(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Lost(_Measure):
    """Number of values of a code met in the window before and not in this one."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return kernels.missing(*rows.codes(self.of), before.low, before.high, rows.low, rows.high)


@dataclass(frozen=True)
class Gained(_Measure):
    """Number of values of a code met in this window and not in the one before."""

    of: str
    empty: ClassVar[str] = ZERO

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return kernels.missing(*rows.codes(self.of), rows.low, rows.high, before.low, before.high)


@dataclass(frozen=True)
class Slope(_Measure):
    """Slope of the sums of ``periods`` periods of ``period`` days, as a share of their mean a period."""

    of: str
    period: int
    periods: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.slope(
            rows.numbers(self.of), rows.day, rows.as_of, rows.low, rows.high, self.period, self.periods
        )


@dataclass(frozen=True)
class Trend(_Measure):
    """Mean of the last ``run`` known values less the mean of those before them in the window."""

    of: str
    run: int = 3

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return kernels.trend(rows.numbers(self.of), rows.low, rows.high, self.run)


@dataclass(frozen=True)
class _Nested(_Measure):
    """A measure of measures: it needs what they need."""

    of: Measure

    @property
    def needs(self) -> tuple[str, ...]:
        return self.of.needs

    @property
    def streams(self) -> tuple[Stream, ...]:
        return self.of.streams


@dataclass(frozen=True)
class Change(_Nested):
    """The measure over this window as a multiple of the window before; unknown where that was 0."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return _ratio(self.of.over(rows, others), self.of.over(rows.before(), others))


@dataclass(frozen=True)
class YearChange(_Nested):
    """The measure over this window as a multiple of the same window 365 days earlier; unknown where that was 0."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return _ratio(self.of.over(rows, others), self.of.over(rows.year_before(), others))


@dataclass(frozen=True)
class Shift(_Nested):
    """The measure over this window less the same over the window before."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self.of.over(rows, others) - self.of.over(rows.before(), others)


@dataclass(frozen=True)
class AheadLastYear(_Nested):
    """The measure over the window that followed the same day a year ago: what these weeks brought then.

    The window is ``(as_of - 365, as_of - 365 + days]``. Unknown where the records do not reach back so far.
    """

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ahead = rows.view.window(rows.days, 365 - rows.days)
        value = self.of.over(ahead, others)
        begun = rows.view.window(None, 365)
        return np.where(begun.high > begun.low, value, np.nan)


@dataclass(frozen=True)
class Over(_Measure):
    """One measure over another of the same window; unknown where the lower one is 0."""

    of: Measure
    by: Measure

    @property
    def needs(self) -> tuple[str, ...]:
        return self.of.needs + self.by.needs

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return _ratio(self.of.over(rows, others), self.by.over(rows, others))


@dataclass(frozen=True)
class PerEvent(_Measure):
    """Number of events of this stream for each event of another in the same window."""

    other: Stream

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.other,)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        below = others[0].window(rows.days, rows.ending)
        return _ratio((rows.high - rows.low).astype(np.float64), (below.high - below.low).astype(np.float64))


@dataclass(frozen=True)
class _Open(_Measure):
    """The records opened and not yet closed; ``reopened`` events open them again."""

    closed: Stream
    reopened: Stream | None = None
    empty: ClassVar[str] = ZERO

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record",)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.closed,) if self.reopened is None else (self.closed, self.reopened)

    def _open(self, rows: Rows, others: tuple[View, ...], of: str | None) -> tuple[Values, Values, Values]:
        closed = others[0].window(None)
        reopened = others[1].window(None) if len(others) > 1 else None
        record, records = rows.codes("record")
        none = np.zeros_like(rows.low)
        return kernels.open_now(
            record,
            max([records, closed.codes("record")[1], reopened.codes("record")[1] if reopened else 0]),
            np.zeros(len(record), np.int64) if of is None else rows.whole(of),
            rows.day,
            rows.as_of,
            rows.low,
            rows.high,
            closed.codes("record")[0],
            closed.low,
            closed.high,
            reopened.codes("record")[0] if reopened else np.empty(0, np.int32),
            reopened.low if reopened else none,
            reopened.high if reopened else none,
        )


@dataclass(frozen=True)
class OpenCount(_Open):
    """Number of records open on the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[0]


@dataclass(frozen=True)
class OpenAge(_Open):
    """Days that the oldest open record has been open; 0 where none is."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[2]


@dataclass(frozen=True)
class OpenTotal(_Open):
    """Sum of money of the records open on the as-of date."""

    of: str = "amount"

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record", self.of)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, self.of)[1] / 100


@dataclass(frozen=True)
class YearWave(_Measure):
    """Sine or cosine of the as-of date's place in the year, ``harmonic`` waves a year: a season without a jump."""

    harmonic: int
    cosine: bool
    empty: ClassVar[str] = "never empty"

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        turn = 2 * np.pi * self.harmonic * (rows.as_of % 365.2425) / 365.2425
        return np.asarray(np.cos(turn) if self.cosine else np.sin(turn), np.float64)


def _ratio(upper: Values, lower: Values) -> Values:
    return np.asarray(
        np.divide(upper, lower, out=np.full(len(upper), np.nan), where=(lower != 0) & ~np.isnan(lower))
    )
