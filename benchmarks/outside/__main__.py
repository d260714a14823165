"""`make bench-outside`: what customs records, rivals and the market tell, each part measured by its own module.

``ARGS="--only gain,lags"`` measures some parts anew and keeps the figures of the others; ``--seeds 61,62`` asks of
other simulated companies than those that the figures are told of, and writes nothing.
"""

import sys

from benchmarks.outside import declines, gain, lags, names, shock, substitution
from benchmarks.results import Seeded, command

SEEDS = tuple(range(9801, 9821))
"""Companies that nothing was developed on."""
PARTS: dict[str, Seeded] = {
    "names": names.figures,
    "substitution": substitution.figures,
    "shock": shock.figures,
    "declines": declines.figures,
    "gain": gain.figures,
    "lags": lags.figures,
}


if __name__ == "__main__":
    sys.exit(command("outside", __doc__, PARTS, SEEDS))
