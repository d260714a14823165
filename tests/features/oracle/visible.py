"""The visible events of a customer: taken from the rows that stand on a day, orders and months put together.

An event is a dictionary of its ``moment``, its ``day``, the ``key`` that orders events of one moment, and the
values of its stream; None is unknown.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.features.oracle.records import KEYS, Records, Row, cents, day_of
from tests.features.oracle.streams import STREAMS, lines_only

Event = dict[str, Any]

# The values of an order, and the columns that they need beside those that every order line has.
ORDER_VALUES: dict[str, tuple[str, ...]] = {
    "amount": (),
    "size": (),
    "lines": (),
    "margin_share": ("margin",),
    "is_urgent": ("is_urgent",),
    "is_trial": ("is_trial",),
}


def exists(records: Records, stream: str, value: str | None = None) -> bool:
    """Whether the tables have the columns of a stream, and of one of its values."""
    if stream == "trade.orders":
        return "trade" in records.columns and (
            value is None or records.columns["trade"].issuperset(ORDER_VALUES[value])
        )
    if stream == "market.months":
        return "market" in records.columns and (
            "index" in records.columns["market"] and "industry" in records.columns["customers"]
        )
    if stream == "market.events":
        return "market" in records.columns and (
            "event_on" in records.columns["market"] and "industry" in records.columns["customers"]
        )
    found = STREAMS[stream]
    if found.table not in records.columns:
        return False
    needs = found.needs + (() if value is None else found.values[value].needs)
    return records.columns[found.table].issuperset(needs)


def visible(records: Records, stream: str, customer: str, as_of: date) -> list[Event]:
    """The events of a stream of one customer that are visible on a day, in their order."""
    if stream == "trade.orders":
        return orders(records, customer, as_of)
    if stream == "market.months":
        return of_market(records, customer, as_of, lambda row: month_end(row["month_on"]), "index")
    if stream == "market.events":
        return of_market(records, customer, as_of, lambda row: row["event_on"], "event_on")
    found = STREAMS[stream]
    has = records.columns[found.table]
    key = KEYS[found.table]
    events = []
    for standing in records.of(found.table, customer):
        row = standing.row
        happened = found.happened(row)
        if happened is None or day_of(happened) > as_of:
            continue
        if not standing.on(as_of) or not found.only(row):
            continue
        event = {"moment": moment(happened), "day": day_of(happened), "key": row[key[0]] if key else ""}
        event["record"] = event["key"]
        for name, value in found.values.items():
            if has.issuperset(value.needs):
                event[name] = value.found(row)
        events.append(event)
    return sorted(events, key=place)


def moment(happened: date | datetime) -> datetime:
    """A day counts as its midnight."""
    return happened if isinstance(happened, datetime) else datetime.combine(happened, time.min)


def place(event: Event) -> tuple[datetime, bytes]:
    return event["moment"], event["key"].encode()


def orders(records: Records, customer: str, as_of: date) -> list[Event]:
    """The visible lines of one day and one ``order_id``, taken together."""
    together: dict[tuple[date, str], list[Row]] = {}
    for standing in records.of("trade", customer):
        row = standing.row
        day = day_of(row["ordered_at"])
        if standing.on(as_of) and day <= as_of and lines_only(row):
            together.setdefault((day, row["order_id"]), []).append(row)
    events = []
    for (day, order_id), lines in together.items():
        total = sum(cents(line["amount"]) for line in lines)
        events.append(
            {
                "moment": min(line["ordered_at"] for line in lines),
                "day": day,
                "key": order_id,
                "amount": total,
                "size": total / 100,
                "lines": len(lines),
                "margin_share": order_margin(lines),
                "is_urgent": any_true([line.get("is_urgent") for line in lines]),
                "is_trial": any_true([line.get("is_trial") for line in lines]),
            }
        )
    return sorted(events, key=place)


def order_margin(lines: list[Row]) -> float | None:
    known = [line for line in lines if line.get("margin") is not None]
    amount = sum(cents(line["amount"]) for line in known)
    return sum(cents(line["margin"]) for line in known) / amount if amount > 0 else None


def any_true(flags: list[bool | None]) -> int | None:
    known = [flag for flag in flags if flag is not None]
    return int(any(known)) if known else None


def of_market(
    records: Records, customer: str, as_of: date, happened: Callable[[Row], date], there: str
) -> list[Event]:
    """The visible rows with a value in ``there``, of the industry and region in the customer's visible version."""
    events = []
    for version in visible(records, "customers.versions", customer, as_of):
        for standing in records.rows["market"]:
            row = standing.row
            region = row.get("region") or ""
            own = row["industry"] == version["industry"] and region in ("", version.get("region"))
            if not own or row[there] is None or not standing.on(as_of):
                continue
            day = happened(row)
            if day <= as_of:
                event = {"moment": moment(day), "day": day, "key": region, "index": row.get("index")}
                events.append(event)
    return sorted(events, key=place)


def month_end(day: date) -> date:
    next_month = day.replace(day=28) + timedelta(days=4)
    return next_month - timedelta(days=next_month.day)
