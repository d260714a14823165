"""From rows to a family that serves: fitted with settled parameters, calibrated on later rows, and written.

One way for the models that serve (``train``, ``calibrate``) and for those of the walk over the test dates, so that
equal rows give equal files.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from models import calibration, families, gone, level
from pipeline import declared, digests, roots
from pipeline.columns import day_numbers, groups, labels, medians
from pipeline.declared import Entry
from pipeline.fitted import CAUSES, CHURN, GONE, LEVEL, Fit
from pipeline.frames import write_bytes, write_parquet, write_sealed
from pipeline.params import Params


def telling_apart(X: pd.DataFrame, catalogue: Iterable[Entry]) -> pd.DataFrame:
    """Give the features that differ between customers: what a model is trained on.

    What says the same of everybody on a date would teach a model the few dates that it has seen (decision 5).
    """
    return X.drop(columns=[entry["name"] for entry in catalogue if entry["shared"]])


def fit(
    params: Params, family: str, rows: pd.DataFrame, X: pd.DataFrame, chosen: Mapping[str, Any]
) -> dict[str, bytes]:
    """Fit a family with the parameters ``chosen``; give its files by name."""
    churn = families.fit(family, X, labels(rows), chosen, params.seed, params.train.threads)
    return _named(CHURN, churn.to_files())


def fit_gone(params: Params, rows: pd.DataFrame, X: pd.DataFrame) -> dict[str, bytes]:
    """Fit who of the leavers had bought for the last time already: files that stand beside every family's own.

    Only the departure rule tells; with another there are none.
    """
    if params.dataset.label.rule != "departure":
        return {}
    model = gone.fit(X, labels(rows), rows["gone"], params.seed, params.train.threads)
    return _named(GONE, model.to_files())


def about(
    study: Mapping[str, Any],
    rows: pd.DataFrame,
    X: pd.DataFrame,
    files: Mapping[str, bytes],
    catalogue: Iterable[Entry],
) -> dict[str, Any]:
    """Give the content of ``family.json``: what the ``study`` settled, and what ``files`` were fitted on."""
    return {
        **study,
        "features": list(map(str, X.columns)),
        "declared": declared.kept(catalogue, X.columns),
        "rows": len(X),
        "leavers": int(labels(rows).sum()),
        "typical": medians(X),
        "files": {name: digests.of_bytes(content) for name, content in files.items()},
    }


Known = tuple[pd.DataFrame, pd.DataFrame]
"""Rows of the cohort and their features, aligned."""


def maps(
    params: Params,
    fits: Sequence[Fit],
    calibrated: Known,
    known: Known,
    activity: level.Activity | None,
    told: pd.DataFrame,
) -> Iterator[dict[str, Any]]:
    """Give the content of ``calibration.json``, family by family: the maps from score to probability.

    They are fitted on ``calibrated``. Beside them stands the level of every ``known`` date, where ``activity`` says
    how much the market bought, and what the recorded causes of leavers (``told``) teach. What divides the gone from
    the going is the same in every family of one fit, and is calibrated once. Raises TooLittle where the rows to
    calibrate on hold too few leavers or stayers.
    """
    divided: dict[str, Any] = {}
    for fit in fits:
        maps = _map(params, fit, calibrated, known, activity)
        learned = roots.learn(fit, *known, told)
        if learned is not None:
            maps[CAUSES] = learned.to_json()
        if fit.gone is not None:
            key = digests.of_names({name: of for name, of in fit.about["files"].items() if GONE in name})
            if key not in divided:
                divided = {key: _gone(params, fit.gone, calibrated)}
            maps[GONE] = divided[key]
        yield maps


def _map(
    params: Params, fit: Fit, calibrated: Known, known: Known, activity: level.Activity | None
) -> dict[str, Any]:
    rows, X = calibrated
    y, who, methods = labels(rows), groups(rows), params.calibrate.methods
    told: dict[str, Any] = {"fit": fit.hash, "rows": len(rows), "leavers": int(y.sum())}
    map_, table = calibration.choose(fit.churn.score(X), y, who, fit.churn.unit, methods)
    told |= {CHURN: map_.to_json(), "methods": table.to_dict("records")}
    if activity is not None:
        told[LEVEL] = _level(params, fit, map_, known, activity)
    return told


def _gone(params: Params, model: gone.Gone, calibrated: Known) -> dict[str, Any]:
    rows, X = calibrated
    map_ = gone.calibrated(model, X, labels(rows), rows["gone"], groups(rows), params.calibrate.methods)
    told: dict[str, Any] = json.loads(map_.to_files()["gone.json"])
    return told


def _level(
    params: Params, fit: Fit, map_: calibration.Calibration, known: Known, activity: level.Activity
) -> dict[str, Any]:
    rows, X = known
    p = map_.probability(fit.churn.score(X))
    horizon = params.dataset.label.horizon_days
    return level.fit(p, labels(rows), day_numbers(rows), activity, horizon).to_json()


def publish(
    folder: Path, files: Mapping[str, bytes], about: Mapping[str, Any], trials: pd.DataFrame | None = None
) -> None:
    """Write the new files beside the old, change places, and name their digests last."""
    new, old = folder / ".fitted.new", folder / ".fitted.old"
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    for name, content in files.items():
        write_bytes(new / Path(name).relative_to("fitted"), content)
    if (folder / "fitted").exists():
        (folder / "fitted").rename(old)
    new.rename(folder / "fitted")
    if trials is not None:
        write_parquet(folder / "trials.parquet", trials)
    write_sealed(folder / "family.json", about)
    shutil.rmtree(old, ignore_errors=True)


def _named(kind: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"fitted/{kind}/{name}": content for name, content in files.items()}
