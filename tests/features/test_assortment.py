"""Products, prices and people: what is new, lost, concentrated or cooling, the arithmetic beside the number."""

import numpy as np
import pyarrow as pa
import pytest

from features.comparisons import Shift
from features.events import CONTACTS, INVOICES, LINES, ORDERS
from features.measures import (
    AboveMedian,
    Changes,
    Concentration,
    Cooling,
    First,
    Flagged,
    Gained,
    Kept,
    LargeOverdue,
    Lost,
    PriceChange,
    SinceChange,
    SinceFlagged,
    SinceLarge,
    Smallest,
    TrialsAlone,
    TrialsAloneShare,
)

NAN = float("nan")


@pytest.fixture
def lines(ago):
    """Order lines, each an order of its own: days ago, product, and what else is said of it."""

    def table(*rows: tuple[int, str, float], **columns: list) -> pa.Table:
        days, products, amounts = zip(*rows, strict=True) if rows else ((), (), ())
        return pa.table(
            {
                "order_id": pa.array([f"o{k}" for k in range(len(rows))], pa.string()),
                "customer_id": pa.array(["x"] * len(rows), pa.string()),
                "ordered_at": pa.array([ago(day) for day in days], pa.timestamp("us")),
                "product_id": pa.array(products, pa.string()),
                "quantity": pa.array([1.0] * len(rows), pa.float64()),
                "amount": pa.array(amounts, pa.float64()),
                **columns,
            }
        )

    return table


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, "p", 30.0), (2, "q", 10.0), (3, "p", 20.0)], (50 / 60) ** 2 + (10 / 60) ** 2),
        ([(1, "p", 5.0)], 1),
        ([(1, "p", 5.0), (2, "q", -5.0)], 1),  # a product that brought nothing does not count
        ([(1, "p", 0.0)], NAN),
        ([], NAN),
    ],
)
def test_concentration_is_the_sum_of_squared_shares(measured, lines, rows, expected):
    found = measured(Concentration("product_id", "amount"), LINES, lines(*rows), 30)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Lost("product_id"), 1),  # b
        (Gained("product_id"), 2),  # c, d
        (Kept("product_id"), 1 / 2),  # a of a, b
        (First("product_id"), 1),  # d: c was bought before the window before
    ],
)
def test_what_is_new_and_what_is_lost(measured, lines, measure, expected):
    rows = lines((70, "c", 1.0), (40, "a", 1.0), (35, "b", 1.0), (10, "a", 1.0), (9, "c", 1.0), (8, "d", 1.0))
    assert measured(measure, LINES, rows, 30) == expected


def test_nothing_before_is_no_share_kept(measured, lines):
    assert np.isnan(measured(Kept("product_id"), LINES, lines((10, "a", 1.0)), 30))


