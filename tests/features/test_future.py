"""The proof: nothing that happened or became known after the as-of date changes a feature on it.

Each example takes the records of a small company and does to everything after the as-of date what the world may
do: change it, delete it, add to it, back-date it, correct and withdraw what stands. The features on the as-of date
must be equal to the byte. Twelve planted leaks (`leaks.py`) show that the proof can fail.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.futures import other_future, with_times
from features import store
from features.catalogue import CATALOGUE
from features.sources import TABLES
from pipeline.frames import to_arrow
from tests.features.leaks import LEAKS

AS_OF = pd.Timestamp("2022-06-15")
Frames = dict[str, pd.DataFrame]


def features(frames: Frames, customers: list[str], catalogue=CATALOGUE) -> pd.DataFrame:
    asked = pd.DataFrame({"customer_id": customers, "as_of": AS_OF})
    tables = {name: to_arrow(frame) for name, frame in frames.items()}
    return store.compute(tables, asked, catalogue).drop(columns=["customer_id", "as_of"])


def differs(frames: Frames, seed: int, here: pd.DataFrame | None = None, catalogue=CATALOGUE) -> list[str]:
    """Give the features that differ between two worlds with one past; ``here`` are those of the first."""
    rng = np.random.default_rng(seed)
    customers = sorted(frames["customers"]["customer_id"].unique())
    here = features(frames, customers, catalogue) if here is None else here
    other = {name: other_future(name, frame, AS_OF, rng) for name, frame in frames.items()}
    there = features(other, customers, catalogue)
    return [name for name in here if here[name].to_numpy().tobytes() != there[name].to_numpy().tobytes()]


@pytest.fixture(scope="module")
def world(frames) -> Frames:
    """The records of the small company, some entered late, corrected or withdrawn on either side of the date."""
    rng = np.random.default_rng(5)
    told = {}
    for name, frame in frames.items():
        rows = with_times(frame)
        taken = rng.random(len(rows)) < 0.05
        moments = pd.to_datetime("2021-06-01") + pd.to_timedelta(rng.integers(0, 600, len(rows)), unit="D")
        rows.loc[taken, "withdrawn_at"] = moments[taken]
        if name == "trade":
            late = rng.random(len(rows)) < 0.1
            rows.loc[late, "known_at"] = rows.loc[late, "ordered_at"] + pd.Timedelta(days=45)
        if name == "market":
            alone = ~rows.duplicated(list(TABLES[name].key), keep=False)
            rows.loc[alone & (rng.random(len(rows)) < 0.5), "known_at"] = pd.NaT
        told[name] = rows
    return told


@pytest.fixture(scope="module")
def here(world) -> pd.DataFrame:
    return features(world, sorted(world["customers"]["customer_id"].unique()))


@given(seed=st.integers(0, 2**32 - 1))
def test_the_future_changes_nothing(world, here, seed):
    assert differs(world, seed, here) == []


def test_the_worlds_do_differ_after_the_date(world):
    rng = np.random.default_rng(0)
    for name, frame in world.items():
        assert len(other_future(name, frame, AS_OF, rng)) != len(frame), name


def test_every_feature_is_known_of_somebody(here):
    unknown = {name for name in here if here[name].isna().all()}
    # No contract of these customers is renewed or cancelled by then.
    assert unknown <= {"contracts_renewed_share", "contracts_days_since_cancelled"}


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_a_planted_leak_is_caught(world, monkeypatch, leak):
    catalogue = leak(monkeypatch) or CATALOGUE
    assert differs(world, 1, catalogue=catalogue) != []


def test_there_are_twelve_planted_leaks():
    assert len(LEAKS) == 12
