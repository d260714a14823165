"""Ways to name the cause of a leaver, told apart by what they know: the product, two rules, and the best reader.

The reader is a LightGBM of the causes on the same features, told the planted causes of the other companies. It
knows how causes act, and not which one acted here.
"""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np

from benchmarks.alerts import CAUSED, PUSH, Company
from features.catalogue import CATALOGUE
from models import cases
from models.cases import BEFORE, GRACE
from pipeline import serving

PRODUCT, GLOBAL, FURTHEST, READS = (
    "the product",
    "what matters most in the company",
    "largest standardised change",
    "best possible reader",
)
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
