"""Stage ``inspect``: what each feature of the store is worth, before anything is trained on it.

Writes ``report/quality.parquet`` (one row a feature and as-of date), ``report/quality.json`` (one verdict a
feature) and ``report/quality.html`` (the same for people). Labels of training dates only are read: what is said of
a feature's strength has seen no calibration and no test label.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models import folds, quality, verdicts
from models.alike import Alike, alike
from models.errors import TooLittle
from models.intervals import Interval
from models.jointly import gains
from models.strength import VIEWS, strengths
from pipeline import store, worth
from pipeline.columns import days, groups, labels
from pipeline.errors import TooLittleData
from pipeline.frames import write_json, write_parquet, write_text
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted

SPLITS = ("train", "calibration", "test")
STEPS = 5
FOLDS = 2
"""The last folds of the tuning, on which features are tried together with all others."""


def run(params: Params, paths: Paths) -> None:
    """Inspect every feature that was built."""
    with counted("inspect", STEPS) as step:
        rows, X = _asked(params, paths)
        step()
        told = _dates(rows)
        splits = {day: str(split) for day, split in zip(told["as_of"].dt.date, told["split"], strict=True)}
        place = pd.factorize(rows["as_of"], sort=True)[0].astype(np.int64)
        by_date = quality.by_date(X, place, quality.calendar(splits))
        step()
        trained = (rows["split"] == "train").to_numpy()
        early, known = rows[trained].reset_index(drop=True), X[trained].reset_index(drop=True)
        auc = _strengths(params, early, known)
        step()
        like = alike(known)
        step()
        declared = {entry["name"]: entry for entry in store.catalogue(paths)["features"]}
        found = _inspected(params, early, known, X, by_date, auc, like, declared)
        step()
    content = {
        "dataset": paths.dataset,
        "currency": params.dataset.currency,
        "catalogue": store.catalogue(paths)["hash"],
        "customers": int(rows["customer_id"].nunique()),
        "training": {
            "rows": len(early),
            "customers": int(early["customer_id"].nunique()),
            "leavers": int(labels(early).sum()),
        },
        "dates": told.assign(as_of=told["as_of"].dt.date.astype(str)).to_dict("records"),
        "meanings": verdicts.NAMES,
        **found,
    }
    write_parquet(paths.report / "quality.parquet", by_date)
    write_json(paths.report / "quality.json", content)
    write_text(paths.report / "quality.html", worth.page(content, by_date))
    print(worth.sentence(content))


def _asked(params: Params, paths: Paths) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the rows of all dates and their features, without the labels of dates that are not for training.

    Of more customers than ``inspect.customers`` so many are drawn, each with all its rows.
    """
    parts = [store.matrix(paths, split) for split in SPLITS]
    rows = pd.concat([rows for rows, _ in parts], ignore_index=True)
    X = pd.concat([X for _, X in parts], ignore_index=True)
    if X.empty:
        raise TooLittleData(f"The store of dataset '{paths.dataset}' has no feature or no row to inspect.")
    secret = [name for name in ("label", "gone", "going") if name in rows]
    rows[secret] = rows[secret].astype(object).where(rows["split"] == "train")
    names = np.sort(rows["customer_id"].unique())
    if len(names) > params.inspect.customers:
        rng = np.random.default_rng(params.seed)
        kept = rows["customer_id"].isin(rng.choice(names, params.inspect.customers, replace=False))
        rows, X = rows[kept].reset_index(drop=True), X[kept].reset_index(drop=True)
    return rows, X


