"""`make bench-evaluation`: can the figures of `evaluate` be believed? Each part stands against a known truth.

Certificates: models whose probabilities are right are rarely refuted, and models that say .20 too much are.
Intervals: of simulated datasets whose customers stand on several dates, 95% intervals hold the true figure of the
population in 92 to 98%. Historical cases and the leak alarm have benchmarks of their own (`bench-cases`,
`bench-leaks`), whose last results are joined here.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit

from benchmarks.results import FOLDER, Figure, at_least, at_most, publish, told
from models import figures, tiers
from models.intervals import resamples
from pipeline.frames import read_json
from pipeline.progress import counted

MODELS = 200
MEMBERS = 150
INFLATED = 0.20
DATASETS = 300
RESAMPLES = 1000
DATES = 3
JUDGED = ("roc_auc", "pr_auc", "brier", "drift")
COMPANIES = {"a quarter leaves": (600, -1.6), "one in twelve leaves": (1000, -3.1)}
"""Customers of a simulated dataset, and the log-odds that its base rate comes from."""
POPULATION = 400_000
JOINED = ("cases", "leaks")
PARTS: dict[str, Callable[[], list[Figure]]] = {}


def part(function: Callable[[], list[Figure]]) -> Callable[[], list[Figure]]:
    """Name a function as a part of the benchmark."""
    PARTS[function.__name__] = function
    return function


@part
def certificates() -> list[Figure]:
    """Refuse no honest model, and catch a boastful one."""
    rng = np.random.default_rng(20_001)
    honest = [_verdicts(*_calibrated(rng)) for _ in range(MODELS)]
    refuted = np.mean(["refuted" in verdicts.values() for verdicts in honest])
    certified = np.mean([verdicts["high"] == "certified" for verdicts in honest])
    edge = np.mean([_at_the_edge(rng) == "refuted" for _ in range(MODELS)])
    caught = np.mean([_boasting(rng) == "refuted" for _ in range(MODELS)])
    return [
        at_most(
            f"certificates: share of {MODELS} calibrated models with a tier refuted", float(refuted), 0.05
        ),
        told("certificates: share of them whose high tier is certified", float(certified)),
        told(
            f"certificates: share refuted of {MODELS} whose {MEMBERS} high members leave at .80 exactly",
            float(edge),
        ),
        at_least(
            f"certificates: share refuted of {MODELS} models {INFLATED:.2f} too high on {MEMBERS} members",
            float(caught),
            0.80,
        ),
    ]


def _calibrated(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Give the labels and probabilities of a model whose probabilities are the truth; their spread varies."""
    p = rng.beta(rng.uniform(0.3, 1.5), rng.uniform(0.5, 3.0), rng.integers(300, 3000))
    return (rng.random(len(p)) < p).astype(np.int64), p


def _verdicts(y: np.ndarray, p: np.ndarray) -> dict[str, str]:
    tier = tiers.tier(p)
    return {name: tiers.certificate(y[tier == name], name)["verdict"] for name in ("high", "low")}


def _at_the_edge(rng: np.random.Generator) -> str:
    return tiers.certificate((rng.random(MEMBERS) < tiers.HIGH).astype(np.int64), "high")["verdict"]


def _boasting(rng: np.random.Generator) -> str:
    """Give the verdict on a high tier of 150 with p even between .80 and 1, of whom .20 fewer leave than said."""
    p = rng.uniform(tiers.HIGH, 1.0, MEMBERS)
    return tiers.certificate((rng.random(MEMBERS) < p - INFLATED).astype(np.int64), "high")["verdict"]


def company(
    rng: np.random.Generator, customers: int, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give labels, probabilities and customers: each on three dates, alike beyond what the model sees.

    A customer keeps its nature from date to date; half of it the model reads. Its probabilities are those of a
    logistic model that knows no more, a little too bold, so that the drift is not 0.
    """
    seen, hidden = rng.normal(size=(2, customers, 1))
    now = rng.normal(size=(customers, DATES))
    odds = level + 1.0 * seen + 0.9 * hidden + 0.7 * now
    y = (rng.random(odds.shape) < expit(odds)).astype(np.int64)
    p = expit(level * 0.95 + 1.1 * seen + 0.75 * now)
    return y.ravel(), p.ravel(), np.repeat(np.arange(customers), DATES)


@part
def intervals() -> list[Figure]:
    """Count how often the interval of a dataset holds the figure of the population."""
    made = []
    for number, (name, (customers, level)) in enumerate(COMPANIES.items()):
        y, p, _ = company(np.random.default_rng(30_000 + number), POPULATION, level)
        truth = {judged: float(figures.STATISTICS[judged](y, p)) for judged in JUDGED}
        covered = dict.fromkeys(JUDGED, 0)
        below = dict.fromkeys(JUDGED, 0)
        rng = np.random.default_rng(31_000 + number)
        with counted(f"intervals, {name}", DATASETS) as step:
            for seed in range(DATASETS):
                y, p, who = company(rng, customers, level)
                found = figures.estimates(y, p, resamples(who, RESAMPLES, seed))
                for judged in JUDGED:
                    covered[judged] += found[judged].low <= truth[judged] <= found[judged].high
                    below[judged] += truth[judged] < found[judged].low
                step()
        for judged in JUDGED:
            what = f"intervals, {name}: {judged} covered"
            share = covered[judged] / DATASETS
            made.append(Figure(what, share, "0.92 to 0.98", 0.92 <= share <= 0.98))
            made.append(told(f"intervals, {name}: {judged} below its interval", below[judged] / DATASETS))
    return made


def joined(name: str) -> list[Figure]:
    """Give the last figures of another benchmark; none where it has not run."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return []
    return [Figure(**{**one, "name": f"{name}: {one['name']}"}) for one in read_json(path)["figures"]]


def kept(names: list[str]) -> list[Figure]:
    """Give the figures of the parts not run now, as the last run left them."""
    path = FOLDER / "evaluation.json"
    if not path.exists():
        return []
    before: list[dict[str, Any]] = read_json(path)["figures"]
    return [Figure(**one) for one in before if one["name"].split(":")[0].split(",")[0] in names]


def main() -> int:
    room = argparse.ArgumentParser(
        prog="python -m benchmarks.evaluation", description="Can the figures be believed?"
    )
    room.add_argument("--only", nargs="*", choices=[*PARTS, *JOINED], help="parts to measure or join anew")
    asked = room.parse_args().only or [*PARTS, *JOINED]
    found: list[Figure] = []
    for name in [*PARTS, *JOINED]:
        if name not in asked:
            found += kept([name])
        else:
            found += PARTS[name]() if name in PARTS else joined(name)
    return publish("evaluation", found)


if __name__ == "__main__":
    sys.exit(main())
