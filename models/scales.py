"""Are the numbers of a column still in the unit that they were in?

Thing by thing (a product, a customer) the typical size of the last four weeks is held against that of the year
before, and the ratio in the middle of all things is told. A thing is compared with itself alone, so that a change
of what is bought is no change of scale, and a price list that doubled is a ratio of 2, however few buy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.arrivals import BLOCK, LEAST, YEAR
from models.notices import LOOK, NOTHING, Notice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

THINGS = 20
"""Things that must stand on both sides of a comparison."""
PAST = 12
UNITS = (10.0, 100.0, 1000.0, 60.0, 1_000_000.0)
NEAR = 0.1


def changed(thing: Ints, day: Ints, value: Floats, as_of: int) -> tuple[float, int, Floats]:
    """The middle log ratio of the last four weeks, of how many things, and those of up to 12 blocks before.

    ``thing`` numbers things from 0. Zero and unknown values have no size. NaN where too few things can be compared.
    """
    reached = as_of - BLOCK * (PAST + 1) - YEAR
    first = int(day.min()) if len(day) else as_of
    sized = np.isfinite(value) & (value != 0) & (day > reached)
    who, when, size = thing[sized], day[sized], np.log(np.abs(value[sized]))
    things = int(who.max()) + 1 if len(who) else 0

    def mean(begin: int, end: int) -> Floats:
        mine = (when > begin) & (when <= end)
        counts = np.bincount(who[mine], minlength=things)
        sums = np.bincount(who[mine], size[mine], minlength=things)
        return np.asarray(np.divide(sums, counts, out=np.full(things, np.nan), where=counts > 0))

    def at(end: int) -> tuple[float, int]:
        apart = mean(end - BLOCK, end) - mean(end - BLOCK - YEAR, end - BLOCK)
        told = apart[~np.isnan(apart)]
        return (float(np.median(told)), len(told)) if len(told) >= THINGS else (np.nan, len(told))

    past = [at(as_of - BLOCK * k)[0] for k in range(1, PAST + 1) if as_of - BLOCK * (k + 1) - GROWTH >= first]
    known = np.array(past)
    return *at(as_of), known[~np.isnan(known)]


GROWTH = 84
"""Days of records before a block, at least, for it to tell what is usual."""


def notice(
    about: str, of: str, thing: Ints, day: Ints, value: Floats, as_of: int, ratio: float, deviations: float
) -> Notice | None:
    """What is to be said of a column, ``about``, compared ``of`` by ``of``; None where too little can be compared.

    Worth a look from ``ratio`` times (or less than its inverse), and so many robust spreads off past blocks.
    """
    known = day <= as_of
    change, things, past = changed(thing[known], day[known], value[known], as_of)
    if np.isnan(change):
        return None
    middle = float(np.median(past)) if len(past) >= LEAST else 0.0
    around = 1.4826 * float(np.median(np.abs(past - middle))) if len(past) >= LEAST else 0.0
    odd = abs(change - middle) > deviations * max(around, 0.01) and abs(change - middle) > np.log(ratio)
    times = float(np.exp(change))
    words = f"{told(times)} what it was the year before, {of} by {of} ({things:,} compared)."
    if odd and any(abs(np.log(max(times, 1 / times) / unit)) < NEAR for unit in UNITS):
        words += " That looks like another unit."
    figures = {"times": times, "compared": things, "usual": [float(np.exp(one)) for one in past]}
    return Notice("units", about, LOOK if odd else NOTHING, words, figures)


def told(times: float) -> str:
    """A ratio in words: "2.00 times", "1/100 of"."""
    return f"{times:,.2f} times" if times > 0.2 else f"1/{1 / times:,.3g} of"
