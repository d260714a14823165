"""Joint milestones and contracts of key and core accounts."""

import numpy as np
import pandas as pd

from simulator.causes import Sign
from simulator.clock import Clock, Floats, Ints
from simulator.departures import Departures
from simulator.identity import identities, labels
from simulator.pressure import Pressure
from simulator.settings import CONTRACTED, LAPSED, MILESTONES
from simulator.traits import Traits

KINDS = ("annual_review", "roadmap", "joint_development", "exhibition")


def milestones(
    rng: np.random.Generator, clock: Clock, traits: Traits, departures: Departures, pressure: Pressure
) -> pd.DataFrame:
    """Planned about two months ahead; under a cold relation they slip or are never done."""
    first = np.maximum(traits.joined, -30)
    years = np.maximum(np.minimum(departures.last, clock.days) - first, 0) / 365.25
    counts = rng.poisson(np.array(MILESTONES)[traits.segment] * years[:, None])
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    customer, kind = np.divmod(cells, len(KINDS))
    agreed = first[customer] + rng.random(len(cells)) * years[customer] * 365.25
    planned = clock.on_workday(agreed + rng.uniform(30, 90, len(cells)))
    slip = pressure.at(Sign.SLIPPAGE, customer, planned)
    delay = (
        rng.normal(2, 6, len(cells)) + rng.exponential(6, len(cells)) + slip * rng.gamma(2, 0.5, len(cells))
    )
    done = np.maximum(planned + delay, agreed + 1)
    dropped = rng.random(len(cells)) < 0.06 + 0.5 * (slip > 20)
    gone = departures.away(customer, done) & (rng.random(len(cells)) < 0.8)
    done = np.where(dropped | gone | (done >= clock.days), np.nan, done)
    keep = (agreed >= 0) & (agreed < clock.days)
    order = np.flatnonzero(keep)[np.argsort(agreed[keep], kind="stable")]
    return pd.DataFrame(
        {
            "milestone_id": identities("M", np.arange(len(order)), 5),
            "customer_id": identities("C", customer[order], 5),
            "kind": labels(KINDS, kind[order]),
            "planned_on": clock.on(planned[order]),
            "done_on": clock.on(done[order]),
            "known_at": clock.at(np.floor(agreed[order]) + 0.5),
        }
    )


def contracts(rng: np.random.Generator, clock: Clock, traits: Traits, departures: Departures) -> pd.DataFrame:
    """One or two years each, renewed in the last two months; a leaver's runs out or is cancelled."""
    bound = rng.random(len(traits.segment)) < np.array(CONTRACTED)[traits.segment]
    years = rng.choice((1, 2), size=len(bound), p=(0.7, 0.3))
    begin = np.maximum(traits.joined, 0) + rng.uniform(0, 365 * years)
    begin = np.where(traits.joined < 0, begin - 365 * years, begin)
    none = np.zeros(0)
    rows: list[tuple[Ints, Floats, Floats, Floats, Floats]] = [
        (none.astype(np.int64), none, none, none, none)
    ]
    customer = np.flatnonzero(bound & (begin < departures.last) & (begin > traits.joined))
    starts = np.floor(begin[customer])
    while len(customer):
        count = len(customer)
        ends = starts + 365 * years[customer] - 1
        renewed = np.floor(ends - rng.gamma(4.0, 7.0, count)) + 0.6
        stays = (departures.last[customer] > ends + 30) & (rng.random(count) > LAPSED)
        notice = departures.last[customer] + np.floor(rng.normal(5, 25, count)) + 0.6
        cancels = ~stays & (notice > starts + 30) & (notice < ends) & (rng.random(count) < 0.3)
        rows.append(
            (customer, starts, ends, np.where(stays, renewed, np.nan), np.where(cancels, notice, np.nan))
        )
        goes_on = stays & (renewed < clock.days)
        customer, starts = customer[goes_on], ends[goes_on] + 1
    customer, starts, ends, renewed, cancelled = (np.concatenate(part) for part in zip(*rows, strict=True))
    signed = np.maximum(starts - 14, traits.joined[customer])
    order = np.lexsort((customer, starts))
    order = order[(signed < clock.days)[order]]
    return pd.DataFrame(
        {
            "contract_id": identities("V", np.arange(len(order)), 5),
            "customer_id": identities("C", customer[order], 5),
            "starts_on": clock.on(starts[order]),
            "ends_on": clock.on(ends[order]),
            "renewed_at": clock.at(renewed[order]),
            "cancelled_at": clock.at(cancelled[order]),
            "known_at": clock.at(signed[order] + 0.5),
        }
    )
