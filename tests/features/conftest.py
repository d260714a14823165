"""A small made-up company, as the tables that ingest leaves."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features.sweep import Questions, View
from features.unfold import Events, Records
from pipeline.frames import to_arrow
from simulator.company import simulate
from simulator.settings import World

AS_OF = np.datetime64("2024-06-30")


def unfolded(stream, rows: pa.Table) -> Events:
    """Give the events of customer x."""
    with Records({stream.table.name: rows}) as records:
        return records.unfold(stream, ["x"])


@pytest.fixture(scope="session")
def measured() -> Callable[..., float]:
    """``measured(measure, stream, rows, days)``: the measure over the records of customer x, as of 2024-06-30."""

    def measure_of(measure, stream, rows: pa.Table, days=None, where=None) -> float:
        questions = Questions(np.zeros(1, np.int32), np.array([AS_OF.astype(np.int32)], np.int32))
        found = unfolded(stream, rows)
        views = tuple(View(unfolded(other, rows), questions) for other in measure.streams)
        view = View(found.only(where) if where else found, questions)
        return float(measure.over(view.window(days), views)[0])

    return measure_of


@pytest.fixture(scope="session")
def ago() -> Callable[[int], np.datetime64]:
    """``ago(5)``: the moment five days before the as-of date, at midnight."""
    return lambda days: AS_OF.astype("datetime64[us]") - np.timedelta64(days, "D")


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    """Records of 40 customers over 26 months, by table, with the market that they are in."""
    records = simulate(World(customers=40, days=790, start=date(2021, 1, 1)), 11).records
    return {**records, "imports": imports(records["trade"]), "market": market(records["customers"])}


def imports(trade: pd.DataFrame) -> pd.DataFrame:
    """Give the customs records of every third order line, known 45 days late, and as many of two rivals.

    One customer in three imports from nobody else in the first year; half of them go to a rival for good later.
    """
    rng = np.random.default_rng(4)
    ours = trade.iloc[::3].reset_index(drop=True)
    shipped = ours["ordered_at"].dt.normalize() + pd.to_timedelta(rng.integers(1, 9, len(ours)), unit="D")
    who = ours["customer_id"].str[-2:].astype(int)
    late = shipped >= pd.Timestamp("2022-02-01")
    is_us = np.where(late & (who % 2 == 0), rng.random(len(ours)) < 0.3, rng.random(len(ours)) < 0.7)
    is_us |= ((who % 3 == 0) & ~late).to_numpy()
    rival = np.where(rng.random(len(ours)) < 0.7, "Ruhr Tools", "东方机械")
    return pd.DataFrame(
        {
            "record_id": [f"R{place:06}" for place in range(len(ours))],
            "customer_id": ours["customer_id"],
            "shipped_on": shipped,
            "product_line": ours["product_line"],
            "supplier": np.where(is_us, "Forewarn Ltd", np.char.add(rival.astype(str), " Co.")),
            "is_us": is_us,
            "rival": pd.Series(rival, dtype="object").where(~is_us, None),
            "value": ours["amount"].abs(),
            "known_at": shipped + pd.Timedelta(days=45, hours=9),
        }
    )


def market(customers: pd.DataFrame) -> pd.DataFrame:
    """Give an index for each industry everywhere and in its regions, published on the tenth of the month after.

    In one month of ten something happens that is known on its day, from a version of the row without the index.
    """
    places = customers[["industry", "region"]].drop_duplicates()
    places = pd.concat([places, places.assign(region=None).drop_duplicates()])
    months = pd.DataFrame({"month_on": pd.date_range("2020-01-01", "2023-02-01", freq="MS")})
    rows = places.merge(months, how="cross")
    index = 100 + 10 * np.random.default_rng(3).standard_normal(len(rows))
    published = rows["month_on"] + pd.offsets.MonthBegin(1) + pd.Timedelta(days=9, hours=8)
    rows = rows.assign(index=index.round(1), known_at=published)
    happened = np.random.default_rng(4).random(len(rows)) < 0.1
    on = (rows["month_on"] + pd.Timedelta(days=13)).where(happened)
    rows = rows.assign(event=pd.Series("tariff", rows.index, dtype="string").where(happened), event_on=on)
    first = rows[happened].assign(index=np.nan, known_at=on[happened] + pd.Timedelta(hours=12))
    return pd.concat([rows, first], ignore_index=True)


@pytest.fixture(scope="session")
def tables(frames: dict[str, pd.DataFrame]) -> dict[str, pa.Table]:
    return {name: to_arrow(frame) for name, frame in frames.items()}


@pytest.fixture(scope="session")
def asked(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every customer on three as-of dates, in no special order."""
    customers = frames["customers"]["customer_id"].unique()
    dates = [pd.Timestamp("2022-06-30"), pd.Timestamp("2022-03-31"), pd.Timestamp("2022-12-31")]
    return (
        pd.MultiIndex.from_product([customers, dates], names=["customer_id", "as_of"])
        .to_frame(index=False)
        .sample(frac=1, random_state=1)
        .reset_index(drop=True)
    )
