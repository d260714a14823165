"""What the company's customers bought a day, as a day knew it."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.activity import activity
from pipeline.columns import EPOCH
from pipeline.frames import write_parquet
from pipeline.params import DatasetSpec, Label, Params
from pipeline.paths import Paths

UNTIL = date(2024, 1, 5)
LINES = [
    ("A", "2024-01-02 09:00", False, None),
    ("A", "2024-01-02 17:30", False, None),  # the same customer on the same day: one purchase
    ("B", "2024-01-02 23:59", False, None),
    ("B", "2024-01-03 10:00", True, None),  # a return
    ("C", "2024-01-05 23:59", False, None),  # the last day counts whole
    ("D", "2024-01-04 08:00", False, "2024-01-06"),  # known a day too late
    ("E", "2024-01-04 08:00", False, "2024-01-05"),
    ("F", "2024-01-06 00:00", False, None),  # a day too late
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    trade = pd.DataFrame(LINES, columns=["customer_id", "ordered_at", "is_return", "known_at"])
    trade["ordered_at"], trade["known_at"] = (pd.to_datetime(trade[c]) for c in ("ordered_at", "known_at"))
    there = Paths(tmp_path, "acme")
    write_parquet(there.table("trade"), trade)
    return there


def settings(rule: str = "departure", **spec: Any) -> Params:
    return Params(dataset=DatasetSpec(label=Label(rule=rule), **spec))  # type: ignore[arg-type]


def test_a_customer_counts_once_a_day_and_nothing_counts_that_was_not_known(paths: Paths) -> None:
    found = activity(settings(), paths, UNTIL)
    assert found is not None
    assert found.first == (date(2024, 1, 2) - EPOCH).days
    # 2 January A and B; 3 January the return; 4 January E; 5 January C.
    assert found.counts == (2, 0, 1, 1)
    assert found.until == (UNTIL - EPOCH).days


def test_days_on_which_nobody_bought_are_counted_to_the_last(paths: Paths) -> None:
    found = activity(settings(), paths, date(2024, 1, 9))
    assert found is not None
    assert found.counts == (2, 0, 2, 1, 1, 0, 0, 0)  # D is known by then, F has bought


def test_a_rule_that_does_not_read_purchases_has_no_season_of_purchases(paths: Paths) -> None:
    assert activity(settings("recorded"), paths, UNTIL) is None


def test_orders_that_lie_elsewhere_are_not_counted_here(paths: Paths) -> None:
    assert activity(settings(tables={"trade": "s3://bucket/trade"}), paths, UNTIL) is None
