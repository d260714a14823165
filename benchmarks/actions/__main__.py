"""`make bench-actions`: what the response to a risk promises, each part measured by a module of its name.

``ARGS="--only plans,loop"`` measures some parts anew and keeps the figures of the others; ``--seeds 51,52`` asks of
other simulated companies than those that the figures are told of, and writes nothing.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks.actions import delivery, health, loop, patterns, plans, signals
from benchmarks.results import Figure, measure, show

SEEDS = (9301, 9302, 9303, 9304, 9305)
"""Companies that nothing was developed on."""


def _delivery(_: Sequence[int]) -> Iterator[Figure]:
    yield from delivery.figures()


def _patterns(seeds: Sequence[int]) -> Iterator[Figure]:
    yield from patterns.figures(tuple(seeds))


PARTS: dict[str, Callable[[Sequence[int]], Iterator[Figure]]] = {
    "patterns": _patterns,
    "health": health.figures,
    "plans": plans.figures,
    "signals": signals.figures,
    "loop": loop.figures,
    "delivery": _delivery,
}


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.actions", description=__doc__)
    room.add_argument("--only", metavar="PART,...", help=f"some of {', '.join(PARTS)}, measured anew")
    room.add_argument("--seeds", metavar="SEED,...", help="of the simulated companies; writes no result")
    asked = room.parse_args()
    chosen = tuple(asked.only.split(",")) if asked.only else tuple(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        room.error(f"'{unknown[0]}' is none of {', '.join(PARTS)}")
    if asked.seeds:
        seeds = tuple(map(int, asked.seeds.split(",")))
        return show("actions", [figure for name in chosen for figure in PARTS[name](seeds)])
    return measure("actions", {name: partial(PARTS[name], SEEDS) for name in PARTS}, chosen)


if __name__ == "__main__":
    sys.exit(main())
