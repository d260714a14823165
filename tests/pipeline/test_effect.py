"""From the log and the orders to what acting brought; and what the log tells ingest."""

import argparse
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from actions.events import Event
from actions.steps import Step, taken
from pipeline import act, acted, cli, effect, followed, journal, learned, lifetime, options, publishing
from pipeline.errors import GateClosed, MissingInput, TooLittleData, Usage
from pipeline.frames import read_parquet, to_arrow, write_parquet
from pipeline.params import Params
from pipeline.paths import ROOT, Paths

BEGIN = date(2024, 1, 1)
LATER = BEGIN + timedelta(days=180)
CUSTOMERS = 80
PARAMS = Params.model_validate({"loop": {"resamples": 200}})


def name(number: int) -> str:
    return f"C{number:03}"


def left(number: int) -> bool:
    """Of those acted on, one in five leaves; of those left alone, three in five."""
    return number % 5 < (3 if number < 40 else 1)


@pytest.fixture
def paths(tmp_path) -> Paths:
    """A company of 80: orders of 100 every 30 days until they leave; 40 were left alone, 40 acted on."""
    places = Paths(tmp_path, "acme")
    orders = [
        (name(number), pd.Timestamp(BEGIN) + pd.Timedelta(days=day), 100.0)
        for number in range(CUSTOMERS)
        for day in range(-390, 45 if left(number) else 181, 30)
    ]
    trade = pd.DataFrame(orders, columns=["customer_id", "ordered_at", "amount"])
    write_parquet(places.table("trade"), trade)
    people = pd.DataFrame({"customer_id": [name(number) for number in range(CUSTOMERS)]})
    write_parquet(places.table("customers"), people.assign(name="Müller \x1b[31m Söhne"))
    return places


def respond(paths: Paths, held_out: range, odds: float | None = None) -> None:
    ids = [f"{number:012x}" for number in range(CUSTOMERS)]
    people = [name(number) for number in range(CUSTOMERS)]
    alerts = pd.DataFrame(
        {"alert_id": ids, "customer_id": people, "level": "orange", "health": 50.0, "drop": 0.3}
    )
    journal.opened(paths, alerts, BEGIN)
    plans = pd.DataFrame({"plan_id": [f"p{one}" for one in ids], "alert_id": ids, "customer_id": people})
    out = [number in held_out for number in range(CUSTOMERS)]
    plans = plans.assign(
        cause="price", play="terms", cost=10.0, hours=2.0, held_out=out, chosen=[not one for one in out]
    )
    plans = plans if odds is None else plans.assign(odds=odds)
    assert len(journal.planned(paths, plans, BEGIN)) == CUSTOMERS


def start(paths: Paths, numbers: range) -> None:
    at = datetime(2024, 1, 3, 9, tzinfo=UTC)
    finish = Step("finish", "Bo", at + timedelta(days=3), outcome="kept", cost=12.0)
    past = journal.events(paths)
    begun = [taken(past, f"{number:012x}", Step("start", "Bo", at)) for number in numbers]
    done = [taken([*past, *begun], f"{number:012x}", finish) for number in numbers]
    assert len(journal.append(paths, [*begun, *done])) == 2 * len(numbers)


def told(paths: Paths, day: date = LATER) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(effect.run(PARAMS, paths, day, as_json=True))
    return answer


