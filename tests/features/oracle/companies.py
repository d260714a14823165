"""Small random companies with all tables of the contract, and the days they are asked about.

A company is a seed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from features.sources import TABLES, Kind
from tests.features.oracle.draws import Draw
from tests.features.oracle.records import Row

TYPES = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us"),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.float64(),
    Kind.COUNT: pa.int64(),
    Kind.FLAG: pa.bool_(),
}


@dataclass(frozen=True)
class World:
    tables: dict[str, pa.Table]
    asked: pd.DataFrame


def world(seed: int) -> World:
    """A company and what it is asked: every customer, and one that no table names, on three days."""
    draw = Draw(seed)
    customers = [
        f"{draw.random.choice(('C', '客户', 'é', '😀'))}{n}" for n in range(draw.random.randrange(2, 7))
    ]
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for customer in customers:
        about(draw, rows, customer)
    for name, build in BUILDERS.items():
        for customer in customers:
            wanted = amount_of_rows(draw, name)
            steady = draw.steady() if draw.chance(0.2) else None
            for _ in range(wanted):
                day = draw.random.choice(steady) if steady else draw.day()
                rows[name] += versions(draw, name, build(draw, customer, day, len(rows[name])), build, day)
    rows["market"] = market(draw)
    tables = {name: table(name, found, draw) for name, found in rows.items()}
    for name in tuple(tables):
        if name not in ("customers", "trade") and draw.chance(0.04):
            del tables[name]
    asked = [(customer, as_of) for customer in [*customers, "nobody"] for as_of in draw.as_of]
    draw.random.shuffle(asked)
    frame = pd.DataFrame(asked, columns=["customer_id", "as_of"])
    return World(tables, frame.astype({"as_of": "datetime64[us]"}))


def amount_of_rows(draw: Draw, name: str) -> int:
    """None, few, or many rows of a customer in a table."""
    usual = {"trade": 60, "interaction": 50, "service": 25, "finance": 35}.get(name, 8)
    many = draw.random.randrange(usual) + usual if draw.lively else draw.random.randrange(usual)
    return draw.random.choice((0, draw.random.randrange(4), many, many, many))


def versions(draw: Draw, name: str, row: Row, build: Any, day: date) -> list[Row]:
    """A record, and now and then a second and a third version of it, known later, with other dates and values."""
    key = TABLES[name].key
    found = [row]
    while key and draw.chance(0.12):
        other = build(draw, row["customer_id"], draw.after(day, 40) if draw.chance(0.5) else day, 0)
        other.update({column: row[column] for column in key})
        last = found[-1]["known_at"] or draw.at(day - timedelta(days=draw.random.choice((-20, -1, 0, 3))))
        other["known_at"] = last + timedelta(
            seconds=draw.random.choice((1, 3600, 86400, draw.random.randrange(1, 100 * 86400)))
        )
        found.append(other)
    return found


def table(name: str, rows: list[Row], draw: Draw) -> pa.Table:
    """The rows in no order, as an Arrow table of the contract's types, now and then without optional columns."""
    if name not in ("customers",) and draw.chance(0.03):
        rows = []
    rows = list(rows)
    draw.random.shuffle(rows)
    columns = [
        column
        for column in TABLES[name].columns
        if column.required or column.resolved or not draw.chance(0.02)
    ]
    kept = {column.name for column in columns}
    if name == "market" and "region" not in kept:
        rows = [row for row in rows if row["region"] is None]
    if "known_at" not in kept:
        rows = first_of_each(name, rows)
    schema = pa.schema([(column.name, TYPES[column.kind]) for column in columns])
    return pa.Table.from_pylist([{column: row[column] for column in kept} for row in rows], schema=schema)


def first_of_each(name: str, rows: list[Row]) -> list[Row]:
    """Without ``known_at`` there are no versions."""
    key = TABLES[name].key
    if not key:
        return rows
    return list({tuple(row[column] for column in key): row for row in rows}.values())


