"""Stage ``train``: one Optuna study over one family, then the model on every training row.

Writes ``model/<family>/``. The study lives in a database beside the model until training is done, so that one that
was interrupted goes on where it stopped; its name holds the store and the settings, so a change of either starts
anew. With the departure rule others are fitted beside: who of the leavers had bought for the last time already.
"""

import time
from pathlib import Path

import pandas as pd

from models import folds, tuning
from models.errors import TooLittle
from pipeline import fitting, store, tracking
from pipeline.columns import days, labels
from pipeline.errors import CannotWrite, TooLittleData
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted
from pipeline.training import told, training_of

STUDY = ".study.db"


def run(params: Params, paths: Paths, family: str) -> None:
    """Tune and fit one family."""
    began = time.perf_counter()
    rows, X = store.matrix(paths, "train")
    catalogue = store.catalogue(paths)["features"]
    X = fitting.telling_apart(X, catalogue)
    try:
        tuned = _tuned(params, paths, family, rows, X)
        files = fitting.fit(params, family, rows, X, tuned.params) | fitting.fit_gone(params, rows, X)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot train '{family}': {error}") from None
    training = training_of(params, paths)
    study = {
        "family": family,
        "params": tuned.params,
        "value": tuned.value,
        "dataset_hash": training.dataset_hash,
        "params_hash": training.params_hash,
        "settings": params.dataset.meaning,
    }
    about = fitting.about(study, rows, X, files, catalogue)
    fitting.publish(paths.family(family), files, about, tuned.trials)
    tracking.log_family(paths, training, told(about, files, tuned.trials, time.perf_counter() - began))
    (paths.family(family) / STUDY).unlink(missing_ok=True)
    print(f"{family}: log loss {tuned.value:.4f} over {len(tuned.trials)} trials, {len(X):,} rows")


def _tuned(params: Params, paths: Paths, family: str, rows: pd.DataFrame, X: pd.DataFrame) -> tuning.Tuned:
    made = folds.rolling_origin(
        sorted(set(days(rows))), folds=params.dates.folds, label_days=params.dataset.label.known_after_days
    )
    trials = getattr(params.train.trials, family)
    with counted(f"train {family}", trials) as step:
        return tuning.tune(
            family,
            X,
            labels(rows),
            rows["as_of"].to_numpy(),
            made,
            trials=trials,
            seed=params.seed,
            threads=params.train.threads,
            storage=_storage(paths.family(family)),
            study=_study(params, paths, family),
            progress=lambda *_: step(),
        )


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
