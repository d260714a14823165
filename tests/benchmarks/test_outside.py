"""`make bench-outside`: what its companies are, and how gains are counted."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.outside import companies, gain, lags
from features.catalogue import CATALOGUE

DAYS = 500


@pytest.fixture(scope="module")
def steady() -> companies.Company:
    return companies.steady(61, customers=40, days=DAYS)


def test_where_nobody_moves_a_customers_share_stays_what_it_is(steady):
    rows = steady.records["imports"]
    half = rows["shipped_on"] < rows["shipped_on"].median()
    then, now = (
        (
            part.groupby("customer_id")["value"].agg("sum")
            for part in (rows[half & rows["is_us"]], rows[half])
        ),
        (
            part.groupby("customer_id")["value"].agg("sum")
            for part in (rows[~half & rows["is_us"]], rows[~half])
        ),
    )
    before, after = (ours / everybody for ours, everybody in (then, now))
    assert (after - before).abs().median() < 0.05


def test_a_gain_is_the_mean_over_companies_with_students_interval():
    told = gain.paired([0.01, 0.02, 0.03])
    # mean .02, standard deviation .01, t(.975; 2) = 4.3027: .02 -+ 4.3027 * .01 / sqrt(3)
    assert told == pytest.approx((0.02, 0.02 - 0.024841, 0.02 + 0.024841), abs=1e-6)


def test_a_company_without_a_leaver_says_nothing_of_a_gain():
    assert gain.paired([0.01, np.nan, 0.03]).value == pytest.approx(0.02)


def test_less_log_loss_is_a_gain():
    one = pd.DataFrame({"log loss": [0.20, 0.25], "PR-AUC": [0.30, 0.25]}, index=[gain.WITH, gain.WITHOUT])
    assert gain.gain([one], "log loss").value == pytest.approx(0.05)
    assert gain.gain([one], "PR-AUC").value == pytest.approx(0.05)


def test_a_leaver_counts_by_the_share_of_its_dates_on_which_the_planted_cause_was_named_first():
    days = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"])
    said = pd.DataFrame(
        {
            "customer_id": ["a"] * 3 + ["b"] * 3,
            "as_of": [*days, *days],
            "likely_causes": [["competitor", "price"]] * 2
            + [["price", "competitor"]] * 3
            + [["demand", "price"]],
        }
    )
    leavers = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "cause": ["competitor", "price"],
            # a: all three dates lie in the 120 days before. b: the first and second do, or on the day; the last
            # lies 31 days after, beyond the grace of 30.
            "last_purchase_on": pd.to_datetime(["2024-04-15", "2024-02-29"]),
        }
    )
    right = gain.named(said, leavers).set_index("customer_id")["share"]
    assert right["a"] == pytest.approx(2 / 3)
    assert right["b"] == 1.0


def test_late_records_are_known_45_days_after_they_happened(steady):
    rows = pd.DataFrame(
        {"shipped_on": pd.to_datetime(["2024-01-10"]), "known_at": pd.to_datetime(["2024-01-11"])}
    )
    # An index of January, and a tariff of the 20th that is known before the index of February is.
    month = pd.DataFrame(
        {
            "month_on": pd.to_datetime(["2024-01-01", "2024-02-01"]),
            "index": [99.0, np.nan],
            "event_on": pd.to_datetime([None, "2024-02-20"]),
        }
    )
    told = lags.late({"imports": rows, "market": month})
    assert told["imports"]["known_at"].tolist() == [pd.Timestamp("2024-02-24")]
    assert told["market"]["known_at"].tolist() == [pd.Timestamp("2024-03-16"), pd.Timestamp("2024-04-05")]


def test_customs_records_are_held_to_those_that_stay_or_go_to_a_rival():
    company = companies.Company(
        61,
        {"imports": pd.DataFrame({"customer_id": ["stays", "rival", "price"]})},
        {
            "leavers": pd.DataFrame(
                {"customer_id": ["rival", "price", "bare"], "cause": ["competitor", "price", "competitor"]}
            )
        },
    )
    said = pd.DataFrame({"customer_id": ["stays", "rival", "price", "bare"], "label": [0, 1, 1, 1]})
    assert gain.seen(said, company).tolist() == [True, True, False, False]


def test_what_comes_from_outside_speaks_of_rivals_and_the_market_and_tells_customers_apart():
    outside = [feature for feature in CATALOGUE if feature.source in companies.OUTSIDE]
    assert {"competitor", "market"} <= {feature.cause.value for feature in outside}
    assert not [feature.name for feature in outside if feature.shared]