def about(draw: Draw, rows: dict[str, list[Row]], customer: str) -> None:
    """One to three versions of what is known of a customer, and now and then that it left."""
    if draw.chance(0.3):
        left = {"customer_id": customer, "churned_on": draw.day(), "cause": draw.maybe(draw.text("price"))}
        rows["cases"].append({**left, "known_at": None, "withdrawn_at": None})
    known: datetime | None = None if draw.chance(0.6) else draw.at(draw.day())
    for _ in range(draw.random.choice((1, 1, 2, 3))):
        rows["customers"].append(
            {
                "customer_id": customer,
                "name": draw.maybe(draw.random.choice(("上海精密机械有限公司", "Müller GmbH", "A"))),
                "industry": draw.maybe(draw.text("tools", "机械")),
                "region": draw.maybe(draw.text("north", "south")),
                "segment": draw.maybe(draw.text("A", "B")),
                "owner": draw.maybe("李"),
                "since_on": draw.maybe(draw.day(2000)),
                "known_at": known,
                "withdrawn_at": draw.withdrawn(draw.day()),
            }
        )
        known = (known or draw.at(draw.day())) + timedelta(seconds=draw.random.choice((1, 86400, 40_000_000)))


def order_line(draw: Draw, customer: str, day: date, number: int) -> Row:
    at = draw.at(day)
    amount = draw.money() * (-1 if draw.chance(0.05) else 1)
    is_return = draw.maybe(draw.chance(0.08))
    price = draw.share(0, 50)
    return {
        "order_id": f"O{draw.random.randrange(3)}{draw.random.choice(('', 'é', '😀', chr(0xFFFF)))}",
        "customer_id": customer,
        "ordered_at": at,
        "product_id": draw.random.choice(("P1", "P2", "P3", "产品", "p1")),
        "product_line": draw.maybe(draw.text("mills", "drills", "saws")),
        "quantity": float(draw.random.randrange(-2, 50)),
        "amount": 0.0 - amount if is_return else amount,
        "margin": draw.maybe(round(amount * draw.share(-0.5, 0.6), 2)),
        "list_price": draw.maybe(draw.random.choice((0.0, 10.0, 50.0, 19.99))),
        "unit_price": draw.maybe(price),
        "is_return": is_return,
        "is_urgent": draw.flag(0.3),
        "is_trial": draw.flag(0.3),
        "known_at": draw.known(at),
        "withdrawn_at": draw.withdrawn(at),
    }


def contact(draw: Draw, customer: str, day: date, number: int) -> Row:
    at = draw.at(day)
    return {
        "interaction_id": f"{draw.random.choice(('I', 'i', '联'))}{customer}-{number}",
        "customer_id": customer,
        "occurred_at": at,
        "kind": draw.random.choice(TABLES["interaction"].column("kind").choices),
        "direction": draw.maybe(draw.random.choice(("in", "out"))),
        "contact_id": draw.maybe(draw.text("王", "Ann", "Bob", "ann")),
        "contact_role": draw.maybe(draw.random.choice(TABLES["interaction"].column("contact_role").choices)),
        "responded_at": draw.maybe(draw.at(draw.after(at, 20)), 0.5),
        "attended": draw.flag(),
        "depth": draw.maybe(draw.share(0, 1)),
        "sentiment": draw.maybe(draw.share(-1, 1)),
        "competitor_mentioned": draw.flag(0.3),
        "text": draw.maybe("嗯"),
        "known_at": draw.known(at),
        "withdrawn_at": draw.withdrawn(at),
    }


def ticket(draw: Draw, customer: str, day: date, number: int) -> Row:
    at = draw.at(day)
    resolved = draw.maybe(draw.at(draw.after(at, 60)), 0.7)
    reopened = resolved if resolved and draw.chance(0.1) else draw.at(draw.after(resolved or at, 30))
    return {
        "ticket_id": f"{draw.random.choice(('T', 't', '票'))}{customer}-{number}",
        "customer_id": customer,
        "opened_at": at,
        "kind": draw.random.choice(TABLES["service"].column("kind").choices),
        "severity": draw.maybe(draw.random.randrange(1, 5)),
        "resolved_at": resolved,
        "reopened_at": draw.maybe(reopened, 0.3),
        "accepted": draw.flag(),
        "satisfaction": draw.maybe(draw.share(1, 5)),
        "rated_at": draw.maybe(draw.at(draw.after(at, 60)), 0.6),
        "known_at": draw.known(at),
        "withdrawn_at": draw.withdrawn(at),
    }


