"""Pauses that a customer makes in the same weeks of every year: works holidays, the off-season.

A silence of a past year that is too long for chance, and that the year before did not contradict, may be a yearly
pause; how likely, is said by Bayes' rule.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actions.compiled import compiled
from actions.likelihood import log_silence
from actions.rhythm import YEAR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR = np.log(0.3 / 52)
"""Log odds that a customer pauses in a given week of the year: three in ten have a holiday of two or three
weeks."""
SHORTEST = 12
"""Days below which a silence is no pause."""
LEAST, SLIGHT = 2.0, 0.02
"""Surprise, in nats, and chance below which a silence is not looked at any further."""
SHARED, AGAINST = 0.6, -3.0
"""Part of it that a silence of the year before must share, and what it counts, in nats, where none does."""
MOST = 4
"""Pauses looked at, the likeliest."""
RECENT, GRACE = 49, 7
"""Days after its end in which a pause still explains a silence, and in which it is still called one."""
FIRST_YEAR, LAST_YEAR = -1, 4
"""Years back from the latest in which a pause is laid, the last excluded."""
LEFT = 0.02
"""Part of the rate that is left in a pause."""


@dataclass(frozen=True)
class Pauses:
    """The pauses of each customer, (customers, MOST): ages of beginning and end, moved to the latest year (a
    negative one lies ahead), and how likely it is one (0: none)."""

    begins: Floats
    ends: Floats
    chance: Floats


def pauses(age: Ints, begin: Ints, clock: Floats, rate: Floats, shape: Floats, table: Floats) -> Pauses:
    """Find them in the years before the latest; ``rate`` is orders in a day of own time."""
    size = len(begin) - 1
    found = Pauses(*(np.zeros((size, MOST)) for _ in range(3)))
    _search(age, begin, clock, rate, shape, table, found.begins, found.ends, found.chance, PRIOR, YEAR)
    return found


def applied(daily: Floats, found: Pauses, *, during: bool) -> Floats:
    """Give the daily season with the pauses in it, each by its chance; those of the last weeks (``touches``) in
    full where ``during``, and not at all otherwise."""
    told = daily.copy()
    _apply(told, found.begins, found.ends, found.chance, float(during))
    return told


@compiled
def _apply(told: Floats, begins: Floats, ends: Floats, chance: Floats, during: float) -> None:
    past = told.shape[1]
    for c in range(len(told)):
        for p in range(chance.shape[1]):
            if chance[c, p] == 0.0:
                continue
            for year in range(FIRST_YEAR, LAST_YEAR):
                old, new = begins[c, p] + year * YEAR, ends[c, p] + year * YEAR
                sure = during if touches(old, new) else chance[c, p]
                for age in range(max(int(np.floor(new)) + 1, 0), min(int(np.floor(old)) + 1, past)):
                    told[c, past - 1 - age] *= 1 - (1 - LEFT) * sure


@compiled
def touches(old: float, new: float) -> bool:
    """Say whether a pause between two ages is under way on the day asked, or was until ``RECENT`` days before."""
    return old > 0 and new < RECENT


def current(found: Pauses) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Give, for each customer, how likely it is that a pause touches the day asked (0: none could), how many days
    back that pause began, and whether it is not over yet."""
    size = len(found.chance)
    sure, begun, inside = np.zeros(size), np.zeros(size), np.zeros(size, dtype=bool)
    for c, p in zip(*np.nonzero(found.chance), strict=True):
        for year in range(FIRST_YEAR, LAST_YEAR):
            old, new = found.begins[c, p] + year * YEAR, found.ends[c, p] + year * YEAR
            if touches(old, new) and found.chance[c, p] > sure[c]:
                sure[c], begun[c], inside[c] = found.chance[c, p], old, new < GRACE
    return sure, begun, inside


@compiled
def _search(
    age: Ints,
    begin: Ints,
    clock: Floats,
    rate: Floats,
    shape: Floats,
    table: Floats,
    begins: Floats,
    ends: Floats,
    chance: Floats,
    prior: float,
    year: float,
) -> None:
    past = clock.shape[1] - 1
    for c in range(len(begin) - 1):
        low, high = begin[c], begin[c + 1]
        for i in range(low, high - 1):
            old, new = age[i], age[i + 1]
            # A silence of the year before the latest, or one that would go on now.
            if old - new < SHORTEST or old <= year - 1 or new >= 2 * year:
                continue
            length = clock[c, past - 1 - new] - clock[c, past - 1 - old]
            first = -log_silence(table, shape[c], rate[c] * length)
            if first < LEAST:
                continue
            start, stop = float(old), float(new)
            second = 0.0
            before_old, before_new = old + year, new + year
            if age[low] > before_old:
                # The longest overlap with a silence of the year before.
                most = 0.0
                at = -1
                for j in range(low, i):
                    shared = min(float(age[j]), before_old) - max(float(age[j + 1]), before_new)
                    if shared > most:
                        most = shared
                        at = j
                if at >= 0 and most >= SHARED * (old - new):
                    a, b = min(float(age[at]), before_old), max(float(age[at + 1]), before_new)
                    x, y = max(past - 1 - int(a), 0), past - 1 - int(b)
                    second = -log_silence(table, shape[c], rate[c] * (clock[c, y] - clock[c, x]))
                    start, stop = a - year, b - year
                else:
                    second = AGAINST
            odds = prior + first + second
            sure = 1 / (1 + np.exp(-odds))
            if sure < SLIGHT:
                continue
            place = np.argmin(chance[c])
            if sure > chance[c, place]:
                begins[c, place] = start - year
                ends[c, place] = stop - year
                chance[c, place] = sure
