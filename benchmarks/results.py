"""What every benchmark writes and prints: figures beside their bars."""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.frames import write_json

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured figure, the bar as it was set, and whether it holds (None: told, not judged)."""

    name: str
    value: float
    bar: str
    holds: bool | None


def at_least(name: str, value: float, bar: float) -> Figure:
    return Figure(name, value, f"at least {bar:g}", value >= bar)


def at_most(name: str, value: float, bar: float) -> Figure:
    return Figure(name, value, f"at most {bar:g}", value <= bar)


def told(name: str, value: float) -> Figure:
    """Give a figure that has no bar."""
    return Figure(name, value, "", None)


def equal(name: str, value: float, bar: float) -> Figure:
    return Figure(name, value, f"{bar:g}", value == bar)


def publish(name: str, figures: list[Figure]) -> int:
    """Write ``benchmarks/results/<name>.json``, print the table, and give 0 where every bar holds."""
    write_json(
        FOLDER / f"{name}.json",
        {"machine": machine(), "commit": commit(), "figures": [asdict(figure) for figure in figures]},
    )
    return show(name, figures)


def measure(name: str, parts: Mapping[str, Callable[[], Iterator[Figure]]], chosen: Sequence[str]) -> int:
    """Measure the ``chosen`` of a benchmark's parts, and give 0 where every bar of theirs holds.

    A part is written as soon as it ends, in the place of its earlier figures; each figure says of which part and
    commit it is. So a benchmark of hours can be measured in pieces, and one that is stopped keeps what it has.
    """
    place = FOLDER / f"{name}.json"
    shown: list[Figure] = []
    for part in chosen:
        figures = list(parts[part]())
        now = {"part": part, "commit": commit()}
        kept = json.loads(place.read_text("utf-8"))["figures"] if place.exists() else []
        found = [figure for figure in kept if figure["part"] in parts and figure["part"] != part]
        found += [asdict(figure) | now for figure in figures]
        found.sort(key=lambda figure: list(parts).index(figure["part"]))
        write_json(place, {"machine": machine(), "commit": now["commit"], "figures": found})
        shown += figures
    return show(name, shown)


Seeded = Callable[[Sequence[int]], Iterator[Figure]]
"""A part of a benchmark that asks of simulated companies, by their seeds."""


def command(name: str, about: str | None, parts: Mapping[str, Seeded], own: Sequence[int]) -> int:
    """Run a benchmark of simulated companies from the command line: ``--only PART,...`` and ``--seeds SEED,...``.

    Of the benchmark's ``own`` seeds the figures are kept (``measure``); of others they are shown alone.
    """
    room = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    room.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(parts)}, measured anew")
    room.add_argument("--seeds", metavar="SEED,...", help="of the simulated companies; writes no result")
    asked = room.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else tuple(parts)
    if unknown := [part for part in chosen if part not in parts]:
        room.error(f"'{unknown[0]}' is none of {', '.join(parts)}")
    if asked.seeds:
        seeds = tuple(map(int, asked.seeds.split(",")))
        return show(name, [figure for part in chosen for figure in parts[part](seeds)])
    return measure(name, {part: partial(parts[part], own) for part in parts}, chosen)


def show(name: str, figures: list[Figure]) -> int:
    """Print the table, and give 0 where every bar holds."""
    table = Table("figure", "value", "bar", "", box=None, title=f"bench-{name}", title_justify="left")
    for figure in figures:
        told = {True: "holds", False: "MISSED", None: ""}[figure.holds]
        table.add_row(figure.name, f"{figure.value:,.4g}", figure.bar, told)
    Console(width=110).print(table)
    return 0 if all(figure.holds is not False for figure in figures) else 1


def machine() -> str:
    """Give processor, cores, system and Python: what a figure of speed depends on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """Give the commit measured, with a mark where the checkout differs from it in more than earlier results."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/results")
    return f"{head}{'-dirty' if changed else ''}" if head else "unknown"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
