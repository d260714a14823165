"""Who leaves, when and why; and the spells that look alike and come to nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.causes import CAUSES, NONE
from simulator.clock import Flags, Floats, Ints
from simulator.orders import Orders
from simulator.pressure import MOVES, Spells, joined
from simulator.settings import (
    AFTERGLOW,
    BEYOND,
    BREAK_DAYS,
    RISK_SPREAD,
    SEGMENT_RISK,
    SIGN_SPREAD,
    YOUNGEST,
    World,
)
from simulator.traits import Traits

MONTH = 365.25 / 12
NONE_PLACE = CAUSES.index(NONE)


@dataclass(frozen=True)
class Plan:
    """One entry a customer: the day from which the next order is its last (infinite: it stays), and why."""

    ripe: Floats
    cause: Ints
    """Place in ``CAUSES``; -1 for one that stays."""
    break_days: Floats
    """Days from the last order until it buys again; infinite: never."""
    afterglow: Floats
    """Days in which contacts fade to a third after the last order."""
    spells: Spells


@dataclass(frozen=True)
class Departures:
    """One entry a customer: the day of the last order (infinite: it stays), and what follows."""

    last: Floats
    returns: Floats
    """Day from which it buys again; infinite without a return."""
    afterglow: Floats

    @property
    def leaves(self) -> Flags:
        return np.isfinite(self.last)

    def away(self, customer: Ints, day: npt.NDArray[Any]) -> Flags:
        """Whether the customer has stopped buying on that day, and not come back."""
        return np.asarray((day > self.last[customer]) & (day < self.returns[customer]))

    def presence(self, days: Floats) -> Floats:
        """(customers, days): 1 while it buys, fading after the last order, 1 again after a return."""
        since = np.maximum(days[None, :] - self.last[:, None], 0)
        faded = np.exp(-since / self.afterglow[:, None])
        return np.where(days[None, :] >= self.returns[:, None], 1.0, faded)


def plan(rng: np.random.Generator, world: World, traits: Traits) -> Plan:
    """Draw who would leave, when and why, and every spell; the orders then tell which of it comes to pass."""
    n = world.customers
    ripe = _ripe(rng, world, traits)
    leaver = np.flatnonzero(np.isfinite(ripe))
    cause = np.full(n, -1)
    cause[leaver] = _causes(rng, traits, leaver, silent=True)
    comes_back = rng.random(n) < world.returning
    spells = [_leaving(rng, world, leaver, cause[leaver], ripe[leaver]), _alarms(rng, world, traits, ripe)]
    return Plan(
        ripe=ripe,
        cause=cause,
        break_days=np.where(comes_back, rng.uniform(*BREAK_DAYS, n), np.inf),
        afterglow=rng.uniform(*AFTERGLOW, n),
        spells=joined(spells),
    )


def settle(planned: Plan, orders: Orders) -> Departures:
    """The first order on or after the planned day is the last; without one in the records nobody has left yet."""
    last = np.full(len(planned.ripe), np.inf)
    due = orders.day >= planned.ripe[orders.customer]
    np.minimum.at(last, orders.customer[due], orders.day[due].astype(float))
    return Departures(last=last, returns=last + planned.break_days, afterglow=planned.afterglow)


def _ripe(rng: np.random.Generator, world: World, traits: Traits) -> Floats:
    """The first month in which the yearly chance to leave, spread over months, comes true; a day within it."""
    months = np.arange(int(np.ceil((world.days + BEYOND) / MONTH)))
    tenure = months[None, :] * MONTH - traits.joined[:, None]
    risk = np.array(SEGMENT_RISK)[traits.segment] * np.exp(rng.normal(0, RISK_SPREAD, world.customers))
    age = np.where(tenure < 365, world.first_year, np.where(tenure > 3 * 365, world.settled, 1.0))
    hazard = 1 - (1 - world.leaving) ** (risk[:, None] * age / 12)
    hit = (rng.random(hazard.shape) < hazard) & (tenure >= YOUNGEST)
    day = (np.argmax(hit, axis=1) + rng.random(world.customers)) * MONTH
    return np.where(hit.any(axis=1), np.floor(day), np.inf)


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


def moves(rng: np.random.Generator, world: World, cause: Ints, strength: Floats) -> Floats:
    """Strength of every sign of every spell; some signs stay silent, the others vary."""
    shown = rng.random((len(cause), MOVES.shape[1])) < world.sign_share
    noise = np.exp(rng.normal(0, SIGN_SPREAD, shown.shape))
    return MOVES[cause] * shown * noise * strength[:, None]


def strengths(rng: np.random.Generator, world: World, count: int) -> Floats:
    return world.loudness * np.exp(rng.normal(0, world.loudness_spread, count))


def _leaving(rng: np.random.Generator, world: World, leaver: Ints, cause: Ints, ripe: Floats) -> Spells:
    count = len(leaver)
    middle, least, most = world.lead_days
    lead = np.clip(middle * np.exp(rng.normal(0, world.lead_spread, count)), least, most)
    strength = strengths(rng, world, count)
    return Spells(
        customer=leaver,
        cause=cause,
        onset=np.floor(ripe - lead),
        rise=lead * rng.uniform(*world.rise, count),
        hold_until=np.full(count, np.inf),
        fade=np.ones(count),
        strength=strength,
        leaving=np.ones(count, dtype=bool),
        second=np.zeros(count, dtype=bool),
        moves=moves(rng, world, cause, strength),
    )


def _alarms(rng: np.random.Generator, world: World, traits: Traits, ripe: Floats) -> Spells:
    """Spells that a customer gets over. They begin while it is a customer, and not after it is to leave."""
    first = np.maximum(traits.joined, -90)
    years = np.maximum(np.minimum(ripe, world.days) - first, 0) / 365.25
    customer = np.repeat(np.arange(world.customers), rng.poisson(world.alarms * years))
    count = len(customer)
    onset = np.floor(first[customer] + rng.random(count) * years[customer] * 365.25)
    rise = rng.uniform(*world.alarm_rise, count)
    strength = strengths(rng, world, count) * rng.uniform(*world.alarm_strength, count)
    cause = _causes(rng, traits, customer, silent=False)
    return Spells(
        customer=customer,
        cause=cause,
        onset=onset,
        rise=rise,
        hold_until=onset + rise + rng.uniform(*world.alarm_hold, count),
        fade=rng.uniform(*world.alarm_fade, count),
        strength=strength,
        leaving=np.zeros(count, dtype=bool),
        second=np.zeros(count, dtype=bool),
        moves=moves(rng, world, cause, strength),
    )
