"""The feature store read back: the rows of a split with their features and labels."""

from typing import Any

import pandas as pd

from pipeline.frames import read_json, read_parquet
from pipeline.paths import Paths

KEYS = ["customer_id", "as_of"]


def matrix(paths: Paths, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the eligible rows of one split ("train", "calibration" or "test") and their features.

    Returns
    -------
    rows : the rows of ``store/cohort.parquet``, sorted by as-of date and customer
    X : float64 features in the order of the catalogue, aligned with ``rows``; NaN where unknown
    """
    cohort = read_parquet(paths.cohort, made_by=f"forewarn label --dataset {paths.dataset}")
    rows = cohort[cohort["eligible"] & (cohort["split"] == split)].sort_values(["as_of", "customer_id"])
    built = pd.concat(
        [
            read_parquet(paths.features(day.date()), made_by=f"forewarn build --dataset {paths.dataset}")
            for day in rows["as_of"].unique()
        ]
    )
    joined = rows[KEYS].merge(built, on=KEYS, how="left", validate="one_to_one")
    names = [feature["name"] for feature in catalogue(paths)["features"]]
    return rows.reset_index(drop=True), joined[names].astype("float64")


def catalogue(paths: Paths) -> dict[str, Any]:
    """Give ``store/catalogue.json``: ``hash``, ``features`` (declarations), ``absent`` (name and source)."""
    found: dict[str, Any] = read_json(paths.catalogue, made_by=f"forewarn build --dataset {paths.dataset}")
    return found
