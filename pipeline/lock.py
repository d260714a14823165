"""One run a dataset at a time: a lock file that says who holds it, and that dies with its holder.

The lock itself is the kernel's (``flock``), so it is gone the moment its holder is, however that ended; the pid and
the start written into the file are there for the sentence that the second run prints. Under ``forewarn run`` the
stages are children of the holder and find that in their environment.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO

from pipeline.errors import Locked, Refusal
from pipeline.paths import Paths

HELD = "FOREWARN_LOCK_HELD"
"""Environment variable: the folder that the parent process has locked for its stages."""


@contextmanager
def held(paths: Paths) -> Iterator[None]:
    """Hold the lock of one dataset; raises Locked where another process that is alive holds it."""
    folder = str(paths.folder.resolve())
    if os.environ.get(HELD) == folder:
        yield
        return
    with _opened(paths) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Locked(_sentence(paths, file)) from None
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "started_at": datetime.now(UTC).isoformat(timespec="seconds")}, file)
        file.flush()
        os.environ[HELD] = folder
        try:
            yield
        finally:
            del os.environ[HELD]
            file.seek(0)
            file.truncate()


def _opened(paths: Paths) -> IO[str]:
    try:
        return os.fdopen(os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o644), "r+")
    except OSError as error:
        raise Refusal(
            f"Cannot write '{paths.lock}': {error.strerror}; make the folder writable and run again."
        ) from None


def _sentence(paths: Paths, file: IO[str]) -> str:
    try:
        holder = json.load(file)
        who = f"process {holder['pid']}, started {holder['started_at']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return f"Dataset '{paths.dataset}' is locked by {who}; wait until it ends, then run again."
