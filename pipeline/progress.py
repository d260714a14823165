"""How far long work has come: a bar on a terminal, plain lines elsewhere, events for a parent run.

Under ``forewarn run`` each stage is a process of its own whose output is no terminal. It appends events, one JSON
object a line, to the file that FOREWARN_EVENTS names; the run draws them.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EVENTS = "FOREWARN_EVENTS"


def report(**event: Any) -> None:
    """Append one event for the parent run, if there is one."""
    name = os.environ.get(EVENTS)
    if not name:
        return
    line = json.dumps(event, ensure_ascii=False) + "\n"
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(line)


def say(line: str) -> None:
    """Tell one line at once, in order with the lines of other processes."""
    print(line, flush=True)


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
