"""The world outside: what is there only when asked for, and what it leaves as it was."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.company import Company, simulate
from simulator.outside import RECORDS, TRUTH
from simulator.settings import World
from simulator.shocks import planted

SMALL = World(customers=80, days=500)
WHOLE = World(customers=500, days=900, rivals=8, indexed=True, lockdowns=0.05, tariffs=0.7)
KEPT = {
    "customers": "449dae316a19b7a0",
    "trade": "4ac079ef3daa6f3f",
    "interaction": "80c35f7aa49d7fb1",
    "service": "919f73c15e2b7f33",
    "finance": "6065dd88d062ae16",
    "milestones": "af8742a632d5a218",
    "contracts": "f7924ba72908e869",
    "cases": "b4caa8fbf47fd505",
    "leavers": "80f6e16e4f0fb39c",
    "spells": "9d5d1516c5778ccf",
    "mimics": "eceb42e3721dca39",
    "downturns": "378ef5ed5a0c962b",
    "traits": "9baebcd2a173ed53",
    "renamed": "3cf886cb68d76864",
    "merged": "567511492127c043",
}
"""Digests of ``World(customers=80, days=500)`` with seed 5, made before there was a world outside."""


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(WHOLE, 62)


def digest(frame: pd.DataFrame) -> str:
    """Six digits are kept, so that another machine's last bit is no other company."""
    return hashlib.sha256(frame.to_csv(index=False, float_format="%.6g").encode()).hexdigest()[:16]


def test_a_world_without_an_outside_is_the_one_it_was_before_there_was_one() -> None:
    company = simulate(SMALL, 5)
    assert {name: digest(frame) for name, frame in {**company.records, **company.truth}.items()} == KEPT


def test_an_index_changes_no_other_record() -> None:
    company = simulate(replace(SMALL, indexed=True), 5)
    tables = {**company.records, **company.truth}
    assert set(tables) - set(KEPT) == {"market", "shocks", "parts"}
    assert {name: digest(tables[name]) for name in KEPT} == KEPT


def test_rivals_change_what_is_bought_and_some_names_but_nobody_s_leaving() -> None:
    company = simulate(replace(SMALL, rivals=3), 5)
    tables = {**company.records, **company.truth}
    assert set(tables) - set(KEPT) == {"imports", *TRUTH}
    assert {name for name in KEPT if digest(tables[name]) != KEPT[name]} == {"customers", "trade", "finance"}
    known = set(company.customers.columns) - {"name"}
    pd.testing.assert_frame_equal(company.customers[[*known]], simulate(SMALL, 5).customers[[*known]])


def test_the_same_seed_makes_the_same_world_outside() -> None:
    world = replace(WHOLE, customers=60, days=400)
    first, again = simulate(world, 62).outside, simulate(world, 62).outside
    assert set(first) == {*RECORDS, *TRUTH}
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, again[name])


@pytest.mark.parametrize(("customers", "days"), [(1, 60), (3, 400)])
def test_the_smallest_worlds_have_an_outside_too(customers: int, days: int) -> None:
    made = simulate(replace(WHOLE, customers=customers, days=days), 1)
    assert set(made.outside) == {*RECORDS, *TRUTH}
    whole = simulate(replace(WHOLE, customers=60, days=500), 1)
    for name, frame in made.outside.items():
        assert list(frame.columns) == list(whole.outside[name].columns), name


def test_a_world_whose_customers_are_in_no_records_has_no_imports() -> None:
    made = simulate(replace(SMALL, rivals=3, importing=0.0), 5)
    assert made.outside["imports"].empty
    assert made.outside["papers"].empty


