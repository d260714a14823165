"""LightGBM: a few gradient-boosted models with different seeds, averaged in log-odds.

On a few thousand customers a single boosted model owes much to its seed. The average of several owes less,
and SHAP values average as the scores do, so the contributions stay exact.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm as lgb
import numpy as np

from models.attribution import closed
from models.matrix import labels, matrix
from models.wellformed import demand_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

UNIT = "log-odds"
SMALL = 20_000_000
"""Cells up to which one thread fits: a tree of a small matrix takes less time than threads take to meet, and on a
busy machine (17,000 rows, two processes on two cores) waiting for each other made a fit thirty times slower."""
DEFAULTS: dict[str, Any] = {
    "bags": 1,
    "trees": 300,
    "rate": 0.02,
    "leaves": 6,
    "leaf": 100,
    "l2": 10.0,
    "rows": 0.4,
    "columns": 0.12,
}


def suggest(trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """``leaf`` is the fewest rows in a leaf; ``rows`` and ``columns`` are the shares that a tree sees."""
    return {
        "bags": DEFAULTS["bags"],
        "trees": trial.suggest_int("trees", 100, 400, step=50),
        "rate": trial.suggest_float("rate", 0.01, 0.05, log=True),
        "leaves": trial.suggest_int("leaves", 3, 16, log=True),
        "leaf": trial.suggest_int("leaf", 20, 300, log=True),
        "l2": trial.suggest_float("l2", 0.1, 100.0, log=True),
        "rows": trial.suggest_float("rows", 0.3, 0.9),
        "columns": trial.suggest_float("columns", 0.05, 0.5, log=True),
    }


def fit(X: pd.DataFrame, y: ArrayLike, params: Mapping[str, Any], seed: int, threads: int) -> Boosted:
    """``bags`` models that differ by seed alone; each learns slowly and sees a part of the rows and columns."""
    features = tuple(str(name) for name in X.columns)
    values, outcome = matrix(X, features), labels(y, len(X))
    settings = {
        "objective": "binary",
        "learning_rate": float(params["rate"]),
        "num_leaves": int(params["leaves"]),
        "min_data_in_leaf": int(params["leaf"]),
        "lambda_l2": float(params["l2"]),
        "bagging_fraction": float(params["rows"]),
        "bagging_freq": 1,
        "feature_fraction": float(params["columns"]),
        "deterministic": True,
        "force_col_wise": True,
        "feature_pre_filter": False,
        "num_threads": threads if values.size > SMALL else 1,
        "verbosity": -1,
    }
    data = lgb.Dataset(values, outcome, params={"verbosity": -1, "feature_pre_filter": False})
    texts = []
    for bag in range(int(params["bags"])):
        booster = lgb.train({**settings, "seed": seed + bag}, data, num_boost_round=int(params["trees"]))
        texts.append(canonical(booster.model_to_string(num_iteration=-1)))
    return Boosted(features, tuple(texts))


def canonical(text: str) -> str:
    """A LightGBM text without the settings of its training (the number of threads is one of them).

    It is parsed and written again by LightGBM, so what LightGBM would not have written does not survive.
    """
    head, found, rest = text.partition("\nparameters:")
    bare = head + rest.partition("end of parameters")[2] if found else text
    return str(lgb.Booster(model_str=bare).model_to_string(num_iteration=-1))


def load(files: Mapping[str, bytes]) -> Boosted:
    """The model that ``Boosted.to_files`` wrote.

    LightGBM ends the whole process on many damaged texts, so a text that is not the one written, or whose trees are
    none, is refused before it is parsed, and one that LightGBM would write otherwise after.
    """
    shape = json.loads(files["shape.json"])
    if not shape["boosters"]:
        raise ValueError("The saved model has no booster; take it again from where the model was fitted.")
    texts = []
    for name, digest in shape["boosters"].items():
        content = files[name]
        text = content.decode() if hashlib.sha256(content).hexdigest() == digest else ""
        if text:
            demand_text(text, len(shape["features"]))
        if not text or canonical(text) != text:
            raise ValueError(
                f"The file '{name}' is not as it was written; take it again from where the model was fitted."
            )
        texts.append(text)
    return Boosted(tuple(shape["features"]), tuple(texts))


@dataclass(frozen=True)
class Boosted:
    """Boosters as their texts; the mean of their log-odds is the score."""

    features: tuple[str, ...]
    texts: tuple[str, ...]
    family: str = "boosted"
    unit: str = UNIT

    def _boosters(self) -> list[lgb.Booster]:
        return [lgb.Booster(model_str=text) for text in self.texts]

    def score(self, X: pd.DataFrame) -> Floats:
        """Log-odds of leaving."""
        values = matrix(X, self.features)
        if not len(values):
            return np.empty(0)
        return np.asarray(
            np.mean([booster.predict(values, raw_score=True) for booster in self._boosters()], axis=0)
        )

    def contributions(self, X: pd.DataFrame) -> tuple[Floats, float]:
        """TreeSHAP by the paths that training rows took; the base is the mean over the training rows.

        LightGBM explains a few of the rows as well, and the two must agree.
        """
        from models import trees, treeshap

        values = matrix(X, self.features)
        phi, base = treeshap.contributions(trees.from_boosters(self.texts), values)
        again = treeshap.sample(len(values))
        if len(again):
            boosters = self._boosters()
            theirs = np.mean(
                [booster.predict(values[again], pred_contrib=True) for booster in boosters], axis=0
            )
            treeshap.demand_agreement(self.family, np.c_[phi[again], np.full(len(again), base)], theirs)
        return closed(phi, self.score(X) - base), base

    def to_files(self) -> dict[str, bytes]:
        """One LightGBM text a booster, their SHA-256, and the names of the columns."""
        boosters = {f"booster_{i:02d}.txt": text.encode() for i, text in enumerate(self.texts)}
        shape = {
            "features": self.features,
            "boosters": {name: hashlib.sha256(content).hexdigest() for name, content in boosters.items()},
        }
        return {"shape.json": json.dumps(shape).encode(), **boosters}
