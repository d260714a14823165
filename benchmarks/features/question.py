"""The question of the task: on which dates, and the forty numbers asked about each customer.

Light on purpose: every way imports it, and what a way imports is part of its time.
"""

from datetime import date, timedelta

FIRST = date(2022, 1, 1)
DAYS = 1096
"""The ledger covers ``DAYS`` days from ``FIRST`` on: 2022 to 2024."""

WINDOWS = (30, 60, 90, 180, 365)
PRODUCT_LINES = 20

WHOLE = (
    *(f"ledger_{what}_{days}d" for days in WINDOWS for what in ("order_days", "lines", "products")),
    "ledger_days_since_order",
    "ledger_days_since_first_order",
    "ledger_order_days",
    "ledger_lines",
    "ledger_gap_last",
    "ledger_lines_year_before_90d",
)
"""The columns that are whole numbers, written as int32."""

MONEY = (
    *(f"ledger_{what}_{days}d" for days in WINDOWS for what in ("amount", "margin")),
    "ledger_amount_spread_365d",
    "ledger_amount_largest_365d",
    "ledger_amount_year_before_90d",
)
"""The columns in the currency; all others that are not whole are plain numbers."""

ZERO = (
    *(
        f"ledger_{what}_{days}d"
        for days in WINDOWS
        for what in ("order_days", "lines", "amount", "margin", "products")
    ),
    "ledger_lines_year_before_90d",
    "ledger_amount_year_before_90d",
)
"""The columns that are 0 where the window holds no line; in all others that means unknown."""

NAMES = (
    *(
        f"ledger_{what}_{days}d"
        for days in WINDOWS
        for what in ("order_days", "lines", "amount", "margin", "products")
    ),
    "ledger_days_since_order",
    "ledger_days_since_first_order",
    "ledger_order_days",
    "ledger_lines",
    "ledger_gap_mean",
    "ledger_gap_spread",
    "ledger_gap_last",
    "ledger_amount_spread_365d",
    "ledger_amount_largest_365d",
    "ledger_top_line_share_365d",
    "ledger_return_share_365d",
    "ledger_lines_change_90d",
    "ledger_amount_change_90d",
    "ledger_lines_year_before_90d",
    "ledger_amount_year_before_90d",
)
"""All forty, in the order of the result's columns."""


def as_of_dates(number: int = 24) -> list[date]:
    """Give the last ``number`` of the 24 month ends of 2023 and 2024, the earliest first."""
    if not 1 <= number <= 24:
        raise ValueError(f"{number} as-of dates were asked for; the task has 1 to 24.")
    nexts = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(1, 25)]
    return [first - timedelta(days=1) for first in nexts][-number:]
