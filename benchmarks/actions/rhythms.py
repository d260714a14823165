"""Customers whose rhythm changes in a known way on a known day, planted into a simulated company.

The company is drawn by the simulator's own parts and settings: who the customers are, gamma gaps of their own
regularity, busy and quiet months, growth, seasons of the industry and the customer, works holidays, the lull at the
turn of the year, workdays, baskets of lines. The cadence alone is scaled, to ask about customers that order often
and seldom. Left out are the simulator's own causes, downturns and orders after a call: changes of a kind nobody
planted. What is planted, one kind a customer, as many of each:

- ``steady``: nothing.
- ``gradual_decline``: the order rate falls in a straight line over 90 to 180 days, by 60 to 90%, and stays there.
- ``step_down``: it falls by 40 to 70% from one day to the next.
- ``sudden_stop``: the last order.
- ``fluctuating_decline``: weeks of hardly anything (5 to 20% of the usual) take turns with better weeks, each
  spell 25 to 55 days long; the better weeks start at the usual and fall in a straight line to 50 to 80% of it in
  180 days.
- ``seasonal_pause``: it shuts for 45 to 84 days at the same time of every year, as the simulator's dormant
  customers.
- ``stocking_up``: one to three orders within two weeks that hold, beyond their usual value, .7 to 1.1 times what it
  buys in 45 to 100 days; from the first of them on it orders at a tenth of its rate for so long.

In the three slow declines orders also grow smaller, in two customers of three: the value of an order moves by .5
to 1 times as much as the rate, in logs. Of the simulator's causes (``simulator/causes.py``) competitor, price,
payment and demand, two thirds of the leavers that have one, move the value of an order by .9 to 1.6 times as much
as the rate, the others not at all.

These are sizes that somebody would want to be told of, and not larger: at full strength the simulator's causes
take 36 to 67% of the orders, within 16 to 120 days. A gradual decline by less than 60% is not planted: a step of
two fifths and busy and quiet months (a standard deviation of up to .38 of the log of the rate) look the same.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from actions.shapes import KINDS
from simulator import orders, trade, traits, yearly
from simulator.causes import Sign
from simulator.clock import Clock, Floats, Ints
from simulator.identity import identities
from simulator.pressure import Pressure, Spells
from simulator.settings import World
from simulator.shocks import Duties
from simulator.traits import INDUSTRIES, Traits

DECLINES = KINDS[1:5]
DELAYS = (120, 150, 180, 240)
"""Days after the onset of a decline on which the question is asked."""
GRADUAL = (90.0, 180.0)
EARLIEST = 21
"""A pause and a quiet after stocking up are asked about while they last, from this day of them on."""
HISTORY = 800
"""Least days of records before the question: two years of what was usual."""
OUTSIDE = trade.Outer(Duties(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(5))), stepwise=False)
"""Of the world outside nothing reaches the orders: no tariffs, no rivals."""


@dataclass(frozen=True)
class Rhythms:
    """``purchases`` has the columns customer_id, day, amount, group; ``truth`` one row a customer: customer_id,
    kind, onset_on (missing where steady), delay (days from the onset to ``as_of``), cadence (days)."""

    purchases: pd.DataFrame
    truth: pd.DataFrame
    as_of: pd.Timestamp


@dataclass(frozen=True)
class Shape:
    """Factors on the order rate, one row a customer: ``factor(days)``."""

    kind: Ints
    onset: Floats
    lasts: Floats
    loss: Floats
    turns: Floats
    """(customers, spells): days from the onset to the end of each spell of a fluctuating decline."""
    low: Floats
    value: Floats
    """What the log of the value of an order moves for each unit that the log of the rate moves."""

    def logs(self, customer: Ints, day: Floats) -> Floats:
        """Give what the planted change adds to the log of the order rate of these customers on these days."""
        since = day - self.onset[customer]
        kind, loss = self.kind[customer], self.loss[customer]
        fallen = np.clip(since / self.lasts[customer], 0, 1)
        level = np.ones(len(customer))
        level = np.where(kind == 1, 1 - loss * fallen, level)
        level = np.where(kind == 2, 1 - loss, level)
        spell = (since[:, None] >= self.turns[customer]).sum(axis=1)
        peak = 1 - loss * np.clip(since / 180, 0, 1)
        level = np.where(kind == 4, np.where(spell % 2 == 0, self.low[customer], peak), level)
        level = np.where((kind == 6) & (since <= self.lasts[customer]), 0.1, level)
        level = np.where(since >= 0, level, 1.0)
        return np.asarray(np.log(level))


class Planted(Pressure):
    """A pressure that holds the planted shapes and nothing else."""

    def __init__(self, shape: Shape, customers: int) -> None:
        super().__init__(_no_spells(), customers, 1.5)
        object.__setattr__(self, "shape", shape)

    def grid(self, sign: Sign, days: Floats) -> Floats:
        """(customers, days)"""
        moved = np.zeros((self.customers, len(days)))
        if sign is Sign.ORDERS:
            for place, day in enumerate(days):
                moved[:, place] = self.shape.logs(np.arange(self.customers), np.full(self.customers, day))
        return moved

    def at(self, sign: Sign, customer: Ints, day: Floats) -> Floats:
        """One value an event."""
        if sign is not Sign.BASKET:
            return np.zeros(len(customer))
        return self.shape.value[customer] * self.shape.logs(customer, day.astype(np.float64))

    shape: Shape


def _no_spells() -> Spells:
    none = np.zeros(0)
    whole = np.zeros(0, dtype=np.int64)
    flags = np.zeros(0, dtype=bool)
    return Spells(whole, whole, none, none, none, none, none, flags, flags, np.zeros((0, len(Sign))))


def planted(seed: int, customers: int, cadence_days: float, delays: tuple[int, ...] = DELAYS) -> Rhythms:
    """Make a company in which every kind is planted equally often, asked about on one day."""
    world = World(customers=customers, slow=0.0, dormant=0.0, stockers=0.0, reminded=0.0)
    clock = Clock(world.start, world.days)
    streams = np.random.default_rng(seed).spawn(6)
    rng = streams[0]
    as_of = int(rng.integers(HISTORY + 200, world.days - 1))
    people = traits.draw(streams[1], world)
    # Everybody has been a customer for two years: who is newer has no season to go by.
    people = replace(
        people,
        joined=np.minimum(people.joined, as_of - HISTORY),
        cadence=people.cadence * cadence_days / world.cadence_days,
    )
    kind = rng.permutation(np.arange(customers) % len(KINDS))
    shape, people = _shape(rng, clock, people, kind, as_of, delays)
    years = yearly.draw(streams[2], world, people)
    # Nobody's holiday is under way on the day: it would be a pause of another length.
    shut = yearly.within(clock, years.closes - 7, years.closed_days + 7, np.array([float(as_of)]))[:, 0]
    years = replace(years, closes=np.where(shut | (kind == 5), np.nan, years.closes))
    pressure = Planted(shape, customers)
    wished, _, _ = orders.draw(streams[3], world, clock, people, years, pressure)
    kept = (kind[wished.customer] != 3) | (wished.day < shape.onset[wished.customer])
    made = wished.among(kept & (wished.day <= as_of))
    made, factor = _stocked(rng, clock, shape, people, made, as_of)
    lines = trade.draw(streams[4], clock, people, pressure, made, OUTSIDE)
    return _told(clock, people, shape, lines, factor, as_of)


def _shape(
    rng: np.random.Generator, clock: Clock, people: Traits, kind: Ints, as_of: int, delays: tuple[int, ...]
) -> tuple[Shape, Traits]:
    """Draw what is planted; the pauses are traits of their customers."""
    n = len(kind)
    pause = rng.uniform(45, 84, n)
    quiet = rng.uniform(45, 100, n)
    delay = rng.choice(np.array(delays), n)
    passing = np.where(kind == 5, pause, quiet)
    delay = np.where(kind >= 5, np.floor(rng.uniform(EARLIEST, passing)), delay)
    onset = (as_of - delay).astype(np.int64)
    onset = np.where(kind == 6, clock.on_workday(onset), onset)
    loss = np.select(
        [kind == 1, kind == 2, kind == 4],
        [rng.uniform(0.6, 0.9, n), rng.uniform(0.4, 0.7, n), rng.uniform(0.2, 0.5, n)],
        0.0,
    )
    lasts = np.where(kind == 6, quiet, rng.uniform(*GRADUAL, n))
    moves = (kind == 1) | (kind == 2) | (kind == 4)
    shape = Shape(
        kind=kind,
        onset=onset.astype(np.float64),
        lasts=lasts,
        loss=loss,
        turns=np.cumsum(rng.uniform(25, 55, (n, 12)), axis=1),
        low=rng.uniform(0.05, 0.20, n),
        value=np.where(moves & (rng.random(n) < 2 / 3), rng.uniform(0.5, 1.0, n), 0.0),
    )
    starts = np.where(kind == 5, clock.day_of_year(onset), np.nan)
    return shape, replace(people, pause_start=starts.astype(np.float64), pause_days=pause)


def _stocked(
    rng: np.random.Generator, clock: Clock, shape: Shape, people: Traits, made: orders.Orders, as_of: int
) -> tuple[orders.Orders, pd.Series]:
    """Add the large orders of those that stock up; gives by what each order's value is multiplied, by its code."""
    who = np.flatnonzero(shape.kind == 6)
    bought = rng.uniform(0.7, 1.1, len(who)) * shape.lasts[who] / people.cadence[who]
    times = np.clip(np.ceil(bought / rng.uniform(2.5, 4.5, len(who))), 1, 3).astype(np.int64)
    customer = np.repeat(who, times)
    first = np.append(True, customer[1:] != customer[:-1])
    day = shape.onset[customer] + np.where(first, 0, rng.uniform(1, 14, len(customer)))
    day = np.minimum(clock.on_workday(day), as_of)
    code = customer * clock.days + day
    factor = pd.Series(1 + np.repeat(bought / times, times), code).groupby(level=0).max()
    codes = np.union1d(made.customer * clock.days + made.day, code).astype(np.int64)
    return orders.Orders(codes // clock.days, codes % clock.days, np.zeros(len(codes), dtype=bool)), factor


def _told(
    clock: Clock, people: Traits, shape: Shape, lines: pd.DataFrame, factor: pd.Series, as_of: int
) -> Rhythms:
    lines = lines[~lines["is_return"]]
    start = pd.Timestamp(clock.start)
    bought = lines.assign(day=lines["ordered_at"].dt.normalize()).groupby(
        ["customer_id", "day"], as_index=False
    )
    purchases = bought["amount"].sum()
    ids = identities("C", np.arange(len(shape.kind)), 5)
    number = pd.Series(np.arange(len(ids)), pd.Index(ids)).reindex(purchases["customer_id"]).to_numpy()
    code = number * clock.days + (purchases["day"] - start).dt.days.to_numpy()
    purchases["amount"] *= factor.reindex(code).fillna(1.0).to_numpy()
    purchases["group"] = np.array(INDUSTRIES)[people.industry[number]]
    onset = clock.on(np.where(shape.kind == 0, np.nan, shape.onset))
    last = purchases.groupby("customer_id")["day"].max().reindex(ids).to_numpy()
    return Rhythms(
        purchases=purchases[purchases["day"] <= start + pd.Timedelta(days=as_of)],
        truth=pd.DataFrame(
            {
                "customer_id": ids,
                "kind": np.array(KINDS)[shape.kind],
                # Nobody can see a stop before the order that does not come.
                "onset_on": np.where(shape.kind == 3, last, onset),
                "delay": np.where(shape.kind == 0, np.nan, as_of - shape.onset),
                "cadence": people.cadence,
            }
        ),
        as_of=start + pd.Timedelta(days=as_of),
    )
