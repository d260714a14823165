"""SIGKILL at every system call that changes something, in publishing and in promoting, and at random moments.

``benchmarks.job.traced`` sends the signal at the n-th such call. After each kill a reader must find a whole batch,
and the command, run again with nobody's help, must end with the files that an undisturbed run leaves.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.job import traced
from benchmarks.job.traced import files
from benchmarks.results import Figure, at_least, equal, told
from pipeline import publishing
from pipeline.paths import ROOT, Paths


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
    traced.demand_strace()
    trials = list(traced.stopped(folder / "publishing", ["signal=KILL"]))
    mixed = sum(trial.seen not in (2, 3) for trial in trials)
    unlike = sum(trial.unlike for trial in trials)
    yield from Outcome(len(trials), mixed, unlike).figures("every call of publishing", 30)
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
