"""Who has how much of a customer's imports, who gains and loses, the arithmetic beside the number."""

import pyarrow as pa
import pytest

from features.comparisons import Ago, Change, Over
from features.events import OTHERS, OURS, SHIPMENTS
from features.measures import (
    EnteredCount,
    FallenCount,
    FallenShare,
    LargestShare,
    Lost,
    Rising,
    SinceEntered,
    Total,
)

NAN = float("nan")
Row = tuple[int, str, str, float]


@pytest.fixture
def shipments(ago):
    """Customs records: days ago, product line, supplier ("us", "?" unknown to everybody), value."""

    def table(*rows: Row, late: int = 0) -> pa.Table:
        days, lines, names, values = zip(*rows, strict=True) if rows else ((), (), (), ())
        return pa.table(
            {
                "record_id": pa.array([f"r{place:03}" for place in range(len(rows))], pa.string()),
                "customer_id": pa.array(["x"] * len(rows), pa.string()),
                "shipped_on": pa.array([ago(day).item().date() for day in days], pa.date32()),
                "product_line": pa.array(lines, pa.string()),
                "supplier": pa.array(names, pa.string()),
                "is_us": pa.array([name == "us" for name in names], pa.bool_()),
                "rival": pa.array([None if name in ("us", "?") else name for name in names], pa.string()),
                "value": pa.array(values, pa.float64()),
                "known_at": pa.array([ago(day - late) for day in days], pa.timestamp("us")),
            }
        )

    return table


def test_our_share_is_ours_of_all_and_late_records_of_both_are_left_out(measured, shipments):
    rows = [(5, "mills", "us", 90.0), (50, "mills", "us", 30.0), (60, "mills", "Ruhr", 10.0)]
    share = Over(Total("ours"), Total("value"))
    assert measured(share, SHIPMENTS, shipments(*rows), 90) == 120 / 130
    assert measured(share, SHIPMENTS, shipments(*rows, late=45), 90) == 30 / 40
    assert measured(share, SHIPMENTS, shipments(*rows, late=75), 90) == pytest.approx(NAN, nan_ok=True)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(1, "m", "us", 50.0), (2, "m", "Ruhr", 20.0), (3, "s", "Ruhr", 10.0), (4, "m", "Anvil", 20.0)],
            0.3,
        ),
        ([(1, "m", "?", 60.0), (2, "m", "Ruhr", 40.0)], 0.4),  # who is unknown is a part of the whole
        ([(1, "m", "us", 50.0)], 0),
        ([(1, "m", "Ruhr", 0.0)], NAN),
        ([], NAN),
    ],
)
def test_the_largest_rival_is_held_against_all_imports(measured, shipments, rows, expected):
    found = measured(LargestShare("rival", by="value"), SHIPMENTS, shipments(*rows), 90)
    assert found == pytest.approx(expected, nan_ok=True)


def test_the_fastest_rise_is_of_share_and_never_below_nothing(measured, shipments):
    rising = Rising("rival", by="value")
    before = [(40, "m", "us", 80.0), (50, "m", "Ruhr", 20.0)]
    now = [(1, "m", "us", 30.0), (2, "m", "Ruhr", 60.0), (3, "m", "Anvil", 10.0)]
    assert measured(rising, SHIPMENTS, shipments(*before, *now), 30) == pytest.approx(0.6 - 0.2)
    assert measured(rising, SHIPMENTS, shipments(*before, (1, "m", "us", 5.0)), 30) == 0
    assert measured(rising, SHIPMENTS, shipments(*now), 30) == pytest.approx(NAN, nan_ok=True)


def test_lines_fall_by_points_of_our_share_in_them(measured, shipments):
    rows = [
        *[(40, "mills", "us", 80.0), (41, "mills", "Ruhr", 20.0)],  # 0.8 ...
        *[(1, "mills", "us", 13.0), (2, "mills", "Ruhr", 7.0)],  # ... to 0.65
        *[(40, "saws", "us", 10.0), (1, "saws", "us", 10.0)],  # stays ours
        (40, "drills", "us", 10.0),  # nobody's now: not asked
        *[(40, "files", "Ruhr", 10.0), (1, "files", "Anvil", 10.0)],  # never ours: not asked
    ]
    table = shipments(*rows)
    assert (
        measured(FallenCount("product_line", of="ours", by="value", least=0.149), SHIPMENTS, table, 30) == 1
    )
    assert (
        measured(FallenShare("product_line", of="ours", by="value", least=0.149), SHIPMENTS, table, 30) == 0.5
    )
    assert (
        measured(FallenCount("product_line", of="ours", by="value", least=0.151), SHIPMENTS, table, 30) == 0
    )
    nobody = shipments(*rows[-2:])
    for kind in (FallenCount, FallenShare):
        fallen = kind("product_line", of="ours", by="value", least=0.1)
        assert measured(fallen, SHIPMENTS, nobody, 30) == pytest.approx(NAN, nan_ok=True)


def test_a_line_is_entered_by_the_first_of_another_after_two_of_ours(measured, shipments):
    rows = [
        *[(90, "mills", "us", 1.0), (80, "mills", "us", 1.0), (20, "mills", "Ruhr", 1.0)],
        (10, "mills", "Anvil", 1.0),  # entered before
        *[
            (90, "saws", "us", 1.0),
            (15, "saws", "us", 1.0),
            (15, "saws", "Ruhr", 1.0),
        ],  # only one day earlier
        *[(95, "files", "Ruhr", 1.0), (90, "files", "us", 1.0), (80, "files", "us", 1.0)],
        (5, "files", "Ruhr", 1.0),  # shared from the first on
    ]
    table = shipments(*rows)
    assert measured(EnteredCount("product_line", of="is_us", least=2), SHIPMENTS, table, 30) == 1
    assert measured(SinceEntered("product_line", of="is_us", least=2), SHIPMENTS, table) == 20
    assert measured(EnteredCount("product_line", of="is_us", least=2), SHIPMENTS, table, 19) == 0
    assert measured(EnteredCount("product_line", of="is_us", least=1), SHIPMENTS, table, 30) == 2


def test_sums_are_compared_where_late_records_have_come(measured, shipments):
    steady = [(day, "mills", "Ruhr", 10.0) for day in range(0, 400, 10)]
    plain, shifted = Change(Total("value")), Change(Ago(Total("value"), ago=60))
    # With 45 days of lag the last 90 days hold the shipments of days 50 to 80: 4 of 9.
    assert measured(plain, OTHERS, shipments(*steady, late=45), 90) == pytest.approx(4 / 9)
    assert measured(shifted, OTHERS, shipments(*steady, late=45), 90) == 1
    assert measured(Ago(Total("value"), ago=60), OTHERS, shipments(*steady[:6]), 90) == pytest.approx(
        NAN, nan_ok=True
    )


def test_a_line_lost_is_told_when_records_could_have_come(measured, shipments):
    lost = Ago(Lost("product_line"), ago=60)
    rows = [(100, "saws", "us", 1.0), (200, "mills", "us", 1.0), (201, "saws", "us", 1.0)]
    assert measured(lost, OURS, shipments(*rows), 90) == 1  # mills; (150, 240] ago against (60, 150]
