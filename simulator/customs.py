"""Customs records: what customers imported from us and from rivals, late, with gaps, and as the papers say it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.around import (
    CONSIGNMENT,
    CONSIGNMENT_DAYS,
    CONSIGNMENT_SHAPE,
    LOT_SPREAD,
    RECORD_DAYS,
    SHIPPED_DAYS,
    SMALLEST,
    UNSOLD_PRICE,
)
from simulator.clock import Clock, Flags, Floats, Ints
from simulator.identity import identities, labels, line_names
from simulator.papers import RIVALS, US
from simulator.rivals import NAMES, Campaigns
from simulator.scene import Scene
from simulator.sourcing import Flows, Lots
from simulator.traits import LINES, REGIONS, Traits

MONTH = 365.25 / 12


def draw(
    rng: np.random.Generator,
    scene: Scene,
    campaigns: Campaigns,
    flows: Flows,
    lots: Lots,
    trade: pd.DataFrame,
) -> pd.DataFrame:
    """Every shipment that was recorded and is known by the end of the records: customer_id, rival (-1: us),
    shipped_on, product_line, value, quantity, origin, known_at."""
    world, clock, traits = scene.world, scene.clock, scene.traits
    ours = _ours(rng, clock, trade, scene.recorded)
    theirs = _theirs(rng, scene, campaigns, flows, lots, _prices(clock, world.customers, trade))
    customer, rival, line, day = (
        np.concatenate([one[name].to_numpy() for one in (ours, theirs)])
        for name in ("customer", "rival", "line", "day")
    )
    value, quantity = (
        np.concatenate([one[name].to_numpy() for one in (ours, theirs)]) for name in ("value", "quantity")
    )
    months = int(np.ceil((clock.days + 60) / MONTH))
    published = rng.random((len(REGIONS), months)) >= world.customs_gaps
    region = traits.region[customer]
    seen = published[region, (day / MONTH).astype(np.int64)] & (rng.random(len(day)) >= world.customs_lost)
    known = (
        day + rng.uniform(*world.customs_days, len(REGIONS))[region] + rng.gamma(2, RECORD_DAYS / 2, len(day))
    )
    kept = np.flatnonzero(seen & (known < clock.days))
    kept = kept[np.lexsort((line[kept], rival[kept], customer[kept], day[kept]))]
    origins = [*(firm.country for firm in RIVALS), US.country]
    return pd.DataFrame(
        {
            "customer_id": identities("C", customer[kept], 5),
            "rival": labels(NAMES, np.maximum(rival[kept], 0), rival[kept] >= 0),
            "shipped_on": clock.on(day[kept]),
            "product_line": line_names(line[kept]),
            "value": np.round(value[kept], 2),
            "quantity": quantity[kept],
            "origin": labels(origins, np.where(rival[kept] < 0, len(RIVALS), rival[kept])),
            "known_at": clock.at(known[kept]),
        }
    )


def _numbers(column: "pd.Series[str]") -> Ints:
    return column.str[1:].to_numpy().astype(np.int64)


def _ours(rng: np.random.Generator, clock: Clock, trade: pd.DataFrame, recorded: Flags) -> pd.DataFrame:
    """A week's orders of a customer go together, a record a product line; what comes back is not subtracted."""
    bought = trade[~trade["is_return"]]
    customer = _numbers(bought["customer_id"])
    some = recorded[customer]
    bought, customer = bought[some], customer[some]
    day = (bought["ordered_at"].dt.normalize() - pd.Timestamp(clock.start)).dt.days.to_numpy()
    line = _numbers(bought["product_line"]) - 1
    week = day // 7
    code = (customer * (clock.weeks + 1) + week) * LINES + line
    each, of = np.unique(code, return_inverse=True)
    consignment, line = np.divmod(each, LINES)
    customer = consignment // (clock.weeks + 1)
    whole, first = np.unique(consignment, return_inverse=True)
    last = np.zeros(len(whole), dtype=np.int64)
    np.maximum.at(last, first[of], day)
    sent = clock.on_workday(last + rng.integers(SHIPPED_DAYS[0], SHIPPED_DAYS[1] + 1, len(whole)))
    return pd.DataFrame(
        {
            "customer": customer,
            "rival": np.full(len(each), -1),
            "line": line,
            "day": sent[first],
            "value": np.bincount(of, bought["amount"].to_numpy(), len(each)),
            "quantity": np.bincount(of, bought["quantity"].to_numpy(), len(each)),
        }
    )


