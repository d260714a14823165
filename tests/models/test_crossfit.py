import numpy as np
import pytest
from scipy.special import expit

from models.calibration import fit
from models.crossfit import probabilities
from models.errors import TooLittle
from models.metrics import log_loss


@pytest.fixture
def rows():
    rng = np.random.default_rng(2)
    score = rng.normal(size=600)
    return score, (rng.random(600) < expit(0.5 * score - 1)).astype(int), np.arange(600) // 2


def test_labels_of_a_customer_do_not_move_its_own_probability(rows):
    score, y, customers = rows
    once = np.flatnonzero(np.bincount(customers, y) == 1)[0]  # left on one of its two dates
    turned = np.where(customers == once, 1 - y, y)
    before = probabilities(score, y, customers, "log-odds", ["isotonic"])
    after = probabilities(score, turned, customers, "log-odds", ["isotonic"])
    np.testing.assert_array_equal(before[customers == once], after[customers == once])
    assert not np.array_equal(before, after)


def test_a_free_map_does_not_flatter_itself(rows):
    score, y, customers = rows
    honest = log_loss(y, probabilities(score, y, customers, "log-odds", ["isotonic"]))
    assert honest > log_loss(y, fit("isotonic", score, y, "log-odds").probability(score))


def test_what_is_too_high_is_mended(rows):
    score, y, customers = rows
    p = probabilities(score, y, customers, "log-odds", ["sigmoid"])
    assert p.mean() == pytest.approx(y.mean(), abs=0.02)


def test_with_one_leaver_there_is_nothing_to_fit():
    with pytest.raises(TooLittle):
        probabilities(np.arange(20.0), np.r_[1, np.zeros(19)], np.arange(20), "log-odds")
