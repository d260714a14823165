"""The oracle: the engine against a second, plain implementation of the dictionary's text, on random companies.

Every feature of every customer on every day asked is one cell. Whole numbers must be equal, fractions to a part in
a billion (near 0 to a billionth), and what is unknown must be unknown to both. An example is a seed.
"""

import math
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import store
from features.catalogue import CATALOGUE
from features.peers import Peers
from features.sources import TABLES
from tests.features.oracle import evaluate
from tests.features.oracle.companies import World, world
from tests.features.oracle.evaluate import Declared, Number
from tests.features.oracle.questions import Company
from tests.features.oracle.records import read

DICTIONARY = Path(__file__).parents[2] / "features" / "DICTIONARY.md"
DECLARED = evaluate.declared(DICTIONARY.read_text("utf-8"))
SEEDS = st.integers(0, 2**32 - 1)
# Of the examples of a profile, two thirds for the comparison, the others for the four properties.
COMPARED = settings(max_examples=settings().max_examples * 68 // 100)
PROPERTY = settings(max_examples=settings().max_examples * 8 // 100)


def engine(at: World, memory_mb: float = 2000, threads: int = 1) -> pd.DataFrame:
    """What the engine says; one thread is enough for so few rows."""
    return store.compute(at.tables, at.asked, CATALOGUE, memory_mb=memory_mb, threads=threads)


def answers(at: World) -> dict[str, list[Number]]:
    """What the oracle says of each feature that the tables allow, in the order of the questions."""
    company = Company(read(at.tables))
    asked = list(zip(at.asked["customer_id"], at.asked["as_of"].dt.date, strict=True))
    return {
        feature.name: [evaluate.answer(company, feature, customer, as_of) for customer, as_of in asked]
        for feature in DECLARED.values()
        if evaluate.buildable(company.records, feature)
    }


def agree(ours: Number, theirs: float) -> bool:
    """Whether the oracle's answer and the engine's are one."""
    if ours is None or math.isnan(theirs):
        return ours is None and math.isnan(theirs)
    if isinstance(ours, int):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


def same_bytes(first: pd.DataFrame, second: pd.DataFrame) -> None:
    """Demand that two answers have the same columns with the same bits."""
    assert list(first.columns) == list(second.columns)
    for name in first.columns[2:]:
        bits = [np.asarray(frame[name], np.float64).view(np.int64) for frame in (first, second)]
        assert np.array_equal(*bits), name


@COMPARED
@given(seed=SEEDS)
def test_the_engine_says_what_the_text_says(seed: int) -> None:
    at = world(seed)
    theirs, ours = engine(at), answers(at)
    assert set(theirs.columns[2:]) == set(ours), "the same features must be absent"
    apart = [
        f"{name} of {question.customer_id} on {question.as_of:%Y-%m-%d}: text {said}, engine {given}"
        for name, told in ours.items()
        for question, said, given in zip(at.asked.itertuples(), told, theirs[name], strict=True)
        if not agree(said, given)
    ]
    assert not apart, f"{len(apart)} cells differ, the first: {apart[:5]}"


@cache
def told() -> dict[str, list[Number]]:
    """The oracle's answers on a dozen companies, by feature."""
    found: dict[str, list[Number]] = {name: [] for name in DECLARED}
    for seed in range(12):
        for name, values in answers(world(seed)).items():
            found[name] += values
    return found


def test_the_oracle_leaves_no_feature_out() -> None:
    assert {feature.name for feature in CATALOGUE} == set(DECLARED)


@pytest.mark.parametrize("feature", DECLARED.values(), ids=lambda feature: feature.name)
def test_the_companies_say_something_of_every_feature(feature: Declared) -> None:
    known = {value for value in told()[feature.name] if value is not None}
    assert len(known) > 1, "known, and not one value only"


def test_without_any_event_a_feature_is_what_its_table_says() -> None:
    whole = next(at for at in map(world, count()) if set(at.tables) == set(TABLES))
    company = Company(read(whole.tables))
    said: dict[str, Number] = {"0": 0, "unknown": None}
    for feature in DECLARED.values():
        if feature.none != "never empty":
            answer = evaluate.answer(company, feature, "nobody", date(2024, 2, 29))
            assert answer == said[feature.none], feature.name


def test_the_text_calls_whole_what_is_whole() -> None:
    whole = {feature.name for feature in CATALOGUE if getattr(feature.measure, "whole", False)}
    for name in whole:
        assert all(isinstance(value, int) for value in told()[name] if value is not None), name


@PROPERTY
@given(seed=SEEDS)
def test_the_order_of_rows_changes_no_byte(seed: int) -> None:
    at = world(seed)
    rng = np.random.default_rng(seed)
    mixed = {name: table.take(rng.permutation(table.num_rows)) for name, table in at.tables.items()}
    same_bytes(engine(at), engine(World(mixed, at.asked)))


@PROPERTY
@given(seed=SEEDS)
def test_parts_that_fit_in_little_memory_change_no_byte(seed: int) -> None:
    at = world(seed)
    few = at.asked["customer_id"].isin(at.asked["customer_id"].unique()[:3])
    at = World(at.tables, at.asked[few].reset_index(drop=True))
    same_bytes(engine(at), engine(at, memory_mb=0.001, threads=2))


@PROPERTY
@given(seed=SEEDS)
def test_asking_about_some_gives_the_bytes_of_asking_about_all(seed: int) -> None:
    at = world(seed)
    chosen = np.random.default_rng(seed).random(len(at.asked)) < 0.3
    some = World(at.tables, at.asked[chosen].reset_index(drop=True))
    same_bytes(engine(at)[chosen], engine(some))


@PROPERTY
@given(seed=SEEDS)
def test_other_customers_change_only_what_looks_at_them(seed: int) -> None:
    at = world(seed)
    one = at.asked["customer_id"].iloc[0]
    alone = {
        name: table.filter(pa.compute.equal(table["customer_id"], one))
        if "customer_id" in table.column_names
        else table
        for name, table in at.tables.items()
    }
    mine = at.asked["customer_id"] == one
    own = ["customer_id", "as_of"]
    together = engine(at)[mine]
    own += [f.name for f in CATALOGUE if f.name in together and not isinstance(f.measure, Peers)]
    same_bytes(together[own], engine(World(alone, at.asked[mine].reset_index(drop=True)))[own])
