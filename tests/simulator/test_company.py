"""What the made-up company promises, whoever reads its records."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulator.causes import CAUSES
from simulator.company import Company, simulate
from simulator.departures import plan
from simulator.settings import World
from simulator.traits import draw

WORLD = World(customers=1200)
KEYS = {
    "interaction": ["interaction_id"],
    "service": ["ticket_id"],
    "finance": ["invoice_id"],
    "milestones": ["milestone_id"],
    "contracts": ["contract_id"],
    "customers": ["customer_id", "known_at"],
    "cases": ["customer_id", "churned_on"],
}
COLUMNS = {
    "customers": "customer_id name industry region segment owner since_on known_at",
    "trade": "order_id customer_id ordered_at product_id product_line quantity amount margin list_price "
    "unit_price is_return is_urgent is_trial",
    "interaction": "interaction_id customer_id occurred_at kind direction contact_id contact_role responded_at "
    "attended depth sentiment competitor_mentioned text known_at",
    "service": "ticket_id customer_id opened_at kind severity resolved_at reopened_at accepted satisfaction "
    "rated_at known_at",
    "finance": "invoice_id customer_id issued_at due_at amount confirmed_at paid_at disputed_at settlement_method "
    "credit_limit exposure",
    "milestones": "milestone_id customer_id kind planned_on done_on known_at",
    "contracts": "contract_id customer_id starts_on ends_on renewed_at cancelled_at known_at",
    "cases": "customer_id churned_on cause known_at",
}
IN_ORDER = [
    ("interaction", "occurred_at", "responded_at"),
    ("interaction", "occurred_at", "known_at"),
    ("service", "opened_at", "resolved_at"),
    ("service", "resolved_at", "reopened_at"),
    ("service", "opened_at", "rated_at"),
    ("service", "opened_at", "known_at"),
    ("finance", "issued_at", "due_at"),
    ("finance", "issued_at", "confirmed_at"),
    ("finance", "issued_at", "paid_at"),
    ("finance", "issued_at", "disputed_at"),
    ("milestones", "known_at", "done_on"),
    ("contracts", "starts_on", "ends_on"),
    ("cases", "churned_on", "known_at"),
]


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(WORLD, seed=3)


def purchase_days(company: Company) -> pd.DataFrame:
    bought = company.trade[~company.trade["is_return"]]
    days = bought.assign(day=bought["ordered_at"].dt.normalize())[["customer_id", "day"]].drop_duplicates()
    return days.sort_values(["customer_id", "day"], ignore_index=True)


def test_the_same_seed_makes_the_same_company() -> None:
    small = World(customers=60, days=400)
    first, again = simulate(small, 5), simulate(small, 5)
    for name, frame in {**first.records, **first.truth}.items():
        pd.testing.assert_frame_equal(frame, {**again.records, **again.truth}[name])


def test_another_seed_makes_another_company() -> None:
    small = World(customers=60, days=400)
    assert not simulate(small, 5).trade.equals(simulate(small, 6).trade)


@pytest.mark.parametrize(("customers", "days"), [(1, 60), (3, 60), (1, 400)])
def test_the_smallest_worlds_have_every_column(customers: int, days: int) -> None:
    company = simulate(World(customers=customers, days=days), 1)
    for name, columns in COLUMNS.items():
        assert list(getattr(company, name).columns) == columns.split(), name


def test_a_world_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one customer"):
        World(customers=0)
    with pytest.raises(ValueError, match=r"share between 0 and 1; found 1\.5"):
        World(slow=1.5)
    with pytest.raises(ValueError, match="'renamed' is at least 0"):
        World(renamed=-0.1)
    with pytest.raises(ValueError, match=r"least to the most; found 3\.0 and 1\.0"):
        World(shape=(3.0, 1.0))
    with pytest.raises(ValueError, match="'saturation' is above 1"):
        World(saturation=1.0)


def test_tables_have_the_columns_of_the_contract_in_its_order(company: Company) -> None:
    assert {name: list(frame.columns) for name, frame in company.records.items()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_unique(company: Company, table: str) -> None:
    assert not getattr(company, table).duplicated(KEYS[table]).any()


def test_no_order_line_stands_twice(company: Company) -> None:
    assert not company.trade.duplicated().any()


def test_an_order_has_one_customer_and_one_moment(company: Company) -> None:
    of_an_order = ["order_id", "customer_id", "ordered_at", "is_return"]
    assert not company.trade[of_an_order].drop_duplicates()["order_id"].duplicated().any()


def test_every_record_belongs_to_a_customer(company: Company) -> None:
    known = set(company.customers["customer_id"])
    for name, frame in {**company.records, **company.truth}.items():
        for column in {"customer_id", "into_id"} & set(frame.columns):
            assert set(frame[column]) <= known, name


@pytest.mark.parametrize(("table", "first", "second"), IN_ORDER)
def test_dates_stand_in_order(company: Company, table: str, first: str, second: str) -> None:
    frame = getattr(company, table)
    both = frame[first].notna() & frame[second].notna()
    assert both.any()
    assert (frame.loc[both, first].dt.normalize() <= frame.loc[both, second].dt.normalize()).all()


def test_nothing_that_the_extract_could_not_hold_is_in_it(company: Company) -> None:
    end = pd.Timestamp(WORLD.start) + pd.Timedelta(days=WORLD.days)
    plans = {
        ("finance", "due_at"),
        ("milestones", "planned_on"),
        ("contracts", "starts_on"),
        ("contracts", "ends_on"),
    }
    for name, frame in company.records.items():
        for column in frame.select_dtypes("datetime"):
            if (name, column) not in plans:
                assert not (frame[column] >= end).any(), (name, column)


def test_money_has_two_decimals_and_adds_up(company: Company) -> None:
    trade = company.trade
    for column in ("amount", "margin", "list_price", "unit_price"):
        assert (trade[column] * 100 - (trade[column] * 100).round()).abs().max() < 1e-6, column
    assert (trade["amount"] - trade["quantity"] * trade["unit_price"]).abs().max() < 0.006
    assert ((trade["quantity"] < 0) == trade["is_return"]).all()


def test_an_invoice_is_the_sum_of_its_order(company: Company) -> None:
    bought = company.trade[~company.trade["is_return"]]
    # Orders of the last days are not yet invoiced; everything else is, to the cent.
    ordered = bought[bought["ordered_at"] < pd.Timestamp(WORLD.start) + pd.Timedelta(days=WORLD.days - 10)]
    assert company.finance["amount"].sum() >= ordered["amount"].sum() - 0.01
    assert company.finance["amount"].sum() <= bought["amount"].sum() + 0.01


def test_exposure_is_what_is_unpaid_when_the_invoice_is_issued(company: Company) -> None:
    customer = company.finance["customer_id"].value_counts().index[0]
    invoices = company.finance[company.finance["customer_id"] == customer]
    for invoice in invoices.itertuples():
        unpaid = (invoices["issued_at"] <= invoice.issued_at) & ~(invoices["paid_at"] <= invoice.issued_at)
        assert invoice.exposure == pytest.approx(invoices.loc[unpaid, "amount"].sum(), abs=0.01)


def test_names_are_in_both_scripts_and_some_need_four_bytes(company: Company) -> None:
    names = company.customers["name"]
    assert names.str.contains("有限公司").mean() == pytest.approx(0.16, abs=0.05)
    assert names.map(lambda name: any(ord(letter) > 0xFFFF for letter in name)).any()


def test_a_changed_owner_is_a_second_version_of_the_customer(company: Company) -> None:
    versions = company.customers.groupby("customer_id")
    assert versions.size().between(1, 2).all()
    second = company.customers[company.customers.duplicated("customer_id")]
    both = second.merge(company.customers.drop_duplicates("customer_id"), on="customer_id")
    assert len(both) > 0
    assert (both["owner_x"] != both["owner_y"]).all()
    assert (both["name_x"] == both["name_y"]).all()
    assert (both["known_at_x"] > both["known_at_y"]).all()


def test_notes_of_meetings_are_entered_late_and_mails_are_not(company: Company) -> None:
    late = company.interaction["known_at"].notna().groupby(company.interaction["kind"]).mean()
    assert late[["call", "meeting", "visit"]].min() > 0.25
    assert late[["email", "login", "campaign"]].max() == 0


def test_the_case_list_ends_at_its_cut() -> None:
    company = simulate(World(customers=400, days=800, cases_months=12), seed=3)
    cut = pd.Timestamp(date(2022, 1, 1))
    assert (company.cases["known_at"] < cut).all()
    written_off = company.leavers["noticed_on"] < cut
    assert len(company.cases) == written_off.sum() > 0


def test_orders_come_every_eight_to_thirty_five_days_for_most(company: Company) -> None:
    days = purchase_days(company)
    gap = days.groupby("customer_id")["day"].diff().dt.days
    median = gap.groupby(days["customer_id"]).median().dropna()
    assert median.between(6, 40).mean() > 0.8
    assert 0.04 < (median > 45).mean() < 0.2


def test_customers_keep_joining(company: Company) -> None:
    joined = company.traits["joined_on"].dt.year
    for year in (2021, 2022, 2023, 2024):
        assert 0.05 < (joined == year).mean() < 0.15


def test_truth_covers_every_cause(company: Company) -> None:
    assert set(company.leavers["cause"]) == {cause.name for cause in CAUSES}


def test_about_one_leaver_in_ten_shows_no_sign() -> None:
    rng, world = np.random.default_rng(1), World(customers=20_000)
    cause = plan(rng, world, draw(rng, world)).cause
    silent = [place for place, cause in enumerate(CAUSES) if not cause.moves]
    # About 10,000 leave: one standard deviation of the share is .003.
    assert np.isin(cause[cause >= 0], silent).mean() == pytest.approx(0.10, abs=0.01)


def test_eight_to_twenty_percent_leave_in_a_year(company: Company) -> None:
    first = purchase_days(company).groupby("customer_id")["day"].min()
    last = company.leavers.set_index("customer_id")["last_purchase_on"].reindex(first.index)
    for year in (2022, 2023, 2024):
        start = pd.Timestamp(year, 1, 1)
        there = (first < start) & ~(last < start)
        left = there & (last < start + pd.DateOffset(years=1))
        assert 0.08 <= left.sum() / there.sum() <= 0.20


def test_the_truth_names_the_last_purchase_day(company: Company) -> None:
    days = purchase_days(company)
    bought = set(zip(days["customer_id"], days["day"], strict=True))
    leavers = company.leavers
    assert set(zip(leavers["customer_id"], leavers["last_purchase_on"], strict=True)) <= bought


def test_nobody_buys_in_the_120_days_after_the_last_purchase(company: Company) -> None:
    days = purchase_days(company).merge(company.leavers, on="customer_id")
    after = (days["day"] - days["last_purchase_on"]).dt.days
    assert not after.between(1, 120).any()


def test_few_leavers_come_back_and_the_truth_tells(company: Company) -> None:
    leavers = company.leavers
    assert 0.005 < leavers["returned_on"].notna().mean() < 0.12
    later = purchase_days(company).merge(leavers, on="customer_id").query("day > last_purchase_on")
    first = later.groupby("customer_id")["day"].min()
    told = leavers.dropna(subset="returned_on").set_index("customer_id")["returned_on"]
    pd.testing.assert_series_equal(first.sort_index(), told.sort_index(), check_names=False)


def test_a_cause_begins_weeks_to_months_before_the_last_purchase(company: Company) -> None:
    lead = (company.leavers["last_purchase_on"] - company.leavers["onset_on"]).dt.days
    assert lead.min() >= 27  # at least 45 days from the first onset, of which .4 may pass before the second
    assert lead.between(40, 200).mean() > 0.9


def test_dormant_customers_come_back_every_year(company: Company) -> None:
    dormant = company.traits.query("dormant")
    days = purchase_days(company)
    days["gap"] = days.groupby("customer_id")["day"].diff().dt.days
    stays = dormant[~dormant["customer_id"].isin(company.leavers["customer_id"])]
    stays = stays[stays["joined_on"] < pd.Timestamp(WORLD.start)]
    assert len(stays) > 5
    for customer in stays["customer_id"]:
        own = days[days["customer_id"] == customer]
        # Four years, of which at least three hold the whole pause.
        assert (own["gap"] > 40).sum() >= 3
        assert own["day"].max() > pd.Timestamp(WORLD.start) + pd.Timedelta(days=WORLD.days - 130)


def test_stocking_up_is_one_large_order_and_no_departure() -> None:
    ordinary = replace(World(customers=200, days=800), alarms=0.0, leaving=0.0)
    company = simulate(replace(ordinary, stockers=1.0, stocking=1.5), seed=4)
    plain = simulate(replace(ordinary, stockers=0.0), seed=4)
    assert company.leavers.empty
    largest = [frame.trade.groupby(["customer_id", "order_id"])["amount"].sum() for frame in (company, plain)]
    spread = [
        orders.groupby("customer_id").max() / orders.groupby("customer_id").median() for orders in largest
    ]
    assert spread[0].median() > 1.2 * spread[1].median()


def test_nobody_complains_more_than_a_customer_can(company: Company) -> None:
    """Strong and unlucky customers once had a hundred complaints in a month."""
    for table, when, kinds, most in (
        (company.service, "opened_at", ("complaint", "repair", "question"), 30),
        (company.interaction, "occurred_at", ("inquiry",), 30),
    ):
        for kind in kinds:
            told = table[table["kind"] == kind].sort_values(["customer_id", when])
            counts = told.assign(n=1).set_index(when).groupby("customer_id")["n"].rolling("90D").sum()
            # 60 a year are 15 in 90 days; 30 is four standard deviations above.
            assert counts.max() <= most, kind


def test_two_in_five_invoices_are_paid_late(company: Company) -> None:
    """As in Germany: 60% on time, 3 days late on average (Dun & Bradstreet)."""
    paid = company.finance.dropna(subset="paid_at")
    late = (paid["paid_at"].dt.normalize() - paid["due_at"]).dt.days
    assert (late > 0).mean() == pytest.approx(0.42, abs=0.05)
    assert late.clip(lower=0).mean() == pytest.approx(3.0, abs=1.0)


def test_customers_that_stay_are_hardly_ever_silent_past_the_confirmation(company: Company) -> None:
    days = purchase_days(company)
    days["gap"] = days.groupby("customer_id")["day"].diff().dt.days
    stays = company.traits.query("cadence_days <= 45 and not dormant")
    stays = stays[~stays["customer_id"].isin(company.leavers["customer_id"])]
    stays = stays[~stays["customer_id"].isin(company.merged["customer_id"])]
    silent = days[days["customer_id"].isin(stays["customer_id"])].groupby("customer_id")["gap"].max() > 90
    assert silent.mean() < 0.08


def test_contacts_fade_after_leaving_but_not_at_once(company: Company) -> None:
    leavers = company.leavers[company.leavers["returned_on"].isna()]
    leavers = leavers[leavers["last_purchase_on"].between("2021-12-01", "2024-03-01")]
    merged = company.interaction.query("direction == 'in'").merge(leavers, on="customer_id")
    after = (merged["occurred_at"].dt.normalize() - merged["last_purchase_on"]).dt.days
    soon, late = after.between(1, 45).sum(), after.between(181, 225).sum()
    assert soon > 3 * late
    assert merged.loc[after.between(1, 30), "customer_id"].nunique() > 0.3 * len(leavers)
