"""The process that opens files of others, and can do little else.

``python -m pipeline.confined`` reads one request a line, and for each forks a child that gives up what it does not
need (memory, time, size of files, core dumps), reads the files and leaves checked Arrow beside a list of what
became of each. Whatever a file does to the reader, it does to that child. It is forked from a process that has
imported the readers and nothing else, has one thread and no secret in its environment; the start is paid once.
"""

import contextlib
import csv
import errno
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from features.sources import TABLES, Table
from pipeline.errors import Refusal
from pipeline.readers import Caps, Fault, Opened, Retyped, opened, plain, shown, too_many

LIST = "opened.jsonl"
OUT_OF_MEMORY = 75
LATE = "late"
SPARE = 1 << 20  # bytes given back when memory is at its end, so that this can be told
LATER = ("pandas", "pyarrow.compute", "pyarrow.fs")
"""What pyarrow imports when it is first used: imported before the fork, it is paid once."""
FULL = (errno.ENOSPC, errno.EDQUOT)


def serve() -> None:
    """Answer requests from standard input until it ends; each answer says how the child ended."""
    for name in LATER:
        importlib.import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_confined(request))
        print(json.dumps({"ended": _ended(child, request["wait"])}), flush=True)


def _ended(child: int, seconds: float) -> int | str:
    """Wait for a child: its exit code, minus the signal that ended it, or LATE."""
    until, pause = time.monotonic() + seconds, 0.001
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return LATE


def _confined(request: Mapping[str, Any]) -> int:
    """Read the files of a request within its limits; give the exit code of this process."""
    spare: bytes | None = bytes(SPARE)
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["bytes"], request["bytes"]))
        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
        folder = Path(request["folder"])
        with (folder / LIST).open("w", encoding="utf-8") as told:
            for file in request["files"]:
                _say(told, file, "begun")
                _allow(file["seconds"])
                try:
                    _adapt(file, folder) if file["adapter"] else _read(file, folder)
                except Refusal as refusal:
                    _say(told, file, "refused", str(refusal))
                    return 0
                except MemoryError:
                    raise
                except Exception as error:
                    full = isinstance(error, OSError) and error.errno in FULL
                    _say(told, file, "full" if full else "refused", _damaged(file, error))
                    return 0
                _say(told, file, "read")
    except MemoryError:
        spare = None  # noqa: F841 - gives the bytes back
        return OUT_OF_MEMORY
    except BaseException:
        return 1
    return 0


def _allow(seconds: float) -> None:
    """Let this process run for so many seconds more; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _say(told: Any, file: Mapping[str, Any], state: str, sentence: str = "") -> None:
    told.write(json.dumps({"name": file["name"], "state": state, "sentence": sentence}) + "\n")
    told.flush()


def _damaged(file: Mapping[str, Any], error: Exception) -> str:
    told = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
    if not isinstance(error, pa.ArrowException | csv.Error | OSError | ValueError | OverflowError):
        told = f"{type(error).__name__}: {told}"
    return (
        f"Table '{file['name']}' cannot be read from {shown(Path(file['path']).name)} ({shown(told, 200)[1:-1]}); "
        "the file is damaged or half-written: export it again."
    )


def _read(file: Mapping[str, Any], folder: Path) -> None:
    """Read one table; where a value does not fit its column, once more with that column as text."""
    caps = Caps(**file["caps"])
    as_text: set[str] = set()
    while True:
        source = opened(Path(file["path"]), file["form"], file["name"], caps)
        try:
            _write(source, file, caps, as_text, folder)
            return
        except Retyped as column:
            as_text.add(str(column))


def _write(source: Opened, file: Mapping[str, Any], caps: Caps, as_text: set[str], folder: Path) -> None:
    """Write the rows, below them a blank one for each uneven row, and the faults in a table of their own."""
    name, table = file["name"], TABLES[file["name"]]
    faults: dict[int, Fault] = {}
    schema = plain(source.schema.empty_table(), table, as_text, {}).schema
    rows = size = 0
    with _arrow(folder / f"{name}.arrow", schema) as out:
        for piece in source.pieces:
            made = plain(piece, table, as_text, faults, rows).cast(schema)
            rows, size = rows + made.num_rows, size + made.nbytes
            _demand_room(rows + len(source.uneven), size, caps, file)
            out.write_table(made)
        if rows + len(source.uneven) != source.expected:
            raise ValueError(f"{rows + len(source.uneven)} rows read where the file has {source.expected}")
        _demand_room(rows + len(source.uneven), size, caps, file)
        out.write_table(
            pa.table([pa.nulls(len(source.uneven), kind) for kind in schema.types], schema=schema)
        )
    odd = [max(row.number - 1, 1) for row in source.uneven]  # the header is number 1
    told = [Fault(f"the number of fields is not {len(source.names)}", row.text) for row in source.uneven]
    faults |= dict(enumerate(told, start=rows))
    _write_faults(folder / f"{name}.faults.arrow", faults, rows, odd)


def _write_faults(path: Path, faults: Mapping[int, Fault], rows: int, odd: list[int]) -> None:
    """Write one row a fault: its place, what is wrong, and for an uneven row its number in the file."""
    columns = {
        "place": pa.array(list(faults), pa.int64()),
        "reason": pa.array([_valid(fault.reason) for fault in faults.values()], pa.string()),
        "found": pa.array([_valid(fault.found) for fault in faults.values()], pa.string()),
        "number": pa.array([odd[place - rows] if place >= rows else None for place in faults], pa.int64()),
    }
    made = pa.table(columns)
    with _arrow(path, made.schema) as out:
        out.write_table(made)


def _valid(text: str | bytes) -> str:
    letters = text if isinstance(text, bytes) else text.encode("utf-8", errors="replace")
    return letters.decode("utf-8", errors="replace")


def _demand_room(rows: int, size: int, caps: Caps, file: Mapping[str, Any]) -> None:
    for count, most, what in ((rows, caps.rows, "rows"), (size, caps.bytes, "bytes")):
        if count > most:
            raise too_many(f"more than {most:,} {what}", f"{most:,}", Path(file["path"]).name, file["name"])


def _adapt(file: Mapping[str, Any], folder: Path) -> None:
    """Let an adapter read its publisher's file; its tables are written as those of other files are."""
    records = importlib.import_module(f"pipeline.adapters.{file['adapter']}").records(Path(file["path"]))
    for name, rows in records.tables.items():
        _write_adapted(TABLES[name], rows, folder)
    (folder / "adapted.json").write_text(
        json.dumps({"tables": list(records.tables), "report": records.report})
    )


def _write_adapted(table: Table, rows: pa.Table, folder: Path) -> None:
    faults: dict[int, Fault] = {}
    made = plain(rows, table, set(), faults)
    with _arrow(folder / f"{table.name}.arrow", made.schema) as out:
        out.write_table(made)
    _write_faults(folder / f"{table.name}.faults.arrow", faults, made.num_rows, [])


@contextlib.contextmanager
def _arrow(path: Path, schema: pa.Schema) -> Iterator[Any]:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as out:
        yield out


if __name__ == "__main__":
    serve()
