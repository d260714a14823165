"""From contributions to the score to contributions to the probability that is served.

A calibration map g bends the score, so contributions in log-odds do not add up to a probability. The path
rule carries them over: along the straight line from the base score s0 to the score s every feature moves in
proportion to its contribution phi_i, so it is owed the share phi_i / (s - s0) of the change,

    contribution_i = phi_i * (g(s) - g(s0)) / (s - s0),    with the limit phi_i * g'(s0) where s = s0.

This is the Aumann-Shapley value of g applied to a sum (Aumann and Shapley, Values of Non-Atomic Games,
1974; Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017). Contributions keep their
signs and their order, and ``base + contributions.sum()`` is the probability. Where g is flat from s0 to s,
nobody is owed anything.

An explanation answers "why this customer rather than that one?", so it needs a base. A model's own base is the mean
over its training rows, of other dates; against it, what a season does to everybody is everybody's first reason. So
contributions are centred on a reference population that is asked about on the same date (``centred``): from each
phi_i goes its mean over the reference, and the means go into the base score, which becomes the mean score of the
reference. For the additive logistic model these are the SHAP values of the reference itself; for trees, whose
phi are those of the model's own expectation, they are the difference between a customer's and the average
customer's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from models.calibration import Calibration
    from models.level import Shifted

    Floats = NDArray[np.float64]

NEAR = 1e-9
"""Scores nearer to the base than this are at it: the quotient of the path rule would be rounding noise."""


def centred(
    phi: ArrayLike, base_score: float, group: Sequence[str | None] | None = None
) -> tuple[Floats, Floats]:
    """Contributions (rows, features) against the mean of a reference population, and each row's base score.

    The reference of a row is the rows of its ``group``; of a row whose group is None, and of all rows without
    groups, it is every row. What is the same in all rows of a reference becomes exactly 0. A row's base score plus
    its contributions is what it was before.
    """
    values: Floats = np.asarray(phi, dtype=np.float64)
    if not len(values):
        return values.copy(), np.empty(0)
    means = np.broadcast_to(_mean(values), values.shape).copy()
    for mine in _members(group):
        means[mine] = _mean(values[mine])
    bases = base_score + means.sum(axis=1)
    return closed(values - means, base_score + values.sum(axis=1) - bases), bases


def _mean(values: Floats) -> Floats:
    """The mean of each column; where all rows are the same, that number to the last bit."""
    return np.asarray(np.where((values == values[0]).all(axis=0), values[0], values.mean(axis=0)))


def _members(group: Sequence[str | None] | None) -> list[NDArray[np.bool_]]:
    """The rows of each group that has a name."""
    if group is None:
        return []
    names = np.asarray(group, dtype=object)
    return [names == name for name in sorted({name for name in group if name is not None})]


def on_probability(
    phi: ArrayLike, base_score: ArrayLike, calibration: Calibration | Shifted
) -> tuple[Floats, Floats]:
    """Contributions (rows, features) to the calibrated probability, and the probability of the base score.

    ``base_score`` is one number for all rows or one a row; the second answer has its shape.
    """
    values = np.asarray(phi, dtype=np.float64)
    bases = np.asarray(base_score, dtype=np.float64)
    scores = bases + values.sum(axis=1)
    move = scores - bases
    base = np.asarray(calibration.probability(bases))
    rise = calibration.probability(scores) - base
    slope = np.broadcast_to(calibration.slope(bases), move.shape)
    quotient = np.divide(rise, move, out=np.array(slope), where=move != 0)
    ratio = np.where((np.abs(move) < NEAR) & (slope > 0), slope, quotient)
    return closed(values * ratio[:, None], rise), base


def closed(parts: ArrayLike, total: ArrayLike) -> Floats:
    """``parts`` (rows, features) with the rounding error taken out, so that each row adds up to its
    ``total``.

    What is missing (some 1e-15 for contributions of order 1) is spread over the row in proportion to the
    size of its parts; a part that is zero stays zero. A row of zeros stays as it is.
    """
    values: Floats = np.array(parts, dtype=np.float64)
    size = np.abs(values)
    whole = size.sum(axis=1)
    missing = np.asarray(total, dtype=np.float64) - values.sum(axis=1)
    share = np.divide(missing, whole, out=np.zeros_like(missing), where=whole > 0)
    return np.asarray(values + size * share[:, None])


def by_cause(contributions: ArrayLike, features: Sequence[str], cause_of: Mapping[str, str]) -> pd.DataFrame:
    """One column a cause, in alphabetical order: the sum of the contributions of its features, one row a
    row.
    """
    values = np.asarray(contributions, dtype=np.float64)
    nameless = [name for name in features if name not in cause_of]
    if nameless:
        raise ValueError(f"The feature '{nameless[0]}' has no cause; every feature of the catalogue has one.")
    causes = sorted({cause_of[name] for name in features})
    columns = {
        cause: values[:, [i for i, name in enumerate(features) if cause_of[name] == cause]].sum(axis=1)
        for cause in causes
    }
    return pd.DataFrame(columns)
