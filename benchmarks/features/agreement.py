"""Do two ways give the same numbers? Every cell of every date, one column at a time.

    python -m benchmarks.features.agreement FOLDER FOLDER [...]

Whole numbers must be equal, money equal to 1e-6 and other numbers to one part in 1e9, and unknown where unknown.
Exits with 1 and a sentence for each column that differs; with 0 it prints the number of cells compared.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.features.question import MONEY, NAMES, WHOLE

Values = NDArray[np.float64]
RELATIVE, MONEY_ABSOLUTE = 1e-9, 1e-6


def compare(one: Path, other: Path) -> tuple[int, list[str]]:
    """Give the number of cells compared, and a sentence for each column of a date that differs."""
    dates, others = (sorted(path.name for path in folder.glob("as_of=*")) for folder in (one, other))
    if dates != others or not dates:
        return 0, [f"{one} has the dates {dates}, {other} has {others}."]
    cells, differing = 0, []
    for day in dates:
        mine, theirs = (pq.ParquetFile(folder / day / "features.parquet") for folder in (one, other))
        if not all(_same(mine, theirs, key) for key in ("customer_id", "as_of")):
            differing.append(f"{day}: {one} and {other} speak of other customers, or in another order.")
            continue
        for name in NAMES:
            wrong = differences(_column(mine, name), _column(theirs, name), name)
            cells += mine.metadata.num_rows
            if wrong:
                differing.append(f"{day}: {wrong} rows of '{name}' differ between {one} and {other}.")
    return cells, differing


def differences(mine: Values, theirs: Values, name: str) -> int:
    """Count the rows in which two columns differ; NaN is unknown."""
    unknown = np.isnan(mine)
    distance = np.abs(mine - theirs)
    if name in WHOLE:
        close = distance == 0
    elif name in MONEY:
        close = distance <= MONEY_ABSOLUTE
    else:
        close = distance <= RELATIVE * np.maximum(np.abs(mine), np.abs(theirs))
    return int(np.sum(np.where(unknown | np.isnan(theirs), unknown != np.isnan(theirs), ~close)))


def _column(file: pq.ParquetFile, name: str) -> Values:
    column = file.read([name])[name].combine_chunks()
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)


def _same(mine: pq.ParquetFile, theirs: pq.ParquetFile, key: str) -> bool:
    return bool(mine.read([key])[key].equals(theirs.read([key])[key]))


def main() -> int:
    first, *rest = (Path(folder) for folder in sys.argv[1:])
    told = [compare(first, folder) for folder in rest]
    for _, differing in told:
        print(*differing, sep="\n", end="\n" if differing else "", file=sys.stderr)
    print(sum(cells for cells, _ in told))
    return int(any(differing for _, differing in told))


if __name__ == "__main__":
    sys.exit(main())
