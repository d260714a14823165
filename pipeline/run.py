"""``forewarn run``: every stage that is out of date, then promotion and the scores of the last day.

DVC decides what is out of date. Its own lines go to ``data/<dataset>/.run.log``; the stages report what happens to
them as events, so that a refusal inside a stage ends the run with the stage's own sentence and exit code.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pipeline import graph, records
from pipeline.errors import CannotWrite, MissingInput, Refusal
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import EVENTS

PAUSE = 0.1
BUSY = "Unable to acquire lock"
UNCHANGED = re.compile(r"Stage '(?:.*:)?(\w+)@.*?(-(?:logistic|forest|boosted))?' didn't change, skipping")


class Screen(Protocol):
    """Where a run is told: a bar with lines above it, or lines alone."""

    def line(self, text: str) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


def run(params: Params, paths: Paths) -> int:
    """Bring the dataset up to date and tell the result; gives 1 where a stage had a bug."""
    from pipeline import promote, score, telling

    _demand_raw(params, paths)
    seconds: dict[str, float | None] = {}
    code = _reproduce(graph.target(params, paths), paths, seconds)
    if code:
        return code
    print(promote.run(params, paths).text, end="", flush=True)
    began = time.perf_counter()
    # Somebody looks on: what is late is told, and keeps nothing from what was trained just now.
    batch = score.run(params, paths, records.last_day(paths), _which(paths), anyway=True)
    for warning in batch.warnings:
        print(warning, file=sys.stderr, flush=True)
    seconds["score"] = time.perf_counter() - began if batch.fresh else None
    print(batch.sentence, flush=True)
    telling.summary(params, paths, seconds)
    return 0


def _which(paths: Paths) -> str:
    """Give the alias of the model that scores: the champion's, or before the first one the challenger's."""
    from pipeline import tracking

    if tracking.version(paths, tracking.CHAMPION) is not None:
        return tracking.CHAMPION
    print("No model has been promoted yet: the scores are those of the challenger.", flush=True)
    return tracking.CHALLENGER


def _demand_raw(params: Params, paths: Paths) -> None:
    """Have the raw records where the first stage looks for them."""
    if params.dataset.adapter:
        import importlib

        importlib.import_module(f"pipeline.adapters.{params.dataset.adapter}").locate(paths)
    elif params.dataset.simulate is None and not params.dataset.sources and not paths.raw.is_dir():
        raise MissingInput(
            f"'{paths.raw}' is missing; make it and put the records in, 'customers' and 'trade' at least, "
            "as Parquet or CSV."
        )


def _reproduce(target: str, paths: Paths, seconds: dict[str, float | None]) -> int:
    """Let DVC run what is out of date; fill in the seconds of what ran, None for what did not have to."""
    log, events = paths.folder / ".run.log", paths.folder / ".events"
    try:
        events.write_text("")
        with log.open("w") as output:
            dvc = subprocess.Popen(
                [sys.executable, "-m", "dvc", "repro", "--no-run-cache", target],
                cwd=paths.root,
                env=_environment(paths, events),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{log}': {error.strerror}; make the folder writable and run again."
        ) from None
    failed: dict[str, Any] | None = None
    with _screen() as screen:
        for event in _followed(dvc, events, log):
            match event["kind"]:
                case "line":
                    screen.line(event["text"])
                case "progress":
                    screen.progress(event["what"], event["done"], event["total"])
                case "unchanged":
                    seconds[event["stage"]] = None
                    screen.line(f"{event['stage']:<16} unchanged")
                case "stage" if event["code"]:
                    failed = event
                case "stage":
                    seconds[event["stage"]] = event["seconds"]
                    screen.line(f"{event['stage']:<16} {event['seconds']:.1f} s")
    events.unlink(missing_ok=True)
    if not dvc.returncode:
        return 0
    if failed is None and BUSY in log.read_text("utf-8", errors="replace"):
        # Another dataset's run is writing DVC's memory, which takes it a moment.
        time.sleep(1)
        return _reproduce(target, paths, seconds)
    if failed is None:
        raise Refusal(f"DVC stopped: {_error(log)} The whole log is in '{log}'.")
    if not failed["sentence"]:
        print(log.read_text("utf-8", errors="replace"), file=sys.stderr)
        return 1
    refusal = Refusal(failed["sentence"])
    refusal.exit_code = failed["code"]
    raise refusal


def _environment(paths: Paths, events: Path) -> dict[str, str]:
    first = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{first}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "DVC_NO_ANALYTICS": "true",
        "DVC_SITE_CACHE_DIR": str(paths.root / ".dvc" / "tmp" / "site"),
        "FOREWARN_ROOT": str(paths.root),
        EVENTS: str(events),
    }


def _followed(dvc: "subprocess.Popen[bytes]", events: Path, log: Path) -> Iterator[dict[str, Any]]:
    """Give what the stages report and what DVC skips, as it happens, until DVC ends."""
    with events.open(encoding="utf-8") as told, log.open(encoding="utf-8", errors="replace") as lines:
        ended = False
        while not ended:
            ended = dvc.poll() is not None
            for line in _whole(lines):
                if found := UNCHANGED.match(line):
                    yield {"kind": "unchanged", "stage": found[1] + (found[2] or "")}
            for line in _whole(told):
                yield json.loads(line)
            if not ended:
                time.sleep(PAUSE)


def _whole(file: Any) -> Iterator[str]:
    """Give the lines that are complete; a piece of one is left for later."""
    while True:
        at = file.tell()
        line = file.readline()
        if not line.endswith("\n"):
            file.seek(at)
            return
        yield line


def _error(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    said = errors[0] if errors else " ".join(lines[-3:]) or "it said nothing"
    return said if said.endswith(".") else said + "."


class _Plain:
    """Lines, and nothing that moves."""

    def line(self, text: str) -> None:
        print(text, flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        pass


class _Bar:
    """One bar for what is under way, with the lines above it."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)

    def line(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)

    def progress(self, what: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=what, completed=done, total=total)


@contextmanager
def _screen() -> Iterator[Screen]:
    if not sys.stdout.isatty():
        yield _Plain()
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        yield _Bar(bar)
