"""Each rule holds where its customer does what it looks for, and not where it does not."""

import numpy as np
import pandas as pd
import pytest

from actions.signals import day as daily
from actions.signals.rule import strength
from actions.signals.runs import day_of, month_end
from pipeline.params import Params
from pipeline.signals import wanted
from pipeline.warning_settings import Signals

AS_OF = pd.Timestamp("2024-06-30")
SETTINGS = wanted(Params())


def ago(*days: int) -> list[pd.Timestamp]:
    return [AS_OF + pd.Timedelta(hours=9) - pd.Timedelta(days=day) for day in days]


def contacts(days: list[int], **columns) -> pd.DataFrame:
    told = {"kind": "call", "customer_id": "c", "occurred_at": ago(*days)}
    frame = pd.DataFrame({**told, **columns}, index=range(len(days)))
    return frame.assign(interaction_id=[f"i{day:04d}" for day in days])


def orders(days: list[int], **columns) -> pd.DataFrame:
    told = {"customer_id": "c", "ordered_at": ago(*days), "product_id": "p", "quantity": 1.0, "amount": 10.0}
    frame = pd.DataFrame({**told, **columns}, index=range(len(days)))
    return frame.assign(order_id=[f"o{day:04d}" for day in days])


def tickets(days: list[int], kind: str = "question", **columns) -> pd.DataFrame:
    told = {"customer_id": "c", "opened_at": ago(*days), "kind": kind}
    frame = pd.DataFrame({**told, **columns}, index=range(len(days)))
    return frame.assign(ticket_id=[f"t{day:04d}" for day in days])


def invoices(days: list[int], waits: list[int | None], **columns) -> pd.DataFrame:
    paid = [
        pd.NaT if wait is None else day + pd.Timedelta(days=wait)
        for day, wait in zip(ago(*days), waits, strict=True)
    ]
    told = {"customer_id": "c", "issued_at": ago(*days), "paid_at": pd.Series(paid, dtype="datetime64[us]")}
    told |= {"amount": 100.0, "disputed_at": pd.NaT, "settlement_method": "transfer"}
    frame = pd.DataFrame({**told, **columns}, index=range(len(days)))
    return frame.astype({"disputed_at": "datetime64[us]"}).assign(invoice_id=[f"f{day:04d}" for day in days])


def milestones(planned: list[int], done: list[int | None], kind: str = "joint_development") -> pd.DataFrame:
    told = [pd.NaT if day is None else AS_OF - pd.Timedelta(days=day) for day in done]
    return pd.DataFrame(
        {
            "milestone_id": [f"m{day}" for day in planned],
            "customer_id": "c",
            "kind": kind,
            "planned_on": [AS_OF - pd.Timedelta(days=day) for day in planned],
            "done_on": pd.Series(told, dtype="datetime64[s]"),
        }
    )


def contract(ends: int, starts: int = -300, name: str = "v1", renewed: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contract_id": [name],
            "customer_id": "c",
            "starts_on": [AS_OF + pd.Timedelta(days=starts)],
            "ends_on": [AS_OF + pd.Timedelta(days=ends)],
            "renewed_at": pd.Series([AS_OF if renewed else pd.NaT], dtype="datetime64[us]"),
        }
    )


def imports(days: list[int], ours: list[bool], value: float = 100.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": [f"r{place}" for place in range(len(days))],
            "customer_id": "c",
            "shipped_on": [AS_OF - pd.Timedelta(days=day) for day in days],
            "product_line": "L1",
            "supplier": "s",
            "is_us": ours,
            "value": value,
        }
    )


def found(rule: str, settings=SETTINGS, **tables: pd.DataFrame) -> dict | None:
    """Give the row of a rule for customer "c"; None where it does not hold."""
    rows = daily.signals(tables, AS_OF, settings)
    rows = rows[rows["rule"] == rule]
    assert len(rows) <= 1
    return rows.iloc[0].to_dict() if len(rows) else None


def ids(row: dict | None) -> list[str]:
    assert row is not None
    return [record["record_id"] for record in row["evidence"]]


MONTHLY = list(range(360, 60, -30))
"""Ten contacts or orders, a month apart, the last 90 days ago."""


# Communication