def test_by_lot_the_share_kept_the_money_and_what_became_of_each_are_told(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(40, 80))
    found = told(paths)
    assert (found["way"], found["treated"], found["others"]) == ("lot", 40, 40)
    # 32 of 40 kept against 16 of 40.
    assert found["kept"]["value"] == pytest.approx(0.4, abs=1e-4)
    assert found["recovered"]["value"] == pytest.approx(16, abs=0.01)
    # Who stays orders on days 30, 60, ..., 180 after the alert, who leaves on day 30 alone: 500 less.
    assert found["revenue"]["value"] == pytest.approx(16 * 500, rel=1e-3)
    assert found["margin"]["value"] == pytest.approx(0.3 * 16 * 500, rel=1e-3)  # the assumed share
    assert found["cost"] == 40 * (12 + 2 * PARAMS.plans.hour_cost)  # what was said, and the hours planned
    assert found["claimed"]
    assert found["in_time"] == {"alerts": 40, "acknowledged": 0, "acted_on": 40}
    ends = [event for event in journal.events(paths) if event.kind == "evaluated"]
    assert len(ends) == 40
    assert sum(event.told["kept"] for event in ends) == 32
    told(paths)
    assert len(journal.events(paths)) == 80 + 80 + 80 + 40
    text = effect.run(PARAMS, paths, LATER)
    assert "80.0% kept against 40.0%" in text
    assert "Acting kept customers" in text


def test_before_the_outcome_is_known_nothing_can_be_said(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(40, 80))
    with pytest.raises(TooLittleData, match="cannot be said: no alert or plan is old enough"):
        told(paths, LATER - timedelta(days=1))


def test_orders_that_were_known_later_are_no_outcome_yet(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(40, 80))
    trade = read_parquet(paths.table("trade"))
    late = (trade["customer_id"] == "C044") & (trade["ordered_at"] > pd.Timestamp(BEGIN) + timedelta(days=90))
    trade["known_at"] = trade["ordered_at"].mask(late, pd.Timestamp(LATER) + timedelta(days=30))
    write_parquet(paths.table("trade"), trade)
    for days, kept in ((0, 0.0), (31, 1.0)):
        rows = followed.units(PARAMS, paths, LATER + timedelta(days=days)).set_index("customer_id")
        assert rows.loc["C044", "kept"] == kept


def test_the_level_of_a_row_is_that_at_which_its_lot_was_drawn(paths: Paths) -> None:
    alert = {"alert_id": ["a"], "customer_id": ["C001"]}
    journal.opened(paths, pd.DataFrame(alert | {"level": ["orange"]}), BEGIN)
    day = BEGIN + timedelta(days=3)
    journal.opened(paths, pd.DataFrame(alert | {"level": ["red"]}), day)
    plan = pd.DataFrame(alert | {"plan_id": ["p"], "play": ["terms"], "held_out": [False], "chosen": [True]})
    journal.planned(paths, plan, day)
    assert followed.units(PARAMS, paths, LATER + timedelta(days=9))["level"].tolist() == ["red"]


