"""Records unfolded into events: every date of a record is an event of its own.

A stream is one kind of event, declared once: from which table, on which date, with which values. An invoice
gives five streams (issued, due, paid, disputed, confirmed); before the day it is paid, nothing says that it will
be. A value may use only what is known with its event: `days_to_pay` belongs to the payment, not to the invoice.
"""

from dataclasses import dataclass
from enum import StrEnum

from features import sources


class Holds(StrEnum):
    """What a value is; it decides the type that loops receive."""

    NUMBER = "number"  # float64, NaN where unknown
    MONEY = "money"  # int64 minor units (cents); unknown counts as 0
    CODE = "code"  # int32 numbers for texts, -1 where unknown
    DAY = "day"  # float64 days since 1970-01-01, NaN where unknown
    RECORD = "record"  # int32 number of the record that opened or closed


@dataclass(frozen=True)
class Value:
    """One value of an event: its SQL over the record, and the contract columns that the SQL reads."""

    name: str
    holds: Holds
    sql: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Stream:
    """One kind of event.

    ``moment`` is the SQL that dates it and ``where`` a condition on the record, both over the contract's columns
    (an absent one reads as null); ``needs`` are the optional columns without which the stream does not exist.
    A ``merged`` stream is grouped: the records of one customer, day and order that became known together are one
    event. ``matched`` names the columns by which the records of a table without customers belong to a customer: to
    those whose version says the same, from the day that version was known. ``ties`` are SQL by which events of one
    moment stand in order, before the key does.
    """

    name: str
    table: sources.Table
    moment: str
    values: tuple[Value, ...]
    where: str = "true"
    needs: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()

    def value(self, name: str) -> Value:
        return next(value for value in self.values if value.name == name)


def _code(column: str) -> Value:
    return Value(column, Holds.CODE, column, (column,))


def _number(column: str) -> Value:
    return Value(column, Holds.NUMBER, column, (column,))


def _flag(column: str) -> Value:
    """1 where it is so, 0 where it is not; unknown stays unknown."""
    return Value(column, Holds.NUMBER, f"CAST({column} AS DOUBLE)", (column,))


def _money(column: str) -> Value:
    return Value(column, Holds.MONEY, f"CAST(round({column} * 100) AS BIGINT)", (column,))


def _days(name: str, later: str, earlier: str) -> Value:
    return Value(name, Holds.NUMBER, f"CAST({later} AS DATE) - CAST({earlier} AS DATE)", (later, earlier))


def _record(key: str) -> Value:
    return Value("record", Holds.RECORD, key, (key,))


LINES = Stream(
    "trade.lines",
    sources.TRADE,
    moment="ordered_at",
    where="NOT coalesce(is_return, false)",
    ties=("amount", "margin", "quantity", "list_price", "unit_price"),
    values=(
        _money("amount"),
        _money("margin"),
        _number("quantity"),
        _code("order_id"),
        _code("product_id"),
        _code("product_line"),
        Value(
            "margin_share",
            Holds.NUMBER,
            "CASE WHEN amount > 0 THEN margin / amount END",
            ("amount", "margin"),
        ),
        Value(
            "discount",
            Holds.NUMBER,
            "CASE WHEN list_price > 0 THEN 1 - unit_price / list_price END",
            ("list_price", "unit_price"),
        ),
    ),
)

ORDERS = Stream(
    "trade.orders",
    sources.TRADE,
    moment="ordered_at",
    where="NOT coalesce(is_return, false)",
    merged=("order_id",),
    values=(
        Value("amount", Holds.MONEY, "CAST(round(sum(amount) * 100) AS BIGINT)", ("amount",)),
        Value("size", Holds.NUMBER, "round(sum(amount), 2)", ("amount",)),
        Value("lines", Holds.NUMBER, "CAST(count(*) AS DOUBLE)", ()),
        Value("is_urgent", Holds.NUMBER, "CAST(bool_or(is_urgent) AS DOUBLE)", ("is_urgent",)),
        Value("is_trial", Holds.NUMBER, "CAST(bool_or(is_trial) AS DOUBLE)", ("is_trial",)),
    ),
)

RETURNS = Stream(
    "trade.returns",
    sources.TRADE,
    moment="ordered_at",
    where="is_return",
    values=(
        Value("amount", Holds.MONEY, "CAST(round(-amount * 100) AS BIGINT)", ("amount",)),
        _code("order_id"),
    ),
)

