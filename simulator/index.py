"""The market index that somebody publishes: weeks late, and not quite right; and the events that it names."""

from typing import Any

import numpy as np
import pandas as pd

from simulator.around import INDEX_TREND, PREFERRED
from simulator.clock import Clock, Floats
from simulator.identity import labels
from simulator.layers import Layers
from simulator.settings import World
from simulator.shocks import LOCKED, TARIFFS, Shocks
from simulator.traits import INDUSTRIES, LINES, REGIONS, Traits

EVENTS = ("tariff", "lockdown")


def table(
    rng: np.random.Generator, world: World, clock: Clock, traits: Traits, layers: Layers, shocks: Shocks
) -> pd.DataFrame:
    """One row an industry, region and month, and a version before it where an event fell into the month.

    The index is what the layers ``market`` and ``region`` leave of purchases, as a mean over customers of the
    industry (everywhere) and of the region, and a trend; it is free of seasons, as published indices are.
    """
    week_month = clock.on(clock.mid_week).astype("datetime64[M]")
    months, first = np.unique(week_month, return_index=True)
    weeks = np.diff(np.append(first, len(week_month)))
    trend = rng.normal(*INDEX_TREND, len(INDUSTRIES))[:, None] / 12 * np.arange(len(months))[None, :]
    industry = np.array([_mean(layers.market[traits.industry == place]) for place in range(len(INDUSTRIES))])
    region = np.array([_mean(layers.region[traits.region == place]) for place in range(len(REGIONS))])
    level = industry[:, None, :] * region[None, :, :]
    monthly = np.add.reduceat(level, first, axis=2) / weeks
    index = 100 * monthly * np.exp(trend[:, None, :] + rng.normal(0, world.index_noise, monthly.shape))
    late = rng.uniform(*world.index_days, len(months))
    end = np.array([_ends(clock, month) for month in months])
    out = np.floor(end + late) + 0.375
    event, event_day = _events(clock, shocks, months)
    where = np.nonzero(np.ones_like(index))
    at, named = out[where[2]], event[where] >= 0
    whole = pd.DataFrame(
        {
            "industry": labels(INDUSTRIES, where[0]),
            "region": labels(REGIONS, where[1]),
            "month_on": months[where[2]].astype("datetime64[us]"),
            "index": np.round(index[where], 2),
            "event": labels(EVENTS, np.maximum(event[where], 0), named),
            "event_on": clock.on(event_day[where]),
            "known_at": clock.at(at),
        }
    )
    early = whole[named].assign(index=np.nan, known_at=whole.loc[named, "event_on"] + pd.Timedelta(hours=9))
    both = pd.concat([early, whole[at < clock.days]], ignore_index=True)
    return both.sort_values(["known_at", "industry", "region", "month_on"], kind="stable", ignore_index=True)


def _mean(layer: Floats) -> Floats:
    """The mean factor over customers, by week; 1 where there are none."""
    return np.exp(layer).mean(axis=0) if len(layer) else np.ones(layer.shape[1])


def _ends(clock: Clock, month: np.datetime64) -> float:
    return float(
        (month + 1).astype("datetime64[D]").astype(int) - np.datetime64(clock.start, "D").astype(int)
    )


def _events(
    clock: Clock, shocks: Shocks, months: np.ndarray[tuple[int], np.dtype[np.datetime64]]
) -> tuple[np.ndarray[tuple[int, int, int], np.dtype[np.int64]], Floats]:
    """(industries, regions, months): place in ``EVENTS`` (-1: none) and day of the event; the last of several."""
    shape = (len(INDUSTRIES), len(REGIONS), len(months))
    event, day = np.full(shape, -1), np.full(shape, np.nan)
    for at in np.argsort(shocks.onset, kind="stable"):
        if shocks.kind[at] not in (TARIFFS, LOCKED) or not 0 <= shocks.onset[at] < clock.days:
            continue
        onset = clock.on(shocks.onset[at : at + 1]).astype("datetime64[M]")
        month = int(np.searchsorted(months[:-1], onset[0]))
        hit: tuple[Any, Any, int]
        if shocks.kind[at] == LOCKED:
            hit = (slice(None), int(shocks.region[at]), month)
        elif shocks.line[at] < 0:
            hit = (int(shocks.industry[at]), slice(None), month)
        else:  # the industries that prefer the line
            hit = ((shocks.line[at] - 2 * np.arange(len(INDUSTRIES))) % LINES < PREFERRED, slice(None), month)
        event[hit] = EVENTS.index("lockdown" if shocks.kind[at] == LOCKED else "tariff")
        day[hit] = shocks.onset[at]
    return event, day
