"""No second purchase: hazards by age, what a horizon makes of them, and a shift learnt on later dates."""

import numpy as np
import pytest

from models import second
from models.second import Second


def company(
    seed: int, customers: int = 3000, days: int = 900, rate: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """Customers that come at any time; each buys again with the same chance on every day, known up to ``days``."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, days, customers).astype(float)
    again = first + rng.geometric(rate, customers)
    return first, np.where(again <= days, again, np.nan)


def test_the_hazards_are_events_over_days_at_risk_drawn_to_the_week_before() -> None:
    # Two customers begin on day 0. One buys on day 3; the other never, and is seen for 10 days.
    hazards = second._hazards(np.array([0.0, 0.0]), np.array([3.0, np.inf]), 10)
    everybody = 1 / 13  # one purchase in 3 + 10 customer-days
    first = (1 + second.STRENGTH * everybody) / (3 + 7 + second.STRENGTH)
    later = (0 + second.STRENGTH * first) / (3 + second.STRENGTH)
    assert hazards == pytest.approx([first, later])


def test_the_probability_is_the_product_over_the_days_ahead() -> None:
    # From age 5: two days in the first week at .1, then one in the second at .2, the last that is known.
    p = second._p_none([0.1, 0.2], [5, 30], 3)
    assert p == pytest.approx([0.9**2 * 0.8, 0.8**3])


def test_it_finds_a_constant_hazard_and_needs_no_shift_for_it() -> None:
    learnt = second.fit(*company(1), until=900, horizon=60)
    assert learnt is not None
    assert learnt.p_none([5, 60, 200]) == pytest.approx([0.98**60] * 3, abs=0.06)
    assert abs(learnt.shift) < 0.25
    assert learnt.mean_p == pytest.approx(learnt.observed, abs=0.06)


def test_a_change_after_the_fitted_dates_is_made_good_by_the_shift() -> None:
    # As many come, but in the last 200 days nobody buys a second time.
    first, again = company(2)
    learnt = second.fit(first, np.where(again > 700, np.nan, again), until=900, horizon=60)
    assert learnt is not None
    assert learnt.shift > 0.5
    plain = Second(60, learnt.hazards, 0.0, 1, 1, 1.0, 1.0)
    assert (learnt.p_none([10, 90]) > plain.p_none([10, 90])).all()


def test_what_happens_later_than_the_day_says_nothing() -> None:
    first, again = company(3)
    later = np.where(again > 600, np.nan, again)
    known = first <= 600
    now = second.fit(first[known], later[known], until=600, horizon=60)
    assert now == second.fit(first, again, until=600, horizon=60)


def test_too_few_to_calibrate_on_is_nothing() -> None:
    assert second.fit(*company(4, customers=20), until=900, horizon=60) is None
    assert second.fit(*company(5, rate=0.9), until=900, horizon=60) is None
    assert second.fit(np.array([]), np.array([]), until=900, horizon=60) is None
