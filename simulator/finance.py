"""Invoices: one an order, confirmed, paid, disputed, with what is owed in all."""

import numpy as np
import pandas as pd

from simulator.causes import Sign
from simulator.clock import Clock, Floats, Ints, chance, office_hours
from simulator.identity import identities, labels
from simulator.orders import Orders
from simulator.pressure import Pressure
from simulator.settings import CONFIRMED, DISPUTED, LATENESS_SPREAD, LATENESS_TAIL, OTHER_METHOD, WRITTEN_OFF
from simulator.traits import Traits

METHODS = ("transfer", "direct_debit", "card", "bill_of_exchange", "instalments")


def draw(
    rng: np.random.Generator,
    clock: Clock,
    traits: Traits,
    pressure: Pressure,
    orders: Orders,
    trade: pd.DataFrame,
) -> pd.DataFrame:
    customer, day, amount = _billed(clock, orders, trade)
    count = len(customer)
    issued = office_hours(rng, clock.on_workday(day + rng.integers(1, 6, count)))
    issued = np.maximum(issued, day + 0.8)
    due = np.floor(issued) + traits.terms[customer]
    confirmed = issued + np.exp(rng.normal(0.6, 0.6, count) + pressure.at(Sign.CONFIRMATION, customer, day))
    confirmed = np.where(rng.random(count) < CONFIRMED, confirmed, np.nan)

    # Lateness belongs to the time of payment, not of the order: asked about at the due date.
    delay = traits.lateness[customer] + pressure.at(Sign.LATENESS, customer, due) * rng.gamma(
        4.0, 0.25, count
    )
    delay += rng.normal(0, LATENESS_SPREAD, count) + rng.exponential(LATENESS_TAIL, count)
    disputed = rng.random(count) < chance(DISPUTED + pressure.at(Sign.DISPUTES, customer, issued))
    disputed_at = np.where(disputed, issued + 1 + rng.gamma(2.0, 5.0, count), np.nan)
    delay += np.where(disputed, rng.gamma(2.0, 8.0, count), 0.0)
    paid = np.maximum(due + delay + rng.uniform(0.35, 0.7, count), issued + 0.6)
    paid = np.where(disputed, np.maximum(paid, disputed_at + 1), paid)
    paid = np.where(rng.random(count) < WRITTEN_OFF, np.nan, paid)

    other = rng.random(count) < chance(OTHER_METHOD + pressure.at(Sign.SETTLEMENT, customer, issued))
    method = np.where(other, rng.integers(3, 5, count), traits.settlement[customer])
    limit = _limits(traits)[customer]
    table = pd.DataFrame(
        {
            "customer_id": identities("C", customer, 5),
            "issued_at": clock.at(issued),
            "due_at": clock.on(due),
            "amount": amount,
            "confirmed_at": clock.at(confirmed),
            "paid_at": clock.at(paid),
            "disputed_at": clock.at(disputed_at),
            "settlement_method": labels(METHODS, method),
            "credit_limit": limit,
            "exposure": exposure(customer, issued, paid, amount),
        }
    )
    issued_yet = issued < clock.days
    table = table.loc[np.flatnonzero(issued_yet)[np.argsort(issued[issued_yet], kind="stable")]]
    table = table.reset_index(drop=True)
    table.insert(0, "invoice_id", identities("F", np.arange(len(table)), 7))
    return table


def _billed(clock: Clock, orders: Orders, trade: pd.DataFrame) -> tuple[Ints, Ints, Floats]:
    """Customer, day and sum of each order; what comes back is credited elsewhere."""
    bought = trade[~trade["is_return"]]
    day = (bought["ordered_at"].to_numpy() - np.datetime64(clock.start, "us")) // np.timedelta64(1, "D")
    customer = bought["customer_id"].str.slice(1).astype("int64").to_numpy()
    code = customer * clock.days + day.astype(np.int64)
    known = orders.customer * clock.days + orders.day  # sorted, and one an order
    amount = np.bincount(
        np.searchsorted(known, code), weights=bought["amount"].to_numpy(), minlength=len(known)
    )
    return orders.customer, orders.day, np.round(amount, 2)


def _limits(traits: Traits) -> Floats:
    """Three months of ordinary business, in steps of a thousand; it stays as it was granted."""
    return np.maximum(np.round(traits.size / traits.cadence * 90 / 1000), 1.0) * 1000


def exposure(customer: Ints, issued: Floats, paid: Floats, amount: Floats) -> Floats:
    """What the customer owes in all when the invoice is issued, the invoice itself among it."""
    count = len(customer)
    when = np.concatenate([issued, np.where(np.isnan(paid), np.inf, paid)])
    cents = np.round(np.concatenate([amount, -amount]) * 100).astype(np.int64)
    order = np.lexsort((when, np.tile(customer, 2)))
    running = np.cumsum(cents[order])
    # A customer's own balance starts at what all customers before it still sum to: nothing, since all is paid at
    # the end of time.
    owed = np.empty(2 * count, dtype=np.int64)
    owed[order] = running
    return np.asarray(np.round(owed[:count] / 100, 2))
