"""What is usual of a customer: of its own past dates in the store, and of no later one."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import usual
from pipeline.frames import write_parquet, write_sealed
from pipeline.paths import Paths

DAYS = [date(2024, month, 1) for month in range(1, 6)]
DECLARED = [{"name": "orders", "hash": "a"}, {"name": "delay", "hash": "b"}]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Orders of A are 1, 2, 3, 4, 5 on five dates; its delay is known on two; B is there on the last date only."""
    there = Paths(tmp_path, "made")
    for i, day in enumerate(DAYS):
        rows = pd.DataFrame(
            {
                "customer_id": ["A", "B"] if i == 4 else ["A"],
                "as_of": pd.Timestamp(day),
                "orders": 1.0 + i,
                "delay": 7.0 if i < 2 else np.nan,
            }
        )
        write_parquet(there.features(day) / "features.parquet", rows)
    dates = {day.isoformat(): {} for day in DAYS}
    write_sealed(there.catalogue, {"features": DECLARED, "dates": dates})
    return there


def told(paths: Paths, as_of: date, declared: list[dict[str, str]] = DECLARED) -> list[list[float]]:
    past = usual.past(paths, as_of, declared)
    found = past.usual(["B", "A"], ["other", "delay", "orders"], np.array([[2, 1], [2, 1]]))
    return np.where(np.isnan(found), -1.0, found).tolist()


def test_usual_is_the_median_of_earlier_dates(paths: Paths) -> None:
    assert told(paths, date(2024, 5, 1)) == [[-1, -1], [2.5, -1]]  # 1, 2, 3, 4; not the day itself
    assert told(paths, date(2024, 4, 1)) == [[-1, -1], [2, -1]]


def test_two_dates_say_nothing_of_what_is_usual(paths: Paths) -> None:
    assert told(paths, date(2024, 3, 1)) == [[-1, -1], [-1, -1]]


def test_a_feature_that_was_declared_otherwise_has_no_past(paths: Paths) -> None:
    changed = [{"name": "orders", "hash": "new"}, DECLARED[1]]
    assert told(paths, date(2024, 6, 1), changed) == [[-1, -1], [-1, -1]]


def test_without_a_store_nothing_is_usual(tmp_path: Path) -> None:
    assert told(Paths(tmp_path, "made"), date(2024, 6, 1)) == [[-1, -1], [-1, -1]]


def test_only_the_last_twelve_dates_count(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usual, "DATES", 3)
    assert told(paths, date(2024, 6, 1))[1][0] == 4  # 3, 4, 5
