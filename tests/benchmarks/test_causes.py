"""How named causes are scored against planted ones."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import causes
from benchmarks.alerts import ONSET, Company, blamed, caught, onset_error
from benchmarks.naming import PRODUCT, orders
from pipeline import serving

DAYS = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"])


def company(named: dict[tuple[str, int], str], p: dict[tuple[str, int], float]) -> Company:
    """Ten customers on four dates; ``named`` and ``p`` say what is told of one on a date, the others are quiet."""
    rows = pd.DataFrame([(f"C{i}", day) for day in DAYS for i in range(10)], columns=["customer_id", "as_of"])
    place = [(customer, int(DAYS.get_loc(day))) for customer, day in rows.itertuples(index=False)]
    said = rows.assign(p_churn=[p.get(one, 0.1) for one in place])
    said["top_cause"] = [named.get(one, "none") for one in place]
    said["likely_causes"] = [[named.get(one, "market"), "season", "profile"] for one in place]
    for cause in serving.CAUSES:
        said[f"contribution_{cause}"] = [0.3 if named.get(one) == cause else 0.01 for one in place]
    leavers = pd.DataFrame(
        {
            "customer_id": ["C0", "C1", "C2"],
            "cause": ["price", "service", "none"],
            "second_cause": ["service", None, None],
            "onset_on": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01"]),
            "last_purchase_on": pd.to_datetime(["2024-04-15", "2024-03-15", "2024-04-15"]),
        }
    )
    X = pd.DataFrame({ONSET: np.full(len(rows), 40.0)})
    return Company("boosted", rows, X, {"boosted": said}, leavers)


@pytest.fixture
def small() -> Company:
    # The list of each date holds one of ten: C0, C0, C1 (16 days after it left, within the grace), C0 (15 days
    # after it left).
    named = {
        ("C0", 0): "price",
        ("C0", 1): "demand",
        ("C1", 2): "service",
        ("C0", 3): "price",
        ("C2", 3): "payment",
    }
    return company(named, {("C0", 0): 0.9, ("C0", 1): 0.9, ("C1", 2): 0.9, ("C0", 3): 0.9})


def test_a_leaver_counts_once_by_the_share_of_its_alerts_that_were_right(small: Company) -> None:
    alerts = caught(small, "boosted")
    assert alerts["customer_id"].tolist() == ["C0", "C0", "C0", "C1"]
    assert alerts["weight"].tolist() == [1 / 3, 1 / 3, 1 / 3, 1]
    alerts = alerts.assign(who=alerts["customer_id"])
    order = orders(small, "boosted", alerts["row"].to_numpy())[PRODUCT]
    # C0: two of three; C1: one of one; the mean over the two causes is 5/6.
    assert causes.right(alerts, order, 1).value == pytest.approx(5 / 6)
    assert causes.right(*causes.only(alerts, order, "first"), 1).value == 1
    assert causes.both(alerts, order).value == 0  # service is never among the first three of C0


def test_an_alert_outside_the_months_around_a_departure_is_none_of_it(small: Company) -> None:
    small.leavers["last_purchase_on"] = pd.to_datetime(["2024-12-15", "2024-02-28", "2024-04-15"])
    # C0 is to leave 229 days after its last alert; C1 left 32 days before its own.
    assert caught(small, "boosted").empty


def test_a_leaver_without_a_sign_is_blamed_where_one_cause_has_most_of_the_push(small: Company) -> None:
    # The last date before C2 left is that of March: nothing is named. Its push is .01 of each of ten causes.
    assert blamed(small, "boosted").tolist() == [False]
    small.leavers.loc[2, "last_purchase_on"] = pd.Timestamp("2024-05-10")
    assert blamed(small, "boosted").tolist() == [True]  # April: .3 of .39 for payment


def test_the_onset_error_is_counted_in_days_from_the_planted_onset(small: Company) -> None:
    alerts = caught(small, "boosted")
    # Told are 40 days before each alert; the planted onset lies 30, 59, 120 and 90 days before.
    assert onset_error(small, alerts).tolist() == [10, 19, 80, 50]
