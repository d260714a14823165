"""Time, written once: the only module that compares dates.

A day is a whole number, days since 1970-01-01. An event *happened* on a day and was *known* from a day on; on
an as-of date it is visible if both days are on or before that date. A window behind is half-open on the left,
``(as_of - days, as_of]``: everything on the day ``as_of`` itself counts, the day ``as_of - days`` does not.

Events are sorted by customer and day. For one customer and one as-of date the visible events are therefore
a range of rows, unless some event was known late: then the visible ones are copied, in order, behind the last
row, and the range points there. Either way a measure receives a range that holds nothing of the future.
"""

from dataclasses import dataclass

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


FOREVER = np.iinfo(np.int32).max
"""The day on which a record is replaced that never was."""


def visible(
    start: Index, day: Days, known: Days, until: Days, customer: NDArray[np.int32], as_of: Days
) -> Visible:
    """Find, for each question, the events that happened and were known on or before its as-of date.

    Parameters
    ----------
    start : the first event of each customer, and the number of events at the end, shape (customers + 1,)
    day : when each event happened, sorted by customer and day
    known, until : the days from which, and before which, each event's version of its record was the newest known
    customer, as_of : of each question, in any order
    """
    first, stop, copies = _ranges(start, day, known, until, customer, as_of)
    take = np.empty(int(copies.sum()), np.int64)
    if len(take):
        _copy(known, until, as_of, first, stop, copies, take)
    return Visible(first, stop, take)


@compiled
def _ranges(
    start: Index, day: Days, known: Days, until: Days, customer: NDArray[np.int32], as_of: Days
) -> tuple[Index, Index, Index]:
    """Give each question's range, and how many events to copy where hidden ones lie between."""
    first = np.empty(len(as_of), np.int64)
    stop = np.empty(len(as_of), np.int64)
    copies = np.zeros(len(as_of), np.int64)
    for q in range(len(as_of)):
        low, high = start[customer[q]], start[customer[q] + 1]
        first[q] = low
        high = low + np.searchsorted(day[low:high], as_of[q], side="right")
        while high > low and not known[high - 1] <= as_of[q] < until[high - 1]:
            high -= 1
        stop[q] = high
        hidden = 0
        for row in range(low, high):
            hidden += not known[row] <= as_of[q] < until[row]
        if hidden:
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


@compiled
def within(day: Days, as_of: Days, first: Index, stop: Index, days: int, ending: int) -> tuple[Index, Index]:
    """Give the part of each visible range that lies in ``(as_of - ending - days, as_of - ending]``.

    ``ending`` above 0 is a window that closed that many days before the as-of date.
    """
    low = np.empty(len(as_of), np.int64)
    high = np.empty(len(as_of), np.int64)
    for q in range(len(as_of)):
        seen = day[first[q] : stop[q]]
        low[q] = first[q] + np.searchsorted(seen, as_of[q] - ending - days, side="right")
        high[q] = first[q] + np.searchsorted(seen, as_of[q] - ending, side="right")
    return low, high


@compiled
def last_on_or_before(day: Days, low: Index, high: Index, limit: Days) -> Index:
    """Give the position of the last of ``day[low:high]`` on or before ``limit``, or ``low - 1``."""
    found = np.empty(len(limit), np.int64)
    for q in range(len(limit)):
        found[q] = low[q] + np.searchsorted(day[low[q] : high[q]], limit[q], side="right") - 1
    return found
