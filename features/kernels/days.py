"""Loops over the days of the rows: how many, how long ago, with which gaps."""

import numpy as np

from features.compiled import compiled
from features.kernels.selection import nth
from features.kernels.types import Days, Index, Values, Whole


@compiled
def days_with(day: Days, low: Index, high: Index) -> Values:
    """Number of different days."""
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        found = 0
        for row in range(low[q], high[q]):
            found += row == low[q] or day[row] != day[row - 1]
        out[q] = found
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
def gaps(day: Days, low: Index, high: Index) -> tuple[Values, Values, Values, Values]:
    """Mean, sample standard deviation, last and longest of the gaps between different days, in days."""
    average = np.full(len(low), np.nan)
    deviation = np.full(len(low), np.nan)
    last = np.full(len(low), np.nan)
    longest = np.full(len(low), np.nan)
    for q in range(len(low)):
        count, squares = 0, 0.0
        for row in range(low[q] + 1, high[q]):
            gap = day[row] - day[row - 1]
            if gap > 0:
                count += 1
                last[q] = gap
                if not longest[q] >= gap:
                    longest[q] = gap
        if count == 0:
            continue
        centre = (day[high[q] - 1] - day[low[q]]) / count
        average[q] = centre
        if count < 2:
            continue
        for row in range(low[q] + 1, high[q]):
            gap = day[row] - day[row - 1]
            if gap > 0:
                squares += (gap - centre) ** 2
        deviation[q] = np.sqrt(squares / (count - 1))
    return average, deviation, last, longest


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
