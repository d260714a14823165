"""Loops over the days of the rows: how many, how long ago, with which gaps."""

import numpy as np

from features.compiled import compiled
from features.kernels.selection import nth
from features.kernels.types import Days, Index, Values, Whole


@compiled
def days_with(begun: Index, low: Index, high: Index) -> Values:
    """Number of different days; ``begun`` is the number of rows before each row that begin a new day.

    The first row of a window begins a day of it, whether or not it is the first of its day.
    """
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        out[q] = begun[high[q]] - begun[low[q] + 1] + 1 if high[q] > low[q] else 0
    return out


@compiled
def since_last(day: Days, as_of: Days, low: Index, high: Index) -> Values:
    """Days from the last event to the as-of date."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        if high[q] > low[q]:
            out[q] = as_of[q] - day[high[q] - 1]
    return out


@compiled
def since_first(day: Days, as_of: Days, low: Index, high: Index) -> Values:
    """Days from the first event to the as-of date."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        if high[q] > low[q]:
            out[q] = as_of[q] - day[low[q]]
    return out


@compiled
def gap_sums(day: Days) -> tuple[Index, Whole, Days]:
    """Give what `gaps` needs of all rows before each row, so that a window's gaps take no loop over it.

    Number of rows that begin another day than the row before them, sum of the squares of those gaps, and the last
    such gap up to each row. Gaps across customers are among them; no window reaches over one.
    """
    begun = np.zeros(len(day) + 1, np.int64)
    squares = np.zeros(len(day) + 1, np.int64)
    last = np.zeros(len(day), np.int32)
    for row in range(1, len(day)):
        gap = np.int64(day[row]) - day[row - 1]
        begun[row + 1] = begun[row] + (gap != 0)
        squares[row + 1] = squares[row] + gap * gap
        last[row] = gap if gap != 0 else last[row - 1]
    return begun, squares, last


@compiled
def gaps(
    day: Days, low: Index, high: Index, begun: Index, squares: Whole, last: Days
) -> tuple[Values, Values, Values]:
    """Mean, sample standard deviation and last of the gaps between different days, in days; see `gap_sums`.

    The variance is that of whole numbers, (n S - T^2) / (n (n - 1)) with S the sum of the n squares and T the sum:
    nothing is lost where the gaps are nearly equal.
    """
    average = np.full(len(low), np.nan)
    deviation = np.full(len(low), np.nan)
    latest = np.full(len(low), np.nan)
    for q in range(len(low)):
        if high[q] - low[q] < 2:
            continue
        count = begun[high[q]] - begun[low[q] + 1]
        if count == 0:
            continue
        total = np.int64(day[high[q] - 1]) - day[low[q]]
        average[q] = total / count
        latest[q] = last[high[q] - 1]
        if count > 1:
            square = squares[high[q]] - squares[low[q] + 1]
            deviation[q] = np.sqrt((count * square - total * total) / (count * (count - 1)))
    return average, deviation, latest


@compiled
def longest_gap(day: Days, low: Index, high: Index) -> Values:
    """Longest of the gaps between different days, in days."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        longest = 0
        for row in range(low[q] + 1, high[q]):
            longest = max(longest, day[row] - day[row - 1])
        if longest > 0:
            out[q] = longest
    return out


@compiled
def large_gaps(
    amount: Whole, day: Days, as_of: Days, low: Index, high: Index, least: int
) -> tuple[Values, Values]:
    """Days since the last large row, and the mean gap between days with one.

    Large is at least the upper quartile: the amount in place ``ceil(0.75 n)`` of the ``n`` amounts from the
    smallest on. Unknown with fewer than ``least`` rows; the gap also with fewer than two such days.
    """
    since = np.full(len(low), np.nan)
    gap = np.full(len(low), np.nan)
    longest = 0
    for q in range(len(low)):
        longest = max(longest, high[q] - low[q])
    scratch = np.empty(longest, np.int64)
    for q in range(len(low)):
        rows = high[q] - low[q]
        if rows < least:
            continue
        for k in range(rows):
            scratch[k] = amount[low[q] + k]
        large = nth(scratch, rows, (3 * rows + 3) // 4 - 1)
        first, last, found = 0, 0, 0
        for row in range(low[q], high[q]):
            if amount[row] >= large:
                if found == 0:
                    first = day[row]
                found += found == 0 or day[row] != last
                last = day[row]
        since[q] = as_of[q] - last
        if found > 1:
            gap[q] = (last - first) / (found - 1)
    return since, gap
