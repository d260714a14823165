"""Loops over records that are opened by one event and closed by another."""

import numpy as np

from features.compiled import compiled
from features.kernels.types import Codes, Days, Index, Values, Whole


@compiled
def open_now(
    record: Codes,
    records: int,
    weight: Whole,
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


@compiled
def running(
    record: Codes,
    records: int,
    ends: Values,
    as_of: Days,
    low: Index,
    high: Index,
    marked: Codes,
    marked_low: Index,
    marked_high: Index,
    within: int,
) -> tuple[Values, Values]:
    """Number of records that end on the as-of date or later, at most ``within`` days later, and of those marked."""
    found = np.zeros(len(low), np.float64)
    among = np.zeros(len(low), np.float64)
    met = np.full(records, -1, np.int64)
    for q in range(len(low)):
        for row in range(marked_low[q], marked_high[q]):
            met[marked[row]] = q
        for row in range(low[q], high[q]):
            if 0 <= ends[row] - as_of[q] <= within:
                found[q] += 1
                among[q] += met[record[row]] == q
    return found, among