@dataclass(frozen=True)
class Prices:
    """What a unit of a product line costs at our prices."""

    paid: Floats
    """(customers, LINES): of the products that the customer takes, at the price level of the first year; the line's
    own where it takes none."""
    rises: Floats
    """(years, LINES): factor on the list prices since the first year."""

    def of(self, customer: Ints, line: Ints, day: Ints) -> Floats:
        return np.asarray(self.paid[customer, line] * self.rises[day // 365, line])


def _prices(clock: Clock, customers: int, trade: pd.DataFrame) -> Prices:
    bought = trade[~trade["is_return"]]
    customer, line = _numbers(bought["customer_id"]), _numbers(bought["product_line"]) - 1
    year = (bought["ordered_at"] - pd.Timestamp(clock.start)).dt.days.to_numpy() // 365
    listed = bought.groupby(["product_id", year])["list_price"].first().unstack()  # noqa: PD010
    listed = listed.reindex(columns=range(clock.days // 365 + 1)).ffill(axis=1)
    of_line = bought.groupby("product_id")["product_line"].first()
    grown = (listed / listed.shift(axis=1)).groupby(of_line).median().fillna(1.0).cumprod(axis=1)
    rises = np.ones((listed.shape[1], LINES))
    rises[:, _numbers(grown.index.to_series()) - 1] = grown.to_numpy().T
    place = customer * LINES + line
    money = np.bincount(place, bought["amount"], customers * LINES).reshape(customers, LINES)
    units = np.bincount(place, bought["quantity"] * rises[year, line], customers * LINES).reshape(
        customers, LINES
    )
    usual = np.where(
        money.sum(axis=0) > 0, money.sum(axis=0) / np.maximum(units.sum(axis=0), 1), UNSOLD_PRICE
    )
    paid = np.broadcast_to(usual, units.shape).copy()
    return Prices(paid=np.divide(money, units, out=paid, where=units > 0), rises=rises)


def _theirs(
    rng: np.random.Generator,
    scene: Scene,
    campaigns: Campaigns,
    flows: Flows,
    lots: Lots,
    prices: Prices,
) -> pd.DataFrame:
    """Rivals ship what was needed since the last shipment, at their prices."""
    clock, traits = scene.clock, scene.traits
    flow, sent, needed = _shipments(rng, clock, traits, flows)
    customer = np.concatenate([flows.customer[flow], lots.customer])
    rival = np.concatenate([flows.rival[flow], lots.rival])
    line = np.concatenate([flows.line[flow], lots.line])
    day = clock.on_workday(np.concatenate([sent, lots.day]))
    money = np.concatenate([needed, lots.worth]) * np.exp(rng.normal(0, LOT_SPREAD, len(day)))
    code = ((customer * len(RIVALS) + rival) * LINES + line) * (clock.days + 60) + day
    each, first, of = np.unique(code, return_index=True, return_inverse=True)
    customer, rival, line, when = customer[first], rival[first], line[first], day[first]
    worth = np.bincount(of, money, len(each))
    made = worth >= 0.5 * SMALLEST * traits.size[customer]
    customer, rival, line, when = customer[made], rival[made], line[made], when[made]
    worth = worth[made]
    ours = prices.of(customer, line, when)
    off = campaigns.off(rival, line, traits.region[customer], when.astype(np.float64))
    unit = ours * scene.rivals.price[rival, line] * (1 - off) * np.exp(rng.normal(0, 0.03, len(when)))
    quantity = np.maximum(np.round(worth / ours), 1.0)
    return pd.DataFrame(
        {
            "customer": customer,
            "rival": rival,
            "line": line,
            "day": when,
            "value": quantity * unit,
            "quantity": quantity,
        }
    )


def _shipments(
    rng: np.random.Generator, clock: Clock, traits: Traits, flows: Flows
) -> tuple[Ints, Floats, Floats]:
    """Flow, day and money of each shipment: a customer and rival have one rhythm for all product lines."""
    pair, of = np.unique(flows.customer * len(RIVALS) + flows.rival, return_inverse=True)
    usual = traits.cadence[pair // len(RIVALS)] * CONSIGNMENT * np.exp(rng.normal(0, 0.25, len(pair)))
    usual = np.clip(usual, *CONSIGNMENT_DAYS)
    most = int(np.ceil(1.5 * clock.days / CONSIGNMENT_DAYS[0])) + 8
    gaps = rng.gamma(CONSIGNMENT_SHAPE, 1 / CONSIGNMENT_SHAPE, (len(pair), most)) * usual[:, None]
    gaps[:, 0] *= rng.random(len(pair))
    sent = np.minimum(np.cumsum(gaps, axis=1), clock.weeks * 7.0)
    grown = np.concatenate([np.zeros((len(of), 1)), np.cumsum(flows.week, axis=1)], axis=1)
    due = sent[of] / 7
    week = np.minimum(due.astype(np.int64), clock.weeks - 1)
    rows = np.arange(len(of))[:, None]
    by_then = grown[rows, week] + (due - week) * flows.week[rows, week]
    worth = np.diff(by_then, axis=1, prepend=0.0)
    flow, nth = np.nonzero((worth > 0) & (sent[of] < clock.days))
    return flow, sent[of][flow, nth], worth[flow, nth]
