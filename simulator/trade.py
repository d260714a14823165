"""Order lines: what is ordered, at which price, and what comes back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.causes import Sign
from simulator.clock import Clock, Floats, Ints, chance, office_hours
from simulator.identity import identities, line_names
from simulator.orders import Orders
from simulator.pressure import Pressure
from simulator.settings import (
    FOLLOWED_UP,
    ORDER_SPREAD,
    PRICE_RISE,
    RETURN_DAYS,
    STOCKED,
    TRIAL_SHARE,
    URGENT_EXTRA,
)
from simulator.shocks import Duties
from simulator.traits import ASSORTMENT, LINES, PRODUCTS_A_LINE, Traits


@dataclass(frozen=True)
class Prices:
    """The price list: products by number, cost as a share of the list price."""

    list_price: Floats
    cost: Floats
    rises: Floats
    """(years, product lines): factor on the list price since the first day."""

    def on(self, product: Ints, line: Ints, day: Ints) -> Floats:
        return np.round(self.list_price[product] * self.rises[day // 365, line], 2)


@dataclass(frozen=True)
class Outer:
    """What the world outside does to order lines."""

    duties: Duties
    stepwise: bool
    """Whether product lines are lost one after another, and nothing else changes in the mix; as in a world with
    rivals, which gain what is lost. Else a customer with fewer lines also turns to the dearest of them."""


@dataclass(frozen=True)
class Lines:
    order: Ints
    """Place in the orders."""
    line: Ints
    product: Ints
    trial: np.ndarray[tuple[int], np.dtype[np.bool_]]


def price_list(rng: np.random.Generator, clock: Clock) -> Prices:
    """List prices of 2 to 900; a yearly rise of 2 to 7%, other for each line."""
    products = LINES * PRODUCTS_A_LINE
    years = clock.days // 365 + 1
    rise = np.append(np.ones((1, LINES)), rng.uniform(*PRICE_RISE, (years - 1, LINES)), axis=0)
    return Prices(
        list_price=np.clip(np.exp(rng.normal(3.6, 1.1, products)), 2, 900),
        cost=rng.uniform(0.58, 0.74, products),
        rises=np.asarray(np.cumprod(rise, axis=0), dtype=np.float64),
    )


def draw(
    rng: np.random.Generator, clock: Clock, traits: Traits, pressure: Pressure, orders: Orders, outer: Outer
) -> pd.DataFrame:
    prices = price_list(rng, clock)
    lines = _lines(rng, traits, pressure, orders, outer.stepwise)
    customer, day = orders.customer[lines.order], orders.day[lines.order]
    urgent = rng.random(len(orders.day)) < chance(
        traits.urgent[orders.customer] + pressure.at(Sign.URGENT, orders.customer, orders.day)
    )
    listed = prices.on(lines.product, lines.line, day)
    discount = traits.discount[customer] + pressure.at(Sign.DISCOUNT, customer, day)
    discount = np.clip(discount + rng.normal(0, 0.015, len(day)) + 0.02 * lines.trial, 0, 0.45)
    paid = np.round(listed * (1 - discount) * np.where(urgent[lines.order], 1 + URGENT_EXTRA, 1.0), 2)

    worth = traits.size[customer] * np.exp(
        pressure.at(Sign.BASKET, customer, day) + rng.normal(0, ORDER_SPREAD, len(day))
    )
    worth *= np.where(orders.stocked[lines.order], rng.uniform(*STOCKED, len(orders.day))[lines.order], 1.0)
    worth *= np.where(lines.trial, 0.15, 1 / (1 + traits.basket[customer]))
    # Young customers order little at first and grow into their size within half a year.
    worth *= np.clip(0.5 + (day - traits.joined[customer]) / 360, 0.5, 1.0)
    if len(outer.duties.line):
        worth *= outer.duties.factor(lines.line, day)
    quantity = np.maximum(np.round(worth / np.maximum(paid, 0.01)), 1.0)
    frame = pd.DataFrame(
        {
            "order": lines.order,
            "customer": customer,
            "moment": office_hours(rng, orders.day)[lines.order],
            "product": lines.product,
            "line": lines.line,
            "quantity": quantity,
            "list_price": listed,
            "unit_price": paid,
            "cost": np.round(listed * prices.cost[lines.product], 2),
            "is_return": False,
            "is_urgent": urgent[lines.order],
            "is_trial": lines.trial,
        }
    )
    return _table(clock, pd.concat([frame, _returns(rng, clock, traits, pressure, frame)], ignore_index=True))


def _lines(
    rng: np.random.Generator, traits: Traits, pressure: Pressure, orders: Orders, stepwise: bool
) -> Lines:
    """Ordinary lines from the customer's assortment, trials beyond it, and what trials bring after them."""
    lost = np.clip(pressure.at(Sign.BREADTH, orders.customer, orders.day), 0, 0.9)
    wide = np.maximum(np.round(traits.breadth[orders.customer] * (1 - lost)), 1).astype(np.int64)
    counts = 1 + rng.poisson(traits.basket[orders.customer] * (1 - 0.5 * lost))
    order = np.repeat(np.arange(len(counts)), counts)
    customer = orders.customer[order]
    # The dearest lines are bought most often: the smaller of two even draws.
    pick = np.minimum(rng.random(len(order)), rng.random(len(order)))
    place = (pick * wide[order]).astype(np.int64)
    if stepwise:
        place = _stepwise(pick, wide[order], traits.breadth[customer])
    line = traits.lines[customer, place]
    product = _product(rng, customer, line)

    tried = np.flatnonzero(rng.random(len(counts)) < TRIAL_SHARE)
    trier = orders.customer[tried]
    trial_line = (traits.lines[trier, ASSORTMENT - 1] + rng.integers(1, LINES, len(tried))) % LINES
    trial_product = _product(rng, trier, trial_line)
    liked = rng.random(len(tried)) < chance(FOLLOWED_UP + pressure.at(Sign.TRIALS, trier, orders.day[tried]))
    later = tried + rng.integers(1, 4, len(tried))
    same = later < len(counts)
    same[same] &= orders.customer[later[same]] == trier[same]
    brings = liked & same

    order = np.concatenate([order, tried, later[brings]])
    line = np.concatenate([line, trial_line, trial_line[brings]])
    product = np.concatenate([product, trial_product, trial_product[brings]])
    trial = np.zeros(len(order), dtype=bool)
    trial[len(order) - len(tried) - brings.sum() : len(order) - brings.sum()] = True
    # An order names a product once.
    _, kept = np.unique(order * (LINES * PRODUCTS_A_LINE) + product, return_index=True)
    return Lines(order=order[kept], line=line[kept], product=product[kept], trial=trial[kept])


