"""The data contract as a page to read, printed from its declarations."""

from collections.abc import Iterator

from features.sources import TABLES, Column, Kind, Table

KINDS = {
    Kind.ID: "a name, compared exactly; whole numbers are taken too",
    Kind.TEXT: "free text in UTF-8",
    Kind.CHOICE: "one of the words listed, exactly",
    Kind.DAY: "a calendar day, `YYYY-MM-DD`",
    Kind.MOMENT: "`YYYY-MM-DD HH:MM:SS` in the dataset's time zone, or with an offset; a day alone is its midnight",
    Kind.NUMBER: "a number with a decimal point",
    Kind.MONEY: "a number in the dataset's currency, kept to 2 decimals",
    Kind.COUNT: "a whole number",
    Kind.FLAG: "true or false; yes, no, 1 and 0 are taken too",
}
OPENING = """\
# The data contract

<!-- Generated from features/sources.py by `forewarn docs`; edit that file. -->

A dataset is a folder `data/<name>/` with `dataset.yaml` and `raw/`, and in `raw/` these tables as Parquet or CSV
(comma, one header line, UTF-8, quotes doubled inside quotes). `customers` and `trade` are required; without another
table its features are absent. A column marked ? is optional; an empty value means unknown. Columns that are not
listed are left out and named once in `report/ingest.json`.

`known_at` is when the company could know of a row. Two rows with the same key and another `known_at` are versions
of one record; with the same `known_at`, or of another customer, they are a mistake. Of the order lines of `trade`,
which have no key, only a row that equals another in every column of the file is one.

`withdrawn_at` is when the company learned that a row does not hold (a cancelled order, an entry made twice). From
that day on the row does not count; on the days before it does, because that is what was believed. An order line is
corrected by withdrawing it and writing another with a `known_at`.

A row that breaks the contract goes to `interim/rejected/<table>.parquet` with the reason; where more than
`ingest.reject_share_max` of a table's rows do, the stage stops with exit code 11.
"""


def contract_markdown() -> str:
    """Give the reference page of the contract, in Markdown."""
    kinds = "\n".join(f"- **{kind.value}**: {meaning}" for kind, meaning in KINDS.items())
    return "\n".join([OPENING, kinds, *(_section(table) for table in TABLES.values())]) + "\n"


def _section(table: Table) -> str:
    required = "required" if table.required else "optional"
    key = ", ".join(f"`{name}`" for name in table.key)
    told = f"Key: {key}." if key else "No key."
    rows = "\n".join(_row(column) for column in table.columns)
    return (
        f"\n## {table.name}\n\nOne row is {table.row}; {required}. {told}\n\n"
        f"| column | kind | meaning and limits |\n|---|---|---|\n{rows}"
    )


def _row(column: Column) -> str:
    optional = "" if column.required else "?"
    return f"| `{column.name}`{optional} | {column.kind.value} | {'; '.join(_facts(column))} |"


def _facts(column: Column) -> Iterator[str]:
    if column.meaning:
        yield column.meaning
    if column.resolved:
        yield "made by `ingest` where it is not given"
    if column.choices:
        yield ", ".join(column.choices)
    if column.low is not None:
        yield f"{column.low:g} to {column.high:g}" if column.high is not None else f"{column.low:g} or more"
    if column.not_before:
        yield f"not before `{column.not_before}`"
    if column.ahead:
        yield "may lie ahead"
    if column.refers_to:
        yield f"stands in `{column.refers_to}`"
