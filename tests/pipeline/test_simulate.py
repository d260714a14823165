"""The stage that makes a simulated dataset."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline import simulate
from pipeline.errors import BadConfig
from pipeline.frames import read_parquet
from pipeline.params import DatasetSpec, Params, Simulate
from pipeline.paths import Paths

SMALL = Params(dataset=DatasetSpec(simulate=Simulate(customers=30, days=300, seed=1)))


def test_records_go_to_raw_and_the_truth_stays_apart(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    simulate.run(SMALL, paths)
    assert {path.stem for path in paths.raw.iterdir()} == {
        "customers",
        "trade",
        "interaction",
        "service",
        "finance",
        "milestones",
        "contracts",
        "cases",
    }
    assert {path.stem for path in paths.truth.iterdir()} == {"leavers", "spells", "traits"}


def test_a_rerun_writes_the_same_bytes(tmp_path: Path) -> None:
    first, again = Paths(tmp_path, "one"), Paths(tmp_path, "two")
    simulate.run(SMALL, first)
    simulate.run(SMALL, again)
    for path in sorted(first.folder.rglob("*.parquet")):
        assert path.read_bytes() == (again.folder / path.relative_to(first.folder)).read_bytes(), path.name


def test_the_settings_of_the_dataset_are_heeded(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    simulate.run(SMALL, paths)
    traits = read_parquet(paths.truth / "traits.parquet")
    assert len(traits) == 30
    trade = read_parquet(paths.raw / "trade.parquet")
    # 300 days from 1 January 2021: the last is 27 October.
    assert trade["ordered_at"].max() < pd.Timestamp("2021-10-28")


def test_a_dataset_that_is_not_simulated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="Dataset 'real' is not simulated"):
        simulate.run(Params(), Paths(tmp_path, "real"))
