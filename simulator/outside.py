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
from simulator.pressure import Pressure
from simulator.scene import Scene
from simulator.settings import World
from simulator.shocks import KINDS, Duties, Shocks
from simulator.traits import INDUSTRIES, REGIONS, Traits

RECORDS = ("imports", "market")
TRUTH = ("rivals", "campaigns", "moves", "papers", "shocks", "parts")


@dataclass(frozen=True)
class Seen:
    """What there is to tell of the world outside, before names are written on papers."""

    shipments: dict[str, pd.DataFrame]
    """``imports`` with the customer and the rival; no entry without rivals."""
    told: dict[str, pd.DataFrame]
    """All the other tables, records and truth."""


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
    shaken = bool(world.planted or world.industry_shocks or world.tariffs or world.lockdowns)
    if not (world.rivals or world.indexed or shaken):
        return Seen({}, {})
    layers = layering.taken_apart(clock, traits, rate, pressure, duties)
    told: dict[str, pd.DataFrame] = {}
    shipments: dict[str, pd.DataFrame] = {}
    moved = np.zeros(world.customers, dtype=bool)
    if world.rivals:
        scene = Scene(
            world=world,
            clock=clock,
            traits=traits,
            spells=pressure.spells,
            plan=plan,
            departures=departures,
            layers=layers,
            duties=duties,
            recorded=streams[0].random(world.customers) < world.importing,
            rivals=rivals.draw(streams[0], world),
        )
        shipments["imports"], told, moved = _rivalry(streams, scene, trade)
    told["shocks"] = _shocks(clock, shocks)
    told["parts"] = layering.table(clock, traits, layers, departures, moved)
    if world.indexed:
        told["market"] = indexing.table(streams[3], world, clock, traits, layers, shocks)
    return Seen(shipments, told)


def _rivalry(
    streams: list[np.random.Generator], scene: Scene, trade: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], Flags]:
    """The shipments, the truth about rivals, and which customers go to one in the end."""
    won, campaigns = moves.draw(streams[0], scene)
    flows, lots = sourcing.draw(streams[1], scene, won)
    shipments = customs.draw(streams[2], scene, campaigns, flows, lots, trade)
    moved = np.zeros(scene.world.customers, dtype=bool)
    moved[won.customer[won.leaving]] = True
    truth = {
        "rivals": rivals.table(scene.rivals),
        "campaigns": rivals.campaigns(scene.clock, campaigns),
        "moves": moves.table(scene.clock, scene.traits, won),
    }
    return shipments, truth, moved


def on_paper(
    rng: np.random.Generator, world: World, traits: Traits, shipments: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """``imports`` as customs has it, and ``papers``, the truth about whose each record is; nothing of nothing."""
    if shipments is None:
        return {}
    imports, whose = papers.table(rng, world.misspelt, world.strangers, traits.name, world.rivals, shipments)
    return {"imports": imports, "papers": whose}


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
