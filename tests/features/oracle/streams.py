"""The streams of events: which rows of a table give one, on which day, with which values; None is unknown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.features.oracle.records import Row, cents, day_of


@dataclass(frozen=True)
class Value:
    """A value of a stream: the columns that it needs, and how it is had from a row."""

    needs: tuple[str, ...]
    found: Callable[[Row], Any]


@dataclass(frozen=True)
class Stream:
    """A kind of event: ``happened`` gives its moment or day, or None; ``only`` says which rows give one."""

    table: str
    needs: tuple[str, ...]
    happened: Callable[[Row], date | datetime | None]
    values: dict[str, Value]
    only: Callable[[Row], bool] = lambda row: True


def days(row: Row, start: str, end: str) -> int | None:
    """Calendar days from the day of one column to the day of another."""
    if row[start] is None or row[end] is None:
        return None
    return (day_of(row[end]) - day_of(row[start])).days


def later(row: Row, start: str, end: str) -> int | None:
    """1 where the day of ``end`` is after that of ``start``, else 0."""
    lag = days(row, start, end)
    return None if lag is None else int(lag > 0)


def whole_seconds(start: datetime, end: datetime) -> int:
    return round((end.replace(microsecond=0) - start.replace(microsecond=0)).total_seconds())


def text(column: str) -> Value:
    return Value((column,), lambda row: row[column] or None)


def number(column: str) -> Value:
    return Value((column,), lambda row: row[column])


def money(column: str) -> Value:
    return Value((column,), lambda row: None if row[column] is None else cents(row[column]))


def flag(column: str) -> Value:
    return Value((column,), lambda row: None if row[column] is None else int(row[column]))


def one_where(column: str, value: object) -> Value:
    """1 where the column has the value, 0 where it has another."""
    return Value((column,), lambda row: None if row[column] is None else int(row[column] == value))


def declined(flag_column: str, kinds: tuple[str, ...]) -> Value:
    """Of a record of one of the kinds: 1 where the flag is false, 0 where it is true."""

    def found(row: Row) -> int | None:
        if row["kind"] not in kinds or row[flag_column] is None:
            return None
        return int(not row[flag_column])

    return Value(("kind", flag_column), found)


def share(upper: str, lower: str) -> Value:
    """One column over another where that is above 0."""

    def found(row: Row) -> float | None:
        if row[upper] is None or row[lower] is None or not row[lower] > 0:
            return None
        return float(row[upper] / row[lower])

    return Value((upper, lower), found)


def discount(row: Row) -> float | None:
    paid = share("unit_price", "list_price").found(row)
    return None if paid is None else 1 - paid


def reply_hours(row: Row) -> float | None:
    return whole_seconds(row["occurred_at"], row["responded_at"]) / 3600


def on(column: str) -> Callable[[Row], date | datetime | None]:
    return lambda row: row[column]


def is_invoice(row: Row) -> bool:
    return bool(row["amount"] >= 0)


def version_moment(row: Row) -> date | datetime:
    return row.get("known_at") or row.get("since_on") or date(1970, 1, 1)


def lines_only(row: Row) -> bool:
    return row.get("is_return") is not True


def reopened_after_resolved(row: Row) -> bool:
    return row.get("resolved_at") is None or row["resolved_at"] <= row["reopened_at"]


LATE = Value(("due_at", "paid_at"), lambda row: later(row, "due_at", "paid_at"))

STREAMS: dict[str, Stream] = {
    "contracts.cancelled": Stream("contracts", ("cancelled_at",), on("cancelled_at"), {}),
    "contracts.ended": Stream("contracts", (), lambda row: row["ends_on"] + timedelta(days=1), {}),
    "contracts.renewed": Stream("contracts", ("renewed_at",), on("renewed_at"), {}),
    "contracts.started": Stream("contracts", (), on("starts_on"), {"ends_on": number("ends_on")}),
    "customers.versions": Stream(
        "customers",
        (),
        version_moment,
        {
            "since_on": number("since_on"),
            "industry": text("industry"),
            "region": text("region"),
            "segment": text("segment"),
        },
    ),
    "finance.confirmed": Stream(
        "finance",
        ("confirmed_at",),
        on("confirmed_at"),
        {
            "days_to_confirm": Value(
                ("issued_at", "confirmed_at"), lambda row: days(row, "issued_at", "confirmed_at")
            )
        },
        is_invoice,
    ),
    "finance.credits": Stream(
        "finance",
        (),
        on("issued_at"),
        {"amount": Value(("amount",), lambda row: -cents(row["amount"]))},
        lambda row: not is_invoice(row),
    ),
    "finance.disputed": Stream(
        "finance", ("disputed_at",), on("disputed_at"), {"amount": money("amount")}, is_invoice
    ),
    "finance.due": Stream("finance", (), on("due_at"), {"amount": money("amount")}, is_invoice),
    "finance.issued": Stream(
        "finance",
        (),
        on("issued_at"),
        {
            "amount": money("amount"),
            "settlement_method": text("settlement_method"),
            "terms": Value(("issued_at", "due_at"), lambda row: days(row, "issued_at", "due_at")),
            "credit_use": share("exposure", "credit_limit"),
        },
        is_invoice,
    ),
    "finance.paid": Stream(
        "finance",
        ("paid_at",),
        on("paid_at"),
        {
            "amount": money("amount"),
            "days_to_pay": Value(("issued_at", "paid_at"), lambda row: days(row, "issued_at", "paid_at")),
            "days_late": Value(("due_at", "paid_at"), lambda row: days(row, "due_at", "paid_at")),
            "is_late": LATE,
        },
        is_invoice,
    ),
    "imports.ours": Stream(
        "imports",
        ("is_us",),
        on("shipped_on"),
        {"value": money("value"), "product_line": text("product_line")},
        lambda row: row["is_us"] is True,
    ),
    "imports.others": Stream(
        "imports",
        ("is_us",),
        on("shipped_on"),
        {"value": money("value"), "product_line": text("product_line"), "rival": text("rival")},
        lambda row: row["is_us"] is False,
    ),
    "imports.shipments": Stream(
        "imports",
        ("is_us",),
        on("shipped_on"),
        {
            "value": money("value"),
            "ours": Value(("is_us", "value"), lambda row: cents(row["value"]) if row["is_us"] else 0),
            "is_us": flag("is_us"),
            "product_line": text("product_line"),
            "rival": text("rival"),
        },
    ),
    "interaction.contacts": Stream(
        "interaction",
        (),
        on("occurred_at"),
        {
            "kind": text("kind"),
            "direction": text("direction"),
            "contact_id": text("contact_id"),
            "contact_role": text("contact_role"),
            "depth": number("depth"),
            "sentiment": number("sentiment"),
            "attended": flag("attended"),
            "competitor_mentioned": flag("competitor_mentioned"),
            "is_incoming": one_where("direction", "in"),
            "declined": declined("attended", ("invitation",)),
        },
    ),
    "interaction.outgoing": Stream(
        "interaction",
        ("direction",),
        on("occurred_at"),
        {"kind": text("kind")},
        lambda row: row["direction"] == "out",
    ),
    "interaction.replies": Stream(
        "interaction",
        ("responded_at",),
        on("responded_at"),
        {
            "kind": text("kind"),
            "direction": text("direction"),
            "reply_hours": Value(("occurred_at", "responded_at"), reply_hours),
        },
    ),
    "milestones.done": Stream(
        "milestones",
        ("done_on",),
        on("done_on"),
        {
            "kind": text("kind"),
            "days_late": Value(("planned_on", "done_on"), lambda row: days(row, "planned_on", "done_on")),
            "is_late": Value(("planned_on", "done_on"), lambda row: later(row, "planned_on", "done_on")),
        },
    ),
    "milestones.planned": Stream("milestones", (), on("planned_on"), {"kind": text("kind")}),
    "service.opened": Stream(
        "service",
        (),
        on("opened_at"),
        {
            "kind": text("kind"),
            "severity": number("severity"),
            "is_serious": one_where("severity", 3),
            "is_critical": one_where("severity", 4),
            "accepted": flag("accepted"),
            "declined": declined("accepted", ("maintenance", "training")),
        },
    ),
    "service.rated": Stream(
        "service",
        ("rated_at", "satisfaction"),
        on("rated_at"),
        {"satisfaction": number("satisfaction")},
        lambda row: row["satisfaction"] is not None,
    ),
    "service.reopened": Stream(
        "service",
        ("reopened_at",),
        on("reopened_at"),
        {"kind": text("kind")},
        reopened_after_resolved,
    ),
    "service.resolved": Stream(
        "service",
        ("resolved_at",),
        on("resolved_at"),
        {
            "kind": text("kind"),
            "days_to_resolve": Value(
                ("opened_at", "resolved_at"), lambda row: days(row, "opened_at", "resolved_at")
            ),
        },
    ),
    "service.severe": Stream(
        "service", ("severity",), on("opened_at"), {}, lambda row: row["severity"] in (3, 4)
    ),
    "trade.lines": Stream(
        "trade",
        (),
        on("ordered_at"),
        {
            "amount": money("amount"),
            "margin": money("margin"),
            "costed": Value(
                ("amount", "margin"), lambda row: 0 if row["margin"] is None else cents(row["amount"])
            ),
            "quantity": number("quantity"),
            "order_id": text("order_id"),
            "product_id": text("product_id"),
            "product_line": text("product_line"),
            "is_trial": flag("is_trial"),
            "unit_price": number("unit_price"),
            "margin_share": share("margin", "amount"),
            "discount": Value(("unit_price", "list_price"), discount),
        },
        lines_only,
    ),
    "trade.returns": Stream(
        "trade",
        (),
        on("ordered_at"),
        {
            "amount": Value(("amount",), lambda row: -cents(row["amount"])),
            "order_id": text("order_id"),
        },
        lambda row: row.get("is_return") is True,
    ),
}
