"""Each measure on a handful of events, the arithmetic beside the number."""

import numpy as np
import pyarrow as pa
import pytest

from features import comparisons, events, measures, states
from features.events import DUE, LINES, ORDERS, PAID, REOPENED, RESOLVED, RETURNS, TICKETS
from features.sweep import Questions, View
from features.unfold import Events, Records

AS_OF = np.datetime64("2024-06-30")


def day(ago: int) -> np.datetime64:
    return AS_OF.astype("datetime64[us]") - np.timedelta64(ago, "D")


def table(**columns: list) -> pa.Table:
    return pa.table(columns)


# Ago 100: two lines of order A (10.00 and 20.00). Ago 40: order B, 30.00. Ago 10: order C, 60.00, returned ago 5.
TRADE = table(
    order_id=["A", "A", "B", "C", "R"],
    customer_id=["x"] * 5,
    ordered_at=[day(100), day(100), day(40), day(10), day(5)],
    product_id=["p", "q", "p", "r", "r"],
    product_line=["L1", "L2", "L1", "L3", "L3"],
    quantity=[1.0, 1, 1, 1, -1],
    amount=[10.0, 20, 30, 60, -60],
    margin=[1.0, 2, 6, 18, -18],
    is_return=[False, False, False, False, True],
    is_urgent=[False, False, True, False, False],
)
TICKETS_TABLE = table(
    ticket_id=["t1", "t2", "t3", "t4"],
    customer_id=["x"] * 4,
    opened_at=[day(50), day(30), day(20), day(8)],
    kind=["complaint", "repair", "complaint", "question"],
    resolved_at=[
        day(45),
        None,
        day(15),
        day(-3),
    ],  # t4 is resolved in three days: on the as-of date it is open
    reopened_at=[None, None, day(12), None],  # t3 is open again
)
FINANCE = table(
    invoice_id=["i1", "i2", "i3"],
    customer_id=["x"] * 3,
    issued_at=[day(90), day(60), day(20)],
    due_at=[day(60), day(30), day(-10)],  # i3 is not yet due
    amount=[100.0, 200, 300],
    paid_at=[day(50), None, None],
)


def unfold(stream, rows, customers) -> Events:
    with Records({stream.table.name: rows}) as records:
        return records.unfold(stream, customers)


def value(measure, stream, rows, days=None, where=None, others=None):
    """Give the measure for customer x on the as-of date."""
    questions = Questions(np.zeros(1, np.int32), np.array([AS_OF.astype(np.int32)], np.int32))
    found = unfold(stream, rows, ["x"])
    views = tuple(View(unfold(other, others or rows, ["x"]), questions) for other in measure.streams)
    view = View(found.only(where) if where else found, questions)
    return measure.over(view.window(days), views)[0]


@pytest.mark.parametrize(
    ("measure", "stream", "days", "expected"),
    [
        (measures.Count(), LINES, 90, 2),  # B, C
        (measures.Count("order_id"), LINES, 365, 3),  # A, B, C
        (measures.Count("product_id"), LINES, 365, 3),  # p, q, r
        (measures.Days(), LINES, 365, 3),  # the two lines of A are one day
        (measures.Total("amount"), LINES, 90, 90),  # 30 + 60
        (measures.Total("amount"), RETURNS, 90, 60),
        (measures.Mean("size"), ORDERS, 365, 40),  # (30 + 30 + 60) / 3
        (measures.Mean("is_urgent"), ORDERS, 365, 1 / 3),
        (measures.Spread("size"), ORDERS, 365, 300**0.5),  # ((-10)^2 + (-10)^2 + 20^2) / 2 = 300
        (measures.Largest("size"), ORDERS, 365, 60),
        (measures.Latest("size"), ORDERS, 365, 60),
        (measures.SinceLast(), LINES, None, 10),
        (measures.SinceFirst(), LINES, None, 100),
        (measures.MeanGap(), LINES, None, 45),  # (60 + 30) / 2
        (measures.LastGap(), LINES, None, 30),
        (measures.LongestGap(), LINES, None, 60),
        (measures.GapVariation(), LINES, None, 450**0.5 / 45),  # (15^2 + 15^2) / 1 = 450
        (measures.Overdue(), LINES, None, 10 / 45),
        (measures.OverdueDeviations(), LINES, None, (10 - 45) / 450**0.5),
        (measures.TopShare("product_line"), LINES, 365, 2 / 4),  # L1 twice among four lines
        (measures.Lost("product_line"), LINES, 50, 0),  # the window before, (100, 50] days ago, is empty
        (measures.Lost("product_line"), LINES, 35, 1),  # (70, 35] days ago: L1; now only L3
        (measures.Gained("product_line"), LINES, 50, 2),  # L1, L3
        (comparisons.Change(measures.Total("amount")), LINES, 51, 90 / 30),  # 49..100 ago: A
        (comparisons.Shift(measures.Count()), LINES, 51, 0),  # 2 - 2
        (comparisons.Over(measures.Total("margin"), measures.Total("amount")), LINES, 90, 24 / 90),
        (
            measures.Slope("amount", period=30, periods=4),
            LINES,
            120,
            (-1.5 * 30 + 0.5 * 30 + 1.5 * 60) / 5 / 30,
        ),
        (measures.Trend("size", run=1), ORDERS, 365, 60 - 30),
        (comparisons.PerEvent(LINES), RETURNS, 365, 1 / 4),
    ],
)
def test_a_measure_of_orders(measure, stream, days, expected):
    assert value(measure, stream, TRADE, days) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "where", "expected"),
    [
        (states.OpenCount(RESOLVED, REOPENED), None, 3),  # t2, t3 again, t4
        (states.OpenCount(RESOLVED, REOPENED), {"kind": ("complaint",)}, 1),  # t3
        (states.OpenAge(RESOLVED, REOPENED), None, 30),  # t2
        (measures.Count(), {"kind": ("complaint", "repair")}, 3),
    ],
)
def test_a_measure_of_tickets(measure, where, expected):
    assert value(measure, TICKETS, TICKETS_TABLE, where=where) == expected


