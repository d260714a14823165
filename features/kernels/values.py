"""Loops over the values of the rows: sums, means, extremes, flags."""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Days, Index, Values, Whole


@compiled
def total(running: Whole, low: Index, high: Index) -> Values:
    """Sum whole numbers; ``running`` is the sum of all rows before each row. The sum of nothing is 0."""
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        out[q] = running[high[q]] - running[low[q]]
    return out


@compiled
def mean(value: Values, low: Index, high: Index) -> Values:
    """Average the known values; the mean of nothing is unknown."""
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        result, known = 0.0, 0
        for row in range(low[q], high[q]):
            if not np.isnan(value[row]):
                result += value[row]
                known += 1
        out[q] = result / known if known else np.nan
    return out


@compiled
def spread(value: Values, low: Index, high: Index) -> Values:
    """Sample standard deviation (n - 1) of the known values; of fewer than two it is unknown."""
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        result, known = 0.0, 0
        for row in range(low[q], high[q]):
            if not np.isnan(value[row]):
                result += value[row]
                known += 1
        if known < 2:
            out[q] = np.nan
            continue
        centre, squares = result / known, 0.0
        for row in range(low[q], high[q]):
            if not np.isnan(value[row]):
                squares += (value[row] - centre) ** 2
        out[q] = np.sqrt(squares / (known - 1))
    return out


@compiled
def largest(value: Values, low: Index, high: Index) -> Values:
    """Largest known value; of nothing it is unknown."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        for row in range(low[q], high[q]):
            if not value[row] <= out[q] and not np.isnan(value[row]):
                out[q] = value[row]
    return out


@compiled
def latest(value: Values, low: Index, high: Index) -> Values:
    """Last known value in the order of the rows; of nothing it is unknown."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        for row in range(high[q] - 1, low[q] - 1, -1):
            if not np.isnan(value[row]):
                out[q] = value[row]
                break
    return out


@compiled
def trend(value: Values, low: Index, high: Index, run: int) -> Values:
    """Mean of the last ``run`` known values less the mean of those before; unknown without both."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        late, early, late_count, early_count = 0.0, 0.0, 0, 0
        for row in range(high[q] - 1, low[q] - 1, -1):
            if np.isnan(value[row]):
                continue
            if late_count < run:
                late += value[row]
                late_count += 1
            else:
                early += value[row]
                early_count += 1
        if early_count:
            out[q] = late / late_count - early / early_count
    return out


@compiled
def smallest(value: Values, low: Index, high: Index) -> Values:
    """Smallest known value; of nothing it is unknown."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        for row in range(low[q], high[q]):
            if not value[row] >= out[q] and not np.isnan(value[row]):
                out[q] = value[row]
    return out


@compiled
def flagged(value: Values, low: Index, high: Index) -> Values:
    """Number of rows whose value is 1."""
    out = np.zeros(len(low), np.float64)
    for q in range(len(low)):
        for row in range(low[q], high[q]):
            out[q] += value[row] == 1
    return out


@compiled
def since_flagged(value: Values, day: Days, as_of: Days, low: Index, high: Index) -> Values:
    """Days from the last row whose value is 1 to the as-of date."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        for row in range(high[q] - 1, low[q] - 1, -1):
            if value[row] == 1:
                out[q] = as_of[q] - day[row]
                break
    return out


@compiled
def flagged_run(value: Values, low: Index, high: Index) -> Values:
    """Number of the latest known values that are 1, in a row."""
    out = np.zeros(len(low), np.float64)
    for q in range(len(low)):
        for row in range(high[q] - 1, low[q] - 1, -1):
            if value[row] == 1:
                out[q] += 1
            elif not np.isnan(value[row]):
                break
    return out


@compiled
def falling_run(value: Values, low: Index, high: Index) -> Values:
    """Number of the latest known values, in a row, that are each below the known one before."""
    out = np.zeros(len(low), np.float64)
    for q in range(len(low)):
        newer = np.nan
        for row in range(high[q] - 1, low[q] - 1, -1):
            if np.isnan(value[row]):
                continue
            if value[row] <= newer:
                break
            if not np.isnan(newer):
                out[q] += 1
            newer = value[row]
    return out
