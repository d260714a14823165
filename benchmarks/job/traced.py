"""A command under strace, with every call that changes something stopped in turn.

``strace`` acts on the n-th such call of a child, without touching the code (it must be installed:
``apt-get install strace``).
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.job.warm import Warm
from pipeline import errors
from pipeline.paths import ROOT

PIPELINE = ("-m", "pipeline")
CALLS = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "symlink"),
    *("symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "link", "linkat", "chmod"),
)
DOCUMENTED = (
    0,
    *(
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal) and kind is not errors.Refusal
    ),
)
"""The exit codes of a command that did its work or refused it in a sentence; 1 is none of them."""


@dataclass(frozen=True)
class Case:
    """A command that is to be stopped: ``words`` are what Python is told, given the folder that it works in.

    ``base`` is that folder as the command finds it; it works in ``place`` beside it, always the same, as its name
    may stand in files. Calls count from the first line of the trace that holds ``begins`` on. ``seen`` gives what a
    reader of the place sees, ``left`` all that the command leaves there. ``warm`` runs a command of the pipeline
    without starting Python anew.
    """

    base: Path
    words: Callable[[Path], Sequence[str]]
    begins: str
    seen: Callable[[Path], Any]
    left: Callable[[Path], Any]
    warm: Warm | None = None

    @property
    def place(self) -> Path:
        return self.base.with_name("place")

    @property
    def told(self) -> Path:
        """The file with what the last run said on stderr."""
        return self.base.with_name("stderr.log")

    def run(self, place: Path, *strace: str) -> int:
        """Run the command in ``place``, under strace where it is told what to do; give the exit code.

        Not with ``--seccomp-bpf``, which is faster: with it strace 6.1 injects errors, but no signal.
        """
        if self.warm is not None:
            return self.warm.run(place, self.told, self.words(place)[len(PIPELINE) :], *strace)
        return self.started(place, *strace).wait()

    def started(self, place: Path, *strace: str) -> "subprocess.Popen[bytes]":
        words = [sys.executable, *self.words(place)]
        self.told.parent.mkdir(parents=True, exist_ok=True)
        with self.told.open("wb") as told:
            return subprocess.Popen(
                ["strace", "-f", "-qq", *strace, *words] if strace else words,
                cwd=ROOT,
                env={**os.environ, "FOREWARN_ROOT": str(place)},
                stdout=subprocess.DEVNULL,
                stderr=told,
            )

    def laid(self) -> Path:
        """Lay the folder anew in its place."""
        shutil.rmtree(self.place, ignore_errors=True)
        return Path(shutil.copytree(self.base, self.place, symlinks=True))


class Trial(NamedTuple):
    """One command that was stopped: its exit ``code``, what it ``told`` on stderr, what a reader then ``seen``, and
    whether the command, run again, left something else than an undisturbed one (``unlike``).
    """

    code: int
    told: str
    seen: Any
    unlike: bool


def broken(code: int, told: str) -> bool:
    """Tell whether a command ended as only a bug ends it: by an exit code of none of ours, or with a traceback."""
    return code not in DOCUMENTED or "Traceback" in told


def demand_strace() -> None:
    if shutil.which("strace") is None:
        raise SystemExit("This benchmark needs strace; install it with 'apt-get install strace'.")


def stopped(case: Case, faults: Sequence[str], every: int = 1, *, in_turn: bool = False) -> Iterator[Trial]:
    """Run the case with each of ``faults`` (in strace's words) at each call, or at every so manieth.

    ``in_turn`` lets each call meet one of the faults alone, the first the first, the second the second.
    strace counts the calls of each thread on its own, and which thread makes them is not always the same: a trial
    that it did not strike says nothing and is left out. Raises SystemExit where that happened to half of them.
    """
    place, log = case.place, case.base.with_name("calls.log")
    calls = _calls(case, case.laid(), log)[::every]
    wanted, missed = case.left(place), 0
    if in_turn:
        trials = list(zip(calls, cycle(faults), strict=False))
    else:
        trials = [(call, fault) for fault in faults for call in calls]
    for (call, at), fault in trials:
        case.laid()
        code = case.run(
            place, "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={at}"
        )
        if not _struck(log):
            missed += 1
            continue
        shown, told = case.seen(place), case.told.read_text("utf-8", errors="replace")
        case.run(place)
        yield Trial(code, told, shown, case.left(place) != wanted)
    if 2 * missed >= len(trials):
        raise SystemExit(f"strace missed {missed} of {len(trials)} calls: nothing is shown.")


def _struck(log: Path) -> bool:
    """Without this, a fault that strace never injected would pass for one that was survived."""
    told = log.read_text(errors="replace")
    return "(INJECTED)" in told or "+++ killed by SIGKILL +++" in told


def _calls(case: Case, place: Path, log: Path) -> list[tuple[str, int]]:
    """Run the command undisturbed, and give each call of it that changes the place: its name and number.

    A call that failed changed nothing, and one that opened what there was changed nothing either.
    """
    case.run(place, "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    counts: Counter[tuple[str, str]] = Counter()
    found, begun = [], False
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"(\d+) +(\w+)\(", line):
            thread, call = match.groups()
            counts[thread, call] += 1
            changes = "= -1 E" not in line and (call != "openat" or "O_CREAT" in line)
            if begun and changes and str(place) in line:
                found.append((call, counts[thread, call]))
            begun = begun or case.begins in line
    return list(dict.fromkeys(found))
