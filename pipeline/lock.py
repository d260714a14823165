"""One run a dataset at a time: a lock file that says who holds it, and that dies with its holder.

The lock itself is the kernel's (``flock``), so it is gone the moment its holder is, however that ended; the pid and
the start written into the file are there for the sentence that the second run prints. Under ``forewarn run`` the
stages are processes of their own: they find in their environment who holds the lock for them, and stop when that
process is gone, so that the next run meets nobody at work.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO

from pipeline.errors import CannotWrite, Locked
from pipeline.paths import Paths

HELD = "FOREWARN_LOCK_HELD"
"""Environment variable "<pid> <folder>": the process that holds the lock of that folder for its children."""


@contextmanager
def held(paths: Paths) -> Iterator[None]:
    """Hold the lock of one dataset; raises Locked where another process that is alive holds it."""
    before = os.environ.get(HELD, "")
    pid, _, folder = before.partition(" ")
    if folder == str(paths.folder.resolve()):
        if int(pid) != os.getpid():
            threading.Thread(target=_end_with, args=(int(pid),), daemon=True).start()
        yield
        return
    with _opened(paths) as file:
        _locked(paths, file)
        os.environ[HELD] = f"{os.getpid()} {paths.folder.resolve()}"
        try:
            yield
        finally:
            os.environ[HELD] = before
            with suppress(OSError):  # whoever reads a name that stays finds that nobody holds the lock
                os.ftruncate(file.fileno(), 0)


def _opened(paths: Paths) -> IO[str]:
    try:
        return os.fdopen(os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o644), "r+")
    except OSError as error:
        raise _unwritten(paths, error) from None


def _locked(paths: Paths, file: IO[str]) -> None:
    """Take the lock and write down who holds it."""
    told = {"pid": os.getpid(), "started_at": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(file.fileno(), 0)
        os.pwrite(file.fileno(), json.dumps(told).encode(), 0)
    except BlockingIOError:
        raise Locked(_sentence(paths, file)) from None
    except OSError as error:
        raise _unwritten(paths, error) from None


def _unwritten(paths: Paths, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"Cannot write '{paths.lock}': {error.strerror or error}; make room or make the folder writable, and run "
        "again."
    )


def _sentence(paths: Paths, file: IO[str]) -> str:
    try:
        holder = json.load(file)
        who = f"process {holder['pid']}, started {holder['started_at']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return f"Dataset '{paths.dataset}' is locked by {who}; wait until it ends, then run again."


def _end_with(pid: int) -> None:
    """End this process without a word as soon as process ``pid`` is gone."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            os._exit(1)
        except PermissionError:
            pass
        time.sleep(0.2)