def test_an_alert_whose_time_is_not_over_is_not_counted_as_late(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    log, limits = journal.events(paths), act.deadlines(PARAMS)
    assert effect.in_time(log, limits, BEGIN + timedelta(days=1))["alerts"] == 0
    assert effect.in_time(log, limits, BEGIN + timedelta(days=30))["alerts"] == 40


def test_where_everybody_was_acted_on_the_gate_is_closed(paths: Paths) -> None:
    respond(paths, held_out=range(0))
    start(paths, range(80))
    with pytest.raises(GateClosed, match="nobody to compare with; leave a share alone by lot"):
        told(paths)


def test_a_contact_that_came_late_is_none_and_one_customer_is_one_row_at_a_time(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    act.take(paths, f"{50:012x}", Step("start", "Bo", datetime(2024, 2, 5, tzinfo=UTC)))
    act.take(paths, f"{51:012x}", Step("start", "Bo", datetime(2024, 1, 31, tzinfo=UTC)))
    journal.opened(paths, pd.DataFrame({"alert_id": ["b"], "customer_id": ["C051"], "level": ["red"]}), LATER)
    rows = followed.units(PARAMS, paths, LATER + timedelta(days=180)).set_index("customer_id")
    assert rows["treated"].sum() == 1
    assert rows.loc["C051", "treated"]
    assert len(rows) == CUSTOMERS  # the alert of day 180 begins while the window before is open


def test_nothing_is_learned_without_scores_and_the_frame_is_empty(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(40, 80))
    found = learned.of_day(PARAMS, paths, LATER)
    assert found.empty
    assert found.columns.tolist() == ["cause", "play", "mean", "low", "high", "n"]


def score(paths: Paths) -> None:
    """Announce of everybody that three in five leave, as those left alone did."""
    people = [name(number) for number in range(CUSTOMERS)]
    scores = pd.DataFrame({"customer_id": people, "p_churn": 0.6, "p_gone": 0.1})
    publishing.publish(paths, BEGIN, {publishing.SCORES: to_arrow(scores)}, {}, {})


def test_what_the_plans_learn_depends_on_the_odds_told_and_what_is_reported_does_not(paths: Paths) -> None:
    found: dict[float | None, pd.DataFrame] = {}
    reports = {}
    for odds in (None, 0.68, 1.0):
        shutil.rmtree(paths.journal, ignore_errors=True)
        score(paths)
        respond(paths, held_out=range(40), odds=odds)
        start(paths, range(40, 80))
        told_of = [event.told.get("odds") for event in journal.events(paths) if event.kind == "planned"]
        assert told_of == [odds] * CUSTOMERS
        ids = {event.event_id for event in journal.events(paths) if event.kind == "planned"}
        units = followed.units(PARAMS, paths, LATER)
        assert units["odds"].isna().all() if odds is None else (units["odds"] == odds).all()
        found[odds] = learned.of_own_cause(PARAMS, units).frame
        day = learned.of_day(PARAMS, paths, LATER)
        assert day[["low", "high", "n"]].equals(found[odds][["low", "high", "n"]])
        reports[odds] = (told(paths)["plays"], ids)
    # The id of a plan's event is made of the plan alone, and the report is of all that got the play.
    assert reports[None] == reports[0.68] == reports[1.0]
    # 8 of 40 left where 24 would have: two in three kept, and more of those whose cause was right.
    (seen,) = reports[1.0][0]
    assert seen["mean"] == pytest.approx(found[1.0]["mean"].item())
    assert found[0.68]["mean"].item() > seen["mean"] + 0.04
    pd.testing.assert_frame_equal(found[None], found[0.68])


def test_ingest_hears_of_what_was_done_and_not_of_what_was_only_planned(paths: Paths) -> None:
    assert acted.rows(paths, "UTC") is None
    respond(paths, held_out=range(40))
    assert acted.rows(paths, "UTC") is None
    start(paths, range(41, 42))
    rows = acted.rows(paths, "Asia/Shanghai").to_pylist()
    assert [row["status"] for row in rows] == ["started", "finished"]
    assert rows[0]["known_at"] == rows[0]["started_at"] == "2024-01-03 17:00:00.000000"
    assert rows[1]["cost"] == "12.0"
    assert rows[0]["finished_at"] is None


def test_an_alert_is_told_from_its_opening_to_its_outcome_in_harmless_words(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(41, 42))
    text = lifetime.run(PARAMS, paths, f"{41:012x}")
    assert "Opened at orange: health 50, 30% below its own usual" in text
    assert "Finished by Bo: customer kept, cost EUR 12" in text
    assert "\x1b" not in text
    assert "left alone" in lifetime.run(PARAMS, paths, f"{1:012x}")
    assert json.loads(lifetime.run(PARAMS, paths, f"{41:012x}", as_json=True))["state"] == "finished"
    with pytest.raises(MissingInput, match="no alert 'zz'"):
        lifetime.run(PARAMS, paths, "zz")


def test_alerts_count_as_acted_on_in_time_by_what_was_known_on_the_day(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(40, 80))  # on the third day
    found = [
        effect.in_time(journal.events(paths), act.deadlines(PARAMS), BEGIN + timedelta(days=days))["acted_on"]
        for days in (1, 2, 180)
    ]
    assert found == [0, 40, 40]


def test_an_alert_that_the_records_showed_earlier_is_told_as_found_open() -> None:
    told = {"as_of": "2024-03-01", "level": "red", "opened_on": "2024-01-01", "told": "top_management"}
    told["by_on"] = "2024-01-02"
    opened = Event("alert_opened", datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC), "forewarn", "C1", told=told)
    assert lifetime.sentence(opened, "EUR") == "Opened at red; to be told by 2024-01-02: top management"
    later = replace(opened, at=datetime(2024, 3, 1, 23, 59, 59, tzinfo=UTC))
    assert lifetime.sentence(later, "EUR").startswith("Found open since 2024-01-01, at red; ")


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ({"because": "recovered"}, "Closed: the customer's health has recovered"),
        (
            {"because": "unseen"},
            "Closed: the customer can no longer be asked about; it is a case for winning back",
        ),
        ({}, "Closed"),
    ],
)
def test_an_alert_is_told_to_have_recovered_only_where_the_log_says_so(because: dict, said: str) -> None:
    at = datetime(2024, 3, 1, 23, 59, 59, tzinfo=UTC)
    closed = Event("alert_closed", at, "forewarn", "C1", "a1", told={"as_of": "2024-03-01", **because})
    assert lifetime.sentence(closed, "EUR") == said