def _dates(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("as_of").agg(split=("split", "first"), rows=("split", "size")).reset_index()


def _strengths(params: Params, early: pd.DataFrame, X: pd.DataFrame) -> dict[str, dict[str, Interval]]:
    apart = params.dataset.label.rule == "departure"
    return strengths(
        X,
        labels(early),
        early["as_of"].to_numpy(),
        groups(early),
        gone=(early["gone"] == True).to_numpy() if apart else None,  # noqa: E712 (unknown is not gone)
        n=params.inspect.resamples,
        seed=params.seed,
    )


def _inspected(
    params: Params,
    early: pd.DataFrame,
    known: pd.DataFrame,
    X: pd.DataFrame,
    by_date: pd.DataFrame,
    auc: Mapping[str, Mapping[str, Interval]],
    like: Alike,
    declared: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    names = [str(name) for name in X.columns]
    distinct = by_date["distinct"] + (by_date["missing"] > 0)
    one_a_date = (distinct <= 1).groupby(by_date["feature"]).all()
    common = {name: quality.commonest(X[name].to_numpy()) for name in names}
    silent = [
        name
        for name in names
        if verdicts.silent(auc[name]) and not one_a_date[name] and known[name].notna().any()
    ]
    joint, together = _jointly(params, early, known, silent)
    doubles = like.doubles({name: auc[name]["left"].value for name in names})
    moved = _moved(by_date, set(early["as_of"]))
    features = []
    for name in names:
        seen = verdicts.Seen(
            risk=int(declared[name].get("risk", 0)),
            missing=float(X[name].isna().mean()),
            commonest=common[name][0],
            commonest_share=common[name][1],
            one_a_date=bool(one_a_date[name]),
            auc=auc[name],
            moved=moved.get(name),
            double=doubles.get(name),
            joint=joint.get(name),
        )
        features.append(_told(declared[name], seen, like))
    return {
        "features": features,
        "named": {name: [one["name"] for one in features if name in one["names"]] for name in verdicts.NAMES},
        "groups": [list(group) for group in like.groups()],
        "together": None if together is None else together._asdict(),
    }


def _jointly(
    params: Params, early: pd.DataFrame, X: pd.DataFrame, silent: Sequence[str]
) -> tuple[dict[str, Interval], Interval | None]:
    """What each feature adds to all others, and what they add together; nothing where no fold is to be had."""
    if not silent:
        return {}, None
    try:
        made = folds.rolling_origin(
            sorted(set(days(early))),
            folds=params.dates.folds,
            label_days=params.dataset.label.known_after_days,
        )
        found = gains(
            X,
            labels(early),
            early["as_of"].to_numpy(),
            groups(early),
            made[-FOLDS:],
            [*([name] for name in silent), list(silent)],
            n=params.inspect.resamples,
            seed=params.seed,
            threads=params.train.threads,
        )
    except TooLittle:
        return {}, None
    return dict(zip(silent, found[:-1], strict=True)), found[-1]


def _moved(by_date: pd.DataFrame, training: set[pd.Timestamp]) -> dict[str, tuple[str, float]]:
    """Give the features that moved on a later date, with that date and PSI.

    What counts is the nearer of the earlier training dates and the same month of an earlier year: a season that
    comes back is no movement, nor is what training has seen at large.
    """
    later = by_date[~by_date["as_of"].isin(training)].copy()
    later["psi"] = later[["psi_earlier", "psi_year"]].min(axis=1)
    later = later[(later["psi"] > verdicts.MOVED) & (later["psi"] > later["psi_chance"])]
    worst = later.sort_values("psi", kind="stable").drop_duplicates("feature", keep="last")
    return {
        str(row.feature): (row.as_of.date().isoformat(), float(row.psi))  # type: ignore[union-attr, arg-type]
        for row in worst.itertuples()
    }


def _told(entry: Mapping[str, Any], seen: verdicts.Seen, like: Alike) -> dict[str, Any]:
    verdict = verdicts.judged(seen)
    partner = like.partner(entry["name"])
    return {
        **{key: entry.get(key) for key in ("name", "source", "cause", "unit", "risk", "en", "zh")},
        "verdict": verdict.name,
        "names": list(verdict.names),
        "words": verdict.words,
        "missing": seen.missing,
        "commonest": seen.commonest,
        "commonest_share": seen.commonest_share,
        "auc": {view: seen.auc[view]._asdict() for view in VIEWS},
        "joint": None if seen.joint is None else seen.joint._asdict(),
        "closest": partner and {"feature": partner[0], "rho": partner[1]},
        "double": seen.double and {"feature": seen.double[0], "rho": seen.double[1]},
        "moved": seen.moved and {"as_of": seen.moved[0], "psi": seen.moved[1]},
    }
