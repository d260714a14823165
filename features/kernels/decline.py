"""The course of the sums of twelve periods: whether they fell, in which shape, since when, how far.

The formulas stand with the measures of `features.measures.course`, which this loop fills all at once.
"""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Days, Index, Values, Whole

GRADUAL, STEP, SUDDEN, FLUCTUATING, ONSET, DEPTH, FALLING, BELOW = range(8)
PERIOD, PERIODS = 30, 12
LEAST, POSITIVE = 6, 3


@compiled
def course(
    value: Whole, counted: bool, day: Days, as_of: Days, low: Index, high: Index
) -> tuple[Values, Values, Values, Values, Values, Values, Values, Values]:
    """Give the eight numbers of a course for each question; ``counted`` rows count 1, not their value."""
    out = np.full((8, len(low)), np.nan)
    sums = np.empty(PERIODS, np.int64)
    for q in range(len(low)):
        sums[:] = 0
        for row in range(low[q], high[q]):
            ago = (as_of[q] - day[row]) // PERIOD
            if ago < PERIODS:
                sums[PERIODS - 1 - ago] += 1 if counted else value[row]
        begin = 0
        while begin < PERIODS and sums[begin] <= 0:
            begin += 1
        positive = 0
        for k in range(begin, PERIODS):
            positive += sums[k] > 0
        if PERIODS - begin < LEAST or positive < POSITIVE:
            continue
        shape(sums[begin:], out, q)
        runs(sums[begin:], out, q)
    return out[0], out[1], out[2], out[3], out[4], out[5], out[6], out[7]


@compiled
def shape(sums: Whole, out: Values, q: int) -> None:
    """Fill the scores, the onset and the depth of one course."""
    n = len(sums)
    everything = 0
    for k in range(n):
        everything += sums[k]
    # The squares of n * (sum - mean): whole numbers until here, so an even course is exactly even.
    spread, rise, squares = 0.0, 0.0, 0.0
    for k in range(n):
        away = float(n * sums[k] - everything)
        spread += away * away
        rise += (k - (n - 1) / 2) * sums[k]
        squares += (k - (n - 1) / 2) ** 2
    for number in (GRADUAL, STEP, SUDDEN, FLUCTUATING, DEPTH):
        out[number, q] = 0.0
    if spread == 0 or everything <= 0:
        return
    mean, slope = everything / n, rise / squares
    line = 0.0
    if slope < 0:
        line = slope * slope * squares * n * n / spread
        top = mean - slope * (n - 1) / 2
        out[GRADUAL, q] = line * min(1.0, -slope * (n - 1) / top)

    best, told, begun = 0.0, line, 0
    half = 0.0
    before = 0
    for m in range(1, n):
        before += sums[m - 1]
        early, late = before / m, (everything - before) / (n - m)
        if early <= 0 or late >= early:
            continue
        away = float(n * before - m * everything)
        fit = away * away * n / (float(m) * (n - m)) / spread
        fall = min(1.0, 1 - late / early)
        score = fit * fall
        told = max(told, fit)
        if n - m <= 2:
            out[SUDDEN, q] = max(out[SUDDEN, q], score)
        elif m >= 3:
            out[STEP, q] = max(out[STEP, q], score)
        if score >= best * (1 - 1e-9):
            begun = m
            best = max(best, score)
        if m == n // 2:
            half = fall
        if m == n - 3:
            out[DEPTH, q] = fall
    out[FLUCTUATING, q] = max(0.0, 1 - told) * half
    if best > 0:
        out[ONSET, q] = (n - begun) * PERIOD


@compiled
def runs(sums: Whole, out: Values, q: int) -> None:
    """Fill the number of the latest periods, in a row, below the one before and below four fifths of all before."""
    n = len(sums)
    falling = 0
    while falling < n - 1 and sums[n - 1 - falling] < sums[n - 2 - falling]:
        falling += 1
    before = 0
    for k in range(n):
        before += sums[k]
    below = 0
    for k in range(n - 1, 2, -1):
        before -= sums[k]
        if not 5 * sums[k] * k < 4 * before:
            break
        below += 1
    out[FALLING, q] = falling
    out[BELOW, q] = below
