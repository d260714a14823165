"""What ``watch`` asks of the model that serves: have its inputs moved, and does it say something else?

Today's customers are held against those of the same day of last year, or, where records are too young for that,
against the training dates; what is usual comes from the pairs of dates, a year apart, that the store holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from models import drift, tiers
from models.notices import LOOK, Notice
from pipeline import build, keys, label, store
from pipeline.explained import contributions_of
from pipeline.fitted import Served
from pipeline.hindsight import Training
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.score import declarations

YEAR = timedelta(days=364)
"""Back to the same weekday: who last bought on a Friday is three days further from it on a Monday."""
NEAR = 16
"""Days that two dates of a pair may lie off a whole year."""
PAIRS = 12
EXPLAINED = 500
"""Customers whose explanations tell how much of the model's reasons each feature carries."""


@dataclass(frozen=True)
class Side:
    """Customers of one date, or of several, and their features in the order of the model; NaN where unknown."""

    customers: pd.Series
    X: pd.DataFrame
    p: np.ndarray

    @property
    def tiers(self) -> dict[str, int]:
        named = tiers.tier(self.p)
        return {name: int((named == name).sum()) for name in tiers.TIERS}


@dataclass(frozen=True)
class Inputs:
    """Today against another date: what each feature did, and the notices."""

    now: Side
    against: str
    features: pd.DataFrame
    notices: list[Notice]


def inputs(params: Params, paths: Paths, served: Served, training: Training, as_of: date) -> Inputs | None:
    """Hold features and probabilities of a day against last year's; None where nobody can be asked about."""
    names = list(served.fit.churn.features)
    # Not from the store's catalogue: it may have been built anew without a source that the model reads.
    source_of = {entry["name"]: entry["source"] for entry in declarations()}
    year = as_of - YEAR
    reaches = year >= training.days[0] - timedelta(days=NEAR)
    sides = _asked(params, paths, served, [as_of, year] if reaches else [as_of])
    now, then = sides.get(as_of), sides.get(year)
    if now is None:
        return None
    if then is not None:
        against, customers = str(year), len(then.customers)
    else:
        against = "the training dates"
        then, customers = _trained(params, paths, served, training)
    limits = _limits(params)
    past: list[np.ndarray] = []
    usual: list[tuple[float, float]] = []
    for earlier, later in _past(params, paths, served, training, as_of):
        past.append(drift.psis(later.X.to_numpy(), earlier.X.to_numpy()))
        apart = float(drift.psis(later.p[:, None], earlier.p[:, None])[0])
        usual.append((float(np.log(later.p.mean() / earlier.p.mean())), apart))
    found = drift.compared(now.X.to_numpy(), then.X.to_numpy(), past, limits, customers)
    reasons = _reasons(served, then.X)
    notices = drift.notices(found, names, source_of, reasons, limits, against)
    typical = served.fit.typical  # None where training knew nothing either
    absent = [name for name in names if now.X[name].isna().all() and typical.get(name) is not None]
    for source in dict.fromkeys(source_of[name] for name in absent):
        mine = [name for name in absent if source_of[name] == source]
        are = "is" if len(mine) == 1 else "are"
        words = (
            f"Of the features that the model reads {len(mine)} {are} known of nobody now: first '{mine[0]}'."
        )
        notices.append(Notice("inputs", f"{source}, unknown", LOOK, words, {"features": mine}))
    if len(now.p) and len(then.p):
        both = {name: (now.tiers[name], then.tiers[name]) for name in tiers.TIERS}
        ratio = params.watch.predictions
        notices.append(drift.predictions(now.p, then.p, usual, both, ratio, limits, against))
    table = pd.DataFrame(
        {
            "feature": names,
            "source": [source_of[name] for name in names],
            "psi": found.psi,
            "usual": found.usual,
            "p": found.p,
            "moved": found.moved,
            "reasons": reasons,
        }
    )
    return Inputs(now, against, table, notices)


def _limits(params: Params) -> drift.Limits:
    told = params.watch
    return drift.Limits(told.psi, told.alpha, told.beyond, told.features, told.reasons, told.reasons_retrain)


def _asked(params: Params, paths: Paths, served: Served, days: Sequence[date]) -> dict[date, Side]:
    """Give everybody who can be asked about on some days; of many, so many as the settings say are drawn.

    A day on which nobody can be asked about is left out.
    """
    with label.company(params, paths) as there:
        rows = there.cohort(sorted(days), label.rule_of(params), labelled=False).to_pandas(
            date_as_object=False
        )
    asked = rows.loc[rows["eligible"], ["customer_id", "as_of"]].sort_values(["as_of", "customer_id"])
    kept = [_drawn(params, part) for _, part in asked.groupby("as_of")]
    if not kept:
        return {}
    built = build.features_of(params, paths, pd.concat(kept, ignore_index=True))
    return {
        day: _side(served, part["customer_id"], part, day)
        for day in keys.dates(asked)
        for part in [built[built["as_of"] == pd.Timestamp(day)]]
    }


def _side(served: Served, customers: pd.Series, built: pd.DataFrame, day: date) -> Side:
    X = built.reindex(columns=list(served.fit.churn.features)).reset_index(drop=True).astype("float64")
    return Side(customers.reset_index(drop=True), X, served.on(day).p_churn(X))


def _trained(params: Params, paths: Paths, served: Served, training: Training) -> tuple[Side, int]:
    """Give the last dates that the model learned from, together, and how many customers they hold."""
    days = sorted({day.date() for day in training.learned["as_of"].unique()})
    sides = [_stored(params, paths, served, day) for day in days[-PAIRS:]]
    customers = pd.concat([side.customers for side in sides], ignore_index=True)
    whole = Side(
        customers,
        pd.concat([side.X for side in sides], ignore_index=True),
        np.concatenate([s.p for s in sides]),
    )
    return whole, int(customers.nunique())


def _past(
    params: Params, paths: Paths, served: Served, training: Training, as_of: date
) -> Iterator[tuple[Side, Side]]:
    """Give the last pairs of dates of the store, a year apart, the earlier first."""
    days = [day for day in training.days if day < as_of]
    pairs = []
    for later in days:
        near = min(days, key=lambda day: abs((day - (later - YEAR)).days))
        if abs((near - (later - YEAR)).days) <= NEAR:
            pairs.append((near, later))
    for earlier, later in pairs[-PAIRS:]:
        yield _stored(params, paths, served, earlier), _stored(params, paths, served, later)


def _stored(params: Params, paths: Paths, served: Served, day: date) -> Side:
    held = {entry["name"] for entry in store.catalogue(paths)["features"]}
    names = [name for name in served.fit.churn.features if name in held]
    frame = _drawn(params, store.read(paths, day, names).to_pandas(date_as_object=False))
    return _side(served, frame["customer_id"], frame, day)


def _drawn(params: Params, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of one date, or of many customers so many as the settings say, drawn by the seed."""
    most = params.watch.customers
    if len(rows) <= most:
        return rows
    rng = np.random.default_rng(params.seed)
    return rows.iloc[np.sort(rng.choice(len(rows), most, replace=False))]


def _reasons(served: Served, X: pd.DataFrame) -> np.ndarray:
    """Give the share of each feature in the model's reasons: mean absolute contributions, summing to 1."""
    every = np.linspace(0, len(X) - 1, min(EXPLAINED, len(X))).astype(int)
    phi, _ = contributions_of(served.fit.churn, X.iloc[every].reset_index(drop=True))
    size = np.abs(phi).mean(axis=0)
    return np.asarray(size / size.sum() if size.sum() else size)
