"""Do the contributions add up to the probability served, and the parts of a move to the change?

Every family on every row of the datasets' test dates; every customer of the workshop that is scored on two dates.
Needs the datasets as ``forewarn run`` leaves them.
"""

from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from io import StringIO

import numpy as np
import pandas as pd

from benchmarks.results import ROOT, Figure, at_most
from models.families import FAMILIES
from pipeline import moving, params, score, serving, store
from pipeline.fitted import load
from pipeline.paths import Paths
from pipeline.reference import reference

DATASETS = ("workshop", "online_retail_ii")
MOST = 1e-6
MOVED = (date(2024, 9, 30), date(2024, 12, 31))


def figures() -> Iterator[Figure]:
    """Give the largest error of each family and dataset."""
    for dataset in DATASETS:
        for family in FAMILIES:
            yield at_most(
                f"{dataset}, {family}: base and contributions less p_churn", error(dataset, family), MOST
            )

    yield at_most("workshop: parts of a move less the change of p_churn", moving_error("workshop"), MOST)


def moving_error(dataset: str) -> float:
    """Give the largest difference between a customer's change and its parts, over all customers of two dates."""
    paths = Paths(ROOT, dataset)
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        for day in MOVED:
            score.run(settings, paths, day)
        rows = moving.moved(settings, paths, *MOVED).rows
    parts = rows[[name for name in rows if name.startswith("own_")] + list(moving.APART)].sum(axis=1)
    return float(np.abs(parts - (rows["p_now"] - rows["p_then"])).max())


def error(dataset: str, family: str) -> float:
    """Give the largest difference of base and contributions from what the calibrated model says."""
    paths = Paths(ROOT, dataset)
    settings, catalogue, cohort = params.load(paths), store.catalogue(paths)["features"], store.cohort(paths)
    most = 0.0
    for day in store.tested(cohort):
        served = load(paths, family, catalogue, day).on(day)
        asked, X = store.of_rows(paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
        told = serving.rows(served, asked, X, catalogue, 1, reference(settings, paths, asked)).to_pandas()
        parts = told[[f"contribution_{cause}" for cause in serving.CAUSES]].to_numpy().sum(axis=1)
        most = max(most, float(np.abs(told["base"] + parts - served.p_churn(X)).max()))
    return most
