"""The log of what was done: ``desk/log/events.jsonl``, one JSON line an event, only ever added to.

A writer holds a lock of the kernel, reads what is there, and adds its lines by one write that is synced before the
call returns: two writers at once lose nothing and never mix their lines. Each line holds the digest of the line
before (``before``), and ``head.json`` how many lines there were at least, so that a line that was changed, taken
out or cut off is seen at the next reading. What a writer that was killed left unfinished at the end was never
acknowledged to anybody: the next writer sets it aside (``torn-*.txt``) and says so; readers pass over it.
"""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from actions import events as said
from actions import journal, steps
from actions.events import Event, Impossible
from pipeline import digests
from pipeline.errors import BadRecords, CannotWrite, Refusal, Usage
from pipeline.frames import parsed, plain, read_json, sync, write_bytes, write_json
from pipeline.paths import Paths

HEAD = "head.json"
BEFORE = "before"
DIGITS = 16
"""Digits of the digest that each line holds of the one before."""


class _Log(NamedTuple):
    """What the file holds: its events, the digest of the last line, the bytes of whole lines, and what is torn."""

    events: list[Event]
    last: str
    size: int
    torn: bytes


def events(paths: Paths) -> list[Event]:
    """Read every event, oldest first; none where nothing was ever written.

    Raises BadRecords where a line is not what was written, or lines are gone.
    """
    # The head first: a log that grows meanwhile is longer than it says, never shorter.
    head = _head(paths)
    return _read(paths, head).events


def book(paths: Paths) -> journal.Book:
    """Give how every alert and action stands."""
    return journal.book(events(paths))


def append(paths: Paths, new: Iterable[Event]) -> list[Event]:
    """Add ``new`` to the log, all or none; give those that were not in it yet.

    Raises Usage where one of them cannot be (``actions.journal``), CannotWrite where the disk does not take them.
    """
    given = list(new)
    return change(paths, lambda _: given)


def change(paths: Paths, make: Callable[[Sequence[Event]], Iterable[Event]]) -> list[Event]:
    """Add what ``make`` makes of the events there are; nobody else writes between the reading and the writing."""
    with _held(paths):
        log = _read(paths, _head(paths))
        try:
            added = journal.admitted(log.events, make(log.events))
        except Impossible as impossible:
            raise Usage(str(impossible)) from None
        _set_aside(paths, log)
        if added:
            _add(paths, log, added)
    return added


def opened(
    paths: Paths,
    alerts: pd.DataFrame,
    as_of: date,
    never_left: Collection[str] = (),
    seen: Collection[str] | None = None,
) -> list[Event]:
    """Add what changed in the alerts since the last day told: opened, raised, lowered, closed.

    ``alerts`` are all that are open on ``as_of``, ``never_left`` the levels at which nobody is left alone by lot,
    ``seen`` the customers whose health is known on the day; without them it is not said why an alert closes.
    The same day told again adds nothing, an earlier one neither.
    """
    return change(paths, lambda past: steps.opened(past, alerts, as_of, never_left, seen))


def planned(paths: Paths, plans: pd.DataFrame, as_of: date, again_after: int = 30) -> list[Event]:
    """Add the plans of a day that are new, those that chance left alone among them (``actions.steps``)."""
    return change(paths, lambda past: steps.planned(past, plans, as_of, again_after))


def _head(paths: Paths) -> dict[str, Any]:
    path = paths.journal / HEAD
    if not path.exists():
        return {"lines": 0, "last": ""}
    try:
        head = read_json(path)
        return {"lines": int(head["lines"]), "last": str(head["last"])}
    except (Refusal, KeyError, TypeError, ValueError):
        raise BadRecords(
            f"'{path}' is damaged; remove it, and the next event makes it again from '{paths.events.name}'."
        ) from None


def _read(paths: Paths, head: dict[str, Any]) -> _Log:
    path = paths.events
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise BadRecords(f"'{path}' cannot be read ({error.strerror}); make it readable.") from None
    whole = content.rfind(b"\n") + 1
    found: list[Event] = []
    last = ""
    for number, line in enumerate(content[:whole].split(b"\n")[:-1], 1):
        found.append(_event(line, last, number, path))
        last = _digest(line)
        if number == head["lines"] and last != head["last"]:
            raise _broken(path, number, "is not the one that was written")
    if len(found) < head["lines"]:
        raise BadRecords(
            f"'{path}' holds {len(found)} events, and {head['lines']} were written; the last ones are gone: "
            "restore it from a backup."
        )
    return _Log(found, last, whole, content[whole:])


def _event(line: bytes, last: str, number: int, path: Path) -> Event:
    try:
        told = parsed(line.decode())
        before = told.pop(BEFORE)
        event = said.read(told)
    except (Impossible, ValueError, KeyError, TypeError, AttributeError):
        raise _broken(path, number, "is no event") from None
    if before != last:
        raise _broken(path, number, "does not follow the one before it")
    return event


def _broken(path: Path, number: int, what: str) -> BadRecords:
    return BadRecords(
        f"Line {number} of '{path}' {what}: a line was changed, taken out or put in; restore it from a backup."
    )


def _digest(line: bytes) -> str:
    return digests.of_bytes(line)[:DIGITS]


@contextmanager
def _held(paths: Paths) -> Iterator[None]:
    """Hold the lock of the log, waiting for whoever holds it: a writer is done in a moment."""
    try:
        paths.journal.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(paths.journal / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unwritable(paths, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_aside(paths: Paths, log: _Log) -> None:
    """Cut off what a killed writer left unfinished, and keep it beside the log."""
    if not log.torn:
        return
    aside = paths.journal / f"torn-{_digest(log.torn)}.txt"
    try:
        write_bytes(aside, log.torn)
        os.truncate(paths.events, log.size)
    except OSError as error:
        raise _unwritable(paths, error) from None
    print(
        f"forewarn: the log of dataset '{paths.dataset}' ended in an unfinished line, whose writer was stopped "
        f"before it was done; it was set aside as '{aside.name}'.",
        file=sys.stderr,
    )


def _add(paths: Paths, log: _Log, added: Sequence[Event]) -> None:
    last, lines = log.last, []
    for event in added:
        told = plain({**event.line(), BEFORE: last})
        line = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        lines.append(line + b"\n")
        last = _digest(line)
    content = b"".join(lines)
    fresh = not paths.events.exists()
    try:
        descriptor = os.open(paths.events, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            if os.write(descriptor, content) < len(content):
                raise OSError(28, "the disk is full")
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, log.size)
            raise
        finally:
            os.close(descriptor)
        if fresh:
            sync(paths.journal)
    except OSError as error:
        raise _unwritable(paths, error) from None
    write_json(paths.journal / HEAD, {"lines": len(log.events) + len(added), "last": last})


def _unwritable(paths: Paths, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"Cannot write '{paths.events}': {error.strerror or error}; nothing was added: make room or make the "
        "folder writable, and run again."
    )
