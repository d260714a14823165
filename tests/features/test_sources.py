"""The contract: what every declaration must hold, so that the engine, the checks and the page can rely on it."""

import pytest

from features.contract import contract_markdown
from features.sources import TABLES, Column, Kind, Table

ALL = list(TABLES.values())
DATES = (Kind.DAY, Kind.MOMENT)


def columns() -> list[tuple[Table, Column]]:
    return [(table, column) for table in ALL for column in table.columns]


def test_there_are_eleven_tables_and_two_are_required() -> None:
    assert list(TABLES) == [
        "customers", "trade", "interaction", "service", "finance", "milestones",
        "contracts", "imports", "market", "actions", "cases",
    ]  # fmt: skip
    assert [table.name for table in ALL if table.required] == ["customers", "trade"]


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_a_column_is_declared_once(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_table_can_say_when_a_row_became_known_and_ceased_to_hold(table: Table) -> None:
    known, withdrawn = table.columns[-2:]
    assert (known.name, withdrawn.name) == ("known_at", "withdrawn_at")
    for column in (known, withdrawn):
        assert column.kind is Kind.MOMENT
        assert not column.required


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_a_key_is_made_of_declared_columns(table: Table) -> None:
    assert set(table.key) <= set(table.names)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_what_dates_a_row_is_a_required_date(table: Table) -> None:
    if table.happened is None:
        assert table.name == "customers"
    else:
        column = table.column(table.happened)
        assert column.kind in DATES
        assert column.required


def test_a_name_tells_days_from_moments() -> None:
    for table, column in columns():
        if column.kind is Kind.DAY:
            assert column.name.endswith("_on") or column.name == "as_of", (table.name, column.name)
        else:
            assert column.name.endswith("_at") == (column.kind is Kind.MOMENT), (table.name, column.name)


def test_an_order_of_dates_names_another_date_of_the_table() -> None:
    for table, column in columns():
        if column.not_before:
            assert column.kind in DATES
            assert table.column(column.not_before).kind in DATES
            assert column.not_before != column.name


def test_limits_stand_on_numbers_and_choices_on_choices() -> None:
    for _, column in columns():
        if column.low is not None or column.high is not None:
            assert column.kind in (Kind.NUMBER, Kind.MONEY, Kind.COUNT)
        assert bool(column.choices) == (column.kind is Kind.CHOICE)
        assert not column.ahead or column.kind in DATES


def test_every_customer_outside_its_own_table_stands_in_it() -> None:
    for table, column in columns():
        if column.name == "customer_id":
            assert column.refers_to == (None if table.name == "customers" else "customers")


def test_needed_columns_are_those_that_are_not_optional() -> None:
    # order_id, customer_id, ordered_at, product_id, quantity, amount: those without ? in the design
    assert TABLES["trade"].needed == (
        "order_id", "customer_id", "ordered_at", "product_id", "quantity", "amount",
    )  # fmt: skip


def test_dates_are_days_and_moments_in_order() -> None:
    # issued, due, confirmed, paid, disputed, known
    names = [column.name for column in TABLES["finance"].dates]
    assert names == [
        "issued_at",
        "due_at",
        "confirmed_at",
        "paid_at",
        "disputed_at",
        "known_at",
        "withdrawn_at",
    ]


def test_the_page_names_every_table_and_column() -> None:
    page = contract_markdown()
    for table, column in columns():
        assert f"\n## {table.name}\n" in page
        section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert f"| `{column.name}`{'' if column.required else '?'} |" in section
