"""Why a probability moved: every part by hand, and all of them together the change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.calibration import Calibration, fit
from models.families import FAMILIES
from models.level import Shifted
from models.moves import LEAST, moves, shared

PLAIN = Calibration("identity", "log-odds", {})
ISOTONIC = Calibration("isotonic", "log-odds", {"x": (-1.0, 0.0, 0.5, 2.0), "y": (0.1, 0.1, 0.6, 0.6)})
PROBABILITY = Calibration("isotonic", "probability", {"x": (0.2, 0.4, 0.6), "y": (0.1, 0.3, 0.3)})


def together(told):
    return told.own.sum(axis=1) + told.others + told.level + told.model + told.entered


@settings(deadline=None, max_examples=80)
@given(
    phi=arrays(float, (2, 3, 4), elements=st.floats(-3, 3)),
    m=arrays(float, (3, 4), elements=st.floats(-1, 1)),
    base=st.floats(-2, 2),
    served=arrays(float, (3, 3), elements=st.floats(0, 1)),
    map_=st.sampled_from([PLAIN, ISOTONIC, PROBABILITY]),
    by=st.floats(-2, 2),
    gone=st.booleans(),
    still=st.booleans(),
)
def test_the_parts_of_any_move_add_up_to_it(phi, m, base, served, map_, by, gone, still):
    before, after = phi[0], phi[0] if still else phi[1]
    told = moves(
        before,
        after,
        base,
        m,
        then=map_,
        now=Shifted(map_, by),
        served_then=served[0],
        served_now=served[1],
        older=None if gone else served[2],
    )
    np.testing.assert_allclose(together(told), served[1] - served[0], rtol=0, atol=1e-12)
    assert told.separate is not gone


def test_each_step_by_hand():
    # Log-odds 0 then and ln 3 now: .5 and .75 at the level of then. The level is raised by ln 2: 2/3 and 6/7.
    # The older model said .4 of the same records, and .35 was served. Nothing happened to everybody.
    told = moves(
        [[0.2, -0.2]],
        [[0.2 + 0.5 * np.log(3), -0.2 + 0.5 * np.log(3)]],
        0.0,
        np.zeros((1, 2)),
        then=PLAIN,
        now=Shifted(PLAIN, np.log(2)),
        served_then=[0.35],
        served_now=[0.9],
        older=[0.4],
    )
    rise = 6 / 7 - 2 / 3
    np.testing.assert_allclose(told.own, [[rise / 2, rise / 2]])
    assert told.others[0] == 0
    assert told.level[0] == pytest.approx(2 / 3 - 0.5)
    assert told.model[0] == pytest.approx(0.1)
    assert told.entered[0] == pytest.approx((0.4 - 0.35) + (0.9 - 6 / 7))


def test_what_happened_to_everybody_is_not_the_customers_own():
    # Both features moved the score by .2; the first did so for everybody. From 0 to .4 in log-odds.
    rise = 1 / (1 + np.exp(-0.4)) - 0.5
    told = moves(
        [[0.0, 0.0]], [[0.2, 0.2]], 0.0, [[0.2, 0.0]], then=PLAIN, now=PLAIN,
        served_then=[0.5], served_now=[0.5 + rise], older=[0.5],
    )  # fmt: skip
    np.testing.assert_allclose(told.own, [[0.0, rise / 2]], atol=1e-15)
    np.testing.assert_allclose(told.others, [rise / 2])


def test_records_that_did_not_move_owe_nothing():
    told = moves(
        [[0.3, -0.1]], [[0.3, -0.1]], 0.0, np.zeros((1, 2)), then=PLAIN, now=PLAIN,
        served_then=PLAIN.probability([0.2]), served_now=PLAIN.probability([0.2]),
        older=PLAIN.probability([0.2]),
    )  # fmt: skip
    assert not told.own.any()
    np.testing.assert_allclose(together(told), 0, atol=1e-15)


def test_without_the_older_model_its_step_holds_what_was_entered_since():
    told = moves(
        [[0.0]], [[0.0]], 0.0, [[0.0]], then=PLAIN, now=PLAIN,
        served_then=[0.3], served_now=[0.5], older=None,
    )  # fmt: skip
    assert told.model[0] == pytest.approx(0.2)
    assert told.entered[0] == pytest.approx(0.0)


def test_everybody_is_who_is_marked_and_of_the_group_where_it_is_large_enough():
    n = 2 * LEAST + 2
    before = np.zeros((n, 1))
    after = np.full((n, 1), 1.0)
    after[LEAST : 2 * LEAST] = 3.0
    after[-2:] = 100.0  # not marked: they are asked about, and not counted
    of = np.arange(n) < 2 * LEAST
    group = ["a"] * LEAST + ["b"] * LEAST + ["b", "few"]
    told = shared(before, after, of, group)
    assert told[0, 0] == 1.0
    assert told[LEAST, 0] == 3.0
    assert told[-2, 0] == 3.0
    assert told[-1, 0] == 2.0  # no marked customer in its group: everybody's, (1 + 3) / 2
    assert (shared(before, after, of) == 2.0).all()


def test_of_fewer_than_thirty_nothing_is_said_of_everybody():
    before, after = np.zeros((LEAST, 2)), np.ones((LEAST, 2))
    assert not shared(before[1:], after[1:], [True] * (LEAST - 1)).any()
    assert shared(before, after, [True] * LEAST).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_each_familys_moves_add_up_for_every_customer(family, fitted, company):
    model = fitted[family]
    then, now = company.X.iloc[:300], company.X.iloc[300:]
    map_ = fit("isotonic", model.score(company.X), company.y, model.unit)
    (before, base), (after, _) = model.contributions(then), model.contributions(now)
    level = Shifted(map_, 0.3)
    told = moves(
        before, after, base, shared(before, after, [True] * 300), then=map_, now=level,
        served_then=map_.probability(model.score(then)),
        served_now=level.probability(model.score(now)),
        older=map_.probability(model.score(then)),
    )  # fmt: skip
    np.testing.assert_allclose(together(told), told.change, rtol=0, atol=1e-12)
    np.testing.assert_allclose(told.model, 0, atol=1e-12)
    np.testing.assert_allclose(told.entered, 0, atol=1e-12)
