"""Stage ``train``: one Optuna study over one family, then the model on every training row.

Writes ``model/<family>/``. The study lives in a database beside the model until training is done, so that one that
was interrupted goes on where it stopped; its name holds the store and the settings, so a change of either starts
anew. With the departure rule a second model is fitted: who of the leavers had bought for the last time already.
"""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from models import families, folds, gone, tuning
from models.errors import TooLittle
from pipeline import declared, digests, store, tracking
from pipeline.columns import days, labels, medians
from pipeline.errors import CannotWrite, TooLittleData
from pipeline.fitted import CHURN, GONE
from pipeline.frames import write_bytes, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted
from pipeline.training import told, training_of

STUDY = ".study.db"


def run(params: Params, paths: Paths, family: str) -> None:
    """Tune and fit one family."""
    began = time.perf_counter()
    rows, X = store.matrix(paths, "train")
    # What says the same of everybody on a date would teach a model the few dates that it has seen (decision 5).
    X = X.drop(columns=[entry["name"] for entry in store.catalogue(paths)["features"] if entry["shared"]])
    try:
        tuned, files = _fitted(params, paths, family, rows, X)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot train '{family}': {error}") from None
    training = training_of(params, paths)
    about = {
        "family": family,
        "params": tuned.params,
        "value": tuned.value,
        "features": list(map(str, X.columns)),
        "declared": declared.kept(store.catalogue(paths)["features"], X.columns),
        "rows": len(X),
        "leavers": int(labels(rows).sum()),
        "typical": medians(X),
        "files": {name: digests.of_bytes(content) for name, content in files.items()},
        "dataset_hash": training.dataset_hash,
        "params_hash": training.params_hash,
    }
    _publish(paths.family(family), files, about, tuned.trials)
    tracking.log_family(paths, training, told(about, files, tuned.trials, time.perf_counter() - began))
    (paths.family(family) / STUDY).unlink(missing_ok=True)
    print(f"{family}: log loss {tuned.value:.4f} over {len(tuned.trials)} trials, {len(X):,} rows")


def _fitted(
    params: Params, paths: Paths, family: str, rows: pd.DataFrame, X: pd.DataFrame
) -> tuple[tuning.Tuned, dict[str, bytes]]:
    y = labels(rows)
    made = folds.rolling_origin(
        sorted(set(days(rows))), folds=params.dates.folds, label_days=params.dataset.label.known_after_days
    )
    trials = getattr(params.train.trials, family)
    with counted(f"train {family}", trials) as step:
        tuned = tuning.tune(
            family,
            X,
            y,
            rows["as_of"].to_numpy(),
            made,
            trials=trials,
            seed=params.seed,
            threads=params.train.threads,
            storage=_storage(paths.family(family)),
            study=_study(params, paths, family),
            progress=lambda *_: step(),
        )
    fit = families.fit(family, X, y, tuned.params, params.seed, params.train.threads)
    files = _named(CHURN, fit.to_files())
    if params.dataset.label.rule == "departure":
        second = gone.fit(family, X, y, rows["gone"], tuned.params, params.seed, params.train.threads)
        files |= _named(GONE, second.to_files())
    return tuned, files


def _study(params: Params, paths: Paths, family: str) -> str:
    training = training_of(params, paths)
    return f"{family}-{training.hash[:16]}"


def _storage(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{folder}': {error.strerror}; make the folder writable and run again."
        ) from None
    return f"sqlite:///{folder / STUDY}"


def _named(kind: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"fitted/{kind}/{name}": content for name, content in files.items()}


def _publish(
    folder: Path, files: Mapping[str, bytes], about: Mapping[str, Any], trials: pd.DataFrame
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
    write_parquet(folder / "trials.parquet", trials)
    write_json(folder / "family.json", about)
    shutil.rmtree(old, ignore_errors=True)
