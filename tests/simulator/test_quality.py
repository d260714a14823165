"""Faulty records: tables left out, orders entered late, products renamed, customers merged."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator.company import Company, simulate
from simulator.settings import World

CLEAN = World(customers=300, days=800, renamed=0.0, merged=0.0)


@pytest.fixture(scope="module")
def clean() -> Company:
    return simulate(CLEAN, 6)


@pytest.fixture(scope="module")
def merged() -> Company:
    return simulate(replace(CLEAN, merged=0.10), 6)


def test_a_table_that_is_not_kept_is_missing_and_the_others_stay_as_they_are(clean: Company) -> None:
    poor = simulate(replace(CLEAN, missing=("service", "finance")), 6)
    assert set(clean.records) - set(poor.records) == {"service", "finance"}
    for name, frame in poor.records.items():
        pd.testing.assert_frame_equal(frame, clean.records[name])
    with pytest.raises(ValueError, match="'missing' names tables among"):
        World(missing=("trade",))


def test_late_orders_become_known_whole_days_after_they_were_placed(clean: Company) -> None:
    late = simulate(replace(CLEAN, late_orders=0.3, late_days=6.0), 6).trade
    assert "known_at" not in clean.trade
    assert list(late.columns) == [*clean.trade.columns, "known_at"]
    moments = late[["order_id", "known_at"]].drop_duplicates().set_index("order_id")
    assert moments.index.is_unique
    entered = moments["known_at"]
    assert entered.notna().mean() == pytest.approx(0.3, abs=0.03)
    wait = (late["known_at"] - late["ordered_at"]).dropna().dt.total_seconds() / 86_400
    assert wait.min() >= 0.5
    assert wait.mean() == pytest.approx(6.5, abs=0.4)


def test_what_is_not_yet_entered_is_not_in_the_extract(clean: Company) -> None:
    late = simulate(replace(CLEAN, late_orders=0.3), 6).trade
    end = pd.Timestamp(CLEAN.start) + pd.Timedelta(days=CLEAN.days)
    assert not (late["known_at"] >= end).any()
    missing = clean.trade[~clean.trade["order_id"].isin(late["order_id"])]
    assert 0 < len(missing) < 0.02 * len(clean.trade)
    assert (missing["ordered_at"] > end - pd.Timedelta(days=45)).all()


def test_a_renamed_product_is_the_same_product_under_another_number(clean: Company) -> None:
    company = simulate(replace(CLEAN, renamed=0.2), 6)
    assert len(company.renamed) > 40  # 240 products, 2.2 years: about 85
    assert not set(company.renamed["new_product_id"]) & set(clean.trade["product_id"])
    pd.testing.assert_frame_equal(
        company.trade.drop(columns="product_id"), clean.trade.drop(columns="product_id")
    )
    for row in company.renamed.itertuples():
        was = clean.trade["product_id"] == row.product_id
        later = clean.trade["ordered_at"] >= row.renamed_on
        assert (company.trade.loc[was & ~later, "product_id"] == row.product_id).all()
        assert (company.trade.loc[was & later, "product_id"] == row.new_product_id).all()
    others = ~clean.trade["product_id"].isin(company.renamed["product_id"])
    assert (company.trade.loc[others, "product_id"] == clean.trade.loc[others, "product_id"]).all()


def test_a_merged_customer_goes_on_under_the_other_number(clean: Company, merged: Company) -> None:
    assert len(merged.merged) >= 10
    for row in merged.merged.itertuples():
        for made, both in ((clean.trade, 0), (merged.trade, 1)):
            after = made[made["ordered_at"] >= row.merged_on]
            stopped = (after["customer_id"] == row.customer_id).sum() == 0
            assert stopped == bool(both)
    taken = merged.merged["into_id"]
    assert not set(taken) & set(merged.merged["customer_id"])
    assert len(merged.trade) == len(clean.trade)
    assert merged.trade["amount"].sum() == pytest.approx(clean.trade["amount"].sum())


def test_a_merged_customer_is_no_leaver_and_both_stay_customers(clean: Company, merged: Company) -> None:
    pd.testing.assert_frame_equal(merged.leavers, clean.leavers)
    pd.testing.assert_frame_equal(merged.customers, clean.customers)
    gone = set(merged.leavers["customer_id"])
    assert not gone & set(merged.merged["customer_id"])
    assert not gone & set(merged.merged["into_id"])


def test_what_is_owed_is_counted_for_both_together(merged: Company) -> None:
    row = merged.merged.iloc[0]
    own = merged.finance[merged.finance["customer_id"] == row["into_id"]]
    own = own[own["issued_at"] >= row["merged_on"]]
    assert len(own) > 3
    invoices = merged.finance[merged.finance["customer_id"] == row["into_id"]]
    for invoice in own.itertuples():
        open_then = (invoices["issued_at"] <= invoice.issued_at) & ~(invoices["paid_at"] <= invoice.issued_at)
        assert invoice.exposure == pytest.approx(invoices.loc[open_then, "amount"].sum(), abs=0.01)
