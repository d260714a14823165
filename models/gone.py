"""Has the customer left already? Three models, for the gone among the departing.

Under the ``departure`` rule a positive label is *gone* (its last purchase lies behind the as-of date) or
*going* (it lies ahead). One model of each family learns q, the share of the gone, from positives only; the mean of
their log-odds is calibrated, and then

    p_gone = p_churn * q    and    p_going = p_churn * (1 - q),

so both are probabilities, and together they are p_churn. The departing are few, and what one family makes of them
another does not: the three together divide better than any of them (docs/decisions/0008), so every family's p_churn
is divided by all three. Where there are too few of either kind to learn from, q is one constant for everybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from models import calibration, families
from models.artefact import under

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST = 20
"""With fewer gone or fewer going than this, there is nothing to learn but their share."""


@dataclass(frozen=True)
class Gone:
    """``models``, by family, and ``calibration`` give q; without models q is ``rate`` for everybody.

    ``counted`` are the gone and all departing that the rate was taken from, one of each added to the gone
    and to the going (Laplace's rule), so that it is never 0 or 1.
    """

    counted: tuple[int, int]
    models: Mapping[str, families.Model] = field(default_factory=dict)
    calibration: calibration.Calibration | None = None

    @property
    def rate(self) -> float:
        """The smoothed share of the gone among the departing."""
        return (self.counted[0] + 1) / (self.counted[1] + 2)

    def score(self, X: pd.DataFrame) -> Floats:
        """The mean log-odds of gone against going, not yet calibrated."""
        return np.asarray(np.mean([_log_odds(model, X) for model in self.models.values()], axis=0))

    def share(self, X: pd.DataFrame) -> Floats:
        """q: the probability that a customer, if it departs, is gone already."""
        if not self.models:
            return np.full(len(X), self.rate)
        map_ = self.calibration or calibration.Calibration("identity", families.LOG_ODDS, {})
        return map_.probability(self.score(X))

    def to_files(self) -> dict[str, bytes]:
        """The files of each model in a folder of its family, and ``gone.json``."""
        content: dict[str, Any] = {"counted": self.counted, "models": list(self.models)}
        content["calibration"] = None if self.calibration is None else self.calibration.to_json()
        files = {
            f"{family}/{name}": file
            for family, model in self.models.items()
            for name, file in model.to_files().items()
        }
        return {**files, "gone.json": json.dumps(content, sort_keys=True).encode()}


def fit(
    X: pd.DataFrame,
    label: ArrayLike,
    gone: ArrayLike,
    seed: int,
    threads: int = 1,
    params: Mapping[str, Mapping[str, Any]] | None = None,
) -> Gone:
    """The models on the rows whose ``label`` is 1; ``gone`` is not looked at elsewhere.

    ``params`` are those of each family; one that is not named has its defaults.
    """
    departing = np.flatnonzero(np.asarray(label) == 1)
    left = _gone(gone, departing)
    counted = (int(left.sum()), len(departing))
    if min(counted[0], counted[1] - counted[0]) < LEAST:
        return Gone(counted)
    rows, told = X.iloc[departing], params or {}
    return Gone(
        counted,
        {
            family: families.fit(family, rows, left, told.get(family, {}), seed, threads)
            for family in families.FAMILIES
        },
    )


def calibrated(
    model: Gone,
    X: pd.DataFrame,
    label: ArrayLike,
    gone: ArrayLike,
    groups: ArrayLike,
    methods: Sequence[str] = calibration.METHODS,
) -> Gone:
    """The same with q calibrated on the departing of later dates; ``groups`` is the customer of each row.

    With too few of either kind among them, q stays as the models have it. A constant is taken from both.
    """
    departing = np.flatnonzero(np.asarray(label) == 1)
    left = _gone(gone, departing)
    if not model.models:
        return replace(model, counted=(model.counted[0] + int(left.sum()), model.counted[1] + len(left)))
    if min(left.sum(), len(left) - left.sum()) < LEAST:
        return model
    score = model.score(X.iloc[departing])
    map_, _ = calibration.choose(score, left, np.asarray(groups)[departing], families.LOG_ODDS, methods)
    return replace(model, calibration=map_)


def p_gone(p_churn: ArrayLike, share: ArrayLike) -> Floats:
    """The part of ``p_churn`` that has left already."""
    return np.asarray(np.asarray(p_churn, dtype=np.float64) * np.asarray(share, dtype=np.float64))


def load(files: Mapping[str, bytes]) -> Gone:
    """The models that ``Gone.to_files`` wrote."""
    content = json.loads(files["gone.json"])
    map_ = content["calibration"]
    return Gone(
        (int(content["counted"][0]), int(content["counted"][1])),
        {family: families.load(family, under(f"{family}/", files)) for family in content["models"]},
        None if map_ is None else calibration.Calibration.from_json(map_),
    )


def _log_odds(model: families.Model, X: pd.DataFrame) -> Floats:
    p = calibration.Calibration("identity", model.unit, {}).probability(model.score(X))
    return np.asarray(logit(np.clip(p, calibration.SURE, 1 - calibration.SURE)))


def _gone(gone: ArrayLike, departing: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.asarray(gone)[departing]
    if not np.isin(values, (0, 1)).all():
        raise ValueError("Every departing customer is gone or going; found one of which neither is said.")
    return values.astype(np.int64)
