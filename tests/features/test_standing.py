"""How things stand: contracts, small disputes, unpaid shares, and a window against the customer's own past."""

import numpy as np
import pyarrow as pa
import pytest

from features import events
from features.comparisons import AheadLastYear, Over, PerEvent, PerMoney, PerYear, YearAgo
from features.measures import Active, AgainstPast, Count, SeasonIndex, Total
from features.states import MarkedShare, OpenCount, OpenTotal, Running, Small

NAN = float("nan")


@pytest.fixture
def contracts(ago):
    """Contracts by the days ago that they start, end, are renewed and cancelled; None is never."""

    def table(*rows: tuple[int, int, int | None, int | None]) -> pa.Table:
        starts, ends, renewed, cancelled = zip(*rows, strict=True) if rows else ((), (), (), ())

        def moments(days) -> pa.Array:
            return pa.array([None if day is None else ago(day) for day in days], pa.timestamp("us"))

        return pa.table(
            {
                "contract_id": pa.array([f"k{k}" for k in range(len(rows))], pa.string()),
                "customer_id": pa.array(["x"] * len(rows), pa.string()),
                "starts_on": moments(starts).cast(pa.date32()),
                "ends_on": moments(ends).cast(pa.date32()),
                "renewed_at": moments(renewed),
                "cancelled_at": moments(cancelled),
            }
        )

    return table


@pytest.mark.parametrize(
    ("rows", "running", "share", "lapsed"),
    [
        ([(300, -60, 10, None)], 1, 1, 0),  # ends in 60 days and is renewed
        ([(300, -60, None, None)], 1, 0, 0),
        ([(300, -60, -5, None)], 1, 0, 0),  # renewed in five days: not yet
        ([(300, -90, None, None), (300, 0, 20, None)], 2, 1 / 2, 0),  # 90 days and today are within
        ([(300, -91, None, None)], 1, NAN, 0),
        ([(300, 1, None, None)], 0, NAN, 1),  # ended yesterday
        ([(300, 0, None, None)], 1, 0, 0),  # today is its last day
        ([(300, 1, 30, None)], 0, NAN, 0),  # ended, but renewed
        ([(300, -200, None, 5)], 0, NAN, 0),  # notice was given
        ([(300, -200, None, -5)], 1, NAN, 0),  # it will be in five days
        ([(-5, -400, None, None)], 0, NAN, 0),  # not begun
        (
            [(800, 366, None, None)],
            0,
            NAN,
            0,
        ),  # ended longer than a year ago: its first day without is 365 ago
        ([(800, 365, None, None)], 0, NAN, 1),
        ([], 0, NAN, 0),
    ],
)
def test_a_contract_runs_ends_and_is_renewed(measured, contracts, rows, running, share, lapsed):
    table = contracts(*rows)
    assert measured(Running(events.CANCELLED), events.CONTRACTS, table) == running
    renewed = measured(MarkedShare(events.RENEWED, within=90), events.CONTRACTS, table)
    assert renewed == pytest.approx(share, nan_ok=True)
    assert measured(OpenCount(events.RENEWED), events.ENDED, table, 365) == lapsed


@pytest.fixture
def invoices(ago):
    """Invoices of given amounts, issued so many days ago and due 30 days later; disputed, paid or not."""

    def table(*rows: tuple[int, float, int | None, int | None]) -> pa.Table:
        issued, amount, disputed, paid = zip(*rows, strict=True) if rows else ((), (), (), ())

        def moments(days) -> pa.Array:
            return pa.array([None if day is None else ago(day) for day in days], pa.timestamp("us"))

        return pa.table(
            {
                "invoice_id": pa.array([f"i{k}" for k in range(len(rows))], pa.string()),
                "customer_id": pa.array(["x"] * len(rows), pa.string()),
                "issued_at": moments(issued),
                "due_at": moments([day - 30 for day in issued]),
                "amount": pa.array(amount, pa.float64()),
                "disputed_at": moments(disputed),
                "paid_at": moments(paid),
            }
        )

    return table


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 100, 200, 300: the median is 200; 100 is below it, 200 is not
        ([(90, 100.0, 80, None), (60, 200.0, 50, None), (40, 300.0, None, None)], 1),
        # 100, 200, 300, 301: it is 250, so that 200 is small too
        ([(90, 100.0, 80, None), (60, 200.0, 50, None), (40, 300.0, 9, None), (30, 301.0, None, None)], 2),
        ([(90, 100.0, 80, None)], 0),
        ([(400, 100.0, 80, None)], 0),  # disputed, but no invoice of the year to hold it against
        ([(90, 100.0, None, None)], 0),
        ([], 0),
    ],
)
def test_a_small_invoice_is_below_the_customers_own_median(measured, invoices, rows, expected):
    assert measured(Small(events.INVOICES), events.DISPUTED, invoices(*rows), 365) == expected


def test_credit_notes_are_no_invoices(measured, invoices):
    rows = invoices((90, 100.0, None, None), (80, -40.0, None, None), (60, 300.0, 50, 20))
    assert measured(Count(), events.INVOICES, rows) == 2
    assert measured(Count(), events.CREDITS, rows) == 1
    assert measured(PerMoney("amount", events.INVOICES), events.CREDITS, rows, 365) == 40 / 400
    assert measured(PerMoney("amount", events.INVOICES), events.DISPUTED, rows, 365) == 300 / 400
    assert measured(PerMoney("amount", events.INVOICES), events.DISPUTED, rows, 55) != 300 / 400
    assert measured(OpenCount(events.PAID), events.DUE, rows) == 1  # the one of 100; a credit is not overdue
    unpaid = Over(OpenTotal(closed=events.PAID, of="amount"), Total("amount"))
    assert measured(unpaid, events.DUE, rows, 180) == 100 / 400


