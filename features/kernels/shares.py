"""Loops over money shared out among the codes of the rows: who has how much, who gains, who loses, who is new."""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Codes, Days, Index, Values, Whole


@compiled
def largest(code: Codes, codes: int, amount: Whole, low: Index, high: Index) -> Values:
    """Share that the code with the largest sum has in the sum of all rows; unknown where that is not above 0."""
    out = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    sums = np.zeros(codes, np.int64)
    for q in range(len(low)):
        everything, most = 0, 0
        for row in range(low[q], high[q]):
            everything += amount[row]
            if code[row] < 0:
                continue
            if met[code[row]] != q:
                met[code[row]] = q
                sums[code[row]] = 0
            sums[code[row]] += amount[row]
        for row in range(low[q], high[q]):
            if code[row] >= 0:
                most = max(most, sums[code[row]])
        if everything > 0:
            out[q] = most / everything
    return out


@compiled
def rising(
    code: Codes, codes: int, amount: Whole, before_low: Index, before_high: Index, low: Index, high: Index
) -> Values:
    """Largest gain of a code's share of the money from the range before to the range now, at least 0."""
    out = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    now = np.zeros(codes, np.int64)
    before = np.zeros(codes, np.int64)
    for q in range(len(low)):
        all_now, all_before = 0, 0
        for row in range(low[q], high[q]):
            all_now += amount[row]
            if code[row] < 0:
                continue
            if met[code[row]] != q:
                met[code[row]] = q
                now[code[row]] = 0
                before[code[row]] = 0
            now[code[row]] += amount[row]
        for row in range(before_low[q], before_high[q]):
            all_before += amount[row]
            if code[row] >= 0 and met[code[row]] == q:
                before[code[row]] += amount[row]
        if all_now > 0 and all_before > 0:
            most = 0.0
            for row in range(low[q], high[q]):
                if code[row] >= 0:
                    gained = now[code[row]] / all_now - before[code[row]] / all_before
                    most = max(most, gained)
            out[q] = most
    return out


@compiled
def fallen(
    code: Codes,
    codes: int,
    part: Whole,
    whole: Whole,
    before_low: Index,
    before_high: Index,
    low: Index,
    high: Index,
    least: float,
) -> tuple[Values, Values]:
    """Number of codes that can be asked, and of those whose share part / whole fell by ``least`` or more.

    A code can be asked where its whole is above 0 in both ranges and its part in the range before.
    """
    asked = np.zeros(len(low), np.float64)
    lower = np.zeros(len(low), np.float64)
    met = np.full(codes, -1, np.int64)
    sums = np.zeros((4, codes), np.int64)
    for q in range(len(low)):
        for row in range(before_low[q], before_high[q]):
            item = code[row]
            if item < 0:
                continue
            if met[item] != q:
                met[item] = q
                sums[:, item] = 0
            sums[0, item] += part[row]
            sums[1, item] += whole[row]
        for row in range(low[q], high[q]):
            item = code[row]
            if item >= 0 and met[item] == q:
                sums[2, item] += part[row]
                sums[3, item] += whole[row]
        for row in range(before_low[q], before_high[q]):
            item = code[row]
            if item < 0 or met[item] != q:
                continue
            met[item] = -1
            if sums[0, item] > 0 and sums[1, item] > 0 and sums[3, item] > 0:
                asked[q] += 1
                lower[q] += sums[0, item] / sums[1, item] - sums[2, item] / sums[3, item] >= least
    return asked, lower


@compiled
def entered(
    code: Codes,
    codes: int,
    own: Values,
    day: Days,
    as_of: Days,
    first: Index,
    low: Index,
    high: Index,
    least: int,
) -> tuple[Values, Values]:
    """Number of codes entered in the range, and days since the last of them.

    A code is entered by its first row that is not ``own``, if ``least`` own rows of it lie on earlier days, from
    ``first`` on. Rows of which it is not known (NaN) are passed over.
    """
    found = np.zeros(len(low), np.float64)
    since = np.full(len(low), np.nan)
    met = np.full(codes, -1, np.int64)
    earlier = np.zeros(codes, np.int64)
    today = np.zeros(codes, np.int64)
    last = np.zeros(codes, np.int64)
    shared = np.zeros(codes, np.bool_)
    for q in range(len(low)):
        for row in range(first[q], high[q]):
            item = code[row]
            if item < 0 or np.isnan(own[row]):
                continue
            if met[item] != q:
                met[item] = q
                earlier[item], today[item], shared[item] = 0, 0, False
                last[item] = day[row]
            if day[row] != last[item]:
                earlier[item] += today[item]
                today[item] = 0
                last[item] = day[row]
            if own[row] == 1:
                today[item] += 1
            elif not shared[item]:
                shared[item] = True
                if earlier[item] >= least and row >= low[q]:
                    found[q] += 1
                    since[q] = as_of[q] - day[row]
    return found, since