def test_three_shallow_contacts_in_a_row_count_and_two_do_not():
    before = contacts(MONTHLY, depth=0.6)
    two = pd.concat([before, contacts([40, 20], depth=0.5)])  # .5 is 17% under .6
    three = pd.concat([before, contacts([50, 40, 20], depth=0.5)])
    held, counted = found("depth_down", interaction=two), found("depth_down", interaction=three)
    assert (held["times"], held["counts"]) == (2, False)
    assert (counted["times"], counted["counts"]) == (3, True)
    assert counted["since_on"] == AS_OF - pd.Timedelta(days=50)
    assert ids(counted) == ["i0050", "i0040", "i0020"]
    assert counted["strength"] == pytest.approx((1 / 6) / 0.15 / 2, abs=0.001)


def test_a_contact_as_deep_as_usual_ends_the_run():
    rows = pd.concat([contacts(MONTHLY, depth=0.6), contacts([50, 40, 30], depth=[0.3, 0.3, 0.52])])
    assert found("depth_down", interaction=rows) is None  # .52 is 13% under .6


def test_a_run_that_nobody_added_to_for_three_months_is_old_news():
    rows = pd.concat([contacts(MONTHLY, depth=0.6), contacts([92, 91], depth=0.1)])
    assert found("depth_down", interaction=rows) is None


def test_depth_is_read_from_texts_where_nobody_noted_it():
    deep = "We plan a new line next year; could you send drawings and tolerances by Friday? We agreed on a pilot."
    rows = pd.concat([contacts(MONTHLY, text=deep), contacts([50, 40, 20], text="Ok.")])
    assert found("depth_down", interaction=rows)["times"] == 3


def test_months_without_deciders_count_in_a_row_and_a_thin_month_is_passed_over():
    roles = ["purchasing", "technical"] * 8
    before = contacts([330 - 15 * n for n in range(16)], contact_role=roles)  # half with deciders
    quiet = contacts([85, 80, 50, 20, 15, 10], contact_role="user")  # April 2, May 1, June 3
    row = found("deciders_absent", interaction=pd.concat([before, quiet]))
    assert row["times"] == 2
    assert "0% of the contacts" in row["en"]


def test_staying_away_from_meetings_counts_and_one_attended_ends_it():
    away = contacts([80, 60, 40], kind=["meeting", "invitation", "event"], attended=False)
    assert found("meetings_passive", interaction=away)["counts"]
    came = pd.concat([away, contacts([10], kind="meeting", attended=True)])
    assert found("meetings_passive", interaction=came) is None


# Orders


def test_a_silence_of_twice_the_own_limit_counts_as_two_orders_missed():
    gaps = [20, 24, 20, 24, 20, 24, 20, 24]  # mean 22, sd 2: beyond 25 is late
    bought = [51 + sum(gaps[place:]) for place in range(len(gaps) + 1)]
    row = found("interval_long", trade=orders(bought))
    assert row["times"] == 2  # beyond 25 and 50
    assert row["counts"]
    assert row["since_on"] == AS_OF - pd.Timedelta(days=51 - 26)
    assert row["strength"] == 1.0


def test_an_interval_inside_the_own_rhythm_is_no_signal():
    gaps = [10, 34, 12, 32, 8, 36, 10, 34]  # mean 22, sd about 12: 40 is late
    bought = [30 + sum(gaps[place:]) for place in range(len(gaps) + 1)]
    assert found("interval_long", trade=orders(bought)) is None


def test_a_pause_of_the_same_weeks_last_year_is_no_signal():
    regular = list(range(800, 440, -20)) + list(range(365, 80, -20))  # silent from 460 to 365 days ago
    rows = orders([day for day in regular if day > 75])
    last = min(day for day in regular)
    assert last == 85
    assert found("interval_long", trade=rows) is None  # silent 85 days, as 450 to 365 days ago
    other = orders(list(range(800, 80, -20)))
    assert found("interval_long", trade=other)["times"] == 4  # 100 days: beyond 20, 40, 60 and 80


