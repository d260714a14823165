"""Files of others, opened where they can do no harm: in a process of its own, with limits.

The parent never parses such a file. It asks the confined process (``pipeline/confined.py``) and takes back Arrow
tables, checked through and through. A file that breaks its reader, fills the memory or never ends is one sentence.
"""

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import confined
from pipeline.errors import BadRecords, CannotWrite
from pipeline.params import Ingest
from pipeline.paths import ROOT
from pipeline.readers import Fault, Raw, shown

PREFIX = ".opened."
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "TMPDIR")
"""What the confined process learns of the environment: nothing that is secret."""
ALONE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # others reserve far more than they use
    "PYTHONPATH": str(ROOT),
}
MB = 1_000_000
SIZE = 10 * MB
"""Bytes of a file for which it is given ``seconds_max`` once more."""
LEAST, EXPANSION = 256 * MB, 1000
"""A file may decode into so many bytes, whatever its size, and into so many for each of its own."""
TIMES = {"seconds": 20, "memory": 4}
"""What an adapter gets more: it reads a whole workbook, and one whose digest is known."""


@dataclass(frozen=True)
class File:
    """A file to be opened: of the table ``name``, or of an adapter (then ``name`` is what sentences call it)."""

    name: str
    path: Path
    form: str = ""
    adapter: str | None = None


@dataclass(frozen=True)
class Contents:
    """What was in some files: raw tables by name, and what the adapter reports, if there was one."""

    tables: Mapping[str, Raw]
    report: Mapping[str, Any] | None


def contents(files: Sequence[File], limits: Ingest, beside: Path) -> Contents:
    """Open some files; what is handed over lies in a folder in ``beside`` for a moment.

    Raises BadRecords where a file cannot be read within ``limits``.
    """
    if not files:
        return Contents({}, None)
    try:
        for left in beside.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{beside}': {error.strerror or error}; make the folder writable and run again."
        ) from None
    try:
        ended = _asked(_request(files, limits, folder))
        _demand_read(files, limits, folder, ended)
        return _taken(files, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what is mapped stays readable


def _request(files: Sequence[File], limits: Ingest, folder: Path) -> dict[str, Any]:
    asked: list[dict[str, Any]] = []
    for file in files:
        size = _size(file.path)
        seconds = limits.seconds_max * (1 + size / SIZE) * (TIMES["seconds"] if file.adapter else 1)
        caps = {
            "rows": limits.rows_max,
            "columns": limits.columns_max,
            "bytes": min(limits.decoded_mb * MB, LEAST + EXPANSION * size),
        }
        asked.append(
            {
                "name": file.name,
                "path": str(file.path.resolve()),
                "form": file.form,
                "adapter": file.adapter,
                "seconds": seconds,
                "caps": caps,
            }
        )
    return {
        "folder": str(folder.resolve()),
        "files": asked,
        "memory": limits.memory_mb * MB * (TIMES["memory"] if any(file.adapter for file in files) else 1),
        "bytes": 2 * limits.decoded_mb * MB,
        "wait": 30 + 3 * sum(file["seconds"] for file in asked),
    }


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


class _Confined:
    """The confined process, started when it is first asked and kept for the next time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        atexit.register(self.close)

    def ready(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", confined.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in KEPT if name in os.environ} | ALONE,
                cwd=ROOT,
                text=True,
                start_new_session=True,  # an interrupt at the terminal is the parent's to handle
            )
        return self._process

    def ask(self, request: Mapping[str, Any]) -> int | str | None:
        """Give how the child ended; None where the process itself is gone."""
        process = self.ready()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        except (
            BaseException
        ):  # interrupted: an answer that is still to come must not be taken for the next one
            self.close()
            raise
        if not answer:
            self.close()
            return None
        ended: int | str = json.loads(answer)["ended"]
        return ended

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_CONFINED = _Confined()


def start() -> None:
    """Start the confined process, so that it is there when it is asked."""
    _CONFINED.ready()


def stop() -> None:
    """End the confined process; the next question starts another."""
    _CONFINED.close()


def _asked(request: Mapping[str, Any]) -> int | str | None:
    return _CONFINED.ask(request)


def _demand_read(files: Sequence[File], limits: Ingest, folder: Path, ended: int | str | None) -> None:
    """Raise what became of the first file that was not read."""
    told = {}
    with contextlib.suppress(OSError):
        for line in (folder / confined.LIST).read_text("utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                one = json.loads(line)
                told[str(one["name"])] = (str(one["state"]), str(one["sentence"]))
    for file in files:
        state, sentence = told.get(file.name, ("begun", ""))
        if state == "full":
            raise CannotWrite(
                f"Cannot write '{folder.parent}': no space left for the records of '{file.path.name}'; "
                "free some, and run again."
            )
        if state == "refused":
            raise BadRecords(shown(sentence, 2000)[1:-1])
        if state != "read":
            raise BadRecords(
                f"Table '{file.name}' cannot be read from {shown(file.path.name)}: {_end(ended, file, limits)}; "
                "the file is damaged or made to do harm: look at where it comes from, and export it again."
            )


def _end(ended: int | str | None, file: File, limits: Ingest) -> str:
    """Say how the reading of a file ended."""
    if ended == confined.OUT_OF_MEMORY:
        memory = limits.memory_mb * (TIMES["memory"] if file.adapter else 1)
        return f"it takes more than {memory:,} MB of memory (ingest.memory_mb)"
    if ended in (confined.LATE, -signal.SIGXCPU):
        return f"it takes longer than a file of its size may (ingest.seconds_max, {limits.seconds_max:g})"
    if ended is None or ended == -signal.SIGKILL:
        return "the process that read it was ended from outside"
    if isinstance(ended, int) and ended < 0:
        return f"it broke the process that read it (signal {-ended})"
    return "the process that read it stopped"


def _taken(files: Sequence[File], folder: Path) -> Contents:
    """Map the tables that were handed over, each checked: what wrote them has read a file of others."""
    tables = {file.name: folder / f"{file.name}.arrow" for file in files if not file.adapter}
    report = None
    try:
        for file in files:
            if file.adapter:
                adapted = json.loads((folder / "adapted.json").read_text("utf-8"))
                report = {"name": file.adapter, "file": file.path.name, **adapted["report"]}
                tables |= {name: folder / f"{name}.arrow" for name in adapted["tables"]}
        return Contents({name: _raw(path) for name, path in tables.items()}, report)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        reason = shown((str(error).splitlines() or [type(error).__name__])[0], 200)[1:-1]
        raise BadRecords(
            f"What was read from '{files[0].path.parent.name}/' is no table ({reason}); export the files again."
        ) from None


def _raw(path: Path) -> Raw:
    rows = _mapped(path)
    faults = _mapped(path.with_suffix(".faults.arrow"))
    odd = [number for number in faults.column("number").to_pylist() if number is not None]
    told = zip(*(faults.column(name).to_pylist() for name in ("place", "reason", "found")), strict=True)
    found = {place: Fault(reason, text) for place, reason, text in told}
    if not odd:
        return Raw(rows, np.arange(1, rows.num_rows + 1), found)
    numbers = np.clip(np.array(odd, dtype=np.int64), 1, rows.num_rows)
    even = np.setdiff1d(np.arange(1, rows.num_rows + 1), numbers)[: rows.num_rows - len(odd)]
    return Raw(rows, np.concatenate([even, numbers]), found)


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        rows = pa.ipc.open_file(file).read_all()
    rows.validate(full=True)
    return rows
