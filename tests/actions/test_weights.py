"""Weights learned from who left."""

import numpy as np
import pytest
from scipy.special import expit

from actions import weights
from actions.readings import DIMENSIONS

PRESET = {"trade": 30.0, "interaction": 25.0, "service": 20.0, "finance": 15.0, "strategic": 10.0}


def history(slopes: list[float], rows: int = 6000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = rng.uniform(20, 95, (rows, 5))
    chance = expit(-2 + ((88 - parts) / 100) @ np.array(slopes))
    return parts, (rng.random(rows) < chance).astype(float)


def test_weights_add_up_to_a_hundred_and_none_is_negative() -> None:
    parts, left = history([3, -2, 0, 0, 0])
    told = weights.learn(parts, left, PRESET, 1.0)
    assert sum(told.values()) == pytest.approx(100)
    assert min(told.values()) >= 0
    assert told["interaction"] < 1  # those who leave had more of it


def test_what_tells_more_weighs_more() -> None:
    parts, left = history([0.5, 0.5, 4, 0.5, 0.5])
    told = weights.learn(parts, left, PRESET, 1.0)
    # The slopes are 0.5, 0.5, 4, 0.5, 0.5: 4 of 6 are 67.
    assert told["service"] == pytest.approx(67, abs=8)


def test_the_preset_pulls_the_more_the_more_leavers_its_word_counts_as() -> None:
    parts, left = history([0, 0, 4, 0, 0])
    service = [weights.learn(parts, left, PRESET, leavers)["service"] for leavers in (1, 1e3, 1e9)]
    assert service[0] > service[1] > service[2]
    assert service[2] == pytest.approx(20, abs=0.1)


def test_with_few_leavers_the_preset_stands() -> None:
    parts, left = history([3, 3, 3, 3, 3], rows=60)
    left[np.flatnonzero(left)[20:]] = 0
    assert weights.learn(parts, left, PRESET, 1.0) == pytest.approx(PRESET)


def test_a_dimension_that_no_record_tells_keeps_the_weight_of_the_preset() -> None:
    parts, left = history([2, 2, 2, 2, 2])
    parts[:, 4] = np.nan
    told = weights.learn(parts, left, PRESET, 1e9)
    assert told["strategic"] == pytest.approx(10, abs=0.1)


def test_the_intervals_hold_the_weights_and_are_narrower_with_more_customers() -> None:
    wide = []
    for rows in (1000, 4000):
        parts, left = history([1, 1, 3, 1, 1], rows=rows)
        told = weights.with_intervals(parts, left, np.arange(rows), PRESET, 50.0, 40, 0)
        assert all(told.low[name] <= told.weights[name] <= told.high[name] for name in DIMENSIONS)
        wide.append(told.high["service"] - told.low["service"])
    assert wide[1] < wide[0]


def test_the_same_history_gives_the_same_weights() -> None:
    parts, left = history([1, 2, 1, 0, 1])
    assert weights.learn(parts, left, PRESET, 50.0) == weights.learn(parts.copy(), left.copy(), PRESET, 50.0)
