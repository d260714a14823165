"""`make bench-job`: every promise of the scheduled job, each measured by a module of its name.

``ARGS="--only gate,drift"`` measures some of them anew and keeps the figures of the others. ``killed`` and
``failing`` stop system calls with strace, which has to be there; ``hostile`` needs the hostile files that
FOREWARN_SHARED_DATA names.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.job import (
    damaged,
    drift,
    failing,
    gate,
    hostile,
    killed,
    large,
    malicious,
    mutated,
    small,
)
from benchmarks.results import Figure, measure
from pipeline import released, tracking
from pipeline.paths import Paths


def _malicious() -> Iterator[Figure]:
    paths = small.made()
    yield from malicious.figures(released.files(paths, released.named(paths, tracking.CHAMPION)))


def _damaged() -> Iterator[Figure]:
    made = small.made()
    with tempfile.TemporaryDirectory(prefix="forewarn-damaged-") as folder:
        shutil.copytree(made.root, folder, symlinks=True, dirs_exist_ok=True)
        yield from damaged.figures(Paths(Path(folder), made.dataset))


def _killed() -> Iterator[Figure]:
    made = small.made()
    with tempfile.TemporaryDirectory(prefix="forewarn-killed-") as folder:
        yield from killed.figures(made, Path(folder))


def _failing() -> Iterator[Figure]:
    made = small.made()
    with tempfile.TemporaryDirectory(prefix="forewarn-failing-") as folder:
        yield from failing.figures(made, Path(folder))


PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "gate": gate.figures,
    "malicious": _malicious,
    "damaged": _damaged,
    "mutated": mutated.figures,
    "hostile": hostile.figures,
    "drift": drift.figures,
    "killed": _killed,
    "failing": _failing,
    "large": large.figures,
}


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.job", description=__doc__)
    room.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(PARTS)}, measured anew")
    asked = room.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else tuple(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        room.error(f"'{unknown[0]}' is none of {', '.join(PARTS)}")
    return measure("job", PARTS, chosen)


if __name__ == "__main__":
    sys.exit(main())
