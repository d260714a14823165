"""Who can be asked about, and who left: small histories with the answer beside them."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from features.cohort import Rule, as_of_dates, ask, label, purchases

AS_OF = pd.Timestamp("2024-01-01")
DEPARTURE = Rule("departure", horizon_days=90, confirm_days=90)
SILENCE = Rule("silence", horizon_days=90)


def trade(days: list[int], known: list[int] | None = None, returns: tuple[int, ...] = ()) -> pa.Table:
    """One customer's order lines on days counted from the as-of date; each known on its day unless said."""
    at = [AS_OF + pd.Timedelta(days=day) for day in days]
    return pa.table(
        {
            "order_id": [str(n) for n in range(len(days))],
            "customer_id": ["x"] * len(days),
            "ordered_at": pa.array(at, pa.timestamp("us")),
            "product_id": ["p"] * len(days),
            "quantity": [1.0] * len(days),
            "amount": [1.0] * len(days),
            "is_return": [day in returns for day in days],
            "known_at": pa.array(
                [AS_OF + pd.Timedelta(days=day) for day in (known or days)], pa.timestamp("us")
            ),
        }
    )


def asked(days: list[int], rule: Rule = DEPARTURE, **words) -> pd.Series:
    return ask(trade(days, **words), ["x"], [AS_OF.date()], rule).iloc[0]


def told(days: list[int], rule: Rule = DEPARTURE) -> pd.Series:
    rows = trade(days)
    return label(ask(rows, ["x"], [AS_OF.date()], rule), rows, rule).iloc[0]


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ([5], "no purchase"),
        ([-5], "one purchase only"),
        ([-5, -5], "one purchase only"),  # two orders on one day are one purchase day
        ([-60, -10], "buys too seldom"),  # cadence 50 > 90 / 2
        ([-95, -50], None),  # cadence 45, silence 50 <= 45 + 45
        ([-135, -90], None),  # silence 90 = 45 + 45
        ([-136, -91], "silent too long"),
        ([-20, 0], None),  # a purchase on the day itself counts
    ],
)
def test_departure_asks_about_customers_whose_silence_can_still_end(days, reason):
    found = asked(days)
    assert found["eligible"] == (reason is None)
    assert pd.isna(found["reason"]) if reason is None else found["reason"] == reason


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ([-145, -95], None),  # last -95, cadence 50: expected on day -45, the edge counts
        ([-300, -100], None),  # expected on day 100 <= 135
        ([-300, -60], "next purchase not expected"),  # expected on day 180 > 135
        ([-75, -60], None),  # expected on day -45 >= -45
        ([-76, -61], "silent too long"),  # expected on day -46
    ],
)
def test_silence_asks_about_customers_whose_next_purchase_is_expected(days, reason):
    found = asked(days, SILENCE)
    assert found["eligible"] == (reason is None)
    assert pd.isna(found["reason"]) if reason is None else found["reason"] == reason


def test_what_was_not_known_cannot_make_a_customer_eligible():
    assert asked([-40, -20], known=[-40, 3])["reason"] == "one purchase only"


def test_returns_are_no_purchases():
    assert asked([-40, -20], returns=(-20,))["reason"] == "one purchase only"


@pytest.mark.parametrize(
    ("later", "left", "gone", "going"),
    [
        ([20, 60, 100, 140, 180, 220], 0, 0, 0),
        ([], 1, 1, 0),  # bought for the last time before the as-of date
        ([85], 1, 0, 1),  # a pause of 90 days is no departure, but day 85 is a last purchase
        ([86], 1, 1, 0),  # 91 days of silence: it had left, and came back later
        ([30], 1, 0, 1),  # leaves on day 30
        ([30, 120], 0, 0, 0),  # pauses 90 days: no departure on day 30, and day 120 lies beyond the horizon
        ([90], 1, 1, 0),  # the silence before day 90 is 95 days long: gone
        ([40, 90], 1, 0, 1),  # the horizon's last day counts
        ([40, 91], 0, 0, 0),
    ],
)
def test_a_departure_is_the_last_purchase_before_a_long_silence(later, left, gone, going):
    found = told([-45, -25, -5, *later])
    assert (found["label"], found["gone"], found["going"]) == (left, gone, going)
    assert found["known_on"] == AS_OF + pd.Timedelta(days=180)


def test_a_pause_made_in_the_same_weeks_of_a_past_year_is_no_departure():
    # Stops on day 10 until day 110; a year before it stopped on day -355 until day -255.
    last_year = [-395, -375, -355, -255]
    since = [*range(-235, 10, 20), 10, 110, 130]
    assert told(last_year + since)["label"] == 0
    assert (
        told([-275, -255, *since])["label"] == 1
    )  # without the pause of last year, the same stop is a departure


