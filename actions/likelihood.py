"""How well orders at a usual rate, or none any more, explain what a customer did; what all other shapes build on.

Own time (``actions.rhythm``) passes at the season's pace. A gap ``u`` of own time has the density
``theta^k u^(k-1) exp(-theta u) / Gamma(k)``; where a shape slows the rate by a factor ``g``, ``u`` is so much
shorter and the density gains the factor ``g`` (Berman 1981). ``theta``, the usual rate, has a flat prior on its
log and is integrated out, which leaves ``Gamma(k m) / U^(k m)`` of ``m`` gaps with the sum ``U``. The silence
since the last order counts by the chance that a gap is longer, at the mean of ``theta``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln

from actions.compiled import compiled
from actions.rhythm import PAST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1e30
"""The log likelihood of what cannot be; what is added to it leaves it far below any other."""
FLOOR = 1e-3
"""Least own time between two orders, in ordinary days."""
LEAST = 3
"""Orders without which nothing is said."""
FIRST_SHAPE, LAST_SHAPE, SHAPES = 0.3, 9.0, 40
TIME_STEP, TIMES = 0.05, 1200
"""The grid on which the chance of a silence is tabled: shapes, and times in usual gaps."""


@dataclass(frozen=True)
class Laid:
    """Orders laid on their customers' clocks; ``begin[c]:begin[c + 1]`` are those of customer ``c``, the oldest
    first."""

    begin: Ints
    age: Ints
    value: Floats
    moment: Floats
    """Own time of each order, in ordinary days."""
    logs: Floats
    """Sum of the logs of the gaps up to each order."""
    sums: Floats
    """Sum of the values of the customer's orders before each one."""
    clock: Floats
    """(customers, PAST + 1): own time at the beginning of each day, the oldest first; the last is now."""
    shape: Floats
    noise: Floats
    """Standard deviation of the log value of an order."""
    head: Floats
    """Of each customer, what all shapes have in common: log of ``Gamma(k m) / Gamma(k)^m``."""
    table: Floats

    @property
    def size(self) -> int:
        return len(self.begin) - 1

    @property
    def count(self) -> Ints:
        return np.diff(self.begin)


def laid(
    begin: Ints, age: Ints, value: Floats, clock: Floats, shape: Floats, noise: Floats, table: Floats
) -> Laid:
    """Lay orders on clocks."""
    count = np.diff(begin)
    who = np.repeat(np.arange(len(count)), count)
    day = PAST - 1 - age
    at = 0.5 * (clock[who, day] + clock[who, day + 1])
    gap = np.zeros(len(at))
    gap[1:] = np.log(np.maximum(np.diff(at), FLOOR))
    gap[begin[:-1][count > 0]] = 0.0
    logs, sums = np.cumsum(gap), np.cumsum(value) - value
    first = begin[:-1][who]
    gaps = np.maximum(count - 1, 1)
    head = gammaln(shape * gaps) - gaps * gammaln(shape)
    return Laid(
        begin, age, value, at, logs - logs[first], sums - sums[first], clock, shape, noise, head, table
    )


def silence_table() -> Floats:
    """Give the log of the chance that a gap is longer than a time; (shapes, times)."""
    shape = np.exp(np.linspace(np.log(FIRST_SHAPE), np.log(LAST_SHAPE), SHAPES))
    times = np.arange(TIMES) * TIME_STEP
    with np.errstate(divide="ignore"):
        table = np.log(gammaincc(shape[:, None], shape[:, None] * times[None, :]))
    # Beyond what a float holds it goes on falling as steeply as an exponential does.
    for one, row in zip(shape, table, strict=True):
        if (row < -600).any():
            end = int(np.argmax(row < -600))
            row[end:] = row[end - 1] - one * (times[end:] - times[end - 1])
    return np.asarray(table)


@compiled
def log_silence(table: Floats, shape: float, time: float) -> float:
    """Give the log of the chance that a gap is longer than ``time`` usual gaps, from the table."""
    row = (np.log(shape) - np.log(FIRST_SHAPE)) / (np.log(LAST_SHAPE) - np.log(FIRST_SHAPE)) * (SHAPES - 1)
    row = min(max(row, 0.0), SHAPES - 1.001)
    column = min(max(time, 0.0) / TIME_STEP, TIMES - 1.001)
    i, j = int(row), int(column)
    u, v = row - i, column - j
    low = table[i, j] * (1 - v) + table[i, j + 1] * v
    high = table[i + 1, j] * (1 - v) + table[i + 1, j + 1] * v
    return float(low * (1 - u) + high * u)


@compiled
def mixed(a: float, b: float) -> float:
    """Log of the sum of two exponentials."""
    top = max(a, b)
    return float(top + np.log(np.exp(a - top) + np.exp(b - top)))


def unchanged(orders: Laid, onset_days: float) -> tuple[Floats, Floats]:
    """Give the log likelihoods that nothing changed, and that the customer stopped.

    A stop may lie anywhere in the silence: up to it, the next order was still to come.
    """
    steady, stopped = np.zeros(orders.size), np.zeros(orders.size)
    _unchanged(
        orders.begin, orders.age, orders.moment, orders.logs, orders.clock, orders.shape, orders.head, orders.table,
        onset_days, steady, stopped,
    )  # fmt: skip
    return steady, stopped


@compiled
def _unchanged(
    begin: Ints,
    age: Ints,
    at: Floats,
    logs: Floats,
    clock: Floats,
    shape: Floats,
    head: Floats,
    table: Floats,
    onset_days: float,
    steady: Floats,
    stopped: Floats,
) -> None:
    pieces = 16
    for c in range(len(begin) - 1):
        first, last = begin[c], begin[c + 1] - 1
        k = shape[c]
        if last - first + 1 < LEAST:
            stopped[c] = NEVER
            continue
        weight = k * (last - first)
        span = at[last] - at[first]
        gap = k * span / weight
        silence = (clock[c, -1] - at[last]) / gap
        base = head[c] + (k - 1) * logs[last] - weight * np.log(span)
        steady[c] = base + log_silence(table, k, silence)
        waited = 0.0
        for piece in range(pieces):
            waited += np.exp(log_silence(table, k, silence * (piece + 0.5) / pieces)) / pieces
        stopped[c] = base + np.log(max(waited * min((age[last] + 0.5) / onset_days, 1.0), 1e-12))