CONTACTS = Stream(
    "interaction.contacts",
    sources.INTERACTION,
    moment="occurred_at",
    values=(
        _code("kind"),
        _code("direction"),
        _code("contact_id"),
        _code("contact_role"),
        _number("depth"),
        _number("sentiment"),
        _flag("attended"),
        _flag("competitor_mentioned"),
    ),
)

REPLIES = Stream(
    "interaction.replies",
    sources.INTERACTION,
    moment="responded_at",
    needs=("responded_at",),
    values=(
        _code("direction"),
        Value(
            "reply_hours",
            Holds.NUMBER,
            "date_diff('second', occurred_at, responded_at) / 3600.0",
            ("responded_at",),
        ),
    ),
)

TICKETS = Stream(
    "service.opened",
    sources.SERVICE,
    moment="opened_at",
    values=(_record("ticket_id"), _code("kind"), _number("severity"), _flag("accepted")),
)

RESOLVED = Stream(
    "service.resolved",
    sources.SERVICE,
    moment="resolved_at",
    needs=("resolved_at",),
    values=(_record("ticket_id"), _code("kind"), _days("days_to_resolve", "resolved_at", "opened_at")),
)

REOPENED = Stream(
    "service.reopened",
    sources.SERVICE,
    moment="reopened_at",
    needs=("reopened_at",),
    where="resolved_at IS NULL OR resolved_at <= reopened_at",
    values=(_record("ticket_id"), _code("kind")),
)

RATED = Stream(
    "service.rated",
    sources.SERVICE,
    moment="rated_at",
    needs=("rated_at", "satisfaction"),
    where="satisfaction IS NOT NULL",
    values=(_number("satisfaction"),),
)

INVOICES = Stream(
    "finance.issued",
    sources.FINANCE,
    moment="issued_at",
    values=(
        _record("invoice_id"),
        _money("amount"),
        _code("settlement_method"),
        _days("terms", "due_at", "issued_at"),
        Value(
            "credit_use",
            Holds.NUMBER,
            "CASE WHEN credit_limit > 0 THEN exposure / credit_limit END",
            ("exposure", "credit_limit"),
        ),
    ),
)

DUE = Stream(
    "finance.due",
    sources.FINANCE,
    moment="due_at",
    values=(_record("invoice_id"), _money("amount")),
)

PAID = Stream(
    "finance.paid",
    sources.FINANCE,
    moment="paid_at",
    needs=("paid_at",),
    values=(
        _record("invoice_id"),
        _money("amount"),
        _days("days_to_pay", "paid_at", "issued_at"),
        _days("days_late", "paid_at", "due_at"),
    ),
)

DISPUTED = Stream(
    "finance.disputed",
    sources.FINANCE,
    moment="disputed_at",
    needs=("disputed_at",),
    values=(_record("invoice_id"), _money("amount")),
)

CONFIRMED = Stream(
    "finance.confirmed",
    sources.FINANCE,
    moment="confirmed_at",
    needs=("confirmed_at",),
    values=(_days("days_to_confirm", "confirmed_at", "issued_at"),),
)

PLANNED = Stream(
    "milestones.planned",
    sources.MILESTONES,
    moment="planned_on",
    values=(_record("milestone_id"), _code("kind")),
)

DONE = Stream(
    "milestones.done",
    sources.MILESTONES,
    moment="done_on",
    needs=("done_on",),
    values=(_record("milestone_id"), _code("kind"), _days("days_late", "done_on", "planned_on")),
)

CONTRACTS = Stream(
    "contracts.started",
    sources.CONTRACTS,
    moment="starts_on",
    values=(
        _record("contract_id"),
        Value("ends_on", Holds.DAY, "CAST(ends_on AS DATE) - DATE '1970-01-01'", ("ends_on",)),
    ),
)

VERSIONS = Stream(
    "customers.versions",
    sources.CUSTOMERS,
    moment="coalesce(known_at, since_on, TIMESTAMP '1970-01-01')",
    values=(Value("since_on", Holds.DAY, "CAST(since_on AS DATE) - DATE '1970-01-01'", ("since_on",)),),
)

STREAMS: tuple[Stream, ...] = (
    LINES,
    ORDERS,
    RETURNS,
    CONTACTS,
    REPLIES,
    TICKETS,
    RESOLVED,
    REOPENED,
    RATED,
    INVOICES,
    DUE,
    PAID,
    DISPUTED,
    CONFIRMED,
    PLANNED,
    DONE,
    CONTRACTS,
    VERSIONS,
)
