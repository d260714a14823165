"""``forewarn deliver``: alerts and plans of a day to the webhook, the mailboxes and the CRM of the settings.

What is to go out is written into the outbox first, then sent (``pipeline.delivery``); a run that was killed goes on
where it stood. Who is told already is not told again, whatever day is asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from actions.events import MACHINE, Event, identity
from pipeline import journal
from pipeline.delivery import crm, desk, events, letters, outbox, sending
from pipeline.delivery.addresses import Private
from pipeline.delivery.endpoint import endpoint, secrets
from pipeline.delivery.mail import Postman, demand_settings
from pipeline.delivery.message import Message
from pipeline.delivery.webhook import Poster
from pipeline.errors import BadConfig, CannotWrite
from pipeline.logs import step
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.words import count

WEBHOOK, MAIL, CRM = "webhook", "mail", "crm"


@dataclass(frozen=True)
class Told:
    """What one run did: sentences for people, the same as figures, and what is lost unless somebody acts."""

    lines: Sequence[str]
    figures: Mapping[str, Any]
    lost: Sequence[str] = ()


@dataclass(frozen=True)
class Drawn:
    """What a day has for the channels asked for: the messages that nobody was sent yet, how much nobody gets (by
    role), and ``lines`` that say all but the messages.
    """

    desk: desk.Desk
    messages: Sequence[Message]
    nobody: Mapping[str, int] = field(default_factory=dict)
    lines: Sequence[str] = ()


def run(
    params: Params,
    paths: Paths,
    as_of: date | None,
    to: Collection[str] = (),
    *,
    until_done: bool = False,
    again: bool = False,
    clock: sending.Clock | None = None,
) -> Told:
    """Deliver a day (without ``as_of`` the last) to the channels ``to``, or to those of the settings.

    ``until_done`` stays until everything is delivered or given up; ``again`` takes up what was given up before.
    """
    channels = tuple(to) or params.delivery.to
    clock = clock or sending.Wall()
    currency = params.dataset.currency
    senders = _senders(params, channels)
    told = desk.of_day(paths, as_of, params.loop.replan_days)
    lines, figures = [_head(told)], {"dataset": paths.dataset, "as_of": told.as_of, "held_out": told.held_out}
    figures |= {"escalations": len(told.escalations), "untold_plans": len(told.over) + told.repeated}
    if CRM in channels:
        lines.append(crm.write(paths, told, currency))
        plans = len(told.plans) + len(told.over)
        figures[CRM] = {"alerts": len(told.alerts) + len(told.market), "plans": plans}
    lost: list[str] = []
    if senders:
        with outbox.opened(paths.outbox) as box:
            if again:
                figures["revived"] = box.revive(clock.now())
            before = {row["key"] for row in box.dead()}
            lines += _written(params, told, senders, box, clock.now())
            with step("send") as counted, outbox.sole_sender(paths.outbox) as mine:
                sent = {name: sending.Line(sender) for name, sender in senders.items()}
                if mine:
                    most, note = params.delivery.messages_max, partial(_noted, paths, box)
                    sent = sending.run(box, senders, clock, until_done=until_done, most=most, rested=note)
                else:
                    lines.append("Another process is sending, and takes along what is new.")
                counted["delivered"] = sum(line.delivered for line in sent.values())
            with step("log") as counted:
                counted["events"] = _noted(paths, box)
            dead = [row for row in box.dead() if row["key"] not in before]
            for name, line in sent.items():
                figures[name] = {**box.counts(name), "sent": line.delivered, "disabled": line.disabled}
                lines += _lines(name, line, box, clock.now())
                lost += _lost(name, line, [row for row in dead if row["channel"] == name], paths)
    return Told(lines, figures, lost)


def demand(told: Told) -> None:
    """Refuse (exit 14) where this run gave something up that somebody was to be told."""
    if told.lost:
        raise CannotWrite(" ".join(told.lost))


def shown(params: Params, paths: Paths, as_of: date | None, to: Collection[str] = ()) -> Drawn:
    """Give what ``run`` would write down and send now; nothing is written, nothing is sent."""
    channels = tuple(to) or params.delivery.to
    if WEBHOOK in channels:
        endpoint(params.delivery.webhook)
    if MAIL in channels:
        demand_settings(params.delivery.mail)
    with outbox.looked_at(paths.outbox) as box:
        day = desk.of_day(paths, as_of, params.loop.replan_days)
        drawn = _drawn(params, day, channels, box, sending.Wall().now())
        new = box.unknown([item for message in drawn.messages for item in message.items])
    fresh = [message for message in drawn.messages if any(item.key in new for item in message.items)]
    lines = [_head(drawn.desk)]
    if CRM in channels:
        lines.append(crm.shown(paths, drawn.desk))
    lines += _to_nobody(drawn.nobody)
    idle = [name for name in channels if name != CRM and name not in {one.channel for one in fresh}]
    lines += [f"{name}: nothing would be sent: who is to be told is told already" for name in idle]
    return Drawn(drawn.desk, fresh, drawn.nobody, lines)


def _senders(params: Params, channels: Collection[str]) -> dict[str, sending.Sender]:
    """Make the senders of the channels; refuses settings, secrets and addresses with which nothing can be sent."""
    made: dict[str, sending.Sender] = {}
    if WEBHOOK in channels:
        settings = params.delivery.webhook
        to = endpoint(settings)
        poster = Poster(to, secrets(settings), settings.connections)
        try:
            poster.demand_public()
        except Private as refused:
            raise BadConfig(
                f"The webhook's host '{to.host}' has the address {refused}, which is none of the public internet; "
                "mend 'delivery.webhook.url', or set 'delivery.webhook.allow_private' if it is meant."
            ) from None
        made[WEBHOOK] = poster
    if MAIL in channels:
        made[MAIL] = Postman(params.delivery.mail)
    return made


def _written(
    params: Params, told: desk.Desk, channels: Collection[str], box: outbox.Outbox, now: float
) -> list[str]:
    """Write the messages of a day into the outbox; give the lines that say of whom nobody is told."""
    drawn: list[Drawn] = []

    def make() -> Sequence[Message]:
        drawn.append(_drawn(params, told, channels, box, now))
        return drawn[-1].messages

    with step("write") as counted:
        counted["messages"] = box.write(make, now)
    return _to_nobody(drawn[-1].nobody)


def _to_nobody(nobody: Mapping[str, int]) -> list[str]:
    return [
        f"mail: {number:,} alerts and plans are for the role '{role}', which has no address in 'delivery.mail.to'"
        for role, number in sorted(nobody.items())
    ]


def _drawn(
    params: Params, told: desk.Desk, channels: Collection[str], box: outbox.Outbox, now: float
) -> Drawn:
    """Give the messages of a day for the channels asked for; letters hold what their address was not told yet."""
    found: list[Message] = []
    nobody: dict[str, int] = {}
    if WEBHOOK in channels:
        found += events.messages(told, params.dataset.currency)
        found += events.closings(told, box.alerts_told(WEBHOOK))
    if MAIL in channels:
        moment = datetime.fromtimestamp(now, UTC)
        written, nobody = letters.messages(
            told, params.delivery, params.dataset.currency, moment, box.unknown
        )
        found += written
    return Drawn(told, found, nobody)


def _noted(paths: Paths, box: outbox.Outbox) -> int:
    """Tell the log of actions what was delivered of alerts that it knows; give the number of new events.

    A kill between the log and the outbox does no harm: told again, an event is the same by its id.
    """
    if not (known := journal.book(paths).alerts):
        return 0
    items = [row for row in box.unnoted() if row["kind"].startswith("alert") and row["alert_id"] in known]
    added = journal.append(paths, [_delivered(row, known[row["alert_id"]].opened_at) for row in items])
    box.note(row["item"] for row in items)
    return len(added)


def _delivered(row: Mapping[str, Any], opened_at: datetime) -> Event:
    at = datetime.fromtimestamp(row["ended_at"], UTC)
    return Event(
        kind="delivered",
        at=at if at.date() >= opened_at.date() else opened_at,  # the day asked for may lie ahead
        actor=MACHINE,
        customer_id=row["customer_id"],
        alert_id=row["alert_id"],
        told={"channel": row["channel"], "key": row["key"]},
        event_id=identity("delivered", row["item"]),
    )


def _head(told: desk.Desk) -> str:
    held = f"; {count(told.held_out, 'customer')} held out for comparison, of whom nobody is told"
    market = f"; {count(len(told.market), 'alert')} of markets that fall as a whole, told once a market"
    late = f"; {count(len(told.escalations), 'escalation')}"
    untold = len(told.over) + told.repeated
    repeat, are = ("repeats", "is") if untold == 1 else ("repeat", "are")
    known = f"; {count(untold, 'plan')} {are} over or {repeat} what is under way, and {are} not told"
    return (
        f"{count(len(told.alerts), 'alert')} and {count(len(told.plans), 'plan')} as of {told.as_of}"
        f"{late if told.escalations else ''}"
        f"{known if untold else ''}{market if told.market else ''}{held if told.held_out else ''}"
    )


def _lines(name: str, line: sending.Line, box: outbox.Outbox, now: float) -> list[str]:
    counts = box.counts(name)
    told = f"{name}: {line.delivered:,} delivered"
    if counts["waiting"]:
        soonest = box.next_at(name)
        told += f", {counts['waiting']:,} waiting"
        if soonest is not None and soonest > now:
            told += f" (the next attempt is due {_moment(soonest)})"
    if counts["dead"]:
        told += f", {counts['dead']:,} given up"
    failures = sorted(line.failed.items(), key=lambda one: (-one[1], one[0]))
    return [told, *(f"{name}: {number:,} attempts failed: {why}" for why, number in failures)]


def _lost(name: str, line: sending.Line, dead: Sequence[Mapping[str, Any]], paths: Paths) -> list[str]:
    again = f"'forewarn deliver --dataset {paths.dataset} --to {name} --again'"
    lost = []
    if dead:
        lost.append(
            f"{count(len(dead), 'message')} to {name} given up after the last attempt "
            f"({dead[0]['outcome']}); mend the receiver, then {again} takes them up again."
        )
    if line.disabled:
        lost.append(
            f"The {name} answered that it wants no more (410), and is sent nothing; agree with its owner, then "
            f"{again} sends what waits."
        )
    return lost


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
