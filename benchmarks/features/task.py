"""The forty features of the task in the project's own words, and the few measures that only they need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.features.question import NAMES, WINDOWS
from features.comparisons import Change, Nested
from features.compiled import compiled
from features.events import Holds, Stream, Value
from features.feature import Cause, Feature, Unit
from features.measures import (
    Count,
    Days,
    Gaps,
    Largest,
    LastGap,
    Mean,
    MeanGap,
    Measure,
    Plain,
    SinceFirst,
    SinceLast,
    TopShare,
    Total,
)
from features.sources import Column, Kind, Table
from features.sweep import Rows, Values, View

LEDGER = Table(
    name="ledger",
    row="an order line; returns count as any other",
    key=(),
    happened="ordered_at",
    columns=(
        Column("customer_id", Kind.ID, required=True),
        Column("ordered_at", Kind.DAY, required=True),
        Column("amount", Kind.MONEY, required=True),
        Column("margin", Kind.MONEY, required=True),
        Column("product_id", Kind.ID, required=True),
        Column("product_line", Kind.ID, required=True),
        Column("is_return", Kind.FLAG, required=True),
        Column("known_at", Kind.MOMENT),
    ),
)

LINES = Stream(
    "ledger.lines",
    LEDGER,
    moment="ordered_at",
    values=(
        Value("amount", Holds.MONEY, "CAST(round(amount * 100) AS BIGINT)", ("amount",)),
        Value("margin", Holds.MONEY, "CAST(round(margin * 100) AS BIGINT)", ("margin",)),
        Value("product_id", Holds.CODE, "product_id", ("product_id",)),
        Value("product_line", Holds.CODE, "product_line", ("product_line",)),
        Value("is_return", Holds.NUMBER, "CAST(is_return AS DOUBLE)", ("is_return",)),
    ),
)


@dataclass(frozen=True)
class GapSpread(Gaps):
    """Sample standard deviation of the gaps between different days, in days; three days are needed."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._gaps(rows)[1]


@dataclass(frozen=True)
class LargestMoney(Largest):
    """Largest sum of money."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return super().over(rows, others) / 100


@dataclass(frozen=True)
class DaySpread(Plain):
    """Sample standard deviation of the sums of money a day, over the days with an event."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return spread_of_days(rows.whole(self.of), rows.day, rows.low, rows.high) / 100


@dataclass(frozen=True)
class YearBefore(Nested):
    """The measure over the same window 365 days earlier."""

    @property
    def whole(self) -> bool:
        return self.of.whole

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self.of.over(rows.year_before(), others)


@compiled
def spread_of_days(
    value: NDArray[np.int64], day: NDArray[np.int32], low: NDArray[np.int64], high: NDArray[np.int64]
) -> Values:
    """Sample standard deviation of the sums of each day; of fewer than two days it is unknown."""
    out = np.full(len(low), np.nan)
    for q in range(len(low)):
        days, everything = 0, 0
        for row in range(low[q], high[q]):
            days += row == low[q] or day[row] != day[row - 1]
            everything += value[row]
        if days < 2:
            continue
        centre, squares, of_day = everything / days, 0.0, 0
        for row in range(low[q], high[q]):
            of_day += value[row]
            if row + 1 == high[q] or day[row + 1] != day[row]:
                squares += (of_day - centre) ** 2
                of_day = 0
        out[q] = np.sqrt(squares / (days - 1))
    return out


def _feature(name: str, measure: Measure, unit: Unit, days: int | None = None) -> Feature:
    called = f"ledger_{name}" + (f"_{days}d" if days else "")
    return Feature(
        name=called,
        on=LINES,
        days=days,
        measure=measure,
        cause=Cause.DEMAND,
        unit=unit,
        en=called,
        zh=called,
    )


_WINDOWED = (
    ("order_days", Days(), Unit.DAYS),
    ("lines", Count(), Unit.LINES),
    ("amount", Total("amount"), Unit.MONEY),
    ("margin", Total("margin"), Unit.MONEY),
    ("products", Count("product_id"), Unit.PRODUCTS),
)

FEATURES: tuple[Feature, ...] = (
    *(_feature(name, measure, unit, days) for days in WINDOWS for name, measure, unit in _WINDOWED),
    _feature("days_since_order", SinceLast(), Unit.DAYS),
    _feature("days_since_first_order", SinceFirst(), Unit.DAYS),
    _feature("order_days", Days(), Unit.DAYS),
    _feature("lines", Count(), Unit.LINES),
    _feature("gap_mean", MeanGap(), Unit.DAYS),
    _feature("gap_spread", GapSpread(), Unit.DAYS),
    _feature("gap_last", LastGap(), Unit.DAYS),
    _feature("amount_spread", DaySpread("amount"), Unit.MONEY, 365),
    _feature("amount_largest", LargestMoney("amount"), Unit.MONEY, 365),
    _feature("top_line_share", TopShare("product_line"), Unit.SHARE, 365),
    _feature("return_share", Mean("is_return"), Unit.SHARE, 365),
    _feature("lines_change", Change(Count()), Unit.TIMES, 90),
    _feature("amount_change", Change(Total("amount")), Unit.TIMES, 90),
    _feature("lines_year_before", YearBefore(Count()), Unit.LINES, 90),
    _feature("amount_year_before", YearBefore(Total("amount")), Unit.MONEY, 90),
)

assert tuple(feature.name for feature in FEATURES) == NAMES
