"""The alarm stops a run, names what it found, and lets pass what was acknowledged with a reason."""

from typing import Any

import pandas as pd
import pytest

from models.leaks import Check, Finding, Split
from pipeline import alarm
from pipeline.errors import BadConfig, GateClosed
from pipeline.frames import read_json
from pipeline.params import Params, load
from pipeline.paths import Paths

Place = tuple[Params, Paths]
FOUND = [
    Check("single", {}, (Finding("single", "trade_x", 0.97, 0.9, "'trade_x' alone tells"),)),
    Check("gap", {}, (Finding("gap", None, 9, 0, "a fold learns"),)),
]


def with_notes(*notes: dict[str, Any]) -> Params:
    return Params.model_validate({"evaluate": {"leaks": {"acknowledged": list(notes)}}})


def test_a_run_leaves_what_the_alarm_looked_at(finished: Place) -> None:
    told = read_json(finished[1].report / "leaks.json")
    assert told["findings"] == []
    assert set(told["checks"]) == {"gap", "recompute", "single", "missing", "fading", "jump", "shuffled"}
    assert len(told["checks"]["recompute"]["dates"]) == 3
    assert told["checks"]["recompute"]["rows"] > 100
    assert told["checks"]["gap"]["the calibration"]["asked"] == "2023-02-28"


def test_a_value_of_the_store_that_the_records_do_not_give_stops_the_run(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    plain = alarm.store.matrix

    def later(paths: Paths, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        rows, X = plain(paths, split)
        return rows, X.assign(trade_days_since_order=X["trade_days_since_order"] - 1)

    monkeypatch.setattr(alarm.store, "matrix", later)
    with pytest.raises(
        GateClosed, match="'recompute' found that 'trade_days_since_order' depends on"
    ) as stop:
        alarm.run(params, paths)
    assert stop.value.exit_code == 14
    told = read_json(paths.report / "leaks.json")
    assert [one["feature"] for one in told["findings"]] == ["trade_days_since_order"]
    assert told["findings"][0]["acknowledged"] is None

    text = (paths.root / "params.yaml").read_text("utf-8")
    note = "{check: recompute, feature: trade_days_since_order, reason: counted from the delivery}"
    evaluate = "evaluate: {resamples: 100, leaks: {acknowledged: [" + note + "]}}"
    (paths.root / "params.yaml").write_text(text.replace("evaluate: {resamples: 100}", evaluate))
    alarm.run(load(paths), paths)
    told = read_json(paths.report / "leaks.json")
    assert told["findings"][0]["acknowledged"] == "counted from the delivery"


def test_a_walked_model_without_its_gap_stops_the_run(workplace: Place) -> None:
    params, paths = workplace
    day = pd.Timestamp("2023-01-31").date()
    walked = [Split("the model of 2023-03-31", (day,), pd.Timestamp("2023-03-31").date())]
    with pytest.raises(
        GateClosed, match="'gap' found that the model of 2023-03-31 learns labels of 2023-01-31"
    ):
        alarm.run(params, paths, walked)


def test_a_note_covers_its_check_its_feature_and_its_dataset() -> None:
    why = {"reason": "a contract says so"}
    for notes, left in (
        ([], ["trade_x", None]),
        ([{"check": "single", "feature": "trade_x", **why}], [None]),
        ([{"check": "single", **why}, {"check": "gap", **why}], []),
        ([{"check": "single", "feature": "trade_y", **why}], ["trade_x", None]),
        ([{"check": "missing", "feature": "trade_x", **why}], ["trade_x", None]),
        ([{"check": "single", "dataset": "acme", **why}], [None]),
        ([{"check": "single", "dataset": "other", **why}], ["trade_x", None]),
    ):
        _, alarms = alarm.judged(with_notes(*notes), "acme", FOUND)
        assert [finding.feature for finding in alarms] == left, notes


def test_a_note_that_nothing_needs_is_told() -> None:
    note = {"check": "jump", "reason": "prices rose in May"}
    told, _ = alarm.judged(with_notes(note), "acme", FOUND)
    assert [one["reason"] for one in told["not_found"]] == ["prices rose in May"]


@pytest.mark.parametrize(
    "note", ["{check: single}", "{check: single, reason: ''}", "{check: odd, reason: none at all}"]
)
def test_a_note_without_a_reason_or_a_check_is_refused(workplace: Place, note: str) -> None:
    _, paths = workplace
    (paths.root / "params.yaml").write_text("evaluate: {leaks: {acknowledged: [" + note + "]}}\n")
    with pytest.raises(BadConfig, match="acknowledged"):
        load(paths)
