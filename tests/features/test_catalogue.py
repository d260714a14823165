"""The catalogue speaks for itself, and its entries are held to what they say."""

import json

import numpy as np
import pandas as pd
import pytest

from features.catalogue import CATALOGUE, checked
from features.catalogue.trade.rhythm import DAYS_SINCE_ORDER
from features.catalogue.trade.volume import AMOUNT_90D
from features.events import LINES
from features.feature import Cause, Feature, Unit
from features.measures import AboveMedian, Count, Depth, Kept, Mean, TopShare
from features.peers import Peers
from features.store import buildable, catalogue_hash, compute
from pipeline.frames import to_arrow


def feature(**words) -> Feature:
    told = {
        "name": "trade_things_90d",
        "on": LINES,
        "days": 90,
        "measure": Count(),
        "cause": Cause.DEMAND,
        "unit": Unit.LINES,
        "en": "Things",
        "zh": "东西",
    }
    return Feature(**(told | words))


def test_there_are_features_from_all_sources_over_several_windows():
    assert len(CATALOGUE) >= 150
    assert {f.source for f in CATALOGUE} >= {"trade", "interaction", "service", "finance", "contracts"}
    assert len({f.days for f in CATALOGUE}) >= 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"name": "service_things_90d"}, "its name must begin so"),
        ({"name": "trade_things_30d"}, "has a window of 90 days"),
        ({"name": "trade_things"}, "has a window of 90 days"),
        ({"days": None}, "has a window of None days"),
        ({"name": "trade_Things_90d"}, "lower case"),
        ({"risk": 2}, "it is -1, 0 or 1"),
    ],
)
def test_an_entry_refuses_a_name_that_disagrees(words, message):
    with pytest.raises(ValueError, match=message):
        feature(**words)


@pytest.mark.parametrize(
    "other", [{"en": "Others", "zh": "其他"}, {"name": "trade_others_90d", "zh": "其他"}]
)
def test_two_features_cannot_share_a_name_or_a_label(other):
    with pytest.raises(ValueError, match="more than one feature"):
        checked((feature(), feature(**other)))


def test_every_label_is_told_in_both_languages():
    assert all(f.en and any("\u4e00" <= letter <= "\u9fff" for letter in f.zh) for f in CATALOGUE)


def test_a_description_is_plain_json_and_its_hash_follows_it():
    json.dumps([f.described() for f in CATALOGUE])
    assert catalogue_hash([feature()]) == catalogue_hash([feature()])
    assert catalogue_hash([feature()]) != catalogue_hash([feature(measure=Count("order_id"))])


def test_without_its_records_a_feature_is_absent(tables):
    assert buildable(tables, CATALOGUE) == CATALOGUE
    without = {name: table for name, table in tables.items() if name != "service"}
    assert {f.source for f in CATALOGUE} - {f.source for f in buildable(without, CATALOGUE)} == {"service"}
    narrow = tables | {"trade": tables["trade"].drop_columns(["margin"])}
    absent = {f.name for f in CATALOGUE} - {f.name for f in buildable(narrow, CATALOGUE)}
    assert absent
    assert all("margin" in name for name in absent)


def test_the_matrix_keeps_the_order_of_the_questions(tables, asked):
    matrix = compute(tables, asked, [AMOUNT_90D, DAYS_SINCE_ORDER])
    assert matrix[["customer_id", "as_of"]].equals(asked[["customer_id", "as_of"]])
    assert matrix.columns.tolist() == ["customer_id", "as_of", "trade_amount_90d", "trade_days_since_order"]


def test_chunks_change_nothing(tables, asked):
    assert compute(tables, asked, CATALOGUE, memory_mb=0.05).equals(compute(tables, asked, CATALOGUE))


def test_the_order_of_records_and_other_customers_change_nothing(tables, asked):
    whole = compute(tables, asked, CATALOGUE)
    rng = np.random.default_rng(5)
    shuffled = {name: table.take(rng.permutation(len(table))) for name, table in tables.items()}
    one = asked["customer_id"].iloc[0]
    alone = compute(shuffled, asked[asked["customer_id"] == one], CATALOGUE)
    assert alone.equals(whole[whole["customer_id"] == one].reset_index(drop=True))


@pytest.fixture(scope="session")
def lively(frames):
    """The company with what a small one seldom has: credit notes, other terms, contracts that end in every way."""
    frames = {name: frame.copy() for name, frame in frames.items()}
    finance = frames["finance"]
    finance.loc[::25, "amount"] *= -1
    finance.loc[::7, "due_at"] += pd.Timedelta(days=15)
    customers = frames["customers"]["customer_id"].unique()
    ends = pd.Timestamp("2022-01-10") + pd.to_timedelta(9 * np.arange(len(customers)), unit="D")
    way = np.arange(len(customers)) % 4
    frames["contracts"] = pd.DataFrame(
        {
            "contract_id": [f"V{place}" for place in range(len(customers))],
            "customer_id": customers,
            "starts_on": pd.Timestamp("2021-06-01"),
            "ends_on": ends,
            "renewed_at": pd.Series(ends - pd.Timedelta(days=40)).where(way == 0),
            "cancelled_at": pd.Series(ends - pd.Timedelta(days=20)).where(way == 1),
        }
    )
    return {name: to_arrow(frame) for name, frame in frames.items()}


def test_every_feature_says_something_about_a_company_with_all_sources(lively, asked):
    matrix = compute(lively, asked, CATALOGUE).drop(columns=["customer_id", "as_of"])
    silent = [name for name in matrix if matrix[name].nunique() < 2]
    assert silent == []


def test_a_whole_number_is_never_a_fraction(lively, asked):
    matrix = compute(lively, asked, CATALOGUE)
    for f in CATALOGUE:
        if f.whole:
            values = matrix[f.name].dropna()
            assert (values == values.round()).all(), f.name
            assert values.abs().max() < 2**31, f.name


def test_a_share_of_a_window_lies_between_0_and_1(lively, asked):
    matrix = compute(lively, asked, CATALOGUE)
    for f in CATALOGUE:
        part = isinstance(f.measure, Mean | Kept | AboveMedian | TopShare | Depth)
        if part and f.unit is Unit.SHARE and getattr(f.measure, "of", None) not in ("discount", "credit_use"):
            assert matrix[f.name].dropna().between(0, 1).all(), f.name


def test_without_records_a_feature_is_what_its_measure_says(tables):
    nobody = pd.DataFrame({"customer_id": ["nobody"], "as_of": [pd.Timestamp("2022-06-30")]})
    matrix = compute(tables, nobody, CATALOGUE)
    own = [f for f in CATALOGUE if not isinstance(f.measure, Peers)]  # the others have records
    said = {f.name: {"0": 0.0, "unknown": np.nan}.get(f.measure.empty) for f in own}
    for name, expected in said.items():
        if expected is not None:
            assert matrix[name].to_numpy() == pytest.approx(expected, nan_ok=True), name


def test_one_record_a_source_is_enough_for_an_answer(tables):
    one = {name: table.slice(0, 1) for name, table in tables.items()}
    owned = [table["customer_id"] for table in one.values() if "customer_id" in table.column_names]
    customers = {column[0].as_py() for column in owned}
    asked = pd.DataFrame({"customer_id": sorted(customers), "as_of": pd.Timestamp("2023-01-31")})
    matrix = compute(one, asked, CATALOGUE)
    assert not np.isinf(matrix.drop(columns=["customer_id", "as_of"]).to_numpy()).any()
