"""Publishing under strace: the third batch of a folder, with every call that changes something stopped in turn.

``strace`` acts on the n-th such call of a child, without touching the code (it must be installed:
``apt-get install strace``).
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import publishing
from pipeline.errors import Refusal
from pipeline.paths import ROOT, Paths

NAME = "acme"
CALLS = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "symlink"),
    *("symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "link", "linkat", "chmod"),
)
DIRECT = """
import sys
from datetime import date
from pathlib import Path
import pyarrow as pa
from pipeline import publishing
from pipeline.paths import Paths
paths, number = Paths(Path(sys.argv[1]), sys.argv[2]), int(sys.argv[3])
sys.stdout.write("begin\\n"); sys.stdout.flush()
many, one = pa.table({"batch": [number] * 500}), pa.table({"batch": [number]})
tables = {publishing.SCORES: many, publishing.UNSCORED: one}
publishing.publish(paths, date(2024, 9, 30), tables, {"batch": number}, {})
"""
"""Publishing alone, with nothing computed: every call of it can be tried."""


class Trial(NamedTuple):
    """One publication that was stopped: its exit ``code``, the batch that a reader then saw (None: a mix), and
    whether the next publication ended otherwise than an undisturbed one.
    """

    code: int
    seen: Any
    unlike: bool


def demand_strace() -> None:
    if shutil.which("strace") is None:
        raise SystemExit("This benchmark needs strace; install it with 'apt-get install strace'.")


def stopped(folder: Path, faults: Sequence[str], every: int = 1) -> Iterator[Trial]:
    """Publish a third batch with each of ``faults`` (in strace's words) at each call, or at every so manieth."""
    base, whole, place = (folder / name for name in ("base", "whole", "place"))
    shutil.rmtree(folder, ignore_errors=True)
    for number in (1, 2):
        publish(base, number)
    shutil.copytree(base, whole, symlinks=True)
    calls = _calls(whole)[::every]
    paths, wanted = Paths(place, NAME), files(Paths(whole, NAME))
    for fault in faults:
        for call, at in calls:
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(base, place, symlinks=True)
            code = publish(place, 3, "-e", f"inject={call}:{fault}:when={at}", "-e", f"trace={call}")
            shown = seen(paths)
            publish(place, 3)
            yield Trial(code, shown, files(paths) != wanted)


def _calls(place: Path) -> list[tuple[str, int]]:
    """Publish the third batch under strace, and give each call that changes something: its name and number."""
    log = place.with_name("calls.log")
    publish(place, 3, "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    counts: dict[str, int] = {}
    found, begun = [], False
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"(?:\d+ +)?(\w+)\(", line):
            counts[match[1]] = counts.get(match[1], 0) + 1
            if begun and (match[1] != "openat" or "O_CREAT" in line):
                found.append((match[1], counts[match[1]]))
            begun = begun or '"begin' in line
    return found


def publish(place: Path, number: int, *strace: str) -> int:
    """Publish batch ``number``, under strace where it is told what to do; give the exit code."""
    words = [sys.executable, "-c", DIRECT, str(place), NAME, str(number)]
    output = () if "-o" in strace else ("-o", os.devnull)
    traced = ["strace", "-f", "-qq", "--seccomp-bpf", *output, *strace, *words]
    done = subprocess.run(
        traced if strace else words,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode


def seen(paths: Paths) -> Any:
    """Give the number that every file of the published batch tells; None where they differ or cannot be read."""
    from pipeline.frames import read_json, read_parquet

    try:
        found = publishing.published(paths, publishing.dates(paths)[-1])
        numbers = {read_json(found / publishing.MANIFEST)["batch"]}
        for name in (publishing.SCORES, publishing.UNSCORED):
            numbers |= set(read_parquet(found / name)["batch"])
    except Refusal:
        return None
    return numbers.pop() if len(numbers) == 1 else None


def files(paths: Paths) -> Mapping[str, bytes]:
    """Give what a run leaves of scores and models: files with their bytes, links with what they name."""
    found = {}
    for folder in (paths.scores, paths.model):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(paths.folder).as_posix()
            if path.is_symlink():
                found[name] = str(path.readlink()).encode()
            elif path.is_file() and path.name != publishing.RUN:
                found[name] = path.read_bytes()
    return found
