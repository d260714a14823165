"""What a process costs: seconds by the clock, and the most memory that it held."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
REPEATED_UNDER = 60.0
"""A run shorter than this many seconds is repeated, and the median of three told."""

Key = tuple[str, str, int]
"""A way, the case that it is given, and the number of as-of dates."""


@dataclass(frozen=True)
class Cost:
    """Wall seconds of a whole process, from its start to its end, and its peak resident memory in bytes."""

    seconds: float
    memory: int

    @property
    def gigabytes(self) -> float:
        return self.memory / 1e9


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``python -m arguments`` to its end.

    The memory is the larger of what the kernel tells of the process and of the processes that it waited for, each
    alone, and of the sum over all of them at one time, looked at every twentieth of a second.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    looked, ended = [0], threading.Event()
    lookout = threading.Thread(target=_look, args=(process.pid, looked, ended))
    lookout.start()
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    lookout.join()
    if process.returncode != 0:
        raise RuntimeError(f"'python -m {' '.join(arguments)}' ended with {process.returncode}:\n{told}")
    return Cost(seconds, max(usage.ru_maxrss * 1024, looked[0]))


def _look(number: int, most: list[int], ended: threading.Event) -> None:
    """Keep the most memory that the process and its children held together."""
    try:
        process = psutil.Process(number)
        while not ended.wait(0.05):
            family = [process, *process.children(recursive=True)]
            if len(family) > 1:
                most[0] = max(most[0], sum(member.memory_info().rss for member in family))
    except psutil.Error:
        return


def in_turn(ways: Mapping[Key, Sequence[str]], fresh: Mapping[Key, Path]) -> dict[Key, Cost]:
    """Run every way once, then those under a minute twice more, always one after the other; give the medians.

    ``fresh`` are the folders that the ways write, removed before each run. The memory is the most of all runs.
    """
    costs: dict[Key, list[Cost]] = {key: [] for key in ways}
    for turn in range(3):
        for key, arguments in ways.items():
            if turn and costs[key][0].seconds >= REPEATED_UNDER:
                continue
            shutil.rmtree(fresh[key], ignore_errors=True)
            cost = run(arguments)
            costs[key].append(cost)
            way, case, dates = key
            tell(f"{way}, {case} lines, dates: {dates}", cost)
    return {
        key: Cost(median(cost.seconds for cost in found), max(cost.memory for cost in found))
        for key, found in costs.items()
    }


def tell(what: str, cost: Cost) -> None:
    """Print one run as it ends."""
    print(f"  {what}: {cost.seconds:.1f} s, {cost.gigabytes:.2f} GB", flush=True)
