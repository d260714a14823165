"""An alert's life, step by step: what may follow what, what is refused, and when it escalates."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import escalation, journal, projected, steps
from actions.escalation import Deadlines
from actions.events import Event, Impossible, evening, known_by, read
from actions.steps import Step

DAY = date(2024, 6, 3)
NOON = datetime(2024, 6, 4, 12, tzinfo=UTC)
DEADLINES = Deadlines(
    {"blue": 120, "yellow": 72, "orange": 24, "red": 8},
    {"blue": 336, "yellow": 168, "orange": 96, "red": 48},
    30,
)


def alerts(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "alert_id": alert,
                "customer_id": customer,
                "level": level,
                "opened_on": pd.Timestamp(DAY),
                "health": 60.0,
                "drop": 0.2,
                "told": "account_manager",
                "by_on": pd.Timestamp("2024-06-06"),
                "en": "health fell",
                "zh": "健康度下降",
            }
            for alert, customer, level in rows
        ],
        columns=[
            "alert_id",
            "customer_id",
            "level",
            "opened_on",
            "health",
            "drop",
            "told",
            "by_on",
            "en",
            "zh",
        ],
    )


def plans(*rows: dict) -> pd.DataFrame:
    usual = {"alert_id": "a1", "customer_id": "C1", "cause": "price", "play": "review_terms", "chosen": True,
             "held_out": False, "cost": 100.0, "profit": 900.0}  # fmt: skip
    return pd.DataFrame([{**usual, **row} for row in rows])


def began(level: str = "orange") -> list[Event]:
    return steps.opened([], alerts(("a1", "C1", level)), DAY)


def after(log: list[Event], *what: tuple[str, dict], hours: float = 1) -> list[Event]:
    """Take steps ``hours`` apart, beginning at noon of the next day or after what was done before."""
    log = list(log)
    begin = max(NOON, log[-1].at + timedelta(hours=hours))
    for number, (verb, told) in enumerate(what):
        step = Step(verb, **{"by": "Ann", "at": begin + timedelta(hours=hours * number), **told})
        log += journal.admitted(log, [steps.taken(log, "a1", step)])
    return log


def test_an_alert_lives_from_opening_to_outcome() -> None:
    log = after(
        began(),
        ("ack", {}),
        ("assign", {"owner": "Bo", "play": "review_terms"}),
        ("start", {"by": "Bo"}),
        ("note", {"note": "wants a new price list"}),
        ("finish", {"by": "Bo", "outcome": "kept", "cost": 250.0}),
    )
    stands = journal.book(log)
    alert = stands.alerts["a1"]
    assert [event.kind for event in alert.events] == [
        "alert_opened", "acknowledged", "assigned", "started", "noted", "finished",
    ]  # fmt: skip
    assert stands.state(alert) == "finished"
    (action,) = stands.actions_of(alert)
    assert (action.owner, action.play, action.status, action.outcome, action.cost) == (
        "Bo", "review_terms", "finished", "kept", 250.0,
    )  # fmt: skip
    assert (action.started_at, action.finished_at) == (NOON + timedelta(hours=2), NOON + timedelta(hours=4))


@pytest.mark.parametrize(
    ("before", "verb", "told", "sentence"),
    [
        ([], "finish", {"outcome": "kept"}, "Nothing was started"),
        ([("assign", {"owner": "Bo"})], "finish", {"outcome": "kept"}, "never started"),
        ([("ack", {})], "ack", {}, "was acknowledged by Ann"),
        ([("start", {})], "ack", {}, "was acknowledged by Ann"),
        ([("start", {}), ("finish", {"outcome": "lost"})], "finish", {"outcome": "kept"}, "finished twice"),
        ([("start", {})], "start", {}, "cannot be started once more"),
        ([("start", {})], "assign", {"owner": "Bo"}, "too late"),
        ([], "assign", {}, "--owner"),
        ([("start", {})], "finish", {}, "--outcome"),
        ([("start", {})], "finish", {"outcome": "kept", "cost": -1.0}, "cannot cost"),
        ([], "note", {}, "--note"),
    ],
)
def test_a_step_that_cannot_be_is_refused_in_one_sentence(before, verb, told, sentence) -> None:
    log = after(began(), *before)
    with pytest.raises(Impossible, match=sentence) as refused:
        after(log, (verb, told))
    assert "\n" not in str(refused.value)


def test_what_nobody_opened_cannot_be_acted_on() -> None:
    with pytest.raises(Impossible, match="no alert or action 'a9'"):
        steps.taken(began(), "a9", Step("ack", "Ann", NOON))
    early = Step("ack", "Ann", NOON - timedelta(days=2))  # the alert was opened the evening before NOON's day
    with pytest.raises(Impossible, match="opened on 2024-06-03"):
        journal.admitted(began(), [steps.taken(began(), "a1", early)])


def test_a_closed_alert_takes_no_new_work_but_lets_what_was_started_be_finished() -> None:
    log = after(began(), ("start", {}))
    log += steps.opened(log, alerts(), DAY + timedelta(days=30))
    assert journal.book(log).state(journal.book(log).alerts["a1"]) == "closed"
    with pytest.raises(Impossible, match="was closed on 2024-07-03"):
        journal.admitted(log, [Event("acknowledged", NOON, "Ann", "C1", "a1")])
    log = after(log, ("finish", {"outcome": "kept"}), hours=5)
    assert [one.status for one in journal.book(log).actions.values()] == ["finished"]


def test_an_alert_says_why_it_closes_and_its_event_is_the_same_whatever_it_says() -> None:
    log = steps.opened([], alerts(("a1", "C1", "red"), ("a2", "C2", "red")), DAY)
    later = DAY + timedelta(days=100)
    silent, told = (steps.opened(log, alerts(), later, seen=seen) for seen in (None, {"C1", "C3"}))
    assert [event.told for event in told] == [
        {"as_of": "2024-09-11", "because": "recovered"},
        {"as_of": "2024-09-11", "because": "unseen"},
    ]
    assert [event.event_id for event in silent] == [event.event_id for event in told]
    stands = journal.book([*log, *told])
    assert [one.closed_because for one in stands.alerts.values()] == ["recovered", "unseen"]
    assert [one.closed_because for one in journal.book([*log, *silent]).alerts.values()] == [None, None]


def test_the_same_day_told_twice_and_an_earlier_day_change_nothing() -> None:
    log = began()
    assert steps.opened(log, alerts(("a1", "C1", "orange")), DAY) == []
    assert steps.opened(log, alerts(("a0", "C0", "red")), DAY - timedelta(days=1)) == []
    assert journal.admitted(log, began()) == []


def test_a_level_that_rises_asks_for_an_acknowledgement_anew_and_one_that_falls_does_not() -> None:
    log = after(began("yellow"), ("ack", {}))
    raised = log + steps.opened(log, alerts(("a1", "C1", "red")), DAY + timedelta(days=7))
    lowered = log + steps.opened(log, alerts(("a1", "C1", "blue")), DAY + timedelta(days=7))
    assert [event.kind for event in (raised[-1], lowered[-1])] == ["alert_raised", "alert_lowered"]
    assert journal.book(raised).alerts["a1"].acknowledged_at is None
    assert journal.book(lowered).alerts["a1"].acknowledged_at == NOON


def test_an_event_comes_back_from_its_line_as_it_was() -> None:
    for event in after(began(), ("assign", {"owner": "Bo"})):
        assert read(event.line()) == event


def test_nobody_moving_is_told_one_role_up_at_a_time_until_the_top() -> None:
    log = began("orange")  # opened 2024-06-03 23:59:59, to be acknowledged within 24 hours
    told = []
    for hours in range(0, 24 * 6, 6):
        new = escalation.escalated(log, evening(DAY) + timedelta(hours=hours, seconds=1), DEADLINES)
        told += [(hours, event.told["to"]) for event in new]
        log += new
    # Due after 24 hours; whoever is told at 24 has until 48, and at 48 until 72. Then nobody is left.
    assert told == [(24, "regional_manager"), (48, "sales_director"), (72, "top_management")]


def test_acknowledging_stops_the_clock_and_starting_the_next() -> None:
    log = after(began("red"), ("ack", {}))
    waits = escalation.waiting(journal.book(log), DEADLINES)
    assert [(one.what, one.due_at) for one in waits] == [("start", NOON + timedelta(hours=48))]
    log = after(log, ("start", {}))
    waits = escalation.waiting(journal.book(log), DEADLINES)
    assert [(one.what, one.due_at) for one in waits] == [("finish", NOON + timedelta(hours=1, days=30))]
    log = after(log, ("finish", {"outcome": "unclear"}), hours=1)
    assert escalation.waiting(journal.book(log), DEADLINES) == []


def test_whom_chance_left_alone_nobody_is_asked_to_act_on_without_saying_so() -> None:
    log = began("red")
    log += steps.planned(log, plans({"plan_id": "p1", "held_out": True}), DAY)
    stands = journal.book(log)
    assert stands.state(stands.alerts["a1"]) == "held out"
    assert escalation.escalated(log, NOON + timedelta(days=90), DEADLINES) == []
    with pytest.raises(Impossible, match="left alone"):
        after(log, ("start", {}))
    assert journal.book(after(log, ("start", {"anyway": True}))).actions["p1"].status == "started"


def test_an_alert_that_turns_red_after_chance_left_it_alone_is_planned_for_and_escalates() -> None:
    log = began("orange")
    log += steps.planned(log, plans({"plan_id": "left", "held_out": True, "chosen": False}), DAY)
    week = DAY + timedelta(days=7)
    log += steps.opened(log, alerts(("a1", "C1", "red")), week, ("red",))
    assert journal.book(log).actions["left"].status == journal.LAPSED
    assert escalation.escalated(log, evening(week) + timedelta(days=2), DEADLINES)
    new = steps.planned(log, plans({"plan_id": "p1"}), week)
    assert [event.action_id for event in new] == ["p1"]
    assert new[0].told["level"] == "red"
    stands = journal.book(after(log + new, ("start", {})))
    assert stands.actions["p1"].status == "started"
    # Left alone again it is not planned for anew.
    assert steps.planned(log, plans({"plan_id": "p2", "held_out": True, "chosen": False}), week) == []


def test_an_alert_that_opens_red_ends_what_chance_drew_before_it() -> None:
    log = steps.opened([], alerts(), DAY)
    drawn = plans({"plan_id": "left", "alert_id": None, "held_out": True, "chosen": False})
    log += steps.planned(log, drawn, DAY)
    days = [DAY + timedelta(days=days) for days in (1, 29, 30)]
    assert [bool(journal.book(log).left_alone(day, 30)) for day in days] == [True, True, False]
    log += steps.opened(log, alerts(("a1", "C1", "red")), days[0], ("red",))
    assert journal.book(log).left_alone(days[0], 30) == frozenset()
    assert escalation.escalated(log, evening(days[0]) + timedelta(days=2), DEADLINES)


def test_a_customer_is_left_alone_for_as_long_as_its_alert_is_open() -> None:
    log = began("yellow")
    log += steps.planned(log, plans({"plan_id": "left", "held_out": True, "chosen": False}), DAY)
    later = DAY + timedelta(days=60)
    assert journal.book(log).left_alone(later, 30) == {"C1"}
    assert journal.book(log + steps.opened(log, alerts(), later)).left_alone(later, 30) == frozenset()
    log += steps.planned(log, plans({"plan_id": "p1"}), later)
    assert journal.book(log).left_alone(later, 30) == frozenset()


def test_a_plan_that_nobody_took_on_gives_way_when_its_alert_becomes_graver() -> None:
    log = began("yellow")
    log += steps.planned(log, plans({"plan_id": "p1", "play": "call"}), DAY)
    week = DAY + timedelta(days=7)
    graver = plans({"plan_id": "p2", "play": "review_terms"})
    assert steps.planned(log, graver, week) == []
    log += steps.opened(log, alerts(("a1", "C1", "red")), week)
    assert steps.planned(log, plans({"plan_id": "p3", "play": "call"}), week) == []  # the same once more
    assert steps.planned(log, plans({"plan_id": "p2", "chosen": False}), week) == []
    assert steps.planned(after(log, ("start", {})), graver, week) == []
    log += steps.planned(log, graver, week)
    stood = journal.book(log).actions
    assert {name: one.status for name, one in stood.items()} == {"p1": "lapsed", "p2": "planned"}
    assert steps.planned(log, plans({"plan_id": "p4", "play": "call"}), week) == []


def test_an_alert_that_rises_to_where_chance_still_draws_stays_left_alone() -> None:
    log = began("yellow")
    log += steps.planned(log, plans({"plan_id": "left", "held_out": True, "chosen": False}), DAY)
    log += steps.opened(log, alerts(("a1", "C1", "orange")), DAY + timedelta(days=7), ("red",))
    stands = journal.book(log)
    assert (stands.state(stands.alerts["a1"]), escalation.waiting(stands, DEADLINES)) == ("held out", [])


def test_what_is_dated_back_is_known_no_sooner_than_what_stood_before_it() -> None:
    log = after(began(), ("assign", {"owner": "Bo", "at": NOON + timedelta(days=9)}))
    log += journal.admitted(log, [steps.taken(log, "a1", Step("start", "Bo", NOON + timedelta(days=4)))])
    newest = projected.contract(log).iloc[-1]
    assert (newest["status"], newest["known_at"]) == ("started", pd.Timestamp(NOON + timedelta(days=9)))
    for days in range(12):
        journal.book(
            known_by(log, NOON + timedelta(days=days))
        )  # a beginning of the log, so nothing is impossible
    assert [event.kind for event in known_by(log, NOON + timedelta(days=5))] == ["alert_opened"]


def test_a_customer_is_planned_for_once_and_again_when_nobody_took_it_on() -> None:
    log = began()
    log += steps.planned(
        log, plans({"plan_id": "p1"}, {"plan_id": "p2", "customer_id": "C2", "alert_id": None}), DAY
    )
    assert [event.action_id for event in log[1:]] == ["p1", "p2"]
    later = plans(
        {"plan_id": "p3"}, {"plan_id": "p4", "chosen": False, "customer_id": "C3", "alert_id": None}
    )
    assert steps.planned(log, later, DAY + timedelta(days=29)) == []
    log = after(log, ("assign", {"owner": "Bo"}))
    # C1 has something under way; C2 was given to nobody for 30 days.
    again = plans({"plan_id": "p3"}, {"plan_id": "p5", "customer_id": "C2", "alert_id": None})
    log += steps.planned(log, again, DAY + timedelta(days=30))
    stood = journal.book(log).actions
    assert {name: one.status for name, one in stood.items()} == {
        "p1": "assigned",
        "p2": "lapsed",
        "p5": "planned",
    }


def test_the_contract_tells_of_a_day_what_was_done_by_then() -> None:
    log = after(began(), ("assign", {"owner": "Bo"}), ("start", {"by": "Bo", "at": NOON + timedelta(days=1)}))
    log = after(log, ("finish", {"at": NOON + timedelta(days=9), "outcome": "kept", "cost": 40.0}))
    rows = projected.contract(log)
    assert rows["status"].tolist() == ["assigned", "started", "finished"]
    assert rows["known_at"].tolist() == [NOON, NOON + timedelta(days=1), NOON + timedelta(days=9)]
    assert rows["started_at"].notna().tolist() == [False, True, True]
    assert rows["outcome"].fillna("").tolist() == ["", "", "kept"]
    assert rows["as_of"].dt.date.unique().tolist() == [DAY]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["ack", "assign", "start", "finish", "note", "close", "raise"]), max_size=12))
def test_whatever_is_tried_in_whatever_order_the_log_folds_and_says_it_again(tried: list[str]) -> None:
    log = began("yellow")
    for number, verb in enumerate(tried, 1):
        day = DAY + timedelta(days=number)
        try:
            if verb in ("close", "raise"):
                new = steps.opened(log, alerts() if verb == "close" else alerts(("a1", "C1", "red")), day)
            else:
                step = Step(verb, "Ann", evening(day), owner="Bo", outcome="kept", note="hm")
                new = [steps.taken(log, "a1", step)]
            log += journal.admitted(log, new)
        except Impossible:
            continue
    stands = journal.book(log)
    assert journal.admitted(log, log) == []
    for action in stands.actions.values():
        assert action.finished_at is None or action.started_at <= action.finished_at
        assert (action.outcome is not None) == (action.status == "finished")
    rows = projected.contract(log)
    assert not rows.duplicated(["action_id", "known_at"]).any()
