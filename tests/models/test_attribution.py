import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.attribution import by_cause, closed, on_probability
from models.calibration import METHODS, UNITS, Calibration, fit
from models.families import FAMILIES

EXACT = 1e-12


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("method", METHODS)
def test_contributions_add_up_to_the_probability_served(family, method, fitted, company):
    model = fitted[family]
    score = model.score(company.X)
    calibration = fit(method, score, company.y, model.unit)
    contributions, base = on_probability(*model.contributions(company.X), calibration)
    served = calibration.probability(score)
    np.testing.assert_allclose(base + contributions.sum(axis=1), served, rtol=0, atol=EXACT)


MAPS = [
    Calibration("identity", "log-odds", {}),
    Calibration("identity", "probability", {}),
    Calibration("sigmoid", "log-odds", {"a": (0.7,), "b": (-0.4,)}),
    Calibration("sigmoid", "probability", {"a": (1.3,), "b": (0.1,)}),
    Calibration("beta", "log-odds", {"a": (0.5,), "b": (1.5,), "c": (0.2,)}),
    Calibration("beta", "probability", {"a": (0.0,), "b": (2.0,), "c": (0.2,)}),
    Calibration("isotonic", "log-odds", {"x": (-1.0, 0.0, 0.5, 2.0), "y": (0.1, 0.1, 0.6, 0.6)}),
    Calibration("isotonic", "probability", {"x": (0.2, 0.4, 0.6), "y": (0.1, 0.3, 0.3)}),
    Calibration("isotonic", "probability", {"x": (0.5,), "y": (0.3,)}),
]


@settings(deadline=None, max_examples=60)
@given(
    phi=arrays(float, (3, 4), elements=st.floats(-3, 3)),
    base=st.floats(-2, 2),
    map_=st.sampled_from(MAPS),
    still=st.booleans(),
)
def test_any_contributions_through_any_map_add_up(phi, base, map_, still):
    if still:  # pulls that cancel: the score is the base score, or a hair beside it
        phi = np.column_stack([phi[:, :2], -phi[:, :2]])
    contributions, p0 = on_probability(phi, base, map_)
    p = map_.probability(base + phi.sum(axis=1))
    np.testing.assert_allclose(p0 + contributions.sum(axis=1), p, rtol=0, atol=EXACT)
    assert (contributions * phi >= 0).all()  # what raises the score never lowers the probability


def test_the_path_rule_by_hand():
    # Log-odds 0 to ln 3: from .5 to .75. Three quarters and one quarter of the way: .1875 and .0625.
    phi = np.array([[0.75, 0.25]]) * np.log(3)
    contributions, base = on_probability(phi, 0.0, Calibration("identity", "log-odds", {}))
    assert base == 0.5
    np.testing.assert_allclose(contributions, [[0.1875, 0.0625]])


def test_pulls_that_cancel_are_told_by_the_slope():
    # At log-odds 0 the slope of the logistic function is a quarter.
    contributions, base = on_probability([[2.0, -2.0]], 0.0, Calibration("identity", "log-odds", {}))
    assert base == 0.5
    np.testing.assert_allclose(contributions, [[0.5, -0.5]])


def test_where_the_map_is_flat_nobody_is_owed_anything():
    flat = Calibration("isotonic", "log-odds", {"x": (-1.0, 0.0, 1.0, 2.0), "y": (0.1, 0.4, 0.4, 0.9)})
    contributions, base = on_probability([[0.3, 0.5], [0.5, -0.5]], 0.1, flat)
    assert base == pytest.approx(0.4)
    assert not contributions.any()


def test_no_customers_no_contributions():
    contributions, base = on_probability(np.empty((0, 3)), 0.0, MAPS[0])
    assert contributions.shape == (0, 3)
    assert base == 0.5


def test_closing_spreads_what_is_missing_and_leaves_zeros():
    # .3 is missing of 1.3; the parts have sizes .75 and .25.
    np.testing.assert_allclose(closed([[0.75, 0.0, 0.25]], [1.3]), [[0.975, 0.0, 0.325]])
    np.testing.assert_array_equal(closed([[0.0, 0.0]], [0.0]), [[0.0, 0.0]])


def test_causes_by_hand():
    features = ("orders", "silence", "complaints")
    cause_of = {"orders": "demand", "silence": "demand", "complaints": "service", "elsewhere": "price"}
    told = by_cause([[0.1, 0.2, -0.05]], features, cause_of)
    assert list(told.columns) == ["demand", "service"]
    np.testing.assert_allclose(told, [[0.3, -0.05]])


def test_a_feature_without_a_cause_is_refused_by_name():
    with pytest.raises(ValueError, match="'weather' has no cause"):
        by_cause([[0.1]], ("weather",), {})


def test_units_are_those_of_the_calibration():
    assert {map_.unit for map_ in MAPS} == set(UNITS)
