"""Time, written once: the only module that compares dates.

A day is a whole number, days since 1970-01-01. An event *happened* on a day and was *known* from a day on; on
an as-of date it is visible if both days are on or before that date. A window behind is half-open on the left,
``(as_of - days, as_of]``: everything on the day ``as_of`` itself counts, the day ``as_of - days`` does not.

Events are sorted by customer and day. For one customer and one as-of date the visible events are therefore
a range of rows, unless some event was known late: then the visible ones are copied, in order, behind the last
row, and the range points there. Either way a measure receives a range that holds nothing of the future.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

Days = NDArray[np.int32]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Visible:
    """What could be seen of a stream of events, for each question (one customer on one as-of date).

    ``first[q] : stop[q]`` is the range of question ``q``. ``take`` lists, for rows at and behind the number
    of events, which event was copied there; it is empty where nothing was known late.
    """

    first: Index
    stop: Index
    take: Index


@dataclass(frozen=True)
class Window:
    """``(until - days, until]``, of days as numbers since 1970-01-01."""

    until: int
    days: int

    def holds(self, day: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray((day > self.until - self.days) & (day <= self.until))

    def ago(self, days: int) -> "Window":
        """Give the window as long that closed so many days earlier."""
        return Window(self.until - days, self.days)


EPOCH = date(1970, 1, 1)
"""The day from which days are counted."""
FOREVER = np.iinfo(np.int32).max
"""The day on which a record is replaced or withdrawn that never was."""


def visible(
    start: Index,
    day: Days,
    known: Days | None,
    until: Days | None,
    customer: NDArray[np.int32],
    as_of: Days,
) -> Visible:
    """Find, for each question, the events that happened and were known on or before its as-of date.

    Parameters
    ----------
    start : the first event of each customer, and the number of events at the end, shape (customers + 1,)
    day : when each event happened, sorted by customer and day
    known, until : the days from which, and before which, each event's version of its record was the newest known;
        None where that is the day it happened, and never
    customer, as_of : of each question, in any order
    """
    nothing = np.empty(0, np.int64)
    if known is None and until is None:
        return Visible(*_happened(start, day, customer, as_of), nothing)
    known = day if known is None else known
    until = np.full(len(day), FOREVER, np.int32) if until is None else until
    latest, soonest = _extremes(start, known, until)
    first, stop, copies = _ranges(start, day, known, until, latest, soonest, customer, as_of)
    take = np.empty(int(copies.sum()), np.int64)
    if len(take):
        _copy(known, until, as_of, first, stop, copies, take)
    return Visible(first, stop, take)


@compiled
def _after(day: Days, low: int, high: int, limit: int) -> int:
    """Give the first of the positions ``low : high`` whose day is after ``limit``, or ``high``."""
    while low < high:
        middle = (low + high) // 2
        if day[middle] <= limit:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _happened(start: Index, day: Days, customer: NDArray[np.int32], as_of: Days) -> tuple[Index, Index]:
    """Give each question's range where every event was known at once and for good."""
    first = np.empty(len(as_of), np.int64)
    stop = np.empty(len(as_of), np.int64)
    for q in range(len(as_of)):
        low, high = start[customer[q]], start[customer[q] + 1]
        first[q] = low
        stop[q] = _after(day, low, high, as_of[q])
    return first, stop


@compiled
def _extremes(start: Index, known: Days, until: Days) -> tuple[Days, Days]:
    """Give, for each row, the latest day known and the soonest day replaced among its customer's rows up to it."""
    latest = known.copy()
    soonest = until.copy()
    for customer in range(len(start) - 1):
        for row in range(start[customer] + 1, start[customer + 1]):
            latest[row] = max(latest[row], latest[row - 1])
            soonest[row] = min(soonest[row], soonest[row - 1])
    return latest, soonest


@compiled
def _ranges(
    start: Index,
    day: Days,
    known: Days,
    until: Days,
    latest: Days,
    soonest: Days,
    customer: NDArray[np.int32],
    as_of: Days,
) -> tuple[Index, Index, Index]:
    """Give each question's range, and how many events to copy where hidden ones lie between."""
    first = np.empty(len(as_of), np.int64)
    stop = np.empty(len(as_of), np.int64)
    copies = np.zeros(len(as_of), np.int64)
    for q in range(len(as_of)):
        low, high = start[customer[q]], start[customer[q] + 1]
        first[q] = low
        high = _after(day, low, high, as_of[q])
        while high > low and not known[high - 1] <= as_of[q] < until[high - 1]:
            high -= 1
        stop[q] = high
        if high == low or latest[high - 1] <= as_of[q] < soonest[high - 1]:
            continue
        hidden = 0
        for row in range(low, high):
            hidden += not known[row] <= as_of[q] < until[row]
        copies[q] = high - low - hidden
    return first, stop, copies


@compiled
def _copy(
    known: Days, until: Days, as_of: Days, first: Index, stop: Index, copies: Index, take: Index
) -> None:
    """Fill ``take`` and point the ranges of the questions concerned behind the last event."""
    filled = 0
    for q in range(len(as_of)):
        if copies[q]:
            begin = filled
            for row in range(first[q], stop[q]):
                if known[row] <= as_of[q] < until[row]:
                    take[filled] = row
                    filled += 1
            first[q] = len(known) + begin
            stop[q] = len(known) + filled


def visible_on(known: Days, until: Days, as_of: int) -> NDArray[np.bool_]:
    """Say which of some days known and days replaced make an event visible on one as-of date."""
    return np.asarray((known <= as_of) & (as_of < until))


@compiled
def within(day: Days, as_of: Days, first: Index, stop: Index, days: int, ending: int) -> tuple[Index, Index]:
    """Give the part of each visible range that lies in ``(as_of - ending - days, as_of - ending]``.

    ``ending`` above 0 is a window that closed that many days before the as-of date.
    """
    low = np.empty(len(as_of), np.int64)
    high = np.empty(len(as_of), np.int64)
    for q in range(len(as_of)):
        closed = as_of[q] - ending
        # A window that closes on the as-of date ends where the visible events do.
        high[q] = stop[q] if ending <= 0 else _after(day, first[q], stop[q], closed)
        low[q] = _after(day, first[q], high[q], closed - days)
    return low, high


@compiled
def last_on_or_before(day: Days, low: Index, high: Index, limit: Days) -> Index:
    """Give the position of the last of ``day[low:high]`` on or before ``limit``, or ``low - 1``."""
    found = np.empty(len(limit), np.int64)
    for q in range(len(limit)):
        found[q] = _after(day, low[q], high[q], limit[q]) - 1
    return found
