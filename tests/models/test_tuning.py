import warnings
from datetime import timedelta

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.trial import TrialState

from models import families
from models.errors import TooLittle
from models.folds import Fold, rolling_origin
from models.metrics import level_free_log_loss
from models.tuning import tune

SEED = 4
TRIALS = 10


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def tuned(company, trials, **told):
    folds = rolling_origin(sorted({day.item() for day in company.as_of}), folds=2, label_days=30)
    told = {"study": "s", "seed": SEED, "X": company.X} | told
    X = told.pop("X")
    return tune("logistic", X, company.y, company.as_of, folds, trials=trials, **told)


@pytest.fixture
def study(company, tmp_path):
    """A study of the logistic family, stored; ``trials`` and anything else may be told."""
    return lambda trials, **told: tuned(
        company, trials, **({"storage": f"sqlite:///{tmp_path}/study.db"} | told)
    )


@pytest.fixture(scope="module")
def whole(company):
    """Ten trials that nobody disturbed: eight drawn at random, two by a sampler that has learned."""
    return tuned(company, TRIALS)


def same(one, two):
    assert one.params == two.params
    assert one.value == two.value
    pd.testing.assert_frame_equal(one.trials, two.trials, check_exact=True)


def test_the_first_trial_is_the_defaults(whole):
    first = whole.trials.iloc[0]
    assert {name: first[name] for name in families.defaults("logistic")} == families.defaults("logistic")


def test_the_value_is_the_mean_level_free_log_loss_over_the_folds(study, company):
    one = study(1, storage=None)
    losses = one.trials[[c for c in one.trials if c.startswith("valid_")]]
    assert one.value == losses.iloc[0].mean()
    days = sorted(set(company.as_of))
    train, valid = company.as_of <= days[3], company.as_of == days[4]
    model = families.fit("logistic", company.X[train], company.y[train], one.params, SEED)
    p = 1 / (1 + np.exp(-model.score(company.X[valid])))
    assert losses.iloc[0, -1] == pytest.approx(level_free_log_loss(company.y[valid], p), abs=1e-12)


def test_the_best_trial_wins(whole):
    best = whole.trials.loc[whole.trials["value"].idxmin()]
    assert whole.value == whole.trials["value"].min()
    assert whole.params == {"c": best["c"], "knots": best["knots"]}
    assert list(whole.trials["number"]) == list(range(TRIALS))
    assert whole.trials["c"].nunique() == TRIALS


@pytest.mark.parametrize("calls", [1, 2, 19])
def test_a_killed_study_ends_as_one_that_never_was(study, whole, calls, monkeypatch):
    """Each trial fits twice: the kill comes in the first trial, in the second, and in the last."""
    fit, left = families.fit, iter(range(calls))

    def dying(*args, **named):
        if next(left, None) is None:
            raise Killed
        return fit(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(families, "fit", dying)
        with pytest.raises(Killed):
            study(TRIALS)
    same(study(TRIALS), whole)


def test_what_a_kill_left_half_done_is_marked_as_failed(study, tmp_path):
    study(2)
    storage = f"sqlite:///{tmp_path}/study.db"
    (name,) = optuna.get_all_study_names(storage)
    optuna.load_study(study_name=name, storage=storage).ask()
    study(3)
    states = [trial.state for trial in optuna.load_study(study_name=name, storage=storage).trials]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.FAIL, TrialState.COMPLETE]


def test_a_kill_before_the_first_trial_is_asked_leaves_the_defaults_first(study, whole, monkeypatch):
    def ask(*_args, **_named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(optuna.Study, "ask", ask)
        with pytest.raises(Killed):
            study(1)
    same(study(1), begun(whole, 1))


def test_a_study_that_is_done_fits_nothing_again(study, whole, monkeypatch):
    study(3)
    monkeypatch.setattr(families, "fit", None)
    same(study(3), begun(whole, 3))
    same(study(2), begun(whole, 2))


def begun(of, trials):
    """What a study knew after so many trials."""
    table = of.trials.iloc[:trials]
    best = table.loc[table["value"].idxmin()]
    return type(of)({"c": best["c"], "knots": int(best["knots"])}, float(best["value"]), table)


def test_a_study_is_not_continued_on_other_records(study, company, tmp_path):
    study(2)
    study(2, X=company.X.assign(noise=0.0))
    study(2, seed=SEED + 1)
    assert len(optuna.get_all_study_names(f"sqlite:///{tmp_path}/study.db")) == 3


def test_progress_is_told(study):
    told = []
    study(3, storage=None, progress=lambda done, of, best: told.append((done, of, best)))
    assert [(done, of) for done, of, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert [best for *_, best in told] == sorted((best for *_, best in told), reverse=True)


def test_nothing_is_said_on_the_terminal(study, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study(2)
    assert capfd.readouterr() == ("", "")


def test_a_fold_without_rows_or_leavers_is_refused(company):
    days = sorted({day.item() for day in company.as_of})
    rest = {"trials": 1, "seed": SEED}
    beyond = Fold((days[0],), days[-1] + timedelta(days=1))
    with pytest.raises(TooLittle, match="has 0 rows"):
        tune("logistic", company.X, company.y, company.as_of, [beyond], **rest)
    y = np.where(company.as_of == np.datetime64(days[0]), 0, company.y)
    with pytest.raises(TooLittle, match="0 of the 120 rows that it trains on left"):
        tune("logistic", company.X, y, company.as_of, [Fold((days[0],), days[-1])], **rest)
    with pytest.raises(TooLittle, match="no folds"):
        tune("logistic", company.X, company.y, company.as_of, [], **rest)
    with pytest.raises(ValueError, match="Found 0 trials"):
        tune(
            "logistic", company.X, company.y, company.as_of, [Fold((days[0],), days[-1])], trials=0, seed=SEED
        )
