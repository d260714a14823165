"""The whole company: its records as contract tables, and the truth behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pandas as pd

from simulator import departures as leaving
from simulator import (
    finance,
    interaction,
    market,
    mimics,
    outside,
    quality,
    seconds,
    service,
    shocks,
    strategic,
    trade,
    traits,
    yearly,
)
from simulator import orders as ordering
from simulator.causes import CAUSES, NONE
from simulator.clock import Clock
from simulator.departures import Departures, Plan
from simulator.identity import identities, labels
from simulator.namesakes import told_apart
from simulator.orders import Orders
from simulator.pressure import Pressure, Spells, joined
from simulator.settings import World
from simulator.traits import INDUSTRIES, REGIONS, SEGMENTS, Traits
from simulator.yearly import Yearly

NAMES = tuple(cause.name for cause in CAUSES)
TRUTH = ("leavers", "spells", "mimics", "downturns", "traits", "renamed", "merged")


@dataclass(frozen=True)
class Company:
    """Record tables with the columns of the data contract, then the truth, which no feature may read."""

    customers: pd.DataFrame
    trade: pd.DataFrame
    interaction: pd.DataFrame
    service: pd.DataFrame
    finance: pd.DataFrame
    milestones: pd.DataFrame
    contracts: pd.DataFrame
    cases: pd.DataFrame
    leavers: pd.DataFrame
    """One row a customer that left within the records: ``cause`` (the leading one where there are two: the louder
    on the day L), ``onset_on``, ``last_purchase_on`` (L), ``returned_on`` (missing: not within the records),
    ``noticed_on``, ``strength``, ``loudness`` (on L; 1: all its signs moved as far as declared), and
    ``second_cause``, ``second_onset_on``, ``second_strength``, ``second_loudness`` (missing: one cause)."""
    spells: pd.DataFrame
    """One row a spell of a cause on a customer, leaving or got over: ``onset_on``, ``full_on``, ``over_on``
    (missing for leavers), ``strength``, ``leaving`` (also of those that leave only after the records), and
    ``second`` (set in on top of another)."""
    mimics: pd.DataFrame
    """One row a customer and time in which it ordered less for a reason that is no cause to leave: ``kind``,
    ``from_on``, ``until_on``, ``strength``."""
    downturns: pd.DataFrame
    """One row a downturn of an industry: ``onset_on``, ``full_on``, ``over_on``, ``depth``."""
    traits: pd.DataFrame
    """One row a customer: what stays the same about it."""
    renamed: pd.DataFrame
    """One row a product with a new number: ``product_id``, ``new_product_id``, ``renamed_on``."""
    merged: pd.DataFrame
    """One row a customer whose records go on under another number, and which has not left: ``customer_id``,
    ``into_id``, ``merged_on``."""
    missing: tuple[str, ...] = ()
    """Tables of records that this company does not keep."""
    outside: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of the world outside, records and truth: ``outside.RECORDS`` and ``outside.TRUTH``; empty in a world
    without rivals, shocks and index."""

    @property
    def records(self) -> dict[str, pd.DataFrame]:
        apart = (*TRUTH, *self.missing, "missing", "outside")
        own = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in apart}
        return own | {name: frame for name, frame in self.outside.items() if name in outside.RECORDS}

    @property
    def truth(self) -> dict[str, pd.DataFrame]:
        own = {name: getattr(self, name) for name in TRUTH}
        return own | {name: frame for name, frame in self.outside.items() if name in outside.TRUTH}


def simulate(world: World, seed: int) -> Company:
    """Make a company. The same world and seed give the same company; another seed gives other customers.

    Each family of records draws from a stream of its own, so that a change to one leaves the others as they were.
    """
    streams = np.random.default_rng(seed).spawn(22)  # more of them leave the first as they are
    clock = Clock(world.start, world.days)
    people = traits.draw(streams[0], world)
    if world.rivals:
        people = replace(people, name=told_apart(streams[21], people.name))
    plan = leaving.plan(streams[1], world, people)
    second = seconds.draw(streams[10], world, people, plan)
    downturns = market.draw(streams[11], world)
    felt = market.felt(streams[11], world, people, downturns)
    years = yearly.draw(streams[12], world, people)
    shocked = shocks.draw(streams[15], world)
    struck, duties = shocks.felt(streams[15], world, people, shocked), shocks.duties(shocked)
    beside = Pressure(struck, world.customers, np.inf) if len(struck.customer) else None
    pressure = Pressure(joined([plan.spells, second, felt]), world.customers, world.saturation, beside)
    wished, stocking, rate = ordering.draw(streams[2], world, clock, people, years, pressure)
    departures = leaving.settle(plan, wished)
    orders = wished.among(~departures.away(wished.customer, wished.day))
    lines = trade.draw(streams[3], clock, people, pressure, orders, trade.Outer(duties, world.rivals > 0))
    leavers = _leavers(streams[8], world, clock, plan, second, departures, orders)
    renamed = quality.renamed(streams[13], world)
    merged = quality.merged(streams[13], world, people, plan)
    tables = {
        "trade": quality.late(streams[14], world, clock, quality.rename(clock, lines, renamed)),
        "interaction": interaction.draw(streams[4], world, clock, people, departures, pressure),
        "service": service.draw(streams[5], world, clock, people, departures, pressure),
        "finance": finance.draw(streams[6], clock, people, pressure, orders, lines),
        "milestones": strategic.milestones(streams[7], clock, people, departures, pressure),
        "contracts": strategic.contracts(streams[7], clock, people, departures),
    }
    seen = outside.draw(
        streams[16:20], world, clock, people, rate, pressure, plan, departures, shocked, duties, lines
    )
    tables = quality.merge(clock, tables | seen.shipments, merged)
    papers = outside.on_paper(streams[20], world, people, tables.pop("imports", None))
    return Company(
        **tables,
        customers=_customers(streams[9], clock, people),
        cases=_cases(world, leavers),
        leavers=leavers,
        spells=_spells(clock, joined([plan.spells, second])),
        mimics=mimics.table(clock, people, years, stocking, joined([felt, struck]), departures),
        downturns=mimics.downturns(clock, downturns),
        traits=_traits(clock, people, years),
        renamed=quality.told(clock, renamed, ("P", 4), ("product_id", "new_product_id", "renamed_on")),
        merged=quality.told(clock, merged, ("C", 5), ("customer_id", "into_id", "merged_on")),
        missing=world.missing,
        outside=seen.told | papers,
    )


