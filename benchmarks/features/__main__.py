"""`make bench-features`: every part in one run, its figures beside their bars.

With ``--only`` or another ``--lines`` it shows the figures of that part and writes no result.
"""

import argparse
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.features.parts import PARTS, SMALLER, Bench
from benchmarks.results import Figure, publish, show

DATA = Path(__file__).resolve().parent.parent / ".data"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.features", description=__doc__)
    parser.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--lines", choices=SMALLER, default="10m", help="the size at which it is measured")
    parser.add_argument("--folder", type=Path, default=DATA, help="where data are made and kept")
    asked = parser.parse_args()
    names = asked.only.split(",") if asked.only else list(PARTS)
    if not set(names) <= set(PARTS):
        parser.error(f"'{asked.only}' names a part that there is not; there are {', '.join(PARTS)}.")
    bench = Bench(asked.folder.resolve(), asked.lines)
    print(f"pandas {version('pandas')}, Polars {version('polars')}; data in {asked.folder}", flush=True)
    bench.warm()
    figures: list[Figure] = []
    for name in names:
        print(name, flush=True)
        figures += PARTS[name](bench)
        shutil.rmtree(bench.folder / "out", ignore_errors=True)
    whole = names == list(PARTS) and asked.lines == "10m"
    return publish("features", figures) if whole else show("features, a part", figures)


if __name__ == "__main__":
    sys.exit(main())
