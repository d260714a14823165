"""How well stocking up explains a customer's orders: one to three large orders, then quiet until they are used
up."""

import numpy as np
from numpy.typing import NDArray

from actions.compiled import compiled
from actions.likelihood import FLOOR, LEAST, NEVER, Laid, log_silence, mixed
from actions.shapes import ONSET_DAYS, QUIET, QUIETS, STOCKED, STOCKED_SPREAD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BACK = 130
"""Days back in which a customer may have stocked up."""
TOGETHER, MOST = 16, 3
"""Days within which, and orders by which, it stocks up."""
OUTLIER = 12.0
"""Twice the most that an ordinary order's value says against it: now and then one is large for no reason."""


def explained(orders: Laid) -> tuple[Floats, Floats]:
    """Give the log likelihood of each customer, and the age of the order that the likeliest stocking began with."""
    told, onset = np.full(orders.size, NEVER), np.zeros(orders.size)
    _stocking(
        orders.begin, orders.age, orders.value, orders.moment, orders.logs, orders.sums, orders.clock, orders.shape,
        orders.noise, orders.head, orders.table, QUIETS, told, onset,
    )  # fmt: skip
    return told, onset


@compiled
def _stocking(
    begin: Ints,
    age: Ints,
    value: Floats,
    at: Floats,
    logs: Floats,
    sums: Floats,
    clock: Floats,
    shape: Floats,
    noise: Floats,
    head: Floats,
    table: Floats,
    quiets: Floats,
    told: Floats,
    onset: Floats,
) -> None:
    past = clock.shape[1] - 1
    for c in range(len(begin) - 1):
        low, high = begin[c], begin[c + 1]
        k, var = shape[c], noise[c] * noise[c]
        now, gaps = clock[c, past], k * (high - low - 1)
        place = high
        while place > low and age[place - 1] <= BACK:
            place -= 1
        likeliest = NEVER
        for i in range(max(place, low + LEAST), high):
            mean = sums[i] / (i - low)
            large = 0.0
            for last in range(i, min(i + MOST, high)):
                if age[i] - age[last] > TOGETHER:
                    break
                off, wide = value[last] - mean, var + STOCKED_SPREAD * STOCKED_SPREAD
                large += 0.5 * min(off * off / var, OUTLIER) - 0.5 * (off - STOCKED) ** 2 / wide
                large += 0.5 * np.log(var / wide)
                quiet = NEVER
                for lasts in quiets:
                    until = age[last] - int(lasts)
                    ends = clock[c, past - 1 - until] if until >= 0 else now
                    before, gap_logs, slower = at[last], logs[last], 0.0
                    for o in range(last + 1, high):
                        here = at[last] + QUIET * (min(at[o], ends) - at[last]) + max(at[o] - ends, 0.0)
                        slower += np.log(QUIET) if at[o] < ends else 0.0
                        gap_logs += np.log(max(here - before, FLOOR))
                        before = here
                    here = at[last] + QUIET * (ends - at[last]) + now - ends
                    span = before - at[low]
                    one = head[c] + (k - 1) * gap_logs - gaps * np.log(span) + slower
                    one += log_silence(table, k, gaps / span * (here - before) / k)
                    quiet = mixed(quiet, one - np.log(len(quiets)))
                # An onset on a given order is as likely as one on any day until the next.
                usual = (at[high - 1] - at[low]) / (high - low - 1)
                found = quiet + large - np.log(float(MOST)) + np.log(usual / ONSET_DAYS)
                if found > likeliest:
                    likeliest, onset[c] = found, age[i]
                told[c] = mixed(told[c], found)
