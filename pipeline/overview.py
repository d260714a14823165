"""What ``report/overview.json`` says of the champion on all test dates together.

Causes among groups of customers, the shape of its strongest features, what these do in pairs, and whether another
date or another fit ranks them alike.

Causes and features are those of ``report/causes.parquet`` and ``report/contributions.parquet``, row by row. Only
interactions and refits ask a model: the one that serves.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models import dependence, families, overview
from models.attribution import centred
from models.families import Model
from models.overview import EVERYBODY, MONTH
from pipeline import fitting, segments, store
from pipeline.columns import groups, labels
from pipeline.fitted import Served
from pipeline.params import Params
from pipeline.paths import Paths

CURVES = 9
"""Features whose shape is told."""
PAIRED = 10
"""Features whose pairs are asked about: 45 pairs."""
ROWS = 1000
"""Rows on which refits are held against each other."""
LISTED = 0.1
"""Refits are asked about the leading causes of this share of the customers, those with the highest scores."""
CAUSE = "contribution_"


def gathered(
    params: Params, paths: Paths, served: Served, causes: pd.DataFrame, contributions: pd.DataFrame
) -> dict[str, Any]:
    """Give the content of ``overview.json``; the rows of both frames are the eligible rows of the test dates."""
    cohort = store.cohort(paths)
    asked = cohort[cohort["eligible"] & (cohort["split"] == "test")].sort_values(["as_of", "customer_id"])
    asked = asked.reset_index(drop=True)
    names = list(served.fit.churn.features)
    parts = causes[[name for name in causes.columns if name.startswith(CAUSE)]].rename(
        columns=lambda name: name.removeprefix(CAUSE)
    )
    parts = parts.loc[:, parts.any()]
    strongest = overview.ordered(overview.weights(contributions[names]))
    return {
        "family": served.fit.family,
        "unit": served.fit.churn.unit,
        "rows": len(asked),
        "by": _by(params, paths, asked, parts, causes["top_cause"].to_numpy()),
        "dependence": _dependence(paths, asked, contributions, strongest[:CURVES]),
        "interactions": _interactions(params, paths, served.fit.churn, asked, strongest[:PAIRED]),
        "dates": _dates(asked, parts, contributions[names], strongest[: overview.TOP]),
        "refits": _refits(params, paths, served, asked, strongest[: overview.TOP]),
    }


def _by(
    params: Params, paths: Paths, asked: pd.DataFrame, parts: pd.DataFrame, leads: np.ndarray
) -> dict[str, Any]:
    """Give the pulls over everybody, and by each kind of group that the records tell, months the last."""
    kinds = segments.kinds(paths, asked).assign(**{MONTH: asked["as_of"].dt.date.astype(str).to_numpy()})
    told: dict[str, dict[str, np.ndarray]] = {EVERYBODY: {EVERYBODY: np.ones(len(asked), bool)}}
    for kind, values in kinds.items():
        if split := dict(segments.split(values)):
            told[str(kind)] = dict(sorted(split.items())) if kind == MONTH else split
    return {
        kind: overview.pulls(
            parts, leads, split, groups(asked), asked["as_of"], within=kind == MONTH, seed=params.seed
        ).to_dict("records")
        for kind, split in told.items()
    }


def _dependence(
    paths: Paths, asked: pd.DataFrame, contributions: pd.DataFrame, features: Sequence[str]
) -> list[dict[str, Any]]:
    """Give the curves of some features, in their order."""
    built = [store.read(paths, day.date(), features).to_pandas() for day in asked["as_of"].unique()]
    values = pd.concat(built).assign(as_of=lambda rows: pd.to_datetime(rows["as_of"]))
    here = asked[["customer_id", "as_of"]].merge(values, how="left", on=["customer_id", "as_of"])
    return [
        {
            "feature": name,
            "curve": dependence.dependence(
                here[name].to_numpy(np.float64, na_value=np.nan), contributions[name]
            ).to_dict("records"),
        }
        for name in features
    ]


def _interactions(
    params: Params, paths: Paths, model: Model, asked: pd.DataFrame, features: Sequence[str]
) -> list[dict[Any, Any]] | None:
    """Give the pairs, the strongest first; None of a model that is a sum in the unit of its score."""
    if model.family == "logistic":
        return None
    _, X = _first(paths, asked)
    pairs = dependence.interactions(model.score, X[list(model.features)], features, seed=params.seed)
    return [dict(pair) for pair in pairs.to_dict("records")]


def _first(paths: Paths, asked: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the rows of the first test date with their features: there the model that serves was asked."""
    return store.of_rows(paths, asked[asked["as_of"] == asked["as_of"].min()])