def test_a_long_interval_that_ended_today_still_holds_until_a_shorter_one_ends():
    regular = list(range(260, 59, -20))
    row = found("interval_long", trade=orders([*regular, 0]))  # 60 days, ended today
    assert (row["times"], row["since_on"]) == (1, AS_OF - pd.Timedelta(days=60 - 21))
    assert ids(row) == ["o0060", "o0000"]
    assert found("interval_long", trade=orders([*regular, 15, 0])) is None


def test_a_return_is_no_order():
    bought = list(range(300, 40, -20))
    back = orders([5], is_return=True, quantity=-1.0)
    rows = pd.concat([orders(bought, is_return=False), back])
    assert found("interval_long", trade=rows)["times"] == 2  # 60 days: beyond 20 and 40


def test_urgent_months_are_held_against_the_usual_share():
    before = orders(list(range(450, 95, -15)), is_urgent=False)
    hurried = orders([85, 75, 55, 45, 25, 5], is_urgent=True)
    row = found("urgent_up", trade=pd.concat([before, hurried]))
    assert (row["times"], row["counts"]) == (3, True)


def test_a_trial_is_followed_only_by_an_ordinary_order_of_the_same_product_in_time():
    trials = orders([200, 190, 180], product_id=["x", "y", "z"], is_trial=True)
    usual = orders(list(range(300, 0, -50)), is_trial=False)
    row = found("trial_unfollowed", trade=pd.concat([trials, usual]))
    assert (row["times"], row["since_on"]) == (3, AS_OF - pd.Timedelta(days=200 - 91))
    bought = orders([95], product_id="z", is_trial=False)  # 85 days after the last trial
    assert found("trial_unfollowed", trade=pd.concat([trials, usual, bought])) is None


# Service


def test_two_quarters_under_the_expected_curve_count():
    busy = [
        tickets([day - shift for day in range(720, 5, -20)], customer_id=f"d{shift}") for shift in range(5)
    ]
    quiet = tickets(list(range(720, 190, -20)))
    row = found("contacts_under", service=pd.concat([*busy, quiet]))
    assert (row["times"], row["counts"]) == (2, True)
    assert found("contacts_under", service=pd.concat([*busy, tickets(list(range(720, 5, -20)))])) is None


def test_offers_declined_in_a_row_count_and_one_accepted_ends_them():
    declined = tickets([150, 100, 50], kind="training", accepted=False)
    assert found("offers_declined", service=declined)["counts"]
    accepted = pd.concat([declined, tickets([20], kind="maintenance", accepted=True)])
    assert found("offers_declined", service=accepted) is None


# Competitor


def test_mentions_are_counted_in_the_window_and_old_ones_are_not():
    rows = contacts([200, 80, 30, 10], competitor_mentioned=[True, True, True, False])
    row = found("rival_named", interaction=rows)
    assert (row["times"], row["counts"], ids(row)) == (2, True, ["i0080", "i0030"])


def test_a_rival_is_recognised_by_name_or_by_what_it_is():
    text = ["Acme was here last week.", "They compare us with another supplier.", "Sent the price list."]
    rows = contacts([30, 20, 10], text=text)
    named = wanted(Params(signals=Signals.model_validate({"competitor": {"rivals": ["ACME"]}})))
    assert found("rival_named", interaction=rows)["times"] == 1
    assert found("rival_named", named, interaction=rows)["times"] == 2


def test_one_specification_that_names_a_rival_counts_at_once():
    rows = contacts([150], text="技术规格里已写明可用其他品牌。")
    row = found("rival_specified", interaction=rows)
    assert row["counts"]
    assert row["zh"] == "规格书写明竞争对手（1份文字）。"
    assert found("rival_specified", interaction=contacts([150], text="Asked for the specification.")) is None


@pytest.mark.parametrize(
    "text",
    [
        "客户发来询价单，请按图纸规格报价50套密封件。",
        "询价：40 mm 法兰 200 件，规格同上次。",
        "同行业客户也用这个规格。",
    ],
)
def test_an_enquiry_of_ours_is_no_rival(text: str):
    assert found("rival_specified", interaction=contacts([150], text=text)) is None


def test_a_falling_share_of_imports_is_told_with_both_shares():
    before = list(range(450, 95, -15))
    now = [80, 60, 40, 20, 0]
    rows = imports([*before, *now], [True] * len(before) + [False, False, True, False, False])
    row = found("imports_moving", imports=rows)
    assert row["counts"]
    assert "fell to 20% from 100%" in row["en"]
    assert found("imports_moving", imports=imports([*before, *now], [True] * (len(before) + 5))) is None


