"""The same calls failing, one after the other, and disks that are full: told in one sentence, never passed over.

``strace`` has the n-th call of a child fail with ENOSPC, EIO or EACCES; a tmpfs of a given size (which takes the
right to mount) is a disk that fills up on the way. After each, a reader must find a whole batch; a publication that
says it is done must be done; one that does not must say why, by a documented exit code and without a traceback.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.job import cases, killed, traced
from benchmarks.job.traced import Case
from benchmarks.job.warm import warmed
from benchmarks.results import Figure, at_least, equal
from pipeline.paths import Paths

CODES = ("ENOSPC", "EIO", "EACCES")
SIZES = 20
SCORED = 5
"""Of the calls of a whole ``score`` every so manieth fails: each trial scores twice."""


@dataclass
class Tally:
    """How many failures there were, and what was wrong after them."""

    failures: int = 0
    mixed: int = 0
    swallowed: int = 0
    broken: int = 0
    unlike: int = 0

    def judge(self, code: int, told: str, seen: Any, whole: Sequence[Any]) -> None:
        """Count one failure: exit code, stderr, what a reader saw then, and what it may see, the last the new."""
        self.failures += 1
        self.mixed += seen not in whole
        self.swallowed += code == 0 and seen != whole[-1]
        self.broken += traced.broken(code, told)

    def figures(self, name: str, least: int) -> Iterator[Figure]:
        yield at_least(f"failures: {name}", self.failures, least)
        yield equal(f"readers that saw neither old nor new: {name}", self.mixed, 0)
        yield equal(f"exit 0 without the new batch: {name}", self.swallowed, 0)
        yield equal(f"tracebacks, or exit codes that are not documented: {name}", self.broken, 0)
        yield equal(f"reruns that ended otherwise than an undisturbed run: {name}", self.unlike, 0)


def figures(made: Paths, folder: Path, every: int = 1) -> Iterator[Figure]:
    """Give the figures on copies of a finished dataset; with ``every`` above 1 only every so manieth call fails."""
    traced.demand_strace()
    publication = cases.publication(folder / "publishing" / "base")
    yield from calls_failing(publication, every).figures("calls of publishing", 30)
    with cases.promotion(made, folder / "promoting" / "base") as promotion:
        yield from calls_failing(promotion, every, in_turn=True).figures("calls of promoting", 30)
    with warmed() as warm:
        scoring = killed.scoring(made, folder / "scoring" / "base", warm)
        yield from calls_failing(scoring, SCORED * every, in_turn=True).figures("calls of score", 5)
    if os.geteuid() == 0:
        yield from disks_filling(folder / "disk").figures("disks too small", SIZES)


def calls_failing(case: Case, every: int = 1, *, in_turn: bool = False) -> Tally:
    """Have each call of the case fail with each code, or with one of them in turn."""
    faults = [f"error={code}" for code in CODES]
    tally, trials = Tally(), list(traced.stopped(case, faults, every, in_turn=in_turn))
    whole = (case.seen(case.base), case.seen(case.place))
    for trial in trials:
        tally.judge(trial.code, trial.told, trial.seen, whole)
        tally.unlike += trial.unlike
    return tally


def disks_filling(folder: Path) -> Tally:
    """Publish into a file system that has room for two batches and for some part of a third."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tally = Tally()
    for step in range(SIZES):
        # A batch takes four pages or more, each directory one; the first two take 12, the links and folders 4.
        subprocess.run(
            [
                "mount",
                "-t",
                "tmpfs",
                "-o",
                f"size={4096 * (16 + step // 2)},nr_inodes={17 + step}",
                "none",
                folder,
            ],
            check=True,
        )
        try:
            case = cases.publication(folder)
            if case.seen(folder) not in (1, 2):
                continue  # not even the first batch found room: nothing was there to be lost
            code = case.run(folder)
            told = case.told.read_text("utf-8", errors="replace")
            tally.judge(code, told, case.seen(folder), (1, 2, 3))
        finally:
            subprocess.run(["umount", folder], check=True)
    return tally
