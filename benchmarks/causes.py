"""`make bench-causes`: is the named cause the right one? Ten new simulated companies, whose causes are known.

A leaver of the truth is *caught* where a list of the tenth of its date's customers ranked highest holds it, on
a test date from 120 days before its last purchase to 30 days after. Every such date is an alert that names a cause,
by the code that serves (``pipeline.serving``); a leaver counts once, by the share of its alerts that were right,
and shares are means over the six planted causes. The first and the last alert of each are told beside. Beside the
product stand

- what matters most in the company, named for everybody (mean size of the contributions);
- the rule "largest standardised change": the cause of the feature that lies furthest from the mean of the date's
  customers, in their standard deviations, on the side that the catalogue calls a risk;
- the best possible reader of the same features: a LightGBM of the causes, told the planted ones of the other
  companies. It knows how causes act, and not which one acted here.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from benchmarks import additive, explaining, planted
from benchmarks.cases import CUSTOMERS, SEEDS, TENTH
from benchmarks.results import Figure, at_least, at_most, publish, show, told
from features.catalogue import CATALOGUE
from models import budgets, cases
from models.cases import BEFORE, GRACE
from models.families import FAMILIES
from models.intervals import Interval
from models.shares import shares
from pipeline import serving, store
from pipeline.fitted import load
from pipeline.progress import counted
from pipeline.reference import reference
from simulator.causes import CAUSES, NONE

TOP = 3
CAUSED = tuple(cause.name for cause in CAUSES if cause is not NONE)
ONSET = "trade_decline_onset_360d"
PRODUCT, GLOBAL, FURTHEST, READS = (
    "the product",
    "what matters most in the company",
    "largest standardised change",
    "best possible reader",
)
PUSH = [f"contribution_{cause}" for cause in serving.CAUSES]
READER = {
    "objective": "multiclass",
    "num_class": len(CAUSED),
    "learning_rate": 0.05,
    "num_leaves": 7,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
ROUNDS = 300


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


def orders(company: Company, family: str, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Give (rows, causes) the causes in the order in which the product and the two rules name them."""
    said = company.explained[family]
    everywhere = np.abs(said[PUSH].to_numpy()).mean(axis=0)
    return {
        PRODUCT: np.array(said["likely_causes"].iloc[rows].tolist()),
        GLOBAL: np.tile(_names(everywhere[None, :]), (len(rows), 1)),
        FURTHEST: _names(furthest(company, rows)),
    }


def _names(strength: np.ndarray) -> np.ndarray:
    return np.asarray(serving.CAUSES)[np.argsort(-strength, axis=1, kind="stable")]


def furthest(company: Company, rows: np.ndarray) -> np.ndarray:
    """Give (rows, causes): how far the furthest feature of each cause stands out among its date's customers.

    In standard deviations, on the side that the catalogue calls a risk; a feature of no known side counts on both.
    """
    told = {feature.name: feature for feature in CATALOGUE}
    days = company.rows["as_of"].to_numpy()
    groups = company.X.groupby(days)
    spread = groups.transform("std").replace(0.0, np.nan)
    z = ((company.X - groups.transform("mean")) / spread).iloc[rows]
    risk = np.array([told[name].risk or 0 for name in z.columns], np.float64)
    away = np.where(risk == 0, np.abs(z), z * risk)
    away = np.where(np.isnan(away), -np.inf, away)
    of = np.array([told[name].cause.value for name in z.columns])
    return np.column_stack([away[:, of == cause].max(axis=1, initial=-np.inf) for cause in serving.CAUSES])


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


