"""Shares and medians over customers."""

import numpy as np
import pytest

from models.intervals import between, resamples
from models.shares import median, shares


def test_a_share_is_the_same_as_with_a_weight_for_every_row() -> None:
    rng = np.random.default_rng(5)
    who = rng.integers(30, size=200)
    part, whole = rng.random(200), rng.random(200)
    told = shares({"it": (part, whole)}, who, n=200, seed=9)["it"]
    drawn = [(weights @ part) / (weights @ whole) for weights in resamples(who, 200, 9)]
    assert told == pytest.approx(between(part.sum() / whole.sum(), drawn))


def test_rows_of_one_customer_make_no_narrow_interval() -> None:
    """Ten customers of 100 equal rows each say as much as ten rows."""
    hit = np.repeat([1, 0] * 5, 100)
    alone = shares({"it": ([1, 0] * 5, np.ones(10))}, np.arange(10), seed=2)["it"]
    together = shares({"it": (hit, np.ones(1000))}, np.repeat(np.arange(10), 100), seed=2)["it"]
    assert together == pytest.approx(alone)


def test_a_share_of_nothing_is_open() -> None:
    told = shares({"it": ([0.0, 0.0], [0.0, 0.0])}, ["a", "b"])["it"]
    assert np.isnan([told.value, told.low, told.high]).all()
    assert np.isnan(shares({"it": ([], [])}, [])["it"].value)


@pytest.mark.parametrize(("values", "middle"), [([3, 1, 2], 2), ([4, 3, 2, 1], 2), ([7], 7)])
def test_the_median_is_the_lower_one(values: list[int], middle: int) -> None:
    assert median(values, np.arange(len(values)), n=100).value == middle


def test_the_median_of_a_resample_counts_a_customer_as_often_as_it_was_drawn() -> None:
    """Of two customers, each resample holds twice one (1/4 each) or one of both, whose lower median is 1."""
    told = median([1, 9], ["a", "b"], n=400, seed=1)
    assert (told.low, told.value, told.high) == (1, 1, 9)
