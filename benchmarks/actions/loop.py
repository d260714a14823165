"""Does the loop learn, and does it claim no more than it knows? Part of ``make bench-actions``.

**Learning.** A simulated team acts for 12 months. Written down before anything was measured:

- 80 customers a month are acted on and a tenth as many are left alone by lot: the highest tenth of a list of a
  thousand, which is about what the workshop asks of its people. They come in weeks.
- They leave, if left alone, with a probability around .5 (Beta(4, 4), announced exactly): as often as the leavers
  among the highest risks of the workshop.
- The eight causes are of unequal weight, from a fifth to a twentieth of the customers.
- Each cause has two plays. One fits and keeps .45 of its leavers, the other keeps .15; which is which is drawn by
  lot. Their mean is the acceptance of .30 that the literature assumes (Beta(6, 14), docs/reference/profit.md).
- What became of a customer is known 180 days later, as the label rule has it: after 12 months, of the first six.
- Each week a play is given to each cause by a draw from what is known by then (``learned.tried``).

The figure is the share of (company, cause) for which the play recommended after 12 months, the one of the highest
mean, is the one that fits. Beside it, told without a bar: effects closer together, three plays, half as many
customers, 24 months, and everything known after 120 days.

**Claims.** Companies of 400 customers in which managers call first whom they see in danger. The planted effect must
lie in the 95% interval in 92 to 98% of 200 companies, an effect of nothing be claimed in at most 5%, the naive
difference be far off; and where everybody was called the answer is a refusal.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from actions.effect import Asked, Effect, Refused, effect
from actions.learned import best, learned, tried
from benchmarks.results import Figure, at_least, at_most, publish, told

SEEDS = (51, 52, 53, 54, 55, 56, 57, 58, 59, 60)
CAUSES = ("price", "competitor", "service", "relationship", "payment", "demand", "strategic", "market")
SHARES = np.array([0.20, 0.17, 0.15, 0.13, 0.12, 0.10, 0.08, 0.05])
WEEKS = 52
COMPANIES = 10
"""Companies a seed whose learning is followed."""


@dataclass(frozen=True)
class Team:
    """What is simulated; ``effects`` are those of the plays of a cause, the best first."""

    effects: tuple[float, ...] = (0.45, 0.15)
    a_month: float = 80
    left_alone: float = 0.1
    weeks: int = WEEKS
    known_after: int = 26


def recommended(team: Team, seed: int) -> float:
    """Give the share of the causes of one company whose recommended play is the best one at the end.

    Where too few are known to recommend anything, that is none of them.
    """
    rng = np.random.default_rng(seed)
    names = [f"play {number}" for number in range(len(team.effects))]
    effects = {cause: dict(zip(names, rng.permutation(team.effects), strict=True)) for cause in CAUSES}
    plays = pd.DataFrame([(cause, play) for cause in CAUSES for play in names], columns=["cause", "play"])
    weeks: list[pd.DataFrame] = []
    for week in range(team.weeks):
        given = _given(weeks, week, team, plays, seed)
        weeks.append(_week(team, effects, given, rng))
    known = pd.concat(weeks[: max(team.weeks - team.known_after, 1)])
    try:
        found = best(learned(*_parted(known), plays).frame).set_index("cause")["play"]
    except Refused:
        return 0.0
    return float(np.mean([effects[cause][found[cause]] == max(team.effects) for cause in CAUSES]))


def _given(
    weeks: list[pd.DataFrame], week: int, team: Team, plays: pd.DataFrame, seed: int
) -> dict[str, str]:
    """Give the play of each cause in a week: by a draw from what is known, or by lot while nothing is."""
    rows = plays.assign(mean=np.random.default_rng((seed, week)).random(len(plays)))
    if week > team.known_after:
        try:
            known = pd.concat(weeks[: week - team.known_after])
            rows = tried(learned(*_parted(known), plays), seed * 1000 + week)
        except Refused:
            pass
    chosen = best(rows)
    return dict(zip(chosen["cause"], chosen["play"], strict=True))


def _week(
    team: Team, effects: dict[str, dict[str, float]], given: dict[str, str], rng: np.random.Generator
) -> pd.DataFrame:
    size = rng.poisson(team.a_month * 12 / 52 * (1 + team.left_alone))
    cause = rng.choice(CAUSES, size, p=SHARES)
    p, alone = rng.beta(4, 4, size), rng.random(size) < team.left_alone / (1 + team.left_alone)
    play = np.array([given[one] for one in cause])
    saves = np.array([effects[one][name] for one, name in zip(cause, play, strict=True)])
    leaves = rng.random(size) < p * (1 - np.where(alone, 0.0, saves))
    return pd.DataFrame({"cause": cause, "play": play, "p": p, "alone": alone, "kept": ~leaves})


def _parted(known: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return known[~known["alone"]], known[known["alone"]]


def company(
    seed: int, saved: float, *, customers: int = 400, lot: float = 0.0, everybody: bool = False
) -> tuple[pd.DataFrame, float]:
    """Give units as ``actions.effect`` takes them, and the effect planted on those acted on (share kept).

    Whoever looks worse leaves sooner and is called sooner; ``saved`` of the leavers called are kept.
    """
    rng = np.random.default_rng(seed)
    danger, worth = rng.normal(size=(2, customers))
    leaves = 1 / (1 + np.exp(0.2 - 0.9 * danger + 0.5 * worth))
    alone = rng.random(customers) < lot
    called = (rng.random(customers) < 1 / (1 + np.exp(-0.9 * danger - 0.4 * worth))) | everybody
    treated = called & ~alone
    kept = (rng.random(customers) >= leaves) | (treated & (rng.random(customers) < saved))
    margin = kept * np.exp(7 + 0.3 * worth + rng.normal(0, 0.5, customers))
    units = pd.DataFrame(
        {
            "customer_id": [f"C{number:04}" for number in range(customers)],
            "planned": lot > 0,
            "level": "orange",
            "held_out": alone,
            "treated": treated,
            "kept": kept.astype(float),
            "revenue": 3 * margin,
            "margin": margin,
            "cost": np.where(treated, 50.0, 0.0),
            "danger": danger,
            "worth": worth,
        }
    )
    group = ~alone if lot > 0 else treated
    return units, float((leaves * saved * treated)[group].mean())


def claims(
    seeds: Sequence[int], saved: float, lot: float = 0.0, resamples: int = 300
) -> tuple[list[tuple[Effect, float]], int]:
    """Give the effects found beside those planted, a company a seed, and how many were refused."""
    found, refused = [], 0
    for seed in seeds:
        units, planted = company(seed, saved, lot=lot)
        try:
            one = effect(units, ["danger", "worth"], Asked(resamples=resamples, seed=seed))
        except Refused:
            refused += 1
            continue
        found.append((one, planted))
    return found, refused


def figures(seeds: Sequence[int] = SEEDS, companies: int = COMPANIES) -> Iterator[Figure]:
    """Measure: learning on ``companies`` of each seed, claims on 20 of each."""
    yield from _learning(seeds, companies)
    yield from _claims([100 * seed + number for seed in seeds for number in range(200 // len(seeds))])


def _learning(seeds: Sequence[int], companies: int) -> Iterator[Figure]:
    numbers = [100 * seed + number for seed in seeds for number in range(companies)]

    def share(team: Team, of: Sequence[int]) -> float:
        return float(np.mean([recommended(team, number) for number in of]))

    yield at_least("loop: best play recommended after 12 months", share(Team(), numbers), 0.80)
    few = numbers[:: max(len(numbers) // 20, 1)]
    others = {
        "effects .40 and .20": Team(effects=(0.40, 0.20)),
        "three plays, .45, .25 and .15": Team(effects=(0.45, 0.25, 0.15)),
        "40 customers a month": Team(a_month=40),
        "24 months": Team(weeks=104),
        "outcomes known after 120 days": Team(known_after=17),
    }
    for name, team in others.items():
        yield told(f"loop: the same, {name}", share(team, few))


def _claims(seeds: Sequence[int]) -> Iterator[Figure]:
    for name, lot in (("by likeness", 0.0), ("by lot", 0.15)):
        found, refused = claims(seeds, 0.35, lot)
        inside = float(np.mean([one.kept.low <= planted <= one.kept.high for one, planted in found]))
        yield at_least(f"loop: planted effect inside the interval, {name}", inside, 0.92)
        yield at_most(f"loop: the same, no more often than it should, {name}", inside, 0.98)
        off = float(np.mean([one.kept.value - planted for one, planted in found]))
        yield at_most(f"loop: mean error of the effect, {name}", abs(off), 0.02)
        naive = float(np.mean([one.naive - planted for one, planted in found]))
        yield told(f"loop: mean error of the naive difference, {name}", naive)
        yield told(f"loop: refused of {len(seeds)}, {name}", refused)
        nothing, _ = claims(seeds, 0.0, lot)
        claimed = float(np.mean([one.claimed for one, _ in nothing]))
        yield at_most(f"loop: an effect of nothing claimed, {name}", claimed, 0.05)
    refusals = 0
    for seed in seeds[:20]:
        try:
            effect(company(seed, 0.35, everybody=True)[0], ["danger", "worth"], Asked())
        except Refused:
            refusals += 1
    yield at_least("loop: refused where everybody was acted on, of 20", refusals, 20)


if __name__ == "__main__":
    sys.exit(publish("actions-loop", list(figures())))
