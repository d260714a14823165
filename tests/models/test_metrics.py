import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from models import metrics

Y = np.array([1, 0, 1, 0, 0])
P = np.array([0.9, 0.8, 0.6, 0.4, 0.1])
rows = st.lists(st.tuples(st.booleans(), st.integers(0, 8), st.integers(0, 3)), min_size=2, max_size=40)


def test_average_precision_by_hand():
    # Leavers come 1st and 3rd: precision 1/1 and 2/3, each adding half of the recall.
    assert metrics.pr_auc(Y, P) == pytest.approx((1 + 2 / 3) / 2)


def test_roc_auc_by_hand():
    # Of 2 x 3 pairs one is the wrong way round (0.6 below 0.8).
    assert metrics.roc_auc(Y, P) == pytest.approx(5 / 6)


def test_brier_and_log_loss_by_hand():
    # (.1^2 + .8^2 + .4^2 + .4^2 + .1^2) / 5 = (.01 + .64 + .16 + .16 + .01) / 5
    assert metrics.brier(Y, P) == pytest.approx(0.98 / 5)
    assert metrics.log_loss(Y, P) == pytest.approx(-np.log([0.9, 0.2, 0.6, 0.6, 0.9]).mean())


def test_the_level_free_log_loss_forgives_the_level_and_nothing_else():
    y, p = np.array([1, 0, 0, 1]), np.array([0.5, 0.2, 0.4, 0.8])
    odds = np.log(p / (1 - p))
    best = min(metrics.log_loss(y, 1 / (1 + np.exp(-(odds + by)))) for by in np.linspace(-3, 3, 6001))
    for by in (0, 1.3, -2):
        moved = 1 / (1 + np.exp(-(odds + by)))
        assert metrics.level_free_log_loss(y, moved) == pytest.approx(best, abs=1e-6)
    assert metrics.level_free_log_loss(y, np.roll(p, 1)) > best
    assert metrics.level_free_log_loss([0, 0], [0.5, 0.5]) == pytest.approx(np.log(2))


def test_a_certain_error_costs_a_finite_log_loss():
    assert metrics.log_loss([1], [0.0]) == pytest.approx(-np.log(1e-15))


def test_means_and_drift_by_hand():
    # (.9 + .8 + .6 + .4 + .1) / 5 = .56; two of five left.
    assert metrics.mean_p(Y, P) == pytest.approx(0.56)
    assert metrics.observed(Y, P) == pytest.approx(0.4)
    assert metrics.drift(Y, P) == pytest.approx(0.16)


def test_lift_by_hand():
    # A tenth of 5 is 0.5, rounded up 1 customer: it left. 1 / 0.4 = 2.5.
    assert metrics.lift_10(Y, P) == pytest.approx(2.5)
    # Two fifths are 2 customers, one of which left. 0.5 / 0.4 = 1.25.
    assert metrics.lift(Y, P, at=0.4) == pytest.approx(1.25)
    assert metrics.precision_at(Y, P, share=0.4) == pytest.approx(0.5)
    assert metrics.recall_at(Y, P, share=0.6) == pytest.approx(1.0)


def test_a_tenth_of_thirty_is_three():
    """In floats 0.1 * 30 is above 3; rounding that up would list four."""
    y = np.r_[np.ones(3), np.zeros(27)]
    assert metrics.precision_at(y, -np.arange(30.0), share=0.1) == 1.0


def test_a_cut_through_ties_is_the_mean_over_their_orders():
    # One of four tied customers left; the expected precision of any two of them is 1/4, the recall 1/2.
    assert metrics.precision_recall_at([1, 0, 0, 0], [0.5] * 4, k=2) == pytest.approx((0.25, 0.5))
    assert metrics.lift([0, 0, 0, 1], [0.5] * 4, at=0.5) == pytest.approx(1.0)


def test_ties_do_not_depend_on_the_order_of_rows():
    y, p = np.array([1, 0, 0, 1, 0, 1]), np.array([0.7, 0.7, 0.7, 0.2, 0.2, 0.9])
    for statistic in (metrics.pr_auc, metrics.roc_auc, metrics.lift_10):
        assert statistic(y, p) == statistic(y[::-1], p[::-1])


