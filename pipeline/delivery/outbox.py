"""The outbox: what is to be delivered is written down before anything is sent, and each attempt before it is made.

An SQLite database (write-ahead log, synced at every commit). Who sends holds its lock, so nobody sends beside him;
the lock dies with its holder. After a kill at any moment the same keys go on where they stood: a delivery that was
under way counts as an attempt and is made again with its key. What was delivered keeps its key and digest; its
content is wiped.
"""

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.delivery.message import Item, Message, Outcome
from pipeline.delivery.schedule import ATTEMPTS, delay
from pipeline.errors import BadRecords, CannotWrite, Locked

LAYOUT = 1
TABLES = """
CREATE TABLE deliveries (
    key TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    rank INTEGER NOT NULL,
    body BLOB,                      -- null once delivered
    sha256 TEXT NOT NULL,           -- of the body
    created_at REAL NOT NULL,       -- seconds since 1970, as every moment here
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0, -- attempts since it was written, or taken up again after it had died
    next_at REAL NOT NULL,          -- not before this; of a waiting one
    ended_at REAL,
    outcome TEXT                    -- of the last attempt
) STRICT;
CREATE INDEX waiting ON deliveries (channel, rank, next_at) WHERE state = 'waiting';
CREATE TABLE items (
    item TEXT PRIMARY KEY,          -- what one receiver is told once
    key TEXT NOT NULL REFERENCES deliveries,
    kind TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    alert_id TEXT,
    noted INTEGER NOT NULL DEFAULT 0 -- whether the log of actions knows that it was delivered
) STRICT;
CREATE INDEX items_of ON items (key);
CREATE TABLE attempts (
    key TEXT NOT NULL REFERENCES deliveries,
    number INTEGER NOT NULL,
    began_at REAL NOT NULL,
    ended_at REAL,                  -- null while it is under way
    outcome TEXT,
    PRIMARY KEY (key, number)
) STRICT;
CREATE TABLE endpoints (
    name TEXT PRIMARY KEY,
    disabled_at REAL                -- since when it wants no more
) STRICT;
"""
INTERRUPTED = "interrupted"


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
        new = 0
        with self._database as database:
            for message in messages:
                row = (
                    message.key,
                    message.channel,
                    message.recipient,
                    message.kind,
                    message.rank,
                    message.body,
                )
                made = database.execute(
                    "INSERT OR IGNORE INTO deliveries (key, channel, recipient, kind, rank, body, sha256, "
                    "created_at, state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
                    (*row, hashlib.sha256(message.body).hexdigest(), now, now),
                ).rowcount
                new += made
                if made:
                    database.executemany(
                        "INSERT OR IGNORE INTO items (item, key, kind, customer_id, alert_id) "
                        "VALUES (?, ?, ?, ?, ?)",
                        [
                            (item.key, message.key, item.kind, item.customer_id, item.alert_id)
                            for item in message.items
                        ],
                    )
        return new

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

    def end(self, outcomes: Mapping[str, Outcome], now: float) -> list[str]:
        """Write down what came of the attempts, by key, and when the next is due; give the keys that died."""
        dead = []
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
                    dead.append(key)
                    continue
                database.execute(
                    "UPDATE deliveries SET next_at = ?, outcome = ? WHERE key = ?",
                    (now + delay(key, tried, outcome.wait), outcome.told, key),
                )
        return dead

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
            database.execute("UPDATE endpoints SET disabled_at = NULL")
            return database.execute(
                "UPDATE deliveries SET state = 'waiting', tried = 0, next_at = ?, ended_at = NULL "
                "WHERE state = 'dead'",
                (now,),
            ).rowcount

    def disable(self, endpoint: str, now: float) -> None:
        """Write down that an endpoint wants no more."""
        with self._database as database:
            database.execute("INSERT OR REPLACE INTO endpoints VALUES (?, ?)", (endpoint, now))

    def disabled(self, endpoint: str) -> bool:
        row = self._database.execute(
            "SELECT disabled_at FROM endpoints WHERE name = ?", (endpoint,)
        ).fetchone()
        return row is not None and row[0] is not None

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
    """Open the outbox to send from it, or make it; raises Locked where another process sends."""
    with _locked(path), _telling(path), closing(_connected(path)) as database:
        yield Outbox(database)


@contextmanager
def looked_at(path: Path) -> Iterator[Outbox]:
    """Open the outbox to read; where there is none, an empty one in memory."""
    there = path.exists()
    place = f"{path.absolute().as_uri()}?mode=ro" if there else ":memory:"
    with _telling(path), closing(sqlite3.connect(place, uri=there)) as database:
        if not there:
            database.executescript(TABLES)
        yield Outbox(database)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    try:
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            database.execute(f"PRAGMA {setting}")
        layout = database.execute("PRAGMA user_version").fetchone()[0]
        if layout == 0:
            database.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;")
        elif layout != LAYOUT:
            raise BadRecords(
                f"'{path}' has layout {layout} and this version knows {LAYOUT}; use the version that wrote it."
            )
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the outbox; make both files where they are not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        # It holds names and addresses of people.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{path}': {error.strerror or error}; make the folder writable and run again."
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Locked(f"Another process sends from '{path}'; wait until it ends, then run again.") from None
    finally:
        os.close(descriptor)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn what SQLite objects to into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CannotWrite(
            f"Cannot use '{path}': {error}; nothing that stands in it is lost: make room or make the folder "
            "writable, and run again."
        ) from None
    except sqlite3.DatabaseError as error:
        raise BadRecords(
            f"'{path}' is damaged ({error}); bring it back from a copy, or move it away: then everything open is "
            "sent again, with the same keys."
        ) from None
