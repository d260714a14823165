"""The data contract: every table and column that Forewarn reads, declared once.

Ingest checks raw records against these declarations, the events module unfolds the dates it finds here, and
the reference page is printed from them. Nothing here computes.

Times are written one way: a column whose kind is ``DAY`` is a calendar day, one whose kind is ``MOMENT`` is
the wall clock of the dataset's time zone. ``known_at`` is when the company could know of the row; a row
without it was known when it happened. Rows with the same key and another ``known_at`` are versions of one
record: the newest one known counts. From the day of ``withdrawn_at`` on a row does not count; until then it does,
so an order line, which has no key, is corrected by withdrawing it and writing another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What the values of a column are; the comment is the type that a checked table stores."""

    ID = "id"  # string; names a thing, compared exactly
    TEXT = "text"  # string; free words
    CHOICE = "choice"  # string; one of the column's `choices`
    DAY = "day"  # date32
    MOMENT = "moment"  # timestamp[us] without zone
    NUMBER = "number"  # double, finite
    MONEY = "money"  # double, rounded to 2 decimals, in the dataset's currency
    COUNT = "count"  # int64
    FLAG = "flag"  # bool


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``low`` and ``high`` are inclusive. ``not_before`` names another column of the row that this date may not
    precede, compared by whole days. ``ahead`` allows a date that has not come yet (a due date, a plan).
    ``refers_to`` names the table whose ``customer_id`` must hold the value. ``resolved``: where the file does not
    say it, ingest makes it from other columns, so that checked records always have it.
    """

    name: str
    kind: Kind
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    not_before: str | None = None
    ahead: bool = False
    refers_to: str | None = None
    resolved: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Table:
    """One table: ``row`` says what a row is, ``happened`` which column dates it (None: only ``known_at``).

    ``key`` identifies a record, which stays with one customer; an empty key means that only a row equal in every
    column is a duplicate.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    happened: str | None = None
    required: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which the table is refused."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def dates(self) -> tuple[Column, ...]:
        """Days and moments, in the order of the contract, ``known_at`` among them."""
        return tuple(column for column in self.columns if column.kind in (Kind.DAY, Kind.MOMENT))


def _customer() -> Column:
    return Column("customer_id", Kind.ID, required=True, refers_to="customers", meaning="whose record it is")


def _known() -> Column:
    return Column(
        "known_at",
        Kind.MOMENT,
        meaning="when the company could know of this row; without it, when it happened",
    )


def _withdrawn() -> Column:
    return Column(
        "withdrawn_at",
        Kind.MOMENT,
        meaning="when the company learned that the row does not hold; it counts until the day before",
    )


CUSTOMERS = Table(
    name="customers",
    row="a customer, or a version of what is known of it",
    key=("customer_id",),
    required=True,
    columns=(
        Column("customer_id", Kind.ID, required=True, meaning="the company that buys"),
        Column("name", Kind.TEXT, meaning="as people call it, in any script"),
        Column("industry", Kind.TEXT, meaning="as in table `market`"),
        Column("region", Kind.TEXT, meaning="as in table `market`"),
        Column("segment", Kind.TEXT, meaning="size or value class, as the company names them"),
        Column("owner", Kind.TEXT, meaning="who looks after the customer"),
        Column("since_on", Kind.DAY, meaning="first day of the relation"),
        Column(
            "known_at",
            Kind.MOMENT,
            meaning="since when this version is known; without it, since `since_on`, or always",
        ),
        _withdrawn(),
    ),
)

TRADE = Table(
    name="trade",
    row="an order line",
    key=(),
    happened="ordered_at",
    required=True,
    columns=(
        Column("order_id", Kind.ID, required=True, meaning="lines of one order share it"),
        _customer(),
        Column("ordered_at", Kind.MOMENT, required=True, meaning="when the order was placed"),
        Column("product_id", Kind.ID, required=True, meaning="what was bought"),
        Column("product_line", Kind.TEXT, meaning="group of products, as in table `imports`"),
        Column("quantity", Kind.NUMBER, required=True, meaning="units; negative when goods came back"),
        Column("amount", Kind.MONEY, required=True, meaning="value of the line; negative as `quantity` is"),
        Column("margin", Kind.MONEY, meaning="part of `amount` that the company earned"),
        Column("list_price", Kind.NUMBER, low=0, meaning="price of one unit before discount"),
        Column("unit_price", Kind.NUMBER, low=0, meaning="price of one unit as paid"),
        Column("is_return", Kind.FLAG, meaning="a return or cancellation, which is no purchase; absent: no"),
        Column("is_urgent", Kind.FLAG, meaning="ordered to be delivered faster than usual"),
        Column("is_trial", Kind.FLAG, meaning="a first try of a product"),
        _known(),
        _withdrawn(),
    ),
)

