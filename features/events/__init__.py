"""Records unfolded into events: every date of a record is an event of its own.

A stream is one kind of event, declared once: from which table, on which date, with which values. An invoice
gives five streams (issued, due, paid, disputed, confirmed); before the day it is paid, nothing says that it will
be. A value may use only what is known with its event: `days_to_pay` belongs to the payment, not to the invoice.
"""

from features.events.agreements import CANCELLED, CONTRACTS, DONE, ENDED, PLANNED, RENEWED, VERSIONS
from features.events.finance import CONFIRMED, CREDITS, DISPUTED, DUE, INVOICES, PAID
from features.events.interaction import CONTACTS, OUTGOING, REPLIES
from features.events.outside import MARKET, MARKET_EVENTS, OTHERS, OURS, SHIPMENTS
from features.events.service import RATED, REOPENED, RESOLVED, SEVERE, TICKETS
from features.events.stream import Holds, Stream, Value
from features.events.trade import LINES, ORDERS, RETURNS

STREAMS: tuple[Stream, ...] = (
    LINES,
    ORDERS,
    RETURNS,
    CONTACTS,
    OUTGOING,
    REPLIES,
    TICKETS,
    SEVERE,
    RESOLVED,
    REOPENED,
    RATED,
    INVOICES,
    CREDITS,
    DUE,
    PAID,
    DISPUTED,
    CONFIRMED,
    PLANNED,
    DONE,
    CONTRACTS,
    ENDED,
    RENEWED,
    CANCELLED,
    VERSIONS,
    MARKET,
    MARKET_EVENTS,
    SHIPMENTS,
    OURS,
    OTHERS,
)

__all__ = [
    "CANCELLED",
    "CONFIRMED",
    "CONTACTS",
    "CONTRACTS",
    "CREDITS",
    "DISPUTED",
    "DONE",
    "DUE",
    "ENDED",
    "INVOICES",
    "LINES",
    "MARKET",
    "MARKET_EVENTS",
    "ORDERS",
    "OTHERS",
    "OURS",
    "OUTGOING",
    "PAID",
    "PLANNED",
    "RATED",
    "RENEWED",
    "REOPENED",
    "REPLIES",
    "RESOLVED",
    "RETURNS",
    "SEVERE",
    "SHIPMENTS",
    "STREAMS",
    "TICKETS",
    "VERSIONS",
    "Holds",
    "Stream",
    "Value",
]
