"""The health of a day and its alerts, from the records and the store of a finished run."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from actions.alerts import CLOSED
from actions.health import USUAL
from actions.readings import DIMENSIONS
from features.past import as_they_stood
from pipeline import alerts, cli, courses, health, health_told, label, params, records, store, weighing
from pipeline.errors import BadConfig, TooLittleData
from pipeline.frames import parquet_bytes, to_arrow, write_parquet
from pipeline.health import Timeline
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.warning_settings import HealthWeights

Place = tuple[Params, Paths]


def last_of_store(paths: Paths) -> date:
    return max(map(date.fromisoformat, store.catalogue(paths)["dates"]))


@pytest.fixture(scope="module")
def day(finished: Place) -> date:
    """A day that the store does not hold, a month and ten days after its last."""
    return last_of_store(finished[1]) + timedelta(days=40)


@pytest.fixture(scope="module")
def timeline(finished: Place, day: date) -> Timeline:
    return health.timeline(*finished, day)


@pytest.fixture(scope="module")
def rows(finished: Place, day: date, timeline: Timeline) -> pd.DataFrame:
    return health.of_day(*finished, day, timeline)


def test_everybody_who_can_be_asked_about_has_a_health(
    finished: Place, day: date, rows: pd.DataFrame
) -> None:
    cohort = label.cohort_on(*finished, day)
    assert rows["customer_id"].tolist() == sorted(cohort.loc[cohort["eligible"], "customer_id"])
    assert rows["health"].between(0, 100).all()
    assert (rows["as_of"] == pd.Timestamp(day)).all()


def test_the_health_is_the_mean_of_its_dimensions_by_weight(finished: Place, rows: pd.DataFrame) -> None:
    weights = pd.Series(weighing.weights(*finished)).rename(lambda name: f"health_{name}")
    parts = rows[[f"health_{name}" for name in DIMENSIONS]]
    expected = (parts * weights).sum(axis=1) / (parts.notna() * weights).sum(axis=1)
    assert rows["health"].to_numpy() == pytest.approx(expected.to_numpy())
    assert rows["drop"].to_numpy() == pytest.approx(1 - rows["health"] / rows["baseline"])


def test_readings_say_what_now_usual_and_points(rows: pd.DataFrame) -> None:
    worst = rows.loc[rows["health"].idxmin()]
    told = [reading for reading in worst["readings"] if reading["feature"]]
    assert [abs(reading["points"]) for reading in told] == sorted(
        (abs(reading["points"]) for reading in told), reverse=True
    )
    assert told[0]["points"] > 0
    assert "typical" in told[0]["en"]
    assert "points lost" in told[0]["en"]
    assert told[0]["zh"].endswith("分")
    assert (
        sum(reading["points"] for reading in told) <= USUAL - worst["health"] + 25
    )  # a few that won are not told


def test_a_dimension_that_no_record_tells_is_said_to_be_unknown(rows: pd.DataFrame) -> None:
    unknown = rows[rows["health_strategic"].isna()]
    for readings in unknown["readings"]:
        assert "goes to the other dimensions" in readings[-1]["en"]
    for readings in rows[rows["health_strategic"].notna()]["readings"]:
        assert all(reading["feature"] for reading in readings)


def test_what_becomes_known_after_the_day_changes_nothing(
    workplace: Place, day: date, rows: pd.DataFrame
) -> None:
    settings, paths = workplace
    for name, table in as_they_stood(records.tables(paths), day).items():
        write_parquet(paths.table(name), table)
    paths.ingested.unlink()
    assert parquet_bytes(to_arrow(health.of_day(settings, paths, day))) == parquet_bytes(to_arrow(rows))


def test_the_timeline_ends_with_the_day_and_goes_by_months_after_the_store(
    finished: Place, day: date, timeline: Timeline
) -> None:
    days = timeline.course.days.tolist()
    newest = last_of_store(finished[1])
    assert days[-3:] == [newest, (pd.Timestamp(newest) + pd.DateOffset(months=1)).date(), day]
    assert len(health.history_of(timeline)) == int((~np.isnan(timeline.health)).sum())


def test_the_store_and_the_records_tell_the_same(finished: Place) -> None:
    settings, paths = finished
    names = [reading.feature for reading in courses.course(settings, paths, last_of_store(paths)).readings]
    on = last_of_store(paths)
    stored = courses._stored(paths, on, names)
    computed = courses._computed(settings, paths, [on], names).sort_values("customer_id", ignore_index=True)
    assert np.array_equal(
        stored[names].to_numpy(np.float64), computed[names].to_numpy(np.float64), equal_nan=True
    )


def test_a_day_without_customers_is_refused_in_a_sentence(finished: Place) -> None:
    with pytest.raises(TooLittleData, match="no customer that can be asked about on 2035-01-01"):
        health.of_day(*finished, date(2035, 1, 1))


def publish(paths: Paths, on: date, table: pd.DataFrame) -> None:
    write_parquet(paths.folder / "desk" / f"as_of={on}" / alerts.FILE, table)


def test_nights_give_the_alerts_that_filling_in_gives(workplace: Place, day: date) -> None:
    settings, paths = workplace
    nights = [day + timedelta(days=gap) for gap in (0, 5, 12)]
    seen = [(night, health.of_day(settings, paths, night)) for night in nights]
    timeline = health.timeline(settings, paths, nights[0])
    state, happened = alerts.folded(settings, timeline)
    at_once = alerts.frame(state, nights[0], alerts.terms(settings), alerts._roles(settings))
    shown = []
    for night, rows in seen:
        shown.append(alerts.of_day(settings, paths, night, rows))
        publish(paths, night, shown[-1])
    assert shown[0].equals(at_once.assign(specific=at_once["drop"], market=False))
    assert len([event for event in happened if event.kind != CLOSED]) > 0
    again = [alerts.of_day(settings, paths, night, rows) for night, rows in seen]
    for first, second in zip(shown, again, strict=True):
        assert first.equals(second)
    for earlier, later in pairwise(shown):
        assert not later["customer_id"].duplicated().any()
        both = earlier.merge(later, on="customer_id", suffixes=("_then", "_now"))
        assert len(both) > 0
        assert (both["alert_id_then"] == both["alert_id_now"]).all()


def test_a_night_that_was_skipped_is_caught_up_on(workplace: Place, day: date) -> None:
    settings, paths = workplace
    later = day + timedelta(days=60)
    rows = health.of_day(settings, paths, later)
    at_once = alerts.of_day(settings, paths, later, rows)
    # The batch of the last date of the store, then nothing for three months: the dates between are folded in.
    newest = last_of_store(paths)
    publish(paths, newest, alerts.of_day(settings, paths, newest, health.of_day(settings, paths, newest)))
    assert alerts.of_day(settings, paths, later, rows).equals(at_once)


def with_line(paths: Paths, line: str) -> Paths:
    file = paths.root / "params.yaml"
    file.write_text(file.read_text() + line)
    return paths


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("health: {weights: retail}\n", "names the preset 'retail'; known are 'standard'"),
        ("health: {weights: {trade: 50}}\n", "add up to 120; wanted are 100"),
        ("health: {learned: {toward: nobody}}\n", "names the preset 'nobody'"),
        (
            "alerts: {red: {drop: 0.2, told: top_management, within_days: 1}}\n",
            "larger drop than the one below",
        ),
        (
            "alerts: {blue: {drop: 0.1, told: the_cat, within_days: 1}}\n",
            "'the_cat' is told and is not among",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, line: str, told: str) -> None:
    paths = Paths(tmp_path, "acme")
    paths.folder.mkdir(parents=True)
    paths.spec.write_text("")
    (tmp_path / "params.yaml").write_text(line)
    with pytest.raises(BadConfig, match=told):
        params.load(paths)


def test_weights_of_ones_own_are_taken(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "acme")
    paths.folder.mkdir(parents=True)
    paths.spec.write_text("")
    (tmp_path / "params.yaml").write_text(
        "health: {weights: {trade: 60, interaction: 10, service: 10, finance: 10, strategic: 10}}\n"
    )
    assert weighing.weights(params.load(paths), paths)["trade"] == 60


def test_learned_weights_are_judged_against_the_preset_on_dates_they_have_not_seen(finished: Place) -> None:
    settings, paths = finished
    asked = settings.health.model_copy(update={"weights": "learned"})
    settings = settings.model_copy(update={"health": asked})
    told = weighing.judged(settings, paths)
    assert told["preset"]["weights"] == HealthWeights().model_dump()
    assert weighing.weights(settings, paths) == pytest.approx(told["learned"]["weights"])
    assert sum(told["learned"]["weights"].values()) == pytest.approx(100)
    assert told["gain"]["value"] == pytest.approx(
        told["learned"]["auc"]["value"] - told["preset"]["auc"]["value"]
    )


def test_the_command_tells_whose_health_fell_furthest_first(
    rows: pd.DataFrame, day: date, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = HealthWeights().model_dump()
    health_told.tell(rows, weights, day, 2, zh=False)
    told = capsys.readouterr().out
    worst = rows.sort_values(["drop", "customer_id"], ascending=[False, True]).iloc[0]
    first = next(line for line in told.splitlines() if "below its usual" in line)
    usual = f"{worst['drop']:.0%} below its usual {worst['baseline']:.0f}"
    assert first == f"{worst['customer_id']}  {worst['health']:.0f}, {usual}"
    assert f"{(rows['drop'] > 0).sum() - 2:,} more are below their usual" in told
    assert re.search(r"(?m)^trade +30 ", told)


def test_the_judgement_of_learned_weights_is_written_and_printed_alike(
    workplace: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = workplace[1]
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    words = ["health", "--dataset", paths.dataset, "--judge"]
    assert cli.main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((paths.report / "health.json").read_text("utf-8"))
    health_told.tell_weights(printed, "standard")
    assert f"{printed['gain']['value']:+.3f} of ROC-AUC" in " ".join(capsys.readouterr().out.split())
    surely = {**printed, "gain": {"value": 0.02, "low": 0.01, "high": 0.03}}
    health_told.tell_weights(surely, "standard")
    assert "better than the preset: +0.020" in " ".join(capsys.readouterr().out.split())
