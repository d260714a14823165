"""The records as they stood: what was known is kept, what came later is out, and the features are the same."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features import store
from features.catalogue import CATALOGUE
from features.past import as_they_stood, stirring
from pipeline.frames import to_arrow

DAY = date(2022, 6, 15)
BEFORE, EVENING, NEXT = (
    pd.Timestamp(text) for text in ("2022-06-01 10:00", "2022-06-15 23:59", "2022-06-16")
)


def stood(name: str, **columns) -> pd.DataFrame:
    """Give the rows of one table as they stood on DAY; the key of each row is its number."""
    frame = to_arrow(pd.DataFrame(columns))
    return as_they_stood({name: frame}, DAY)[name].to_pandas(date_as_object=False)


def test_the_whole_day_counts_and_the_first_instant_of_the_next_does_not():
    rows = stood("trade", order_id=["a", "b", "c"], ordered_at=[BEFORE, EVENING, NEXT])
    assert list(rows["order_id"]) == ["a", "b"]


def test_a_row_counts_by_when_it_was_known_and_without_that_by_when_it_happened():
    rows = stood(
        "trade",
        order_id=["entered later", "at once", "ordered ahead", "not yet"],
        ordered_at=[BEFORE, BEFORE, NEXT, NEXT],
        known_at=[NEXT, pd.NaT, BEFORE, pd.NaT],
    )
    assert list(rows["order_id"]) == ["at once", "ordered ahead"]


def test_what_an_open_record_says_of_later_days_is_empty_but_for_what_was_agreed():
    rows = stood(
        "service",
        ticket_id=["x", "y"],
        opened_at=[BEFORE, BEFORE],
        resolved_at=[NEXT, EVENING],
        rated_at=[NEXT, EVENING],
        satisfaction=[1.0, 5.0],
        withdrawn_at=[NEXT, pd.NaT],
    )
    assert rows["resolved_at"].isna().tolist() == [True, False]
    assert rows["satisfaction"].fillna(-1).tolist() == [-1.0, 5.0]
    assert rows["withdrawn_at"].isna().all()
    invoices = stood("finance", invoice_id=["i"], issued_at=[BEFORE], due_at=[NEXT], paid_at=[NEXT])
    assert invoices["due_at"].notna().all()
    assert invoices["paid_at"].isna().all()


def test_a_month_is_known_when_it_is_over_and_published():
    rows = stood(
        "market",
        industry=["a", "b", "c"],
        month_on=pd.to_datetime(["2022-05-01", "2022-06-01", "2022-05-01"]).date,
        known_at=[pd.NaT, BEFORE, NEXT],
    )
    assert list(rows["industry"]) == ["a"]


def test_an_event_is_known_before_the_index_of_its_month():
    rows = stood(
        "market",
        industry=["on its day", "announced", "the next day", "told of later", "of a month before"],
        month_on=pd.to_datetime(["2022-06-01"] * 4 + ["2022-05-01"]).date,
        index=[90.0, 91.0, 92.0, 93.0, 94.0],
        event=["tariff"] * 5,
        event_on=pd.to_datetime(["2022-06-15", "2022-06-20", "2022-06-16", "2022-06-10", "2022-05-20"]).date,
        known_at=[pd.NaT, BEFORE, pd.NaT, NEXT, pd.NaT],
    )
    assert list(rows["industry"]) == ["on its day", "announced", "of a month before"]
    assert rows["event"].notna().all()
    assert rows["index"].fillna(0).tolist() == [0.0, 0.0, 94.0]


def test_a_customer_without_any_date_was_always_known():
    rows = stood(
        "customers",
        customer_id=["always", "since then", "joins later", "told of later"],
        since_on=pd.to_datetime([None, "2022-06-01", "2022-07-01", "2022-06-01"]).date,
        known_at=[pd.NaT, pd.NaT, pd.NaT, NEXT],
    )
    assert list(rows["customer_id"]) == ["always", "since then"]


def test_those_stir_of_whom_something_happens_soon_after():
    rows = pa.table(
        {
            "customer_id": ["before", "next day", "in a week", "in eight days"],
            "ordered_at": [BEFORE, NEXT, pd.Timestamp("2022-06-22 12:00"), pd.Timestamp("2022-06-23")],
        }
    )
    assert stirring({"trade": rows}, DAY, 7) == {"next day", "in a week"}


@pytest.mark.slow
def test_features_from_the_records_as_they_stood_are_the_features_of_the_day(frames):
    rng = np.random.default_rng(3)
    tables = {}
    for name, frame in frames.items():
        rows = frame.reset_index(drop=True).copy()
        moments = pd.to_datetime("2021-06-01") + pd.to_timedelta(rng.integers(0, 600, len(rows)), unit="D")
        rows["withdrawn_at"] = pd.Series(moments).where(rng.random(len(rows)) < 0.05)
        if name == "trade":
            late = rng.random(len(rows)) < 0.1
            rows["known_at"] = (rows["ordered_at"] + pd.Timedelta(days=45)).where(late)
        tables[name] = to_arrow(rows)
    customers = sorted(frames["customers"]["customer_id"].unique())
    asked = pd.DataFrame({"customer_id": customers, "as_of": pd.Timestamp(DAY)})
    whole = store.compute(tables, asked, CATALOGUE)
    then = store.compute(as_they_stood(tables, DAY), asked, CATALOGUE)
    assert sum(map(len, as_they_stood(tables, DAY).values())) < 0.8 * sum(map(len, tables.values()))
    differ = [
        name
        for name in CATALOGUE_NAMES & set(whole)
        if whole[name].to_numpy().tobytes() != then[name].to_numpy().tobytes()
    ]
    assert differ == []


CATALOGUE_NAMES = {feature.name for feature in CATALOGUE}
