"""What only looks like leaving: downturns, seasons, holidays; the truth says whom they touch and when."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator import market, traits
from simulator.clock import Clock
from simulator.company import Company, simulate
from simulator.mimics import KINDS
from simulator.settings import World
from simulator.yearly import each_year, within

STILL = dict.fromkeys(("leaving", "alarms", "stockers", "dormant", "downturns", "seasonal", "holidays"), 0.0)
CALM = replace(World(customers=600, days=1100), **STILL)
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def calm() -> Company:
    return simulate(CALM, 4)


def value(company: Company, customers: "pd.Series[str]", since: pd.Timestamp, until: pd.Timestamp) -> float:
    trade = company.trade
    chosen = trade["customer_id"].isin(customers) & trade["ordered_at"].between(since, until)
    return float(trade.loc[chosen, "amount"].sum())


def test_in_a_downturn_its_industry_orders_less_and_the_others_as_ever(calm: Company) -> None:
    company = simulate(replace(CALM, downturns=0.25, spared=0.0), 4)
    people = company.customers.drop_duplicates("customer_id")
    deep = company.downturns[company.downturns["full_on"].between("2021-04-01", "2023-06-01")]
    assert len(deep) >= 2
    for row in deep.itertuples():
        there = people.loc[people["industry"] == row.industry, "customer_id"]
        # Sixty days at the bottom, whatever the length.
        left = [value(made, there, row.full_on, row.full_on + 60 * DAY) for made in (company, calm)]
        assert left[0] < 0.85 * left[1], row
    spared = people.loc[~people["industry"].isin(company.downturns["industry"]), "customer_id"]
    start, end = pd.Timestamp(CALM.start), pd.Timestamp(CALM.start) + CALM.days * DAY
    assert len(spared) > 0
    assert value(company, spared, start, end) == pytest.approx(value(calm, spared, start, end), rel=0.1)


def test_nobody_leaves_for_a_downturn() -> None:
    world = replace(CALM, customers=200, leaving=0.16)
    with_them = simulate(replace(world, downturns=1.0), 4).spells
    pd.testing.assert_frame_equal(with_them, simulate(world, 4).spells)


def test_downturns_come_as_often_as_the_settings_say() -> None:
    world = World(downturns=2.0)
    drawn = market.draw(np.random.default_rng(1), world)
    # 2 a year in 8 industries over 200 + 1,461 days: 73; a standard deviation is 8.5.
    assert len(drawn.onset) == pytest.approx(73, abs=26)
    felt = market.felt(np.random.default_rng(1), world, traits.draw(np.random.default_rng(1), world), drawn)
    members = pd.Series(felt.customer).nunique()
    assert members > 0.9 * world.customers  # nearly everybody has met one of nine downturns of its industry
    assert not felt.leaving.any()


def test_a_season_of_ones_own_is_strong_and_the_truth_tells_when() -> None:
    company = simulate(replace(CALM, seasonal=1.0), 4)
    own = company.traits[company.traits["season_swing"] > 0].set_index("customer_id")
    orders = company.trade.drop_duplicates("order_id").query("customer_id in @own.index")
    off = (orders["ordered_at"].dt.day_of_year - 1 - orders["customer_id"].map(own["season_peak"])) % 365
    strong, weak = (off < 46) | (off >= 319), off.between(137, 228)
    # Swings of .45 to .80 give e^(2 * .6) = 3.3 between the peaks, about 3 between the quarters around them.
    assert 2.2 < strong.sum() / weak.sum() < 4
    told = company.mimics[company.mimics["kind"] == "season"]
    assert set(told["customer_id"]) <= set(own.index)
    assert set(told["customer_id"]) >= set(own.index[own["joined_on"] < CALM.start.isoformat()])


def test_nobody_orders_in_its_holiday() -> None:
    company = simulate(replace(CALM, holidays=1.0, reminded=0.0), 4)
    told = company.mimics[company.mimics["kind"] == "holiday"]
    bought = company.trade.loc[~company.trade["is_return"], ["customer_id", "ordered_at"]]
    days = bought.merge(told, on="customer_id")
    # Weeks that lie in it whole; ordering stops and starts again with the week.
    inside = days["ordered_at"].between(days["from_on"] + 7 * DAY, days["until_on"] - 7 * DAY)
    around = days["ordered_at"].between(days["from_on"] - 28 * DAY, days["from_on"] - 14 * DAY)
    assert around.sum() > 500
    assert inside.sum() == 0


def test_the_mimics_are_those_of_customers_that_were_there() -> None:
    shocked = (("machinery", 400, 0.3), ("north", 600, 0.9))
    world = World(customers=800, tariffs=2.0, planted=shocked)
    company = simulate(replace(world, leaving=0.4), 5)
    told = company.mimics
    assert set(told["kind"]) == set(KINDS)
    assert (told["from_on"] <= told["until_on"]).all()
    last = told["customer_id"].map(company.leavers.set_index("customer_id")["last_purchase_on"])
    assert not (told["from_on"] >= last).any()
    joined = told["customer_id"].map(company.traits.set_index("customer_id")["joined_on"])
    assert (told["until_on"] >= joined).all()
    stock = company.traits.set_index("customer_id")["stocker"]
    assert stock[told.loc[told["kind"] == "stocking", "customer_id"]].all()


def test_a_time_of_the_year_recurs_and_may_span_the_new_year() -> None:
    clock = Clock(World().start, 800)  # from 1 January 2021
    begins, lasts = np.array([360.0, np.nan]), np.array([20.0, 20.0])
    inside = within(clock, begins, lasts, np.array([5.0, 100.0, 361.0, 370.0]))
    assert inside.tolist() == [[True, False, True, True], [False] * 4]
    customer, since, until = each_year(clock, begins, lasts)
    # 27 December 2020 is day -5 (a leap year: its day 360 is 26 December, six days before); then yearly.
    assert customer.tolist() == [0, 0, 0]
    assert since.tolist() == [-6, 360, 725]
    assert (until - since == 20).all()
