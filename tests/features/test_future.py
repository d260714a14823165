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

from features import store
from features.catalogue import CATALOGUE
from features.sources import TABLES, Kind
from pipeline.frames import to_arrow
from tests.features.leaks import LEAKS

AS_OF = pd.Timestamp("2022-06-15")
NEXT = AS_OF + pd.Timedelta(days=1)
GIVEN_WITH = {"rated_at": ("satisfaction",)}
"""Columns that are said on a later date of the row than the day it happened."""
Frames = dict[str, pd.DataFrame]


def features(frames: Frames, customers: list[str], catalogue=CATALOGUE) -> pd.DataFrame:
    asked = pd.DataFrame({"customer_id": customers, "as_of": AS_OF})
    tables = {name: to_arrow(frame) for name, frame in frames.items()}
    return store.compute(tables, asked, catalogue).drop(columns=["customer_id", "as_of"])


def later(rng: np.random.Generator, rows: int) -> pd.Series:
    """Give moments after the as-of day, its first instant and the hours after midnight among them."""
    minutes = rng.integers(0, 400 * 1440, rows)
    minutes[rng.random(rows) < 0.2] = 0
    soon = rng.random(rows) < 0.2
    minutes[soon] = rng.integers(0, 90, int(soon.sum()))
    return pd.Series(NEXT + pd.to_timedelta(minutes, unit="m")).astype("datetime64[us]")


def happened(name: str, frame: pd.DataFrame) -> pd.Series:
    """Say when each row took place; a month has only when it is over, or something happened in it."""
    table = TABLES[name]
    if name == "market":
        return frame["event_on"].where(frame["event_on"] < month_end(frame), month_end(frame))
    return frame[table.happened] if table.happened else frame["known_at"]


def month_end(frame: pd.DataFrame) -> pd.Series:
    return frame["month_on"] + pd.offsets.MonthEnd(1)


def with_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows with both of the columns that say what was believed when."""
    frame = frame.reset_index(drop=True).copy()
    for column in ("known_at", "withdrawn_at"):
        if column not in frame:
            frame[column] = pd.Series(pd.NaT, frame.index, dtype="datetime64[us]")
    return frame


def other_future(name: str, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give the table in a world that differs only in what happened or became known after the as-of date."""
    table = TABLES[name]
    frame = with_times(frame)
    after = ((happened(name, frame) >= NEXT) | (frame["known_at"] >= NEXT)).to_numpy()

    # What an event showed of its month before that was over says nothing of the index.
    if name == "market":
        early = ~after & (month_end(frame) >= NEXT).to_numpy()
        frame.loc[early, "index"] = rng.uniform(50, 150, int(early.sum()))

    # What a visible row says of later days may be said otherwise, or not at all; it may be withdrawn.
    for column in table.dates:
        if column.name in frame and column.name not in ("known_at", table.happened) and not column.ahead:
            open_rows = ~after & (frame[column.name] >= NEXT).to_numpy()
            if column.name == "withdrawn_at":
                open_rows |= ~after & frame["withdrawn_at"].isna().to_numpy() & (rng.random(len(frame)) < 0.1)
            frame.loc[open_rows, column.name] = (
                later(rng, int(open_rows.sum())).to_numpy().astype(frame[column.name].dtype)
            )
            dropped = open_rows & (rng.random(len(frame)) < 0.5)
            frame.loc[dropped, column.name] = pd.NaT
            for told in GIVEN_WITH.get(column.name, ()):
                frame.loc[open_rows, told] = (
                    frame[told].sample(int(open_rows.sum()), random_state=rng).to_numpy()
                )

    # Later rows are deleted, or get the values of any other row.
    kept = frame[~after]
    rest = frame[after][rng.random(int(after.sum())) < 0.7].copy()
    for column in table.columns:
        if column.name in rest and column.name not in table.key and column not in table.dates and len(rest):
            rest[column.name] = (
                frame[column.name].sample(len(rest), replace=True, random_state=rng).to_numpy()
            )

    # New rows appear: copies of any row with a new key, known only later, most of them back-dated.
    grown = frame.sample(min(len(frame), 30), random_state=rng).copy()
    for key in table.key:
        if table.column(key).kind is Kind.ID and (key != "customer_id" or name == "customers"):
            grown[key] = grown[key].astype(str) + "-new"
    grown["known_at"] = later(rng, len(grown)).to_numpy()

    # Corrections of visible rows: the same key, other values, known only later.
    corrected = kept.sample(min(len(kept), 30), random_state=rng).copy() if table.key else kept.iloc[:0]
    for column in table.columns:
        if column.name not in corrected or column.name in table.key or column.name == "customer_id":
            continue
        if column.kind in (Kind.MONEY, Kind.NUMBER):
            corrected[column.name] = corrected[column.name] * 3 + 1
        elif column.kind in (Kind.TEXT, Kind.CHOICE) and len(corrected):
            corrected[column.name] = frame[column.name].sample(len(corrected), random_state=rng).to_numpy()
    corrected = corrected.assign(known_at=later(rng, len(corrected)).to_numpy())
    return pd.concat([kept, rest, grown, corrected]).sample(frac=1, random_state=rng).reset_index(drop=True)


def differs(frames: Frames, seed: int, here: pd.DataFrame | None = None, catalogue=CATALOGUE) -> list[str]:
    """Give the features that differ between two worlds with one past; ``here`` are those of the first."""
    rng = np.random.default_rng(seed)
    customers = sorted(frames["customers"]["customer_id"].unique())
    here = features(frames, customers, catalogue) if here is None else here
    other = {name: other_future(name, frame, rng) for name, frame in frames.items()}
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
        assert len(other_future(name, frame, rng)) != len(frame), name


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
