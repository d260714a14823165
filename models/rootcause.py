"""Which cause is the root? What a leaver's records say, and what they say of every leaver.

Orders fall before nearly every departure, whatever it comes from, and so the largest contribution is nearly always
that of the orders: true of the probability, and no answer to "why this customer?". The root is looked for in what
sets a customer apart from the others at risk:

    apart(c) = push(c) / rms(c),

``push`` the sum of the centred contributions of cause c in the model's unit, ``rms`` the root of its mean square
among the customers at risk on the same date (the tenth with the highest probability). Where a company has written
down why its customers left, that teaches more: a multinomial logistic regression of the recorded causes on the
centred contributions of the features, each divided by its size among the recorded leavers, with an L2 penalty,
every leaver weighing the same. Then a cause is ranked by

    ln P(c | contributions) + SHARE * apart(c),

without recorded causes by ``apart`` alone. Both were settled on six simulated companies (decision 10). A ranking
says which cause the records point to; how much each adds to the probability is what the contributions say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST = 10
"""Recorded leavers that a cause must have to be learned."""
PENALTY = 0.01
"""scikit-learn's C, the inverse of the L2 penalty."""
SMALLEST = 0.05
"""No size counts as less than this share of the largest of its kind: what hardly ever speaks is not made loud."""
SHARE = 0.3
AT_RISK = 0.10


@dataclass(frozen=True)
class Learned:
    """What the recorded causes of ``leavers`` teach.

    ``weights`` (causes, features) and ``offsets`` (causes,) are those of contributions over ``scale`` (features,).
    """

    causes: tuple[str, ...]
    features: tuple[str, ...]
    leavers: int
    scale: Floats
    weights: Floats
    offsets: Floats

    def log_odds(self, phi: ArrayLike, causes: Sequence[str]) -> Floats:
        """ln P of each of ``causes``, (rows, causes); one that was not learned has the chance of half a leaver."""
        told = np.asarray(phi, np.float64) / self.scale @ self.weights.T + self.offsets
        told -= np.logaddexp.reduce(told, axis=1, keepdims=True)
        full = np.full((len(told), len(causes)), np.log(0.5 / self.leavers))
        for place, cause in enumerate(causes):
            if cause in self.causes:
                full[:, place] = told[:, self.causes.index(cause)]
        return full

    def to_json(self) -> dict[str, Any]:
        """A plain object for ``json``; floats survive unchanged."""
        return {
            "causes": list(self.causes),
            "features": list(self.features),
            "leavers": self.leavers,
            "scale": self.scale.tolist(),
            "weights": self.weights.tolist(),
            "offsets": self.offsets.tolist(),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Learned:
        """What ``to_json`` wrote; arrays that do not belong together are refused."""
        scale, weights, offsets = (
            np.asarray(content[name], np.float64) for name in ("scale", "weights", "offsets")
        )
        causes, features = tuple(content["causes"]), tuple(content["features"])
        if weights.shape != (len(causes), len(features)) or scale.shape != (len(features),):
            raise ValueError("Learned causes have a weight for each of their features, and a scale.")
        if offsets.shape != (len(causes),):
            raise ValueError("Learned causes have an offset each.")
        return cls(causes, features, int(content["leavers"]), scale, weights, offsets)


def learn(
    phi: ArrayLike, features: Sequence[str], causes: Sequence[str], customers: ArrayLike
) -> Learned | None:
    """Learn from leavers whose cause is recorded, one row a customer and date; None with fewer than two causes.

    Parameters
    ----------
    phi : (rows, features), centred contributions in the model's unit
    causes, customers : of each row; a cause with fewer than LEAST customers is left out
    """
    values, said, who = np.asarray(phi, np.float64), np.asarray(causes, object), np.asarray(customers, object)
    counts = {cause: len(set(who[said == cause])) for cause in sorted(set(said))}
    kept = np.array([counts[cause] >= LEAST for cause in said], dtype=bool)
    if len({cause for cause, count in counts.items() if count >= LEAST}) < 2:
        return None
    values, said, who = values[kept], said[kept], who[kept]
    scale = _sizes(values)
    _, place, rows = np.unique(who.astype(str), return_inverse=True, return_counts=True)
    model = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-6)
    with threadpool_limits(1):
        model.fit(values / scale, said.astype(str), sample_weight=1 / rows[place])
    weights, offsets = model.coef_, model.intercept_
    if len(weights) == 1:  # two causes: scikit-learn keeps one row of weights, for the second
        weights, offsets = np.vstack([-weights, weights]) / 2, np.array([-offsets[0], offsets[0]]) / 2
    return Learned(
        tuple(map(str, model.classes_)), tuple(features), len(rows), scale, weights.copy(), offsets.copy()
    )


def ranking(
    phi: ArrayLike, cause_of: Sequence[str], p: ArrayLike, causes: Sequence[str], learned: Learned | None
) -> Floats:
    """How strongly the records point to each of ``causes``, (rows, causes); comparable within a row alone.

    Parameters
    ----------
    phi : (rows, features), the centred contributions of everybody asked about on a date, in the model's unit
    cause_of : the cause of each feature
    p : of each row, by which those at risk are told
    """
    values, of = np.asarray(phi, np.float64), np.asarray(cause_of, object)
    push = np.column_stack([values[:, of == cause].sum(axis=1) for cause in causes])
    if not len(values):
        return push
    apart = push / _sizes(push[_at_risk(np.asarray(p, np.float64))])
    return apart if learned is None else learned.log_odds(values, causes) + SHARE * apart


def _at_risk(p: Floats) -> NDArray[np.bool_]:
    most = int(np.ceil(len(p) * AT_RISK))
    return np.asarray(p >= np.sort(p)[-most])


def _sizes(values: Floats) -> Floats:
    """The root of the mean square of each column, at least SMALLEST of the largest; 1 where all is 0."""
    size = np.sqrt((values**2).mean(axis=0))
    floor = SMALLEST * size.max(initial=0.0)
    return np.asarray(np.maximum(size, floor)) if floor > 0 else np.ones_like(size)