@pytest.mark.parametrize(
    ("rows", "trial", "alone", "share"),
    [
        ([(90, "p", 1.0), (50, "p", 1.0)], [True, False], 0, 0),  # bought later without trial
        ([(90, "p", 1.0), (50, "q", 1.0)], [True, False], 1, 1),
        ([(90, "p", 1.0), (90, "p", 1.0)], [True, False], 1, 1),  # the same day is no follow-up
        ([(90, "p", 1.0), (50, "p", 1.0)], [True, True], 2, 1),  # a second trial neither
        ([(90, "p", 1.0), (95, "p", 1.0)], [True, None], 1, 1),  # nor what was bought before
        ([(90, "p", 1.0), (50, "p", 1.0)], [True, None], 0, 0),
        ([(30, "p", 1.0), (29, "q", 1.0)], [True, True], 1, 1),  # the second is not yet thirty days old
        ([(29, "q", 1.0)], [True], 0, NAN),
        ([], [], 0, NAN),
    ],
)
def test_a_trial_stands_alone_until_its_product_is_bought(measured, lines, rows, trial, alone, share):
    table = lines(*rows, is_trial=pa.array(trial, pa.bool_()))
    assert measured(TrialsAlone(30), LINES, table, 180) == alone
    assert measured(TrialsAloneShare(30), LINES, table, 180) == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("rows", "prices", "expected"),
    [
        # p from 10 to 12 (+.2), then to 9 (-.25); the first is before the window, q has no price before
        ([(50, "p", 1.0), (20, "p", 1.0), (10, "p", 1.0), (5, "q", 1.0)], [10.0, 12, 9, 7], (0.2 - 0.25) / 2),
        # two lines of a day, 10 and 14, are 12 on average; both of the next day are held against that
        ([(50, "p", 1.0), (50, "p", 1.0), (9, "p", 1.0), (9, "p", 1.0)], [10.0, 14, 12, 15], (0 + 0.25) / 2),
        ([(50, "p", 1.0), (20, "p", 1.0), (9, "p", 1.0)], [10.0, None, 11], 0.1),  # unknown is passed over
        ([(50, "p", 1.0), (20, "p", 1.0), (9, "p", 1.0)], [10.0, 0, 11], 0.1),  # and so is a gift
        ([(395, "p", 1.0), (9, "p", 1.0)], [10.0, 11], NAN),  # longer ago than a year before the window
        ([(394, "p", 1.0), (9, "p", 1.0)], [10.0, 11], 0.1),
        ([(9, "p", 1.0)], [10.0], NAN),
        ([], [], NAN),
    ],
)
def test_a_price_is_held_against_the_last_of_the_same_product(measured, lines, rows, prices, expected):
    table = lines(*rows, unit_price=pa.array(prices, pa.float64()))
    assert measured(PriceChange(365), LINES, table, 30) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_high_margin_is_what_lies_above_the_customers_own_median(measured, lines):
    # Margin shares of the year before: .1, .2, .3, .4, .5 and one unknown: the median is .3.
    # Now 100 at .4, 200 at .3 (not above), 50 unknown, and 100 at .2: 100 of 400.
    early = [(100 + day, "p", 100.0) for day in range(6)]
    late = [(20, "p", 100.0), (15, "p", 200.0), (10, "p", 50.0), (5, "p", 100.0)]
    margin = [10.0, 20, 30, 40, 50, None, 40, 60, None, 20]
    table = lines(*early, *late, margin=pa.array(margin, pa.float64()))
    measure = AboveMedian("margin_share", "amount", reach=365, least=5)
    assert measured(measure, LINES, table, 30) == pytest.approx(100 / 400, abs=1e-12)
    assert np.isnan(
        measured(AboveMedian("margin_share", "amount", 365, 6), LINES, table, 30)
    )  # five are known
    assert np.isnan(measured(measure, LINES, table.slice(0, 6), 30))  # nothing now
    assert np.isnan(measured(measure, LINES, table.slice(0, 0), 30))


def test_a_median_of_an_even_number_lies_between_the_two_in_the_middle(measured, lines):
    # Six before: .1, .2, .3, .5, .6, .7: the median is .4. Now 10 at .39 and 30 at .41.
    rows = [(100 + day, "p", 100.0) for day in range(6)] + [(5, "p", 10.0), (4, "p", 30.0)]
    margin = pa.array([10.0, 70, 20, 60, 30, 50, 3.9, 12.3], pa.float64())
    measure = AboveMedian("margin_share", "amount", reach=365, least=5)
    assert measured(measure, LINES, lines(*rows, margin=margin), 30) == pytest.approx(30 / 40, abs=1e-12)
    # The 30 days before have no line, so the shift is unknown.
    assert np.isnan(measured(Shift(measure), LINES, lines(*rows, margin=margin), 30))


@pytest.mark.parametrize(
    ("amounts", "since", "overdue"),
    [
        # place ceil(.75 * 4) = 3 of 10, 20, 30, 40: 30 is large. Days 80 and 20: 20 days since, gap 60.
        ([(80, 30.0), (60, 10.0), (40, 20.0), (20, 40.0)], 20, 20 / 60),
        # place ceil(.75 * 5) = 4 of 10, 10, 10, 10, 50: all are large; gaps 20, 20, 20, 10
        ([(80, 10.0), (60, 10.0), (40, 50.0), (20, 10.0), (10, 10.0)], 10, 10 / 17.5),
        ([(80, 30.0), (60, 10.0), (40, 20.0)], NAN, NAN),  # three orders are too few
        ([(80, 10.0), (60, 10.0), (40, 5.0), (40, 5.0)], 60, 60 / 20),
        ([(80, 1.0), (40, 9.0), (40, 9.0), (40, 9.0)], 40, NAN),  # one day with large ones has no gap
        ([], NAN, NAN),
    ],
)
def test_large_orders_are_those_of_the_upper_quarter(measured, lines, amounts, since, overdue):
    table = lines(*((day, "p", amount) for day, amount in amounts))
    assert measured(SinceLarge("amount"), ORDERS, table, 730) == pytest.approx(since, nan_ok=True)
    assert measured(LargeOverdue("amount"), ORDERS, table, 730) == pytest.approx(overdue, nan_ok=True)


