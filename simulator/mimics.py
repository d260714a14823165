"""The truth about what only looks like leaving: downturns, seasons, holidays, pauses, stocking up."""

from functools import partial

import numpy as np
import pandas as pd

from simulator.causes import DOWNTURN, LOCKDOWN, PRESSING, SHOCK, TARIFF
from simulator.clock import Clock, Floats, Ints
from simulator.departures import Departures
from simulator.identity import identities, labels
from simulator.market import Downturns
from simulator.orders import Stocking
from simulator.pressure import Spells
from simulator.traits import INDUSTRIES, Traits
from simulator.yearly import YEAR, Yearly, each_year

KINDS = ("downturn", "season", "holiday", "pause", "stocking", "shock", "tariff", "lockdown")
"""An industry's downturn; the weak half of a strong season; a holiday; a long pause; quiet after stocking up; a
shock of the industry, a tariff on it, a lockdown of the region."""
PRESSED = {"downturn": DOWNTURN, "shock": SHOCK, "tariff": TARIFF, "lockdown": LOCKDOWN}


def table(
    clock: Clock, traits: Traits, yearly: Yearly, stocking: Stocking, felt: Spells, departures: Departures
) -> pd.DataFrame:
    """One row a customer and time in which it orders less for a reason that is no cause to leave.

    Times before it joined, or after a leaver's last order, are left out.
    """
    weak = np.where(yearly.swing > 0, (yearly.peak + YEAR / 4) % 365, np.nan)
    ones = partial(np.ones_like, dtype=np.float64)
    parts = [
        *(_felt(kind, felt.among(felt.cause == PRESSING.index(cause))) for kind, cause in PRESSED.items()),
        _yearly(clock, "season", weak, YEAR / 2 * ones(weak), yearly.swing),
        _yearly(clock, "holiday", yearly.closes, yearly.closed_days, ones(yearly.closes)),
        _yearly(clock, "pause", traits.pause_start, traits.pause_days, ones(traits.pause_start)),
        _part("stocking", stocking.customer, stocking.day, stocking.day + stocking.days, ones(stocking.day)),
    ]
    kind, customer, since, until, strength = (np.concatenate(part) for part in zip(*parts, strict=True))
    begins = np.maximum(traits.joined[customer], 0)
    there = (until >= begins) & (since < np.minimum(departures.last, clock.days)[customer])
    order = np.flatnonzero(there)[np.lexsort((kind[there], since[there], customer[there]))]
    return pd.DataFrame(
        {
            "customer_id": identities("C", customer[order], 5),
            "kind": labels(KINDS, kind[order]),
            "from_on": clock.on(since[order]),
            "until_on": clock.on(until[order]),
            "strength": np.round(strength[order], 4),
        }
    )


Part = tuple[Ints, Ints, Floats, Floats, Floats]


def _part(kind: str, customer: Ints, since: Floats | Ints, until: Floats, strength: Floats) -> Part:
    return (
        np.full(len(customer), KINDS.index(kind)),
        customer,
        np.asarray(since, dtype=np.float64),
        until,
        strength,
    )


def _felt(kind: str, felt: Spells) -> Part:
    return _part(kind, felt.customer, felt.onset, felt.hold_until + felt.fade, felt.strength)


def _yearly(clock: Clock, kind: str, begins: Floats, lasts: Floats, strength: Floats) -> Part:
    customer, since, until = each_year(clock, begins, lasts)
    return _part(kind, customer, since, until, strength[customer])


def downturns(clock: Clock, drawn: Downturns) -> pd.DataFrame:
    """One row a downturn of an industry."""
    order = np.argsort(drawn.onset, kind="stable")
    return pd.DataFrame(
        {
            "industry": labels(INDUSTRIES, drawn.industry[order]),
            "onset_on": clock.on(drawn.onset[order]),
            "full_on": clock.on((drawn.onset + drawn.rise)[order]),
            "over_on": clock.on((drawn.hold_until + drawn.fade)[order]),
            "depth": np.round(drawn.depth[order], 4),
        }
    )
