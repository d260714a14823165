"""Downturns: months in which a whole industry orders less. They look like a customer's own decline, and pass."""

from dataclasses import dataclass

import numpy as np

from simulator.causes import DOWNTURN, PRESSING
from simulator.clock import Floats, Ints
from simulator.departures import moves
from simulator.pressure import Spells
from simulator.settings import DOWNTURN_BEFORE, World
from simulator.traits import INDUSTRIES, Traits

YEAR = 365.25


@dataclass(frozen=True)
class Downturns:
    """One entry a downturn, in parallel arrays; days are counted from the start of the records."""

    industry: Ints
    onset: Floats
    rise: Floats
    hold_until: Floats
    fade: Floats
    depth: Floats
    """1: at the bottom the signs of ``DOWNTURN`` are moved as declared."""


def draw(rng: np.random.Generator, world: World) -> Downturns:
    span = DOWNTURN_BEFORE + world.days
    counts = rng.poisson(world.downturns * span / YEAR, len(INDUSTRIES))
    industry = np.repeat(np.arange(len(INDUSTRIES)), counts)
    count = len(industry)
    onset = np.floor(rng.uniform(-DOWNTURN_BEFORE, world.days, count))
    rise = rng.uniform(*world.downturn_rise, count)
    return Downturns(
        industry=industry,
        onset=onset,
        rise=rise,
        hold_until=onset + rise + rng.uniform(*world.downturn_hold, count),
        fade=rng.uniform(*world.downturn_rise, count),
        depth=rng.uniform(*world.downturn_depth, count),
    )


def felt(rng: np.random.Generator, world: World, traits: Traits, downturns: Downturns) -> Spells:
    """What each customer of the industry feels of it: some much, some little, some nothing."""
    member = traits.industry[None, :] == downturns.industry[:, None]
    which, customer = np.nonzero(member & (rng.random(member.shape) >= world.spared))
    count = len(customer)
    strength = downturns.depth[which] * np.exp(rng.normal(0, world.loudness_spread, count))
    cause = np.full(count, PRESSING.index(DOWNTURN))
    return Spells(
        customer=customer,
        cause=cause,
        onset=downturns.onset[which],
        rise=downturns.rise[which],
        hold_until=downturns.hold_until[which],
        fade=downturns.fade[which],
        strength=strength,
        leaving=np.zeros(count, dtype=bool),
        second=np.zeros(count, dtype=bool),
        moves=moves(rng, world, cause, strength * world.loudness),
    )