def read(companies: Sequence[Company], at: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Give the best reader's order of the planted causes for the rows ``at`` of each company.

    It learns from every row of a leaver with a cause, from 120 days before its last purchase to 30 days after, in
    all the other companies.
    """
    names = [name for name in companies[0].X if all(name in other.X for other in companies)]
    lessons = [_lessons(company) for company in companies]
    told = []
    for place, company in enumerate(companies):
        others = [other for other in range(len(companies)) if other != place]
        X = np.concatenate([companies[other].X.iloc[lessons[other][0]][names] for other in others])
        y = np.concatenate([lessons[other][1] for other in others])
        booster = lgb.train(READER, lgb.Dataset(X, y), num_boost_round=ROUNDS)
        chances = np.asarray(booster.predict(company.X.iloc[at[place]][names].to_numpy()))
        told.append(np.asarray(CAUSED)[np.argsort(-chances, axis=1, kind="stable")])
    return told


def _lessons(company: Company) -> tuple[np.ndarray, np.ndarray]:
    leavers = company.leavers[company.leavers["cause"].isin(CAUSED)]
    there = cases.chances(company.rows, leavers.assign(left_on=leavers["last_purchase_on"]))
    shown = there.asked & there.around(BEFORE, GRACE)
    cause = np.array([CAUSED.index(name) for name in leavers["cause"]])
    return there.row[shown], np.broadcast_to(cause[:, None], shown.shape)[shown]


def right(alerts: pd.DataFrame, order: np.ndarray, most: int) -> Interval:
    """Give the share of leavers whose cause is among the first ``most`` of ``order``, a mean over the causes."""
    hit = (order[:, :most] == alerts["cause"].to_numpy()[:, None]).any(axis=1)
    size = alerts.groupby("cause")["weight"].sum()
    weight = alerts["weight"] / alerts["cause"].map(size)
    return shares({"": (hit * weight, weight)}, alerts["who"])[""]


def only(alerts: pd.DataFrame, order: np.ndarray, keep: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the first or the last alert of each leaver, with its order of causes."""
    chosen = ~alerts["who"].duplicated(keep=keep).to_numpy()  # type: ignore[arg-type]
    return alerts[chosen].assign(weight=1.0), order[chosen]


def both(alerts: pd.DataFrame, order: np.ndarray) -> Interval:
    """Give the share of leavers with two causes of whom both are among the first three."""
    two = alerts["second_cause"].isin(CAUSED).to_numpy()
    some, said = alerts[two], order[two, :TOP]
    first, second = (
        (said == some[name].to_numpy()[:, None]).any(axis=1) for name in ("cause", "second_cause")
    )
    return shares({"": ((first & second) * some["weight"], some["weight"])}, some["who"])[""]


def onset_error(company: Company, alerts: pd.DataFrame) -> np.ndarray:
    """Give, an alert each, the days between the onset that the records tell and the planted one; NaN where none.

    What the records tell is the feature ``trade_decline_onset_360d``: the days since the orders began to decline.
    """
    rows = alerts["row"].to_numpy()
    since = company.X[ONSET].to_numpy()[rows]
    planted_on = pd.to_datetime(alerts["onset_on"]).to_numpy().astype("datetime64[D]")
    as_of = company.rows["as_of"].to_numpy()[rows].astype("datetime64[D]")
    return np.asarray(np.abs((as_of - planted_on) / np.timedelta64(1, "D") - since))


@dataclass(frozen=True)
class Pooled:
    """All companies together for one family: alerts of leavers with a cause, and what named it in which order."""

    alerts: pd.DataFrame
    order: Mapping[str, np.ndarray]
    blamed: np.ndarray


def pooled(companies: Sequence[Company], family: str | None, readers: bool) -> Pooled:
    """Pool one family's explanations, or with None those of each company's champion."""
    alerts, order, wrong = [], [], []
    for number, company in enumerate(companies):
        mine = family or company.champion
        some = caught(company, mine)
        some = some[some["cause"].isin(CAUSED)].reset_index(drop=True)
        rows = some["row"].to_numpy()
        alerts.append(
            some.assign(who=f"{number} " + some["customer_id"], onset_error=onset_error(company, some))
        )
        order.append(orders(company, mine, rows))
        wrong.append(blamed(company, mine))
    told = {name: np.concatenate([one[name] for one in order]) for name in (PRODUCT, GLOBAL, FURTHEST)}
    if readers:
        told[READS] = np.concatenate(read(companies, [some["row"].to_numpy() for some in alerts]))
    return Pooled(pd.concat(alerts, ignore_index=True), told, np.concatenate(wrong))


def figures(companies: Sequence[Company], falls: Sequence[tuple[np.ndarray, np.ndarray]]) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    found = pooled(companies, None, readers=len(companies) > 1)
    alerts, by = found.alerts, found.order
    top = {name: right(alerts, order, 1) for name, order in by.items()}
    three = {name: right(alerts, order, TOP) for name, order in by.items()}
    better = max(top[GLOBAL].value, top[FURTHEST].value)
    yield told("leavers with a cause that the champions caught", alerts["who"].nunique())
    for name, here, bar in (("leading cause named", top, 0.75), ("leading cause among three", three, 0.92)):
        yield at_least(f"champion: {name}", here[PRODUCT].value, bar)
        yield told("  its interval, lower end", here[PRODUCT].low)
        yield told("  its interval, upper end", here[PRODUCT].high)
        for other in (READS, GLOBAL, FURTHEST):
            if other in here:
                yield told(f"  {other}", here[other].value)
    yield at_least(
        "champion: leading cause named, more than the better rule", top[PRODUCT].value - better, 0.15
    )
    yield at_most(
        "leavers without a sign: one cause above half of the push", float(found.blamed.mean()), 0.20
    )
    yield told("  of so many", len(found.blamed))
    yield at_least("two causes: both among three", both(alerts, by[PRODUCT]).value, 0.70)
    if READS in by:
        yield told(f"  {READS}", both(alerts, by[READS]).value)
    for keep in ("first", "last"):
        for name in (PRODUCT, READS):
            if name in by:
                some = only(alerts, by[name], keep)
                yield told(f"{keep} alert, {name}: leading cause named", right(*some, 1).value)
                yield told(f"{keep} alert, {name}: leading cause among three", right(*some, TOP).value)
    for cause in CAUSED:
        mine = (alerts["cause"] == cause).to_numpy()
        for name in (PRODUCT, READS):
            if name in by:
                yield told(f"{cause}, {name}: named", right(alerts[mine], by[name][mine], 1).value)
    for family in FAMILIES:
        other = pooled(companies, family, readers=False)
        yield told(f"{family}: leading cause named", right(other.alerts, other.order[PRODUCT], 1).value)
        yield told(
            f"{family}: leading cause among three", right(other.alerts, other.order[PRODUCT], TOP).value
        )
        yield told(f"{family}: one cause blamed without a sign", float(other.blamed.mean()))
    yield told(
        "days between the onset told and the planted one, median", float(alerts["onset_error"].median())
    )
    fall, named = (np.concatenate(parts) for parts in zip(*falls, strict=True))
    mine = fall[np.arange(len(fall)), named]
    others = (fall.sum(axis=1) - mine) / (fall.shape[1] - 1)
    yield told("mending the named cause: mean fall of the probability", float(mine.mean()))
    yield told("mending another: mean fall of the probability", float(others.mean()))
    yield told("mending the named cause lowers it", float((mine > 0).mean()))
    yield told(
        "mending the named cause lowers it more than another on average", float((mine > others).mean())
    )


def mending(made: planted.Made, company: Company) -> tuple[np.ndarray, np.ndarray]:
    """Give what mending does to the champion's alerts of a company, and the place of the cause that it named."""
    rows = caught(company, company.champion)["row"].to_numpy()
    said = company.explained[company.champion]["top_cause"].to_numpy()[rows]
    rows, said = rows[said != "none"], said[said != "none"]
    return mended(made, company, rows), np.array([serving.CAUSES.index(name) for name in said], np.int64)


def named(seeds: Sequence[int], customers: int) -> Iterator[Figure]:
    """Make every company, or find it made, and score what is named in it."""
    companies, falls = [], []
    with counted("causes", len(seeds)) as step:
        for seed in seeds:
            made = planted.made(seed, customers)
            companies.append(explained_in(made))
            falls.append(mending(made, companies[-1]))
            step()
    yield from figures(companies, falls)


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.causes", description=__doc__)
    room.add_argument("--only", choices=("named", "additive", "speed"), help="one part; writes no result")
    room.add_argument(
        "--seeds", metavar="SEED,...", help="other companies, and nothing else; writes no result"
    )
    room.add_argument("--customers", type=int, default=CUSTOMERS, help="customers of a company")
    asked = room.parse_args()
    if asked.seeds:
        return show(
            "causes, other companies", list(named(list(map(int, asked.seeds.split(","))), asked.customers))
        )
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "named": lambda: named(SEEDS, asked.customers),
        "additive": additive.figures,
        "speed": explaining.figures,
    }
    if asked.only:
        return show(f"causes, {asked.only}", list(parts[asked.only]()))
    return publish("causes", [figure for part in parts.values() for figure in part()])


if __name__ == "__main__":
    sys.exit(main())
