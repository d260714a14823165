"""Random forest of bounded depth; its score is the mean share of leavers in the leaves, a probability.

Depth and number of trees are bounded because the time that exact SHAP values take grows with both.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from models.artefact import dumped, loaded
from models.attribution import closed
from models.matrix import labels, matrix
from models.wellformed import demand_forest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

UNIT = "probability"
DEPTH_MOST = 8
TREES_MOST = 300
DEFAULTS: dict[str, Any] = {"trees": 100, "depth": 8, "leaf": 20, "rows": 0.3, "columns": 0.1}
TRUSTED = ("sklearn.tree._tree.Tree",)


def suggest(trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """``leaf`` is the fewest rows in a leaf, ``columns`` the share of features that a split may choose
    from, ``rows`` the share that a tree sees: the rows of a customer on several dates say much the same.
    """
    return {
        "trees": DEFAULTS["trees"],
        "rows": DEFAULTS["rows"],
        "depth": trial.suggest_int("depth", 4, DEPTH_MOST),
        "leaf": trial.suggest_int("leaf", 5, 100, log=True),
        "columns": trial.suggest_float("columns", 0.03, 0.2, log=True),
    }


def fit(X: pd.DataFrame, y: ArrayLike, params: Mapping[str, Any], seed: int, threads: int) -> Forest:
    """Each split sends the unknown to the side that fits better."""
    features = tuple(str(name) for name in X.columns)
    if not (1 <= params["trees"] <= TREES_MOST and 1 <= params["depth"] <= DEPTH_MOST):
        raise ValueError(
            f"The forest was asked for {params['trees']} trees of depth {params['depth']}; "
            f"it has at most {TREES_MOST} of depth {DEPTH_MOST}."
        )
    forest = RandomForestClassifier(
        n_estimators=int(params["trees"]),
        max_depth=int(params["depth"]),
        min_samples_leaf=int(params["leaf"]),
        max_features=float(params["columns"]),
        max_samples=float(params["rows"]),
        random_state=seed,
        n_jobs=threads,
    )
    forest.fit(matrix(X, features), labels(y, len(X)))
    # The number of threads is no part of the model: the saved bytes must not tell it.
    forest.set_params(n_jobs=None)
    return Forest(features, forest)


def load(files: Mapping[str, bytes]) -> Forest:
    """The model that ``Forest.to_files`` wrote."""
    shape = json.loads(files["shape.json"])
    forest = loaded(files["forest.skops"], TRUSTED)
    demand_forest(forest, len(shape["features"]))
    return Forest(tuple(shape["features"]), forest)


@dataclass(frozen=True)
class Forest:
    """A forest whose trees are averaged in one fixed order."""

    features: tuple[str, ...]
    forest: RandomForestClassifier
    family: str = "forest"
    unit: str = UNIT

    def score(self, X: pd.DataFrame) -> Floats:
        """Probability of leaving by the leaves, not yet calibrated."""
        values = matrix(X, self.features)
        return np.asarray(self.forest.predict_proba(values)[:, 1]) if len(values) else np.empty(0)

    def contributions(self, X: pd.DataFrame) -> tuple[Floats, float]:
        """TreeSHAP by the paths that training rows took; the base is the mean over the training rows.

        shap explains a few of the rows as well (it explains some fifty a second), and the two must agree.
        """
        from models import trees, treeshap

        values = matrix(X, self.features)
        phi, base = treeshap.contributions(trees.from_forest(self.forest), values)
        again = treeshap.sample(len(values))
        if len(again):
            theirs, their_base = self._by_shap(values[again])
            treeshap.demand_agreement(
                self.family,
                np.c_[phi[again], np.full(len(again), base)],
                np.c_[theirs, np.full(len(again), their_base)],
            )
        return closed(phi, self.score(X) - base), base

    def _by_shap(self, values: Floats) -> tuple[Floats, float]:
        with warnings.catch_warnings():
            # shap draws its colours on import in a way that matplotlib 3.11 is about to give up.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            import shap
        explainer = shap.TreeExplainer(self.forest, feature_perturbation="tree_path_dependent")
        phi = np.asarray(explainer.shap_values(values, check_additivity=False))[:, :, 1]
        return phi, float(np.asarray(explainer.expected_value)[1])

    def to_files(self) -> dict[str, bytes]:
        """The forest in skops' format and the names of its columns."""
        return {
            "shape.json": json.dumps({"features": self.features}).encode(),
            "forest.skops": dumped(self.forest),
        }
