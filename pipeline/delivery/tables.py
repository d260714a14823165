"""The file of the outbox: its tables, how it is opened, who may send from it, and what its failures mean."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import BadRecords, CannotWrite

LAYOUT = 1
TABLES = """
CREATE TABLE IF NOT EXISTS deliveries (
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
CREATE INDEX IF NOT EXISTS waiting ON deliveries (channel, rank, next_at) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS items (
    item TEXT PRIMARY KEY,          -- what one receiver is told once
    key TEXT NOT NULL REFERENCES deliveries,
    kind TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    alert_id TEXT,
    noted INTEGER NOT NULL DEFAULT 0 -- whether the log of actions knows that it was delivered
) STRICT;
CREATE INDEX IF NOT EXISTS items_of ON items (key);
CREATE TABLE IF NOT EXISTS attempts (
    key TEXT NOT NULL REFERENCES deliveries,
    number INTEGER NOT NULL,
    began_at REAL NOT NULL,
    ended_at REAL,                  -- null while it is under way
    outcome TEXT,
    PRIMARY KEY (key, number)
) STRICT;
CREATE TABLE IF NOT EXISTS endpoints (
    name TEXT PRIMARY KEY,
    disabled_at REAL,               -- since when it wants no more
    until REAL NOT NULL DEFAULT 0   -- when it may be disturbed again
) STRICT;
"""


def connected(path: Path) -> sqlite3.Connection:
    """Open the database to write, and make its tables where they are not there."""
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
            database.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;")
        elif layout != LAYOUT:
            raise BadRecords(
                f"'{path}' has layout {layout} and this version knows {LAYOUT}; use the version that wrote it."
            )
    except BaseException:
        database.close()
        raise
    return database


def made(path: Path) -> None:
    """Make the file where it is not there; only its owner may read what it holds of people."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(path, error) from None
    os.close(descriptor_of(path, 0o600))


def descriptor_of(path: Path, mode: int) -> int:
    """Open a file, or make it with these permissions."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, mode)
    except OSError as error:
        raise _cannot(path, error) from None


def _cannot(path: Path, error: OSError) -> CannotWrite:
    return CannotWrite(f"Cannot write '{path}': {error.strerror}; make the folder writable and run again.")


def locked(descriptor: int) -> bool:
    """Take the lock of an open file; False where another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn what SQLite objects to into one sentence."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a bug
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
