"""How far long work has come: a bar on a terminal, plain lines elsewhere, events for a parent run.

Under ``forewarn run`` each stage is a process of its own, started by DVC. What it has to say it appends as events,
one JSON object a line, to the file that FOREWARN_EVENTS names; the run tells them apart from DVC's own lines.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

EVENTS = "FOREWARN_EVENTS"


def report(**event: Any) -> None:
    """Append one event for the parent run, if there is one."""
    name = os.environ.get(EVENTS)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Give a function to call after each of ``total`` steps."""
    if os.environ.get(EVENTS) or not sys.stderr.isatty():
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            report(kind="progress", what=what, done=done, total=total)

        report(kind="progress", what=what, done=0, total=total)
        yield step
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def told() -> Iterator[None]:
    """Turn the lines that are printed into events, if there is a parent run."""
    if not os.environ.get(EVENTS):
        yield
        return
    lines = _Lines()
    with redirect_stdout(lines):
        yield
    lines.end()


class _Lines(io.TextIOBase):
    """Where ``print`` writes to under a run."""

    def __init__(self) -> None:
        self._rest = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            report(kind="line", text=line)
        return len(text)

    def end(self) -> None:
        if self._rest:
            report(kind="line", text=self._rest)
