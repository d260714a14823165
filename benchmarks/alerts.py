"""Simulated companies explained: which alerts name a cause of a leaver, and what mending its records would do.

A leaver of the truth is *caught* where a list of the tenth of its date's customers ranked highest holds it, on
a test date from 120 days before its last purchase to 30 days after. Every such date is an alert that names a cause,
by the code that serves (``pipeline.serving``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks import planted
from benchmarks.cases import TENTH
from models import budgets, cases
from models.cases import BEFORE, GRACE
from models.families import FAMILIES
from pipeline import serving, store
from pipeline.fitted import load
from pipeline.reference import reference
from simulator.causes import CAUSES, NONE

CAUSED = tuple(cause.name for cause in CAUSES if cause is not NONE)
ONSET = "trade_decline_onset_360d"
PUSH = [f"contribution_{cause}" for cause in serving.CAUSES]


@dataclass(frozen=True)
class Company:
    """One company, explained.

    ``rows`` are the customers of its test dates; ``X`` their features; ``explained`` a family's score output of the
    same rows, in the same order. ``leavers`` are those of the truth.
    """

    champion: str
    rows: pd.DataFrame
    X: pd.DataFrame
    explained: Mapping[str, pd.DataFrame]
    leavers: pd.DataFrame


def explained_in(made: planted.Made) -> Company:
    """Explain every family on the test dates of a company: the champion by the models that it would have had.

    The others are those of the first test date, on all of them.
    """
    catalogue = store.catalogue(made.paths)["features"]
    cohort = store.cohort(made.paths)
    rows, X = [], []
    explained: dict[str, list[pd.DataFrame]] = {family: [] for family in FAMILIES}
    for day in store.tested(cohort):
        asked, here = store.of_rows(made.paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
        rows.append(asked)
        X.append(here)
        for family in FAMILIES:
            walked = day if family == made.champion else None
            served = load(made.paths, family, catalogue, walked).on(day)
            against = reference(made.params, made.paths, asked)
            table = serving.rows(served, asked, here, catalogue, 1, against)
            explained[family].append(table.drop_columns(["reasons"]).to_pandas(date_as_object=False))
    return Company(
        made.champion,
        pd.concat(rows, ignore_index=True),
        pd.concat(X, ignore_index=True),
        {family: pd.concat(some, ignore_index=True) for family, some in explained.items()},
        made.truth("leavers"),
    )


def caught(company: Company, family: str) -> pd.DataFrame:
    """Give one row an alert of a leaver that a family caught: its ``row`` in the company's rows, and the truth.

    ``weight`` is one over the alerts of the leaver; alerts of a leaver stand in the order of their dates.
    """
    said = company.explained[family]
    on = budgets.listed(said, budgets.needed(said, said["p_churn"]), TENTH)
    there = cases.chances(said, company.leavers.assign(left_on=company.leavers["last_purchase_on"]))
    seen = there.of(on, False).astype(bool) & there.around(BEFORE, GRACE)
    who, date = np.nonzero(seen)
    alerts = company.leavers.iloc[who].assign(row=there.row[who, date], weight=1 / seen.sum(axis=1)[who])
    return alerts.reset_index(drop=True)


def unsigned(company: Company, family: str) -> np.ndarray:
    """Give the row of each leaver without any sign: its last test date before it left."""
    said = company.explained[family]
    leavers = company.leavers[company.leavers["cause"] == NONE.name]
    there = cases.chances(said, leavers.assign(left_on=leavers["last_purchase_on"]))
    seen = there.asked & there.ahead(BEFORE)
    last = np.where(seen, there.days, np.iinfo(np.int64).max).argmin(axis=1)
    return there.row[np.arange(len(seen)), last][seen.any(axis=1)]


def blamed(company: Company, family: str) -> np.ndarray:
    """Say of each leaver without a sign whether one cause was named for more than half of the push."""
    said = company.explained[family].iloc[unsigned(company, family)]
    push = np.maximum(said[PUSH].to_numpy(), 0.0)
    whole = push.sum(axis=1)
    share = np.divide(push.max(axis=1), whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray((share > 0.5) & (said["top_cause"] != "none").to_numpy())


def mended(made: planted.Made, company: Company, rows: np.ndarray) -> np.ndarray:
    """Give (rows, causes): how far the champion's probability falls when the records of a cause are mended.

    Mended means: the features of the cause have the median of the date's customers. Without features it is 0.
    """
    catalogue = store.catalogue(made.paths)["features"]
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue}
    dates = company.rows["as_of"].to_numpy()
    falls = np.zeros((len(rows), len(serving.CAUSES)))
    for day in np.unique(dates[rows]):
        date = pd.Timestamp(day).date()
        served = load(made.paths, company.champion, catalogue, date).on(date)
        here = np.flatnonzero(dates[rows] == day)
        X, usual = company.X.iloc[rows[here]], company.X[dates == day].median()
        before = served.p_churn(X)
        for place, cause in enumerate(serving.CAUSES):
            names = [name for name in X.columns if cause_of[name] == cause]
            falls[here, place] = before - served.p_churn(X.assign(**{name: usual[name] for name in names}))
    return falls


def onset_error(company: Company, alerts: pd.DataFrame) -> np.ndarray:
    """Give, an alert each, the days between the onset that the records tell and the planted one; NaN where none.

    What the records tell is the feature ``trade_decline_onset_360d``: the days since the orders began to decline.
    """
    rows = alerts["row"].to_numpy()
    since = company.X[ONSET].to_numpy()[rows]
    planted_on = pd.to_datetime(alerts["onset_on"]).to_numpy().astype("datetime64[D]")
    as_of = company.rows["as_of"].to_numpy()[rows].astype("datetime64[D]")
    return np.asarray(np.abs((as_of - planted_on) / np.timedelta64(1, "D") - since))