def _leavers(
    rng: np.random.Generator,
    world: World,
    clock: Clock,
    plan: Plan,
    second: Spells,
    departures: Departures,
    orders: Orders,
) -> pd.DataFrame:
    first, then = (
        spells.among(spells.leaving & departures.leaves[spells.customer]) for spells in (plan.spells, second)
    )
    who = first.customer
    last = departures.last[who]
    leads, follows, loud, quieter = seconds.ranked(first, then, last)
    both, other = joined([first, then]), follows >= 0
    back = np.full(world.customers, np.inf)
    after = orders.day >= departures.returns[orders.customer]
    np.minimum.at(back, orders.customer[after], orders.day[after].astype(float))
    noticed = last + rng.integers(world.noticed_days[0], world.noticed_days[1] + 1, len(who))
    return pd.DataFrame(
        {
            "customer_id": identities("C", who, 5),
            "cause": labels(NAMES, leads.cause),
            "onset_on": clock.on(leads.onset),
            "last_purchase_on": clock.on(last),
            "returned_on": clock.on(np.where(np.isfinite(back), back, np.nan)[who]),
            "noticed_on": clock.on(noticed),
            "strength": np.round(leads.strength, 4),
            "loudness": np.round(loud, 4),
            "second_cause": labels(NAMES, both.cause[follows], other),
            "second_onset_on": clock.on(np.where(other, both.onset[follows], np.nan)),
            "second_strength": np.where(other, np.round(both.strength[follows], 4), np.nan),
            "second_loudness": np.round(quieter, 4),
        }
    )


def _cases(world: World, leavers: pd.DataFrame) -> pd.DataFrame:
    """What the company wrote off in the first months, with the cause where anyone could tell it."""
    cut = pd.Timestamp(world.start) + pd.DateOffset(months=world.cases_months)
    known = leavers[leavers["noticed_on"] < cut].sort_values(["noticed_on", "customer_id"])
    return pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "churned_on": known["last_purchase_on"],
            "cause": known["cause"].mask(known["cause"] == NONE.name),
            "known_at": known["noticed_on"] + pd.Timedelta(hours=9),
        }
    ).reset_index(drop=True)


def _customers(rng: np.random.Generator, clock: Clock, people: Traits) -> pd.DataFrame:
    """A row a customer, and a second where the owner changed, known from that day on."""
    n = len(people.joined)
    table = pd.DataFrame(
        {
            "customer_id": identities("C", np.arange(n), 5),
            "name": pd.Series(people.name, dtype="str"),
            "industry": labels(INDUSTRIES, people.industry),
            "region": labels(REGIONS, people.region),
            "segment": labels(SEGMENTS, people.segment),
            "owner": identities("A", people.owner, 2),
            "since_on": clock.on(people.joined),
            "known_at": clock.at(people.joined + 0.3),
        }
    )
    since = np.maximum(people.joined, 0) + 30
    changed = since + rng.exponential(365.25 * 8, n)
    moved = np.flatnonzero(changed < clock.days)
    second = table.iloc[moved].assign(
        owner=identities("A", people.region[moved] * 4 + (people.owner[moved] + 1) % 4, 2).to_numpy(),
        known_at=clock.at(np.floor(changed[moved]) + 0.4),
    )
    return pd.concat([table, second], ignore_index=True)


def _spells(clock: Clock, spells: Spells) -> pd.DataFrame:
    over = np.where(spells.leaving, np.nan, spells.hold_until + spells.fade)
    table = pd.DataFrame(
        {
            "customer_id": identities("C", spells.customer, 5),
            "cause": labels(NAMES, spells.cause),
            "onset_on": clock.on(spells.onset),
            "full_on": clock.on(spells.onset + spells.rise),
            "over_on": clock.on(over),
            "strength": np.round(spells.strength, 4),
            "leaving": spells.leaving,
            "second": spells.second,
        }
    )
    return table.sort_values(["customer_id", "onset_on"], kind="stable", ignore_index=True)


def _traits(clock: Clock, people: Traits, years: Yearly) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": identities("C", np.arange(len(people.joined)), 5),
            "joined_on": clock.on(people.joined),
            "cadence_days": np.round(people.cadence, 2),
            "gap_shape": np.round(people.shape, 3),
            "order_value": np.round(people.size, 2),
            "dormant": np.isfinite(people.pause_start),
            "pause_start": people.pause_start,
            "pause_days": np.where(np.isfinite(people.pause_start), people.pause_days, np.nan),
            "stocker": people.stocker,
            "season_swing": np.round(years.swing, 3),
            "season_peak": np.where(years.swing > 0, np.floor(years.peak), np.nan),
            "holiday_start": years.closes,
            "holiday_days": np.where(np.isfinite(years.closes), np.floor(years.closed_days), np.nan),
        }
    )
