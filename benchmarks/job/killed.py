"""SIGKILL at every system call that changes something, in publishing and in promoting, and at random moments.

``benchmarks.job.traced`` sends the signal at the n-th such call. Whatever the moment, a reader must find what was
there before or what is there after, and the command, run again with nobody's help, must end with the files that an
undisturbed run leaves.
"""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.job import cases, traced
from benchmarks.job.traced import PIPELINE, Case
from benchmarks.job.warm import Warm, warmed
from benchmarks.results import Figure, at_least, equal, told
from pipeline import publishing
from pipeline.frames import write_parquet
from pipeline.paths import Paths

POLL = 0.05
"""Seconds between two looks of a reader."""


@dataclass
class Outcome:
    """What came of kills: how many, how often a reader saw a mix, and how many reruns ended otherwise."""

    kills: int = 0
    mixed: int = 0
    unlike: int = 0

    def figures(self, name: str, least: int) -> Iterator[Figure]:
        yield at_least(f"kills: {name}", self.kills, least)
        yield equal(f"readers that saw neither old nor new: {name}", self.mixed, 0)
        yield equal(f"reruns that ended otherwise than an undisturbed run: {name}", self.unlike, 0)


def figures(made: Paths, folder: Path, moments: int = 100, trainings: int = 30) -> Iterator[Figure]:
    """Give the figures on copies, in ``folder``, of a finished dataset."""
    traced.demand_strace()
    publication = cases.publication(folder / "publishing" / "base")
    yield from at_calls(publication).figures("every call of publishing", 20)
    with cases.promotion(made, folder / "promoting" / "base") as promotion:
        yield from at_calls(promotion).figures("every call of promoting", 200)
    with warmed() as warm:
        for name, case, count in (
            ("score", scoring(made, folder / "scoring" / "base", warm), moments),
            ("train", training(made, folder / "training" / "base", warm), trainings),
        ):
            outcome, seconds, looks = at_moments(case, count)
            yield from outcome.figures(f"random moments of {name}", count)
            yield told(f"looks of the reader while they ran: {name}", looks)
            yield told(f"seconds of an undisturbed run: {name}", seconds)


def at_calls(case: Case, every: int = 1) -> Outcome:
    """Kill the case at each of its calls, or at every so manieth."""
    trials = list(traced.stopped(case, ["signal=KILL"], every))
    whole = (case.seen(case.base), case.seen(case.place))
    return Outcome(
        len(trials), sum(one.seen not in whole for one in trials), sum(one.unlike for one in trials)
    )


def at_moments(case: Case, count: int, seed: int = 5) -> tuple[Outcome, float, int]:
    """Kill the case at random moments while a reader looks; give also its undisturbed seconds and the looks."""
    rng, place = random.Random(seed), case.laid()
    began = time.perf_counter()
    if case.started(place).wait():
        raise SystemExit(f"'{' '.join(case.words(place))}' does not run undisturbed.")
    seconds, wanted = time.perf_counter() - began, case.left(place)
    whole = (case.seen(case.base), case.seen(place))
    outcome, looks = Outcome(), 0
    for _ in range(count):
        case.laid()
        with _Reader(case) as reader:
            process = case.started(place)
            time.sleep(rng.random() * seconds)
            process.kill()
            process.wait()
            failed = case.run(place) != 0
        outcome.kills += 1
        outcome.mixed += any(one not in whole for one in reader.found)
        outcome.unlike += failed or case.left(place) != wanted
        looks += len(reader.found)
    return outcome, seconds, looks


class _Reader:
    """Somebody who reads the place of a case again and again, until the block is left."""

    def __init__(self, case: Case) -> None:
        self.found: list[Any] = []
        self._case, self._over = case, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(POLL):
            self.found.append(self._case.seen(self._case.place))

    def __enter__(self) -> "_Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.found.append(self._case.seen(self._case.place))


def scoring(made: Paths, base: Path, warm: Warm) -> Case:
    """Score the last day anew, as one order came since: a reader sees which batch stands, None if damaged."""
    paths = cases.copied(made, base)
    day, table = publishing.dates(paths)[-1], paths.table("trade")
    write_parquet(table, pq.read_table(table)[:-1])
    paths.ingested.unlink()

    def seen(place: Path) -> Any:
        batch = publishing.standing(Paths(place, made.dataset), day)
        return None if batch is None else batch["inputs"]

    words = ("score", "--dataset", made.dataset, "--as-of", day.isoformat())
    return Case(base, lambda _: (*PIPELINE, *words), "", seen, lambda place: _files(place, made), warm)


def training(made: Paths, base: Path, warm: Warm) -> Case:
    """Train one family anew by another seed; nobody reads what it writes before ``choose`` does."""
    cases.copied(made, base)
    params = base / "params.yaml"
    params.write_text(params.read_text("utf-8").replace("seed: 7", "seed: 8"), "utf-8")
    words = ("train", "--dataset", made.dataset, "--family", "logistic")
    return Case(
        base, lambda _: (*PIPELINE, *words), "", lambda _: "", lambda place: _files(place, made), warm
    )


def _files(place: Path, made: Paths) -> Any:
    return cases.files(Paths(place, made.dataset))
