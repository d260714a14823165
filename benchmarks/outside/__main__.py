"""`make bench-outside`: what customs records, rivals and the market tell, each part measured by its own module.

``ARGS="--only gain,lags"`` measures some parts anew and keeps the figures of the others; ``--seeds 61,62`` asks of
other simulated companies than those that the figures are told of, and writes nothing.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks.outside import declines, gain, lags, names, shock, substitution
from benchmarks.results import Figure, measure, show

SEEDS = tuple(range(9801, 9821))
"""Companies that nothing was developed on."""
PARTS: dict[str, Callable[[Sequence[int]], Iterator[Figure]]] = {
    "names": names.figures,
    "substitution": substitution.figures,
    "shock": shock.figures,
    "declines": declines.figures,
    "gain": gain.figures,
    "lags": lags.figures,
}


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.outside", description=__doc__)
    room.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(PARTS)}, measured anew")
    room.add_argument("--seeds", metavar="SEED,...", help="of the simulated companies; writes no result")
    asked = room.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else tuple(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        room.error(f"'{unknown[0]}' is none of {', '.join(PARTS)}")
    if asked.seeds:
        seeds = tuple(map(int, asked.seeds.split(",")))
        return show("outside", [figure for name in chosen for figure in PARTS[name](seeds)])
    return measure("outside", {name: partial(PARTS[name], SEEDS) for name in PARTS}, chosen)


if __name__ == "__main__":
    sys.exit(main())
