"""The ways to the same numbers, each a process of its own.

    python -m benchmarks.features.ways.NAME --data FILE --dates N --out FOLDER

Each writes ``FOLDER/as_of=YYYY-MM-DD/features.parquet``: sorted by customer, in the columns of the question.
"""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.features.question import as_of_dates


@dataclass(frozen=True)
class Told:
    """What a way is told: the records, the dates, and where its result goes."""

    data: Path
    dates: list[date]
    out: Path

    def file(self, as_of: date) -> Path:
        """Give the file of one date, its folder made."""
        path = self.out / f"as_of={as_of}" / "features.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def told(arguments: list[str] | None = None) -> Told:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dates", type=int, default=24, help="the last so many of the task's 24 dates")
    parser.add_argument("--out", type=Path, required=True)
    found = parser.parse_args(arguments)
    return Told(found.data, as_of_dates(found.dates), found.out)
