"""Loops that hold rows against the median of others."""

import numpy as np

from features.compiled import compiled
from features.kernels.selection import twice_median
from features.kernels.types import Index, Values, Whole


@compiled
def small(
    amount: Whole, low: Index, high: Index, usual: Whole, usual_low: Index, usual_high: Index
) -> Values:
    """Number of rows whose amount is below the median of the amounts in the other range."""
    out = np.zeros(len(low), np.float64)
    longest = 0
    for q in range(len(low)):
        longest = max(longest, usual_high[q] - usual_low[q])
    scratch = np.empty(longest, np.int64)
    for q in range(len(low)):
        rows = usual_high[q] - usual_low[q]
        if rows == 0 or high[q] == low[q]:
            continue
        for k in range(rows):
            scratch[k] = usual[usual_low[q] + k]
        # Twice the median, so that it stays whole where two amounts share the middle.
        twice = twice_median(scratch, rows)
        for row in range(low[q], high[q]):
            out[q] += 2 * amount[row] < twice
    return out


@compiled
def above_median(
    value: Values, amount: Whole, before_low: Index, before_high: Index, low: Index, high: Index, least: int
) -> Values:
    """Share of the amount in rows whose value is above the median of the known values in the range before.

    Rows without a value do not count. Unknown with fewer than ``least`` known values before.
    """
    out = np.full(len(low), np.nan)
    longest = 0
    for q in range(len(low)):
        longest = max(longest, before_high[q] - before_low[q])
    scratch = np.empty(longest, np.float64)
    for q in range(len(low)):
        known = 0
        for row in range(before_low[q], before_high[q]):
            if not np.isnan(value[row]):
                scratch[known] = value[row]
                known += 1
        if known < least or high[q] == low[q]:
            continue
        median = twice_median(scratch, known) / 2
        above, everything = 0, 0
        for row in range(low[q], high[q]):
            if not np.isnan(value[row]):
                everything += amount[row]
                if value[row] > median:
                    above += amount[row]
        if everything > 0:
            out[q] = above / everything
    return out
