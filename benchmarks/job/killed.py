"""SIGKILL at every system call that changes something, in publishing and in promoting, and at random moments.

``strace`` sends the signal at the n-th such call of a child, without touching the code (it must be installed:
``apt-get install strace``). After each kill a reader must find a whole batch, and the command, run again with
nobody's help, must end with the files that an undisturbed run leaves.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import Figure, at_least, equal, told
from pipeline import publishing
from pipeline.errors import Refusal
from pipeline.paths import ROOT, Paths

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


@dataclass(frozen=True)
class Outcome:
    """What came of kills: how many, after how many a reader saw a mix, and how many reruns ended otherwise."""

    kills: int
    mixed: int
    unlike: int

    def figures(self, name: str, least: int) -> Iterator[Figure]:
        yield at_least(f"kills: {name}", self.kills, least)
        yield equal(f"readers that saw neither old nor new: {name}", self.mixed, 0)
        yield equal(f"reruns that ended otherwise than an undisturbed run: {name}", self.unlike, 0)


def figures(
    root: Path, dataset: str, folder: Path, moments: int = 100, trainings: int = 30
) -> Iterator[Figure]:
    """Give the figures; ``root`` holds a finished ``dataset``, ``folder`` is where copies may lie."""
    if shutil.which("strace") is None:
        raise SystemExit("This benchmark needs strace; install it with 'apt-get install strace'.")
    outcome = publishing_killed(folder / "publishing")
    yield from outcome.figures("every call of publishing", 30)
    day = publishing.dates(Paths(root, dataset))[-1].isoformat()
    cases: Sequence[tuple[str, tuple[str, ...], int]] = (
        ("random moments of score", ("score", "--dataset", dataset, "--as-of", day), moments),
        ("random moments of promote", ("promote", "--dataset", dataset), moments // 4),
        ("random moments of train", ("train", "--dataset", dataset, "--family", "logistic"), trainings),
    )
    for name, words, count in cases:
        outcome, seconds = at_moments(root, dataset, words, folder / words[0], count)
        yield from outcome.figures(name, count)
        yield told(f"seconds of an undisturbed run: {words[0]}", seconds)


def publishing_killed(folder: Path, every: int = 1) -> Outcome:
    """Kill the publication of a third batch at each of its calls, or at every so manieth."""
    base, whole, place = (folder / name for name in ("base", "whole", "place"))
    shutil.rmtree(folder, ignore_errors=True)
    for number in (1, 2):
        _direct(base, number)
    shutil.copytree(base, whole, symlinks=True)
    calls = _counted(whole)[::every]
    wanted = files(Paths(whole, "acme"))
    mixed = unlike = 0
    for call, at in calls:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(base, place, symlinks=True)
        _direct(place, 3, "-e", f"inject={call}:signal=KILL:when={at}", "-e", f"trace={call}")
        mixed += seen(Paths(place, "acme")) not in (2, 3)
        _direct(place, 3)
        unlike += files(Paths(place, "acme")) != wanted
    return Outcome(len(calls), mixed, unlike)


def _counted(place: Path) -> list[tuple[str, int]]:
    """Publish the third batch under strace, and give each call that changes something: its name and number."""
    log = place.with_name("calls.log")
    _direct(place, 3, "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    counts: dict[str, int] = {}
    found, begun = [], False
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"(?:\d+ +)?(\w+)\(", line):
            counts[match[1]] = counts.get(match[1], 0) + 1
            if begun and (match[1] != "openat" or "O_CREAT" in line):
                found.append((match[1], counts[match[1]]))
            begun = begun or '"begin' in line
    return found


def _direct(place: Path, number: int, *strace: str) -> int:
    """Publish batch ``number``, under strace where it is told what to do; give the exit code."""
    words = [sys.executable, "-c", DIRECT, str(place), "acme", str(number)]
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


def at_moments(
    root: Path, dataset: str, words: Sequence[str], folder: Path, count: int, seed: int = 5
) -> tuple[Outcome, float]:
    """Kill a command at random moments, run it again, and compare; give also its undisturbed seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    rng, place = random.Random(seed), folder / "place"
    copy(root, dataset, place)
    if words[0] == "score":
        shutil.rmtree(Paths(place, dataset).scores)
    began = time.perf_counter()
    command(place, words).wait()
    seconds = time.perf_counter() - began
    wanted = files(Paths(place, dataset))
    mixed = unlike = 0
    for _ in range(count):
        shutil.rmtree(place)
        copy(root, dataset, place)
        paths = Paths(place, dataset)
        days = publishing.dates(paths)
        if words[0] == "score":
            shutil.rmtree(paths.scores)
        process = command(place, words)
        time.sleep(rng.random() * seconds)
        process.kill()
        process.wait()
        mixed += any(paths.batch(day).exists() and publishing.standing(paths, day) is None for day in days)
        unlike += command(place, words).wait() != 0 or files(paths) != wanted
    return Outcome(count, mixed, unlike), seconds


def copy(root: Path, dataset: str, place: Path) -> None:
    """Lay a copy of a finished dataset at ``place``, its MLflow naming the artefacts beside itself."""
    import contextlib
    import sqlite3

    shutil.copytree(root / "data" / dataset, place / "data" / dataset, symlinks=True)
    shutil.copytree(root / "mlruns", place / "mlruns")
    shutil.copy2(root / "params.yaml", place / "params.yaml")
    with contextlib.closing(sqlite3.connect(place / "mlruns" / "mlflow.db")) as database, database:
        for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri")):
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",  # noqa: S608 (names of ours)
                (str(root), str(place)),
            )


def command(place: Path, words: Sequence[str], **more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *words],
        cwd=ROOT,
        env={**os.environ, "FOREWARN_ROOT": str(place), **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


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
