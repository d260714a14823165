"""Cross-fitted probabilities: nobody is judged by a map that saw it."""

import numpy as np
import pytest

from models import calibration, crossfit, metrics
from models.errors import TooLittle


def sample(n: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    score = rng.normal(size=n)
    y = (rng.random(n) < 1 / (1 + np.exp(-score))).astype(int)
    return score, y, np.arange(n) // 3  # three rows a customer


def test_a_customer_s_own_labels_do_not_move_its_probability() -> None:
    score, y, customer = sample()
    before = crossfit.probabilities(score, y, customer, "log-odds", ["sigmoid"])
    other = y.copy()
    mixed = next(c for c in np.unique(customer) if 0 < y[customer == c].sum() < 3)
    # Turned round within the customer, so that it still has left at some time and keeps its fifth.
    other[customer == mixed] = y[customer == mixed][::-1]
    after = crossfit.probabilities(score, other, customer, "log-odds", ["sigmoid"])
    assert np.array_equal(after[customer == mixed], before[customer == mixed])


def test_a_free_map_looks_worse_on_those_that_it_did_not_see() -> None:
    score, y, customer = sample()
    own = calibration.fit("isotonic", score, y, "log-odds").probability(score)
    crossed = crossfit.probabilities(score, y, customer, "log-odds", ["isotonic"])
    assert metrics.log_loss(y, crossed) > metrics.log_loss(y, own)


def test_the_order_of_rows_plays_no_part() -> None:
    score, y, customer = sample()
    order = np.random.default_rng(4).permutation(len(y))
    straight = crossfit.probabilities(score, y, customer, "log-odds")
    mixed = crossfit.probabilities(score[order], y[order], customer[order], "log-odds")
    assert np.allclose(mixed, straight[order], atol=1e-9)


def test_one_class_is_too_little() -> None:
    score, y, customer = sample()
    with pytest.raises(TooLittle):
        crossfit.probabilities(score, np.zeros_like(y), customer, "log-odds")
