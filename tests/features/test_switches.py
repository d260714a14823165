"""Which rival takes over which product line: hand-made customs records, the arithmetic beside the number."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from features.switches import COLUMNS, Turn, switches

AS_OF = pd.Timestamp("2024-06-30")
Record = tuple[int, str, str, float]
Told = Callable[..., pd.DataFrame]


def imports(*records: Record, customer: str = "x") -> pd.DataFrame:
    """Give customs records: days ago, product line, supplier ("us" is the company), value."""
    days, lines, suppliers, values = zip(*records, strict=True)
    us = np.array(suppliers) == "us"
    return pd.DataFrame(
        {
            "record_id": [f"{customer}{place:03}" for place in range(len(records))],
            "customer_id": customer,
            "shipped_on": AS_OF - pd.to_timedelta(days, unit="D"),
            "product_line": lines,
            "supplier": suppliers,
            "is_us": us,
            "rival": pd.Series(suppliers, dtype="str").where(~us),
            "value": values,
        }
    )


def ours(line: str, *, until: int = 0, value: float = 100.0) -> list[Record]:
    """A shipment of ours every 20 days, from 720 days ago on."""
    return [(day, line, "us", value) for day in range(720, until - 1, -20)]


def theirs(line: str, rival: str, days: range, value: float = 100.0) -> list[Record]:
    return [(day, line, rival, value) for day in days]


def test_a_rival_that_takes_a_line_is_told_with_its_first_shipment_and_the_shares():
    moved = [*ours("mills", until=100), *ours("saws"), (110, "mills", "Ruhr", 20.0)]
    row = switches(imports(*moved, *theirs("mills", "Ruhr", range(80, -1, -20))), AS_OF).iloc[0]
    assert (row["customer_id"], row["product_line"], row["rival"]) == ("x", "mills", "Ruhr")
    assert row["trial_on"] == row["since_on"] == AS_OF - pd.Timedelta(days=110)
    assert row["share_before"] == 0
    assert row["share_now"] == pytest.approx(
        520 / 620
    )  # 20 and five times 100, beside one of ours 100 days ago
    assert row["speed"] == pytest.approx(520 / 620 * 30 / 111)
    # A year's imports of the line: fourteen of ours (days 100 to 360), the trial, five of the rival.
    assert row["value"] == pytest.approx(520 / 620 * (1400 + 20 + 500), abs=0.01)
    assert [record["record_id"] for record in row["evidence"]] == [
        "x069",
        *(f"x{n:03}" for n in range(70, 75)),
    ]
    assert row["evidence"][0] == {"table": "imports", "record_id": "x069", "on": row["trial_on"].date()}


def test_strength_is_half_at_the_threshold():
    records = imports(*ours("mills"), *theirs("mills", "Ruhr", range(30, -1, -15), 20.0))
    # Three shipments in 60 days after none in 690: 3 log((3 / 60) / (3 / 750)) = 3 log 12.5.
    alone = Turn(share_weight=0.0, toll=0.5)
    row = switches(records, AS_OF, alone).iloc[0]
    assert row["strength"] == pytest.approx(1 - 2 ** (-(3 * np.log(12.5) - 0.5) / 3.5))
    there = Turn(share_weight=0.0, toll=0.5, evidence=3 * np.log(12.5) - 0.5 - 1e-9)
    assert switches(records, AS_OF, there)["strength"].iloc[0] == pytest.approx(0.5)
    assert switches(records, AS_OF, Turn(share_weight=0.0, evidence=7.1)).empty  # 3 log 12.5 - 0.5 is 7.08


def test_one_trial_order_is_no_move_and_trials_in_two_lines_are():
    one = [*ours("mills"), *ours("saws"), (30, "mills", "Ruhr", 20.0)]
    assert switches(imports(*one), AS_OF).empty
    rows = switches(imports(*one, (28, "saws", "Ruhr", 20.0)), AS_OF)
    assert list(rows["product_line"]) == ["mills", "saws"]


def test_a_rival_with_a_stable_share_takes_nothing_over():
    split = [*ours("mills"), *theirs("mills", "Ruhr", range(715, -1, -30), 80.0)]
    assert switches(imports(*split), AS_OF).empty


def test_a_rival_that_always_had_a_part_is_told_when_its_part_grows():
    split = [*ours("mills", until=200), *theirs("mills", "Ruhr", range(715, 200, -30), 20.0)]
    row = switches(imports(*split, *theirs("mills", "Ruhr", range(190, -1, -15), 120.0)), AS_OF).iloc[0]
    assert pd.isna(row["trial_on"]), "it was there from the first month on"
    assert row["since_on"] == AS_OF - pd.Timedelta(days=190)
    assert row["share_now"] == 1


def test_a_line_that_was_never_ours_is_no_move():
    other = [*ours("saws"), *theirs("mills", "Ruhr", range(80, -1, -10))]
    assert switches(imports(*other), AS_OF).empty


def test_a_customer_that_imports_less_of_everybody_moves_nothing():
    less = [*ours("mills", until=120), *theirs("mills", "Ruhr", range(710, 120, -20))]
    fewer = [(100, "mills", "us", 100.0), (95, "mills", "Ruhr", 100.0), (50, "mills", "us", 100.0)]
    assert switches(imports(*less, *fewer), AS_OF).empty


def test_of_two_rivals_the_one_that_rises_is_told():
    split = [*ours("mills", until=90), *theirs("mills", "Anvil", range(710, -1, -30), 40.0)]
    rows = switches(imports(*split, *theirs("mills", "Ruhr", range(80, -1, -20))), AS_OF)
    assert list(rows["rival"]) == ["Ruhr"]


def test_records_without_canonical_names_count_by_their_suppliers():
    moved = imports(*ours("mills", until=100), *theirs("mills", "Ruhr", range(80, -1, -20)))
    rows = switches(moved.drop(columns="rival"), AS_OF)
    assert list(rows["rival"]) == ["Ruhr"]


def test_a_missing_month_makes_no_turn():
    split = [*ours("mills"), *theirs("mills", "Ruhr", range(715, -1, -25), 60.0)]
    kept = [record for record in split if not 60 <= record[0] < 95]
    assert switches(imports(*kept), AS_OF).empty


def test_nobody_is_told_without_records():
    none = imports(*ours("mills")).iloc[:0]
    for records in (none, imports(*ours("mills"))):
        rows = switches(records, AS_OF)
        assert rows.empty
        assert tuple(rows.columns) == COLUMNS


def test_the_order_of_records_and_other_customers_change_nothing():
    moved = imports(*ours("mills", until=100), *theirs("mills", "Ruhr", range(80, -1, -20)))
    others = imports(
        *ours("saws", value=7.31), *theirs("saws", "Anvil", range(600, 0, -9), 3.17), customer="a"
    )
    alone = switches(moved, AS_OF)
    rows = switches(pd.concat([moved, others]).sample(frac=1, random_state=1), AS_OF)
    pd.testing.assert_frame_equal(rows[rows["customer_id"] == "x"].reset_index(drop=True), alone)
