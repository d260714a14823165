"""Loops over periods of equal length, counted back from the as-of date."""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Days, Index, Values, Whole


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
def mean_slope(
    value: Values, day: Days, as_of: Days, low: Index, high: Index, period: int, periods: int
) -> Values:
    """Least-squares slope of the periods' means of the known values, a period; unknown below three means."""
    out = np.full(len(low), np.nan)
    sums = np.empty(periods, np.float64)
    known = np.empty(periods, np.float64)
    for q in range(len(low)):
        sums[:] = 0
        known[:] = 0
        for row in range(low[q], high[q]):
            ago = (as_of[q] - day[row]) // period
            if ago < periods and not np.isnan(value[row]):
                sums[periods - 1 - ago] += value[row]
                known[periods - 1 - ago] += 1
        out[q] = fitted(sums, known, periods)
    return out


@compiled
def share_slope(
    part: Whole, whole: Whole, day: Days, as_of: Days, low: Index, high: Index, period: int, periods: int
) -> Values:
    """Least-squares slope of the periods' shares part / whole, a period; unknown below three shares."""
    out = np.full(len(low), np.nan)
    upper = np.empty(periods, np.float64)
    lower = np.empty(periods, np.float64)
    for q in range(len(low)):
        upper[:] = 0
        lower[:] = 0
        for row in range(low[q], high[q]):
            ago = (as_of[q] - day[row]) // period
            if ago < periods:
                upper[periods - 1 - ago] += part[row]
                lower[periods - 1 - ago] += whole[row]
        out[q] = fitted(upper, lower, periods)
    return out


@compiled
def fitted(upper: Values, lower: Values, periods: int) -> float:
    """Slope of upper / lower over the places where lower is above 0; unknown below three of them."""
    count, places, ratios = 0, 0.0, 0.0
    for k in range(periods):
        if lower[k] > 0:
            count += 1
            places += k
            ratios += upper[k] / lower[k]
    if count < 3:
        return np.nan
    rise, squares = 0.0, 0.0
    for k in range(periods):
        if lower[k] > 0:
            away = k - places / count
            rise += away * (upper[k] / lower[k] - ratios / count)
            squares += away * away
    return rise / squares


@compiled
def active(day: Days, as_of: Days, low: Index, high: Index, period: int, periods: int) -> Values:
    """Number of the last ``periods`` periods with a row."""
    out = np.zeros(len(low), np.float64)
    for q in range(len(low)):
        met = -1
        for row in range(low[q], high[q]):
            ago = (as_of[q] - day[row]) // period
            if ago < periods and ago != met:
                met = ago
                out[q] += 1
    return out


@compiled
def against_past(
    day: Days, as_of: Days, first: Index, low: Index, high: Index, period: int, periods: int
) -> Values:
    """Rows in the range over the mean number of rows in the periods before it that lie after the first row.

    At most ``periods`` of them; unknown below two.
    """
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        if low[q] == first[q]:
            continue
        past = min(periods, (as_of[q] + 1 - day[first[q]]) // period - 1)
        if past < 2:
            continue
        rows = 0
        for row in range(low[q] - 1, first[q] - 1, -1):
            if (as_of[q] - day[row]) // period > past:
                break
            rows += 1
        if rows:
            out[q] = (high[q] - low[q]) / (rows / past)
    return out