def test_a_share_of_money_is_unknown_without_money_below(measured, invoices):
    share = PerMoney("amount", events.INVOICES)
    assert np.isnan(measured(share, events.DISPUTED, invoices((90, 100.0, 10, None)), 30))  # issued before
    assert np.isnan(measured(share, events.DISPUTED, invoices(), 30))
    assert measured(share, events.DISPUTED, invoices((9, 100.0, None, None)), 30) == 0


@pytest.fixture
def lines(ago):
    def table(*rows: tuple[int, float]) -> pa.Table:
        days, amounts = zip(*rows, strict=True) if rows else ((), ())
        return pa.table(
            {
                "order_id": pa.array([f"o{k}" for k in range(len(rows))], pa.string()),
                "customer_id": pa.array(["x"] * len(rows), pa.string()),
                "ordered_at": pa.array([ago(day) for day in days], pa.timestamp("us")),
                "product_id": pa.array(["p"] * len(rows), pa.string()),
                "quantity": pa.array([1.0] * len(rows), pa.float64()),
                "amount": pa.array(amounts, pa.float64()),
                "is_return": pa.array([amount < 0 for amount in amounts], pa.bool_()),
            }
        )

    return table


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # First event 100 days ago: floor(101 / 30) - 1 = 2 windows before this one, (90, 60] and (60, 30] ago hold
        # 1 and 2 events; now 3: 3 / 1.5. The event of 100 days ago is in none of them.
        ([100, 80, 50, 40, 20, 10, 5], 3 / 1.5),
        ([100, 80, 50, 40], 0),
        ([88, 80, 50, 20], NAN),  # floor(89 / 30) - 1 = 1 window: too few
        ([89, 50, 20], 1 / 1),  # floor(90 / 30) - 1 = 2: 2 events in them
        ([200, 20], NAN),  # the windows before hold nothing: at most three count
        ([20], NAN),
        ([], NAN),
    ],
)
def test_a_window_is_held_against_the_windows_before_it(measured, lines, days, expected):
    found = measured(AgainstPast(3), events.LINES, lines(*((day, 1.0) for day in days)), 30)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_periods_with_an_order_are_counted_once(measured, lines):
    rows = lines((95, 1.0), (89, 1.0), (60, 1.0), (59, 1.0), (31, 1.0), (0, 1.0))
    # (120, 90] is outside three periods; 89 and 60 ago are period 2, 59 and 31 period 1, 0 period 0
    assert measured(Active(30, 3), events.LINES, rows, 90) == 3
    assert measured(Active(30, 3), events.LINES, lines((50, 1.0)), 90) == 1
    assert measured(Active(30, 3), events.LINES, lines(), 90) == 0


def test_a_season_is_held_against_the_year_around_it(measured, lines):
    # The weeks are (365, 275] ago, the year (503, 138] ago: 60 of 100, so (60 / 90) / (100 / 365).
    rows = lines((600, 9.0), (503, 50.0), (502, 30.0), (365, 10.0), (364, 40.0), (275, 20.0), (137, 70.0))
    expected = (60 / 90) / (100 / 365)
    assert measured(SeasonIndex("amount"), events.LINES, rows, 90) == pytest.approx(expected, abs=1e-12)
    assert np.isnan(measured(SeasonIndex("amount"), events.LINES, rows.slice(2), 90))  # begun 502 days ago
    assert measured(SeasonIndex("amount"), events.LINES, rows.slice(1), 90) == pytest.approx(expected)
    assert np.isnan(measured(SeasonIndex("amount"), events.LINES, rows.slice(0, 1), 90))  # nothing that year
    assert np.isnan(measured(SeasonIndex("amount"), events.LINES, lines(), 90))


def test_what_followed_is_held_against_what_went_before(measured, lines):
    rows = lines((455, 5.0), (454, 20.0), (365, 10.0), (364, 45.0), (275, 15.0), (274, 99.0))
    # Ahead (365, 275] ago: 45 + 15; behind (455, 365] ago: 20 + 10.
    change = Over(AheadLastYear(Total("amount")), YearAgo(Total("amount")))
    assert measured(change, events.LINES, rows, 90) == 2
    assert np.isnan(measured(YearAgo(Total("amount")), events.LINES, rows.slice(3), 90))


def test_a_young_customer_has_had_at_least_a_year(measured, lines):
    assert measured(PerYear(Total("amount")), events.LINES, lines((730, 30.0), (5, 10.0))) == 20
    assert measured(PerYear(Total("amount")), events.LINES, lines((100, 30.0))) == 30
    assert np.isnan(measured(PerYear(Total("amount")), events.LINES, lines()))


def test_what_came_back_is_held_against_what_was_bought(measured, lines):
    rows = lines((50, 80.0), (40, 20.0), (30, -25.0))
    assert measured(PerMoney("amount", events.LINES), events.RETURNS, rows, 90) == 25 / 100
    assert measured(PerEvent(events.LINES), events.RETURNS, rows, 90) == 1 / 2
    assert measured(PerMoney("amount", events.LINES), events.RETURNS, rows.slice(0, 2), 90) == 0
