"""Second causes: trouble seldom comes alone, and one kind brings another."""

import numpy as np

from simulator.causes import CAUSES
from simulator.clock import Floats, Ints
from simulator.departures import NONE_PLACE, Plan, moves, strengths
from simulator.pressure import Spells, joined, loudness
from simulator.settings import FOLLOWS, World
from simulator.traits import Traits

CHANCES = np.array([[FOLLOWS.get(first.name, {}).get(then.name, 0.0) for then in CAUSES] for first in CAUSES])
"""(first cause, second cause): chance of the second, given that there is one."""


def draw(rng: np.random.Generator, world: World, traits: Traits, plan: Plan) -> Spells:
    """Spells that set in on top of some of the planned ones, of leavers and of false alarms alike.

    They last as long as the one that they go with: a leaver's to the end, another's until it is got over.
    """
    first = plan.spells
    with_signs = first.cause != NONE_PLACE
    spells = first.among(with_signs & (rng.random(len(first.cause)) < world.second))
    count = len(spells.cause)
    until = np.where(spells.leaving, plan.ripe[spells.customer], spells.hold_until)
    onset = np.floor(spells.onset + (until - spells.onset) * rng.uniform(*world.second_onset, count))
    strength = strengths(rng, world, count) * rng.uniform(*world.second_strength, count)
    weaker = rng.uniform(*world.alarm_strength, count)
    strength *= np.where(spells.leaving, 1.0, weaker)
    cause = _follows(rng, traits, spells.customer, spells.cause)
    return Spells(
        customer=spells.customer,
        cause=cause,
        onset=onset,
        rise=(until - onset) * rng.uniform(*world.rise, count),
        hold_until=spells.hold_until,
        fade=spells.fade,
        strength=strength,
        leaving=spells.leaving,
        second=np.ones(count, dtype=bool),
        moves=moves(rng, world, cause, strength),
    )


def _follows(rng: np.random.Generator, traits: Traits, customer: Ints, first: Ints) -> Ints:
    weight = CHANCES[first] * np.exp(traits.bent[customer])
    edges = weight.cumsum(axis=1)
    return np.asarray((rng.random((len(customer), 1)) * edges[:, -1:] >= edges).sum(axis=1))


def ranked(first: Spells, second: Spells, last: Floats) -> tuple[Spells, Ints, Floats, Floats]:
    """Which of a leaver's two spells leads: the louder one on the day of its last order.

    ``first`` holds one spell a leaver, sorted by customer, ``last`` its day, and ``second`` none but theirs. Gives
    the leading spells, the place of the other one among ``first`` and ``second`` joined (-1: there is none), and how
    loud the two are (not a number where there is none).
    """
    both, count = joined([first, second]), len(first.customer)
    of = np.searchsorted(first.customer, second.customer)
    other = np.full(count, -1)
    other[of] = count + np.arange(len(of))
    day = np.concatenate([last, last[of]])
    loud = loudness(both, day)
    own, others = loud[:count], np.where(other >= 0, loud[other], np.nan)
    led = others > own
    leads = np.where(led, other, np.arange(count))
    follows = np.where(led, np.arange(count), other)
    return both.among(leads), follows, np.fmax(own, others), np.where(led, own, others)