@pytest.fixture
def contacts(ago):
    def table(days: list[int], **columns: pa.Array) -> pa.Table:
        return pa.table(
            {
                "interaction_id": pa.array([f"i{k}" for k in range(len(days))], pa.string()),
                "customer_id": pa.array(["x"] * len(days), pa.string()),
                "occurred_at": pa.array([ago(day) for day in days], pa.timestamp("us")),
                "kind": pa.array(["call"] * len(days), pa.string()),
                **columns,
            }
        )

    return table


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # technical 4 to 1, purchasing 2 to 3: .25 less 4/6
        ("tttt pp", "t ppp", 1 / 4 - 4 / 6),
        ("tttt pp", "tttt pp", 0),
        ("tttt p", "tttt", 1 - 4 / 5),  # a single contact is no rhythm: purchasing is not asked
        ("t p", "t", NAN),
        ("tt", "", 0 - 0 / 2),
        ("tt", "uuu", 0 - 3 / 2),  # those whose role is new count among all
        ("", "tt", NAN),
        ("tt??", "t?", 1 / 2 - 1 / 2),  # contacts without a role do not count
    ],
)
def test_a_role_cools_while_the_others_stay(measured, contacts, before, now, expected):
    roles = [*before.replace(" ", ""), *now.replace(" ", "")]
    days = [50] * len(before.replace(" ", "")) + [10] * len(now.replace(" ", ""))
    column = pa.array([None if role == "?" else role for role in roles], pa.string())
    found = measured(Cooling("contact_role", 2), CONTACTS, contacts(days, contact_role=column), 30)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("methods", "changes", "since"),
    [
        # 100 and 40 days ago; the last change is that of 20 days ago
        (["card", "card", "transfer"], 1, 20),
        (["card", None, "transfer"], 1, 20),
        (["card", "transfer", None], 1, 40),
        (["card", "transfer", "card"], 2, 20),
        (["card", "card", "card"], 0, NAN),
        ([None, None, "card"], 0, NAN),
    ],
)
def test_a_change_is_one_against_the_last_known(measured, ago, methods, changes, since):
    rows = pa.table(
        {
            "invoice_id": ["a", "b", "c"],
            "customer_id": ["x"] * 3,
            "issued_at": pa.array([ago(100), ago(40), ago(20)], pa.timestamp("us")),
            "due_at": pa.array([ago(70), ago(10), ago(-10)], pa.timestamp("us")),
            "amount": [1.0, 1, 1],
            "settlement_method": pa.array(methods, pa.string()),
        }
    )
    assert measured(Changes("settlement_method"), INVOICES, rows, 60) == changes
    assert measured(SinceChange("settlement_method"), INVOICES, rows) == pytest.approx(since, nan_ok=True)
    # Without the first two, nothing is there to differ from.
    assert measured(Changes("settlement_method"), INVOICES, rows.slice(2), 60) == 0
    assert np.isnan(measured(SinceChange("settlement_method"), INVOICES, rows.slice(3)))


def test_flags_are_counted_and_dated(measured, contacts):
    rival = pa.array([True, None, False, True, False], pa.bool_())
    rows = contacts([70, 50, 40, 20, 5], competitor_mentioned=rival)
    assert measured(Flagged("competitor_mentioned"), CONTACTS, rows, 60) == 1
    assert measured(Flagged("competitor_mentioned"), CONTACTS, rows, 90) == 2
    assert measured(SinceFlagged("competitor_mentioned"), CONTACTS, rows) == 20
    assert np.isnan(measured(SinceFlagged("competitor_mentioned"), CONTACTS, rows, 10))


def test_the_smallest_passes_over_the_unknown(measured, contacts):
    rows = contacts([70, 50, 40], depth=pa.array([0.4, None, 0.7], pa.float64()))
    assert measured(Smallest("depth"), CONTACTS, rows) == 0.4
    assert measured(Smallest("depth"), CONTACTS, rows, 45) == 0.7
    assert np.isnan(measured(Smallest("depth"), CONTACTS, rows.slice(1, 1)))