def _stepwise(pick: Floats, wide: Ints, breadth: Ints) -> Ints:
    """The lines that are left keep their weights, and share what was picked of those that are gone."""
    edge = wide / breadth
    again = np.where(pick < edge, pick * breadth, (pick - edge) / np.maximum(1 - edge, 1e-9) * wide)
    return np.asarray(np.minimum(again.astype(np.int64), np.where(pick < edge, breadth, wide) - 1))


def _product(rng: np.random.Generator, customer: Ints, line: Ints) -> Ints:
    """A customer keeps to three products of a line, which differ from one customer to the next."""
    return np.asarray(
        line * PRODUCTS_A_LINE + (customer * 7 + rng.integers(0, 3, len(line))) % PRODUCTS_A_LINE
    )


def _returns(
    rng: np.random.Generator, clock: Clock, traits: Traits, pressure: Pressure, lines: pd.DataFrame
) -> pd.DataFrame:
    """Lines that come back, whole or in part, about two weeks later, under an order number of their own."""
    customer = lines["customer"].to_numpy()
    back = rng.random(len(lines)) < chance(
        traits.returns[customer] + pressure.at(Sign.RETURNS, customer, lines["moment"].to_numpy())
    )
    returned = lines[back].copy()
    moment = returned["moment"].to_numpy()
    day = clock.on_workday(moment + 1 + rng.gamma(2, RETURN_DAYS / 2, len(returned)))
    day = np.maximum(day, np.floor(moment).astype(np.int64))
    part = np.where(rng.random(len(returned)) < 0.6, 1.0, rng.uniform(0.2, 0.9, len(returned)))
    returned["quantity"] = -np.maximum(np.round(returned["quantity"].to_numpy() * part), 1.0)
    returned["moment"] = np.maximum(office_hours(rng, day), moment + 0.01)
    returned["is_return"] = True
    returned["is_urgent"] = False
    returned["is_trial"] = False
    returned["order"] = -1 - np.arange(len(returned))
    return returned[returned["moment"] < clock.days]


def _table(clock: Clock, lines: pd.DataFrame) -> pd.DataFrame:
    """The contract's columns; order numbers in the order of time."""
    lines = lines.sort_values(["moment", "customer", "order", "product"], kind="stable", ignore_index=True)
    number = pd.factorize(lines["order"])[0]
    quantity, paid = lines["quantity"].to_numpy(), lines["unit_price"].to_numpy()
    amount = np.round(quantity * paid, 2)
    return pd.DataFrame(
        {
            "order_id": identities("O", number, 7),
            "customer_id": identities("C", lines["customer"].to_numpy(), 5),
            "ordered_at": clock.at(lines["moment"].to_numpy()),
            "product_id": identities("P", lines["product"].to_numpy(), 4),
            "product_line": line_names(lines["line"].to_numpy()),
            "quantity": quantity,
            "amount": amount,
            "margin": np.round(amount - quantity * lines["cost"].to_numpy(), 2),
            "list_price": lines["list_price"].to_numpy(),
            "unit_price": paid,
            "is_return": lines["is_return"].to_numpy(dtype=bool),
            "is_urgent": lines["is_urgent"].to_numpy(dtype=bool),
            "is_trial": lines["is_trial"].to_numpy(dtype=bool),
        }
    )
