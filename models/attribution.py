"""From contributions to the score to contributions to the probability that is served.

A calibration map g bends the score, so contributions in log-odds do not add up to a probability. The path
rule carries them over: along the straight line from the base score s0 to the score s every feature moves in
proportion to its contribution phi_i, so it is owed the share phi_i / (s - s0) of the change,

    contribution_i = phi_i * (g(s) - g(s0)) / (s - s0),    with the limit phi_i * g'(s0) where s = s0.

This is the Aumann-Shapley value of g applied to a sum (Aumann and Shapley, Values of Non-Atomic Games,
1974; Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017). Contributions keep their
signs and their order, and ``base + contributions.sum()`` is the probability. Where g is flat from s0 to s,
nobody is owed anything.
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


def on_probability(
    phi: ArrayLike, base_score: float, calibration: Calibration | Shifted
) -> tuple[Floats, float]:
    """Contributions (rows, features) to the calibrated probability, and the probability of the base score."""
    values = np.asarray(phi, dtype=np.float64)
    scores = base_score + values.sum(axis=1)
    move = scores - base_score
    base = float(calibration.probability(np.array([base_score]))[0])
    rise = calibration.probability(scores) - base
    slope = float(calibration.slope(np.array([base_score]))[0])
    quotient = np.divide(rise, move, out=np.full_like(move, slope), where=move != 0)
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
