"""What every benchmark writes and prints: figures beside their bars."""

import os
import platform
import subprocess
from dataclasses import asdict, dataclass
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
