"""Where purchases go: what moved adds up, what did not move is not told, and growth is told from chance."""

from datetime import date
from math import comb

import pandas as pd
import pytest

from features.flows import LEVEL, growing, moved, unpaired
from features.position import gaps, pauses, unit_prices
from features.purchases import UNNAMED, US, Span, purchases
from pipeline.frames import to_arrow
from tests.features.test_purchases import imports


def parts(*rows: tuple) -> pd.DataFrame:
    """Give the frame of `split` from customer, line, supplier, before and now."""
    frame = pd.DataFrame(rows, columns=["customer_id", "product_line", "supplier", "before", "now"])
    whole = frame.groupby(["customer_id", "product_line"])[["before", "now"]].transform("sum")
    return frame.assign(whole_before=whole["before"], whole_now=whole["now"])


def of(frame: pd.DataFrame, name: str) -> dict[str, float]:
    return frame.groupby("rival")[name].sum().to_dict()


def test_a_loss_goes_to_those_who_gained_by_what_they_gained():
    # Our share falls from 80 to 50%, so 30% of the 1,000 imported now are lost: 300.
    # Baltic goes from 10 to 30% (20 points), those without a name from 0 to 10 (10 points); Kessler stays at 10.
    found = moved(
        parts(
            ("A", "pumps", US, 80.0, 500.0),
            ("A", "pumps", "Baltic", 10.0, 300.0),
            ("A", "pumps", UNNAMED, 0.0, 100.0),
            ("A", "pumps", "Kessler", 10.0, 100.0),
        )
    )
    assert of(found, "away") == pytest.approx({"Baltic": 200.0, UNNAMED: 100.0})
    assert of(found, "back") == {"Baltic": 0.0, UNNAMED: 0.0}


def test_a_gain_comes_from_those_who_lost():
    # Our share rises from 20 to 60% of 200: 80 come back, and Kessler, which rose from 10 to 20, gave nothing.
    found = moved(
        parts(
            ("A", "pumps", US, 20.0, 120.0),
            ("A", "pumps", "Baltic", 70.0, 40.0),
            ("A", "pumps", "Kessler", 10.0, 40.0),
        )
    )
    assert of(found, "back") == pytest.approx({"Baltic": 80.0})


def test_what_is_given_to_the_rivals_adds_up_to_the_loss_of_every_line():
    table = parts(
        *(
            (customer, line, supplier, 10.0 + (7 * k) % 50, 5.0 + (13 * k) % 60)
            for k, (customer, line, supplier) in enumerate(
                (customer, line, supplier)
                for customer in "ABCDE"
                for line in ("pumps", "seals", "valves")
                for supplier in (US, "Baltic", "Kessler", UNNAMED)
            )
        )
    )
    ours = table[table["supplier"] == US].set_index(["customer_id", "product_line"])
    fall = ours["before"] / ours["whole_before"] - ours["now"] / ours["whole_now"]
    given = moved(table).groupby(["customer_id", "product_line"])[["away", "back"]].sum()
    for cell, points in fall.items():
        lost = points * ours.loc[cell, "whole_now"]
        assert given.loc[cell, "away"] == pytest.approx(max(lost, 0.0), rel=1e-12)
        assert given.loc[cell, "back"] == pytest.approx(max(-lost, 0.0), rel=1e-12)
    assert (fall > 0).any()
    assert (fall < 0).any()


def test_a_customer_that_buys_less_of_everything_moves_nothing():
    assert moved(parts(("A", "pumps", US, 80.0, 8.0), ("A", "pumps", "Baltic", 20.0, 2.0))).empty


def test_a_line_with_records_in_one_window_only_is_told_apart():
    table = parts(
        ("A", "pumps", US, 80.0, 0.0),
        ("A", "pumps", "Baltic", 20.0, 0.0),
        ("B", "pumps", US, 0.0, 30.0),
        ("C", "pumps", US, 1.0, 1.0),
    )
    assert moved(table).empty
    assert unpaired(table)[["customer_id", "before", "now"]].to_numpy().tolist() == [
        ["A", 80.0, 0.0],
        ["B", 0.0, 30.0],
    ]


