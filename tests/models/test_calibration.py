import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from models.calibration import METHODS, UNITS, Calibration, choose, fit
from models.errors import TooLittle
from models.metrics import log_loss

every_map = pytest.mark.parametrize(("method", "unit"), [(m, u) for m in METHODS for u in UNITS])


def rows(unit, n=400, seed=1, truth=lambda odds: odds):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-0.5, 1.2, n)
    y = (rng.random(n) < expit(truth(odds))).astype(int)
    return (odds if unit == "log-odds" else expit(odds)), y


@every_map
def test_a_higher_score_never_means_a_lower_probability(method, unit):
    map_ = fit(method, *rows(unit), unit)
    grid = np.linspace(-9, 9, 2001) if unit == "log-odds" else np.linspace(-0.1, 1.1, 2001)
    p = map_.probability(grid)
    assert (np.diff(p) >= 0).all()
    assert p.min() >= 0
    assert p.max() <= 1


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(
    score=st.lists(st.integers(-5, 5), min_size=4, max_size=30),
    flips=st.integers(0, 2**30),
    method=st.sampled_from(METHODS),
    unit=st.sampled_from(UNITS),
)
def test_no_labels_make_a_map_that_falls(score, flips, method, unit):
    """Not even labels that fall with the score, nor ones that it separates."""
    s = np.array(score, float)
    y = np.array([(flips >> i) & 1 for i in range(len(s))])
    if y.min() == y.max():
        return
    map_ = fit(method, s if unit == "log-odds" else (s + 5) / 10, y, unit)
    grid = np.linspace(-6, 6, 101) if unit == "log-odds" else np.linspace(0, 1, 101)
    p = map_.probability(grid)
    assert (np.diff(p) >= -1e-15).all()
    assert np.isfinite(p).all()
    if method in ("sigmoid", "beta") and unit == "log-odds":
        assert p[20:80].min() > 0  # no label makes anybody's fate certain
        assert p[20:80].max() < 1
    assert Calibration.from_json(map_.to_json()) == map_


@every_map
def test_the_slope_is_the_derivative(method, unit):
    map_ = fit(method, *rows(unit), unit)
    s = np.array([-1.31, -0.2, 0.4, 1.7]) if unit == "log-odds" else np.array([0.11, 0.32, 0.57, 0.83])
    step = 1e-6
    numeric = (map_.probability(s + step) - map_.probability(s - step)) / (2 * step)
    np.testing.assert_allclose(map_.slope(s), numeric, rtol=1e-5, atol=1e-7)


def test_the_slope_at_a_corner_is_the_mean_of_both_sides():
    map_ = Calibration("isotonic", "log-odds", {"x": (0.0, 1.0, 2.0), "y": (0.2, 0.3, 0.7)})
    # Left of 1 the map rises by .1, right of it by .4; before 0 and after 2 it is flat.
    np.testing.assert_allclose(map_.slope([-1, 0, 0.5, 1, 2, 3]), [0, 0.05, 0.1, 0.25, 0.2, 0])
    plain = Calibration("identity", "probability", {})
    np.testing.assert_allclose(plain.slope([-0.1, 0, 0.5, 1, 1.1]), [0, 0.5, 1, 0.5, 0])


def test_identity_by_hand():
    assert Calibration("identity", "log-odds", {}).probability(np.log(3)) == pytest.approx(
        0.75
    )  # odds 3 to 1
    np.testing.assert_array_equal(
        Calibration("identity", "probability", {}).probability([-0.2, 0.4, 1.3]), [0, 0.4, 1]
    )


def test_sigmoid_and_beta_by_hand():
    sigmoid = Calibration("sigmoid", "log-odds", {"a": (2.0,), "b": (-1.0,)})
    assert sigmoid.probability(0.5) == pytest.approx(0.5)  # 2 * .5 - 1 = 0
    beta = Calibration("beta", "probability", {"a": (2.0,), "b": (1.0,), "c": (0.0,)})
    # 2 ln .5 - 1 ln .5 = ln .5: odds of one half, a third.
    assert beta.probability(0.5) == pytest.approx(1 / 3)


def test_isotonic_is_straight_between_steps_and_flat_beyond():
    map_ = Calibration("isotonic", "log-odds", {"x": (0.0, 2.0), "y": (0.2, 0.6)})
    np.testing.assert_allclose(map_.probability([-5, 0, 1, 2, 5]), [0.2, 0.2, 0.4, 0.6, 0.6])


def test_isotonic_is_never_certain():
    """Four stayers, then four leavers: one of the other kind is added at each end, 1 of 5 and 4 of 5."""
    map_ = fit("isotonic", np.arange(8.0), [0, 0, 0, 0, 1, 1, 1, 1], "log-odds")
    np.testing.assert_allclose(map_.probability([0, 7]), [1 / 5, 4 / 5])


def test_sigmoid_agrees_with_scikit_learn_on_soft_targets():
    s, y = rows("log-odds")
    n1, n0 = y.sum(), (1 - y).sum()
    high, low = (n1 + 1) / (n1 + 2), 1 / (n0 + 2)
    target = np.where(y == 1, high, low)
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(
        np.r_[s, s][:, None],
        np.r_[np.ones_like(y), np.zeros_like(y)],
        sample_weight=np.r_[target, 1 - target],
    )
    ours = fit("sigmoid", s, y, "log-odds")
    assert ours.values["a"][0] == pytest.approx(theirs.coef_[0, 0], abs=1e-4)
    assert ours.values["b"][0] == pytest.approx(theirs.intercept_[0], abs=1e-4)


