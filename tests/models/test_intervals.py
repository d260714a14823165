import time

import numpy as np
import pytest

from models import metrics
from models.intervals import Interval, bootstrap, bootstrap_all, difference, resamples


def rows(n=400, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 3, n)
    return (rng.random(n) < p).astype(int), p, np.arange(n) // 2


def test_a_resample_draws_as_many_customers_as_there_are():
    groups = ["a", "a", "b", "c", "c", "c"]
    weights = np.concatenate(list(resamples(groups, 250, seed=1)))
    assert weights.shape == (250, 6)
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()  # three customers drawn
    assert (weights[:, 0] == weights[:, 1]).all()  # with all their rows
    assert (weights[:, 3] == weights[:, 5]).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(6), abs=0.2)


def test_the_same_seed_draws_the_same_customers_in_any_block():
    y, p, groups = rows()
    assert bootstrap(metrics.brier, y, p, groups=groups, n=150, seed=3) == bootstrap(
        metrics.brier, y, p, groups=groups, n=150, seed=3
    )
    assert bootstrap(metrics.brier, y, p, groups=groups, n=150, seed=3) != bootstrap(
        metrics.brier, y, p, groups=groups, n=150, seed=4
    )


def test_the_interval_of_a_mean_is_that_of_the_normal_law():
    y, p, _ = rows(n=2000)
    value, low, high = bootstrap(metrics.observed, y, p, groups=np.arange(2000), n=2000, seed=2)
    error = np.sqrt(value * (1 - value) / 2000)
    assert value == y.mean()
    assert low == pytest.approx(value - 1.96 * error, abs=0.15 * error)
    assert high == pytest.approx(value + 1.96 * error, abs=0.15 * error)


def test_customers_on_many_dates_make_wider_intervals_than_rows_would():
    y, p, _ = rows(n=300)
    y, p, customers = np.tile(y, 5), np.tile(p, 5), np.tile(np.arange(300), 5)
    _, low, high = bootstrap(metrics.brier, y, p, groups=customers, n=400)
    _, falsely_low, falsely_high = bootstrap(metrics.brier, y, p, groups=np.arange(1500), n=400)
    # Five times the rows and no more customers: a factor of the square root of 5 = 2.24.
    assert (high - low) / (falsely_high - falsely_low) == pytest.approx(2.24, rel=0.2)


def test_many_statistics_share_their_resamples():
    y, p, groups = rows()
    both = bootstrap_all({"brier": metrics.brier, "auc": metrics.roc_auc}, y, p, groups=groups, n=100, seed=5)
    assert both["auc"] == bootstrap(metrics.roc_auc, y, p, groups=groups, n=100, seed=5)


def test_a_model_differs_from_itself_by_nothing():
    y, p, groups = rows()
    assert difference(metrics.roc_auc, y, p, p, groups=groups, n=100) == Interval(0.0, 0.0, 0.0)


def test_a_paired_difference_is_narrower_than_its_parts():
    y, p, groups = rows()
    noisy = np.clip(p + np.random.default_rng(1).normal(0, 0.05, len(p)), 0, 1)
    paired = difference(metrics.brier, y, p, noisy, groups=groups)
    alone = bootstrap(metrics.brier, y, p, groups=groups)
    assert paired.value == pytest.approx(float(metrics.brier(y, p)) - float(metrics.brier(y, noisy)))
    assert paired.low < paired.value < paired.high
    assert paired.high - paired.low < (alone.high - alone.low) / 2


def test_a_figure_that_the_data_leave_open_has_no_interval():
    value, low, high = bootstrap(metrics.roc_auc, [0, 0, 0], [0.1, 0.2, 0.3], groups=[1, 2, 3], n=50)
    assert np.isnan([value, low, high]).all()


def test_resamples_that_leave_a_figure_open_are_left_out():
    """One leaver in three customers: it is drawn in 1 - (2/3)^3 = 70 % of the resamples."""
    value, low, high = bootstrap(metrics.roc_auc, [1, 0, 0], [0.9, 0.2, 0.3], groups=[1, 2, 3], n=200)
    assert (value, low, high) == (1.0, 1.0, 1.0)


def test_nothing_to_draw_from_is_refused():
    with pytest.raises(ValueError, match="Found 0 customers and 10 resamples"):
        bootstrap(metrics.brier, [], [], groups=[], n=10)


def test_the_intervals_cover_the_truth():
    """300 made datasets of 150 customers; the share covered has a standard error of .0126 around .95."""
    rng = np.random.default_rng(11)
    covered = 0
    for seed in range(300):
        p = rng.beta(2, 3, 150)
        y = (rng.random(150) < p).astype(int)
        _, low, high = bootstrap(metrics.drift, y, p, groups=np.arange(150), n=300, seed=seed)
        covered += low <= 0 <= high
    assert 0.92 <= covered / 300 <= 0.98


def test_a_thousand_resamples_of_a_whole_evaluation_take_seconds():
    """One model on 2,000 customers and 3 dates, ten figures; five such make an evaluation."""
    rng = np.random.default_rng(0)
    p = rng.random(6000)
    y = (rng.random(6000) < p).astype(int)
    figures = {str(i): statistic for i, statistic in enumerate([
        metrics.pr_auc, metrics.roc_auc, metrics.brier, metrics.log_loss, metrics.mean_p, metrics.observed,
        metrics.drift, metrics.lift_10, metrics.calibration_error, metrics.lift,
    ])}  # fmt: skip
    began = time.process_time()
    bootstrap_all(figures, y, p, groups=np.arange(6000) % 2000, n=1000)
    assert time.process_time() - began < 20
