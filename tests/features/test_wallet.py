"""Our share of a customer's imports by product line; and that no later record changes it."""

import numpy as np

from features.wallet import wallet
from tests.features.test_switches import AS_OF, imports


def test_shares_now_and_before_are_ratios_of_value():
    rows = wallet(
        imports(
            (0, "mills", "us", 30.0),
            (179, "mills", "Ruhr", 10.0),  # the window now holds 180 days
            (180, "mills", "us", 50.0),
            (544, "mills", "Ruhr", 150.0),
            (545, "mills", "us", 999.0),  # a day too old
            (10, "saws", "Ruhr", 5.0),
        ),
        AS_OF,
    ).set_index("product_line")
    assert rows.loc["mills", "share_now"] == 30 / 40
    assert rows.loc["mills", "share_before"] == 50 / 200
    assert tuple(rows.loc["mills", ["value_us", "value_others"]]) == (30, 10)
    assert rows.loc["saws", "share_now"] == 0
    assert np.isnan(rows.loc["saws", "share_before"])


def test_a_shipment_announced_for_later_does_not_count():
    rows = wallet(imports((0, "mills", "us", 30.0), (-1, "mills", "Ruhr", 30.0)), AS_OF)
    assert rows["share_now"].tolist() == [1.0]
