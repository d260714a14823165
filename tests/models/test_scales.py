"""Are numbers still in their unit? Thing by thing, never by the mix of things."""

import numpy as np
import pytest

from models.notices import Notice
from models.scales import notice

AS_OF, THINGS = 1500, 60
RNG = np.random.default_rng(3)
DAY = np.repeat(np.arange(0, AS_OF + 1, 3), THINGS)
THING = np.tile(np.arange(THINGS), AS_OF // 3 + 1)
PRICE = np.exp(THING / 10) * RNG.lognormal(0, 0.2, len(DAY))
LATE = DAY > AS_OF - 14


def told(value: np.ndarray, thing: np.ndarray = THING, day: np.ndarray = DAY) -> Notice | None:
    return notice("trade.price", "product", thing, day, value, AS_OF, 1.3, 5.0)


def test_prices_that_stay_are_left_alone() -> None:
    found = told(PRICE)
    assert found is not None
    assert found.verdict == "nothing"
    assert found.figures["compared"] == THINGS


def test_a_price_list_that_doubled_a_month_ago_is_told_as_twice() -> None:
    found = told(np.where(DAY > AS_OF - 28, 2 * PRICE, PRICE))
    assert found is not None
    assert found.verdict == "look"
    assert found.figures["times"] == pytest.approx(2.0, rel=0.05)
    assert "unit" not in found.words


def test_a_factor_of_a_thousand_looks_like_another_unit() -> None:
    found = told(np.where(DAY > AS_OF - 28, 1000 * PRICE, PRICE))
    assert found is not None
    assert found.words.endswith("That looks like another unit.")


def test_a_change_of_two_weeks_is_seen_though_half_of_the_block_is_older() -> None:
    # Half of the block at ten times: the mean of logs moves by sqrt(10) = 3.2.
    found = told(np.where(LATE, 10 * PRICE, PRICE))
    assert found is not None
    assert found.verdict == "look"
    assert found.figures["times"] == pytest.approx(10**0.5, rel=0.15)


def test_buying_dearer_things_is_no_change_of_prices() -> None:
    kept = ~LATE | (THING >= THINGS // 2)
    found = told(PRICE[kept], THING[kept], DAY[kept])
    assert found is not None
    assert found.verdict == "nothing"


def test_too_few_things_say_nothing() -> None:
    few = THING < 19
    assert told(PRICE[few], THING[few], DAY[few]) is None


def test_signs_zeros_and_gaps_have_no_size() -> None:
    value = PRICE.copy()
    value[::7], value[::11], value[::13] = 0.0, np.nan, -value[::13]
    found = told(value)
    assert found is not None
    assert found.verdict == "nothing"