@pytest.mark.parametrize(
    ("world", "said"),
    [
        ({"rivals": 13}, "'rivals' is at most 12; found 13"),
        ({"importing": 1.1}, r"'importing' is a share between 0 and 1; found 1\.1"),
        (
            {"lockdown_depth": (0.9, 1.0)},
            r"'lockdown_depth' goes from a share to one below 1; found 0\.9 and 1",
        ),
        ({"lockdowns": -1.0}, "'lockdowns' is at least 0"),
        ({"planted": (("north", 900, 0.9),)}, "within the records and takes a share; found 'north', day 900"),
    ],
)
def test_a_world_outside_that_cannot_be_is_refused(world: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(SMALL, **world)  # type: ignore[arg-type]


def test_a_planted_shock_must_hit_something() -> None:
    with pytest.raises(ValueError, match=r"region \(north, .* product line \(L01 to L16\); found 'moon'"):
        planted(replace(SMALL, planted=(("moon", 100, 0.3),)))


def test_every_truth_about_a_record_is_about_one_that_is_there(company: Company) -> None:
    imports, papers = company.outside["imports"], company.outside["papers"]
    assert imports["record_id"].is_unique
    assert imports["record_id"].equals(papers["record_id"])
    assert set(papers["customer_id"].dropna()) <= set(company.customers["customer_id"])
    assert set(papers["rival"].dropna()) == set(company.outside["rivals"]["rival"])


def test_what_a_customer_loses_by_its_parts_is_what_it_buys_less(company: Company) -> None:
    """Sales follow exp(market + region + competitor + customer) times the level of a year's usual orders."""
    parts, traits = company.outside["parts"], company.traits.set_index("customer_id")
    bought = company.trade[~company.trade["is_return"]]
    month = bought["ordered_at"].dt.to_period("M").dt.to_timestamp().rename("month_on")
    sold = bought.groupby(["customer_id", month])["amount"].sum().rename("sold").reset_index()
    both = parts.merge(sold, how="left", on=["customer_id", "month_on"]).fillna({"sold": 0.0})
    level = both["customer_id"].map(traits["order_value"] / traits["cadence_days"])
    total = both[["market", "region", "competitor", "customer"]].sum(axis=1)
    expected = 1.1 * level * both["month_on"].dt.days_in_month * np.exp(total)
    assert both["sold"].sum() == pytest.approx(expected.sum(), rel=0.1)
    for part in ("market", "competitor", "customer"):
        hit = both[part].between(-1.0, -0.25)
        assert both.loc[hit, "sold"].sum() == pytest.approx(expected[hit].sum(), rel=0.25), part


def test_parts_stand_for_every_month_from_the_first_one_on(company: Company) -> None:
    parts = company.outside["parts"]
    assert not parts.duplicated(["customer_id", "month_on"]).any()
    assert parts.notna().all().all()
    months = parts.groupby("customer_id")["month_on"].agg(["min", "max", "size"])
    length = (months["max"].dt.year - months["min"].dt.year) * 12
    length += months["max"].dt.month - months["min"].dt.month + 1
    assert (months["size"] == length).all()


def test_after_the_last_order_nothing_is_left_and_one_part_says_why(company: Company) -> None:
    parts, leavers = company.outside["parts"], company.leavers[company.leavers["returned_on"].isna()]
    gone = parts.merge(leavers[["customer_id", "cause", "last_purchase_on"]], on="customer_id")
    gone = gone[gone["month_on"] > gone["last_purchase_on"] + pd.Timedelta(days=31)]
    floor = np.log(0.01)
    moved = gone["competitor"] < floor + 1e-6
    # A few are ready to buy again, and have not ordered yet.
    assert (moved | (gone["customer"] < floor + 1e-6)).mean() > 0.97
    assert moved[gone["cause"] == "competitor"].all()
    assert not moved[gone["cause"].isin(["demand", "none"]) & ~_wooed(company, gone)].any()


def _wooed(company: Company, rows: pd.DataFrame) -> "pd.Series[bool]":
    moves = company.outside["moves"]
    return rows["customer_id"].isin(moves.loc[moves["leaving"], "customer_id"])
