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

from benchmarks.job.killed import _counted, _direct, files, seen
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

    def figures(self, name: str, least: int) -> Iterator[Figure]:
        yield at_least(f"failures: {name}", self.failures, least)
        yield equal(f"readers that saw neither old nor new: {name}", self.mixed, 0)
        yield equal(f"exit 0 without the new batch: {name}", self.swallowed, 0)
        yield equal(f"reruns that ended otherwise than an undisturbed run: {name}", self.unlike, 0)


def figures(folder: Path, every: int = 1) -> Iterator[Figure]:
    """Give the figures; with ``every`` above 1 only every so manieth call fails."""
    if shutil.which("strace") is None:
        raise SystemExit("This benchmark needs strace; install it with 'apt-get install strace'.")
    yield from calls_failing(folder / "calls", every).figures("calls of publishing", 1)
    if os.geteuid() == 0:
        yield from disks_filling(folder / "disk").figures("disks too small", SIZES)


def calls_failing(folder: Path, every: int = 1) -> Tally:
    base, whole, place = (folder / name for name in ("base", "whole", "place"))
    shutil.rmtree(folder, ignore_errors=True)
    for number in (1, 2):
        _direct(base, number)
    shutil.copytree(base, whole, symlinks=True)
    calls = _counted(whole)[::every]
    wanted, tally = files(Paths(whole, "acme")), Tally()
    for code in CODES:
        for call, at in calls:
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(base, place, symlinks=True)
            done = _direct(place, 3, "-e", f"inject={call}:error={code}:when={at}", "-e", f"trace={call}")
            _judge(tally, place, done)
            _direct(place, 3)
            tally.unlike += files(Paths(place, "acme")) != wanted
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
            for number in (1, 2):
                _direct(folder, number)
            if seen(Paths(folder, "acme")) not in (1, 2):
                continue  # not even the first batch found room: nothing was there to be lost
            _judge(tally, folder, _direct(folder, 3))
        finally:
            subprocess.run(["umount", folder], check=True)
    return tally


def _judge(tally: Tally, place: Path, code: int) -> None:
    found = seen(Paths(place, "acme"))
    tally.failures += 1
    tally.mixed += found not in (1, 2, 3)
    tally.swallowed += code == 0 and found != 3
    assert publishing.dates(Paths(place, "acme"))
