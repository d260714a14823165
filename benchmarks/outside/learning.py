"""One company learnt and explained the project's own way, made quick: LightGBM untuned, one model a company.

Dates have the roles that the stages give them; scores are calibrated, and explained by the code that serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features import cohort, store
from features.catalogue import CATALOGUE
from models import families, folds
from pipeline import fitted, fitting, recorded, serving
from pipeline.columns import labels
from pipeline.fitted import Fit, Served
from pipeline.params import Params
from pipeline.reference import everybody

TESTS, CALIBRATED = 9, 3
BAGS = 3
"""Boosters averaged: what the luck of one fit adds to a difference of two is as large as a small gain."""
KEYS = ["customer_id", "as_of"]


@dataclass(frozen=True)
class History:
    """The customers asked about on every date with a role (``split``), and their features ``X``.

    Those that say the same of everybody on a date are left out; ``entries`` declare the others.
    """

    rows: pd.DataFrame
    X: pd.DataFrame
    entries: Sequence[dict[str, Any]]
    cases: pd.DataFrame | None

    def on(self, *splits: str) -> np.ndarray:
        return self.rows["split"].isin(splits).to_numpy()

    def without(self, sources: Sequence[str]) -> list[str]:
        """Name the features of all the other sources."""
        return [entry["name"] for entry in self.entries if entry["source"] not in sources]


def history(tables: dict[str, pa.Table]) -> History:
    """Ask the dates of a company, label them and compute their features, as the stages do."""
    rule = cohort.Rule("departure")
    ends = pc.min_max(tables["trade"]["ordered_at"]).as_py()
    dates = cohort.as_of_dates(
        ends["min"].date(),
        ends["max"].date(),
        every_months=1,
        history_days=Params().dates.history_days,
        known_after=rule.known_after_days,
    )
    customers = tables["customers"]["customer_id"].unique().to_pylist()
    rows = cohort.label(cohort.ask(tables["trade"], customers, dates, rule), tables["trade"], rule)
    roles = folds.roles(dates, test=TESTS, calibration=CALIBRATED, label_days=rule.known_after_days)
    rows = rows.assign(split=rows["as_of"].map({pd.Timestamp(day): role for day, role in roles.items()}))
    rows = rows[rows["eligible"] & (rows["split"] != "gap")].sort_values(
        ["as_of", "customer_id"], ignore_index=True
    )
    features = [feature for feature in store.buildable(tables, CATALOGUE) if not feature.shared]
    X = store.compute(tables, rows[KEYS], features).drop(columns=KEYS)
    cases = tables["cases"].to_pandas(date_as_object=False) if "cases" in tables else None
    return History(rows, X, [feature.described() for feature in features], cases)


def learnt(past: History, names: Sequence[str], seed: int) -> Served:
    """Give LightGBM on the features ``names``, calibrated, with what the recorded causes teach."""
    params = Params()
    X, train, calibrated = past.X[list(names)], past.on("train"), past.on("calibration")
    known = train | calibrated
    model = families.fit("boosted", X[train], labels(past.rows[train]), {"bags": BAGS}, seed, 2)
    fit = Fit("boosted", model, None, {"files": {}}, {}, "")
    causes = recorded.known(past.cases, past.rows.loc[known, "known_on"].max().date())
    maps = fitting.maps(
        params,
        [fit],
        (past.rows[calibrated].reset_index(drop=True), X[calibrated].reset_index(drop=True)),
        (past.rows[known].reset_index(drop=True), X[known].reset_index(drop=True)),
        None,
        causes,
    )
    return fitted.served_of(fit, next(maps), b"")


def said(past: History, served: Served) -> pd.DataFrame:
    """Give the score output of the test dates with their labels, date by date as the stages explain them."""
    told = []
    for day, rows in past.rows[past.on("test")].groupby("as_of"):
        X = past.X.loc[rows.index, list(served.fit.churn.features)].reset_index(drop=True)
        asked = rows.reset_index(drop=True)
        table = serving.rows(served.on(day.date()), asked, X, past.entries, 1, everybody(len(asked)))
        frame = table.drop_columns(["reasons"]).to_pandas(date_as_object=False)
        told.append(frame.assign(label=labels(asked), going=asked["going"].to_numpy()))
    return pd.concat(told, ignore_index=True)
