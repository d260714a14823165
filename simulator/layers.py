"""What moves a customer's purchases from us, taken apart: the market, its region, rivals, itself.

Each layer is the natural logarithm of a factor on the purchases that may be expected of the customer in a week. The
layers add up. Where presses are eased together, the market comes first, then what else presses, then the rivals:
each layer is what it adds to those before it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.causes import COMPETITOR, DOWNTURN, LOCKDOWN, PRESSING, REBOUND, Cause, Sign
from simulator.clock import Clock, Flags, Floats, Ints
from simulator.departures import Departures
from simulator.identity import identities
from simulator.pressure import Pressure
from simulator.settings import ORDER_SPREAD, SEASON, SEASON_PEAK
from simulator.shocks import Duties
from simulator.traits import ASSORTMENT, Traits

LEAST = 0.01
"""No layer takes away more than all but this part; a month without purchases has no logarithm."""
YEAR = 365.25
WORTH = float(np.exp(ORDER_SPREAD**2 / 2))
"""Mean of an order's value beside its median."""


@dataclass(frozen=True)
class Layers:
    """(customers, weeks) each."""

    market: Floats
    """Downturns, shocks of the industry and tariffs."""
    region: Floats
    """Lockdowns and the rebound after them."""
    competitor: Floats
    """What moves to rivals while the customer still buys from us."""
    customer: Floats
    """Everything else: what else presses, season, growth, busy and quiet months, pauses, young relations."""
    season: Floats
    """The part of ``customer`` that is its industry's season."""
    duty: Floats
    """The part of ``market`` that is tariffs on product lines."""
    narrowed: Floats
    """Share of the usual product lines that is no longer bought."""

    def need(self, traits: Traits) -> Floats:
        """(customers, weeks): what the customer would buy from us in a week if there were no rivals and no
        tariffs on lines, in money."""
        level = np.exp(self.market - self.duty + self.region + self.customer)
        return np.asarray((7 * WORTH * traits.size / traits.cadence)[:, None] * level)


def shares(traits: Traits) -> Floats:
    """(customers, ASSORTMENT): the part of each product line in ordinary purchases, without trials."""
    return _picked(traits.breadth[:, None], np.arange(ASSORTMENT)[None, :])


def _picked(wide: Ints | Floats, place: Ints) -> Floats:
    """Chance that the smaller of two even draws from ``wide`` lines is this one."""
    at, after = (np.clip(1 - edge / wide, 0, 1) for edge in (place, place + 1))
    return np.asarray(at**2 - after**2)


def kept(traits: Traits, layers: Layers, customer: Ints) -> Floats:
    """(customers, ASSORTMENT, weeks): factor on expected purchases of each line because of rivals."""
    place = np.arange(ASSORTMENT)[None, :, None]
    usual = traits.breadth[customer][:, None, None]
    wide = np.maximum(np.round(usual * (1 - layers.narrowed[customer][:, None, :])), 1)
    picked = np.maximum(_picked(usual, place), 1e-9)
    mix = np.where(place < wide, 1 + (1 - wide / usual) ** 2 * _picked(wide, place) / picked, 0.0)
    return np.asarray(mix * np.exp(layers.competitor[customer])[:, None, :])


