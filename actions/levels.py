"""How well a step down or a gradual decline explains a customer's orders: one likelihood a shape of the grid."""

import numpy as np
from numpy.typing import NDArray

from actions.compiled import compiled
from actions.likelihood import FLOOR, LEAST, NEVER, Laid, log_silence, mixed
from actions.shapes import Shapes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BETAS = np.array([0.0, 0.5, 0.9])
"""How far the log of the value of an order moves with the log of the rate: each as likely, the same for all
orders."""
FARTHEST = 2.5
"""Standard deviations beyond which the value of an order says no more."""


def explained(orders: Laid, grid: Shapes) -> Floats:
    """(customers, shapes): log likelihood, the weight of the shape in it."""
    told = np.full((orders.size, len(grid.kind)), NEVER)
    _levels(
        orders.begin, orders.age, orders.value, orders.moment, orders.logs, orders.sums, orders.clock, orders.shape,
        orders.noise, orders.head, orders.table, grid.edge, grid.level, grid.steps, grid.weight, BETAS, told,
    )  # fmt: skip
    return told


@compiled
def _levels(
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
    edge: Ints,
    level: Floats,
    steps: Ints,
    weight: Floats,
    betas: Floats,
    told: Floats,
) -> None:
    past = clock.shape[1] - 1
    for c in range(len(begin) - 1):
        low, high = begin[c], begin[c + 1]
        k, sd = shape[c], noise[c]
        now, gaps = clock[c, past], k * (high - low - 1)
        for t in range(len(steps)):
            # The first order of the new rhythm; before it a few must show the old one.
            j = low
            while j < high and age[j] > edge[t, 0]:
                j += 1
            if j - low < LEAST:
                continue
            mean = sums[j - 1] + value[j - 1]
            mean /= j - low
            # ``passed`` is the customer's time, slowed by the shape, up to where its present step began.
            step, start = 0, clock[c, past - 1 - edge[t, 0]]
            passed, before, gap_logs = start, at[j - 1], logs[j - 1]
            slower, along, square = 0.0, 0.0, 0.0
            for i in range(j, high):
                while step + 1 < steps[t] and edge[t, step + 1] >= age[i]:
                    following = clock[c, past - 1 - edge[t, step + 1]]
                    passed += level[t, step] * (following - start)
                    start = following
                    step += 1
                here = passed + level[t, step] * (at[i] - start)
                gap_logs += np.log(max(here - before, FLOOR))
                before = here
                g = np.log(level[t, step])
                off = min(max(value[i] - mean, -FARTHEST * sd), FARTHEST * sd)
                slower += g
                along += off * g
                square += g * g
            while step + 1 < steps[t] and edge[t, step + 1] >= 0:
                following = clock[c, past - 1 - edge[t, step + 1]]
                passed += level[t, step] * (following - start)
                start = following
                step += 1
            silence = passed + level[t, step] * (now - start) - before
            span = before - at[low]
            rhythm = head[c] + (k - 1) * gap_logs - gaps * np.log(span) + slower
            rhythm += log_silence(table, k, gaps / span * silence / k)
            worth = NEVER
            for b in betas:
                worth = mixed(worth, (b * along - 0.5 * b * b * square) / (sd * sd))
            told[c, t] = rhythm + worth - np.log(len(betas)) + weight[t]
