"""Loops over the codes of the rows: products, product lines, people, roles."""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Codes, Days, Index, Values, Whole


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
def concentration(code: Codes, codes: int, amount: Whole, low: Index, high: Index) -> Values:
    """Herfindahl index of the amounts of the codes; codes that sum to 0 or less do not count."""
    out = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    sums = np.zeros(codes, np.int64)
    for q in range(len(low)):
        for row in range(low[q], high[q]):
            if code[row] < 0:
                continue
            if met[code[row]] != q:
                met[code[row]] = q
                sums[code[row]] = 0
            sums[code[row]] += amount[row]
        everything, squares = 0.0, 0.0
        for row in range(low[q], high[q]):
            if code[row] >= 0 and met[code[row]] == q:
                met[code[row]] = -1
                if sums[code[row]] > 0:
                    part = float(sums[code[row]])
                    everything += part
                    squares += part * part
        if everything > 0:
            out[q] = squares / everything / everything
    return out


@compiled
def cooling(
    code: Codes, codes: int, before_low: Index, before_high: Index, low: Index, high: Index, least: int
) -> Values:
    """Smallest ratio now / before of a code that had ``least`` rows before, less that of all codes together."""
    out = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    now = np.zeros(codes, np.int64)
    before = np.zeros(codes, np.int64)
    for q in range(len(low)):
        all_before, all_now = 0, 0
        for row in range(before_low[q], before_high[q]):
            if code[row] < 0:
                continue
            if met[code[row]] != q:
                met[code[row]] = q
                before[code[row]] = 0
                now[code[row]] = 0
            before[code[row]] += 1
            all_before += 1
        for row in range(low[q], high[q]):
            if code[row] < 0:
                continue
            all_now += 1
            if met[code[row]] == q:
                now[code[row]] += 1
        coldest = np.inf
        for row in range(before_low[q], before_high[q]):
            if code[row] >= 0 and met[code[row]] == q:
                met[code[row]] = -1
                if before[code[row]] >= least:
                    coldest = min(coldest, now[code[row]] / before[code[row]])
        if coldest < np.inf:
            out[q] = coldest - all_now / all_before
    return out


@compiled
def changes(
    code: Codes, day: Days, as_of: Days, first: Index, low: Index, high: Index
) -> tuple[Values, Values]:
    """Number of rows in the range whose known code differs from the one before, and days since the last of them.

    The one before may lie before the range, from ``first`` on.
    """
    found = np.zeros(len(low), np.float64)
    since = np.full(len(low), np.nan)
    for q in range(len(low)):
        newer, newer_row = -1, high[q]
        for row in range(high[q] - 1, first[q] - 1, -1):
            if code[row] < 0:
                continue
            if newer >= 0 and code[row] != newer:
                found[q] += 1
                if np.isnan(since[q]):
                    since[q] = as_of[q] - day[newer_row]
            newer, newer_row = code[row], row
            if row < low[q]:
                break
    return found, since


@compiled
def untried(
    code: Codes, codes: int, trial: Values, day: Days, as_of: Days, low: Index, high: Index, wait: int
) -> tuple[Values, Values]:
    """Number of trial rows at least ``wait`` days old, and of those whose code was not bought later without trial.

    Later means on a later day.
    """
    old = np.zeros(len(low), np.float64)
    alone = np.zeros(len(low), np.float64)
    met = np.full(codes, -1, np.int64)
    bought = np.zeros(codes, np.int64)
    for q in range(len(low)):
        for row in range(high[q] - 1, low[q] - 1, -1):
            if code[row] < 0:
                continue
            if trial[row] == 1:
                if as_of[q] - day[row] >= wait:
                    old[q] += 1
                    alone[q] += met[code[row]] != q or bought[code[row]] <= day[row]
            elif met[code[row]] != q:
                met[code[row]] = q
                bought[code[row]] = day[row]
    return old, alone


@compiled
def price_change(
    code: Codes, codes: int, price: Values, day: Days, first: Index, low: Index, high: Index
) -> Values:
    """Mean over the rows in the range of price / previous price of the same code - 1.

    The previous price is the mean of the code's known prices on its last earlier day, from ``first`` on.
    """
    out = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    last = np.zeros(codes, np.int64)
    total = np.zeros(codes, np.float64)
    count = np.zeros(codes, np.int64)
    previous = np.zeros(codes, np.float64)
    for q in range(len(low)):
        moved, rows = 0.0, 0
        for row in range(first[q], high[q]):
            item = code[row]
            if item < 0 or not price[row] > 0:
                continue
            if met[item] != q:
                met[item] = q
                previous[item] = np.nan
                last[item], total[item], count[item] = day[row], 0.0, 0
            elif last[item] != day[row]:
                previous[item] = total[item] / count[item]
                last[item], total[item], count[item] = day[row], 0.0, 0
            total[item] += price[row]
            count[item] += 1
            if row >= low[q] and not np.isnan(previous[item]):
                moved += price[row] / previous[item] - 1
                rows += 1
        if rows:
            out[q] = moved / rows
    return out
