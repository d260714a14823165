"""The same calls failing, one after the other, and disks that are full: told in one sentence, never passed over.

``strace`` has the n-th call of a child fail with ENOSPC, EIO or EACCES; a tmpfs of a given size (which takes the
right to mount) is a disk that fills up on the way. After each, a reader must find a whole batch; a publication that
says it is done must be done.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.job import traced
from benchmarks.results import Figure, at_least, equal
from pipeline import publishing
from pipeline.paths import Paths

CODES = ("ENOSPC", "EIO", "EACCES")
SIZES = 20


@dataclass
class Tally:
    """How many failures there were, and what was wrong after them."""

    failures: int = 0
    mixed: int = 0
    swallowed: int = 0
    unlike: int = 0

    def judge(self, code: int, seen: Any, whole: tuple[int, ...]) -> None:
        """Count one failure: the exit code, what a reader then saw, and the batches that it may see."""
        self.failures += 1
        self.mixed += seen not in whole
        self.swallowed += code == 0 and seen != 3

    def figures(self, name: str, least: int) -> Iterator[Figure]:
        yield at_least(f"failures: {name}", self.failures, least)
        yield equal(f"readers that saw neither old nor new: {name}", self.mixed, 0)
        yield equal(f"exit 0 without the new batch: {name}", self.swallowed, 0)
        yield equal(f"reruns that ended otherwise than an undisturbed run: {name}", self.unlike, 0)


def figures(folder: Path, every: int = 1) -> Iterator[Figure]:
    """Give the figures; with ``every`` above 1 only every so manieth call fails."""
    traced.demand_strace()
    yield from calls_failing(folder / "calls", every).figures("calls of publishing", 1)
    if os.geteuid() == 0:
        yield from disks_filling(folder / "disk").figures("disks too small", SIZES)


def calls_failing(folder: Path, every: int = 1) -> Tally:
    tally = Tally()
    for trial in traced.stopped(folder, [f"error={code}" for code in CODES], every):
        tally.judge(trial.code, trial.seen, (2, 3))
        tally.unlike += trial.unlike
    return tally


def disks_filling(folder: Path) -> Tally:
    """Publish into a file system that has room for two batches and for some part of a third."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tally, paths = Tally(), Paths(folder, traced.NAME)
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
            for number in (1, 2):
                traced.publish(folder, number)
            if traced.seen(paths) not in (1, 2):
                continue  # not even the first batch found room: nothing was there to be lost
            code = traced.publish(folder, 3)
            tally.judge(code, traced.seen(paths), (1, 2, 3))
            assert publishing.dates(paths)
        finally:
            subprocess.run(["umount", folder], check=True)
    return tally
