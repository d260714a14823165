"""The gate lets through what is better and does no harm elsewhere; each figure beside its arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from models import gate
from models.errors import TooLittle
from models.profit import Offer

OFFER = Offer(contact_cost=10.0, incentive_share=0.05, alpha=6.0, beta=14.0)
"""Accepted by .3: a leaver worth 1,000 brings .3 * .95 * 1,000 - 10 = 275, a stayer -.05 * 1,000 - 10 = -60."""


def company(left: list[int], value: float = 1000.0, dates: int = 1) -> gate.Outcome:
    """Customers of equal value, each on ``dates`` dates with the same outcome."""
    who = np.tile(np.arange(len(left)), dates)
    when = np.repeat(np.arange(dates), len(left))
    return gate.Outcome(who, when, np.tile(np.array(left, float), dates), np.full(len(who), value))


def said(*parts: tuple[int, float]) -> gate.Said:
    """``(30, 0.9), (70, 0.1)``: thirty customers at .9, then seventy at .1."""
    return gate.Said(np.concatenate([np.full(count, p) for count, p in parts]))


HUNDRED = company([1] * 30 + [0] * 70)
"""Thirty leavers, then seventy that stay."""


def checks(
    outcome: gate.Outcome, champion: gate.Said, challenger: gate.Said, **more: float
) -> dict[str, gate.Check]:
    terms = replace(gate.Terms(), **more)
    return {check.name: check for check in gate.compare(outcome, champion, challenger, OFFER, terms, n=200)}


def test_a_model_is_not_better_than_itself() -> None:
    told = checks(HUNDRED, said((30, 0.6), (70, 0.2)), said((30, 0.6), (70, 0.2)))
    assert [check.difference for check in told.values()] == [0, 0, 0, 0]
    assert [name for name, check in told.items() if not check.holds] == ["log_loss"]


def test_the_gain_is_that_of_the_mean_log_loss_and_brier() -> None:
    told = checks(HUNDRED, said((30, 0.6), (70, 0.2)), said((30, 0.7), (70, 0.2)))
    assert told["log_loss"].champion == pytest.approx(-(30 * np.log(0.6) + 70 * np.log(0.8)) / 100)
    assert told["log_loss"].difference == pytest.approx(0.3 * (np.log(0.7) - np.log(0.6)))
    assert told["brier"].difference == pytest.approx(0.3 * (0.4**2 - 0.3**2))
    assert gate.promoted(list(told.values()))


def test_the_promises_are_counted_in_customers() -> None:
    # High promises more than .80 of 40, that is 32, and 30 come: 2 lack. Low promises fewer than .30, and 0 come.
    told = checks(HUNDRED, said((40, 0.7), (60, 0.1)), said((40, 0.9), (60, 0.1)))
    assert told["promises"].champion == 0
    assert told["promises"].challenger == pytest.approx(2 / 100)
    # Low of all hundred: 30 come, and 30 were allowed; of the 45 first, 30 come where 13.5 were allowed.
    told = checks(HUNDRED, said((100, 0.2)), said((45, 0.2), (55, 0.5)))
    assert told["promises"].champion == 0
    assert told["promises"].challenger == pytest.approx((30 - 0.30 * 45) / 100)


def test_the_profit_is_that_of_the_list_at_the_budget() -> None:
    # Ten are listed. The champion lists ten leavers: 10 * 275 / 100; the challenger those who stay: 10 * -60 / 100.
    told = checks(HUNDRED, said((10, 0.7), (90, 0.2)), said((90, 0.2), (10, 0.7)))
    assert told["profit"].champion == pytest.approx(27.5)
    assert told["profit"].challenger == pytest.approx(-6)
    # The best list that could have been made is the champion's own, and .15 of it is the margin.
    assert told["profit"].wanted == pytest.approx(-0.15 * 27.5)
    assert not told["profit"].holds


def test_a_list_is_made_for_every_date() -> None:
    outcome = company([1] * 30 + [0] * 70, dates=2)
    first, second = np.full(100, 0.2), np.full(100, 0.2)
    first[:10] = 0.9
    told = checks(outcome, gate.Said(np.append(first, second)), gate.Said(np.append(first, second)))
    # On the second date all are tied, so each is a tenth on the list: 30 * .1 * 275 + 70 * .1 * -60 = 405.
    assert told["profit"].champion == pytest.approx((10 * 275 + 405) / 200)


def test_where_nobody_is_worth_anything_money_decides_nothing() -> None:
    outcome = company([1] * 30 + [0] * 70, value=0.0)
    assert checks(outcome, said((10, 0.7), (90, 0.2)), said((90, 0.2), (10, 0.7)))["profit"].holds


def test_a_customer_on_three_dates_is_no_three_customers() -> None:
    rng = np.random.default_rng(5)
    left = rng.integers(0, 2, 200)
    p, q = (np.clip(0.3 + 0.4 * left + rng.normal(0, 0.2, 200), 0.05, 0.95) for _ in range(2))
    once = gate.compare(company(left.tolist()), gate.Said(p), gate.Said(q), OFFER, gate.Terms(), n=200)
    thrice = gate.compare(
        company(left.tolist(), dates=3),
        gate.Said(np.tile(p, 3)),
        gate.Said(np.tile(q, 3)),
        OFFER,
        gate.Terms(),
        n=200,
    )
    for one, three in zip(once, thrice, strict=True):
        assert three.bound == pytest.approx(one.bound)


def test_a_better_log_loss_does_not_pay_for_a_broken_promise() -> None:
    # Of 1,000 customers 200 leave. The challenger is surer of them, and puts 80 that stay into the high tier.
    outcome = company([1] * 200 + [0] * 800)
    champion = said((200, 0.4), (800, 0.25))
    challenger = said((200, 0.81), (80, 0.81), (720, 0.05))
    told = checks(outcome, champion, challenger)
    assert told["log_loss"].holds
    assert told["promises"].challenger == pytest.approx((0.80 * 280 - 200) / 1000)
    assert not told["promises"].holds


def test_few_leavers_decide_nothing() -> None:
    with pytest.raises(TooLittle, match="19 customers left"):
        checks(company([1] * 19 + [0] * 70), said((89, 0.2)), said((89, 0.2)))
    with pytest.raises(TooLittle, match="5 customers stayed"):
        checks(company([1] * 50 + [0] * 5), said((55, 0.2)), said((55, 0.2)))


def test_a_leaver_on_three_dates_is_one_leaver() -> None:
    with pytest.raises(TooLittle, match="10 customers left"):
        checks(company([1] * 10 + [0] * 70, dates=3), said((240, 0.2)), said((240, 0.2)))


def test_the_same_inputs_give_the_same_bounds() -> None:
    first, again = (
        checks(HUNDRED, said((30, 0.6), (70, 0.2)), said((30, 0.7), (70, 0.21))) for _ in range(2)
    )
    assert first == again
