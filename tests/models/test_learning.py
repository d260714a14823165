"""Nested parts, and what more of the data would bring."""

import numpy as np
import pandas as pd
import pytest

from models import learning
from models.errors import TooLittle
from models.learning import Part

DATES = np.repeat(pd.date_range("2023-01-31", periods=14, freq="ME").to_numpy(), 10)
CUSTOMERS = np.tile([f"C{i}" for i in range(10)], 14)


def test_history_grows_from_the_latest_date_back():
    parts = learning.history(DATES, ["a"])
    assert [part.size for part in parts] == [1, 2, 3, 6, 9, 12, 14]
    assert [len(np.unique(DATES[part.rows])) for part in parts] == [1, 2, 3, 6, 9, 12, 14]
    assert all(DATES[part.rows].max() == DATES.max() for part in parts)


def test_customers_are_drawn_once_and_nested():
    parts = learning.customers(np.tile(np.arange(64), 3), ["a"], seed=3)
    assert [part.size for part in parts] == [4, 8, 16, 32, 64]
    for smaller, larger in zip(parts, parts[1:], strict=False):  # noqa: RUF007
        assert (larger.rows | ~smaller.rows).all()
    assert [part.rows.sum() for part in parts] == [12, 24, 48, 96, 192]  # with all their rows
    other = learning.customers(np.tile(np.arange(64), 3), ["a"], seed=4)
    assert (other[0].rows != parts[0].rows).any()


def test_a_window_limits_the_features_and_what_has_none_comes_last():
    days = {"a_30d": 30, "a_90d": 90, "b_90d": 90, "a_730d": 730, "a_ever": None}
    parts = learning.windows(days, rows=5)
    assert [(part.size, part.features) for part in parts] == [
        (30, ("a_30d",)),
        (90, ("a_30d", "a_90d", "b_90d")),  # 180 and 365 add nothing and are not told
        (0, ("a_30d", "a_90d", "b_90d", "a_730d", "a_ever")),
    ]


def judged(n=600):
    rng = np.random.default_rng(5)
    p = rng.beta(1.5, 3, n)
    return (rng.random(n) < p).astype(int), p, np.arange(n) // 2


def blurred(p, size):
    """The truth, the more blurred the less there was to learn from."""
    noise = np.random.default_rng(size).normal(size=len(p))
    return 1 / (1 + np.exp(-(np.log(p / (1 - p)) + noise * 6 / size)))


def test_what_all_is_better_by_is_the_difference_of_the_figures():
    y, p, groups = judged()
    parts = [Part(size, np.ones(1, bool), ("a",)) for size in (2, 4, 32)]
    told = list(learning.studied(parts, lambda part: blurred(p, part.size), y, groups, n=200, seed=1))
    assert [part.size for part, _, _ in told] == [2, 4, 32]
    last = told[-1][1]
    for _, figures, lacks in told:
        gained = figures["log_loss"].value - last["log_loss"].value
        assert lacks["log_loss"].value == pytest.approx(gained)
        assert lacks["roc_auc"].value == pytest.approx(last["roc_auc"].value - figures["roc_auc"].value)
    assert told[0][2]["log_loss"].low > 0
    assert told[-1][2]["log_loss"] == (0, 0, 0)


def test_a_part_too_small_to_fit_is_left_out_and_a_whole_too_small_is_refused():
    y, p, groups = judged()
    parts = [Part(size, np.ones(1, bool), ("a",)) for size in (1, 4, 32)]

    def said(part, least=4):
        if part.size < least:
            raise TooLittle("Nobody left.")
        return p

    told = list(learning.studied(parts, said, y, groups, n=100, seed=1))
    assert [part.size for part, _, _ in told] == [4, 32]
    with pytest.raises(TooLittle):
        list(learning.studied(parts, lambda part: said(part, 99), y, groups, n=100, seed=1))
