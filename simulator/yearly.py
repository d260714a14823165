"""What comes back every year for one customer: a season of its own, and its holiday."""

from dataclasses import dataclass

import numpy as np

from simulator.clock import Clock, Flags, Floats, Ints
from simulator.settings import World
from simulator.traits import REGIONS, Traits

YEAR = 365.25


@dataclass(frozen=True)
class Yearly:
    """One entry a customer."""

    swing: Floats
    """Half the distance from its weak to its strong season, in logs of the order rate, on top of the industry's;
    0 for most."""
    peak: Floats
    """Day of the year of its strong season."""
    closes: Floats
    """Day of the year on which its holiday begins; not a number without one."""
    closed_days: Floats

    def season(self, clock: Clock, days: Floats) -> Floats:
        """(customers, days): what its own season adds to the log of the order rate."""
        moved = np.zeros((len(self.swing), len(days)))
        strong = np.flatnonzero(self.swing)
        turn = 2 * np.pi * (clock.day_of_year(days)[None, :] - self.peak[strong, None]) / YEAR
        moved[strong] = self.swing[strong, None] * np.cos(turn)
        return moved

    def closed(self, clock: Clock, days: Floats) -> Flags:
        """(customers, days): inside its holiday."""
        return within(clock, self.closes, self.closed_days, days)


def draw(rng: np.random.Generator, world: World, traits: Traits) -> Yearly:
    """Those with a long pause have no holiday beside it, and those that buy seldom no season of their own: nobody
    could see it."""
    n = world.customers
    dormant = np.isfinite(traits.pause_start)
    seasonal = (rng.random(n) < world.seasonal) & (traits.cadence <= world.seasonal_cadence) & ~dormant
    swing = rng.uniform(*world.swing, n) * seasonal
    peak = rng.uniform(0, 365, n)
    chinese = traits.region == REGIONS.index("china")
    closing = np.where(chinese, rng.uniform(*world.spring_festival, n), rng.uniform(*world.summer, n))
    closes = (rng.random(n) < world.holidays) & ~dormant
    return Yearly(
        swing=swing,
        peak=peak,
        closes=np.where(closes, np.floor(closing), np.nan),
        closed_days=rng.uniform(*world.holiday_days, n),
    )


def within(clock: Clock, begins: Floats, lasts: Floats, days: Floats) -> Flags:
    """(customers, days): inside a time that begins on the same day of every year; not a number never begins."""
    inside = np.zeros((len(begins), len(days)), dtype=bool)
    some = np.flatnonzero(np.isfinite(begins))
    since = (clock.day_of_year(days)[None, :] - begins[some, None]) % 365
    inside[some] = since < lasts[some, None]
    return inside


def each_year(clock: Clock, begins: Floats, lasts: Floats) -> tuple[Ints, Floats, Floats]:
    """Customer, first and last day of every such time that touches the records."""
    first = np.datetime64(clock.start, "D").astype("datetime64[Y]")
    years = first + np.arange(-1, clock.days // 365 + 2)
    new_year = (years.astype("datetime64[D]") - np.datetime64(clock.start, "D")).astype(np.int64)
    some = np.flatnonzero(np.isfinite(begins))
    customer = np.repeat(some, len(years))
    since = np.floor(np.tile(new_year, len(some)) + begins[customer])
    until = np.floor(since + lasts[customer])
    there = (until >= 0) & (since < clock.days)
    return customer[there], since[there], until[there]
