"""Inductive Venn-Abers predictors: a probability that says how sure its calibration is.

To calibrate a score s, it is added to the calibration rows twice, once as a stayer and once as a leaver, and the
isotonic fit is made anew each time (Vovk and Petej 2014, Venn-Abers predictors, definition of IVAP). Its values at
s are p0 and p1: whatever s turns out to be, one of the two comes from a fit that holds the true label, so the
interval [p0, p1] is calibrated by construction, where rows are exchangeable. Dates of different seasons are not; on
them the interval is as wrong as any other map, and its width says nothing about that.

The one number that loses least log loss, whichever of the two is right, is p1 / (1 - p0 + p1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.isotonic import isotonic_regression

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


class VennAbers(NamedTuple):
    """One interval a score: ``low`` is p0 and ``high`` is p1."""

    low: Floats
    high: Floats

    @property
    def probability(self) -> Floats:
        """The minimax probability of log loss, between ``low`` and ``high``."""
        return np.asarray(self.high / (1 - self.low + self.high))


def intervals(calibrated: ArrayLike, y: ArrayLike, score: ArrayLike) -> VennAbers:
    """The interval of each ``score`` from calibration rows with scores ``calibrated`` and labels ``y`` (0 or 1)."""
    known, outcome = np.asarray(calibrated, np.float64), np.asarray(y, np.float64)
    if known.shape != outcome.shape or not known.size or not np.isin(outcome, (0, 1)).all():
        raise ValueError("Venn-Abers needs one score and one label, 0 or 1, a calibration row.")
    places, back = np.unique(known, return_inverse=True)
    rows = np.bincount(back).astype(np.float64)
    left: Floats = np.bincount(back, outcome).astype(np.float64)
    asked, again = np.unique(np.asarray(score, np.float64), return_inverse=True)
    found = np.array([[_at(places, rows, left, s, label) for label in (0.0, 1.0)] for s in asked])
    return VennAbers(found[again, 0], found[again, 1])


def _at(places: Floats, rows: Floats, left: Floats, s: float, label: float) -> float:
    """The isotonic fit at ``s``, with one more row there; rows of one score count together."""
    at = int(np.searchsorted(places, s))
    if at < len(places) and places[at] == s:
        rows, left = rows.copy(), left.copy()
        rows[at] += 1
        left[at] += label
    else:
        rows, left = np.insert(rows, at, 1.0), np.insert(left, at, label)
    return float(isotonic_regression(left / rows, sample_weight=rows)[at])
