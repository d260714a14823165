import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.attribution import by_cause, centred, closed, on_probability
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


@settings(deadline=None, max_examples=60)
@given(
    phi=arrays(float, (5, 3), elements=st.floats(-3, 3)),
    base=st.floats(-2, 2),
    group=st.lists(st.sampled_from([None, "a", "b"]), min_size=5, max_size=5),
    map_=st.sampled_from(MAPS),
)
def test_any_reference_leaves_the_sums_and_the_probability_as_they_were(phi, base, group, map_):
    against, bases = centred(phi, base, group)
    np.testing.assert_allclose(bases + against.sum(axis=1), base + phi.sum(axis=1), rtol=0, atol=EXACT)
    contributions, p0 = on_probability(against, bases, map_)
    np.testing.assert_allclose(p0, map_.probability(bases), rtol=0, atol=EXACT)
    served = map_.probability(bases + against.sum(axis=1))
    np.testing.assert_allclose(p0 + contributions.sum(axis=1), served, rtol=0, atol=EXACT)
    for name in {"a", "b"} & set(group):
        mine = np.array([one == name for one in group])
        np.testing.assert_allclose(against[mine].mean(axis=0), 0, atol=EXACT)  # the average member has none
    whole, everybody = centred(phi, base)
    np.testing.assert_allclose(whole.mean(axis=0), 0, atol=EXACT)
    alone = np.array([one is None for one in group])
    np.testing.assert_array_equal(against[alone], whole[alone])  # without a group: against all, not the rest
    np.testing.assert_array_equal(bases[alone], everybody[alone])


def test_what_all_customers_share_falls_into_the_base():
    # The season adds .3 to everybody. Means: .3 and .2; base 0 + .5; what is left of the second: -.1 and .1.
    against, bases = centred([[0.3, 0.1], [0.3, 0.3]], 0.0)
    np.testing.assert_array_equal(against[:, 0], [0.0, 0.0])
    np.testing.assert_allclose(against[:, 1], [-0.1, 0.1])
    np.testing.assert_allclose(bases, [0.5, 0.5])


def test_a_customer_alone_in_its_reference_is_the_average_one():
    against, bases = centred([[0.1, 0.7], [0.2, -0.3]], -1.0, ["a", None])
    np.testing.assert_array_equal(against[0], [0.0, 0.0])
    assert bases[0] == pytest.approx(-0.2)  # -1 + .1 + .7
    contributions, base = on_probability(against, bases, MAPS[0])
    assert not contributions[0].any()
    assert base[0] == pytest.approx(1 / (1 + np.exp(0.2)))


def test_customers_who_are_all_alike_have_no_cause():
    against, bases = centred(np.full((7, 3), 0.1), 0.0)
    assert not against.any()
    np.testing.assert_allclose(bases, 0.3)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_adds_up_against_everybody_and_against_groups(family, fitted, company):
    model = fitted[family]
    score = model.score(company.X)
    calibration = fit("isotonic", score, company.y, model.unit)
    groups = [None, "even", "odd"] * (len(company.X) // 3)
    for group in (None, groups):
        contributions, base = on_probability(*centred(*model.contributions(company.X), group), calibration)
        served = calibration.probability(score)
        np.testing.assert_allclose(base + contributions.sum(axis=1), served, rtol=0, atol=EXACT)
        assert not contributions[:, list(company.X.columns).index("constant")].any()


def test_centring_nobody_gives_nothing():
    against, bases = centred(np.empty((0, 3)), 0.4)
    assert against.shape == (0, 3)
    assert bases.shape == (0,)


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
