"""Stage `build`: the feature store, a folder an as-of date, and the catalogue of what is in it.

Only what is out of date is computed (see `pipeline.keys`): a new date is added without touching another, and a
changed feature or source replaces its own columns.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pandas as pd

from features.asked import Asked, Batch
from features.catalogue import CATALOGUE
from features.feature import Feature
from features.store import batches, buildable, catalogue_hash, compute, feature_hash
from features.unfold import Tables
from pipeline import digests, keys, records, store
from pipeline.columns import EPOCH
from pipeline.errors import Refusal, TooLittleData
from pipeline.frames import write_sealed
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Bring ``store/features/`` up to date for every eligible row of the cohort, and ``store/catalogue.json``."""
    asked = questions(paths)
    if params.build.engine == "spark":
        from pipeline.spark import engine

        features, wanted = engine.build(params, paths, asked, _standing(paths, parts=True))
    else:
        features, wanted = _locally(params, paths, asked)
    for folder in (paths.store / "features").glob("as_of=*"):
        if folder not in {paths.features(day) for day in wanted}:
            shutil.rmtree(folder)
    write_catalogue(paths, features, wanted)


def _locally(params: Params, paths: Paths, asked: pd.DataFrame) -> tuple[tuple[Feature, ...], keys.Keys]:
    """Compute on this machine the columns that are out of date; gives the features and their keys."""
    records.demand_here(params, paths)
    records.demand_whole(paths)
    tables = records.scanned(paths)
    features = buildable(tables, CATALOGUE)
    wanted = keys.keys(tables, asked, features, params.train.threads)
    standing = _standing(paths)
    stale = {day: _stale(mine, standing.get(day, {})) for day, mine in wanted.items()}
    for names in dict.fromkeys(names for names in stale.values() if names is not None):
        chosen = [feature for feature in features if feature.name in names]
        _build(params, paths, tables, asked, chosen, features, [d for d in wanted if stale[d] == names])
    return features, wanted


def questions(paths: Paths) -> pd.DataFrame:
    """Give the rows of the cohort that the store holds: customer_id and as_of of those that can be asked about."""
    cohort = store.cohort(paths)
    asked = cohort.loc[cohort["eligible"], ["customer_id", "as_of"]]
    if asked.empty:
        raise TooLittleData(
            f"Dataset '{paths.dataset}' has no customer that can be asked about on any as-of date; "
            "'store/cohort.parquet' gives the reason of each."
        )
    return asked


def features_on(params: Params, paths: Paths, as_of: date, customers: list[str]) -> pd.DataFrame:
    """Compute the features of some customers on one as-of date, from the records as they stand."""
    return features_of(params, paths, pd.DataFrame({"customer_id": customers, "as_of": pd.Timestamp(as_of)}))


def features_of(params: Params, paths: Paths, asked: pd.DataFrame) -> pd.DataFrame:
    """Compute the features of the rows of ``asked`` (customer_id, as_of); a second date costs little."""
    if params.build.engine == "spark":
        from pipeline.spark import engine

        on = {day: asked.loc[asked["as_of"] == pd.Timestamp(day), "customer_id"] for day in keys.dates(asked)}
        return pd.concat(
            [engine.features_on(params, paths, day, who.tolist()) for day, who in on.items()],
            ignore_index=True,
        )
    records.demand_here(params, paths)
    records.demand_whole(paths)
    return compute(
        records.scanned(paths),
        asked,
        CATALOGUE,
        memory_mb=params.build.memory_mb,
        threads=params.train.threads,
    )


def write_catalogue(paths: Paths, features: Sequence[Feature], built: keys.Keys) -> None:
    """Say what the store holds: declarations, what is absent, each date's files and the keys of its columns."""
    write_sealed(
        paths.catalogue,
        {
            "hash": catalogue_hash(features),
            "features": [{**feature.described(), "hash": feature_hash(feature)} for feature in features],
            "absent": [
                {"name": feature.name, "source": feature.source}
                for feature in CATALOGUE
                if feature not in features
            ],
            "dates": {
                day.isoformat(): {"files": digests.of_folder(paths.features(day)), "columns": columns}
                for day, columns in sorted(built.items())
            },
        },
    )


def _standing(paths: Paths, *, parts: bool = False) -> keys.Keys:
    """Give the keys of the columns that the store holds, of dates whose files are as they were written.

    A date that lies in ``parts``, as Spark writes it, cannot be taken over column by column.
    """
    try:
        dates: dict[str, Any] = store.catalogue(paths)["dates"]
        return {
            date.fromisoformat(day): told["columns"]
            for day, told in dates.items()
            if (parts or set(told["files"]) == {store.FILE})
            and digests.of_folder(paths.features(date.fromisoformat(day))) == told["files"]
        }
    except (Refusal, KeyError, TypeError, ValueError):
        return {}


def _stale(wanted: dict[str, str], standing: dict[str, str]) -> frozenset[str] | None:
    """Give the features of a date to compute anew, None where its file can stay as it is."""
    stale = frozenset(name for name, key in wanted.items() if standing.get(name) != key)
    return stale or (frozenset() if set(standing) - set(wanted) else None)


def _build(
    params: Params,
    paths: Paths,
    tables: Tables,
    asked: pd.DataFrame,
    chosen: Sequence[Feature],
    features: Sequence[Feature],
    dates: Sequence[date],
) -> None:
    """Compute the ``chosen`` features on ``dates`` and write each date's file, other columns taken over."""
    order = [feature.name for feature in features]
    kept = [name for name in order if name not in {feature.name for feature in chosen}]
    rows = asked[asked["as_of"].isin(pd.to_datetime(list(dates)))]
    memory_mb, threads = params.build.memory_mb, params.train.threads
    with ExitStack() as opened, ThreadPoolExecutor(threads) as pool:
        files = {day: opened.enter_context(store.File.appearing(paths, day, order, kept)) for day in dates}
        if chosen:
            writing: list[Future[None]] = []
            for batch in batches(tables, Asked.of(rows), chosen, memory_mb=memory_mb, threads=threads):
                # One batch is written while the next is computed, and no third is in memory.
                _finish(writing)
                writing = [pool.submit(_write, files, batch, *place) for place in batch.dates()]
            _finish(writing)


def _write(files: Mapping[date, store.File], batch: Batch, day: int, begin: int, end: int) -> None:
    files[EPOCH + timedelta(day)].write(batch.slice(begin, end))


def _finish(writing: Iterable[Future[None]]) -> None:
    for future in writing:
        future.result()
