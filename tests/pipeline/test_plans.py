"""From the score of a day to its plans, on real tables: what blocks, what is spent, what the playbooks say."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from actions.playbooks import CAUSES, GENTLE, GONE
from pipeline import contacted, journal, plans, playbooks, publishing, values
from pipeline.errors import BadConfig
from pipeline.frames import parquet_bytes, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.response_settings import Plans

DAY = pd.Timestamp("2024-06-30")
NOBODY = pd.DataFrame()
FACTS = pd.DataFrame({"customer_id": ["A", "B", "C", "D"]})


def actions(*rows: tuple[Any, ...]) -> dict[str, pd.DataFrame]:
    names = ["action_id", "customer_id", "as_of", "kind", "status"]
    return {"actions": pd.DataFrame(rows, columns=names).assign(as_of=lambda t: pd.to_datetime(t["as_of"]))}


def test_an_open_action_and_one_of_late_block_a_second_contact() -> None:
    tables = actions(
        ("1", "A", "2024-01-01", "service_recovery", "started"),  # open, however old
        ("2", "B", "2024-06-10", "check_in", "finished"),  # 20 days ago
        ("3", "C", "2024-05-01", "check_in", "finished"),  # 60 days ago: no longer, but not the same again
    )
    found = contacted.contacts(FACTS, tables, DAY, Plans(quiet_days=30, repeat_days=90)).set_index(
        "customer_id"
    )
    assert found["busy"].to_dict() == {"A": True, "B": True, "C": False, "D": False}
    assert found.loc["A", "busy_en"] == "No second contact: 'service_recovery' of 2024-01-01 is under way"
    assert "未满30天" in found.loc["B", "busy_zh"]
    assert found["tried"].to_dict() == {"A": [], "B": ["check_in"], "C": ["check_in"], "D": []}


def test_an_action_that_was_withdrawn_does_not_come_back_in_an_earlier_version(tmp_path: Path) -> None:
    rows = actions(
        ("1", "A", "2024-06-01", "check_in", "started"),
        ("1", "A", "2024-06-01", "check_in", "started"),
        ("2", "B", "2024-06-01", "check_in", "started"),
    )["actions"]
    rows["known_at"] = pd.to_datetime(["2024-06-01", "2024-06-10", "2024-06-01"])
    rows["withdrawn_at"] = pd.to_datetime([None, "2024-06-12", "2024-07-01"])
    paths = Paths(tmp_path, "acme")
    paths.table("actions").parent.mkdir(parents=True)
    paths.table("actions").write_bytes(parquet_bytes(rows))
    assert contacted.stood(paths, DAY.date())["actions"]["customer_id"].tolist() == ["B"]


def test_a_campaign_of_late_is_told() -> None:
    rows = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C"],
            "kind": ["campaign", "campaign", "call"],
            "occurred_at": pd.to_datetime(["2024-06-25", "2024-06-01", "2024-06-29"]),
        }
    )
    found = contacted.contacts(FACTS, {"interaction": rows}, DAY, Plans(campaign_days=10))
    assert found["campaign"].tolist() == [True, False, False, False]


def test_plans_of_the_days_before_take_from_the_budget(tmp_path: Path) -> None:
    plays = playbooks.read(Paths(tmp_path, "none")).by_key
    tables = actions(
        ("1", "A", "2024-06-28", "service_recovery", "started"),
        ("2", "B", "2024-06-01", "service_recovery", "started"),  # before the seven days
        ("3", "C", "2024-06-29", "something of their own", "started"),
    )
    taken = contacted.spent(tables["actions"], plays, DAY, 7)
    play = plays["service_recovery"]
    assert taken == {"hours": play.hours, "service_manager": play.hours, "money": play.cost}
    meant = contacted.spent(tables["actions"], plays, DAY, 7, {"1": 900.0})
    assert meant["money"] == 900.0  # with the concession that its plan expected to grant
    # What was planned long before and begun of late takes the same hours.
    late = tables["actions"].assign(started_at=pd.to_datetime(["2024-06-28 09:00", "2024-06-27 09:00", None]))
    assert contacted.spent(late, plays, DAY, 7)["hours"] == 2 * play.hours
    left = plans.settings(Params(), taken).budget
    assert left.hours == Params().plans.budget.hours - play.hours


def test_what_the_log_planned_before_a_day_is_told_of_it(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "acme")
    rows = pd.DataFrame(
        {"plan_id": ["p", "q"], "customer_id": ["A", "B"], "play": "check_in", "cost": [0.0, 70.0]}
    ).assign(held_out=[True, False], chosen=[False, True], alert_id=None)
    journal.planned(paths, rows, date(2024, 6, 1))
    assert contacted.planned(paths, date(2024, 6, 1), 30) == ({}, {})  # the day itself makes them
    found = contacted.planned(paths, date(2024, 6, 2), 30)
    assert found == ({"A": True, "B": False}, {"p": 0.0, "q": 70.0})
    assert contacted.planned(paths, date(2024, 7, 2), 30).left_alone == {}


def test_the_playbooks_of_the_product_have_a_light_and_a_full_play_for_every_cause(tmp_path: Path) -> None:
    books = playbooks.read(Paths(tmp_path, "none"))
    assert set(books.books) == {*CAUSES, *GENTLE, GONE}
    for cause in CAUSES:
        assert {play.touch for play in books.books[cause]} == {"light", "full"}
    for _, play in books:
        words = [play.name, play.not_when, *play.steps]
        assert all(text.en.isascii() for text in words), play.key
        assert all(any("一" <= letter <= "鿿" for letter in text.zh) for text in words), play.key


def test_full_plays_are_for_more_than_a_suspicion(tmp_path: Path) -> None:
    for _, play in playbooks.read(Paths(tmp_path, "none")):
        assert (play.touch == "light") == (play.from_level == "none"), play.key


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("touch: light", "touch: gentle", "'light' or 'full'"),
        ("    hours: 1.5", "    hours: 1.5\n    tone: kind", "unknown key 'price.0.tone'"),
        ("key: price_value_call", "key: price_review", "'price_review' is there twice"),
        ("price:\n", "prices:\n", "there is no play for 'price'"),
        ("effect: 0.4", "effect: *here", "stands for what is said elsewhere"),
    ],
)
def test_a_playbook_that_is_wrong_is_refused_in_one_sentence(
    tmp_path: Path, was: str, now: str, told: str
) -> None:
    paths = Paths(tmp_path, "small")
    paths.folder.mkdir(parents=True)
    text = playbooks.OURS.read_text("utf-8")
    assert was in text
    (paths.folder / playbooks.NAME).write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(BadConfig) as refused:
        playbooks.read(paths)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_known_of_nobody_else_is_that_nothing_is_the_matter() -> None:
    scores = pd.DataFrame(
        {
            "customer_id": ["A", "B"],
            "as_of": DAY,
            "p_churn": 0.2,
            "tier": "low",
            "top_cause": "none",
            "likely_causes": [["price"], ["price"]],
        }
    )
    worth = pd.DataFrame({"customer_id": ["A", "B"], "stake": 1.0, "quadrant": "serve", "in_sight": False})
    signals = pd.DataFrame(
        {"customer_id": ["A", "A"], "signal": ["orders", "finance"], "counts": [True, False]}
    )
    found = plans.joined(scores, worth, NOBODY, NOBODY, signals).set_index("customer_id")
    assert found.loc["A", "signals"] == ["orders"]
    assert found.loc["B", "signals"] == []
    assert found["level"].tolist() == ["none", "none"]
    assert found["p_gone"].tolist() == [0.0, 0.0]  # without the departure rule nobody is told to be gone


def test_a_scored_day_gives_values_and_plans_that_are_the_same_again(workplace: tuple[Params, Paths]) -> None:
    params, paths = workplace
    from pipeline import score

    day = date(2023, 8, 31)
    score.run(params, paths, day)
    scores = read_parquet(publishing.published(paths, day) / publishing.SCORES)
    worth = values.of_day(params, paths, day, scores)
    assert worth["customer_id"].tolist() == sorted(scores["customer_id"])
    assert worth["value"].between(0, 100).all()
    first = plans.planned(params, paths, day, scores, NOBODY, NOBODY, NOBODY, worth)
    assert sorted(first.plans["customer_id"]) == sorted(scores["customer_id"])
    assert first.told["hours"] <= params.plans.budget.hours
    again = plans.of_day(params, paths, day, scores, NOBODY, NOBODY, NOBODY)
    assert parquet_bytes(again) == parquet_bytes(first.plans)
