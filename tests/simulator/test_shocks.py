"""Shocks: an industry falls together, a region stands still, a line grows dear; nobody leaves for them."""

import numpy as np
import pandas as pd
import pytest

from simulator.causes import Sign
from simulator.clock import Clock
from simulator.company import Company, simulate
from simulator.pressure import Pressure
from simulator.settings import World
from simulator.shocks import Duties, draw, felt
from simulator.traits import INDUSTRIES
from simulator.traits import draw as people

DAY = pd.Timedelta(days=1)
WORLD = World(
    customers=1000,
    days=900,
    indexed=True,
    downturns=0.0,
    planted=(("machinery", 400, 0.30), ("north", 75, 0.90), ("L03", 300, 0.25)),
)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(WORLD, 64)


def weekly(company: Company, chosen: "pd.Series[bool]") -> "pd.Series[int]":
    """Order lines a week, of those chosen, by week of the records."""
    sold = company.trade[chosen & ~company.trade["is_return"]]
    week = (sold["ordered_at"] - pd.Timestamp(WORLD.start)).dt.days // 7
    return week.value_counts().reindex(range(WORLD.days // 7), fill_value=0)


def test_an_industry_falls_by_the_planted_depth_as_a_whole() -> None:
    rng = np.random.default_rng(7)
    traits = people(rng, WORLD)
    shocks = draw(rng, WORLD)
    pressure = Pressure(felt(rng, WORLD, traits, shocks), WORLD.customers, np.inf)
    bottom = np.array([400.0 + 60])
    moved = pressure.grid(Sign.ORDERS, bottom) + pressure.grid(Sign.BASKET, bottom)
    hit = traits.industry == INDUSTRIES.index("machinery")
    assert np.exp(moved[hit]).mean() == pytest.approx(0.70, abs=0.02)
    assert (moved[~hit] == 0).all()
    assert (moved[hit] == 0).mean() == pytest.approx(WORLD.spared, abs=0.06)


def test_a_locked_region_orders_next_to_nothing_and_then_more(company: Company) -> None:
    region = company.customers.drop_duplicates("customer_id").set_index("customer_id")["region"]
    sales = weekly(company, company.trade["customer_id"].map(region) == "north")
    usual, shut = sales.loc[0:9].mean(), sales.loc[12:13].mean()
    assert shut < 0.3 * usual
    shocks = company.outside["shocks"]
    over_on = shocks.loc[shocks["kind"] == "lockdown", "over_on"]
    over = int((over_on - pd.Timestamp(WORLD.start)).dt.days.iloc[0]) // 7
    assert sales.loc[over : over + 4].mean() > 1.05 * usual


def test_a_tariff_makes_the_orders_of_one_line_smaller(company: Company) -> None:
    """Worth of an order line on the median: beside the other lines, a quarter less."""
    sold = company.trade[~company.trade["is_return"] & ~company.trade["is_trial"]]
    on_line = sold["product_line"] == "L03"
    day = (sold["ordered_at"] - pd.Timestamp(WORLD.start)).dt.days
    left = [
        sold.loc[on_line & day.between(*span), "amount"].median()
        / sold.loc[~on_line & day.between(*span), "amount"].median()
        for span in ((0, 299), (335, 590))
    ]
    assert left[1] / left[0] == pytest.approx(0.75, abs=0.08)


def test_tariffs_on_a_line_add_up() -> None:
    duties = Duties(
        line=np.array([2, 2]),
        onset=np.array([0.0, 10.0]),
        rise=np.array([10.0, 10.0]),
        hold_until=np.array([100.0, 100.0]),
        fade=np.array([10.0, 10.0]),
        depth=np.array([0.2, 0.5]),
    )
    days = np.array([0, 5, 10, 20, 105, 110])
    # 5: half of the first, .8 ** .5; 20: .8 * .5; 105: half of both.
    left = duties.factor(np.full(6, 2), days)
    assert left == pytest.approx([1, 0.8**0.5, 0.8, 0.4, 0.4**0.5, 1])
    assert (duties.factor(np.full(6, 3), days) == 1).all()


def test_nobody_leaves_for_a_shock() -> None:
    struck, calm = (
        simulate(World(customers=300, days=600, planted=planted), 5).leavers
        for planted in ((("machinery", 300, 0.4), ("north", 200, 0.9)), ())
    )
    both = struck.merge(calm, on="customer_id", how="outer", suffixes=("", "_calm"), indicator=True)
    # The planned day is the same; the order on it may come sooner or later, or not within the records.
    assert (both["_merge"] == "both").mean() > 0.9
    same = both[both["_merge"] == "both"]
    assert (same["onset_on"] == same["onset_on_calm"]).mean() > 0.95


def test_shocks_are_told_as_mimics(company: Company) -> None:
    told = company.mimics
    shut = told[told["kind"] == "lockdown"]
    region = company.customers.drop_duplicates("customer_id").set_index("customer_id")["region"]
    assert set(shut["customer_id"].map(region)) == {"north"}
    assert (shut["from_on"] == pd.Timestamp(WORLD.start) + 75 * DAY).all()


def test_the_index_follows_the_shock_and_comes_weeks_late(company: Company) -> None:
    market = company.outside["market"]
    machines = market[(market["industry"] == "machinery") & (market["region"] == "south")]
    index = machines.dropna(subset=["index"]).set_index("month_on")["index"]
    # Day 400 is 5 February 2022; by May at the latest the shock is full.
    assert index["2022-05-01"] / index["2022-01-01"] == pytest.approx(0.70, abs=0.06)
    published = market.dropna(subset=["index"])
    late = published["known_at"] - (published["month_on"] + pd.offsets.MonthEnd(0))
    assert late.min() >= WORLD.index_days[0] * DAY
    assert late.max() <= (WORLD.index_days[1] + 2) * DAY


def test_an_event_is_known_on_its_day_and_the_index_of_its_month_later(company: Company) -> None:
    market = company.outside["market"]
    key = ["industry", "region", "month_on"]
    assert not market.duplicated([*key, "known_at"]).any()
    told = market[market["event"].notna()]
    early = told[told["index"].isna()]
    later = told[told["index"].notna()]
    assert set(told["event"]) == {"tariff", "lockdown"}
    assert (early["known_at"].dt.normalize() == early["event_on"]).all()
    assert set(map(tuple, later[key].to_numpy())) == set(map(tuple, early[key].to_numpy()))
    assert set(early.loc[early["event"] == "lockdown", "region"]) == {"north"}
    assert early["event_on"].nunique() == 2
    assert market.groupby(key, dropna=False).size().max() == 2


def test_the_truth_names_what_was_planted(company: Company) -> None:
    shocks = company.outside["shocks"]
    assert list(shocks["kind"]) == ["lockdown", "tariff", "industry"]
    assert list(shocks["depth"]) == [0.90, 0.25, 0.30]
    assert shocks["product_line"].to_list()[1] == "L03"
    assert shocks["industry"].to_list()[2] == "machinery"
    assert shocks["region"].to_list()[0] == "north"
    days = (shocks["onset_on"] - pd.Timestamp(WORLD.start)).dt.days
    assert days.to_list() == [75, 300, 400]


def test_rates_bring_about_as_many_shocks_as_they_say() -> None:
    """10 years: 8 industries * .2 a year * 10 = 16; tariffs 1 * 10; 8 regions * .1 * 10 = 8; +-4 sd of counts."""
    world = World(customers=1, days=3652, industry_shocks=0.2, tariffs=1.0, lockdowns=0.1)
    kinds = np.bincount(draw(np.random.default_rng(1), world).kind, minlength=3)
    for count, expected in zip(kinds, (16, 10, 8), strict=True):
        assert abs(count - expected) < 4 * np.sqrt(expected)
    assert Clock(world.start, world.days).weeks == 522
