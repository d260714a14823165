"""What ``watch`` asks of the model that serves: have its inputs moved, does it say something else, was it right?

Today's customers are held against those of the same day of last year, or, where records are too young for that,
against the training dates; what is usual comes from the pairs of dates, a year apart, that the store holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from features.cohort import Rule, as_of_dates
from models import drift, leaving, promises, tiers
from models.notices import LOOK, Notice
from pipeline import build, label, store
from pipeline.explained import contributions_of
from pipeline.fitted import Served
from pipeline.frames import read_json, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths

YEAR = timedelta(days=364)
"""Back to the same weekday: who last bought on a Friday is three days further from it on a Monday."""
NEAR = 16
"""Days that two dates of a pair may lie off a whole year."""
PAIRS = 12
EXPLAINED = 500
"""Customers whose explanations tell how much of the model's reasons each feature carries."""
APART = 28
"""Days between lists that are judged; nightly lists of one month tell the same."""
WINDOWS = (30, 60)
"""Days of silence that are known sooner than any departure; ``confirm_days`` is asked beside them."""


@dataclass(frozen=True)
class Training:
    """What the model was trained on: the as-of dates of the store, and the last day whose records were known."""

    cohort: pd.DataFrame
    until: date

    @staticmethod
    def of(params: Params, paths: Paths) -> "Training":
        cohort = store.cohort(paths)
        newest = cohort["as_of"].max().date()
        return Training(cohort, newest + timedelta(days=params.dataset.label.known_after_days))

    @property
    def days(self) -> list[date]:
        return sorted(day.date() for day in self.cohort["as_of"].unique())

    @property
    def learned(self) -> pd.DataFrame:
        """Give the rows that the model and its calibration learned from."""
        return self.cohort[self.cohort["eligible"] & self.cohort["split"].isin(("train", "calibration"))]


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
    source_of = {entry["name"]: entry["source"] for entry in store.catalogue(paths)["features"]}
    now = _asked(params, paths, served, as_of)
    if now is None:
        return None
    then, against, customers = _then(params, paths, served, training, as_of)
    past = list(_past(params, paths, served, training, as_of))
    limits = _limits(params)
    found = drift.compared(
        now.X.to_numpy(),
        then.X.to_numpy(),
        [drift.psis(b.X.to_numpy(), a.X.to_numpy()) for a, b in past],
        limits,
        customers,
    )
    reasons = _reasons(served, then.X)
    notices = drift.notices(found, names, source_of, reasons, limits, against)
    absent = [name for name in names if now.X[name].isna().all() and not then.X[name].isna().all()]
    for source in dict.fromkeys(source_of[name] for name in absent):
        mine = [name for name in absent if source_of[name] == source]
        words = f"{len(mine)} features that the model reads are known of nobody now, '{mine[0]}' the first."
        notices.append(Notice("inputs", f"{source}, unknown", LOOK, words, {"features": mine}))
    if len(now.p) and len(then.p):
        usual = [
            (float(np.log(b.p.mean() / a.p.mean())), float(drift.psis(b.p[:, None], a.p[:, None])[0]))
            for a, b in past
        ]
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


def _asked(params: Params, paths: Paths, served: Served, day: date) -> Side | None:
    """Give everybody who can be asked about on a day; of many, so many as the settings say are drawn."""
    cohort = label.cohort_on(params, paths, day)
    asked = cohort.loc[cohort["eligible"], "customer_id"].sort_values(ignore_index=True)
    if asked.empty:
        return None
    if len(asked) > params.watch.customers:
        rng = np.random.default_rng(params.seed)
        asked = asked[np.sort(rng.choice(len(asked), params.watch.customers, replace=False))]
    built = build.features_on(params, paths, day, asked.tolist()).set_index("customer_id")
    return _side(served, asked.reset_index(drop=True), built.loc[asked], day)


def _side(served: Served, customers: pd.Series, built: pd.DataFrame, day: date) -> Side:
    X = built.reindex(columns=list(served.fit.churn.features)).reset_index(drop=True).astype("float64")
    return Side(customers.reset_index(drop=True), X, served.on(day).p_churn(X))


def _then(
    params: Params, paths: Paths, served: Served, training: Training, as_of: date
) -> tuple[Side, str, int]:
    """Give what a day is held against, what to call it, and how many customers it holds."""
    year = as_of - YEAR
    if year >= training.days[0] - timedelta(days=NEAR):
        side = _asked(params, paths, served, year)
        if side is not None:
            return side, str(year), len(side.customers)
    days = sorted({day.date() for day in training.learned["as_of"].unique()})
    sides = [_stored(paths, served, day) for day in days[-PAIRS:]]
    customers = pd.concat([side.customers for side in sides], ignore_index=True)
    whole = Side(
        customers,
        pd.concat([side.X for side in sides], ignore_index=True),
        np.concatenate([s.p for s in sides]),
    )
    return whole, "the training dates", int(customers.nunique())


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
        yield _stored(paths, served, earlier), _stored(paths, served, later)


def _stored(paths: Paths, served: Served, day: date) -> Side:
    held = {entry["name"] for entry in store.catalogue(paths)["features"]}
    names = [name for name in served.fit.churn.features if name in held]
    frame = store.read(paths, day, names).to_pandas(date_as_object=False)
    return _side(served, frame["customer_id"], frame, day)


def _reasons(served: Served, X: pd.DataFrame) -> np.ndarray:
    """Give the share of each feature in the model's reasons: mean absolute contributions, summing to 1."""
    every = np.linspace(0, len(X) - 1, min(EXPLAINED, len(X))).astype(int)
    phi, _ = contributions_of(served.fit.churn, X.iloc[every].reset_index(drop=True))
    size = np.abs(phi).mean(axis=0)
    return np.asarray(size / size.sum() if size.sum() else size)


