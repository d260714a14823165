"""Stage `build`: the feature store, one Parquet file an as-of date, and the catalogue of what is in it."""

import shutil
from collections.abc import Sequence
from datetime import date

import pandas as pd

from features.catalogue import CATALOGUE
from features.feature import Feature
from features.store import buildable, catalogue_hash, compute
from pipeline import records
from pipeline.errors import TooLittleData
from pipeline.frames import read_parquet, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Write ``store/features/`` for every eligible row of the cohort, and ``store/catalogue.json``."""
    cohort = read_parquet(paths.cohort, made_by=f"forewarn label --dataset {paths.dataset}")
    asked = cohort.loc[cohort["eligible"] & (cohort["split"] != "gap"), ["customer_id", "as_of"]]
    if asked.empty:
        raise TooLittleData(
            f"Dataset '{paths.dataset}' has no customer that can be asked about on any as-of date; "
            "'store/cohort.parquet' gives the reason of each."
        )
    if params.build.engine == "spark":
        from pipeline.spark import engine

        features = engine.build(params, paths, asked)
        _describe(paths, features)
        return
    tables = records.tables(paths)
    features = buildable(tables, CATALOGUE)
    built = compute(tables, asked, features, chunk=params.build.chunk_customers, threads=params.train.threads)
    dates = [day.date() for day in sorted(built["as_of"].unique())]
    for day in dates:
        write_parquet(paths.features(day), built[built["as_of"] == pd.Timestamp(day)])
    _describe(paths, features)
    wanted = {paths.features(day).parent for day in dates}
    for folder in (paths.store / "features").glob("as_of=*"):
        if folder not in wanted:
            shutil.rmtree(folder)


def _describe(paths: Paths, features: Sequence[Feature]) -> None:
    write_json(
        paths.catalogue,
        {
            "hash": catalogue_hash(features),
            "features": [feature.described() for feature in features],
            "absent": [
                {"name": feature.name, "source": feature.source}
                for feature in CATALOGUE
                if feature not in features
            ],
        },
    )


def features_on(params: Params, paths: Paths, as_of: date, customers: list[str]) -> pd.DataFrame:
    """Compute the features of some customers on one as-of date, from the records as they stand."""
    if params.build.engine == "spark":
        from pipeline.spark import engine

        return engine.features_on(params, paths, as_of, customers)
    asked = pd.DataFrame({"customer_id": customers, "as_of": pd.Timestamp(as_of)})
    return compute(
        records.tables(paths),
        asked,
        CATALOGUE,
        chunk=params.build.chunk_customers,
        threads=params.train.threads,
    )
