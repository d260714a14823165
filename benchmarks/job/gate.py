"""Does the gate let through what is better, and only that? Two models against a known truth.

A customer has a log-odds of leaving that nobody sees; it moves a little from date to date, and so does what became
of the customer, so that its dates are alike without being the same. A model sees the log-odds through noise and
says the probability that follows from what it sees: it is calibrated, and the size of its noise alone decides how
good it is. Two models with noise of one size are equal: the same expected loss, though they disagree about
everybody. Of the noise a share is common to both; with .65 the log-odds that they say correlate by about .80, as
little as two families on the test dates of the workshop (.79 to .90); two trainings of one family agree more, and
differ by less noise. Models that share none are told beside it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import entr, expit, ndtr

from benchmarks.results import Figure, at_least, at_most, told
from models import gate
from models.errors import TooLittle
from models.profit import Offer

PAIRS = 200
GAIN = 0.02
RESAMPLES = 1000
STEADY = 0.9
"""Correlation of a customer's log-odds, of its luck, and of a model's noise about it, from date to date."""
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
EQUAL, BETTER = 0.05, 0.80


@dataclass(frozen=True)
class World:
    """A company: log-odds of leaving around ``level`` with ``spread``; a champion with ``noise``; its dates."""

    level: float
    spread: float
    noise: float
    dates: int
    customers: int = 2000
    shared: float = 0.65

    def seen(self, x: np.ndarray, noise: float) -> np.ndarray:
        """Give the probability of leaving, given the log-odds ``x`` seen through ``noise``."""
        weight = self.spread**2 / (self.spread**2 + noise**2)
        middle = self.level + weight * (x - self.level)
        sd = self.spread * np.sqrt(1 - weight)
        return np.asarray(expit(middle[..., None] + sd * NODES) @ WEIGHTS / WEIGHTS.sum())

    def loss(self, noise: float) -> float:
        """Give the expected log loss of a calibrated model: the mean entropy of what it says."""
        p = self.seen(self.level + np.hypot(self.spread, noise) * NODES, noise)
        return float((entr(p) + entr(1 - p)) @ WEIGHTS / WEIGHTS.sum())

    def better(self, gain: float) -> float:
        """Give the noise of a model whose expected log loss is smaller by ``gain`` than the champion's."""
        wanted = self.loss(self.noise) - gain
        return float(brentq(lambda noise: self.loss(noise) - wanted, 1e-6, self.noise))

    def pair(self, rng: np.random.Generator, noise: float) -> tuple[gate.Outcome, gate.Said, gate.Said]:
        """Draw a company, what its champion says, and what a challenger of that ``noise`` says."""
        truth = self.level + self.spread * self._steady(rng)
        left = ndtr(self._steady(rng)) < expit(truth)
        value = np.repeat(rng.lognormal(8.0, 1.2, self.customers), self.dates)
        who, when = np.indices(truth.shape)
        outcome = gate.Outcome(who.ravel(), when.ravel(), left.ravel().astype(np.float64), value)
        common = np.sqrt(self.shared) * self._steady(rng)
        said = []
        for size in (self.noise, noise):
            own = np.sqrt(1 - self.shared) * self._steady(rng)
            said.append(gate.Said(self.seen(truth + size * (common + own), size).ravel()))
        return outcome, said[0], said[1]

    def _steady(self, rng: np.random.Generator) -> np.ndarray:
        """Draw standard normals, (customers, dates), a customer's alike."""
        own = rng.standard_normal((self.customers, 1))
        each = rng.standard_normal((self.customers, self.dates))
        return np.asarray(np.sqrt(STEADY) * own + np.sqrt(1 - STEADY) * each)


WORLDS = {
    "9% leave, three dates": World(-3.2, 1.7, 2.0, 3),
    "31% leave, one date": World(-1.1, 1.4, 2.0, 1),
}


def promoted(world: World, noise: float, *, pairs: int = PAIRS, resamples: int = RESAMPLES) -> float:
    """Give the share of so many challengers of that ``noise`` that the gate lets through."""
    passed = 0
    for number in range(pairs):
        pair = world.pair(np.random.default_rng([20_006, number]), noise)
        with suppress(TooLittle):  # too few leavers: not promoted
            passed += gate.promoted(gate.compare(*pair, Offer(), gate.Terms(), n=resamples, seed=number))
    return passed / pairs


def figures() -> Iterator[Figure]:
    """Give how often equal models and better ones are promoted."""
    for name, world in WORLDS.items():
        alike = promoted(world, world.noise)
        yield at_most(f"gate, {name}: share of {PAIRS} equal models promoted", alike, EQUAL)
    for name, world in WORLDS.items():
        better = promoted(world, world.better(GAIN))
        yield at_least(f"gate, {name}: share of {PAIRS} models better by {GAIN} promoted", better, BETTER)
    for name, world in WORLDS.items():
        apart = replace(world, shared=0.0)
        yield told(f"gate, {name}, no noise shared: equal models promoted", promoted(apart, apart.noise))
        yield told(
            f"gate, {name}, no noise shared: models better by {GAIN} promoted",
            promoted(apart, apart.better(GAIN)),
        )
    for name, world in WORLDS.items():
        small = replace(world, customers=300)
        yield told(f"gate, {name}, 300 customers: equal models promoted", promoted(small, small.noise))
