"""Days and moments of the made-up company.

Inside the simulator time is a whole number of days since the first day of the records, and weeks are columns of
a grid; dates appear only where a table is written.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Moments = npt.NDArray[np.datetime64]

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Clock:
    """Counts days from ``start``; the records end after ``days`` of them."""

    start: date
    days: int

    @property
    def weeks(self) -> int:
        return -(-self.days // 7)

    @property
    def mid_week(self) -> Floats:
        """The middle day of each week of the grid."""
        return np.asarray(np.arange(self.weeks) * 7.0 + 3.0, dtype=np.float64)

    def day_of_year(self, day: npt.NDArray[Any]) -> Ints:
        """0 on 1 January."""
        dates = np.datetime64(self.start, "D") + np.floor(day).astype(np.int64)
        return np.asarray((dates - dates.astype("datetime64[Y]")).astype(np.int64))

    def on_workday(self, day: npt.NDArray[Any]) -> Ints:
        """The same day, or the Friday before a weekend (the Monday after, where that is before the first day)."""
        whole = np.floor(day).astype(np.int64)
        beyond = np.maximum((self.start.weekday() + whole) % 7 - 4, 0)
        friday = whole - beyond
        return np.asarray(np.where(friday < 0, whole + 3 - beyond, friday), dtype=np.int64)

    def on(self, day: npt.NDArray[Any]) -> Moments:
        """Dates; not-a-number becomes not-a-time. Later than the records is legal (a plan, a due date)."""
        return self._moments(np.floor(day) * DAY_SECONDS)

    def at(self, moment: npt.NDArray[Any]) -> Moments:
        """Moments from days with fractions; what comes after the end of the records is not known and not a time."""
        return self._moments(np.where(moment < self.days, moment, np.nan) * DAY_SECONDS)

    def _moments(self, seconds: npt.NDArray[Any]) -> Moments:
        known = np.isfinite(seconds)
        whole = np.where(known, np.floor(np.where(known, seconds, 0)), 0).astype(np.int64)
        moments = np.datetime64(self.start, "us") + (whole * 1_000_000).astype("timedelta64[us]")
        return np.where(known, moments, np.datetime64("NaT", "us"))


def office_hours(rng: np.random.Generator, day: npt.NDArray[Any]) -> Floats:
    """Moments on these days between 7:30 and 18:00, most of them around noon."""
    return np.asarray(np.floor(day) + 0.3125 + 0.4375 * rng.beta(2.0, 2.0, size=len(day)), dtype=np.float64)


def arrivals(rng: np.random.Generator, clock: Clock, rate: Floats, most: float) -> tuple[Ints, Ints]:
    """Customer and day of chance events, from the yearly rate of each customer (row) in each week (column).

    Rates above half of ``most`` are eased so that none exceeds it.
    """
    # Poisson counts of all cells at once: how many there are in all, then the cell of each by the cells' shares. It
    # costs by the event, not by the cell.
    up_to = np.cumsum(eased(np.maximum(rate, 0), most / 2, most)) * (7 / 365.25)
    place = np.sort(rng.random(rng.poisson(up_to[-1]))) * up_to[-1]
    cells = np.minimum(np.searchsorted(up_to, place, side="right"), len(up_to) - 1)
    customer, week = np.divmod(cells, rate.shape[1])
    day = clock.on_workday(week * 7 + rng.integers(0, 7, size=len(cells)))
    inside = day < clock.days
    return customer[inside], day[inside]


def eased(value: Floats, free: float, most: float) -> Floats:
    """The same value up to ``free`` on either side of 0; beyond it ever less is added, never more than ``most``."""
    beyond = np.abs(value) > free
    if not beyond.any():
        return value
    over, room = np.abs(value[beyond]) - free, most - free
    result = value.copy()
    result[beyond] = np.sign(value[beyond]) * (free + room * np.tanh(over / room))
    return result


def chance(log_odds: npt.NDArray[Any]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
