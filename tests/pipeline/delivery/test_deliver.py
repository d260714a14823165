"""`forewarn deliver`: who is told of what, once; nothing is lost when a receiver or the sender fails."""

import email
import email.policy
import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from standardwebhooks import Webhook as Verifier

from actions.events import Event, evening
from actions.steps import Step
from pipeline import act, deliver, frames, journal
from pipeline.cli import main
from pipeline.delivery import desk, dry, letters, outbox, sending
from pipeline.delivery.schedule import DELAYS
from pipeline.errors import BadConfig, CannotWrite, MissingInput
from pipeline.params import Params
from pipeline.paths import Paths

from .conftest import DAY, SECRET, Clock, Receiver, alert, hooked, params, plan, publish, shock

pytestmark = pytest.mark.usefixtures("secret")
MAILED = {
    "host": "mail.example.org",
    "sender": "desk@example.org",
    "to": {
        "account_manager": ["am@example.org"],
        "sales_director": ["director@example.org"],
        "top_management": ["top@example.org"],
    },
}


def events(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.got]


def drawn(made: Params, paths: Paths, **more: Any) -> list[email.message.EmailMessage]:
    """Give the letters that would be sent."""
    messages = deliver.shown(made, paths, None, ["mail"]).messages
    return [email.message_from_bytes(one.body, policy=email.policy.default) for one in messages]  # type: ignore[misc]


