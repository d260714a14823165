"""The view from outside: rivals, customs records, shocks and the market index, put together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator import customs, moves, papers, rivals, sourcing
from simulator import index as indexing
from simulator import layers as layering
from simulator.clock import Clock, Flags, Floats
from simulator.departures import Departures, Plan
from simulator.identity import labels, line_names
from simulator.layers import Layers
from simulator.moves import Moves
from simulator.pressure import Pressure
from simulator.settings import World
from simulator.shocks import KINDS, Duties, Shocks
from simulator.traits import INDUSTRIES, REGIONS, Traits

RECORDS = ("imports", "market")
TRUTH = ("rivals", "campaigns", "moves", "papers", "shocks", "parts")


@dataclass(frozen=True)
class Seen:
    """What there is to tell of the world outside, before names are written on papers."""

    shipments: pd.DataFrame | None
    market: pd.DataFrame | None
    truth: dict[str, pd.DataFrame]


def draw(
    streams: list[np.random.Generator],
    world: World,
    clock: Clock,
    traits: Traits,
    rate: Floats,
    pressure: Pressure,
    plan: Plan,
    departures: Departures,
    shocks: Shocks,
    duties: Duties,
    trade: pd.DataFrame,
) -> Seen:
    """Nothing at all in a world without rivals, shocks and index."""
    told = bool(len(shocks.kind) or world.industry_shocks or world.tariffs or world.lockdowns)
    if not (world.rivals or world.indexed or told):
        return Seen(None, None, {})
    layers = layering.taken_apart(clock, traits, rate, pressure, duties)
    truth: dict[str, pd.DataFrame] = {}
    shipments = None
    moved = np.zeros(world.customers, dtype=bool)
    if world.rivals:
        shipments, gone, truth = _rivalry(
            streams, world, clock, traits, layers, pressure, duties, plan, departures, trade
        )
        moved[gone.customer[gone.leaving]] = True
    truth["shocks"] = _shocks(clock, shocks)
    truth["parts"] = layering.table(clock, traits, layers, departures, moved)
    market = indexing.table(streams[3], world, clock, traits, layers, shocks) if world.indexed else None
    return Seen(shipments, market, truth)


def _rivalry(
    streams: list[np.random.Generator],
    world: World,
    clock: Clock,
    traits: Traits,
    layers: Layers,
    pressure: Pressure,
    duties: Duties,
    plan: Plan,
    departures: Departures,
    trade: pd.DataFrame,
) -> tuple[pd.DataFrame, Moves, dict[str, pd.DataFrame]]:
    recorded: Flags = streams[0].random(world.customers) < world.importing
    roster = rivals.draw(streams[0], world)
    won, campaigns = moves.draw(
        streams[0], world, clock, traits, roster, layers, pressure.spells, plan, departures
    )
    flows, lots = sourcing.draw(
        streams[1], world, clock, traits, roster, layers, duties, plan, departures, won, recorded
    )
    shipments = customs.draw(
        streams[2], world, clock, traits, roster, campaigns, flows, lots, trade, recorded
    )
    return (
        shipments,
        won,
        {
            "rivals": rivals.table(roster),
            "campaigns": rivals.campaigns(clock, campaigns),
            "moves": moves.table(clock, traits, won),
        },
    )


def on_paper(
    rng: np.random.Generator, world: World, traits: Traits, shipments: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``imports`` as customs has it, and the truth about whose each record is."""
    names = np.array(INDUSTRIES, dtype=object)[traits.industry]
    return papers.table(rng, world.misspelt, world.strangers, traits.name, names, world.rivals, shipments)


def _shocks(clock: Clock, shocks: Shocks) -> pd.DataFrame:
    """One row a shock."""
    order = np.argsort(shocks.onset, kind="stable")
    some = shocks.among(order)
    return pd.DataFrame(
        {
            "kind": labels(KINDS, some.kind),
            "industry": labels(INDUSTRIES, np.maximum(some.industry, 0), some.industry >= 0),
            "region": labels(REGIONS, np.maximum(some.region, 0), some.region >= 0),
            "product_line": line_names(some.line).where(some.line >= 0),
            "onset_on": clock.on(some.onset),
            "full_on": clock.on(some.onset + some.rise),
            "over_on": clock.on(some.hold_until + some.fade),
            "depth": np.round(some.depth, 4),
        }
    )
