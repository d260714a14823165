"""Logistic regression on bent functions of each feature: an additive model in log-odds.

Each feature is put on its rank scale (0 to 1, by the training quantiles), bent at a few knots and straight
between them, and joined by an indicator that it was unknown, where it ever was. One L2 penalty holds all of
it. A feature touches the score through its own columns only, so the score splits exactly into one contribution
a feature.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import QuantileTransformer, SplineTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from models.artefact import dumped, loaded
from models.matrix import labels, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

UNIT = "log-odds"
DEFAULTS: dict[str, Any] = {"c": 0.003, "knots": 2}
QUANTILES = 200
TRUSTED = ("numpy.dtype",)


def suggest(trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """``c`` is the inverse of the L2 penalty; of ``knots``, two are the ends, and each other is a bend."""
    return {
        "c": trial.suggest_float("c", 3e-4, 0.03, log=True),
        "knots": trial.suggest_int("knots", 2, 4),
    }


def fit(X: pd.DataFrame, y: ArrayLike, params: Mapping[str, Any], seed: int, threads: int) -> Logistic:
    """The fit has one optimum, so ``seed`` changes nothing; ``threads`` neither (sums run in one order)."""
    features = tuple(str(name) for name in X.columns)
    values = matrix(X, features)
    outcome = labels(y, len(X))
    knots = int(params["knots"])
    gaps = tuple(np.flatnonzero(np.isnan(values).any(axis=0)).tolist())
    rank = Pipeline(
        [
            ("known", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("rank", QuantileTransformer(n_quantiles=min(QUANTILES, len(X)), subsample=None, random_state=0)),
        ]
    )
    weigh = Pipeline(
        [
            ("scale", StandardScaler()),
            ("weigh", LogisticRegression(C=float(params["c"]), solver="newton-cholesky", tol=1e-8)),
        ]
    )
    with threadpool_limits(1):
        rank.fit(values)
        weigh.fit(_columns(values, rank, knots, gaps), outcome)
    return Logistic(features, rank, weigh, knots, gaps)


def _columns(values: Floats, rank: Pipeline, knots: int, gaps: tuple[int, ...]) -> Floats:
    """The columns of each feature's spline in turn, then whether each feature of ``gaps`` was unknown."""
    bend = SplineTransformer(knots=np.linspace(0.0, 1.0, knots)[:, None], degree=1, include_bias=False)
    bend.fit(np.array([[0.0], [1.0]]))
    ranks = rank.transform(values)
    bends = bend.transform(ranks.reshape(-1, 1)).reshape(*ranks.shape, -1)
    unknown = np.isnan(values[:, list(gaps)]).astype(np.float64)
    return np.concatenate([bends.reshape(len(values), -1), unknown], axis=1)


def load(files: Mapping[str, bytes]) -> Logistic:
    """The model that ``Logistic.to_files`` wrote."""
    shape = json.loads(files["shape.json"])
    rank, weigh = (loaded(files[f"{part}.skops"], TRUSTED) for part in ("rank", "weigh"))
    return Logistic(tuple(shape["features"]), rank, weigh, int(shape["knots"]), tuple(shape["gaps"]))


@dataclass(frozen=True)
class Logistic:
    """An additive model: ``rank`` puts features on their rank scale, ``weigh`` scales and weighs the
    splines.

    Both hold stock scikit-learn steps only. The ``knots`` lie evenly on the rank scale, for every feature alike;
    ``gaps`` are the places of the features that were unknown in some training row.
    """

    features: tuple[str, ...]
    rank: Pipeline
    weigh: Pipeline
    knots: int
    gaps: tuple[int, ...]
    family: str = "logistic"
    unit: str = UNIT

    def score(self, X: pd.DataFrame) -> Floats:
        """Log-odds of leaving."""
        phi, base = self.contributions(X)
        return np.asarray(base + phi.sum(axis=1))

    def contributions(self, X: pd.DataFrame) -> tuple[Floats, float]:
        """Linear SHAP: weight times the distance of a column from its training mean, summed by feature.

        The base is the score of the average training row. The scaler has taken the means out already.
        """
        if not len(X):
            return np.empty((0, len(self.features))), float(self.weigh[1].intercept_[0])
        columns = _columns(matrix(X, self.features), self.rank, self.knots, self.gaps)
        scaled, weigh = self.weigh[0].transform(columns), self.weigh[1]
        terms = scaled * weigh.coef_[0]
        bent = len(self.features) * (self.knots - 1)
        phi = terms[:, :bent].reshape(len(X), len(self.features), -1).sum(axis=2)
        phi[:, list(self.gaps)] += terms[:, bent:]
        return phi, float(weigh.intercept_[0])

    def to_files(self) -> dict[str, bytes]:
        """Both pipelines in skops' format, the shape of the spline and the names of the columns."""
        shape = {"features": self.features, "knots": self.knots, "gaps": self.gaps}
        return {
            "shape.json": json.dumps(shape).encode(),
            "rank.skops": dumped(self.rank),
            "weigh.skops": dumped(self.weigh),
        }