def text(letter: email.message.EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_each_alert_and_chosen_plan_is_one_signed_event(receiver: Receiver, paths: Paths) -> None:
    told = deliver.run(hooked(receiver), paths, DAY)
    assert told.lines[1] == "webhook: 3 delivered"
    for headers, body in receiver.got:
        Verifier(SECRET).verify(body, headers)
    found = {(one["type"], one["data"]["customer_id"]): one["data"] for one in events(receiver)}
    assert set(found) == {("alert.opened", "C0001"), ("alert.opened", "C0002"), ("plan.chosen", "C0001")}
    assert found["alert.opened", "C0002"] == {
        "dataset": "acme", "alert_id": "a00000000002", "customer_id": "C0002", "as_of": "2024-09-30",
        "opened_on": "2024-09-23", "level": "red", "level_since": "2024-09-23", "health": 51.0, "drop": 0.4,
        "specific": 0.28, "market": False,
        "by_on": "2024-10-02", "told": ["top_management"],
        "text": {"en": "Health fell from 71 to 51.", "zh": "健康度从71降到51。"},
    }  # fmt: skip
    assert found["plan.chosen", "C0001"]["name"] == {"en": "Price and terms review", "zh": "价格与条款复审"}
    assert found["plan.chosen", "C0001"]["profit"] == {"value": 2400.0, "low": 900.0, "high": 4100.0}
    assert len(set(receiver.ids)) == 3


def test_the_gravest_alert_goes_first(receiver: Receiver, paths: Paths) -> None:
    deliver.run(hooked(receiver, connections=1), paths, DAY)
    told = [(one["type"], one["data"].get("level")) for one in events(receiver)]
    assert told == [("alert.opened", "red"), ("alert.opened", "orange"), ("plan.chosen", None)]


def test_nobody_is_told_twice_also_not_by_another_day(receiver: Receiver, paths: Paths) -> None:
    later = date(2024, 10, 1)
    publish(
        paths,
        [
            alert(1, as_of=pd.Timestamp(later), health=49.0),
            alert(2, as_of=pd.Timestamp(later), level="orange", level_since=pd.Timestamp(later)),
        ],
        [],
        later,
    )
    for day in (DAY, DAY, later, later):
        deliver.run(hooked(receiver), paths, day)
    # Three of the first day; of the second only the alert whose level changed.
    assert [one["type"] for one in events(receiver)][3:] == ["alert.changed"]
    assert events(receiver)[3]["data"]["alert_id"] == "a00000000002"
    assert len(set(receiver.ids)) == 4


def test_an_alert_that_was_told_and_stands_no_more_is_told_once_to_have_ended(
    receiver: Receiver, paths: Paths
) -> None:
    later, last = date(2024, 10, 1), date(2024, 10, 2)
    publish(paths, [alert(1), alert(2), alert(3)], [plan(3, held_out=True, chosen=False)])
    deliver.run(hooked(receiver), paths, DAY)
    # The first is the market's from now on and stands; the third nobody was told of.
    publish(paths, [alert(1, market=True)], [], later, seen={"C0001"})
    deliver.run(hooked(receiver), paths, DAY)  # an earlier day knows of no end
    assert [one["type"] for one in events(receiver)] == ["alert.opened", "alert.opened"]
    for _ in range(2):
        deliver.run(hooked(receiver), paths, later)
    [ended] = events(receiver)[2:]
    assert (ended["type"], ended["timestamp"]) == ("alert.closed", "2024-10-01T00:00:00Z")
    assert ended["data"] == {
        "dataset": "acme", "alert_id": "a00000000002", "customer_id": "C0002", "as_of": "2024-10-01",
        "because": "unseen",
    }  # fmt: skip
    publish(paths, [], [], last)
    assert [one.kind for one in deliver.shown(hooked(receiver), paths, None).messages] == ["alert.closed"]
    deliver.run(hooked(receiver), paths, None)
    # The log of that day does not say why.
    assert [(one["data"]["alert_id"], one["data"]["because"]) for one in events(receiver)[3:]] == [
        ("a00000000001", None)
    ]


def test_a_day_whose_alerts_could_not_be_made_ends_none(receiver: Receiver, paths: Paths) -> None:
    deliver.run(hooked(receiver), paths, DAY)
    later = date(2024, 10, 1)
    publish(paths, [], [], later, absent={"alerts": "no health"}, logged=False)
    assert list(deliver.shown(hooked(receiver), paths, None).messages) == []


def test_a_market_that_falls_is_told_once_and_its_alerts_are_not_told_one_by_one(
    receiver: Receiver, paths: Paths
) -> None:
    later = date(2024, 10, 1)
    alerts = [alert(1), alert(2, market=True), alert(3, market=True)]
    publish(paths, alerts, [], DAY, [shock()])
    told = deliver.run(hooked(receiver, connections=1), paths, DAY)
    assert told.lines[0] == (
        "1 alert and 0 plans as of 2024-09-30; 2 alerts of markets that fall as a whole, told once a market"
    )
    assert [one["type"] for one in events(receiver)] == ["alert.opened", "market.fell"]
    assert events(receiver)[1]["data"]["industry"] == "machinery"
    # The next day the fall goes on, and one of the customers has more than the market to tell.
    alerts = [alert(1), alert(2, market=True), alert(3, specific=0.2)]
    publish(paths, alerts, [], later, [shock(as_of=pd.Timestamp(later), change=-0.35)])
    deliver.run(hooked(receiver), paths, later)
    assert [one["data"].get("customer_id") for one in events(receiver)[2:]] == ["C0003"]
    [letter] = [one for one in drawn(params(mail=MAILED), paths) if one["To"] == "director@example.org"]
    assert "Markets that fall as a whole: 1." in text(letter)
    assert "\nThe industry machinery falls as a whole.\n" in text(letter)
    assert "C0002" not in text(letter)
    assert "C0002" in crm_of(paths, later)


def crm_of(paths: Paths, day: date) -> str:
    deliver.run(params(to=["crm"]), paths, day)
    return (paths.desk / "crm" / f"as_of={day}" / "alerts.csv").read_text("utf-8")


def test_of_a_customer_that_is_held_out_nobody_is_told_by_any_channel(
    receiver: Receiver, paths: Paths
) -> None:
    publish(paths, [alert(1), alert(2)], [plan(1, held_out=True, chosen=False), plan(2)])
    told = deliver.run(hooked(receiver), paths, DAY, ["webhook", "crm"])
    assert {one["data"]["customer_id"] for one in events(receiver)} == {"C0002"}
    assert told.lines[0] == (
        "1 alert and 1 plan as of 2024-09-30; 1 customer held out for comparison, of whom nobody is told"
    )
    for file in (paths.desk / "crm").rglob("*.*"):
        assert "C0001" not in file.read_text("utf-8")
    assert drawn(params(to=["mail"], mail=MAILED), paths)
    assert all("C0001" not in str(letter) for letter in drawn(params(mail=MAILED), paths))


def test_of_a_customer_that_the_log_leaves_alone_nobody_is_told_on_later_days(
    receiver: Receiver, paths: Paths
) -> None:
    later = date(2024, 11, 15)
    publish(paths, [alert(7), alert(8)], [plan(7, held_out=True, chosen=False)])
    # By then no play is worth its price, so the day's lot says nothing of it.
    publish(paths, [alert(7), alert(8)], [plan(7, held_out=False, chosen=False)], later)
    told = deliver.run(hooked(receiver), paths, later, ["webhook", "crm"])
    assert {one["data"]["customer_id"] for one in events(receiver)} == {"C0008"}
    assert told.figures["held_out"] == 1
    assert "C0007" not in crm_of(paths, later)


def test_a_plan_that_was_not_chosen_is_not_told(receiver: Receiver, paths: Paths) -> None:
    publish(paths, [], [plan(1, chosen=False), plan(2, play=None), plan(3)])
    deliver.run(hooked(receiver), paths, DAY)
    assert [one["data"]["customer_id"] for one in events(receiver)] == ["C0003"]


def test_a_plan_that_the_log_does_not_hold_is_told_to_nobody(receiver: Receiver, paths: Paths) -> None:
    # The next month: the first customer has a plan of last month, which another play cannot double.
    later = date(2024, 10, 1)
    again = {**plan(1), "plan_id": "p1_of_october", "play": "counter_offer"}
    publish(paths, [], [again, plan(2)], later)
    assert set(journal.book(paths).actions) == {"p00000000001", "p00000000002"}
    told = deliver.run(hooked(receiver), paths, later, ["webhook", "crm"])
    assert told.lines[0] == (
        "0 alerts and 1 plan as of 2024-10-01; 1 plan is over or repeats what is under way, and is not told"
    )
    assert told.figures["untold_plans"] == 1
    assert [one["data"]["plan_id"] for one in events(receiver)] == ["p00000000002"]
    files = list((paths.desk / "crm" / f"as_of={later}").glob("plans.*"))
    assert len(files) == 2
    assert all("p1_of_october" not in file.read_text("utf-8") for file in files)
    assert all("p00000000002" in file.read_text("utf-8") for file in files)
    assert all("C0001" not in str(letter) for letter in drawn(params(mail=MAILED), paths))


def test_a_plan_that_is_under_way_is_told_and_one_that_is_over_stands_in_the_files_alone(
    receiver: Receiver, paths: Paths
) -> None:
    publish(paths, [], [plan(1), plan(2), plan(3)])
    for number, verbs in ((2, ("start",)), (3, ("start", "finish"))):
        for verb in verbs:
            outcome = "kept" if verb == "finish" else None
            act.take(paths, plan(number)["plan_id"], Step(verb, "Bo", evening(DAY), outcome=outcome))
    told = deliver.run(hooked(receiver), paths, DAY, ["webhook", "crm"])
    assert "2 plans as of 2024-09-30; 1 plan is over" in told.lines[0]
    assert {one["data"]["customer_id"] for one in events(receiver)} == {"C0001", "C0002"}
    assert told.figures["crm"] == {"alerts": 0, "plans": 3}
    assert "p00000000003" in (paths.desk / "crm" / f"as_of={DAY}" / "plans.csv").read_text("utf-8")


def test_without_a_log_no_plan_is_told(tmp_path: Path, receiver: Receiver) -> None:
    bare = Paths(tmp_path / "bare", "acme")
    publish(bare, [alert(1)], [plan(1), plan(2)], logged=False)
    told = deliver.run(hooked(receiver), bare, DAY)
    assert told.lines[0].endswith("; 2 plans are over or repeat what is under way, and are not told")
    assert [one["type"] for one in events(receiver)] == ["alert.opened"]


# Escalations.


def escalated(number: int, to: str = "regional_manager", because: str = "acknowledge", **more: Any) -> Event:
    """Give what ``forewarn act --escalate`` writes of an alert."""
    return Event(
        kind="escalated",
        at=more.pop("at", datetime(2024, 10, 2, 1, 30, tzinfo=UTC)),
        actor="forewarn",
        customer_id=f"C{number:04d}",
        alert_id=f"a{number:011d}",
        told={"to": to, "because": because, "due_at": "2024-10-01T23:59:59Z", **more},
    )


def test_an_escalation_is_one_event_and_is_told_once(receiver: Receiver, paths: Paths) -> None:
    deliver.run(hooked(receiver), paths, DAY)
    [added] = journal.append(paths, [escalated(1, "top_management")])
    told = deliver.run(hooked(receiver), paths, DAY)
    assert told.lines[0] == "2 alerts and 1 plan as of 2024-09-30; 1 escalation"
    assert told.figures["escalations"] == 1
    deliver.run(hooked(receiver), paths, DAY)
    [event] = events(receiver)[3:]
    assert (event["type"], event["timestamp"]) == ("alert.escalated", "2024-10-02T01:30:00Z")
    assert event["data"] == {
        "dataset": "acme", "alert_id": "a00000000001", "customer_id": "C0001", "action_id": "p00000000001",
        "to": "top_management", "because": "acknowledge", "due_at": "2024-10-01T23:59:59Z", "level": "orange",
        "escalated_at": "2024-10-02T01:30:00Z",
        "text": {
            "en": "Orange alert, not acknowledged by 2024-10-01 23:59 UTC: escalated to the top management.",
            "zh": "橙色预警截至2024-10-01 23:59（UTC）尚未确认，已上报高层管理。",
        },
    }  # fmt: skip
    Verifier(SECRET).verify(receiver.got[3][1], receiver.got[3][0])
    # Another step of the ladder is another event; the log learns of each delivery.
    journal.append(paths, [escalated(2, because="start")])
    deliver.run(hooked(receiver), paths, DAY)
    assert events(receiver)[4]["data"]["action_id"] is None
    assert events(receiver)[4]["data"]["text"]["zh"].startswith(
        "红色预警截至2024-10-01 23:59（UTC）尚未开始处理"
    )
    delivered = [one.told["key"] for one in journal.events(paths) if one.kind == "delivered"]
    assert receiver.ids[3] in delivered
    assert added.event_id != escalated(2, because="start").event_id


def test_what_act_escalates_is_told(receiver: Receiver, paths: Paths) -> None:
    made = hooked(receiver)
    [red] = act.escalate(made, paths, datetime(2024, 10, 2, tzinfo=UTC))[:1]
    shown = deliver.shown(made, paths, None)
    assert "alert.escalated" in "\n".join(dry.lines(list(shown.messages)))
    deliver.run(made, paths, None)
    assert red.told["to"] in {one["data"].get("to") for one in events(receiver)}


def test_the_role_reads_in_its_letter_and_language_what_is_overdue(paths: Paths) -> None:
    publish(paths, [alert(1), alert(2, level="red", told="top_management")], [])
    journal.append(paths, [escalated(1, "top_management"), escalated(1, "sales_director", "finish")])
    found = {str(letter["To"]): letter for letter in drawn(params(mail=MAILED), paths)}
    top = text(found["top@example.org"])
    assert top.startswith("Alerts: 1 red. Overdue and escalated: 1.\n\nC0002\n")
    # What the alert is about stands beside it, for nobody told this role of it before.
    assert (
        "\nC0001\n  Health fell from 71 to 51.\n  Orange alert, not acknowledged by 2024-10-01 23:59 UTC: "
        "escalated to the top management.\n" in top
    )
    director = text(found["director@example.org"])
    assert director.count("Health fell") == 1
    assert (
        "Orange alert, not finished by 2024-10-01 23:59 UTC: escalated to the sales director.\n" in director
    )
    made = params(mail=MAILED, languages={"top_management": "zh"})
    [letter] = [one for one in drawn(made, paths) if one["To"] == "top@example.org"]
    assert text(letter).startswith("红色预警1个，逾期上报1个。")
    told = "橙色预警截至2024-10-01 23:59（UTC）尚未确认，已上报高层管理。"
    assert told in text(letter)
    assert f"<strong>{told}</strong>" in text(letter, "html")
    assert str(letter["Subject"]) == "Forewarn：2位客户需要关注（2024-09-30）"


def test_a_letter_may_hold_an_escalation_alone(paths: Paths) -> None:
    journal.append(paths, [escalated(1, "regional_manager")])
    made = params(mail={**MAILED, "to": {"regional_manager": ["region@example.org"]}})
    [letter] = drawn(made, paths)
    assert text(letter).startswith(
        "Overdue and escalated: 1.\n\nC0001\n  Health fell from 71 to 51.\n  Orange"
    )
    assert "escalation" in text(letter).splitlines()[-1]
    assert (
        deliver.shown(params(mail={**MAILED, "to": {}}), paths, None, ["mail"]).nobody["regional_manager"]
        == 1
    )


def test_escalations_that_are_old_or_of_customers_left_alone_are_told_to_nobody(
    receiver: Receiver, paths: Paths
) -> None:
    day, last = date(2024, 11, 15), date(2024, 11, 16)
    alerts = [alert(1), alert(2), alert(3), alert(4, market=True), alert(5), alert(6)]
    publish(paths, alerts, [plan(5, held_out=True, chosen=False)])
    journal.append(paths, [escalated(number) for number in (1, 2, 3, 4, 5, 6)])
    fresh = datetime(2024, 10, 17, tzinfo=UTC)
    journal.append(paths, [escalated(number, "sales_director", at=fresh) for number in (2, 3, 4, 5, 6)])
    # On the day the second is closed, the third drawn to be left alone; the fifth was before, by the log alone.
    left = plan(3, held_out=True, chosen=False)
    publish(paths, [one for one in alerts if one["alert_id"] != "a00000000002"], [left], day)
    told = deliver.run(hooked(receiver), paths, day)
    assert told.figures["escalations"] == 1
    late = [one["data"] for one in events(receiver) if one["type"] == "alert.escalated"]
    assert [(one["customer_id"], one["to"]) for one in late] == [("C0006", "sales_director")]
    publish(paths, alerts, [], last)
    assert desk.of_day(paths, day, 30).escalations == ()  # the log tells how things stand on the last day


def test_a_role_of_the_log_writes_neither_markup_nor_lines(paths: Paths) -> None:
    evil = "<b>boss\r\nBcc: all@example.org\x1b[2J"
    journal.append(paths, [escalated(1, evil, because="no_such", due_at="<i>\x1b")])
    [row] = desk.of_day(paths, DAY, 30).escalations
    assert row["to"] == "<b>boss Bcc: all@example.org�[2J"
    assert "\x1b" not in row["en"] + row["zh"]
    made = params(mail={**MAILED, "to": {row["to"]: ["boss@example.org"]}})
    [letter] = drawn(made, paths)
    assert letter["Bcc"] is None
    assert "<b>" not in text(letter, "html")


def test_a_failure_is_tried_again_with_the_same_id_until_it_arrives(
    receiver: Receiver, paths: Paths, clock: Clock
) -> None:
    publish(paths, [alert(1)], [])
    receiver.answers = [(500, {}, b"")] * 3
    told = deliver.run(hooked(receiver), paths, DAY, until_done=True, clock=clock)
    assert (told.figures["webhook"], told.lost) == (
        {"waiting": 0, "delivered": 1, "dead": 0, "sent": 1, "disabled": False}, []
    )  # fmt: skip
    assert len(set(receiver.ids)) == 1
    moments = [int(headers["webhook-timestamp"]) for headers, _ in receiver.got]
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    assert gaps == [pytest.approx(seconds, rel=0.25) for seconds in DELAYS[1:4]]  # 5 s, 5 min, 30 min


def test_without_until_done_a_run_waits_out_seconds_but_not_minutes(
    receiver: Receiver, paths: Paths, clock: Clock
) -> None:
    publish(paths, [alert(1)], [])
    receiver.answers = [(500, {}, b"")] * 3
    told = deliver.run(hooked(receiver), paths, DAY, clock=clock)
    assert len(receiver.got) == 2
    assert sum(clock.slept) < 10  # the second after 5 s; the third would be after 5 minutes
    assert told.lines[1].startswith(
        "webhook: 0 delivered, 1 waiting (the next attempt is due 2023-11-14T22:1"
    )
    assert told.lines[2] == "webhook: 2 attempts failed: answered 500"
    clock.at += 400
    receiver.answers = []
    assert deliver.run(hooked(receiver), paths, DAY, clock=clock).lines[1] == "webhook: 1 delivered"


def test_after_the_tenth_attempt_it_is_told_and_can_be_taken_up_again(
    receiver: Receiver, paths: Paths, clock: Clock
) -> None:
    publish(paths, [alert(1)], [])
    receiver.answers = [(500, {}, b"")] * 10
    told = deliver.run(hooked(receiver), paths, DAY, until_done=True, clock=clock)
    assert len(receiver.got) == 10
    assert 3 * 86_400 * 0.8 < clock.at - 1_700_000_000 < 3.2 * 86_400 * 1.2
    with pytest.raises(
        CannotWrite, match=r"^1 message to webhook given up .*answered 500.*--again' takes"
    ) as lost:
        deliver.demand(told)
    assert lost.value.exit_code == 14
    deliver.demand(deliver.run(hooked(receiver), paths, DAY, clock=clock))  # told once, counted on
    told = deliver.run(hooked(receiver), paths, DAY, again=True, clock=clock)
    assert (told.lines[1], len(set(receiver.ids)), len(receiver.got)) == ("webhook: 1 delivered", 1, 11)


def test_410_stops_everything_until_somebody_says_again(
    receiver: Receiver, paths: Paths, clock: Clock
) -> None:
    receiver.answers = [(410, {}, b"")]
    told = deliver.run(hooked(receiver, connections=1), paths, DAY, until_done=True, clock=clock)
    sent = len(receiver.got)
    assert "wants no more (410)" in told.lost[0]
    assert deliver.run(hooked(receiver), paths, DAY, clock=clock).figures["webhook"]["disabled"]
    assert len(receiver.got) == sent
    elsewhere = hooked(receiver)
    clock.at += 10
    deliver.run(elsewhere, paths, DAY, again=True, clock=clock)
    assert deliver.run(elsewhere, paths, DAY, clock=clock).figures["webhook"]["waiting"] == 0


def test_a_busy_receiver_is_left_alone_by_every_message_as_long_as_it_asks(
    receiver: Receiver, paths: Paths, clock: Clock
) -> None:
    publish(paths, [alert(number) for number in range(1, 41)], [])
    receiver.answers = [(204, {}, b"")] * 3 + [(503, {"retry-after": "7200"}, b"")]
    deliver.run(hooked(receiver, connections=1), paths, DAY, clock=clock)
    assert len(receiver.got) == sending.BATCH
    clock.at += 7000
    deliver.run(hooked(receiver, connections=1), paths, DAY, clock=clock)  # a run of its own knows
    assert len(receiver.got) == sending.BATCH
    clock.at += 300
    told = deliver.run(hooked(receiver, connections=1), paths, DAY, clock=clock)
    assert told.figures["webhook"]["delivered"] == 40


def test_an_outage_does_not_use_up_the_attempts_of_everybody(paths: Paths, clock: Clock) -> None:
    publish(paths, [alert(number) for number in range(1, 101)], [])
    down = hooked(Receiver(url="http://127.0.0.1:1/"), connections=1)
    told = deliver.run(down, paths, DAY, clock=clock)
    assert told.lines[2] == f"webhook: {sending.BATCH} attempts failed: the connection was refused"
    assert told.figures["webhook"]["waiting"] == 100


def test_a_run_sends_no_more_than_its_budget(receiver: Receiver, paths: Paths) -> None:
    made = hooked(receiver)
    made = made.model_copy(update={"delivery": made.delivery.model_copy(update={"messages_max": 2})})
    assert deliver.run(made, paths, DAY).lines[1] == "webhook: 2 delivered, 1 waiting"
    assert deliver.run(made, paths, DAY).lines[1] == "webhook: 1 delivered"
    assert len(set(receiver.ids)) == len(receiver.ids) == 3


def test_beside_one_that_sends_another_writes_and_leaves_the_sending_to_it(
    receiver: Receiver, paths: Paths
) -> None:
    with outbox.sole_sender(paths.outbox):
        told = deliver.run(hooked(receiver), paths, DAY)
    assert told.lines[1:] == [
        "Another process is sending, and takes along what is new.", "webhook: 0 delivered, 3 waiting"
    ]  # fmt: skip
    assert receiver.got == []


def test_a_private_address_is_refused_before_anything_is_written(receiver: Receiver, paths: Paths) -> None:
    with pytest.raises(
        BadConfig, match=r"has the address 127\.0\.0\.1, which is none of the public internet"
    ):
        deliver.run(hooked(receiver, allow_private=False), paths, DAY)
    assert not paths.outbox.exists()


def test_without_a_desk_the_command_that_makes_it_is_named(tmp_path: Any) -> None:
    with pytest.raises(MissingInput, match="forewarn respond --dataset acme --as-of DATE"):
        deliver.run(params(), Paths(tmp_path, "acme"), None)


def test_the_outbox_names_no_person_once_everything_is_delivered(receiver: Receiver, paths: Paths) -> None:
    deliver.run(hooked(receiver), paths, DAY)
    assert b"Health fell" not in paths.outbox.read_bytes()


def test_the_log_of_actions_learns_of_each_alert_once_that_it_knows(
    receiver: Receiver, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(paths, [alert(1), alert(3)], [], logged=False)
    with monkeypatch.context() as killed:
        killed.setattr(outbox.Outbox, "note", _interrupted)  # told the log, and not written down that it was
        with pytest.raises(KeyboardInterrupt):
            deliver.run(hooked(receiver), paths, DAY)
    for _ in range(2):
        deliver.run(hooked(receiver), paths, DAY)
    [event] = [one for one in journal.events(paths) if one.kind == "delivered"]
    assert (event.alert_id, event.customer_id, event.told["channel"]) == ("a00000000001", "C0001", "webhook")
    assert event.told["key"] in receiver.ids


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


# Letters.


def test_one_letter_an_address_holds_what_its_roles_are_told(paths: Paths) -> None:
    found = {str(letter["To"]): letter for letter in drawn(params(mail=MAILED), paths)}
    assert set(found) == {"am@example.org", "director@example.org", "top@example.org"}
    assert str(found["director@example.org"]["Subject"]) == "Forewarn: 1 customer to look after (2024-09-30)"
    assert "C0001\n  Health fell from 71 to 51.\n" in text(found["director@example.org"])
    manager = text(found["am@example.org"])
    assert (
        "Plan: Price and terms review (cause: price), by a visit, by 2024-10-07, 3 h, costs EUR 150"
        in manager
    )
    assert "  1. Compare the last ten orders.\n  2. Offer the frame contract.\n" in manager
    assert "  Why: Paid 12% more than the list.\n" in manager


def test_a_role_reads_its_own_language(paths: Paths) -> None:
    made = params(mail=MAILED, languages={"top_management": "zh", "account_manager": "zh"})
    [manager] = [one for one in drawn(made, paths) if one["To"] == "am@example.org"]
    assert "方案：价格与条款复审（原因：价格），拜访，2024-10-07前，3小时，费用EUR 150" in text(manager)
    [letter] = [one for one in drawn(made, paths) if one["To"] == "top@example.org"]
    assert str(letter["Subject"]) == "Forewarn：1位客户需要关注（2024-09-30）"
    assert text(letter).startswith("红色预警1个。\n\nC0002\n  健康度从71降到51。\n")
    assert "健康度从71降到51。" in text(letter, "html")
    assert 'lang="zh-Hans"' in text(letter, "html")


def test_an_account_manager_gets_his_own_customers(paths: Paths) -> None:
    frames.write_parquet(
        paths.table("customers"),
        pd.DataFrame(
            {"customer_id": ["C0001", "C0002"], "name": ["Müller AG", "株式会社山田"], "owner": ["Li", "Ng"]}
        ),
    )
    publish(paths, [alert(1, told="account_manager"), alert(2, told="account_manager")], [])
    made = params(mail={**MAILED, "owners": {"Li": "li@example.org"}})
    found = {str(letter["To"]): text(letter) for letter in drawn(made, paths)}
    assert "Müller AG (C0001)" in found["li@example.org"]
    assert "C0002" not in found["li@example.org"]
    assert "株式会社山田 (C0002)" in found["am@example.org"]


def test_a_name_can_neither_write_markup_nor_a_line_nor_a_header(paths: Paths) -> None:
    evil = "<script>alert(1)</script>\r\nBcc: all@example.org\r\n\r\n\x1b[2J"
    frames.write_parquet(paths.table("customers"), pd.DataFrame({"customer_id": ["C0001"], "name": [evil]}))
    publish(paths, [alert(1, en=evil)], [plan(1, why_en=evil, steps_en=evil, owner_role="sales_director")])
    [letter] = drawn(params(mail=MAILED), paths)
    assert letter["Bcc"] is None
    assert "\x1b" not in text(letter)
    assert not [line for line in text(letter).splitlines() if line.startswith("Bcc")]
    html = text(letter, "html")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_an_address_is_told_of_each_alert_once_whatever_else_is_new(paths: Paths) -> None:
    made = params(mail=MAILED).delivery
    first = desk.of_day(paths, DAY, 30)
    known: set[str] = set()

    def unknown(items: Any) -> set[str]:
        return {item.key for item in items} - known

    moment = pd.Timestamp("2024-09-30", tz="UTC").to_pydatetime()
    sent, nobody = letters.messages(first, made, "EUR", moment, unknown)
    known |= {item.key for letter in sent for item in letter.items}
    assert nobody == {}
    assert letters.messages(first, made, "EUR", moment, unknown) == ([], {})
    alerts = [
        alert(1, told=["sales_director"]),
        alert(2, told=["top_management", "sales_director"], level="red"),
        alert(3, told=["sales_director"]),
    ]
    publish(paths, alerts, [plan(1)])
    again, _ = letters.messages(desk.of_day(paths, DAY, 30), made, "EUR", moment, unknown)
    [letter] = again  # the director: of the new alert, and of the one that he was not told of
    assert (letter.recipient, [item.customer_id for item in letter.items]) == (
        "director@example.org", ["C0002", "C0003"]
    )  # fmt: skip


def test_a_role_without_an_address_is_told_of(receiver: Receiver, paths: Paths) -> None:
    made = params(mail={**MAILED, "to": {}})
    assert deliver.shown(made, paths, None, ["mail"]).nobody == {
        "account_manager": 1, "sales_director": 1, "top_management": 1
    }  # fmt: skip


# The command.


@pytest.fixture
def asked(paths: Paths, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A root in which the command finds settings and a dataset."""
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    paths.spec.write_text("")
    webhook = f"{{url: '{receiver.url}', allow_private: true, allow_http: true}}"
    (paths.root / "params.yaml").write_text(f"delivery: {{to: [webhook, crm], webhook: {webhook}}}\n")
    return paths


def test_a_dry_run_shows_everything_and_does_nothing(
    asked: Paths, receiver: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOREWARN_WEBHOOK_SECRET")
    before = {path for path in asked.root.rglob("*") if path.is_file()}
    assert main(["deliver", "--dataset", "acme", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(
        "2 alerts and 1 plan as of 2024-09-30\ncrm: 2 alerts and 1 plan would be written to '"
    )
    assert "webhook: 3 would be sent" in told
    assert '"level": "red",' in told
    assert (receiver.got, {path for path in asked.root.rglob("*") if path.is_file()}) == ([], before)


def test_the_command_delivers_and_tells_and_a_dry_run_then_has_nothing(
    asked: Paths, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deliver", "--dataset", "acme", "--log", "none"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "2 alerts and 1 plan as of 2024-09-30"
    assert out.splitlines()[2] == "webhook: 3 delivered"
    assert SECRET.removeprefix("whsec_") not in out + err
    assert (asked.report / "deliver.prom").exists()
    main(["deliver", "--dataset", "acme", "--dry-run"])
    told = capsys.readouterr().out.splitlines()
    assert told[2:] == ["webhook: nothing would be sent: who is to be told is told already"]
    main(["deliver", "--dataset", "acme", "--dry-run", "--to", "crm"])
    assert "nothing" not in capsys.readouterr().out  # its files are written anew by each run


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--to", "fax"], 2, "'fax' is none of webhook, mail, crm"),
        (["--once", "--until-done"], 2, "do not go together"),
        (["--to", "mail"], 10, "'delivery.mail.host' of 'params.yaml' is empty"),
        (["--as-of", "2020-01-01"], 12, "has no alerts and plans of 2020-01-01"),
    ],
)
def test_a_wrong_word_is_one_sentence(
    asked: Paths, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    try:
        found = main(["deliver", "--dataset", "acme", "--log", "none", *words])
    except SystemExit as ended:  # argparse's own
        found = int(str(ended.code))
    assert found == code
    assert told in capsys.readouterr().err


def test_a_dry_run_shows_letters_as_people_read_them(paths: Paths) -> None:
    shown = deliver.shown(params(mail=MAILED, languages={"top_management": "zh"}), paths, None, ["mail"])
    told = "\n".join(dry.lines(list(shown.messages)))
    assert "mail: 3 would be sent" in told
    assert "to top@example.org  Forewarn：1位客户需要关注（2024-09-30）  (1 alerts and plans)" in told
    assert dry.content(shown.messages[0])["headers"]["From"] == "desk@example.org"  # type: ignore[index]


# Files for a CRM.


def test_the_files_hold_the_same_ids_and_bytes_at_each_run(paths: Paths) -> None:
    deliver.run(params(), paths, DAY)
    folder = paths.desk / "crm" / "as_of=2024-09-30"
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(first) == {"alerts.csv", "alerts.json", "plans.csv", "plans.json"}
    deliver.run(params(), paths, DAY)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first
    told = json.loads(first["plans.json"])
    assert (told["dataset"], told["as_of"], told["plans"][0]["plan_id"]) == (
        "acme",
        "2024-09-30",
        "p00000000001",
    )
    assert pd.read_csv(folder / "alerts.csv")["alert_id"].tolist() == ["a00000000002", "a00000000001"]


def test_no_cell_of_a_csv_is_a_formula_and_the_json_is_exact(paths: Paths) -> None:
    evil = "=HYPERLINK(1)"
    publish(paths, [alert(1, en=evil, customer_id="@C1")], [plan(1, why_zh="-1+1", play="+x")])
    deliver.run(params(), paths, DAY)
    folder = paths.desk / "crm" / "as_of=2024-09-30"
    alerts = pd.read_csv(folder / "alerts.csv")
    assert (alerts["en"][0], alerts["customer_id"][0]) == (f"'{evil}", "'@C1")
    plans = pd.read_csv(folder / "plans.csv")
    assert (plans["why_zh"][0], plans["play"][0]) == ("'-1+1", "'+x")
    assert json.loads((folder / "alerts.json").read_bytes())["alerts"][0]["text"]["en"] == evil


def test_a_day_without_alerts_has_files_with_a_header_alone(paths: Paths) -> None:
    publish(paths, [], [])
    deliver.run(params(), paths, DAY)
    assert len(pd.read_csv(paths.desk / "crm" / "as_of=2024-09-30" / "alerts.csv")) == 0
