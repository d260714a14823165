"""What has moved between two dates, beyond chance and beyond what moves every year."""

import numpy as np
import pytest

from models import drift
from models.drift import Limits, compared, psis

RNG = np.random.default_rng(5)
STILL = RNG.normal(size=(4, 2000, 1))


def moved(now: np.ndarray, then: np.ndarray, past: list[float] | None = None, customers: int = 0) -> bool:
    usual = [np.array([one]) for one in past or []]
    return bool(compared(now, then, usual, Limits(), customers).moved[0])


def test_two_samples_of_one_population_have_not_moved() -> None:
    assert not moved(STILL[0], STILL[1])


def test_a_feature_a_hundred_times_as_large_has_moved() -> None:
    assert moved(np.exp(STILL[0]) * 100, np.exp(STILL[1]))


def test_a_feature_that_nobody_has_any_more_has_moved() -> None:
    gone = np.where(RNG.random((2000, 1)) < 0.6, np.nan, STILL[0])
    found = compared(gone, STILL[1], [], Limits())
    assert found.moved[0]
    # The unknown hold .6 where they held nothing, half a row of 2,000: .6 * ln(.6 / .00025) alone is 4.7.
    assert found.psi[0] > 4


def test_what_moves_as_far_every_year_is_usual() -> None:
    now = STILL[0] + 1.0
    psi = float(psis(now, STILL[1])[0])
    assert moved(now, STILL[1])
    assert not moved(now, STILL[1], [psi, 0.8 * psi, 0.9 * psi])
    assert moved(now, STILL[1], [psi, psi])  # two past years are too few to learn from
    assert moved(now, STILL[1], [psi / 2] * 3)


def test_rows_of_the_same_customers_count_once() -> None:
    # 40 customers on either side, those of then with 50 rows each: 40 rows are all that is known of them.
    then = np.repeat(STILL[1][:40], 50, axis=0)
    now = STILL[0][:40] + 1.0
    many, few = compared(now, then, [], Limits()), compared(now, then, [], Limits(), customers=40)
    assert few.p[0] > many.p[0]
    assert few.chance[0] > many.chance[0]


def test_the_p_value_counts_every_feature_that_was_asked() -> None:
    now, then = STILL[0][:200] + 0.4, STILL[1][:200]
    alone = compared(now, then, [], Limits()).p[0]
    among = compared(np.repeat(now, 5, axis=1), np.repeat(then, 5, axis=1), [], Limits()).p[0]
    assert among == pytest.approx(5 * alone)


@pytest.mark.parametrize(
    ("moving", "reasons", "verdict"),
    [
        ([0], [0.05, 0.05, 0.4, 0.5], "nothing"),
        ([0], [0.1, 0, 0.4, 0.5], "look"),
        ([0, 1], [0.3, 0.2, 0.2, 0.3], "retrain"),
    ],
)
def test_what_moved_counts_by_what_it_carries(moving: list[int], reasons: list[float], verdict: str) -> None:
    names = ["a", "b", "c", "d"]
    flags = np.isin(np.arange(4), moving)
    found = drift.Moved(np.ones(4), np.zeros(4), np.zeros(4), np.zeros(4), flags)
    limits = Limits(features=0.6)
    told = drift.notices(found, names, dict.fromkeys(names, "trade"), np.array(reasons), limits, "then")
    assert [one.verdict for one in told] == [verdict]


def test_a_mean_probability_that_doubles_is_looked_at_unless_it_does_so_every_year() -> None:
    then = RNG.beta(1, 12, 1500)
    now = np.minimum(2 * RNG.beta(1, 12, 1500), 1.0)
    tiers = {"low": (1, 2)}
    seen = drift.predictions(now, then, [], tiers, 1.3, Limits(), "then")
    usual = drift.predictions(now, then, [(0.7, 1.0)] * 3, tiers, 1.3, Limits(), "then")
    assert (seen.verdict, usual.verdict) == ("look", "nothing")
    assert seen.figures["tiers"] == {"low": {"now": 1, "then": 2}}
