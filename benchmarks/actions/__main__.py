"""`make bench-actions`: what the response to a risk promises, each part measured by a module of its name.

``ARGS="--only plans,loop"`` measures some parts anew and keeps the figures of the others; ``--seeds 51,52`` asks of
other simulated companies than those that the figures are told of, and writes nothing.
"""

import sys
from collections.abc import Iterator, Sequence

from benchmarks.actions import delivery, health, loop, patterns, plans, signals
from benchmarks.results import Figure, Seeded, command

SEEDS = (9301, 9302, 9303, 9304, 9305)
"""Companies that nothing was developed on."""


def _delivery(_: Sequence[int]) -> Iterator[Figure]:
    yield from delivery.figures()


def _patterns(seeds: Sequence[int]) -> Iterator[Figure]:
    yield from patterns.figures(tuple(seeds))


PARTS: dict[str, Seeded] = {
    "patterns": _patterns,
    "health": health.figures,
    "plans": plans.figures,
    "signals": signals.figures,
    "loop": loop.figures,
    "delivery": _delivery,
}


if __name__ == "__main__":
    sys.exit(command("actions", __doc__, PARTS, SEEDS))
