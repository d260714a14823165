import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.figures import STATISTICS, drawn, estimates, highest, lists
from models.intervals import bootstrap_all, difference, resamples


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 5)), min_size=1, max_size=40))
def test_the_one_pass_agrees_with_the_plain_bootstrap(made):
    """Whatever the ties, customers with many rows, and resamples without leavers."""
    y, p, customers = (np.array(column) for column in zip(*made, strict=True))
    one = estimates(y, p / 6, resamples(customers, 60, seed=2))
    plain = bootstrap_all(STATISTICS, y, p / 6, groups=customers, n=60, seed=2)
    for name in STATISTICS:
        np.testing.assert_allclose(one[name], plain[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_list_by_hand():
    y = [1, 0, 1, 0]
    told = lists(y, {"two": [1, 1, 0, 0], "nobody": [0, 0, 0, 0]}, resamples([1, 2, 3, 4], 50, seed=0))
    assert told["two"]["precision"].value == 0.5
    assert told["two"]["recall"].value == 0.5
    assert np.isnan(told["nobody"]["precision"].value)
    assert told["nobody"]["recall"] == (0.0, 0.0, 0.0)


def test_customers_tied_where_the_list_ends_are_on_it_in_parts():
    # Half of five is three: .9 is on it, and of three tied customers two, two thirds of each.
    np.testing.assert_allclose(highest([0.5, 0.9, 0.5, 0.5, 0.1], 0.5), [2 / 3, 1, 2 / 3, 2 / 3, 0])


def test_a_tenth_of_thirty_is_three():
    assert highest(np.arange(30.0), 0.1).sum() == 3


def test_the_precision_of_the_highest_is_that_of_the_metrics():
    from models.metrics import precision_at

    rng = np.random.default_rng(0)
    p, y = rng.integers(0, 20, 200) / 20, rng.integers(0, 2, 200)
    told = lists(y, {"top": highest(p, 0.15)}, resamples(np.arange(200), 10, seed=0))
    assert told["top"]["precision"].value == pytest.approx(precision_at(y, p, share=0.15))


def test_a_difference_is_drawn_on_the_same_customers():
    rng = np.random.default_rng(5)
    who = rng.integers(0, 60, 150)
    y, p = rng.integers(0, 2, 150), rng.random(150)
    other = np.clip(p + rng.normal(0, 0.05, 150), 0, 1)
    blocks = list(resamples(who, 200, seed=1))
    less = drawn(y, p, blocks).minus(drawn(y, other, blocks), STATISTICS)
    for name, statistic in STATISTICS.items():
        plain = difference(statistic, y, p, other, groups=who, n=200, seed=1)
        np.testing.assert_allclose(less[name], plain, atol=1e-12, err_msg=name)
    # The pair is alike, so its difference is surer than either figure.
    alone = drawn(y, p, blocks).intervals()["brier"]
    assert less["brier"].high - less["brier"].low < (alone.high - alone.low) / 2
