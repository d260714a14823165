"""Sending what the outbox holds: in batches, each written down before and after, until nothing more is due.

A receiver that is busy, or does not answer at all, is left alone for a while with everything that waits for it, so
that one outage does not use up the attempts of a thousand messages.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.delivery.message import Message, Outcome
from pipeline.delivery.outbox import Outbox
from pipeline.delivery.schedule import LONGEST

BATCH = 8
"""Messages a worker in one batch; those of a batch are what a kill may have sent twice."""
BUSY, SILENT = 1.0, 60.0
"""Seconds that a receiver is left alone for that is busy and does not say how long, and for one that is silent."""
PATIENCE = 30.0
"""Seconds that a run waits for the next attempt which is not asked to stay until everything is done."""


class Clock(Protocol):
    """Where the time comes from: seconds since 1970, and a sleep that may end early."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Wall:
    """The time of this machine; a long sleep ends early, so that a clock that is set meanwhile is noticed."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 60.0))


class Sender(Protocol):
    """What brings messages of one channel to their receivers: several at a time, where it has several workers."""

    @property
    def name(self) -> str: ...

    @property
    def workers(self) -> int: ...

    def send(self, message: Message, now: float) -> Outcome: ...

    def close(self) -> None: ...


@dataclass
class Line:
    """A channel at work, and what came of it in this run; ``until`` is when its receiver may be disturbed again."""

    sender: Sender
    until: float = 0.0
    attempts: int = 0
    delivered: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    disabled: bool = False


def run(
    outbox: Outbox,
    senders: Mapping[str, Sender],
    clock: Clock,
    *,
    until_done: bool,
    most: int,
    rested: Callable[[], object] = lambda: None,
) -> dict[str, Line]:
    """Send what is due to each channel's receivers, ``most`` attempts at most; give what came of it.

    With ``until_done`` it stays until everything is delivered or dead; otherwise until nothing more is due.
    ``rested`` is called whenever nothing can be sent for a while.
    """
    lines = {}
    for name, sender in senders.items():
        disabled, until = outbox.endpoint(sender.name)
        lines[name] = Line(sender, until, disabled=disabled)
    outbox.recover(clock.now())
    with ExitStack() as stack:
        for line in lines.values():
            stack.callback(line.sender.close)
        pools = {
            name: stack.enter_context(ThreadPoolExecutor(line.sender.workers)) for name, line in lines.items()
        }
        while (left := most - sum(line.attempts for line in lines.values())) > 0:
            found = [
                _batch(outbox, name, line, pools[name], clock, left // len(lines) or 1)
                for name, line in lines.items()
            ]
            if any(delivered is not None for delivered in found):
                continue
            if (pause := _pause(outbox, lines, clock, until_done)) is None:
                break
            rested()
            clock.sleep(pause)
    return lines


def _batch(outbox: Outbox, name: str, line: Line, pool: Executor, clock: Clock, most: int) -> int | None:
    """Try one batch of a channel; give how many were delivered, None where nothing may be tried."""
    now = clock.now()
    if line.disabled or now < line.until:
        return None
    batch = outbox.due(name, now, min(most, BATCH * line.sender.workers))
    if not batch:
        return None
    outbox.begin(batch, now)
    keys = [one.message.key for one in batch]
    outcomes = list(pool.map(lambda one: line.sender.send(one.message, clock.now()), batch))
    now = clock.now()
    outbox.end(dict(zip(keys, outcomes, strict=True)), now)
    line.attempts += len(batch)
    for outcome in outcomes:
        if outcome.state != "delivered":
            line.failed[outcome.told] = line.failed.get(outcome.told, 0) + 1
        if outcome.state == "gone":
            outbox.disable(line.sender.name, now)
            line.disabled = True
    if (quiet := _quiet(outcomes)) > 0:
        line.until = now + quiet
        outbox.leave_alone(line.sender.name, line.until)
    delivered = sum(outcome.state == "delivered" for outcome in outcomes)
    line.delivered += delivered
    return delivered


def _quiet(outcomes: Sequence[Outcome]) -> float:
    """Give the seconds that a receiver is to be left alone for after a batch."""
    if all(not outcome.answered for outcome in outcomes):
        return SILENT
    waits = [BUSY if outcome.wait is None else outcome.wait for outcome in outcomes if outcome.busy]
    return min(max(waits, default=0.0), LONGEST)


def _pause(outbox: Outbox, lines: Mapping[str, Line], clock: Clock, until_done: bool) -> float | None:
    """Give the seconds until something may be tried again; None where this run need not wait for it."""
    dues = {name: None if line.disabled else outbox.next_at(name) for name, line in lines.items()}
    moments = [max(due, lines[name].until) for name, due in dues.items() if due is not None]
    if not moments:
        return None
    pause = max(1.0, min(moments) - clock.now())
    return pause if until_done or pause <= PATIENCE else None
