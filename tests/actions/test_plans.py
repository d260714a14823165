"""Which play a customer gets, what it is expected to bring, who is left alone by lot, and what is said of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from actions.candidates import Rules, candidates, judged
from actions.expected import Assumed, beliefs, profits
from actions.plans import Settings, lot, plan_id, plans
from actions.playbooks import CAUSES, GENTLE, GONE, Play, Playbooks, Text
from actions.priority import Budget

DAY = pd.Timestamp("2024-06-30")
SAID = Text("en", "zh")


def play(key: str, touch: str = "light", **told: Any) -> Play:
    plain = {"owner_role": "account_manager", "channel": "call", "within_days": 5, "hours": 1.0, "cost": 0.0}
    return Play(
        **(plain | {"effect": 0.5, "steps": (SAID,), "not_when": SAID, "name": SAID} | told),
        key=key,
        touch=touch,
    )  # type: ignore[arg-type]


def books(**told: tuple[Play, ...]) -> Playbooks:
    every = {
        cause: (play(f"{cause}_light"), play(f"{cause}_full", "full", hours=8.0, effect=1.2))
        for cause in CAUSES
    }
    every |= {cause: (play(f"{cause}_light", effect=0.2),) for cause in GENTLE}
    return Playbooks(every | {GONE: (play("gone_light"),)} | told)


def fact(customer: str = "A", **told: Any) -> dict[str, Any]:
    """A customer with a middling risk and a named cause, and nothing else the matter."""
    return {
        "customer_id": customer,
        "as_of": DAY,
        "p_churn": 0.5,
        "p_gone": 0.1,
        "tier": "medium",
        "top_cause": "price",
        "likely_causes": ["price", "competitor", "demand"],
        "stake": 20_000.0,
        "quadrant": "keep",
        "in_sight": False,
        "alert_id": None,
        "level": "none",
        "level_since": pd.NaT,
        "opened_on": pd.NaT,
        "pattern": "steady",
        "pattern_confidence": 0.0,
        "signals": [],
        "busy": False,
        "busy_en": "",
        "busy_zh": "",
        "campaign": False,
        "tried": [],
    } | told


def frame(*facts: dict[str, Any]) -> pd.DataFrame:
    rows = pd.DataFrame(list(facts))
    for name in ("level_since", "opened_on"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[us]")
    return rows.astype({"alert_id": "str"})


QUIET = fact(p_churn=0.1, p_gone=0.01, tier="low", stake=9000.0)
ALONE = Settings(holdout=0.0)


def fitting(one: dict[str, Any], some: Playbooks | None = None) -> set[str]:
    rules = Rules()
    return set(candidates(judged(frame(one), rules), some or books(), rules)["play"])


def test_a_rival_that_took_most_of_a_decline_is_as_likely_the_cause_as_the_first_one_named() -> None:
    rules = Rules(cause_odds=(0.68, 0.15, 0.07))
    told = candidates(judged(frame(fact(decline="competitor")), rules), books(), rules)
    odds = told.groupby("cause")["odds"].first()
    assert odds["competitor"] == odds["price"] == 0.68  # without the decline, the second cause named: .15


def test_a_market_that_took_most_of_a_decline_brings_its_plays_along() -> None:
    assert "market_light" in fitting(fact(decline="market"))
    assert "market_light" not in fitting(fact())


def planned(
    *facts: dict[str, Any], settings: Settings = ALONE, some: Playbooks | None = None
) -> pd.DataFrame:
    return plans(frame(*facts), some or books(), settings).plans


# Which plays fit


def test_the_plays_are_those_of_the_two_likeliest_causes() -> None:
    assert fitting(fact()) == {"price_light", "price_full", "competitor_light", "competitor_full"}


def test_weak_evidence_bears_a_light_touch_alone() -> None:
    assert fitting(QUIET) == {"price_light", "competitor_light"}


@pytest.mark.parametrize(
    "more",
    [{"level": "yellow"}, {"signals": ["competitor"]}, {"tier": "medium"}],
    ids=["alert", "signal", "tier"],
)
def test_an_alert_or_a_signal_or_a_tier_makes_the_evidence_strong(more: dict[str, Any]) -> None:
    assert "price_full" in fitting(QUIET | more)


def test_a_blue_alert_and_a_signal_of_another_kind_do_not() -> None:
    assert "price_full" not in fitting(QUIET | {"level": "blue", "signals": ["finance"]})


def test_a_signal_brings_the_plays_of_its_cause() -> None:
    assert "payment_light" in fitting(fact(signals=["finance"]))


def test_what_took_most_of_the_purchases_brings_its_plays() -> None:
    price, market = (
        {"price_light", "price_full", "competitor_light", "competitor_full"},
        {"market_light", "market_full"},
    )
    assert fitting(fact()) == price
    assert fitting(fact(decline="market")) == price | market
    assert fitting(fact(decline="competitor")) == price


def test_a_customer_without_a_cause_of_its_own_is_not_told_one() -> None:
    assert fitting(QUIET | {"top_cause": "none"}) == {"none_light", "price_light"}


def test_who_is_probably_gone_is_asked_back() -> None:
    assert "gone_light" in fitting(fact(p_gone=0.3))
    assert "gone_light" not in fitting(fact(p_gone=0.2))


def test_a_seasonal_pause_alone_is_no_reason_to_worry() -> None:
    pause = {"pattern": "seasonal_pause", "pattern_confidence": 0.8}
    assert fitting(QUIET | pause) == {"season_light"}
    assert fitting(QUIET | pause | {"pattern_confidence": 0.5}) == fitting(QUIET)
    assert fitting(fact() | pause) == fitting(fact())


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("complaint", {"signals": ["service"]}),
        ("unpaid", {"signals": ["finance"]}),
        ("pause", {"pattern": "seasonal_pause", "pattern_confidence": 0.9}),
        ("stocked", {"pattern": "stocking_up", "pattern_confidence": 0.9}),
        ("gone", {"p_gone": 0.4}),
        ("low_value", {"quadrant": "watch"}),
    ],
)
def test_a_play_is_not_for_customers_it_says_it_is_not_for(condition: str, more: dict[str, Any]) -> None:
    some = books(price=(play("price_light"), play("price_full", "full", unless=(condition,))))
    assert "price_full" in fitting(fact(), some)
    assert "price_full" not in fitting(fact(**more), some)


def test_a_play_may_be_for_a_level_a_margin_and_no_sooner() -> None:
    some = books(
        price=(play("price_light"), play("price_full", "full", from_level="orange", least_margin=20_000))
    )
    assert "price_full" not in fitting(fact(), some)  # a medium tier stands for yellow
    assert "price_full" in fitting(fact(tier="high"), some)
    assert "price_full" in fitting(fact(level="red"), some)
    assert "price_full" not in fitting(fact(level="red", stake=19_999), some)


def test_nobody_is_contacted_twice() -> None:
    assert fitting(fact(busy=True)) == set()


def test_no_mail_goes_out_beside_a_campaign() -> None:
    some = books(price=(play("price_light", channel="email"), play("price_full", "full")))
    assert "price_light" not in fitting(fact(campaign=True), some)


def test_what_was_tried_of_late_is_followed_by_something_else() -> None:
    assert fitting(fact(tried=["price_light"])) == fitting(fact()) - {"price_light"}


# What it is expected to bring


def test_the_expected_profit_is_the_formula_by_hand() -> None:
    some = books(
        price=(play("price_light", effect=1.0, cost=30.0, hours=2.0, concession=0.05), play("f", "full"))
    )
    assumed = Assumed(mismatch=0.5, gone_factor=0.5, hour_cost=60)
    rules = Rules()
    found = profits(candidates(judged(frame(fact()), rules), some, rules), beliefs(some, assumed), assumed)
    one = found.set_index("play").loc["price_light"]
    # e = 6/20 = .3; w = .68 + .32 * .5 = .84; leaving = .5 - .5 * .1 = .45
    # .3 * .84 * .45 = .1134 of all like it are kept
    gives = 0.1134 * 0.95 * 20_000
    takes = 0.5 * 0.05 * 20_000 + 30 + 2 * 60
    assert one["profit"] == pytest.approx(gives - takes)
    assert one["money"] == pytest.approx(30 + 0.05 * 20_000 * (0.5 + 0.1134))
    # Beta(6, 14), and a line in e
    for name, level in (("profit_low", 0.025), ("profit_high", 0.975)):
        assert one[name] == pytest.approx(gives / 0.3 * beta.ppf(level, 6, 14) - takes)


def test_what_was_learned_moves_the_belief_by_what_it_weighs() -> None:
    some = books()
    row = {"cause": "price", "play": "price_light", "low": 0.5, "high": 0.7, "mean": 0.6, "n": 90}
    learned = pd.DataFrame([row])
    prior = beliefs(some, Assumed()).set_index("play").loc["price_light"]
    found = beliefs(some, Assumed(), learned).set_index("play").loc["price_light"]
    # prior .15, variance .15 * .85 / 21 = .006071; learned .6, variance (.2 / 3.92)^2 = .002603
    weight = 0.006071 / (0.006071 + 0.002603)
    assert prior["mean"] == pytest.approx(0.15)
    assert found["mean"] == pytest.approx(0.15 + weight * 0.45, abs=1e-4)
    assert found["alpha"] + found["beta"] > prior["alpha"] + prior["beta"]
    untouched = beliefs(some, Assumed(), learned.assign(n=0)).set_index("play").loc["price_light"]
    assert untouched.tolist() == prior.tolist()


def test_a_play_that_did_harm_is_believed_to_keep_nobody() -> None:
    row = {"cause": "price", "play": "price_light", "low": -0.31, "high": -0.29, "mean": -0.3, "n": 900}
    found = beliefs(books(), Assumed(), pd.DataFrame([row])).set_index("play").loc["price_light"]
    assert 0 < found["mean"] <= 0.001


# The whole list


def test_a_plan_tells_the_odds_of_its_cause_that_its_profit_was_reckoned_with() -> None:
    rich = {"stake": 50_000.0}
    found = planned(fact("A", **rich), fact("B", top_cause="none", tier="low", **rich), fact("C", stake=1.0))
    told = found.set_index("customer_id")
    assert told["cause"].tolist()[:2] == ["price", "price"]
    # B's causes are told apart by little: none has more than the mean of the three. Nothing is worth it for C.
    assert told["odds"].tolist() == pytest.approx([0.68, 0.3, np.nan], nan_ok=True)


def crowd(n: int, **told: Any) -> list[dict[str, Any]]:
    return [fact(f"C{i:04d}", **told) for i in range(n)]


def test_every_customer_has_one_row_and_the_planned_come_first_by_what_they_bring() -> None:
    found = planned(
        *[fact(f"C{i}", stake=1000.0 * i) for i in range(20)], settings=replace(ALONE, budget=Budget(10))
    )
    assert len(found) == found["customer_id"].nunique() == 20
    mine = found[found["chosen"]]
    assert mine["rank"].tolist() == list(range(1, len(mine) + 1))
    assert mine["profit"].is_monotonic_decreasing
    assert mine["hours"].sum() <= 10
    assert found.loc[~found["chosen"], "rank"].isna().all()


def test_the_order_of_the_customers_changes_nothing() -> None:
    rows = frame(*[fact(f"C{i}", stake=1000.0 * i, p_churn=0.3 + 0.01 * i) for i in range(30)])
    settings = Settings(budget=Budget(12))
    first = plans(rows, books(), settings).plans
    pd.testing.assert_frame_equal(plans(rows.sample(frac=1, random_state=1), books(), settings).plans, first)


def test_a_tenth_is_left_alone_and_none_of_it_is_planned() -> None:
    found = planned(*crowd(600), settings=Settings(budget=Budget(hours=10_000, money=1e9)))
    assert not (found["chosen"] & found["held_out"]).any()
    # 600 lots at .10: 60, give or take three times sqrt(600 * .1 * .9) = 7.3
    assert 38 <= found["held_out"].sum() <= 82
    assert found["chosen"].sum() + found["held_out"].sum() == 600


def test_only_those_for_whom_something_would_have_been_planned_are_held_out() -> None:
    worth = [fact(f"C{i:04d}", stake=30_000.0 + 10 * i) for i in range(300)]
    poor = [one | {"customer_id": f"P{i}", "stake": 4000.0} for i, one in enumerate(crowd(300))]
    found = planned(
        *worth, *poor, settings=Settings(holdout=0.5, budget=Budget(hours=80, money=1e9, sight=0))
    )
    assert set(found.loc[found["chosen"], "customer_id"].str[0]) == {"C"}
    assert set(found.loc[found["held_out"], "customer_id"].str[0]) == {"C"}


def test_nobody_under_a_red_alert_is_left_alone() -> None:
    red = crowd(200, level="red", alert_id="a", level_since=DAY, opened_on=DAY)
    settings = Settings(holdout=0.9, budget=Budget(10_000, 1e9))
    assert not planned(*red, settings=settings)["held_out"].any()
    assert planned(*red, settings=replace(settings, holdout_red=0.9))["held_out"].sum() > 150


def test_the_draw_stands_as_long_as_the_episode_does() -> None:
    told = {"level": "orange", "alert_id": "a", "level_since": DAY, "opened_on": DAY}
    settings = Settings(holdout=0.5, budget=Budget(10_000, 1e9))
    now = planned(*crowd(60, **told), settings=settings).sort_values("customer_id")
    later = crowd(60, **told | {"as_of": DAY + pd.Timedelta(days=40)})
    then = planned(*later, settings=settings).sort_values("customer_id")
    assert now["held_out"].tolist() == then["held_out"].tolist()
    assert now["plan_id"].tolist() == then["plan_id"].tolist()


def test_what_was_drawn_of_late_stands_whatever_month_or_alert_comes() -> None:
    settings = Settings(holdout=0.5, budget=Budget(10_000, 1e9))
    now = planned(*crowd(60), settings=settings).set_index("customer_id")["held_out"]
    told = {"as_of": DAY + pd.Timedelta(days=1), "level": "orange", "alert_id": "a", "level_since": DAY}
    later = [one | {"left_alone": bool(now[one["customer_id"]])} for one in crowd(60, **told)]
    then = planned(*later, settings=settings).set_index("customer_id")["held_out"]
    assert then.to_dict() == now.to_dict()
    red = [one | {"level": "red"} for one in later]
    assert not planned(*red, settings=settings)["held_out"].any()


def test_a_plan_left_alone_has_another_name_than_the_same_carried_out() -> None:
    red = {"level": "red", "alert_id": "a", "level_since": DAY, "opened_on": DAY}
    settings = Settings(holdout=1.0, budget=Budget(10_000, 1e9))
    left = planned(fact("A", **red | {"level": "orange"}), settings=settings).loc[0]
    after = planned(fact("A", **red), settings=settings).loc[0]
    assert (left["held_out"], after["chosen"], left["play"]) == (True, True, after["play"])
    assert left["plan_id"] != after["plan_id"]


def test_lots_are_spread_evenly_and_change_from_month_to_month() -> None:
    lots = np.array([lot(f"C{i:05d}", "2024-06") for i in range(2000)])
    # Mean of 2,000 even lots: .5, give or take three times sqrt(1/12/2000) = .0065
    assert abs(lots.mean() - 0.5) < 0.02
    other = np.array([lot(f"C{i:05d}", "2024-07") for i in range(2000)])
    assert abs(np.corrcoef(lots, other)[0, 1]) < 0.07


def test_the_day_due_is_counted_from_the_level_and_never_past() -> None:
    told = {"level": "orange", "alert_id": "a", "opened_on": DAY}
    days = [DAY - pd.Timedelta(days=back) for back in (0, 3, 30)]
    found = planned(*[fact(f"C{i}", **told, level_since=day) for i, day in enumerate(days)])
    due = found.set_index("customer_id")["due_on"]
    # within 5 days of the level; the third was due on 5 June and is due today
    assert [(due[f"C{i}"] - DAY).days for i in range(3)] == [5, 2, 0]


def test_a_plan_is_named_by_customer_episode_and_play() -> None:
    assert plan_id("A", "a1", "x") == plan_id("A", "a1", "x")
    assert (
        len(
            {
                plan_id("A", "a1", "x"),
                plan_id("B", "a1", "x"),
                plan_id("A", "a2", "x"),
                plan_id("A", "a1", "y"),
            }
        )
        == 4
    )


def test_every_row_says_why_in_both_languages() -> None:
    busy = fact("B", busy=True, busy_en="No second contact: a call is under way", busy_zh="不重复联系")
    poor = fact("P", stake=10.0)
    found = planned(fact("A", level="orange", level_since=DAY, opened_on=DAY, alert_id="a"), busy, poor)
    told = found.set_index("customer_id")
    assert "Alert orange since 2024-06-30" in told.loc["A", "why_en"]
    assert "The records point to price" in told.loc["A", "why_en"]
    assert "橙色预警" in told.loc["A", "why_zh"]
    assert told.loc["B", "why_en"] == "No second contact: a call is under way."
    assert "No plan" in told.loc["P", "why_en"]
    assert told.loc[["B", "P"], "play"].isna().all()
    weak = planned(QUIET)
    assert "evidence is weak" in weak.loc[0, "why_en"]
    assert "证据较弱" in weak.loc[0, "why_zh"]


def test_who_is_left_alone_by_lot_is_told_not_to_be_contacted() -> None:
    found = planned(*crowd(100), settings=Settings(holdout=0.5, budget=Budget(10_000, 1e9)))
    assert found.loc[found["held_out"], "why_en"].str.contains("Drawn by lot not to be contacted").all()
    assert not found.loc[found["chosen"], "why_en"].str.contains("lot").any()


def test_what_the_list_takes_and_brings_is_told_with_the_price_of_an_hour() -> None:
    told = plans(frame(*crowd(50)), books(), replace(ALONE, budget=Budget(hours=10))).told
    assert told["hours"] == 10
    assert told["proven"] is True
    assert told["gap"] == 0
    assert told["prices"]["hours"] > 0  # type: ignore[index, operator, call-overload]


# The playbooks


def test_a_cause_without_a_light_or_a_full_play_is_refused() -> None:
    with pytest.raises(ValueError, match="'price' has no light and full play"):
        books(price=(play("price_light"),))


def test_a_key_stands_once() -> None:
    with pytest.raises(ValueError, match="'demand_light' is there twice"):
        books(price=(play("demand_light"), play("x", "full")))


def test_a_season_calls_for_a_light_touch_or_nothing() -> None:
    with pytest.raises(ValueError, match="'season' has a full play"):
        books(season=(play("s", "full"),))