def test_a_list_of_flagged_customers_by_hand():
    assert metrics.precision_recall_of(Y, P > 0.5) == pytest.approx((2 / 3, 1.0))
    precision, recall = metrics.precision_recall_of(Y, np.zeros(5, dtype=bool))
    assert np.isnan(precision)
    assert recall == 0.0


def test_calibration_error_by_hand():
    # Two groups: the lower (.1, .4) said .25 and saw 0; the upper (.6, .8, .9 - 3 of 5 with the middle) ...
    y, p = np.array([0, 0, 1, 1]), np.array([0.1, 0.3, 0.5, 0.9])
    # ... (.1, .3) said .2, saw 0; (.5, .9) said .7, saw 1: half of each, (.2 + .3) / 2.
    assert metrics.calibration_error(y, p, bins=2) == pytest.approx(0.25)


def test_tied_predictions_share_a_group():
    assert len(set(metrics.binned([0.3] * 7, 10))) == 1
    assert list(metrics.binned([0.4, 0.1, 0.3, 0.2], 4)) == [3, 0, 2, 1]
    assert len(metrics.binned([], 10)) == 0


def test_the_brier_score_is_the_sum_of_its_parts():
    parts = metrics.brier_parts(Y, P)
    # Uncertainty: .4 * .6. The isotonic fit is 0, 0, (0 + 1) / 2 twice, 1: (.25 + .25) / 5 = .1 is left.
    assert parts["uncertainty"] == pytest.approx(0.24)
    assert parts["discrimination"] == pytest.approx(0.24 - 0.1)
    whole = parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"]
    assert whole == pytest.approx(metrics.brier(Y, P), abs=1e-15)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_weighted_figures_agree_with_scikit_learn(drawn):
    y, p, w = (np.array(column) for column in zip(*drawn, strict=True))
    p = p / 8
    if len(set(y[w > 0])) < 2:
        return
    assert metrics.roc_auc(y, p, w) == pytest.approx(theirs.roc_auc_score(y, p, sample_weight=w))
    assert metrics.pr_auc(y, p, w) == pytest.approx(theirs.average_precision_score(y, p, sample_weight=w))
    assert metrics.brier(y, p, w) == pytest.approx(theirs.brier_score_loss(y, p, sample_weight=w))
    inside = np.clip(p, 0.01, 0.99)
    assert metrics.log_loss(y, inside, w) == pytest.approx(theirs.log_loss(y, inside, sample_weight=w))


STATISTICS = [
    metrics.pr_auc, metrics.roc_auc, metrics.brier, metrics.log_loss, metrics.mean_p, metrics.observed,
    metrics.drift, metrics.lift_10, metrics.calibration_error,
]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(rows)
def test_a_weight_of_two_is_a_customer_twice(drawn):
    y, p, w = (np.array(column) for column in zip(*drawn, strict=True))
    p = p / 8
    if not w.any():
        return
    for statistic in STATISTICS[:-1]:  # groups of equal size are cut before weights are known
        weighted = statistic(y, p, w)
        repeated = statistic(np.repeat(y, w), np.repeat(p, w))
        np.testing.assert_allclose(weighted, repeated, atol=1e-12)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_block_of_weights_gives_each_its_figure(statistic):
    weights = np.array([[1, 1, 1, 1, 1], [2, 0, 1, 3, 1], [0, 1, 0, 1, 1]])
    together = statistic(Y, P, weights)
    assert together.shape == (3,)
    np.testing.assert_allclose(together, [statistic(Y, P, w) for w in weights])


def test_what_the_data_leave_open_is_nan():
    for statistic in (metrics.pr_auc, metrics.roc_auc, metrics.lift_10):
        assert np.isnan(statistic([0, 0], [0.1, 0.2]))
    assert np.isnan(metrics.brier([], []))
    assert np.isnan(metrics.roc_auc([], []))


def test_lists_of_no_or_too_many_customers_are_refused():
    with pytest.raises(ValueError, match="is to hold 6 customers of 5"):
        metrics.precision_recall_at(Y, P, k=6)
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        metrics.lift(Y, P, at=0.0)
