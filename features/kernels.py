"""The loops: each takes sorted columns and one range of rows per question, and gives one number each.

``low[q] : high[q]`` is the range of question ``q`` (one customer on one as-of date). A loop sees the rows
inside the range and nothing else. Unknown is NaN. Money comes in whole minor units, so its sums are exact.
"""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

Index = NDArray[np.int64]
Days = NDArray[np.int32]
Codes = NDArray[np.int32]
Values = NDArray[np.float64]


@compiled
def total(value: NDArray[np.int64], low: Index, high: Index) -> Values:
    """Sum whole numbers; the sum of nothing is 0."""
    out = np.empty(len(low), np.float64)
    for q in range(len(low)):
        result = 0
        for row in range(low[q], high[q]):
            result += value[row]
        out[q] = result
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
def distinct(code: Codes, codes: int, low: Index, high: Index) -> Values:
    """Number of different codes; codes below 0 (no value) do not count."""
    out = np.empty(len(low), np.float64)
    met = np.full(codes, -1, np.int64)
    for q in range(len(low)):
        found = 0
        for row in range(low[q], high[q]):
            if code[row] >= 0 and met[code[row]] != q:
                met[code[row]] = q
                found += 1
        out[q] = found
    return out


@compiled
def top_share(code: Codes, codes: int, low: Index, high: Index) -> Values:
    """Share of rows that the most frequent code has; of nothing it is unknown."""
    out = np.empty(len(low), np.float64)
    met = np.full(codes, -1, np.int64)
    times = np.zeros(codes, np.int64)
    for q in range(len(low)):
        rows, most = 0, 0
        for row in range(low[q], high[q]):
            if code[row] < 0:
                continue
            if met[code[row]] != q:
                met[code[row]] = q
                times[code[row]] = 0
            times[code[row]] += 1
            rows += 1
            most = max(most, times[code[row]])
        out[q] = most / rows if rows else np.nan
    return out


@compiled
def missing(
    code: Codes, codes: int, before_low: Index, before_high: Index, low: Index, high: Index
) -> Values:
    """Number of different codes in the range before that do not occur in the range now."""
    out = np.empty(len(low), np.float64)
    met = np.full(codes, -1, np.int64)
    for q in range(len(low)):
        for row in range(low[q], high[q]):
            if code[row] >= 0:
                met[code[row]] = q
        lost = 0
        for row in range(before_low[q], before_high[q]):
            if code[row] >= 0 and met[code[row]] != q:
                met[code[row]] = q
                lost += 1
        out[q] = lost
    return out


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
def slope(
    value: Values, day: Days, as_of: Days, low: Index, high: Index, period: int, periods: int
) -> Values:
    """Least-squares slope of the sums of ``periods`` periods of ``period`` days, over their mean.

    -0.1 means that each period brought a tenth of the average less than the one before. Unknown where the
    sums are not above 0 in total.
    """
    out = np.full(len(low), np.nan)
    sums = np.empty(periods, np.float64)
    middle = (periods - 1) / 2
    squares = 0.0
    for k in range(periods):
        squares += (k - middle) ** 2
    for q in range(len(low)):
        sums[:] = 0
        everything = 0.0
        for row in range(low[q], high[q]):
            ago = (as_of[q] - day[row]) // period
            if ago < periods and not np.isnan(value[row]):
                sums[periods - 1 - ago] += value[row]
                everything += value[row]
        if everything > 0:
            rise = 0.0
            for k in range(periods):
                rise += (k - middle) * sums[k]
            out[q] = rise / squares / (everything / periods)
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
def open_now(
    record: Codes,
    records: int,
    weight: NDArray[np.int64],
    day: Days,
    as_of: Days,
    low: Index,
    high: Index,
    closed: Codes,
    closed_low: Index,
    closed_high: Index,
    reopened: Codes,
    reopened_low: Index,
    reopened_high: Index,
) -> tuple[Values, Values, Values]:
    """Number, total weight and age in days of the oldest of the records that are open.

    A record is open if it was opened and not closed, or opened again after it was closed.
    """
    count = np.zeros(len(low), np.float64)
    weights = np.zeros(len(low), np.float64)
    age = np.zeros(len(low), np.float64)
    met = np.full(records, -1, np.int64)
    for q in range(len(low)):
        for row in range(closed_low[q], closed_high[q]):
            met[closed[row]] = q
        for row in range(reopened_low[q], reopened_high[q]):
            met[reopened[row]] = -1
        heavy = 0
        for row in range(low[q], high[q]):
            if met[record[row]] != q:
                if count[q] == 0:
                    age[q] = as_of[q] - day[row]
                count[q] += 1
                heavy += weight[row]
        weights[q] = heavy
    return count, weights, age
