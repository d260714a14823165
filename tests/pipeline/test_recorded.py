"""Recorded causes: what was known of them on a day, and what departures they are held against."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from models import rootcause
from pipeline import recorded, roots
from pipeline.fitted import Fit
from pipeline.frames import write_parquet
from pipeline.paths import Paths

DAY = date(2024, 6, 30)


def cases(root: Path, *rows: tuple[str, str, str | None, str | None, str | None]) -> Paths:
    paths = Paths(root, "small")
    table = pd.DataFrame(
        rows, columns=["customer_id", "churned_on", "cause", "known_at", "withdrawn_at"]
    ).astype({"cause": "str"})
    for name in ("churned_on", "known_at", "withdrawn_at"):
        table[name] = pd.to_datetime(table[name])
    write_parquet(paths.table("cases"), table)
    return paths


def test_a_cause_counts_from_the_day_on_which_it_was_known(tmp_path: Path) -> None:
    paths = cases(
        tmp_path,
        ("A", "2024-03-01", "price", "2024-06-30 23:00", None),  # the day itself counts
        ("B", "2024-03-01", "price", "2024-07-01 00:00", None),
        ("C", "2024-06-30", "service", None, None),  # known when it happened
        ("D", "2024-07-01", "service", None, None),
    )
    assert set(recorded.causes(paths, DAY)["customer_id"]) == {"A", "C"}


def test_of_a_corrected_cause_the_newest_known_version_counts(tmp_path: Path) -> None:
    paths = cases(
        tmp_path,
        ("A", "2024-03-01", "price", "2024-04-01", None),
        ("A", "2024-03-01", "payment", "2024-05-01", None),
        ("A", "2024-03-01", "service", "2024-08-01", None),  # not yet known
        ("B", "2024-03-01", "price", "2024-04-01", "2024-05-01"),  # taken back
        ("C", "2024-03-01", "price", "2024-04-01", "2024-07-01"),  # taken back later
    )
    told = recorded.causes(paths, DAY).set_index("customer_id")["cause"]
    assert told.to_dict() == {"A": "payment", "C": "price"}


def test_a_cause_that_is_none_of_ours_teaches_nothing(tmp_path: Path) -> None:
    paths = cases(
        tmp_path,
        ("A", "2024-03-01", "moved abroad", None, None),
        ("B", "2024-03-01", None, None, None),
        ("C", "2024-03-01", "demand", None, None),
    )
    assert recorded.causes(paths, DAY)["customer_id"].tolist() == ["C"]
    assert recorded.causes(Paths(tmp_path / "elsewhere", "small"), DAY).empty


@dataclass(frozen=True)
class Shown:
    """A model whose contributions are the columns themselves."""

    features: tuple[str, ...] = ("orders", "discount")

    def contributions(self, X: pd.DataFrame) -> tuple[np.ndarray, float]:
        return X.to_numpy(np.float64).copy(), 0.0


def shown() -> Fit:
    return Fit("logistic", cast("Any", Shown()), None, {}, {}, "hash")


def test_only_departures_near_the_case_are_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "C", "D"],
            "as_of": pd.to_datetime(["2022-01-31", "2024-01-31", "2024-01-31", "2024-01-31", "2024-01-31"]),
            "label": [1, 1, 1, 0, 1],
        }
    )
    X = pd.DataFrame({"orders": [9.0, 1.0, 2.0, 3.0, 6.0], "discount": [9.0, 0.0, 0.0, 4.0, 8.0]})
    told = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "C"],
            "churned_on": pd.to_datetime(["2025-01-30", "2024-03-01", "2023-11-02", "2024-03-01"]),
            "cause": ["price", "service", "demand", "price"],
        }
    )
    seen: dict[str, Any] = {}

    def learn(phi: np.ndarray, features: Any, causes: list[str], customers: np.ndarray) -> None:
        seen.update(phi=phi, causes=causes, customers=list(customers))

    monkeypatch.setattr(rootcause, "learn", learn)
    roots.learn(shown(), rows, X, told)
    # A's row of 2022 lies more than a year before its cases; March is the case nearest to that of 2024. B was
    # written off 90 days before its date. C stayed, and D has no case. The means of the date are 3 and 3.
    assert seen["customers"] == ["A", "B"]
    assert seen["causes"] == ["service", "demand"]
    assert seen["phi"].tolist() == [[-2.0, -3.0], [-1.0, -3.0]]


def test_without_a_case_near_a_departure_nothing_is_learned() -> None:
    rows = pd.DataFrame({"customer_id": ["A"], "as_of": pd.to_datetime(["2024-01-31"]), "label": [1]})
    told = pd.DataFrame(
        {"customer_id": ["B"], "churned_on": pd.to_datetime(["2024-02-01"]), "cause": ["price"]}
    )
    assert roots.learn(shown(), rows, pd.DataFrame({"orders": [1.0], "discount": [0.0]}), told) is None