def test_sigmoid_undoes_a_model_that_is_too_sure_and_too_high():
    s, y = rows("log-odds", n=40_000, truth=lambda odds: 0.5 * odds - 0.7)
    map_ = fit("sigmoid", s, y, "log-odds")
    assert map_.values["a"][0] == pytest.approx(0.5, abs=0.03)
    assert map_.values["b"][0] == pytest.approx(-0.7, abs=0.03)


@pytest.mark.parametrize("method", ["sigmoid", "beta", "isotonic"])
def test_the_mean_probability_is_the_observed_rate(method):
    s, y = rows("log-odds", n=4000, truth=lambda odds: odds - 1)
    assert fit(method, s, y, "log-odds").probability(s).mean() == pytest.approx(y.mean(), abs=0.002)


@every_map
def test_a_map_survives_json_unchanged(method, unit):
    map_ = fit(method, *rows(unit), unit)
    assert Calibration.from_json(json.loads(json.dumps(map_.to_json()))) == map_


@pytest.mark.parametrize(
    "broken",
    [
        {"method": "isotonic", "unit": "log-odds", "values": {"x": [0, 1], "y": [0.5, 0.4]}},
        {"method": "isotonic", "unit": "log-odds", "values": {"x": [1, 1], "y": [0.4, 0.5]}},
        {"method": "isotonic", "unit": "log-odds", "values": {"x": [0, 1], "y": [0.4, 1.5]}},
        {"method": "isotonic", "unit": "log-odds", "values": {"x": [], "y": []}},
        {"method": "sigmoid", "unit": "log-odds", "values": {"a": [-1], "b": [0]}},
        {"method": "sigmoid", "unit": "log-odds", "values": {"a": [float("nan")], "b": [0]}},
        {"method": "beta", "unit": "log-odds", "values": {"a": [1], "b": [0]}},
        {"method": "identity", "unit": "log-odds", "values": {"a": [1]}},
    ],
)
def test_a_stored_map_that_could_fall_is_refused(broken):
    with pytest.raises(ValueError, match="do not make a map that never falls"):
        Calibration.from_json(broken)


def test_a_method_or_unit_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'identity' in 'percent'"):
        fit("identity", [0.0], [1], "percent")
    with pytest.raises(ValueError, match="no calibration 'spline'"):
        fit("spline", *rows("log-odds"), "log-odds")
    with pytest.raises(ValueError, match="they may be identity"):
        choose(*rows("log-odds"), np.arange(400), "log-odds", ["spline"])


def test_one_class_is_too_little_to_calibrate_on():
    with pytest.raises(TooLittle, match="Among 3 customers to calibrate on 0 left"):
        fit("sigmoid", [0.1, 0.2, 0.3], [0, 0, 0], "log-odds")


def test_scores_and_labels_must_fit_each_other():
    with pytest.raises(ValueError, match="one finite score and one label"):
        fit("sigmoid", [0.1, np.nan], [0, 1], "log-odds")


def test_a_model_that_needs_nothing_gets_nothing():
    s, y = rows("log-odds", n=4000)
    map_, table = choose(s, y, np.arange(4000), "log-odds")
    assert map_.method == "identity"
    assert list(table["method"]) == list(METHODS)
    assert list(table["chosen"]) == [True, False, False, False]


def test_a_model_that_is_too_sure_gets_a_sigmoid():
    s, y = rows("log-odds", n=4000, truth=lambda odds: 0.4 * odds)
    assert choose(s, y, np.arange(4000), "log-odds")[0].method == "sigmoid"


def test_a_bend_that_only_steps_can_follow_gets_isotonic():
    s, y = rows(
        "log-odds", n=8000, truth=lambda odds: np.where(odds > 1, 3.0, np.where(odds < -1, -3.0, 0.0))
    )
    assert choose(s, y, np.arange(8000), "log-odds")[0].method == "isotonic"


def test_the_choice_does_not_depend_on_the_order_of_methods_nor_rows():
    s, y = rows("probability", n=900, truth=lambda odds: 0.5 * odds)
    customers = np.arange(900) // 3
    one, _ = choose(s, y, customers, "probability")
    mixed = np.random.default_rng(0).permutation(900)
    two, _ = choose(s[mixed], y[mixed], customers[mixed], "probability", METHODS[::-1])
    assert one.method == two.method
    np.testing.assert_allclose(one.probability(s), two.probability(s), atol=1e-6)


def test_a_customer_never_judges_the_map_that_it_helped_to_fit():
    """Each customer stands ten times, all rows alike: only a choice that splits rows would fall for steps."""
    rng = np.random.default_rng(4)
    s = np.repeat(rng.normal(size=60), 10)
    y = np.repeat(rng.random(60) < 0.4, 10).astype(int)
    _, table = choose(s, y, np.repeat(np.arange(60), 10), "log-odds")
    loss = table.set_index("method")["log_loss"]
    assert loss["isotonic"] > log_loss(y, fit("isotonic", s, y, "log-odds").probability(s))
    assert loss["isotonic"] > loss["sigmoid"]


def test_with_four_leavers_the_simplest_method_stands():
    y = np.r_[np.ones(4), np.zeros(60)].astype(int)
    map_, table = choose(logit(np.linspace(0.1, 0.9, 64)), y, np.arange(64), "log-odds")
    assert map_.method == "identity"
    assert table["log_loss"].isna().all()
    assert list(table.loc[table["chosen"], "method"]) == ["identity"]
