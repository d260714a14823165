"""Has the customer left already? A second model, for the gone among the departing.

Under the ``departure`` rule a positive label is *gone* (its last purchase lies behind the as-of date) or
*going* (it lies ahead). The second model learns q, the share of the gone, from positives only; then

    p_gone = p_churn * q    and    p_going = p_churn * (1 - q),

so both are probabilities, and together they are p_churn. Where there are too few of either kind to learn
from, q is one constant for everybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from models import calibration, families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST = 20
"""With fewer gone or fewer going than this, there is nothing to learn but their share."""


@dataclass(frozen=True)
class Gone:
    """``model`` and ``calibration`` give q; without a model q is ``rate`` for everybody.

    ``counted`` are the gone and all departing that the rate was taken from, one of each added to the gone
    and to the going (Laplace's rule), so that it is never 0 or 1.
    """

    family: str
    counted: tuple[int, int]
    model: families.Model | None = None
    calibration: calibration.Calibration | None = None

    @property
    def rate(self) -> float:
        """The smoothed share of the gone among the departing."""
        return (self.counted[0] + 1) / (self.counted[1] + 2)

    def share(self, X: pd.DataFrame) -> Floats:
        """q: the probability that a customer, if it departs, is gone already."""
        if self.model is None:
            return np.full(len(X), self.rate)
        map_ = self.calibration or calibration.Calibration("identity", self.model.unit, {})
        return map_.probability(self.model.score(X))

    def to_files(self) -> dict[str, bytes]:
        """The model's files and ``gone.json``."""
        content: dict[str, Any] = {"counted": self.counted, "model": self.model is not None}
        content["calibration"] = None if self.calibration is None else self.calibration.to_json()
        files = {} if self.model is None else self.model.to_files()
        return {**files, "gone.json": json.dumps(content, sort_keys=True).encode()}


def fit(
    family: str,
    X: pd.DataFrame,
    label: ArrayLike,
    gone: ArrayLike,
    params: Mapping[str, Any],
    seed: int,
    threads: int = 1,
) -> Gone:
    """The second model on the rows whose ``label`` is 1; ``gone`` is not looked at elsewhere."""
    departing = np.flatnonzero(np.asarray(label) == 1)
    left = _gone(gone, departing)
    counted = (int(left.sum()), len(departing))
    if min(counted[0], counted[1] - counted[0]) < LEAST:
        return Gone(family, counted)
    return Gone(family, counted, families.fit(family, X.iloc[departing], left, params, seed, threads))


def calibrated(
    model: Gone,
    X: pd.DataFrame,
    label: ArrayLike,
    gone: ArrayLike,
    groups: ArrayLike,
    methods: Sequence[str] = calibration.METHODS,
) -> Gone:
    """The same with q calibrated on the departing of later dates; ``groups`` is the customer of each row.

    With too few of either kind among them, q stays as the model has it. A constant is taken from both.
    """
    departing = np.flatnonzero(np.asarray(label) == 1)
    left = _gone(gone, departing)
    if model.model is None:
        return replace(model, counted=(model.counted[0] + int(left.sum()), model.counted[1] + len(left)))
    if min(left.sum(), len(left) - left.sum()) < LEAST:
        return model
    score = model.model.score(X.iloc[departing])
    map_, _ = calibration.choose(score, left, np.asarray(groups)[departing], model.model.unit, methods)
    return replace(model, calibration=map_)


def p_gone(p_churn: ArrayLike, share: ArrayLike) -> Floats:
    """The part of ``p_churn`` that has left already."""
    return np.asarray(np.asarray(p_churn, dtype=np.float64) * np.asarray(share, dtype=np.float64))


def load(family: str, files: Mapping[str, bytes]) -> Gone:
    """The second model that ``Gone.to_files`` wrote."""
    content = json.loads(files["gone.json"])
    map_ = content["calibration"]
    return Gone(
        family,
        (int(content["counted"][0]), int(content["counted"][1])),
        families.load(family, files) if content["model"] else None,
        None if map_ is None else calibration.Calibration.from_json(map_),
    )


def _gone(gone: ArrayLike, departing: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.asarray(gone)[departing]
    if not np.isin(values, (0, 1)).all():
        raise ValueError("Every departing customer is gone or going; found one of which neither is said.")
    return values.astype(np.int64)
