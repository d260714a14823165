"""The budget: the best list of plans, what it may take, and what more of it would bring."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import OptimizeResult

from actions import priority
from actions.priority import Budget, at_prices, choose


def rows(*told: tuple[Any, ...]) -> pd.DataFrame:
    """customer, play, profit, hours, and where it matters money, role, in sight"""
    full = [(*one, *(0.0, "account_manager", False)[len(one) - 4 :]) for one in told]
    return pd.DataFrame(
        full, columns=["customer_id", "play", "profit", "hours", "money", "owner_role", "in_sight"]
    )


def drawn(seed: int, customers: int, plays: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = customers * plays
    return pd.DataFrame(
        {
            "customer_id": np.repeat([f"C{i:05d}" for i in range(customers)], plays),
            "play": np.tile([f"p{i}" for i in range(plays)], customers),
            "profit": rng.normal(50, 100, n).round(2),
            "hours": rng.choice([0.5, 1.0, 3.0, 7.0], n),
            "money": rng.choice([0.0, 50.0, 200.0], n),
            "owner_role": rng.choice(["account_manager", "service_manager"], n),
            "in_sight": np.repeat(rng.random(customers) < 0.2, plays),
        }
    )


def chosen(told: pd.DataFrame, budget: Budget) -> list[tuple[str, str]]:
    return list(
        told.loc[choose(told, budget).rows, ["customer_id", "play"]].itertuples(index=False, name=None)
    )


def test_two_smaller_plans_beat_the_best_one_that_takes_all_hours() -> None:
    told = rows(("A", "full", 100, 10), ("B", "light", 60, 5), ("C", "light", 60, 5))
    assert chosen(told, Budget(hours=10, sight=0)) == [("B", "light"), ("C", "light")]


def test_a_customer_gets_one_play() -> None:
    told = rows(("A", "full", 100, 5), ("A", "light", 90, 1))
    assert chosen(told, Budget(hours=100, sight=0)) == [("A", "full")]


def test_the_lighter_play_is_taken_where_the_hours_bring_more_elsewhere() -> None:
    told = rows(("A", "full", 100, 5), ("A", "light", 90, 1), ("B", "full", 80, 4))
    assert chosen(told, Budget(hours=5, sight=0)) == [("A", "light"), ("B", "full")]


def test_what_brings_nothing_is_not_done_though_there_are_hours() -> None:
    told = rows(("A", "light", 0.0, 1), ("B", "light", -5.0, 1))
    assert chosen(told, Budget()) == []


def test_hours_of_a_role_and_money_are_limits_of_their_own() -> None:
    told = rows(
        ("A", "x", 100, 5, 0.0, "service_manager"),
        ("B", "x", 90, 5, 0.0, "service_manager"),
        ("C", "x", 10, 5, 100.0, "account_manager"),
        ("D", "x", 9, 5, 0.0, "account_manager"),
    )
    assert chosen(told, Budget(50, 50, {"service_manager": 5}, sight=0)) == [("A", "x"), ("D", "x")]


def test_a_share_of_the_hours_goes_to_those_in_sight() -> None:
    told = rows(
        ("A", "x", 100, 5, 0.0, "account_manager", False),
        ("B", "x", 90, 5, 0.0, "account_manager", False),
        ("S", "x", 5, 5, 0.0, "account_manager", True),
    )
    assert chosen(told, Budget(hours=10, sight=0.0)) == [("A", "x"), ("B", "x")]
    assert chosen(told, Budget(hours=10, sight=0.5)) == [("A", "x"), ("S", "x")]


def test_the_share_asks_nobody_for_a_longer_play_than_its_best() -> None:
    told = rows(
        ("S", "light", 50, 1, 0.0, "account_manager", True),
        ("S", "full", 10, 9, 0.0, "account_manager", True),
        ("A", "x", 20, 1, 0.0, "account_manager", False),
    )
    assert chosen(told, Budget(hours=20, sight=0.5)) == [("S", "light"), ("A", "x")]


def possible(told: pd.DataFrame, budget: Budget) -> float:
    """The profit of the best list, by trying every one."""
    options = [[None, *part.index] for _, part in told.groupby("customer_id")]
    best = 0.0
    for picked in product(*options):
        some = told.loc[[row for row in picked if row is not None]]
        by_role = some.groupby("owner_role")["hours"].sum()
        fits = some["hours"].sum() <= budget.hours and some["money"].sum() <= budget.money
        if fits and all(by_role.get(role, 0.0) <= most for role, most in budget.roles.items()):
            best = max(best, float(some["profit"].sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_no_other_list_brings_more(seed: int) -> None:
    told = drawn(seed, customers=6, plays=2)
    budget = Budget(hours=9, money=220, roles={"service_manager": 5}, sight=0)
    found = choose(told, budget)
    assert found.proven
    assert found.profit == pytest.approx(possible(told, budget))


@pytest.mark.parametrize("seed", range(3))
def test_a_list_of_hundreds_keeps_to_every_limit_and_tells_how_far_from_the_best_it_can_be(seed: int) -> None:
    told = drawn(seed, customers=400)
    budget = Budget(hours=150, money=3000, roles={"service_manager": 40})
    found = choose(told, budget)
    some = told[found.rows]
    assert some["hours"].sum() <= 150
    assert some["money"].sum() <= 3000
    assert some.loc[some["owner_role"] == "service_manager", "hours"].sum() <= 40
    assert not some["customer_id"].duplicated().any()
    assert some.loc[some["in_sight"], "hours"].sum() >= 0.05 * 150
    assert found.gap <= 0.01


def test_the_order_of_the_rows_changes_nothing() -> None:
    told = pd.concat([drawn(1, 50), rows(("X1", "a", 60, 1), ("X2", "a", 60, 1), ("X3", "a", 60, 1))])
    told = told.reset_index(drop=True)
    budget = Budget(hours=20, money=500)
    mixed = told.sample(frac=1, random_state=5)
    assert sorted(chosen(mixed, budget)) == sorted(chosen(told, budget))


def test_a_price_is_what_one_more_hour_brings() -> None:
    # Plans of 1 hour that bring 50, 40, 30; two hours: a third one would bring 30.
    told = rows(("A", "x", 50, 1), ("B", "x", 40, 1), ("C", "x", 30, 1), ("D", "x", 20, 1))
    found = choose(told, Budget(hours=2.5, sight=0))
    assert found.prices["hours"] == pytest.approx(30)
    assert found.prices["money"] == 0


def test_who_would_be_planned_is_told_by_the_prices() -> None:
    told = rows(("A", "x", 50, 1), ("B", "x", 40, 1), ("C", "x", 30, 1))
    others = rows(("Y", "x", 31, 1), ("Z", "x", 29, 1), ("W", "x", 59, 2))
    over = at_prices(others, choose(told, Budget(hours=2.5, sight=0)).prices)
    assert over.tolist() == pytest.approx([1, -1, -1])  # 31 - 30, 29 - 30, 59 - 2 * 30


def test_nobody_to_plan_for_is_an_empty_list() -> None:
    found = choose(drawn(0, 3).iloc[:0], Budget())
    assert not found.rows.any()
    assert found.profit == 0


def test_a_list_that_breaks_the_budget_is_not_taken_from_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(cost: np.ndarray, **_: Any) -> OptimizeResult:
        return OptimizeResult(x=np.append(np.ones(len(cost) - 1), 0.0), status=0, fun=0.0)

    told = drawn(5, 40)
    budget = Budget(hours=20, money=500.0)
    honest = choose(told, budget)
    monkeypatch.setattr(priority, "milp", everything)
    found = choose(told, budget)
    taken = told[found.rows]
    assert 0 < taken["hours"].sum() <= 20
    assert taken["money"].sum() <= 500
    assert taken["customer_id"].is_unique
    assert not found.proven
    assert found.profit * (1 + found.gap) >= honest.profit > 0