def test_the_rival_whose_share_grew_most_is_named():
    before, now = list(range(450, 95, -15)), [80, 60, 40, 20, 0]
    rows = imports([*before, *now], [True] * len(before) + [False, False, True, False, False])
    # Anvil had 1 record of 24 and has 1 of 5, Ruhr had none and has 3 of 5.
    rival = [None] * 23 + ["Anvil", "Anvil", "Ruhr", None, "Ruhr", "Ruhr"]
    named = rows.assign(rival=rival, is_us=[name is None for name in rival])
    row = found("imports_moving", imports=named)
    assert row["en"].endswith("in a row); Ruhr gains most.")
    assert row["zh"].endswith("，增长最多的是Ruhr。")


def test_customs_records_of_a_month_that_is_not_over_wait():
    before = list(range(450, 95, -15))
    rows = imports([*before, 25, 20, 10, 5], [True] * len(before) + [False] * 4)  # all of them in June
    assert found("imports_moving", imports=rows) is None  # the newest is of 25 June
    assert (
        found("imports_moving", imports=pd.concat([rows, imports([0], [False]).assign(record_id="r")]))
        is not None
    )


def test_customs_records_that_ceased_to_come_tell_nothing_any_more():
    before = list(range(450, 95, -15))
    now = [80, 60, 40, 20, 0]
    rows = imports([*before, *now], [True] * len(before) + [False, False, True, False, False])
    # The last month ends on 30 June, with the newest record: 180 days on it still counts, a day later it does not.
    for days, times in ((180, 1), (181, 0), (3 * 365, 0)):
        told = daily.signals({"imports": rows}, AS_OF + pd.Timedelta(days=days), SETTINGS)
        assert list(told["rule"]) == ["imports_moving"] * times


# Finance


def test_a_payment_after_46_days_instead_of_30_counts_and_one_after_44_does_not():
    days = list(range(400, 60, -30))
    paid = [30] * (len(days) - 1)
    row = found("payment_slow", finance=invoices(days, [*paid, 46]))
    assert (row["times"], row["counts"]) == (1, True)
    assert found("payment_slow", finance=invoices(days, [*paid, 44])) is None


def test_an_invoice_that_is_unpaid_is_slow_from_the_day_on_which_it_passes_the_limit():
    days = [*range(400, 80, -30), 46, 10]
    waits = [*[30] * (len(days) - 2), None, None]
    row = found("payment_slow", finance=invoices(days, waits))
    assert ids(row) == ["f0046"]  # the one of ten days ago tells nothing yet
    assert row["since_on"] == AS_OF  # 46 days ago, and beyond 45 today


def test_a_limit_that_is_passed_today_is_passed_today():
    days = [*range(400, 80, -30), 48]
    row = found("payment_slow", finance=invoices(days, [*[32] * (len(days) - 1), None]))
    assert row["since_on"] == AS_OF  # 1.5 * 32 = 48


def test_customers_that_always_pay_after_60_days_are_not_slow():
    days = list(range(400, 60, -30))
    assert found("payment_slow", finance=invoices(days, [60] * len(days))) is None


def test_disputes_of_small_invoices_count_and_those_of_large_ones_do_not():
    days = list(range(400, 20, -20))
    amount = [100.0] * len(days)
    disputed = [pd.NaT] * (len(days) - 2) + ago(30, 20)
    row = found(
        "small_disputed", finance=invoices(days, [20] * len(days), amount=amount, disputed_at=disputed)
    )
    assert (row["times"], row["counts"]) == (2, True)
    amount[-2:] = [500.0, 500.0]
    rows = invoices(days, [20] * len(days), amount=amount, disputed_at=disputed)
    assert found("small_disputed", finance=rows) is None


def test_a_change_of_settlement_names_both_ways():
    days = list(range(400, 20, -20))
    method = ["transfer"] * (len(days) - 2) + ["instalments"] * 2
    row = found("settlement_changed", finance=invoices(days, [20] * len(days), settlement_method=method))
    assert (row["times"], row["counts"]) == (2, True)
    assert "instalments instead of transfer" in row["en"]