INTERACTION = Table(
    name="interaction",
    row="a contact",
    key=("interaction_id",),
    happened="occurred_at",
    columns=(
        Column("interaction_id", Kind.ID, required=True),
        _customer(),
        Column("occurred_at", Kind.MOMENT, required=True, meaning="when it took place, or was sent"),
        Column(
            "kind",
            Kind.CHOICE,
            required=True,
            choices=(
                "email",
                "call",
                "meeting",
                "visit",
                "login",
                "inquiry",
                "campaign",
                "invitation",
                "event",
            ),
        ),
        Column("direction", Kind.CHOICE, choices=("in", "out"), meaning="in: from the customer to us"),
        Column("contact_id", Kind.ID, meaning="the customer's person"),
        Column(
            "contact_role",
            Kind.CHOICE,
            choices=("technical", "purchasing", "user", "executive"),
            meaning="that person's part in a decision to buy",
        ),
        Column(
            "responded_at", Kind.MOMENT, not_before="occurred_at", meaning="first answer; null: none so far"
        ),
        Column("attended", Kind.FLAG, meaning="an invitation or meeting that the customer came to"),
        Column("depth", Kind.NUMBER, low=0, high=1, meaning="0 small talk, 1 plans shared"),
        Column("sentiment", Kind.NUMBER, low=-1, high=1, meaning="-1 hostile, 1 delighted"),
        Column("competitor_mentioned", Kind.FLAG),
        Column("text", Kind.TEXT, meaning="what was said or written"),
        _known(),
        _withdrawn(),
    ),
)

SERVICE = Table(
    name="service",
    row="a ticket",
    key=("ticket_id",),
    happened="opened_at",
    columns=(
        Column("ticket_id", Kind.ID, required=True),
        _customer(),
        Column("opened_at", Kind.MOMENT, required=True),
        Column(
            "kind",
            Kind.CHOICE,
            required=True,
            choices=("complaint", "repair", "maintenance", "training", "question"),
        ),
        Column("severity", Kind.COUNT, low=1, high=4, meaning="1 a nuisance, 4 production stands still"),
        Column("resolved_at", Kind.MOMENT, not_before="opened_at", meaning="null: still open"),
        Column("reopened_at", Kind.MOMENT, not_before="resolved_at", meaning="solved, and then not"),
        Column("accepted", Kind.FLAG, meaning="of maintenance or training that was offered"),
        Column("satisfaction", Kind.NUMBER, low=1, high=5, meaning="the customer's rating; 5 is best"),
        Column("rated_at", Kind.MOMENT, not_before="opened_at", meaning="when `satisfaction` was given"),
        _known(),
        _withdrawn(),
    ),
)

FINANCE = Table(
    name="finance",
    row="an invoice",
    key=("invoice_id",),
    happened="issued_at",
    columns=(
        Column("invoice_id", Kind.ID, required=True),
        _customer(),
        Column("issued_at", Kind.MOMENT, required=True),
        Column("due_at", Kind.MOMENT, required=True, not_before="issued_at", ahead=True),
        Column("amount", Kind.MONEY, required=True, meaning="negative: a credit note"),
        Column("confirmed_at", Kind.MOMENT, not_before="issued_at", meaning="the customer agreed to the sum"),
        Column("paid_at", Kind.MOMENT, not_before="issued_at", meaning="null: unpaid"),
        Column("disputed_at", Kind.MOMENT, not_before="issued_at", meaning="null: not disputed"),
        Column("settlement_method", Kind.TEXT, meaning="how it is paid, as the company names it"),
        Column("credit_limit", Kind.MONEY, low=0, meaning="of the customer when the invoice was issued"),
        Column("exposure", Kind.MONEY, meaning="owed in all by the customer when the invoice was issued"),
        _known(),
        _withdrawn(),
    ),
)

