"""Why a probability moved between two dates: parts that add up to the change, exactly.

A customer's records were x1 on the older date and are x2 on the newer one; the model that serves now gives the
scores s1 = f(x1) and s2 = f(x2) and the probability g2(s) on the newer date, g1(s) on the older (they differ by the
level of the season alone). What was served were p1, by this model or an older one, and p2. Walk from p1 to p2 and
change one thing at a time,

    p1 -> h(x1)       entered   the older model on what the records say now of the older date
       -> g1(s1)      model     the model that serves now, in place of the older one
       -> g2(s1)      level     the level of the newer date
       -> g2(s2)      records   what happened to the customer
       -> p2          entered   what the records of the newer date say now that they did not when it was scored

so that the steps telescope to p2 - p1. With one model on both dates h is g1 of f, and the model's step is 0; where
the older model is gone, its step and the first one cannot be told apart, and both are the model's.

The records' step goes along the straight line from s1 to s2. A feature moved the score by d = phi2 - phi1, its
contributions to f on the two dates, and sum(d) = s2 - s1; by the path rule (``models.attribution``) it is owed
d * (g2(s2) - g2(s1)) / (s2 - s1) of the probability. Of each d, a part m is what happened to everybody: its mean
over the customers of the reference that were asked about on both dates (both, so that nobody moves because others
came or went). The customer's own part is d - m, and all the m together are one part, ``others``. The path rule is
linear in d, so the split stays exact whatever m is.

The order of the steps is a choice (another order gives other sizes to the model and the level where all move at
once): this one tells what happened in the records by the model and at the level that serve now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.attribution import on_probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from models.calibration import Calibration
    from models.level import Shifted

    Floats = NDArray[np.float64]

LEAST = 30
"""Customers on both dates from which on their mean says what happened to everybody."""


@dataclass(frozen=True)
class Moves:
    """The parts of each customer's change, in probability; one row a customer. Together they are ``change``.

    ``own`` has a column a feature. ``separate`` says that ``entered`` could be told from ``model``.
    """

    own: Floats
    others: Floats
    level: Floats
    model: Floats
    entered: Floats
    change: Floats
    separate: bool = True


def shared(
    phi_then: ArrayLike,
    phi_now: ArrayLike,
    of: Sequence[bool] | NDArray[np.bool_],
    group: Sequence[str | None] | None = None,
) -> Floats:
    """What happened to everybody: the mean move of each contribution to the score (rows, features).

    The mean of a row is over the customers marked in ``of`` that are of its ``group`` (None: of all of them). A
    group of fewer than ``LEAST`` marked customers is held against all, and where all are fewer, nothing is said of
    everybody (zeros).
    """
    moves = np.asarray(phi_now, dtype=np.float64) - np.asarray(phi_then, dtype=np.float64)
    marked = np.asarray(of, dtype=bool)
    means = np.zeros_like(moves)
    if marked.sum() >= LEAST:
        means[:] = moves[marked].mean(axis=0)
    names = np.asarray([None] * len(moves) if group is None else group, dtype=object)
    for name in sorted({name for name in names if name is not None}):
        mine = names == name
        if (mine & marked).sum() >= LEAST:
            means[mine] = moves[mine & marked].mean(axis=0)
    return means


def moves(
    phi_then: ArrayLike,
    phi_now: ArrayLike,
    base_score: float,
    everybody: ArrayLike,
    *,
    then: Calibration | Shifted,
    now: Calibration | Shifted,
    served_then: ArrayLike,
    served_now: ArrayLike,
    older: ArrayLike | None,
) -> Moves:
    """Split the change of each customer's served probability.

    Parameters
    ----------
    phi_then, phi_now, base_score : what the model that serves now says of both dates' records, in its own unit
    everybody : what ``shared`` says
    then, now : the map from its score to a probability on the older and on the newer date
    served_then, served_now : the probabilities that were served
    older : what the model that served then says of the older date's records as they stand now; None if it is gone.
        Where the model is the same, that is ``then`` of the score of ``phi_then``.
    """
    before, after = np.asarray(phi_then, np.float64), np.asarray(phi_now, np.float64)
    m = np.asarray(everybody, np.float64)
    score = base_score + before.sum(axis=1)
    steps = np.column_stack([after - before - m, m.sum(axis=1)])
    parts, at_level = on_probability(steps, score, now)
    at_model = then.probability(score)
    p1, p2 = np.asarray(served_then, np.float64), np.asarray(served_now, np.float64)
    at_records = p1 if older is None else np.asarray(older, np.float64)
    return Moves(
        own=parts[:, :-1],
        others=parts[:, -1],
        level=at_level - at_model,
        model=at_model - at_records,
        entered=(at_records - p1) + (p2 - at_level - parts.sum(axis=1)),
        change=p2 - p1,
        separate=older is not None,
    )
