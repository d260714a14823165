"""The test dates one by one, as the company would have lived them: train on what is known, calibrate, score, wait.

On a test date t a label counts if it was known by t. The last ``dates.calibration`` dates among those calibrate,
and of the dates before them those train whose labels were known by the first that calibrates
(``models.folds.lived``). On the first test date that is the model which serves; on each later one every family is
fitted anew, with the parameters that were settled before the first. What was said is kept in ``model/walked/``;
what came true is joined at the end.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from models import baselines, tiers
from models.errors import TooLittle
from models.families import FAMILIES
from models.folds import lived
from models.gone import p_gone
from models.leaks import Split
from pipeline import activity, fitting, recorded, store
from pipeline.columns import days, labels
from pipeline.errors import TooLittleData
from pipeline.fitted import Served, load, load_fit
from pipeline.frames import write_bytes, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths

KEYS = ["customer_id", "as_of"]
Roles = tuple[list[date], list[date]]
ANSWERS = ["label", "gone", "going"]


def walked(
    params: Params, paths: Paths, step: Callable[[], None], families: Sequence[str] = FAMILIES
) -> pd.DataFrame:
    """Give ``report/predictions.parquet``: a row a family, test date and customer. Writes ``model/walked/``.

    ``step`` is called after each family of each test date.
    """
    cohort = store.cohort(paths)
    tested = store.tested(cohort)
    said = []
    before: tuple[date, Roles] | None = None
    for day in tested:
        roles = roles_on(params, cohort, day)
        known = cohort[cohort["eligible"] & (cohort["known_on"] <= pd.Timestamp(day))]
        if before is None or before[1] == roles:
            _take_over(paths, day, before[0] if before else None, families)
        else:
            _make(params, paths, day, known, roles, families)
        # The answers stay behind: the question is all that there is of this date until everything is said.
        asked = cohort[cohort["as_of"] == pd.Timestamp(day)].drop(columns=ANSWERS)
        rows, X = store.of_rows(paths, asked)
        for family, model in models(paths, day, families).items():
            one = model.on(day)
            said.append(_said(family, rows, one.p_churn(X), one.p_gone(X)))
            step()
        said += plain(params, known, rows)
        before = day, roles
    _tidy(paths, tested)
    return _answered(pd.concat(said, ignore_index=True), cohort)


def roles_on(params: Params, cohort: pd.DataFrame, day: date) -> Roles:
    """Give the dates to train on and those to calibrate on, had the model been made on ``day``."""
    return lived(
        days(cohort.drop_duplicates("as_of")),
        day,
        calibration=params.dates.calibration,
        label_days=params.dataset.label.known_after_days,
    )


def splits(params: Params, cohort: pd.DataFrame) -> list[Split]:
    """Give what the model and the calibration of each test date learn from, and what they are asked first."""
    found = []
    for day in store.tested(cohort):
        trained, calibrated = roles_on(params, cohort, day)
        found.append(Split(f"the model of {day}", tuple(trained), calibrated[0]))
        found.append(Split(f"the calibration of {day}", tuple(calibrated), day))
    return found


def models(paths: Paths, day: date, families: Sequence[str] = FAMILIES) -> dict[str, Served]:
    """Give each family as the company would have had it on a test date."""
    declared = store.catalogue(paths)["features"]
    return {family: load(paths, family, declared, day) for family in families}


def _take_over(paths: Paths, day: date, other: date | None, families: Sequence[str]) -> None:
    """Lay the models of another test date, or those that serve, beside this date: nothing new was known."""
    declared = store.catalogue(paths)["features"]
    for family in families:
        served = load(paths, family, declared, other)
        about, fitted = served.fit.about, set(served.fit.about["files"])
        folder = paths.family(family, day)
        fitting.publish(folder, {name: served.files[name] for name in fitted}, about)
        write_bytes(folder / "calibration.json", served.files["calibration.json"])


def _make(
    params: Params,
    paths: Paths,
    day: date,
    known: pd.DataFrame,
    roles: Roles,
    families: Sequence[str],
) -> None:
    """Fit and calibrate each family anew, by labels that were known on ``day``."""
    catalogue = store.catalogue(paths)["features"]
    trained, calibrated = (
        store.of_rows(paths, known[known["as_of"].isin(pd.to_datetime(some))]) for some in roles
    )
    told = store.of_rows(paths, known[known["as_of"] <= calibrated[0]["as_of"].max()])
    made_on = told[0]["known_on"].max().date()
    bought = activity.activity(params, paths, made_on)
    causes = recorded.causes(paths, made_on)
    rows, X = trained[0], fitting.telling_apart(trained[1], catalogue)
    try:
        beside = fitting.fit_gone(params, rows, X)
        for family in families:
            study = load_fit(paths, family, catalogue).about
            files = fitting.fit(params, family, rows, X, study["params"]) | beside
            fitting.publish(paths.family(family, day), files, fitting.about(study, rows, X, files, catalogue))
        fits = [load_fit(paths, family, catalogue, day) for family in families]
        for family, maps in zip(
            families, fitting.maps(params, fits, calibrated, told, bought, causes), strict=True
        ):
            write_sealed(paths.family(family, day) / "calibration.json", maps)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot make models as of {day}: {error}") from None


def _said(family: str, rows: pd.DataFrame, p_churn: np.ndarray, gone: np.ndarray | None) -> pd.DataFrame:
    frame = rows[KEYS].assign(family=family, p_churn=p_churn)
    if gone is not None:
        frame = frame.assign(p_gone=gone)
    return frame.assign(tier=tiers.tier(p_churn))


def plain(params: Params, known: pd.DataFrame, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """What a model must beat, from every label that was known."""
    y = labels(known)
    rule = baselines.cadence_rule(known["silence_days"], known["cadence_days"], y)
    told = {
        "cadence_rule": rule.probability(rows["silence_days"], rows["cadence_days"]),
        "base_rate": np.full(len(rows), baselines.base_rate(y)),
    }
    share = None
    if params.dataset.label.rule == "departure":
        share = baselines.base_rate(labels(known[y == 1], "gone"))
    return [
        _said(name, rows, p, None if share is None else p_gone(p, np.full(len(p), share)))
        for name, p in told.items()
    ]


def _answered(said: pd.DataFrame, cohort: pd.DataFrame) -> pd.DataFrame:
    """Join what came true, and sort by family, test date and customer."""
    told = said.merge(cohort[[*KEYS, "label", "going"]], on=KEYS, how="left", validate="many_to_one")
    told["label"] = told["label"].astype("int8")
    order = list(said["family"].unique())
    told = told.assign(place=told["family"].map(order.index)).sort_values(["place", "as_of", "customer_id"])
    if "p_gone" not in told:
        return told[[*KEYS, "family", "p_churn", "label", "tier"]].reset_index(drop=True)
    told["going"] = told["going"] == 1
    columns = [*KEYS, "family", "p_churn", "p_gone", "label", "going", "tier"]
    return told[columns].reset_index(drop=True)


def _tidy(paths: Paths, tested: Sequence[date]) -> None:
    """Remove the models of dates that are no test dates any more."""
    kept = {f"as_of={day.isoformat()}" for day in tested}
    for folder in paths.walked.glob("as_of=*"):
        if folder.name not in kept:
            shutil.rmtree(folder)
