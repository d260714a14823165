"""All that is settled about the company before anybody outside it acts."""

from dataclasses import dataclass

from simulator.clock import Clock, Flags
from simulator.departures import Departures, Plan
from simulator.layers import Layers
from simulator.pressure import Spells
from simulator.rivals import Rivals
from simulator.settings import World
from simulator.shocks import Duties
from simulator.traits import Traits


@dataclass(frozen=True)
class Scene:
    """What the world outside answers to."""

    world: World
    clock: Clock
    traits: Traits
    spells: Spells
    plan: Plan
    departures: Departures
    layers: Layers
    duties: Duties
    rivals: Rivals
    recorded: Flags
    """Customers whose imports stand in customs records."""
