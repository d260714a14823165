"""The shapes that a change of rhythm may take: factors on the order rate, piecewise constant from an onset on.

One shape is an onset, some steps after it and a prior weight. The grids cover what a person would call by the name:
a step leaves .25 to .65 of the rate; a gradual decline loses .6 to .95 over 80 to 175 days in a straight line,
then holds. Onsets are equally likely on each of the ``ONSET_DAYS``, so that a shape speaks for the days up to the
next one of the grid.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS = (
    "steady",
    "gradual_decline",
    "step_down",
    "sudden_stop",
    "fluctuating_decline",
    "seasonal_pause",
    "stocking_up",
)
STEADY, GRADUAL, STEP, STOP, FLUCTUATING, PAUSE, STOCKING = range(len(KINDS))

ONSET_DAYS = 300.0
"""Days back in which a change may have begun."""
ONSETS = np.array([*range(10, 200, 10), *range(205, 300, 15)])
"""The ages, in days, of the onsets of the grid."""
WIDTHS = np.diff(np.append(ONSETS, ONSET_DAYS)).astype(np.float64)
"""Days of onset that each of them speaks for."""
KEPT = np.array([0.25, 0.35, 0.45, 0.55, 0.65])
"""Parts of the rate that a step leaves."""
LOST = np.array([0.6, 0.72, 0.84, 0.95])
"""Parts of the rate that a gradual decline takes in all."""
LASTS = np.array([80.0, 110.0, 140.0, 175.0])
"""Days that it takes."""
PIECES = 5
"""Steps by which its straight line is followed."""
PEAKS = np.array([0.2, 0.45])
"""Part by which the good weeks of a fluctuating decline have fallen after ``PEAK_DAYS``."""
PEAK_DAYS = 180.0
LOW = 0.13
"""Part of the rate that is left in its bad weeks."""
SPELL = 40.0
"""Mean days of good or bad weeks."""
QUIETS = np.array([40.0, 55.0, 70.0, 85.0, 100.0])
"""Days of quiet after stocking up."""
QUIET = 0.1
"""Part of the rate that is left in it."""
STOCKED, STOCKED_SPREAD = 1.25, 0.4
"""Mean and standard deviation of the log of the factor by which a stocking order is larger than usual."""


@dataclass(frozen=True)
class Shapes:
    """One entry a shape; ``edge[i, k]`` is the age at which step ``k`` begins, ``level[i, k]`` its factor."""

    kind: Ints
    onset: Ints
    steps: Ints
    edge: Ints
    level: Floats
    weight: Floats
    """Log of the prior weight; those of a kind sum to 1."""
    speed: Floats
    """Share of the order rate lost per 30 days while it falls."""


def grid() -> Shapes:
    """Give the steps and gradual declines of the grid."""
    rows = []
    for (onset, days), kept in product(zip(ONSETS, WIDTHS, strict=True), KEPT):
        rows.append((STEP, onset, [onset], [kept], days / len(KEPT), 1 - kept))
    for (onset, days), lost, lasts in product(zip(ONSETS, WIDTHS, strict=True), LOST, LASTS):
        edges = [onset - lasts * k / PIECES for k in range(PIECES)] + [onset - lasts]
        levels = [1 - lost * (k + 0.5) / PIECES for k in range(PIECES)] + [1 - lost]
        rows.append((GRADUAL, onset, edges, levels, days / len(LOST) / len(LASTS), lost / lasts * 30))
    most = PIECES + 1
    edge, level = np.full((len(rows), most), -1, np.int64), np.ones((len(rows), most))
    for i, row in enumerate(rows):
        edge[i, : len(row[2])] = np.round(row[2])
        level[i, : len(row[3])] = row[3]
    return Shapes(
        kind=np.array([row[0] for row in rows]),
        onset=np.array([row[1] for row in rows]),
        steps=np.array([len(row[2]) for row in rows]),
        edge=edge,
        level=level,
        weight=np.log(np.array([row[4] for row in rows]) / WIDTHS.sum()),
        speed=np.array([row[5] for row in rows]),
    )
