"""Precision, recall and lead time, counted by hand."""

import pandas as pd
import pytest

from actions.signals import history

DAYS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])


def rows(told: dict[str, str]) -> pd.DataFrame:
    """Give a row for each "1" of four dates, by customer."""
    return pd.DataFrame(
        [
            {"customer_id": customer, "as_of": day, "signal": "orders", "rule": "interval_long"}
            for customer, flags in told.items()
            for day, flag in zip(DAYS, flags, strict=True)
            if flag == "1"
        ]
    )


def measured(counting: dict[str, str], labels: dict[str, str], left: dict[str, str]) -> pd.Series:
    asked = pd.DataFrame(
        [
            {"customer_id": customer, "as_of": day, "label": int(flag)}
            for customer, flags in labels.items()
            for day, flag in zip(DAYS, flags, strict=True)
            if flag in "01"
        ]
    )
    leavers = pd.DataFrame({"customer_id": list(left), "left_on": pd.to_datetime(list(left.values()))})
    found = history.measured(rows(counting), asked, leavers, horizon_days=60).set_index("name")
    return found.loc["interval_long"]


def test_alarms_are_first_dates_and_those_of_leavers_are_right():
    # a: alarms on 1 January (stays for 60 days) and 1 March (leaves); b: one alarm, never leaves.
    found = measured({"a": "1011", "b": "0110"}, {"a": "0011", "b": "0000", "c": "0000"}, {"a": "2024-04-20"})
    assert (found["alarms"], found["right"]) == (3, 1)
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["base"] == pytest.approx(2 / 12)
    assert found["counting"] == pytest.approx(5 / 12)


def test_a_leaver_is_found_on_a_date_before_its_day_and_within_the_horizon():
    found = measured(
        {"early": "1000", "there": "0010", "same day": "0001"},
        {"early": "0011", "there": "0011", "same day": "0011", "missed": "0011"},
        {"early": "2024-04-01", "there": "2024-04-01", "same day": "2024-04-01", "missed": "2024-04-01"},
    )
    # 1 January lies 91 days before: beyond the 60. On the day itself it is too late.
    assert (found["leavers"], found["found"]) == (4, 1)
    assert found["recall"] == 0.25


def test_lead_is_counted_from_the_first_date_of_the_unbroken_run():
    found = measured(
        {"a": "1011", "b": "1111"}, {"a": "0011", "b": "0011"}, {"a": "2024-04-11", "b": "2024-04-11"}
    )
    # a since 1 March: 41 days; b since 1 January: 101 days; the median of two is their mean.
    assert found["lead_days"] == 71


def test_what_counts_for_a_customer_that_is_not_asked_about_is_not_looked_at():
    found = measured({"a": "1111", "x": "1111"}, {"a": "0000"}, {})
    assert (found["alarms"], found["leavers"]) == (1, 0)
    assert pd.isna(found["recall"])


def test_the_interval_of_the_precision_holds_it_and_is_the_same_again():
    told = {f"c{n}": "1000" for n in range(40)}
    labels = {name: "1000" if place < 10 else "0000" for place, name in enumerate(told)}
    first, second = (measured(told, labels, {}) for _ in range(2))
    assert first["precision"] == 0.25
    # 1.96 * sqrt(.25 * .75 / 40) = .134
    assert first["precision_low"] == pytest.approx(0.25 - 0.134, abs=0.04)
    assert first["precision_high"] == pytest.approx(0.25 + 0.134, abs=0.04)
    assert first.equals(second)