@pytest.mark.parametrize(("later", "left"), [([], 1), ([90], 0), ([91], 1), ([1], 0)])
def test_silence_is_no_purchase_in_the_window_ahead(later, left):
    found = told([-75, -40, *later], SILENCE)
    assert found["label"] == left
    assert pd.isna(found["gone"])
    assert found["known_on"] == AS_OF + pd.Timedelta(days=90)


def test_recorded_reads_cases_and_contracts():
    rows = trade([-40, -20])
    rule = Rule("recorded", horizon_days=90)
    question = ask(rows, ["x"], [AS_OF.date()], rule)
    cases = pd.DataFrame({"customer_id": ["x"], "churned_on": [AS_OF + pd.Timedelta(days=90)]})
    late = cases.assign(churned_on=AS_OF + pd.Timedelta(days=91))
    contract = pd.DataFrame(
        {
            "contract_id": ["K1"],
            "customer_id": ["x"],
            "ends_on": [AS_OF + pd.Timedelta(days=30)],
            "renewed_at": [pd.NaT],
            "cancelled_at": [pd.NaT],
        }
    ).astype({"renewed_at": "datetime64[us]", "cancelled_at": "datetime64[us]"})
    renewed = contract.assign(renewed_at=AS_OF)
    assert label(question, rows, rule, cases=cases)["label"].tolist() == [1]
    assert label(question, rows, rule, cases=late)["label"].tolist() == [0]
    assert label(question, rows, rule, contracts=contract)["label"].tolist() == [1]
    assert label(question, rows, rule, contracts=renewed)["label"].tolist() == [0]
    # The newest version counts, and one that was withdrawn does not.
    versions = pd.concat(
        [contract.assign(known_at=AS_OF), renewed.assign(known_at=AS_OF + pd.Timedelta(days=9))]
    )
    assert label(question, rows, rule, contracts=versions)["label"].tolist() == [0]
    withdrawn = contract.assign(withdrawn_at=AS_OF)
    assert label(question, rows, rule, contracts=withdrawn)["label"].tolist() == [0]
    with pytest.raises(ValueError, match="neither table 'cases' nor 'contracts'"):
        label(question, rows, rule)


def test_a_purchase_that_was_withdrawn_is_none():
    rows = trade([-60, -40, -20, 10])
    rule = Rule("silence", horizon_days=90)
    question = ask(rows, ["x"], [AS_OF.date()], rule)
    assert label(question, rows, rule)["label"].tolist() == [0]
    gone = [None, None, None, (AS_OF + pd.Timedelta(days=12)).to_pydatetime()]
    rows = rows.append_column("withdrawn_at", pa.array(gone, pa.timestamp("us")))
    assert label(question, rows, rule)["label"].tolist() == [1]


def test_as_of_dates_step_back_from_the_last_known_label():
    # 2011-12-09 less 90 days is 2011-09-10; 2009-12-01 and 180 days is 2010-05-30: sixteen months between them.
    dates = as_of_dates(
        date(2009, 12, 1), date(2011, 12, 9), every_months=1, history_days=180, known_after=90
    )
    assert (len(dates), dates[0], dates[-1]) == (16, date(2010, 6, 10), date(2011, 9, 10))


def bought(days: list[int], until: int) -> pd.DataFrame:
    end = (AS_OF + pd.Timedelta(days=until)).date()
    return purchases(trade(days), ["x"], DEPARTURE, end)


def test_purchases_are_days_and_the_departure_is_the_last_before_the_silence():
    rows = bought([-45, -25, -25, -5, 200, 210], until=400)
    assert (rows["bought_on"] - AS_OF).dt.days.tolist() == [-45, -25, -5, 200, 210]
    # -5 to 200 is more than 90 days; after 210 the cadence, 255 days over 4 gaps, is more than 45: not asked about.
    assert rows["departs"].tolist() == [False, False, True, False, False]


@pytest.mark.parametrize(("until", "departs"), [(84, False), (85, True)])
def test_a_departure_counts_when_the_records_bear_out_its_silence(until, departs):
    assert bought([-45, -25, -5], until)["departs"].iloc[-1] == departs  # 85 - -5 = 90


def test_one_purchase_is_no_departure_and_the_rule_finds_what_labels_say():
    assert not bought([-5], until=400)["departs"].any()
    for later in ([], [80], [100], [5, 30], [5, 130]):
        left_on = bought([-45, -25, -5, *later], until=400).query("departs")["bought_on"]
        ahead = left_on[(left_on > AS_OF) & (left_on <= AS_OF + pd.Timedelta(days=90))]
        assert told([-45, -25, -5, *later])["going"] == (len(ahead) > 0)
