"""One study a family: parameters by mean log loss over rolling-origin folds.

The loss of a fold is taken after the one shift in log-odds that gives the fold its observed rate. The rate of
leaving moves with the season; a fold validates on months that it has often not trained on; and the calibration
that follows sets the level anyway. Without the shift, a study would choose what happens to sit at the level of a
few past months (docs/decisions/0003-level-and-season.md).

A study goes on where it stopped. Trial number i is drawn by a sampler that is seeded with the study's seed
and i, and sees the i trials before it and nothing else; what a kill left half done is marked as failed and
done again. So a study that was killed ten times ends as one that never was.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pandas as pd
from optuna.trial import FixedTrial, TrialState
from scipy.special import expit
from threadpoolctl import threadpool_limits

from models import families
from models.errors import TooLittle
from models.metrics import level_free_log_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from numpy.typing import ArrayLike, NDArray

    from models.folds import Fold

    Floats = NDArray[np.float64]

WARM_UP = 8
"""So many trials are drawn at random (the first are the defaults) before the sampler learns from them."""


@dataclass(frozen=True)
class Tuned:
    """``value`` is the mean level-free log loss over the folds in nats; ``trials`` has one row a trial, in their
    order: ``number``, ``value``, a column a parameter, and ``valid_<date>``, the log loss on each
    validation date.
    """

    params: dict[str, Any]
    value: float
    trials: pd.DataFrame


def tune(
    family: str,
    X: pd.DataFrame,
    y: ArrayLike,
    as_of: ArrayLike,
    folds: Sequence[Fold],
    *,
    trials: int,
    seed: int,
    threads: int = 1,
    storage: str | None = None,
    study: str = "study",
    progress: Callable[[int, int, float], None] | None = None,
) -> Tuned:
    """The best of ``trials`` trials; the first are the family's defaults, and on equal loss the earlier
    wins.

    ``as_of`` is the date of each row. ``storage`` is a URL of Optuna's (``sqlite:///...``); without it the
    study is forgotten. Data, folds, seed and search space go into the stored study's name, so a study is
    never continued on others. ``progress`` is told the number of trials done, their total, and the best
    loss so far.
    """
    if trials < 1:
        raise ValueError(f"Found {trials} trials; at least one, the family's defaults.")
    outcome = np.asarray(y)
    days = np.asarray(as_of, dtype="datetime64[D]")
    splits = [_rows(days, outcome, fold) for fold in folds]
    if not splits:
        raise TooLittle(
            "There are no folds to tune on; add history, or ask for fewer test and calibration dates."
        )
    start = FixedTrial(families.defaults(family))
    families.suggest(family, start)
    name = f"{study}-{_fingerprint(family, X, outcome, days, folds, seed, start)}"

    def loss(params: dict[str, Any], split: tuple[NDArray[Any], NDArray[Any]]) -> float:
        train, valid = split
        model = families.fit(family, X.iloc[train], outcome[train], params, seed, threads=1)
        score = model.score(X.iloc[valid])
        p = score if model.unit == families.PROBABILITY else expit(score)
        return level_free_log_loss(outcome[valid], p)

    # Folds side by side, each on one thread, keep the cores busier than one fold on all of them; the largest, which
    # is the last, begins first.
    with _quiet(), threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        record = optuna.create_study(storage=storage, study_name=name, load_if_exists=True)
        for stale in record.get_trials(states=(TrialState.RUNNING,)):
            record.tell(stale.number, state=TrialState.FAIL)
        while len(done := _done(record)) < trials:
            number = len(done)
            record.sampler = optuna.samplers.TPESampler(
                seed=_seed(seed, number), n_startup_trials=WARM_UP, multivariate=True, constant_liar=False
            )
            if number == 0:
                record.enqueue_trial(start.params, skip_if_exists=_waits(record))
            trial = record.ask()
            values = list(pool.map(partial(loss, families.suggest(family, trial)), splits[::-1]))[::-1]
            trial.set_user_attr("losses", values)
            record.tell(trial, float(np.mean(values)))
            if progress is not None:
                progress(number + 1, trials, min(float(t.value or np.inf) for t in _done(record)))
    table = _table(done[:trials], [fold.valid for fold in folds])
    best = done[int(table["value"].argmin())]
    params = families.suggest(family, FixedTrial(best.params))
    return Tuned(params, float(table["value"].min()), table)


def _rows(days: NDArray[np.datetime64], y: NDArray[Any], fold: Fold) -> tuple[NDArray[Any], NDArray[Any]]:
    train = np.flatnonzero(np.isin(days, np.array(fold.train, dtype="datetime64[D]")))
    valid = np.flatnonzero(days == np.datetime64(fold.valid, "D"))
    if not len(valid) or len(np.unique(y[train])) < 2:
        raise TooLittle(
            f"The fold that validates on {fold.valid} has {len(valid)} rows, and {int(y[train].sum())} of the "
            f"{len(train)} rows that it trains on left; each fold needs rows, and leavers and stayers to train on."
        )
    return train, valid


def _done(record: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    return sorted(record.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)), key=lambda t: t.number)


def _waits(record: optuna.Study) -> bool:
    return bool(record.get_trials(deepcopy=False, states=(TrialState.WAITING,)))


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _fingerprint(
    family: str,
    X: pd.DataFrame,
    y: NDArray[Any],
    days: NDArray[np.datetime64],
    folds: Sequence[Fold],
    seed: int,
    start: FixedTrial,
) -> str:
    """What a study must not survive the change of: records, folds, seed, search space, defaults."""
    plan = {
        "family": family,
        "features": [str(name) for name in X.columns],
        "folds": [[*map(str, fold.train), str(fold.valid)] for fold in folds],
        "seed": seed,
        "defaults": families.defaults(family),
        "space": {key: str(kind) for key, kind in start.distributions.items()},
        "warm_up": WARM_UP,
    }
    digest = hashlib.sha256(json.dumps(plan, sort_keys=True).encode())
    digest.update(np.ascontiguousarray(X.to_numpy(dtype=np.float64, na_value=np.nan)).tobytes())
    digest.update(y.astype(np.int64).tobytes())
    digest.update(days.astype(np.int64).tobytes())
    return digest.hexdigest()[:12]


def _table(done: Sequence[optuna.trial.FrozenTrial], valid: Sequence[date]) -> pd.DataFrame:
    rows = []
    for number, trial in enumerate(done):
        losses = dict(zip([f"valid_{day}" for day in valid], trial.user_attrs["losses"], strict=True))
        rows.append({"number": number, "value": trial.value, **trial.params, **losses})
    return pd.DataFrame(rows)


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna reports every trial on stderr unless it is told not to; ``progress`` tells what there is to
    tell.
    """
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
