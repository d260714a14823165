"""Rivals: who they are, their price campaigns, and which spell of the cause ``competitor`` is whose work."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.around import (
    CAMPAIGN_DAYS,
    CAMPAIGN_DISCOUNT,
    CAMPAIGN_JOINED,
    CAMPAIGN_LEAD,
    PRICE_LEVEL,
    RIVAL_LINES,
)
from simulator.clock import Clock, Flags, Floats, Ints
from simulator.identity import labels, line_names
from simulator.papers import RIVALS
from simulator.pressure import Spells
from simulator.settings import World
from simulator.traits import LINES, REGIONS, Traits

NAMES = tuple(firm.name for firm in RIVALS)
YEAR = 365.25


@dataclass(frozen=True)
class Rivals:
    """(rivals, LINES) each."""

    price: Floats
    """Its prices beside ours, before campaigns."""
    sells: Flags
    """Its core lines; it delivers others too, to those that it has won."""


@dataclass(frozen=True)
class Campaigns:
    """One entry a campaign, in parallel arrays."""

    rival: Ints
    line: Ints
    region: Ints
    since: Floats
    until: Floats
    discount: Floats

    def off(self, rival: Ints, line: Ints, region: Ints, day: Floats) -> Floats:
        """The part of the price that a campaign of that day takes off; one value a shipment."""
        off = np.zeros(len(day))
        place = (rival * LINES + line) * len(REGIONS) + region
        own = (self.rival * LINES + self.line) * len(REGIONS) + self.region
        for at in range(len(own)):
            hit = (place == own[at]) & (day >= self.since[at]) & (day <= self.until[at])
            off[hit] = np.maximum(off[hit], self.discount[at])
        return off


def draw(rng: np.random.Generator, world: World) -> Rivals:
    level = rng.uniform(*PRICE_LEVEL, world.rivals)[:, None]
    sells = rng.random((world.rivals, LINES)) < RIVAL_LINES
    dearer = np.where(sells, 1.0, 1.06)
    return Rivals(price=level * dearer * np.exp(rng.normal(0, 0.04, sells.shape)), sells=sells)


def chosen(rng: np.random.Generator, traits: Traits, rivals: Rivals, customer: Ints) -> Ints:
    """A rival for each: rather one whose core lines the customer buys."""
    lines = traits.lines[customer]
    bought = np.arange(lines.shape[1])[None, :] < traits.breadth[customer][:, None]
    fits = (rivals.sells[:, lines] & bought[None]).sum(axis=2) / np.maximum(bought.sum(axis=1), 1)[None, :]
    edges = np.cumsum(0.02 + fits.T**3, axis=1)
    return np.asarray((rng.random((len(customer), 1)) * edges[:, -1:] >= edges).sum(axis=1))


def courted(
    rng: np.random.Generator, world: World, traits: Traits, rivals: Rivals, spells: Spells, trial: Floats
) -> tuple[Ints, Campaigns]:
    """The rival behind each spell, and all campaigns.

    Spells come first and campaigns are laid around them: a spell that begins in a campaign joins one of its region
    that runs on the day of the trial order and offers a line of the customer's, or opens one. Others, of the same
    rivals, win nobody.
    """
    rival = chosen(rng, traits, rivals, spells.customer)
    wish, before = rng.random(len(rival)), rng.uniform(*CAMPAIGN_LEAD, len(rival))
    lasts, off = rng.uniform(*CAMPAIGN_DAYS, len(rival)), rng.uniform(*CAMPAIGN_DISCOUNT, len(rival))
    running: list[tuple[int, int, int, float, float, float]] = []
    for at in np.argsort(trial, kind="stable"):
        if wish[at] >= world.courted:
            continue
        who, day = spells.customer[at], float(trial[at])
        bought = traits.lines[who, : traits.breadth[who]]
        open_now = [
            one
            for one in running
            if one[2] == traits.region[who] and one[3] <= day <= one[3] + CAMPAIGN_JOINED and one[1] in bought
        ]
        if open_now:
            rival[at] = open_now[-1][0]
            continue
        since = np.floor(day - before[at])
        running.append(
            (
                int(rival[at]),
                int(bought[-1]),
                int(traits.region[who]),
                since,
                np.floor(since + lasts[at]),
                off[at],
            )
        )
    idle = int(rng.poisson(world.campaigns * world.rivals * world.days / YEAR))
    since = np.floor(rng.uniform(-60, world.days, idle))
    for_nobody = zip(
        rng.integers(0, max(world.rivals, 1), idle).tolist(),
        rng.integers(0, LINES, idle).tolist(),
        rng.integers(0, len(REGIONS), idle).tolist(),
        since.tolist(),
        np.floor(since + rng.uniform(*CAMPAIGN_DAYS, idle)).tolist(),
        rng.uniform(*CAMPAIGN_DISCOUNT, idle).tolist(),
        strict=True,
    )
    rows = sorted([*running, *for_nobody], key=lambda one: (one[3], one))
    drawn = np.array(rows, dtype=np.float64).reshape(len(rows), 6)
    whole = drawn[:, :3].astype(np.int64)
    return rival, Campaigns(
        rival=whole[:, 0],
        line=whole[:, 1],
        region=whole[:, 2],
        since=drawn[:, 3],
        until=drawn[:, 4],
        discount=drawn[:, 5],
    )


def table(rivals: Rivals) -> pd.DataFrame:
    """One row a rival."""
    n = len(rivals.price)
    return pd.DataFrame(
        {
            "rival": labels(NAMES, np.arange(n)),
            "country": labels([firm.country for firm in RIVALS], np.arange(n)),
            "price_level": np.round(
                np.where(rivals.sells, rivals.price, np.nan).mean(axis=1, where=rivals.sells), 4
            ),
            "lines": pd.Series(
                [" ".join(line_names(np.flatnonzero(sells))) for sells in rivals.sells], dtype="str"
            ),
        }
    )


def campaigns(clock: Clock, drawn: Campaigns) -> pd.DataFrame:
    """One row a campaign."""
    return pd.DataFrame(
        {
            "rival": labels(NAMES, drawn.rival),
            "product_line": line_names(drawn.line),
            "region": labels(REGIONS, drawn.region),
            "from_on": clock.on(drawn.since),
            "until_on": clock.on(drawn.until),
            "discount": np.round(drawn.discount, 4),
        }
    )
