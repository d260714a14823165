"""The catalogue speaks for itself, and its entries are held to what they say."""

import json

import numpy as np
import pytest

from features.catalogue import CATALOGUE, checked
from features.catalogue.trade.rhythm import DAYS_SINCE_ORDER
from features.catalogue.trade.volume import AMOUNT_90D
from features.events import LINES
from features.feature import Cause, Feature, Unit
from features.measures import Count
from features.store import buildable, catalogue_hash, compute


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
    assert len(CATALOGUE) >= 60
    assert {f.source for f in CATALOGUE} >= {"trade", "interaction", "service", "finance"}
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


def test_every_feature_says_something_about_a_company_with_all_sources(tables, asked):
    matrix = compute(tables, asked, CATALOGUE).drop(columns=["customer_id", "as_of"])
    silent = [name for name in matrix if matrix[name].nunique() < 2]
    assert silent == []
