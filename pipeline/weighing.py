"""The weights of the five dimensions: a preset, the company's own, or learned from who left.

Weights are learned on the training dates of the store, whose labels were known before any test date, and judged on
the test dates. They depend on the store and the settings alone.
"""

from typing import Any

import numpy as np
import pandas as pd

from actions import health
from actions import weights as learning
from models.intervals import bootstrap, difference
from models.metrics import roc_auc
from pipeline import courses, store
from pipeline.columns import groups, labels
from pipeline.errors import TooLittleData
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.warning_settings import HealthWeights


def weights(params: Params, paths: Paths) -> dict[str, float]:
    """Give what each dimension weighs, adding up to 100."""
    asked = params.health.weights
    if isinstance(asked, HealthWeights):
        return asked.model_dump()
    if asked != "learned":
        return params.health.presets[asked].model_dump()
    rows, parts = _of_splits(params, paths, ("train",))
    return learning.learn(parts, labels(rows), _preset(params), params.health.learned.leavers)


def judged(params: Params, paths: Paths) -> dict[str, Any]:
    """Tell what is learned on the training dates, and how well it tells on the test dates who leaves.

    Returns
    -------
    ``preset`` and ``learned``: ``weights`` and the ROC-AUC of low health for the label on the test dates;
    ``learned`` also ``low`` and ``high``, the ends of the weights' intervals; ``gain``: the ROC-AUC of the
    learned less that of the preset on the same customers. AUCs and gain are {value, low, high}, 95% by bootstrap
    over customers.
    """
    preset, terms = _preset(params), params.health.learned
    rows, parts = _of_splits(params, paths, ("train",))
    learned = learning.with_intervals(
        parts, labels(rows), groups(rows), preset, terms.leavers, terms.resamples, params.seed
    )
    rows, parts = _of_splits(params, paths, ("test",))
    y, who = labels(rows), groups(rows)
    by_preset, by_learned = (-health.overall(parts, some) for some in (preset, learned.weights))
    again: dict[str, Any] = {"groups": who, "n": params.evaluate.resamples, "seed": params.seed}
    gain = difference(roc_auc, y, by_learned, by_preset, **again)
    return {
        "preset": {"weights": preset, "auc": bootstrap(roc_auc, y, by_preset, **again)._asdict()},
        "learned": {
            "weights": dict(learned.weights),
            "low": dict(learned.low),
            "high": dict(learned.high),
            "auc": bootstrap(roc_auc, y, by_learned, **again)._asdict(),
        },
        "gain": gain._asdict(),
    }


def _preset(params: Params) -> dict[str, float]:
    return params.health.presets[params.health.learned.toward].model_dump()


def _of_splits(params: Params, paths: Paths, splits: tuple[str, ...]) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the eligible rows of some splits of the cohort, and the health of their dimensions."""
    cohort = store.cohort(paths)
    rows = cohort[cohort["eligible"] & cohort["split"].isin(splits)].reset_index(drop=True)
    if rows.empty:
        raise TooLittleData(
            f"The cohort of dataset '{paths.dataset}' has no customer on a {splits[0]} date; "
            "name a preset in 'health.weights', or bring longer records."
        )
    course = courses.course(params, paths, rows["as_of"].max().date())
    known = np.isin(rows["as_of"].to_numpy().astype("datetime64[D]"), course.days)
    rows = rows[known].reset_index(drop=True)
    at = np.searchsorted(course.days, rows["as_of"].to_numpy().astype("datetime64[D]"))
    who = np.searchsorted(course.customers, rows["customer_id"].to_numpy(object))
    return rows, health.history(course)[at, who]