@pytest.mark.parametrize(
    ("measure", "stream", "expected"),
    [
        (states.OpenCount(PAID), DUE, 1),  # i2: i1 is paid, i3 is not due
        (states.OpenTotal(PAID, of="amount"), DUE, 200),
        (states.OpenAge(PAID), DUE, 30),
        (measures.Mean("days_to_pay"), PAID, 40),
        (measures.Mean("days_late"), PAID, 10),
    ],
)
def test_a_measure_of_invoices(measure, stream, expected):
    assert value(measure, stream, FINANCE) == expected


def test_the_weeks_ahead_last_year_are_unknown_to_a_customer_that_was_not_there():
    assert np.isnan(value(comparisons.AheadLastYear(measures.Days()), LINES, TRADE, 90))


def test_the_weeks_ahead_last_year_lie_wholly_in_the_past():
    rows = table(
        order_id=["a", "b", "c"],
        customer_id=["x"] * 3,
        ordered_at=[day(365), day(364), day(275)],  # (365, 275] ago: the first is outside, the last inside
        product_id=["p"] * 3,
        quantity=[1.0] * 3,
        amount=[1.0] * 3,
    )
    assert value(comparisons.AheadLastYear(measures.Days()), LINES, rows, 90) == 2


def test_a_contract_tells_the_days_to_its_end():
    rows = table(
        contract_id=["k"],
        customer_id=["x"],
        starts_on=pa.array([day(100)]).cast(pa.timestamp("us")).cast(pa.date32()),
        ends_on=pa.array([day(-60)]).cast(pa.timestamp("us")).cast(pa.date32()),
    )
    assert value(measures.DaysUntil("ends_on"), events.CONTRACTS, rows) == 60
    assert value(measures.Age("ends_on"), events.CONTRACTS, rows) == -60


def test_a_wave_of_the_year_comes_back_after_a_year():
    rows = View(
        unfold(LINES, TRADE, ["x"]), Questions(np.zeros(2, np.int32), np.array([0, 365], np.int32))
    ).window(None)
    sine = measures.YearWave(harmonic=1, cosine=False).over(rows, ())
    cosine = measures.YearWave(harmonic=1, cosine=True).over(rows, ())
    assert sine[0] == 0
    assert cosine[0] == 1
    assert sine[1] == pytest.approx(0, abs=0.005)  # a quarter of a day short of a turn


@pytest.mark.parametrize(
    "measure",
    [
        measures.Count(),
        measures.Days(),
        measures.Total("amount"),
        measures.Lost("product_line"),
        measures.Mean("margin_share"),
        measures.Spread("margin_share"),
        measures.Largest("discount"),
        measures.Latest("discount"),
        measures.SinceLast(),
        measures.SinceFirst(),
        measures.MeanGap(),
        measures.GapVariation(),
        measures.Overdue(),
        measures.TopShare("product_id"),
        comparisons.Change(measures.Days()),
        comparisons.YearChange(measures.Days()),
        measures.Slope("amount", period=30, periods=3),
        measures.Trend("margin_share"),
    ],
)
def test_no_rows_mean_what_the_measure_says(measure):
    rows = TRADE.append_column("list_price", [[2.0] * 5]).append_column("unit_price", [[1.0] * 5])
    found = value(measure, LINES, rows.slice(0, 0))
    assert (measure.empty == "0" and found == 0) or (measure.empty == "unknown" and np.isnan(found))
