"""What a scheduled command tells while nobody looks: one line a step on stderr, and a file of metrics at its end.

A line names the moment (UTC), the command, the dataset, the step, its seconds and what was counted in it; as JSON
it is one object with the same names. Line breaks and control characters in values become visible escapes, so that
a record cannot write a line of its own. The metrics are in Prometheus' text format, for the textfile collector of
its node exporter: ``report/<command>.prom``, replaced whole at the end of each run, a failed one too.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import CannotWrite
from pipeline.frames import write_bytes
from pipeline.paths import Paths

FORMS = ("lines", "json", "none")
Fact = str | int | float
LAST = "forewarn_last_success_timestamp_seconds"

_LOG = logging.getLogger("forewarn.job")


@dataclass
class Run:
    """One run of a command; ``seconds`` and ``counts`` are those of its steps, in the order in which they ended."""

    command: str
    dataset: str
    began: float
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[tuple[str, str], float] = field(default_factory=dict)


_RUN: list[Run] = []


@contextmanager
def run(command: str, paths: Paths, form: str) -> Iterator[None]:
    """Log the steps of one command and, as it ends, write its metrics; ``form`` is one of FORMS."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Lines())
    _LOG.handlers = [handler]
    _LOG.setLevel(logging.CRITICAL + 1 if form == "none" else logging.INFO)
    _LOG.propagate = False
    mine = Run(command, paths.dataset, time.time())
    _RUN.append(mine)
    code, sentence = 1, ""
    try:
        yield
        code = 0
    except KeyboardInterrupt:
        code, sentence = 130, "stopped"
        raise
    except Exception as error:
        code, sentence = getattr(error, "exit_code", 1), str(error) if hasattr(error, "exit_code") else ""
        raise
    finally:
        _RUN.remove(mine)
        seconds = time.time() - mine.began
        # On a terminal the sentence follows as a line of its own.
        told = {"sentence": sentence} if sentence and form == "json" else {}
        _tell(mine, "end", seconds, {"code": code, **told})
        _LOG.handlers = []
        _measure(mine, paths, seconds, code)


@contextmanager
def step(name: str) -> Iterator[dict[str, Fact]]:
    """Time one step; what is counted in it goes into the mapping given, and ``failed`` where it did not end well.

    Outside a ``run`` nothing is told.
    """
    facts: dict[str, Fact] = {}
    began = time.perf_counter()
    try:
        yield facts
    except BaseException:
        facts["failed"] = 1
        raise
    finally:
        _ended(name, time.perf_counter() - began, facts)


def _ended(name: str, seconds: float, facts: dict[str, Fact]) -> None:
    if not _RUN:
        return
    mine = _RUN[-1]
    mine.seconds[name] = mine.seconds.get(name, 0.0) + seconds
    for fact, value in facts.items():
        if not isinstance(value, str):
            mine.counts[name, fact] = value
    _tell(mine, name, seconds, facts)


def _tell(mine: Run, name: str, seconds: float, facts: dict[str, Fact]) -> None:
    said = {"command": mine.command, "dataset": mine.dataset, "step": name, "seconds": round(seconds, 3)}
    level = logging.ERROR if facts.get("code") or facts.get("failed") else logging.INFO
    _LOG.log(level, "%s", name, extra={"said": said | facts})


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Fact] = vars(record)["said"]
        return json.dumps(
            {"at": _moment(record), "level": record.levelname.lower(), **said}, ensure_ascii=True
        )


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Fact] = dict(vars(record)["said"])
        head = f"{_moment(record)} {said.pop('command')} {said.pop('dataset')} {said.pop('step')}"
        return " ".join([head, *(f"{name}={_plain(value)}" for name, value in said.items())])


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(value: Fact) -> str:
    """Give a value as one word, or in quotes with everything escaped that is not printable ASCII."""
    text = str(value)
    return text if text.isascii() and text.isprintable() and text and " " not in text else json.dumps(text)


def _measure(mine: Run, paths: Paths, seconds: float, code: int) -> None:
    """Write the metrics of a run; a dataset that is not there, such as a mistyped one, gets no folder by them."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    if not paths.folder.is_dir():
        return
    path = paths.report / f"{mine.command}.prom"
    registry = CollectorRegistry()
    labels = {"command": mine.command, "dataset": mine.dataset}

    def gauge(name: str, meaning: str, value: float, **more: str) -> None:
        if name not in told:
            told[name] = Gauge(name, meaning, [*labels, *more], registry=registry)
        told[name].labels(**labels, **more).set(value)

    told: dict[str, Gauge] = {}
    gauge("forewarn_exit_code", "Exit code of the last run; 0 is done.", code)
    gauge("forewarn_run_seconds", "How long the last run took.", seconds)
    gauge("forewarn_run_timestamp_seconds", "When the last run ended.", mine.began + seconds)
    succeeded = mine.began + seconds if code == 0 else _succeeded(path)
    if succeeded is not None:
        gauge(LAST, "When a run last ended with exit code 0.", succeeded)
    for name, took in mine.seconds.items():
        gauge("forewarn_step_seconds", "How long each step of the last run took.", took, step=name)
    for (name, fact), value in mine.counts.items():
        gauge("forewarn_step_count", "What each step of the last run counted.", value, step=name, of=fact)
    try:
        write_bytes(path, generate_latest(registry))
    except CannotWrite as error:
        if code == 0:
            raise CannotWrite(
                f"What the run made stands, but its metrics are those of an earlier one: '{path}' cannot be "
                "written; make room or make the folder writable."
            ) from None
        print(f"forewarn: {error}", file=sys.stderr)  # the run's own refusal matters more


def _succeeded(path: Path) -> float | None:
    """Give the last success that an earlier file of metrics tells; None where there is none, or it is damaged."""
    from prometheus_client.parser import text_string_to_metric_families

    try:
        before = path.read_bytes().decode("utf-8", errors="replace")
        return next(
            (
                sample.value
                for one in text_string_to_metric_families(before)
                for sample in one.samples
                if sample.name == LAST
            ),
            None,
        )
    except (OSError, ValueError):
        return None
