"""What is wrong with the records themselves: products renamed, customers merged, lines entered late.

It happens to finished tables, so that a world with faulty records is otherwise the same as one without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.clock import Clock, Floats, Ints
from simulator.departures import Plan
from simulator.finance import exposure
from simulator.identity import identities
from simulator.settings import World
from simulator.traits import LINES, PRODUCTS_A_LINE, Traits

YEAR = 365.25
DATED = {
    "trade": "ordered_at",
    "interaction": "occurred_at",
    "service": "opened_at",
    "finance": "issued_at",
    "milestones": "known_at",
    "contracts": "starts_on",
    "imports": "shipped_on",
}
"""The date of a record that tells under which of two merged customers it is booked."""


@dataclass(frozen=True)
class Changed:
    """Identities that end on a day and go on as another, in parallel arrays."""

    old: Ints
    new: Ints
    day: Floats


def renamed(rng: np.random.Generator, world: World) -> Changed:
    """Products that get a new number: a new generation, a new system."""
    products = LINES * PRODUCTS_A_LINE
    first = rng.exponential(YEAR / world.renamed if world.renamed else np.inf, products)
    old = np.flatnonzero(first < world.days)
    old = old[np.argsort(first[old], kind="stable")]
    return Changed(old=old, new=products + np.arange(len(old)), day=np.floor(first[old]))


def merged(rng: np.random.Generator, world: World, traits: Traits, plan: Plan) -> Changed:
    """Customers whose records go on under another number: bought by another customer, or entered twice.

    Both sides are customers that do not leave, and none takes part twice as the one that stops.
    """
    n = world.customers
    joined = np.maximum(traits.joined, 0)
    wait = rng.exponential(YEAR / world.merged if world.merged else np.inf, n)
    day = np.floor(joined + world.merged_after + wait)
    wish = rng.random(n)
    stays = np.isinf(plan.ripe)
    old = np.flatnonzero(stays & (day < world.days))
    takes = stays.copy()
    takes[old] = False
    new = np.full(len(old), -1)
    for place, customer in enumerate(old):
        able = takes & (joined < day[customer] - world.merged_after)
        alike = able & (traits.industry == traits.industry[customer])
        choice = np.flatnonzero(alike if alike.any() else able)
        if len(choice):
            new[place] = choice[int(wish[customer] * len(choice))]
    found = new >= 0
    return Changed(old=old[found], new=new[found], day=day[old[found]])


def rename(clock: Clock, trade: pd.DataFrame, changed: Changed) -> pd.DataFrame:
    """Trade with the new product numbers from the day of the change on."""
    if not len(changed.old):
        return trade
    return trade.assign(
        product_id=_follow(clock, trade["product_id"], trade["ordered_at"], changed, ("P", 4))
    )


def merge(clock: Clock, tables: Mapping[str, pd.DataFrame], changed: Changed) -> dict[str, pd.DataFrame]:
    """The tables with the merged customers' records under the other number from that day on.

    ``customers`` keeps both; what is owed is counted again for those that took others in.
    """
    result = dict(tables)
    if not len(changed.old):
        return result
    for name, when in DATED.items():
        if name not in result:
            continue
        frame = result[name]
        who = _follow(clock, frame["customer_id"], frame[when], changed, ("C", 5))
        result[name] = frame.assign(customer_id=who)
    result["finance"] = _owed(result["finance"], changed)
    return result


def _follow(
    clock: Clock,
    number: "pd.Series[str]",
    when: "pd.Series[pd.Timestamp]",
    changed: Changed,
    form: tuple[str, int],
) -> "pd.Series[str]":
    letter, width = form
    old, new = (identities(letter, of, width) for of in (changed.old, changed.new))
    hit = np.flatnonzero(number.isin(old))
    place = pd.Index(old).get_indexer(pd.Index(number.iloc[hit]))
    later = when.iloc[hit].to_numpy() >= clock.on(changed.day)[place]
    result = number.copy()
    result.iloc[hit[later]] = new.iloc[place[later]]
    return result


def _owed(finance: pd.DataFrame, changed: Changed) -> pd.DataFrame:
    took = np.flatnonzero(
        finance["customer_id"].isin(identities("C", np.concatenate([changed.old, changed.new]), 5))
    )
    some = finance.iloc[took]
    issued, paid = (
        (some[name] - pd.Timestamp(0)).dt.total_seconds().to_numpy() / 86_400
        for name in ("issued_at", "paid_at")
    )
    owed = exposure(pd.factorize(some["customer_id"])[0], issued, paid, some["amount"].to_numpy())
    whole = finance["exposure"].to_numpy().copy()
    whole[took] = owed
    return finance.assign(exposure=whole)


def late(rng: np.random.Generator, world: World, clock: Clock, trade: pd.DataFrame) -> pd.DataFrame:
    """Trade with ``known_at``: some orders are entered days later, whole; what is not yet entered is not there.

    Without late orders there is no such column.
    """
    if not world.late_orders:
        return trade
    order, first = pd.factorize(trade["order_id"])
    entered = rng.random(len(first)) < world.late_orders
    wait = 0.5 + rng.gamma(1.2, world.late_days / 1.2, len(first))
    moment = (trade["ordered_at"] - pd.Timestamp(clock.start)).dt.total_seconds().to_numpy() / 86_400
    known = np.where(entered[order], moment + wait[order], np.nan)
    whole = trade.assign(known_at=clock.at(known))
    return whole[~(known >= clock.days)].reset_index(drop=True)


def told(clock: Clock, changed: Changed, form: tuple[str, int], names: tuple[str, str, str]) -> pd.DataFrame:
    """The truth about a change: the old identity, the new one, the day."""
    letter, width = form
    old, new, day = names
    return pd.DataFrame(
        {
            old: identities(letter, changed.old, width),
            new: identities(letter, changed.new, width),
            day: clock.on(changed.day),
        }
    )
