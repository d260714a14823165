"""Customers as they were known on a date."""

from datetime import date

import pandas as pd
import pyarrow as pa

from features import cohort
from pipeline import versions

DAY = date(2024, 6, 30)
RULE = cohort.Rule("departure")


def lines(*rows: tuple[str, str]) -> pa.Table:
    days = pd.to_datetime([day for _, day in rows])
    return pa.table(
        {"customer_id": [who for who, _ in rows], "ordered_at": pa.array(days, pa.timestamp("us"))}
    )


def met(trade: pa.Table, **columns: list[str | None]) -> list[str]:
    told = {"customer_id": columns.pop("who")} | {
        name: pa.array(pd.to_datetime(days), pa.timestamp("us")) for name, days in columns.items()
    }
    customers = pa.table(told)
    rows = cohort.ask(trade, list(dict.fromkeys(told["customer_id"])), [DAY], RULE)
    return versions.met(rows, customers)["customer_id"].tolist()


def test_a_customer_who_came_later_is_in_no_list_of_the_day() -> None:
    trade = lines(("A", "2024-06-01"), ("B", "2024-07-01"), ("E", "2024-06-02"), ("E", "2024-06-09"))
    who = ["A", "B", "C", "D", "E"]
    # B and D came later, E has bought whatever its record says, and C was known though it never bought.
    since = ["2024-06-01", "2024-07-01", "2024-06-30", "2024-07-01", "2024-09-01"]
    assert met(trade, who=who, since_on=since) == ["A", "C", "E"]
    assert met(trade, who=who, since_on=["2020-01-01"] * 5, known_at=since) == ["A", "C", "E"]
    assert met(trade, who=who) == who  # nobody says since when
    gone = [None, None, "2024-06-15", None, None]
    assert met(trade, who=who, withdrawn_at=gone) == ["A", "B", "D", "E"]
    assert met(trade, who=[*who, "D"], since_on=[*since, "2024-01-01"]) == ["A", "C", "D", "E"]
