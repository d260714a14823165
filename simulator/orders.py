"""The days on which customers order.

Orders of one customer are a renewal process with gamma gaps in its own time, which runs faster in the strong
season, in a growing business and in a busy month, slower under a cause, and stands still in a yearly pause.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from simulator.causes import Sign
from simulator.clock import Clock, Flags, Floats, Ints
from simulator.pressure import Pressure
from simulator.settings import LONGEST, LULL, SEASON, SEASON_PEAK, SLOW, STOCK_LASTS, World
from simulator.traits import Traits
from simulator.yearly import Yearly, within

YEAR = 365.25
BLOCK = 4
"""Weeks of one block of the wobble."""


@dataclass(frozen=True)
class Orders:
    """One entry an order, by customer and day: at most one order a customer and day."""

    customer: Ints
    day: Ints
    stocked: Flags
    """Whether the order is large because the customer stocks up."""

    def among(self, chosen: Flags) -> Self:
        return type(self)(self.customer[chosen], self.day[chosen], self.stocked[chosen])


@dataclass(frozen=True)
class Stocking:
    """Times at which a customer buys ahead: an order on ``day``, then little for ``days`` days."""

    customer: Ints
    day: Ints
    days: Floats


def draw(
    rng: np.random.Generator,
    world: World,
    clock: Clock,
    traits: Traits,
    yearly: Yearly,
    pressure: Pressure,
) -> tuple[Orders, Stocking, Floats]:
    """Orders as if nobody left (who does leaves some of them unmade), when customers stocked up, and the rate
    behind the orders: (customers, weeks), orders a day."""
    stocking = _stocking(rng, world, traits)
    rate = _rate(rng, clock, traits, yearly, pressure, stocking)
    customer, moment = _renewals(rng, clock, traits, rate)
    customer = np.concatenate([customer, stocking.customer])
    day = clock.on_workday(np.concatenate([moment, stocking.day]))
    customer, day = _unique(customer, day, clock, traits)
    minded = (rng.random(world.customers) < world.reminded) & (traits.cadence <= SLOW)
    for _ in range(3):  # a call can leave a rest that is too long as well
        who, called = _overdue(rng, clock, traits, minded, customer, day)
        customer, day = _unique(np.concatenate([customer, who]), np.concatenate([day, called]), clock, traits)
    large = np.isin(
        customer * clock.days + day, stocking.customer * clock.days + clock.on_workday(stocking.day)
    )
    return Orders(customer=customer, day=day, stocked=large), stocking, rate


def _stocking(rng: np.random.Generator, world: World, traits: Traits) -> Stocking:
    counts = rng.poisson(world.stocking * world.days / YEAR, world.customers) * traits.stocker
    customer = np.repeat(np.arange(world.customers), counts)
    shortest, longest, most = STOCK_LASTS
    gap = np.minimum(traits.cadence[customer] * rng.uniform(shortest, longest, len(customer)), most)
    return Stocking(customer=customer, day=rng.integers(0, world.days, len(customer)), days=gap)


def _rate(
    rng: np.random.Generator,
    clock: Clock,
    traits: Traits,
    yearly: Yearly,
    pressure: Pressure,
    stocking: Stocking,
) -> Floats:
    """(customers, weeks): orders a day."""
    days = clock.mid_week
    peak = np.array(SEASON_PEAK)[:, None]
    season = np.cos(2 * np.pi * (clock.day_of_year(days)[None, :] - peak) / YEAR)
    log_rate = (np.array(SEASON)[:, None] * season)[traits.industry]
    log_rate += traits.growth[:, None] * (days[None, :] - clock.days / 2) / YEAR
    log_rate += pressure.grid(Sign.ORDERS, days) + _wobble(rng, clock, traits)
    log_rate += yearly.season(clock, days)
    rate = np.exp(log_rate) / traits.cadence[:, None]
    day_of_year = clock.day_of_year(days)
    rate[:, (day_of_year >= 357) | (day_of_year <= 5)] *= LULL
    rate[within(clock, traits.pause_start, traits.pause_days, days)] = 0.0
    rate[yearly.closed(clock, days)] = 0.0
    for who, day, length in zip(stocking.customer, stocking.day, stocking.days, strict=True):
        rate[who, (days > day) & (days < day + length)] *= 0.1
    return np.asarray(rate)


def _wobble(rng: np.random.Generator, clock: Clock, traits: Traits) -> Floats:
    """Busy and quiet months: logs of the rate, one draw a block, with a mean factor of 1."""
    blocks = -(-clock.weeks // BLOCK)
    sd = traits.wobble[:, None]
    noise = rng.normal(0, 1, (len(traits.wobble), blocks)) * sd - 0.5 * sd**2
    return np.repeat(noise, BLOCK, axis=1)[:, : clock.weeks]


def _renewals(rng: np.random.Generator, clock: Clock, traits: Traits, rate: Floats) -> tuple[Ints, Floats]:
    """Gaps drawn in the customer's own time, turned into days through the integral of the rate."""
    n = len(rate)
    own_time = np.concatenate([np.zeros((n, 1)), np.cumsum(rate * 7 + 1e-9, axis=1)], axis=1)
    length = own_time[:, -1]
    counts = np.ceil(length + 6 * np.sqrt(length / traits.shape) + 10).astype(np.int64)
    customer = np.repeat(np.arange(n), counts)
    shape = traits.shape[customer]
    gaps = rng.gamma(shape) / shape
    first = np.cumsum(counts) - counts
    gaps[first] *= rng.random(n)  # the records begin in the middle of a gap
    total = np.cumsum(gaps)
    place = total - np.repeat(total[first] - gaps[first], counts)
    keep = place < length[customer]
    customer, place = customer[keep], place[keep]
    # One interpolation for all: each customer's curve is moved to its own stretch of both axes.
    stretch = length.max() + 1
    edges = np.arange(own_time.shape[1]) * 7.0
    along = (own_time + np.arange(n)[:, None] * stretch).ravel()
    across = (edges[None, :] + np.arange(n)[:, None] * (edges[-1] + 1)).ravel()
    day = np.interp(place + customer * stretch, along, across) - customer * (edges[-1] + 1)
    return customer, day


def _unique(customer: Ints, day: Ints, clock: Clock, traits: Traits) -> tuple[Ints, Ints]:
    """Sorted, one a customer and day, from the day on which the customer joined."""
    buys = (day >= np.maximum(traits.joined[customer], 0)) & (day < clock.days)
    code = np.sort(customer[buys] * clock.days + day[buys])
    return np.divmod(code[np.append(True, code[1:] != code[:-1])[: len(code)]], clock.days)


def _overdue(
    rng: np.random.Generator, clock: Clock, traits: Traits, minded: Flags, customer: Ints, day: Ints
) -> tuple[Ints, Ints]:
    """Orders that follow a call after a long silence; in a yearly pause nobody answers."""
    last = np.append(customer[1:] != customer[:-1], True)
    following = np.where(last, clock.days, np.append(day[1:], 0))
    long = (following - day > LONGEST) & minded[customer]
    who, since, until = customer[long], day[long], following[long]
    called = clock.on_workday(since + rng.integers(35, LONGEST + 3, len(who)))
    # After a pause the order comes within two weeks of its end.
    into = (clock.day_of_year(called) - traits.pause_start[who]) % 365
    resting = into < traits.pause_days[who]
    rest = np.where(resting, traits.pause_days[who] - np.where(resting, into, 0), 0) + rng.uniform(
        1, 14, len(who)
    )
    called = np.where(resting, clock.on_workday(called + rest), called)
    fits = (called > since) & (called < until)
    return who[fits], called[fits]