# Strategic


def test_a_step_is_late_after_30_days_unless_it_was_planned_anew():
    assert found("milestone_late", milestones=milestones([30], [None])) is None
    row = found("milestone_late", milestones=milestones([31], [None]))
    assert (row["counts"], row["since_on"]) == (True, AS_OF)
    assert found("milestone_late", milestones=milestones([80, 25], [None, None])) is None
    assert found("milestone_late", milestones=milestones([80], [10])) is None


def test_evidence_is_told_oldest_first_whatever_kind_it_is_of():
    steps = pd.concat(
        [milestones([50], [None], kind="annual_review"), milestones([90], [None], kind="roadmap")]
    )
    row = found("milestone_late", milestones=steps)
    assert (row["times"], ids(row)) == (2, ["m90", "m50"])


def test_roadmaps_that_stopped_are_told_unless_one_is_on_the_calendar():
    shared = milestones([900, 700, 500], [900, 700, 500], kind="roadmap")
    row = found("roadmap_stopped", milestones=shared)  # every 200 days; 300 without one is too long
    assert row["since_on"] == AS_OF - pd.Timedelta(days=500 - 301)
    planned = pd.concat([shared, milestones([-20], [None], kind="roadmap")])
    assert found("roadmap_stopped", milestones=planned) is None


# Contract


@pytest.mark.parametrize(
    ("ends", "rule"), [(91, None), (90, "ending_90"), (61, "ending_90"), (60, "ending_60"), (-1, None)]
)
def test_a_contract_is_told_90_and_60_days_before_its_end(ends: int, rule: str | None):
    rows = daily.signals({"contracts": contract(ends)}, AS_OF, SETTINGS)
    assert list(rows["rule"]) == ([rule] if rule else [])


def test_a_renewal_or_a_contract_that_goes_on_is_no_signal():
    assert found("ending_60", contracts=contract(30, renewed=True)) is None
    both = pd.concat([contract(30), contract(400, starts=31, name="v2")])
    assert found("ending_60", contracts=both) is None


@pytest.mark.parametrize(
    ("day", "back", "end"),
    [
        ("2024-06-29", 0, "2024-05-31"),
        ("2024-06-30", 0, "2024-06-30"),
        ("2024-06-30", 4, "2024-02-29"),
        ("2024-01-15", 3, "2023-09-30"),
    ],
)
def test_a_month_is_over_on_its_last_evening(day: str, back: int, end: str):
    assert month_end(day_of(pd.Timestamp(day)), back) == day_of(pd.Timestamp(end))


# All of them


def test_strength_is_half_at_the_threshold_and_whole_from_twice_it():
    weights = np.array([0.0, 1.0, 1.5, 2.0, 5.0, np.nan])
    assert list(strength(weights)) == [0.0, 0.5, 0.75, 1.0, 1.0, 0.5]


def test_a_rule_without_its_table_or_column_is_absent_once_and_the_others_are_asked():
    tables = {"interaction": contacts([80, 60, 40], kind="meeting", attended=False)}
    absent = daily.absent(tables)
    assert absent["imports_moving"] == "table 'imports'"
    assert absent["depth_down"] == "column 'depth' or 'text' of table 'interaction'"
    assert absent["rival_named"] == "column 'competitor_mentioned' or 'text' of table 'interaction'"
    assert "meetings_passive" not in absent
    assert list(daily.signals(tables, AS_OF, SETTINGS)["rule"]) == ["meetings_passive"]


def test_no_records_are_no_signals_in_the_same_columns():
    rows = orders(list(range(300, 40, -20)))
    none, some = (daily.signals({"trade": told}, AS_OF, SETTINGS) for told in (rows.iloc[:0], rows))
    assert (len(none), len(some)) == (0, 1)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


def test_the_identity_names_customer_rule_and_first_day_and_nothing_else():
    rows = contacts([80, 60, 40], kind="meeting", attended=False)
    first = found("meetings_passive", interaction=rows)
    longer = pd.concat([rows, contacts([10], kind="meeting", attended=False)])
    assert found("meetings_passive", interaction=longer)["signal_id"] == first["signal_id"]
    assert len(first["signal_id"]) == 12
