"""The proof: nothing that happened or became known after the as-of date changes a feature on it.

Each example takes the records of a small company and does to everything after the as-of date what the world may
do: change it, delete it, add to it, and back-date it. The features on the as-of date must be equal to the byte.
Planted leaks show that the proof can fail.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import events, store, sweep, windows
from features.catalogue import CATALOGUE
from features.sources import TABLES, Kind
from pipeline.frames import to_arrow

AS_OF = pd.Timestamp("2022-06-30")
Tables = dict[str, pa.Table]


def features(tables: Tables, customers: list[str]) -> pd.DataFrame:
    asked = pd.DataFrame({"customer_id": customers, "as_of": AS_OF})
    return store.compute(tables, asked, CATALOGUE).drop(columns=["customer_id", "as_of"])


def later(rng: np.random.Generator, rows: int) -> pd.Series:
    """Give moments after the as-of day, the first minute of the next day among them."""
    minutes = rng.integers(0, 400 * 1440, rows)
    minutes[rng.random(rows) < 0.2] = 0
    return pd.Series(AS_OF + pd.Timedelta(days=1) + pd.to_timedelta(minutes, unit="m")).astype(
        "datetime64[us]"
    )


def other_future(name: str, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give the table in a world that differs only in what happened or became known after the as-of date."""
    table = TABLES[name]
    frame = frame.reset_index(drop=True).copy()
    if "known_at" not in frame:
        frame["known_at"] = pd.Series(pd.NaT, frame.index, dtype="datetime64[us]")
    happened = frame[table.happened] if table.happened else frame["known_at"]
    after = (
        (happened >= AS_OF + pd.Timedelta(days=1)) | (frame["known_at"] >= AS_OF + pd.Timedelta(days=1))
    ).to_numpy()

    # What a visible row says of later days may be said otherwise, or not at all.
    for column in table.dates:
        if column.name in frame and column.name not in ("known_at", table.happened) and not column.ahead:
            open_rows = ~after & (frame[column.name] >= AS_OF + pd.Timedelta(days=1)).to_numpy()
            frame.loc[open_rows, column.name] = (
                later(rng, int(open_rows.sum())).to_numpy().astype(frame[column.name].dtype)
            )
            dropped = open_rows & (rng.random(len(frame)) < 0.5)
            frame.loc[dropped, column.name] = pd.NaT

    # Later rows are deleted, or get the values of any other row.
    kept = frame[~after]
    rest = frame[after][rng.random(int(after.sum())) < 0.7].copy()
    for column in table.columns:
        if column.name in rest and column.name not in table.key and column not in table.dates and len(rest):
            rest[column.name] = (
                frame[column.name].sample(len(rest), replace=True, random_state=rng).to_numpy()
            )

    # New rows appear: copies of any row with a new key, known only later, some of them back-dated.
    grown = frame.sample(min(len(frame), 30), random_state=rng).copy()
    for key in table.key:
        if table.column(key).kind is Kind.ID and key != "customer_id":
            grown[key] = grown[key].astype(str) + "-new"
    grown["known_at"] = later(rng, len(grown)).to_numpy()

    # Corrections of visible rows: the same key, other values, known only later.
    corrected = kept.sample(min(len(kept), 30), random_state=rng).copy() if table.key else kept.iloc[:0]
    for column in table.columns:
        if column.name in corrected and column.kind in (Kind.MONEY, Kind.NUMBER):
            corrected[column.name] = corrected[column.name] * 3 + 1
    corrected = corrected.assign(known_at=later(rng, len(corrected)).to_numpy())
    return pd.concat([kept, rest, grown, corrected]).sample(frac=1, random_state=rng).reset_index(drop=True)


def differs(frames: dict[str, pd.DataFrame], seed: int, here: pd.DataFrame | None = None) -> list[str]:
    """Give the features that differ between two worlds with one past; ``here`` are those of the first."""
    rng = np.random.default_rng(seed)
    customers = sorted(frames["customers"]["customer_id"].unique())
    if here is None:
        here = features({name: to_arrow(frame) for name, frame in frames.items()}, customers)
    there = features(
        {name: to_arrow(other_future(name, frame, rng)) for name, frame in frames.items()}, customers
    )
    return [name for name in here if here[name].to_numpy().tobytes() != there[name].to_numpy().tobytes()]


@pytest.fixture(scope="module")
def here(frames, tables) -> pd.DataFrame:
    return features(tables, sorted(frames["customers"]["customer_id"].unique()))


@given(seed=st.integers(0, 2**32 - 1))
def test_the_future_changes_nothing(frames, here, seed):
    assert differs(frames, seed, here) == []


def test_the_worlds_do_differ_after_the_date(frames):
    rng = np.random.default_rng(0)
    for name in ("trade", "interaction", "service", "finance"):
        assert len(other_future(name, frames[name], rng)) != len(frames[name])


def leak_a_day(monkeypatch):
    """A window that is one day too long at its end."""
    plain = windows.visible
    monkeypatch.setattr(sweep, "visible", lambda *args: plain(*args[:-1], args[-1] + np.int32(1)))


def leak_late_entries(monkeypatch):
    """Records count from the day they happened, whenever they were entered."""
    plain = windows.visible
    monkeypatch.setattr(
        sweep, "visible", lambda start, day, known, until, *rest: plain(start, day, day, until, *rest)
    )


def leak_corrections(monkeypatch):
    """A record as it stands today, not as it stood."""
    plain = windows.visible

    def newest(start, day, known, until, *rest):
        return plain(start, day, np.where(until == windows.FOREVER, day, known), until, *rest)

    monkeypatch.setattr(sweep, "visible", newest)


@pytest.mark.parametrize("plant", [leak_a_day, leak_late_entries, leak_corrections])
def test_a_planted_leak_is_caught(frames, monkeypatch, plant):
    plant(monkeypatch)
    assert differs(frames, 1) != []


def test_a_payment_date_on_an_unpaid_invoice_is_caught(frames, monkeypatch):
    feature = next(f for f in CATALOGUE if f.name == "finance_days_to_pay_90d")
    leaky = events.Stream(
        "finance.issued",
        events.INVOICES.table,
        "issued_at",
        (*events.INVOICES.values, events.PAID.value("days_to_pay")),
    )
    changed = type(feature)(**{**vars(feature), "on": leaky})
    monkeypatch.setattr(f"{__name__}.CATALOGUE", (changed,))
    assert differs(frames, 1) == ["finance_days_to_pay_90d"]
