"""Our share of a customer's imports by product line; and that no later record changes it."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.futures import other_future, with_times
from features.past import frames_on
from features.switches import Turn
from features.wallet import wallet
from pipeline import wallet as day
from pipeline.frames import json_text, to_arrow
from pipeline.params import Params
from pipeline.paths import Paths
from simulator.company import simulate
from simulator.settings import World
from tests.features.test_switches import AS_OF, imports


def test_shares_now_and_before_are_ratios_of_value():
    rows = wallet(
        imports(
            (0, "mills", "us", 30.0),
            (179, "mills", "Ruhr", 10.0),  # the window now holds 180 days
            (180, "mills", "us", 50.0),
            (544, "mills", "Ruhr", 150.0),
            (545, "mills", "us", 999.0),  # a day too old
            (10, "saws", "Ruhr", 5.0),
        ),
        AS_OF,
    ).set_index("product_line")
    assert rows.loc["mills", "share_now"] == 30 / 40
    assert rows.loc["mills", "share_before"] == 50 / 200
    assert tuple(rows.loc["mills", ["value_us", "value_others"]]) == (30, 10)
    assert rows.loc["saws", "share_now"] == 0
    assert np.isnan(rows.loc["saws", "share_before"])


def test_a_shipment_announced_for_later_does_not_count():
    rows = wallet(imports((0, "mills", "us", 30.0), (-1, "mills", "Ruhr", 30.0)), AS_OF)
    assert rows["share_now"].tolist() == [1.0]


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    """Customs records of a small simulated company, known weeks after shipment, some withdrawn."""
    made = simulate(World(customers=60, days=700, rivals=4), 61)
    papers = made.truth["papers"].dropna(subset="customer_id")
    rows = made.records["imports"].drop(columns=["importer"]).merge(papers, on="record_id")
    rows = with_times(rows.assign(is_us=rows["rival"].isna()))
    taken = np.random.default_rng(1).random(len(rows)) < 0.05
    rows.loc[taken, "withdrawn_at"] = rows.loc[taken, "known_at"] + pd.Timedelta(days=30)
    return rows


def bytes_of(frames: day.Wallets) -> list[str]:
    return [json_text(frame.to_dict("records")) for frame in frames]


@pytest.mark.parametrize("seed", range(3))
def test_another_future_leaves_both_frames_as_they_are(shipped: pd.DataFrame, seed: int):
    as_of = pd.Timestamp("2022-06-15")
    here = day.of_records(Params(), to_arrow(shipped), as_of.date())
    assert min(len(here.wallet), len(here.switches)) > 0, "the proof can fail"
    other = other_future("imports", shipped, as_of, np.random.default_rng(seed))
    assert len(other) != len(shipped)
    assert bytes_of(day.of_records(Params(), to_arrow(other), as_of.date())) == bytes_of(here)


def test_records_known_later_tell_later(shipped: pd.DataFrame):
    as_of = pd.Timestamp("2022-06-15")
    late = shipped.assign(known_at=shipped["shipped_on"] + pd.Timedelta(days=45))
    told = frames_on({"imports": to_arrow(late)}, as_of.date())["imports"]
    assert told["shipped_on"].max() <= as_of - pd.Timedelta(days=45)


def test_a_dataset_without_customs_records_has_no_wallet(tmp_path):
    assert day.of_day(Params(), Paths(tmp_path, "acme"), AS_OF.date()) is None


def test_the_settings_are_those_of_the_code():
    assert day.turn(Params()) == Turn()
