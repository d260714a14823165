"""`make bench-job`: every promise of the scheduled job, each measured by a module of its name.

``ARGS="--only gate,drift"`` shows some of them and writes nothing. ``killed`` and ``failing`` stop system calls
with strace, which has to be there; ``hostile`` needs the hostile files that ``FOREWARN_HOSTILE`` names.
"""

import argparse
import importlib
import sys

from benchmarks.results import publish, show

PARTS = ("gate", "malicious", "damaged", "mutated", "hostile", "drift", "killed", "failing", "large")


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.job", description=__doc__)
    room.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(PARTS)}; writes no result")
    asked = room.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else PARTS
    if unknown := [name for name in chosen if name not in PARTS]:
        room.error(f"'{unknown[0]}' is none of {', '.join(PARTS)}")
    figures = [
        figure for name in chosen for figure in importlib.import_module(f"benchmarks.job.{name}").figures()
    ]
    return show("job", figures) if asked.only else publish("job", figures)


if __name__ == "__main__":
    sys.exit(main())
