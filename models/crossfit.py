"""Probabilities for rows that their own calibration never saw: what families are compared by.

A map judged on the rows it was fitted on flatters the freest map. Here each fifth of the customers is given
probabilities by the map that the other four fifths choose and fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.calibration import METHODS, choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

FOLDS = 5
SEED = 21


def probabilities(
    score: ArrayLike, y: ArrayLike, groups: ArrayLike, unit: str, methods: Sequence[str] = METHODS
) -> Floats:
    """One probability a row; all rows of a customer (``groups``) lie in the same fifth.

    With fewer than two customers of either kind outside some fifth there is nothing to fit there, and
    ``choose`` refuses (TooLittle).
    """
    scores, outcome = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.int64)
    codes, names = pd.factorize(np.asarray(groups), sort=True)
    fifth = _dealt(
        np.maximum.reduceat(outcome[np.argsort(codes, kind="stable")], _starts(codes)), len(names)
    )[codes]
    p = np.empty_like(scores)
    for number in range(FOLDS):
        here = fifth == number
        if here.any():
            map_, _ = choose(scores[~here], outcome[~here], np.asarray(groups)[~here], unit, methods)
            p[here] = map_.probability(scores[here])
    return p


def _starts(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(np.sort(codes), prepend=-1))


def _dealt(ever_left: NDArray[np.int64], customers: int) -> NDArray[np.int64]:
    """The fifth of each customer, dealt at random but evenly among those that ever left and those that did
    not.
    """
    order = np.random.default_rng(SEED).permutation(customers)
    order = order[np.argsort(ever_left[order], kind="stable")]
    fifth = np.empty(customers, dtype=np.int64)
    fifth[order] = np.arange(customers) % FOLDS
    return fifth
