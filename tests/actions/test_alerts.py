"""Four levels of alert: when they come, that they do not flap, and that no order of nights matters."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from actions import alerts
from actions.alert_rows import frame, state_of
from actions.alerts import CLOSED, LOWERED, OPENED, RAISED, Event, Level, Seen, State, Terms

TERMS = Terms(
    (
        Level("blue", 0.10, "account_manager", 14),
        Level("yellow", 0.15, "regional_manager", 7),
        Level("orange", 0.25, "sales_director", 3),
        Level("red", 0.35, "top_management", 1),
    ),
    margin=0.05,
    hold_days=45,
    forget_days=90,
)
WORDS = {level.told: (level.told.replace("_", " "), "某人") for level in TERMS.levels}
FIRST = date(2024, 1, 1)


def seen(drop: float) -> dict[str, Seen]:
    return {"C1": Seen(drop, 100 * (1 - drop), 100.0)}


def lived(*drops: float | None, every: int = 30) -> tuple[State, list[Event]]:
    days = [
        (FIRST + timedelta(days=every * i), {} if drop is None else seen(drop))
        for i, drop in enumerate(drops)
    ]
    return alerts.fold(days, TERMS)


def level(*drops: float | None, every: int = 30) -> str | None:
    state = lived(*drops, every=every)[0]
    return state["C1"].level if "C1" in state else None


@pytest.mark.parametrize(
    ("drop", "name"),
    [(0.0999, None), (0.10, "blue"), (0.15, "yellow"), (0.2499, "yellow"), (0.25, "orange"), (0.35, "red")],
)
def test_a_level_begins_at_its_drop(drop: float, name: str | None) -> None:
    assert level(drop) == name


def test_a_level_is_raised_at_once() -> None:
    assert level(0.12, 0.40, every=1) == "red"


def test_a_level_holds_while_the_drop_is_within_the_margin() -> None:
    # 0.21 lies less than 0.05 below 0.25.
    assert level(0.30, 0.21, 0.21, 0.21, 0.21) == "orange"


def test_a_level_is_left_when_the_drop_was_below_it_for_the_days_it_takes() -> None:
    # Below on days 30 and 60: 30 days. On day 90 it has been for 60, more than 45.
    assert level(0.30, 0.16, 0.16) == "orange"
    assert level(0.30, 0.16, 0.16, 0.16) == "yellow"


def test_a_level_is_left_for_the_highest_that_held_meanwhile() -> None:
    # 0.12 holds yellow (0.15 less 0.05), 0.02 nothing: orange is left for yellow.
    assert level(0.30, 0.12, 0.02, 0.02) == "yellow"


def test_one_date_within_the_margin_begins_the_days_anew() -> None:
    assert level(0.30, 0.16, 0.22, 0.16, 0.16) == "orange"


def test_an_alert_ends_when_no_level_held_for_the_days_it_takes() -> None:
    state, events = lived(0.30, 0.0, 0.0, 0.0)
    assert state == {}
    assert [event.kind for event in events] == [OPENED, CLOSED]


def test_a_customer_has_one_alert_which_is_raised_and_lowered() -> None:
    _, events = lived(0.12, 0.30, 0.16, 0.16, 0.16, 0.16)
    assert [(event.kind, event.before, event.level) for event in events] == [
        (OPENED, None, "blue"),
        (RAISED, "blue", "orange"),
        (LOWERED, "orange", "yellow"),
    ]
    assert len({event.alert_id for event in events}) == 1


def test_an_alert_of_a_customer_nobody_asked_about_stands_until_it_is_forgotten() -> None:
    assert level(0.30, None, None, None) == "orange"
    assert level(0.30, None, None, None, None) is None


def test_a_drop_at_a_threshold_does_not_flap() -> None:
    _, events = lived(*([0.26, 0.24] * 20), every=7)
    assert [event.kind for event in events] == [OPENED]


DROPS = some.lists(some.one_of(some.none(), some.floats(-0.5, 0.9)), min_size=2, max_size=25)


@settings(max_examples=50, deadline=None)
@given(DROPS, some.integers(1, 40))
def test_no_level_is_reached_and_left_within_the_days_that_leaving_takes(
    drops: list[float | None], every: int
) -> None:
    _, events = lived(*drops, every=every)
    for one, other in pairwise(events):
        if one.kind in (OPENED, RAISED) and other.kind == LOWERED:
            assert (other.at - one.at).days > TERMS.hold_days


@settings(max_examples=50, deadline=None)
@given(DROPS, some.integers(1, 40), some.integers(1, 24))
def test_a_state_that_was_published_goes_on_as_if_nothing_had_happened(
    drops: list[float | None], every: int, cut: int
) -> None:
    days = [
        (FIRST + timedelta(days=every * i), seen(drop) if drop is not None else {})
        for i, drop in enumerate(drops)
    ]
    at_once = alerts.fold(days, TERMS)[0]
    first = alerts.fold(days[:cut], TERMS)[0]
    again = state_of(frame(first, FIRST, TERMS, WORDS))
    assert again == first
    assert alerts.fold(days[cut:], TERMS, again)[0] == at_once


@settings(max_examples=50, deadline=None)
@given(DROPS, some.integers(1, 40))
@example([0.58, None, 0.0, 0.26, -0.21, *[None] * 4, 0.015, None, None, -0.09, -0.29, 0.72, None], 13)
def test_seeing_a_day_twice_changes_nothing(drops: list[float | None], every: int) -> None:
    days = [
        (FIRST + timedelta(days=every * i), seen(drop) if drop is not None else {})
        for i, drop in enumerate(drops)
    ]
    state, events = alerts.fold(days, TERMS)
    assert alerts.step(state, days[-1][0], days[-1][1], TERMS) == (state, [])
    twice = [day for day in days for _ in range(2)]
    assert alerts.fold(twice, TERMS) == (state, events)


def test_the_table_tells_who_is_told_and_by_when() -> None:
    rows = frame(lived(0.12, 0.30)[0], date(2024, 2, 1), TERMS, WORDS)
    row = rows.iloc[0]
    assert (row["level"], row["told"]) == ("orange", "sales_director")
    assert row["opened_on"] == pd.Timestamp("2024-01-01")
    assert row["level_since"] == pd.Timestamp("2024-01-31")
    assert row["by_on"] == pd.Timestamp("2024-02-03")  # three days after the level was reached
    assert row["en"].startswith(
        "Orange since 2024-01-31: health 70, 30% below its usual 100; to be told by 2024-02-03: sales"
    )
    assert row["zh"].startswith("橙色预警，自2024-01-31起：健康度70，比平时的100低30%")


def test_the_gravest_alert_stands_first() -> None:
    many = {
        name: replace(seen(drop)["C1"]) for name, drop in (("A", 0.16), ("B", 0.5), ("C", 0.24), ("D", 0.26))
    }
    state, _ = alerts.step({}, FIRST, many, TERMS)
    assert frame(state, FIRST, TERMS, WORDS)["customer_id"].tolist() == ["B", "D", "C", "A"]


def test_a_table_of_no_alerts_has_the_same_columns() -> None:
    empty, one = frame({}, FIRST, TERMS, WORDS), frame(lived(0.5)[0], FIRST, TERMS, WORDS)
    assert empty.empty
    assert empty.dtypes.to_dict() == one.dtypes.to_dict()