def _dates(
    asked: pd.DataFrame, parts: pd.DataFrame, contributions: pd.DataFrame, shown: Sequence[str]
) -> dict[str, Any]:
    """Hold the test dates against each other, each with the model of its time."""
    day = asked["as_of"].dt.date.astype(str).to_numpy()
    return _compared(
        {
            str(date): (overview.weights(contributions[day == date]), overview.weights(parts[day == date]))
            for date in np.unique(day)
        },
        shown,
    )


def _refits(
    params: Params, paths: Paths, served: Served, asked: pd.DataFrame, shown: Sequence[str]
) -> dict[str, Any] | None:
    """Hold the model that serves against itself, fitted ``explain.refits`` times more; None where not asked for.

    Each is asked about the same rows of the first test date. Contributions are those to the score: the probability
    would want a calibration of each.
    """
    if not params.explain.refits:
        return None
    _, X = _first(paths, asked)
    some = np.random.default_rng(params.seed).permutation(len(X))[:ROWS]
    X = X.iloc[np.sort(some)].reset_index(drop=True)
    catalogue = store.catalogue(paths)["features"]
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue}
    scores = served.fit.churn.score(X)
    listed = np.argsort(-scores, kind="stable")[: max(1, round(LISTED * len(X)))]
    told, leads = {}, []
    models = {"as served": served.fit.churn, **dict(_refitted(params, paths, served, catalogue))}
    for name, model in models.items():
        phi, _ = centred(*model.contributions(X))
        parts = pd.DataFrame(phi, columns=list(model.features))
        by_cause = parts.T.groupby(cause_of).sum().T
        told[name] = (overview.weights(parts), overview.weights(by_cause))
        leads.append(by_cause.columns.to_numpy()[by_cause.to_numpy().argmax(axis=1)][listed])
    return {
        **_compared(told, shown),
        "how": "customers" if served.fit.family == "logistic" else "seed",
        "rows": len(X),
        "listed": len(listed),
        "same_lead": overview.same_lead(leads),
    }


def _refitted(
    params: Params, paths: Paths, served: Served, catalogue: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Model]]:
    """Fit the model that serves again: with another seed, or, of the one optimum of the logistic, on customers
    drawn anew.
    """
    rows, X = store.matrix(paths, "train")
    X = fitting.telling_apart(X, catalogue)
    family, chosen, y = served.fit.family, served.fit.about["params"], labels(rows)
    for again in range(1, params.explain.refits + 1):
        drawn = _drawn(groups(rows), params.seed + again) if family == "logistic" else np.arange(len(rows))
        # A boosted family numbers its own models upwards from the seed.
        seed = params.seed + 1000 * again
        yield (
            f"again {again}",
            families.fit(family, X.iloc[drawn], y[drawn], chosen, seed, params.train.threads),
        )


def _drawn(customers: np.ndarray, seed: int) -> np.ndarray:
    """Give rows of as many customers drawn with replacement, all rows of each as often as it was drawn."""
    code, who = pd.factorize(customers)
    times = np.bincount(np.random.default_rng(seed).integers(len(who), size=len(who)), minlength=len(who))
    return np.repeat(np.arange(len(customers)), times[code])


def _compared(rankings: Mapping[str, tuple[pd.Series, pd.Series]], shown: Sequence[str]) -> dict[str, Any]:
    """Give how alike rankings of features and of causes are, and the weights of the features ``shown``."""
    features = {name: pair[0] for name, pair in rankings.items()}
    causes = {name: pair[1] for name, pair in rankings.items()}
    things = int(max(((weight > 0).sum() for weight in features.values()), default=0))
    return {
        "features": overview.agreement(features).to_dict("records"),
        "causes": overview.agreement(causes).to_dict("records"),
        "by_chance": overview.by_chance(things),
        "moving": things,
        "weights": {
            name: {feature: float(weight.get(feature, 0.0)) for feature in shown}
            for name, weight in features.items()
        },
        "cause_weights": {name: weight.to_dict() for name, weight in causes.items()},
    }
