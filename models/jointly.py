"""What a feature adds to all the others: by how much the loss grows when its values are shuffled.

A boosted model is fitted on the early dates of each fold and asked about the later one.
The values of one feature are then dealt anew among the customers of that date, and the model is asked again
(permutation importance, Breiman 2001). A feature that the model does without gains exactly nothing. Doubles hide
each other here: shuffle them together, or keep one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit

from models import families
from models.intervals import Interval, between, resamples
from models.metrics import losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from models.folds import Fold

    Floats = NDArray[np.float64]

FAMILY = "boosted"
SETTINGS = {"trees": 150, "rate": 0.04}
"""Half the defaults' trees, each twice as bold: nearly the same model in half the time."""
SHUFFLES = 1
"""Dealt once: the luck of the deal is in the interval, and more of them cost more than they tell."""


def gains(
    X: pd.DataFrame,
    y: ArrayLike,
    as_of: ArrayLike,
    customers: ArrayLike,
    folds: Sequence[Fold],
    asked: Sequence[Sequence[str]],
    *,
    n: int = 500,
    seed: int = 0,
    threads: int = 1,
) -> list[Interval]:
    """Mean log loss (nats a row) that shuffling each list of features in ``asked`` costs, over all folds.

    The features of one list are shuffled as one, row by row. Above 0: the model is better with them.
    """
    outcome, days = np.asarray(y, dtype=np.int64), np.asarray(as_of, dtype="datetime64[D]")
    who = np.asarray(customers)
    rng = np.random.default_rng(seed)
    costs: list[list[Floats]] = [[] for _ in asked]
    seen = []
    for fold in folds:
        early = np.isin(days, np.array(fold.train, dtype="datetime64[D]"))
        late = np.flatnonzero(days == np.datetime64(fold.valid, "D"))
        model = families.fit(FAMILY, X[early], outcome[early], SETTINGS, seed, threads)
        there = X.iloc[late].reset_index(drop=True)
        plain = losses(outcome[late], expit(model.score(there)))
        orders = np.concatenate([rng.permutation(len(late)) for _ in range(SHUFFLES)])
        again = pd.concat([there] * SHUFFLES, ignore_index=True)
        seen.append(who[late])
        for cost, names in zip(costs, asked, strict=True):
            columns = {name: there[name].to_numpy()[orders] for name in names}
            shuffled = losses(np.tile(outcome[late], SHUFFLES), expit(model.score(again.assign(**columns))))
            cost.append((shuffled.reshape(SHUFFLES, -1) - plain).mean(axis=0))
    if not asked:
        return []
    return _means(np.column_stack([np.concatenate(cost) for cost in costs]), np.concatenate(seen), n, seed)


def _means(costs: Floats, customers: ArrayLike, n: int, seed: int) -> list[Interval]:
    drawn = np.concatenate([w @ costs / w.sum(axis=1)[:, None] for w in resamples(customers, n, seed)])
    return [between(float(costs[:, k].mean()), [drawn[:, k]]) for k in range(costs.shape[1])]
