"""A number against those of the others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from actions.others import FEWEST, placed

ONE = np.zeros(5, int)


def test_the_middle_is_that_of_the_others_alone() -> None:
    # The others of the last number are 1, 2, 3, 4: their median is 2.5, its own 100 moves nothing.
    told = placed(np.array([[1.0], [2.0], [3.0], [4.0], [100.0]]), ONE)
    assert told.middle[4, 0] == 2.5
    # Quartiles of 1, 2, 3, 4 are 1.75 and 3.25: 1.5 / 1.349; the tenths 1.3 and 3.7: 2.4 / 2.563, which is less.
    assert told.beyond[4, 0] == pytest.approx((100 - 2.5) / (1.5 / 1.349))


def test_where_most_are_alike_the_spread_is_their_standard_deviation() -> None:
    values = np.zeros((100, 1))
    values[:2] = 1.0
    # The others of a 1 are one 1 and 98 zeros: a mean of 1/99, a variance of 1/99 - 1/99^2.
    expected = 1 / np.sqrt(1 / 99 - 1 / 99**2)
    assert placed(values, np.zeros(100, int)).beyond[0, 0] == pytest.approx(expected)


def test_where_all_others_are_alike_the_unit_itself_is_the_spread() -> None:
    assert placed(np.array([[7.0], [7.0], [7.0], [7.0], [9.0]]), ONE).beyond[4, 0] == 2.0


def test_what_is_unknown_is_no_other_and_has_no_place() -> None:
    told = placed(np.array([[1.0], [3.0], [np.nan], [5.0], [7.0]]), ONE)
    assert told.middle[0, 0] == 5.0
    assert np.isnan(told.beyond[2, 0])


def test_nobody_is_held_against_fewer_than_two_others() -> None:
    assert np.isnan(placed(np.array([[1.0], [2.0]]), np.zeros(2, int)).beyond).all()


def test_a_group_is_held_against_its_own_and_a_small_one_against_everybody() -> None:
    large = np.arange(FEWEST + 1.0)
    values = np.concatenate([large, [500.0]])[:, None]
    told = placed(values, np.array([0] * len(large) + [1]))
    assert told.middle[0, 0] == np.median(large[1:])
    assert told.middle[-1, 0] == np.median(large)


@settings(max_examples=60, deadline=None)
@given(arrays(float, (12, 2), elements=some.floats(-1e3, 1e3)), some.floats(1e-3, 100), some.integers(0, 11))
def test_a_larger_number_never_lies_lower(values: np.ndarray, more: float, row: int) -> None:
    groups = np.zeros(12, int)
    before = placed(values, groups).beyond[row, 0]
    values = values.copy()
    values[row, 0] += more
    after = placed(values, groups).beyond[row, 0]
    assert after >= before - 1e-6 * abs(before)
