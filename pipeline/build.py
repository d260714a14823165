"""Stage `build`: the feature store, one Parquet file an as-of date, and the catalogue of what is in it."""

import shutil
from datetime import date

import pandas as pd

from features.catalogue import CATALOGUE
from features.store import buildable, catalogue_hash, compute, feature_hash
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
    tables = records.tables(paths)
    features = buildable(tables, CATALOGUE)
    built = compute(tables, asked, features, chunk=params.build.chunk_customers, threads=params.train.threads)
    dates = [day.date() for day in sorted(built["as_of"].unique())]
    for day in dates:
        write_parquet(paths.features(day), built[built["as_of"] == pd.Timestamp(day)])
    write_json(
        paths.catalogue,
        {
            "hash": catalogue_hash(features),
            "features": [feature.described() | {"hash": feature_hash(feature)} for feature in features],
            "absent": [
                {"name": feature.name, "source": feature.source}
                for feature in CATALOGUE
                if feature not in features
            ],
        },
    )
    wanted = {paths.features(day).parent for day in dates}
    for folder in (paths.store / "features").glob("as_of=*"):
        if folder not in wanted:
            shutil.rmtree(folder)


def features_on(params: Params, paths: Paths, as_of: date, customers: list[str]) -> pd.DataFrame:
    """Compute the features of some customers on one as-of date, from the records as they stand."""
    asked = pd.DataFrame({"customer_id": customers, "as_of": pd.Timestamp(as_of)})
    return compute(
        records.tables(paths),
        asked,
        CATALOGUE,
        chunk=params.build.chunk_customers,
        threads=params.train.threads,
    )