def invoice(draw: Draw, customer: str, day: date, number: int) -> Row:
    at = draw.at(day)
    return {
        "invoice_id": f"F{customer}-{number}",
        "customer_id": customer,
        "issued_at": at,
        "due_at": draw.at(draw.after(at, 60)),
        "amount": draw.money() * (-1 if draw.chance(0.2) else 1),
        "confirmed_at": draw.maybe(draw.at(draw.after(at, 20))),
        "paid_at": draw.maybe(draw.at(draw.after(at, 90)), 0.7),
        "disputed_at": draw.maybe(draw.at(draw.after(at, 60)), 0.3),
        "settlement_method": draw.maybe(draw.text("wire", "bill", "现金")),
        "credit_limit": draw.maybe(draw.random.choice((0.0, 1000.0, 1500.5))),
        "exposure": draw.maybe(draw.money() * draw.random.choice((1, 1, -1))),
        "known_at": draw.known(at),
        "withdrawn_at": draw.withdrawn(at),
    }


def milestone(draw: Draw, customer: str, day: date, number: int) -> Row:
    return {
        "milestone_id": f"M{customer}-{number}",
        "customer_id": customer,
        "kind": draw.random.choice(TABLES["milestones"].column("kind").choices),
        "planned_on": day,
        "done_on": draw.maybe(draw.after(day - timedelta(days=20), 60), 0.7),
        "known_at": draw.known(day),
        "withdrawn_at": draw.withdrawn(day),
    }


def contract(draw: Draw, customer: str, day: date, number: int) -> Row:
    ends = draw.after(day, 700)
    if draw.chance(0.3):
        ends = max(
            day, draw.random.choice(draw.as_of) + timedelta(days=draw.random.choice((-1, 0, 1, 90, 91)))
        )
    return {
        "contract_id": f"K{draw.random.choice(('a', 'B', '约'))}{customer}-{number}",
        "customer_id": customer,
        "starts_on": day,
        "ends_on": ends,
        "renewed_at": draw.maybe(draw.at(draw.after(ends - timedelta(days=90), 120)), 0.4),
        "cancelled_at": draw.maybe(draw.at(draw.after(day, 300)), 0.2),
        "known_at": draw.known(day),
        "withdrawn_at": draw.withdrawn(day),
    }


def shipment(draw: Draw, customer: str, day: date, number: int) -> Row:
    is_us = draw.chance(0.5)
    return {
        "record_id": f"R{customer}-{number}",
        "customer_id": customer,
        "shipped_on": day,
        "product_line": draw.text("mills", "drills"),
        "importer": draw.maybe("A GmbH"),
        "supplier": draw.text("us", "them"),
        "is_us": is_us,
        "rival": None if is_us else draw.text("them", "others"),
        "value": draw.money(),
        "quantity": draw.maybe(draw.share(0, 500)),
        "origin": draw.maybe("中国"),
        "known_at": draw.known(day),
        "withdrawn_at": draw.withdrawn(day),
    }


def action(draw: Draw, customer: str, day: date, number: int) -> Row:
    at = draw.at(day)
    return {
        "action_id": f"A{customer}-{number}",
        "customer_id": customer,
        "as_of": day,
        "kind": "call",
        "owner": draw.maybe("李"),
        "status": "done",
        "started_at": at,
        "finished_at": draw.maybe(draw.later(at, 20)),
        "cost": draw.maybe(draw.money()),
        "outcome": None,
        "known_at": draw.known(day),
        "withdrawn_at": draw.withdrawn(day),
    }


BUILDERS = {
    "trade": order_line,
    "interaction": contact,
    "service": ticket,
    "finance": invoice,
    "milestones": milestone,
    "contracts": contract,
    "imports": shipment,
    "actions": action,
}


def market(draw: Draw) -> list[Row]:
    """Months of industries, everywhere and in a region, some missing, some corrected later."""
    rows: list[Row] = []
    for industry in ("tools", "机械", "Z"):
        for region in (None, "north", "south"):
            start = min(draw.as_of).replace(day=1) - timedelta(days=800)
            months = {(start + timedelta(days=30 * n)).replace(day=1) for n in range(30)}
            for month_on in sorted(months):
                if draw.chance(0.3):
                    continue
                known = draw.known(month_on + timedelta(days=31))
                for _ in range(draw.random.choice((1, 1, 1, 1, 2))):
                    rows.append(
                        {
                            "industry": industry,
                            "region": region,
                            "month_on": month_on,
                            "index": draw.random.choice((0.0, 100.0, round(draw.random.uniform(50, 150), 3))),
                            "known_at": known,
                            "withdrawn_at": draw.withdrawn(month_on),
                        }
                    )
                    known = (known or draw.at(month_on)) + timedelta(days=draw.random.randrange(1, 90))
    return rows