def labels(params: Params, paths: Paths, training: Training, as_of: date) -> list[Notice]:
    """Tell which labels have become known since the training, and whether more fall silent than a year ago."""
    rule = label.rule_of(params)
    with label.company(params, paths) as there:
        dates = as_of_dates(
            there.span()[0],
            as_of,
            every_months=params.dates.every_months,
            history_days=params.dates.history_days,
            known_after=rule.known_after_days,
        )
        new = [day for day in dates if day > training.days[-1]]
        rows = there.cohort(new, rule, labelled=True).to_pandas() if new else pd.DataFrame({"eligible": []})
        known = rows[rows["eligible"].astype(bool)]
        leavers = int(known["label"].sum()) if len(known) else 0
        learned = int(training.learned["label"].sum())
        told = [leaving.new_labels(new, len(known), leavers, learned, params.watch.new_leavers)]
        if rule.name != "recorded":
            for window in sorted({*WINDOWS, params.dataset.label.confirm_days}):
                told += _silent(params, there, as_of, window)
    return told


def _silent(params: Params, there: label.Company, as_of: date, window: int) -> list[Notice]:
    """Ask how many of those expected to buy within a window bought nothing, month by month."""
    dates = as_of_dates(
        there.span()[0], as_of, every_months=1, history_days=params.dates.history_days, known_after=window
    )
    if not dates:
        return []
    rule = Rule("silence", window, window, params.dataset.label.slack)
    rows = there.cohort(dates, rule, labelled=True).to_pandas()
    asked = rows[rows["eligible"]].groupby("as_of")["label"].agg(["sum", "size"]).reindex(dates, fill_value=0)
    counts, sizes = asked["sum"].to_numpy(np.float64), asked["size"].to_numpy(np.float64)
    found = leaving.silent(window, counts, sizes, params.watch.silent, params.watch.deviations)
    return [] if found is None else [found]


def performance(
    params: Params, paths: Paths, served: Served, as_of: date
) -> tuple[list[Notice], list[dict[str, Any]]]:
    """Judge the past lists of the model that serves, the newest alone and the last ones together."""
    limits = promises.Limits(
        params.watch.level, params.watch.level_retrain, params.watch.ranking, params.watch.leavers
    )
    lists = _lists(params, paths, served, as_of)
    if not lists:
        after = params.dataset.label.known_after_days
        words = f"No list of this model is {after} days old, when its labels are known."
        return [Notice("performance", "lists", "nothing", words, {"known_after_days": after})], []
    promised = _promised(paths, served)
    told = [
        {"as_of": rows["as_of"].iloc[0].date(), **promises.measured(_of(rows), limits, params.seed)}
        for rows in lists
    ]
    notices = promises.notices(f"list of {told[-1]['as_of']}", told[-1], promised, limits)
    last = lists[-params.watch.batches :]
    if len(last) > 1:
        together = promises.measured(_of(pd.concat(last, ignore_index=True)), limits, params.seed)
        about = f"{len(last)} lists from {told[-len(last)]['as_of']}"
        notices += promises.notices(about, together, promised, limits)
    return notices, [promises.plain(one) for one in told]


def _of(rows: pd.DataFrame) -> promises.Lists:
    return promises.Lists(
        rows["label"].to_numpy(np.float64),
        rows["p_churn"].to_numpy(np.float64),
        rows["customer_id"].to_numpy(object),
    )


def _lists(params: Params, paths: Paths, served: Served, as_of: date) -> list[pd.DataFrame]:
    """Give the lists of this model whose labels are known, oldest first, with what became of everybody."""
    after = timedelta(days=params.dataset.label.known_after_days)
    kept: list[pd.DataFrame] = []
    for day in sorted(scored(paths), reverse=True):
        if day + after > as_of or (kept and (kept[-1]["as_of"].iloc[0].date() - day).days < APART):
            continue
        rows = read_parquet(
            paths.batch(day) / "scores.parquet", columns=["customer_id", "as_of", "p_churn", "model"]
        )
        if len(rows) and (rows["model"] == served.hash).all():
            kept.append(rows)
        if len(kept) == PAIRS:
            break
    if not kept:
        return []
    days = [rows["as_of"].iloc[0].date() for rows in kept]
    with label.company(params, paths) as there:
        cohort = there.cohort(sorted(days), label.rule_of(params), labelled=True).to_pandas(
            date_as_object=False
        )
    known = cohort.loc[cohort["eligible"], ["customer_id", "as_of", "label"]]
    return [rows.merge(known, on=["customer_id", "as_of"]) for rows in kept[::-1]]


def scored(paths: Paths) -> Sequence[date]:
    """Give the days that have been scored."""
    found = (folder.name.removeprefix("as_of=") for folder in paths.scores.glob("as_of=*"))
    return sorted(
        date.fromisoformat(day)
        for day in found
        if (paths.scores / f"as_of={day}" / "scores.parquet").exists()
    )


def _promised(paths: Paths, served: Served) -> dict[str, Any] | None:
    """Give what the test dates, all together, say of the model that serves; None where they speak of another."""
    metrics = paths.report / "metrics.json"
    if not metrics.exists() or not paths.certificate.exists():
        return None
    if read_json(paths.certificate)["model"] != served.hash:
        return None
    told: dict[str, Any] = read_json(metrics)["families"][served.fit.family]["pooled"]
    return told