MILESTONES = Table(
    name="milestones",
    row="a step of a joint project",
    key=("milestone_id",),
    happened="planned_on",
    columns=(
        Column("milestone_id", Kind.ID, required=True),
        _customer(),
        Column(
            "kind",
            Kind.CHOICE,
            required=True,
            choices=("annual_review", "roadmap", "joint_development", "exhibition"),
        ),
        Column("planned_on", Kind.DAY, required=True, ahead=True),
        Column("done_on", Kind.DAY, meaning="null: not done so far"),
        _known(),
        _withdrawn(),
    ),
)

CONTRACTS = Table(
    name="contracts",
    row="a contract",
    key=("contract_id",),
    happened="starts_on",
    columns=(
        Column("contract_id", Kind.ID, required=True),
        _customer(),
        Column("starts_on", Kind.DAY, required=True, ahead=True),
        Column("ends_on", Kind.DAY, required=True, not_before="starts_on", ahead=True, meaning="last day"),
        Column("renewed_at", Kind.MOMENT, meaning="when the next term was agreed; null: not so far"),
        Column("cancelled_at", Kind.MOMENT, meaning="when notice was given; null: none so far"),
        _known(),
        _withdrawn(),
    ),
)

IMPORTS = Table(
    name="imports",
    row="a customs record of what a customer imported, from anyone",
    key=("record_id",),
    happened="shipped_on",
    columns=(
        Column("record_id", Kind.ID, required=True),
        Column(
            "customer_id",
            Kind.ID,
            refers_to="customers",
            resolved=True,
            meaning="whose record it is; without it, whose name `importer` is",
        ),
        Column("importer", Kind.TEXT, meaning="who imported, as the paper writes it"),
        Column("shipped_on", Kind.DAY, required=True),
        Column("product_line", Kind.TEXT, required=True, meaning="as in table `trade`"),
        Column("supplier", Kind.TEXT, required=True, meaning="who delivered, as the paper writes it"),
        Column(
            "is_us",
            Kind.FLAG,
            resolved=True,
            meaning="the supplier is this company; without it, whether `supplier` is one of the company's names",
        ),
        Column(
            "rival",
            Kind.TEXT,
            resolved=True,
            meaning="the supplier under one name, however the paper writes it; null where it is this company",
        ),
        Column("value", Kind.MONEY, required=True, low=0),
        Column("quantity", Kind.NUMBER, low=0, meaning="units, as `quantity` of table `trade`"),
        Column("origin", Kind.TEXT, meaning="country that the goods came from"),
        _known(),
        _withdrawn(),
    ),
)

MARKET = Table(
    name="market",
    row="the index of an industry and region in a month",
    key=("industry", "region", "month_on"),
    happened="month_on",
    columns=(
        Column("industry", Kind.TEXT, required=True),
        Column("region", Kind.TEXT, meaning="null: everywhere"),
        Column("month_on", Kind.DAY, required=True, meaning="first day of the month"),
        Column("index", Kind.NUMBER, required=True, low=0, meaning="100 is the base of the series"),
        _known(),
        _withdrawn(),
    ),
)

ACTIONS = Table(
    name="actions",
    row="what the company did about a customer",
    key=("action_id",),
    happened="as_of",
    columns=(
        Column("action_id", Kind.ID, required=True),
        _customer(),
        Column("as_of", Kind.DAY, required=True, meaning="the scores that it answered"),
        Column("kind", Kind.TEXT, required=True, meaning="as the playbooks name it"),
        Column("owner", Kind.TEXT, meaning="who did it"),
        Column("status", Kind.TEXT, required=True),
        Column("started_at", Kind.MOMENT),
        Column("finished_at", Kind.MOMENT, not_before="started_at"),
        Column("cost", Kind.MONEY, low=0),
        Column("outcome", Kind.TEXT),
        _known(),
        _withdrawn(),
    ),
)

CASES = Table(
    name="cases",
    row="a historical churn",
    key=("customer_id", "churned_on"),
    happened="churned_on",
    columns=(
        _customer(),
        Column("churned_on", Kind.DAY, required=True, meaning="last day that the customer bought"),
        Column("cause", Kind.TEXT, meaning="why, if known; best one of the causes of the glossary"),
        _known(),
        _withdrawn(),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            CUSTOMERS,
            TRADE,
            INTERACTION,
            SERVICE,
            FINANCE,
            MILESTONES,
            CONTRACTS,
            IMPORTS,
            MARKET,
            ACTIONS,
            CASES,
        )
    }
)
