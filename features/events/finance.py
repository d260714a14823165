"""Invoices: issued, due, paid, disputed, confirmed; and credit notes."""

from features import sources
from features.events.stream import Holds, Stream, Value, cents, code, days, money, record

_INVOICED = "`amount` is 0 or more (below 0 it is a credit note)"

INVOICES = Stream(
    "finance.issued",
    sources.FINANCE,
    moment="issued_at",
    where="amount >= 0",
    meaning="an invoice issued",
    only=_INVOICED,
    values=(
        record("invoice_id"),
        money("amount"),
        code("settlement_method"),
        days("terms", "due_at", "issued_at"),
        Value(
            "credit_use",
            Holds.NUMBER,
            "CASE WHEN credit_limit > 0 THEN exposure / credit_limit END",
            ("exposure", "credit_limit"),
            "`exposure` / `credit_limit` where `credit_limit` is above 0, else unknown",
        ),
    ),
)

CREDITS = Stream(
    "finance.credits",
    sources.FINANCE,
    moment="issued_at",
    where="amount < 0",
    meaning="a credit note issued",
    only="`amount` is below 0",
    values=(Value("amount", Holds.MONEY, cents("-amount"), ("amount",), "minus `amount`, in cents"),),
)

DUE = Stream(
    "finance.due",
    sources.FINANCE,
    moment="due_at",
    where="amount >= 0",
    meaning="an invoice fallen due",
    only=_INVOICED,
    values=(record("invoice_id"), money("amount")),
)

PAID = Stream(
    "finance.paid",
    sources.FINANCE,
    moment="paid_at",
    where="amount >= 0",
    needs=("paid_at",),
    meaning="an invoice paid",
    only=_INVOICED,
    values=(
        record("invoice_id"),
        money("amount"),
        days("days_to_pay", "paid_at", "issued_at"),
        days("days_late", "paid_at", "due_at"),
        Value(
            "is_late",
            Holds.NUMBER,
            "CAST(CAST(paid_at AS DATE) > CAST(due_at AS DATE) AS DOUBLE)",
            ("paid_at",),
            "1 where the day of `paid_at` is after the day of `due_at`, else 0",
        ),
    ),
)

DISPUTED = Stream(
    "finance.disputed",
    sources.FINANCE,
    moment="disputed_at",
    where="amount >= 0",
    needs=("disputed_at",),
    meaning="an invoice disputed",
    only=_INVOICED,
    values=(record("invoice_id"), money("amount")),
)

CONFIRMED = Stream(
    "finance.confirmed",
    sources.FINANCE,
    moment="confirmed_at",
    where="amount >= 0",
    needs=("confirmed_at",),
    meaning="an invoice confirmed by the customer",
    only=_INVOICED,
    values=(days("days_to_confirm", "confirmed_at", "issued_at"),),
)