def taken_apart(clock: Clock, traits: Traits, rate: Floats, pressure: Pressure, duties: Duties) -> Layers:
    """The layers behind the orders that were drawn with this rate and pressure, as if nobody left."""
    days, basket = clock.mid_week, traits.basket[:, None]
    spells = pressure.spells
    rivals = spells.cause == PRESSING.index(COMPETITOR)
    falling = spells.cause == PRESSING.index(DOWNTURN)
    narrowed = np.clip(pressure.grid(Sign.BREADTH, days), 0, 0.9)
    own = Pressure(spells, pressure.customers, pressure.saturation)
    pressed, without, slack = (
        some.grid(Sign.ORDERS, days) + some.grid(Sign.BASKET, days)
        for some in (own, own.among(~rivals), own.among(falling))
    )
    fewer = np.log((1 + basket * (1 - 0.5 * narrowed)) / (1 + basket))
    duty = np.log(_dutied(traits, duties, days))
    beside = pressure.beside
    zero = np.zeros_like(rate)
    local = _of(beside, days, (LOCKDOWN, REBOUND)) if beside is not None else zero
    wide = _sum(beside, days) - local if beside is not None else zero
    own_time = np.log(np.maximum(rate * traits.cadence[:, None], LEAST)) - pressure.grid(Sign.ORDERS, days)
    grown = np.log(np.clip(0.5 + (days[None, :] - traits.joined[:, None]) / 360, 0.5, 1.0))
    peak = np.array(SEASON_PEAK)[:, None]
    season = np.array(SEASON)[:, None] * np.cos(2 * np.pi * (clock.day_of_year(days)[None, :] - peak) / YEAR)
    return Layers(
        market=slack + wide + duty,
        region=local,
        competitor=pressed - without + fewer,
        customer=np.maximum(without - slack + own_time + grown, np.log(LEAST)),
        season=season[traits.industry],
        duty=duty,
        narrowed=narrowed,
    )


def _sum(pressure: Pressure, days: Floats) -> Floats:
    return pressure.grid(Sign.ORDERS, days) + pressure.grid(Sign.BASKET, days)


def _of(pressure: Pressure, days: Floats, causes: tuple[Cause, ...]) -> Floats:
    places = [PRESSING.index(cause) for cause in causes]
    return _sum(pressure.among(np.isin(pressure.spells.cause, places)), days)


def _dutied(traits: Traits, duties: Duties, days: Floats) -> Floats:
    """(customers, weeks): factor of the tariffs on product lines on all that a customer buys."""
    if not len(duties.line):
        return np.ones((len(traits.joined), len(days)))
    part, total = shares(traits), np.zeros((len(traits.joined), len(days)))
    for place in range(ASSORTMENT):
        factor = duties.factor(traits.lines[:, place, None], days[None, :])
        total += part[:, place, None] * factor
    return total


def table(clock: Clock, traits: Traits, layers: Layers, departures: Departures, moved: Flags) -> pd.DataFrame:
    """One row a customer and month from the one in which it joined: the truth ``parts``.

    A month's layers are means over its weeks (a week belongs to the month of its middle day), taken one on top of
    another, so that they add up to the logarithm of the month's mean. After the last order nothing is left: for
    those that went to a rival (``moved``) this is the layer ``competitor``, for the others ``customer``.
    """
    days = clock.mid_week
    week_month = clock.on(days).astype("datetime64[M]")
    months, first = np.unique(week_month, return_index=True)
    n = len(traits.joined)
    away = departures.away(np.arange(n)[:, None], days[None, :])
    customer = np.where(away & ~moved[:, None], np.log(LEAST), layers.customer)
    competitor = np.where(away & moved[:, None], np.log(LEAST), layers.competitor)
    there = days[None, :] >= traits.joined[:, None] - 3
    steps = {"customer": customer, "market": layers.market, "region": layers.region, "competitor": competitor}
    parts, level, before = {}, there.astype(np.float64), np.add.reduceat(there.astype(float), first, axis=1)
    some = before > 0
    for name, step in steps.items():
        level = level * np.exp(step)
        now = np.add.reduceat(level, first, axis=1)
        parts[name] = np.log(now[some] / before[some])
        before = now
    season = np.add.reduceat(np.where(there, layers.season, 0.0), first, axis=1)
    weeks = np.add.reduceat(there.astype(float), first, axis=1)
    who, month = np.nonzero(some)
    return pd.DataFrame(
        {
            "customer_id": identities("C", who, 5),
            "month_on": months[month].astype("datetime64[us]"),
            **{name: np.round(parts[name], 6) for name in ("market", "region", "competitor", "customer")},
            "season": np.round(season[some] / weeks[some], 6),
        }
    )
