"""The outbox: what is to be delivered is written down before anything is sent, and each attempt before it is made.

An SQLite database (write-ahead log, synced at every commit). Several may write into it; who sends holds its lock,
which dies with him, so nobody sends beside him. After a kill at any moment the same keys go on where they stood: a
delivery that was under way counts as an attempt and is made again with its key. What was delivered keeps its key
and digest; its content is wiped.
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.delivery.message import Item, Message, Outcome
from pipeline.delivery.schedule import ATTEMPTS, delay
from pipeline.delivery.tables import TABLES, connected, descriptor_of, locked, made, telling

INTERRUPTED = "interrupted"
Unknown = Callable[[Iterable[Item]], set[str]]
"""Tells which items stand in no delivery yet, by their keys."""


@dataclass(frozen=True)
class Waiting:
    """A delivery that may be tried: its message, and the attempts made before."""

    message: Message
    attempts: int


class Outbox:
    """The open database; every method that changes it is one transaction."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def unknown(self, items: Iterable[Item]) -> set[str]:
        """Give the keys of those ``items`` that stand in no delivery yet."""
        rows = self._database.execute(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT item FROM items)",
            (json.dumps([item.key for item in items]),),
        )
        return {key for (key,) in rows}

    def put(self, messages: Sequence[Message], now: float) -> int:
        """Write down what is to be delivered; give how many were new. What is there already stays as it is."""
        return self.write(lambda: messages, now)

    def write(self, make: Callable[[], Sequence[Message]], now: float) -> int:
        """Write down what ``make`` makes of what stands here; nobody else writes meanwhile."""
        with self._database as database:
            database.execute("BEGIN IMMEDIATE")
            return sum(self._added(message, now) for message in make())

    def _added(self, message: Message, now: float) -> int:
        digest = hashlib.sha256(message.body).hexdigest()
        row = (
            message.key,
            message.channel,
            message.recipient,
            message.kind,
            message.rank,
            message.body,
            digest,
        )
        made = self._database.execute(
            "INSERT OR IGNORE INTO deliveries (key, channel, recipient, kind, rank, body, sha256, created_at, "
            "next_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
            (*row, now, now),
        ).rowcount
        if made:
            self._database.executemany(
                "INSERT OR IGNORE INTO items (item, key, kind, customer_id, alert_id) VALUES (?, ?, ?, ?, ?)",
                [
                    (item.key, message.key, item.kind, item.customer_id, item.alert_id)
                    for item in message.items
                ],
            )
        return made

    def alerts_told(self, channel: str) -> list[tuple[str, str]]:
        """Give the alerts that a channel was told of, with their customers, unless it was told that they ended."""
        rows = self._database.execute(
            "SELECT DISTINCT alert_id, customer_id FROM items JOIN deliveries USING (key) WHERE channel = ?1 "
            "AND items.kind IN ('alert.opened', 'alert.changed') AND alert_id NOT IN (SELECT alert_id FROM items "
            "JOIN deliveries USING (key) WHERE channel = ?1 AND items.kind = 'alert.closed') ORDER BY alert_id",
            (channel,),
        )
        return rows.fetchall()

    def due(self, channel: str, now: float, most: int) -> list[Waiting]:
        """Give what may be tried now, the gravest first, then what has waited longest."""
        rows = self._database.execute(
            "SELECT key, channel, recipient, kind, rank, body, attempts FROM deliveries WHERE state = 'waiting' "
            "AND channel = ? AND next_at <= ? ORDER BY rank, next_at, key LIMIT ?",
            (channel, now, most),
        )
        return [
            Waiting(Message(key, channel, recipient, kind, body, (), rank), attempts)
            for key, channel, recipient, kind, rank, body, attempts in rows
        ]

    def begin(self, batch: Sequence[Waiting], now: float) -> None:
        """Write down that an attempt at each of ``batch`` begins."""
        keys = [(one.message.key,) for one in batch]
        with self._database as database:
            database.executemany(
                "UPDATE deliveries SET attempts = attempts + 1, tried = tried + 1 WHERE key = ?", keys
            )
            database.executemany(
                "INSERT INTO attempts (key, number, began_at) "
                "SELECT key, attempts, ? FROM deliveries WHERE key = ?",
                [(now, key) for (key,) in keys],
            )

    def end(self, outcomes: Mapping[str, Outcome], now: float) -> None:
        """Write down what came of the attempts, by key, and when the next is due, if there is one."""
        with self._database as database:
            for key, outcome in outcomes.items():
                database.execute(
                    "UPDATE attempts SET ended_at = ?, outcome = ? WHERE key = ? AND ended_at IS NULL",
                    (now, outcome.told, key),
                )
                if outcome.state == "delivered":
                    self._close(key, "delivered", outcome.told, now)
                    continue
                tried = self._tried(key)
                if outcome.state == "refused" or tried >= ATTEMPTS:
                    self._close(key, "dead", outcome.told, now)
                    continue
                database.execute(
                    "UPDATE deliveries SET next_at = ?, outcome = ? WHERE key = ?",
                    (now + delay(key, tried, outcome.wait), outcome.told, key),
                )

    def recover(self, now: float) -> int:
        """Close the attempts that a sender left open when it died; give their number. They are due at once."""
        with self._database as database:
            rows = database.execute("SELECT key FROM attempts WHERE ended_at IS NULL").fetchall()
            database.execute(
                "UPDATE attempts SET ended_at = ?, outcome = ? WHERE ended_at IS NULL", (now, INTERRUPTED)
            )
            for (key,) in rows:
                if self._tried(key) >= ATTEMPTS:
                    self._close(key, "dead", INTERRUPTED, now)
        return len(rows)

    def revive(self, now: float) -> int:
        """Have every dead delivery tried again as if it were new, and every endpoint; give how many were dead."""
        with self._database as database:
            database.execute("DELETE FROM endpoints")
            return database.execute(
                "UPDATE deliveries SET state = 'waiting', tried = 0, next_at = ?, ended_at = NULL "
                "WHERE state = 'dead'",
                (now,),
            ).rowcount

    def disable(self, endpoint: str, now: float) -> None:
        """Write down that an endpoint wants no more."""
        with self._database as database:
            database.execute(
                "INSERT OR REPLACE INTO endpoints (name, disabled_at) VALUES (?, ?)", (endpoint, now)
            )

    def leave_alone(self, endpoint: str, until: float) -> None:
        """Write down that an endpoint is not to be disturbed ``until`` then."""
        with self._database as database:
            database.execute(
                "INSERT INTO endpoints (name, until) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET until = excluded.until",
                (endpoint, until),
            )

    def endpoint(self, name: str) -> tuple[bool, float]:
        """Tell whether an endpoint wants no more, and until when it is to be left alone."""
        row = self._database.execute(
            "SELECT disabled_at IS NOT NULL, until FROM endpoints WHERE name = ?", (name,)
        ).fetchone()
        return (False, 0.0) if row is None else (bool(row[0]), float(row[1]))

    def next_at(self, channel: str) -> float | None:
        """Give when the next attempt of a channel is due; None where nothing waits."""
        found = self._database.execute(
            "SELECT min(next_at) FROM deliveries WHERE state = 'waiting' AND channel = ?", (channel,)
        )
        moment: float | None = found.fetchone()[0]
        return moment

    def counts(self, channel: str) -> dict[str, int]:
        """Give how many deliveries of a channel are waiting, delivered and dead."""
        rows = self._database.execute(
            "SELECT state, count(*) FROM deliveries WHERE channel = ? GROUP BY state", (channel,)
        )
        return {"waiting": 0, "delivered": 0, "dead": 0, **dict(rows.fetchall())}

    def dead(self) -> list[dict[str, Any]]:
        """Give the dead letters, oldest first."""
        return self._rows(
            "SELECT key, channel, kind, attempts, created_at, ended_at, outcome FROM deliveries "
            "WHERE state = 'dead' ORDER BY created_at, key"
        )

    def unnoted(self) -> list[dict[str, Any]]:
        """Give the items that were delivered and that the log of actions does not know yet."""
        return self._rows(
            "SELECT item, items.kind, customer_id, alert_id, channel, deliveries.key, ended_at FROM items "
            "JOIN deliveries USING (key) WHERE state = 'delivered' AND noted = 0 ORDER BY ended_at, item"
        )

    def note(self, items: Iterable[str]) -> None:
        """Write down that the log of actions knows of these items."""
        with self._database as database:
            database.executemany("UPDATE items SET noted = 1 WHERE item = ?", [(item,) for item in items])

    def _rows(self, query: str) -> list[dict[str, Any]]:
        cursor = self._database.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _tried(self, key: str) -> int:
        row = self._database.execute("SELECT tried FROM deliveries WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def _close(self, key: str, state: str, told: str, now: float) -> None:
        self._database.execute(
            "UPDATE deliveries SET state = ?, outcome = ?, ended_at = ?, "
            "body = CASE WHEN ? = 'delivered' THEN NULL ELSE body END WHERE key = ?",
            (state, told, now, state, key),
        )


@contextmanager
def opened(path: Path) -> Iterator[Outbox]:
    """Open the outbox to write, or make it; others may write at the same time."""
    made(path)
    with telling(path), closing(connected(path)) as database:
        yield Outbox(database)


@contextmanager
def sole_sender(path: Path, patience: float = 2.0) -> Iterator[bool]:
    """Hold the lock of who sends; gives False where another process has it and keeps it for ``patience`` seconds.

    Such a process looks at the outbox again before it ends, so it takes along what was written before the call.
    """
    descriptor = descriptor_of(path.with_suffix(".lock"), 0o644)
    until = time.monotonic() + patience
    try:
        while not (mine := locked(descriptor)) and time.monotonic() < until:
            time.sleep(0.05)
        yield mine
    finally:
        os.close(descriptor)


@contextmanager
def looked_at(path: Path) -> Iterator[Outbox]:
    """Open the outbox to read; where there is none, an empty one in memory."""
    there = path.exists()
    place = f"{path.absolute().as_uri()}?mode=ro" if there else ":memory:"
    with telling(path), closing(sqlite3.connect(place, uri=there)) as database:
        if not there:
            database.executescript(TABLES)
        yield Outbox(database)
