"""Who leaves, when and why; and the spells that look alike and come to nothing."""

from dataclasses import dataclass

import numpy as np

from simulator.causes import CAUSES, NONE
from simulator.clock import Flags, Floats, Ints
from simulator.pressure import MOVES, Spells, joined
from simulator.settings import World
from simulator.traits import Traits

MONTH = 365.25 / 12
SEGMENT_RISK = np.array([0.6, 0.9, 1.2])
"""Key accounts are looked after; small ones leave more easily."""
YOUNGEST = 150
"""Nobody leaves sooner after joining: a first order that stays the only one is a trial, not a customer."""
NONE_PLACE = CAUSES.index(NONE)


@dataclass(frozen=True)
class Departures:
    """One entry a customer: the day after which it buys no more (infinite: it stays), and what follows."""

    decided: Floats
    returns: Floats
    """Day from which it buys again; infinite without a return."""
    cause: Ints
    """Place in ``CAUSES``; -1 for one that stays."""
    afterglow: Floats
    """Days in which contacts fade to a third after the decision."""
    spells: Spells

    @property
    def leaves(self) -> Flags:
        return np.isfinite(self.decided)

    def away(self, customer: Ints, day: Floats) -> Flags:
        """Whether the customer has stopped buying on that day, and not come back."""
        return (day > self.decided[customer]) & (day < self.returns[customer])

    def presence(self, days: Floats) -> Floats:
        """(customers, days): 1 while it buys, fading after the decision, 1 again after a return."""
        since = np.maximum(days[None, :] - self.decided[:, None], 0)
        faded = np.exp(-since / self.afterglow[:, None])
        return np.where(days[None, :] >= self.returns[:, None], 1.0, faded)


def draw(rng: np.random.Generator, world: World, traits: Traits) -> Departures:
    n = world.customers
    decided = _decisions(rng, world, traits)
    leaver = np.flatnonzero(np.isfinite(decided))
    cause = np.full(n, -1)
    cause[leaver] = _causes(rng, traits, leaver, silent=True)
    returns = np.where(rng.random(n) < world.returning, decided + rng.uniform(130, 420, n), np.inf)
    spells = [
        _leaving(rng, world, traits, leaver, cause[leaver], decided[leaver]),
        _alarms(rng, world, traits, decided),
    ]
    return Departures(
        decided=decided,
        returns=returns,
        cause=cause,
        afterglow=rng.uniform(15, 120, n),
        spells=joined(spells),
    )


def _decisions(rng: np.random.Generator, world: World, traits: Traits) -> Floats:
    """The first month in which the yearly chance to leave, spread over months, comes true; a day within it."""
    months = np.arange(int(np.ceil(world.days / MONTH)))
    tenure = months[None, :] * MONTH - traits.joined[:, None]
    risk = SEGMENT_RISK[traits.segment] * np.exp(rng.normal(0, 0.35, world.customers))
    age = np.where(tenure < 365, world.first_year, np.where(tenure > 3 * 365, world.settled, 1.0))
    hazard = 1 - (1 - world.leaving) ** (risk[:, None] * age / 12)
    hit = (rng.random(hazard.shape) < hazard) & (tenure >= YOUNGEST)
    day = (np.argmax(hit, axis=1) + rng.random(world.customers)) * MONTH
    return np.where(hit.any(axis=1) & (day < world.days), np.floor(day), np.inf)


def _causes(rng: np.random.Generator, traits: Traits, customer: Ints, *, silent: bool) -> Ints:
    """A cause for each, by its share and the customer's bent; ``silent`` tells whether "none" is among them.

    The bent does not touch the share without a sign.
    """
    share = np.array([cause.share for cause in CAUSES])
    weight = share * np.exp(traits.bent[customer])
    weight[:, NONE_PLACE] = 0.0
    weight /= weight.sum(axis=1, keepdims=True)
    if silent:
        weight *= 1 - NONE.share
        weight[:, NONE_PLACE] = NONE.share
    edges = weight.cumsum(axis=1)
    return np.asarray((rng.random((len(customer), 1)) * edges[:, -1:] >= edges).sum(axis=1))


def _moves(rng: np.random.Generator, world: World, cause: Ints, strength: Floats) -> Floats:
    """Strength of every sign of every spell; some signs stay silent, the others vary."""
    shown = rng.random((len(cause), MOVES.shape[1])) < world.sign_share
    noise = np.exp(rng.normal(0, 0.3, shown.shape))
    return MOVES[cause] * shown * noise * strength[:, None]


def _strength(rng: np.random.Generator, world: World, count: int) -> Floats:
    return world.loudness * np.exp(rng.normal(0, world.loudness_spread, count))


def _leaving(
    rng: np.random.Generator, world: World, traits: Traits, leaver: Ints, cause: Ints, decided: Floats
) -> Spells:
    count = len(leaver)
    middle, least, most = world.lead_days
    # The last order lies about half an ordinary gap before the decision; the lead is meant from that order.
    lead = np.clip(middle * np.exp(rng.normal(0, 0.4, count)), least, most) + 0.5 * traits.cadence[leaver]
    strength = _strength(rng, world, count)
    return Spells(
        customer=leaver,
        cause=cause,
        onset=np.floor(decided - lead),
        rise=lead * rng.uniform(0.6, 1.1, count),
        hold_until=np.full(count, np.inf),
        fade=np.ones(count),
        strength=strength,
        leaving=np.ones(count, dtype=bool),
        moves=_moves(rng, world, cause, strength),
    )


def _alarms(rng: np.random.Generator, world: World, traits: Traits, decided: Floats) -> Spells:
    """Spells that a customer gets over. They begin while it is a customer, and not after the decision to leave."""
    first = np.maximum(traits.joined, -90)
    years = np.maximum(np.minimum(decided, world.days) - first, 0) / 365.25
    customer = np.repeat(np.arange(world.customers), rng.poisson(world.alarms * years))
    count = len(customer)
    onset = np.floor(first[customer] + rng.random(count) * years[customer] * 365.25)
    rise = rng.uniform(30, 110, count)
    strength = _strength(rng, world, count) * rng.uniform(*world.alarm_strength, count)
    cause = _causes(rng, traits, customer, silent=False)
    return Spells(
        customer=customer,
        cause=cause,
        onset=onset,
        rise=rise,
        hold_until=onset + rise + rng.uniform(10, 90, count),
        fade=rng.uniform(30, 90, count),
        strength=strength,
        leaving=np.zeros(count, dtype=bool),
        moves=_moves(rng, world, cause, strength),
    )