def test_a_line_that_we_never_sold_moves_nothing_between_us_and_others():
    assert moved(parts(("A", "pumps", "Kessler", 80.0, 10.0), ("A", "pumps", "Baltic", 20.0, 90.0))).empty


TOLD = Span(date(2022, 5, 1), date(2024, 4, 30), 12, 0)


def shipped(customer: str, *suppliers: str, value: float = 10.0) -> list[tuple]:
    """Give one shipment a month up to April 2024, the last of the last supplier."""
    days = [pd.Timestamp("2024-04-10") - pd.DateOffset(months=k) for k in range(len(suppliers))]
    return [
        (customer, day, "pumps", name, value) for day, name in zip(days, reversed(suppliers), strict=True)
    ]


def rows(*shipments: tuple, **more: list) -> pd.DataFrame:
    return purchases(to_arrow(imports(*shipments, **more)), date(2024, 4, 30))


def test_a_rival_that_took_four_of_six_shipments_after_none_of_twelve_has_grown():
    found = growing(rows(*shipped("A", *[""] * 12, "", "", *["Baltic"] * 4)), TOLD)
    (row,) = found.to_dict("records")
    # Of 18 shipments 4 are the rival's. All 4 among the 6 recent ones: C(6,4) / C(18,4) = 15 / 3060.
    assert row["p_chance"] == pytest.approx(comb(6, 4) / comb(18, 4))
    # Three among the six would be C(6,3) C(12,1) / C(18,4) = 240 / 3060 = .078, no finding; so only four would be.
    assert row["false"] == pytest.approx(15 / 3060)
    assert (row["share_before"], row["share_now"]) == (0.0, pytest.approx(4 / 6))
    assert (row["ours_before"], row["ours_now"]) == (1.0, pytest.approx(2 / 6))
    # Two thirds of the 60 bought in half a year, made a year: 80.
    assert row["value"] == pytest.approx(80.0)
    assert row["since_on"] == pd.Timestamp("2024-01-10")


def test_a_rival_that_keeps_its_part_has_not_grown():
    found = growing(rows(*shipped("A", *["", "", "Baltic"] * 6)), TOLD)
    (row,) = found.to_dict("records")
    assert row["value"] == 0.0
    assert row["p_chance"] > LEVEL


def test_who_bought_nothing_from_us_before_is_not_looked_at():
    assert growing(rows(*shipped("A", *["Kessler"] * 14, *["Baltic"] * 4)), TOLD).empty


def test_a_supplier_without_a_name_is_no_rival_that_grows():
    assert growing(rows(*shipped("A", *[""] * 14, *[None] * 4)), TOLD).empty


def test_a_price_gap_holds_a_customer_against_itself():
    # A pays us 10 for a unit; from Baltic it bought 10 units for 80 and 30 for 200: 280 / 40 = 7 for a unit.
    # B pays us 100 and does not buy from Baltic. A record without a quantity tells no price.
    told = rows(
        ("A", "2024-01-01", "pumps", "", 100.0),
        ("A", "2024-01-02", "pumps", "Baltic", 80.0),
        ("A", "2024-01-03", "pumps", "Baltic", 200.0),
        ("A", "2024-01-04", "pumps", "Baltic", 999.0),
        ("B", "2024-01-01", "pumps", "", 1000.0),
        quantity=[10.0, 10.0, 30.0, None, 10.0],
    )
    (row,) = gaps(unit_prices(told, TOLD)).to_dict("records")
    assert (row["customer_id"], row["supplier"]) == ("A", "Baltic")
    assert row["gap"] == pytest.approx(7 / 10 - 1)


def test_a_pause_counts_where_it_ends_and_two_records_of_a_day_are_one_shipment():
    told = rows(
        *(
            ("A", day, "pumps", "", 1.0)
            for day in ("2023-04-01", "2023-04-20", "2023-05-10", "2023-05-10", "2023-06-09", "2024-05-01")
        )
    )
    # The pause of 19 days ended before the later window, that to May 2024 after it; 20 and 30 remain.
    assert list(pauses(told, TOLD)["days"]) == [20.0, 30.0]
