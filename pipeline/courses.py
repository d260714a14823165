"""The features that health is read from, over the as-of dates up to a day.

The dates are those of the feature store before the day, as many whole steps of months on as lie before it, and the
day itself. What the store holds is read; the others are computed from the records as they stand, for the customers
that could be asked about then, the readings alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from actions.health import Course
from actions.readings import available
from pipeline import build, label, records, store
from pipeline.errors import TooLittleData
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import EVERYBODY
from pipeline.versions import known

LAST = 36
"""As-of dates that are looked at: what is usual is read on those of 13 months, twice over."""
APART = timedelta(days=7)
"""A step of months that lies closer before the day itself tells nothing of its own."""


def course(params: Params, paths: Paths, as_of: date) -> Course:
    """Give the features of everybody who can be asked about on ``as_of``, and of all others on earlier dates."""
    built = store.catalogue(paths)
    names = [reading.feature for reading in available(frozenset(_same(built)))]
    days = dates(params, built, as_of)
    stored = {date.fromisoformat(day) for day in built["dates"]}
    frames = [_stored(paths, day, names) for day in days if day in stored]
    new = [day for day in days if day not in stored]
    if new:
        frames.append(_computed(params, paths, new, names))
    rows = pd.concat(frames, ignore_index=True)
    if not (rows["as_of"] == pd.Timestamp(as_of)).any():
        raise TooLittleData(
            f"Dataset '{paths.dataset}' has no customer that can be asked about on {as_of}; "
            "give a day within its records, or soon after."
        )
    return _laid_out(params, paths, rows, days, names)


def dates(params: Params, built: Mapping[str, Any], as_of: date) -> list[date]:
    """Give the as-of dates that are looked at, the last of them ``as_of``."""
    before = sorted(day for day in map(date.fromisoformat, built["dates"]) if day < as_of)
    if before:
        newest, step = pd.Timestamp(before[-1]), params.dates.every_months
        months = step
        while (day := (newest + pd.DateOffset(months=months)).date()) < as_of - APART:
            before.append(day)
            months += step
    return [*before[-(LAST - 1) :], as_of]


def _same(built: Mapping[str, Any]) -> set[str]:
    """Give the features that the store holds as this code declares them."""
    from pipeline.score import declarations

    mine = {entry["name"]: entry["hash"] for entry in declarations()}
    return {entry["name"] for entry in built["features"] if mine.get(entry["name"]) == entry["hash"]}


def _stored(paths: Paths, day: date, names: Sequence[str]) -> pd.DataFrame:
    rows: pd.DataFrame = store.read(paths, day, names).to_pandas(date_as_object=False)
    return rows


def _computed(params: Params, paths: Paths, days: Sequence[date], names: Sequence[str]) -> pd.DataFrame:
    with label.company(params, paths) as there:
        cohort = there.cohort(list(days), label.rule_of(params), labelled=False).to_pandas(
            date_as_object=False
        )
    asked = cohort.loc[cohort["eligible"], ["customer_id", "as_of"]].reset_index(drop=True)
    if params.build.engine == "spark":
        return build.features_of(params, paths, asked)[["customer_id", "as_of", *names]]
    from features.catalogue import CATALOGUE
    from features.store import compute

    chosen = [feature for feature in CATALOGUE if feature.name in names]
    memory, threads = params.build.memory_mb, params.train.threads
    rows = compute(records.scanned(paths), asked, chosen, memory_mb=memory, threads=threads)
    return rows.reindex(columns=["customer_id", "as_of", *names])


def _groups(params: Params, paths: Paths, customers: Sequence[str], as_of: date) -> list[str]:
    """Give the peers of each customer: its segment, by the version of its row that was known on the day."""
    everybody = [EVERYBODY] * len(customers)
    if params.health.peers == EVERYBODY or "customers" in params.dataset.tables:
        return everybody
    table = records.table(paths, "customers")
    if table is None or "segment" not in table:
        return everybody
    asked = pd.DataFrame({"customer_id": list(customers), "as_of": pd.Timestamp(as_of)})
    return known(table, asked)["segment"].fillna("none").astype("str").tolist()


def _laid_out(
    params: Params, paths: Paths, rows: pd.DataFrame, days: Sequence[date], names: Sequence[str]
) -> Course:
    moments = np.array(days, "datetime64[D]")
    customers, who = np.unique(rows["customer_id"].to_numpy(object), return_inverse=True)
    when = np.searchsorted(moments, rows["as_of"].to_numpy().astype("datetime64[D]"))
    values = np.full((len(days), len(customers), len(names)), np.nan)
    values[when, who] = rows[list(names)].to_numpy(np.float64)
    groups = np.array(_groups(params, paths, customers.tolist(), days[-1]), object)
    return Course(moments, customers, available(frozenset(names)), values, groups)
