"""Tickets: complaints, repairs, questions, and the maintenance and training that we offer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.causes import Sign
from simulator.clock import Clock, arrivals, chance, office_hours
from simulator.departures import Departures
from simulator.identity import flags, identities, labels
from simulator.pressure import Pressure
from simulator.settings import ACCEPTED, EQUIPMENT, RATED, REOPENED, World
from simulator.traits import Traits


@dataclass(frozen=True)
class Kind:
    """One kind of ticket. ``rate`` is a core customer's, a year; ``sign`` moves it."""

    name: str
    rate: float
    sign: Sign | None = None
    offered: bool = False
    severity: float = 1.5
    days: float = 4.0
    """Median days until it is resolved."""
    lasting: float = 1.0
    """How far the rate follows the customer's leaving; 0 goes on as if nothing had happened."""


KINDS = (
    Kind("complaint", 1.2, Sign.COMPLAINTS, severity=2.3, days=6.0),
    Kind("repair", 1.4, Sign.SERVICE_USE, severity=2.5, days=8.0),
    Kind("question", 2.4, Sign.SERVICE_USE, severity=1.2, days=1.5),
    Kind("maintenance", 1.2, offered=True, days=12.0, lasting=0.3),
    Kind("training", 0.8, offered=True, days=20.0, lasting=0.3),
)


def draw(
    rng: np.random.Generator,
    world: World,
    clock: Clock,
    traits: Traits,
    departures: Departures,
    pressure: Pressure,
) -> pd.DataFrame:
    days = clock.mid_week
    usual = (traits.trouble * np.array(EQUIPMENT)[traits.segment])[:, None] * (
        days[None, :] >= traits.joined[:, None]
    )
    presence = departures.presence(days)
    found = []
    for place, kind in enumerate(KINDS):
        moved = 0.0 if kind.sign is None else pressure.grid(kind.sign, days)
        rate = kind.rate * usual * np.exp(moved) * presence**kind.lasting
        customer, day = arrivals(rng, clock, rate, world.most_tickets)
        found.append((np.full(len(customer), place), customer, day))
    kind_of, customer, day = (np.concatenate(part) for part in zip(*found, strict=True))
    count = len(day)
    opened = office_hours(rng, day)
    offered = np.array([kind.offered for kind in KINDS])[kind_of]

    severity = np.array([kind.severity for kind in KINDS])[kind_of] + pressure.at(
        Sign.SEVERITY, customer, day
    )
    severity = np.clip(np.round(severity + rng.normal(0, 0.8, count)), 1, 4)
    pace = np.log(np.array([kind.days for kind in KINDS]))[kind_of] + pressure.at(
        Sign.RESOLUTION, customer, day
    )
    resolved = opened + np.exp(pace + rng.normal(0, 0.7, count))
    accepted = rng.random(count) < chance(ACCEPTED + pressure.at(Sign.OFFERS, customer, day))
    resolved = np.where(offered & ~accepted, np.nan, resolved)
    again = ~offered & (rng.random(count) < chance(REOPENED + pressure.at(Sign.REOPENED, customer, day)))
    reopened = np.where(again, resolved + rng.gamma(1.5, 6.0, count), np.nan)

    # Slow work costs a good part of a rating, whatever else is going on.
    rating = 4.1 - 0.25 * np.log(np.maximum(resolved - opened, 0.1) / 4) - 0.5 * again
    rating += pressure.at(Sign.SATISFACTION, customer, day) + rng.normal(0, 0.7, count)
    rated = np.where(rng.random(count) < RATED, resolved + rng.exponential(4.0, count), np.nan)
    seen = rated < clock.days
    late = np.where(rng.random(count) < world.late_tickets, opened + rng.uniform(0.5, 5, count), np.nan)
    table = pd.DataFrame(
        {
            "customer_id": identities("C", customer, 5),
            "opened_at": clock.at(opened),
            "kind": labels([kind.name for kind in KINDS], kind_of),
            "severity": pd.array(severity.astype(np.int64), dtype="Int64"),
            "resolved_at": clock.at(resolved),
            "reopened_at": clock.at(reopened),
            "accepted": flags(accepted, offered),
            "satisfaction": np.where(seen, np.clip(np.round(rating), 1, 5), np.nan),
            "rated_at": clock.at(rated),
            "known_at": clock.at(late),
        }
    )
    table["severity"] = table["severity"].mask(offered)
    in_time = ~(late >= clock.days)
    table = table[in_time].iloc[np.argsort(opened[in_time], kind="stable")].reset_index(drop=True)
    table.insert(0, "ticket_id", identities("T", np.arange(len(table)), 6))
    return table