def test_the_commands_end_with_the_exit_code_of_what_stands_in_their_way(
    paths: Paths, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    shutil.copy2(ROOT / "params.yaml", paths.root / "params.yaml")
    paths.spec.write_text("")
    respond(paths, held_out=range(40))
    alert, to = f"{41:012x}", ("--dataset", "acme")

    def said(*words: str) -> tuple[int, str]:
        code, told = cli.main(words), capsys.readouterr()
        return code, told.out + told.err

    assert said("act", alert, "ack", "--by", "Ann", "--at", "2024-01-02T09:00", *to) == (
        0, "Customer C041: acknowledged, 2024-01-02 09:00 UTC, by Ann.\n",
    )  # fmt: skip
    for words, code, sentence in (
        (("act", alert, "ack", "--by", "Ann"), 2, "was acknowledged by Ann"),
        (("act", alert, "finish", "--by", "Ann", "--outcome", "kept"), 2, "never started"),
        (("act", alert, "ack"), 2, "'--by'"),
        (("act", alert, "start", "--by", "Ann", "--at", "2952-01-02"), 2, "lies in the future"),
        (("act",), 2, "an alert and a step"),
        (("act", "--list", "--escalate"), 2, "stand alone"),
        (("act", "feed", "ack", "--by", "Ann"), 2, "no alert or action 'feed'"),
        (("alert", "feed"), 12, "no alert 'feed'"),
        (("effect", "--as-of", "2024-02-01"), 13, "cannot be said"),
        (("effect", "--as-of", "2024-06-29"), 13, "nobody was acted on in time"),
    ):
        found = said(*words, *to)
        assert (found[0], sentence in found[1]) == (code, True), found
        assert found[1].count("\n") == 1
    assert json.loads(said("act", "--list", "--json", *to)[1])["alerts"][0]["overdue"]
    code, text = said("act", "--escalate", "--at", "2024-01-03", *to)
    assert (code, text.endswith("39 alerts escalated.\n")) == (0, True)


@pytest.mark.parametrize("text", ["yesterday", "9999-12-31T23:00-10:00", "0001-01-01T00:00+10:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no moment"):
        options.moment(text)


def test_what_is_overdue_is_listed_and_escalates(paths: Paths) -> None:
    respond(paths, held_out=range(40))
    start(paths, range(41, 80))
    now = datetime(2024, 1, 2, 23, 59, 58, tzinfo=UTC)  # orange: 24 hours to acknowledge
    assert "1 alert open, 0 overdue" in act.listed(PARAMS, paths, now, False)
    assert act.escalate(PARAMS, paths, now) == []
    later = now + timedelta(seconds=2)
    (event,) = act.escalate(PARAMS, paths, later)
    assert (event.customer_id, event.told["to"]) == ("C040", "regional_manager")
    assert act.escalate(PARAMS, paths, later) == []
    with pytest.raises(Usage, match="left alone"):
        act.take(paths, f"{3:012x}", Step("start", "Bo", later))
