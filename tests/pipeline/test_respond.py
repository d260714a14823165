"""``forewarn respond``: a day of the desk appears whole or not at all, and the log and the page follow it."""

import importlib
import inspect
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from pipeline import journal, lifetime, publishing, respond
from pipeline.desk import frames, parts
from pipeline.errors import BadRecords, MissingInput, TooLittleData
from pipeline.frames import plain, read_json
from pipeline.params import Params
from pipeline.paths import Paths
from tests.pipeline import desked

Place = tuple[Params, Paths, date]


@pytest.fixture
def place(tmp_path: Path, made: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A made company that was scored; the parts of its desk give the frames of ``desked``."""
    paths = made.outputs(tmp_path)

    def of_day(part: parts.Part, params: Params, paths: Paths, as_of: date, known: Any) -> Any:
        return desked.made(known["scores"], as_of)[part.name] if part.published else None

    monkeypatch.setattr(parts.Part, "made", of_day)
    return made.params(), paths, made.SCORED


def failing(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Have one part of the desk raise ``error``."""
    before: Callable[..., Any] = parts.Part.made

    def of_day(part: parts.Part, *told: Any) -> Any:
        if part.name == name:
            raise error
        return before(part, *told)

    monkeypatch.setattr(parts.Part, "made", of_day)


def there(paths: Paths) -> dict[str, int]:
    """Every file of the desk and the page, with when it was written."""
    files = [path for path in (paths.folder / "desk").rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path): path.stat().st_mtime_ns for path in [*files, paths.report / "desk.html"]}


def test_a_day_is_published_with_its_frames_log_and_page(place: Place) -> None:
    params, paths, day = place
    told = respond.run(params, paths, day)
    made = frames.read(paths, day)
    assert set(made) == set(frames.SCHEMAS)
    assert told.manifest["rows"] == {name: len(frame) for name, frame in made.items()}
    kinds = [event.kind for event in journal.events(paths)]
    assert kinds.count("alert_opened") == len(made["alerts"])
    # Each plan in the budget, and each that chance drew to be left alone.
    wanted = made["plans"]["chosen"] | made["plans"]["held_out"]
    assert kinds.count("planned") == int(wanted.sum())
    text = (paths.report / "desk.html").read_text("utf-8")
    assert text.count('<article class="one"') == len(made["alerts"])
    assert told.lines[0].startswith(f"The desk of {day}: {len(made['alerts'])} open alerts, ")


def test_the_same_day_again_writes_nothing_and_says_so(place: Place) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    before = there(paths)
    again = respond.run(params, paths, day)
    assert not again.fresh
    assert again.lines[0].startswith("Nothing changed")
    assert there(paths) == before


def test_other_settings_are_another_desk(place: Place) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    other = params.model_copy(update={"desk": params.desk.model_copy(update={"customers": 2})})
    assert respond.run(other, paths, day).fresh
    assert (paths.report / "desk.html").read_text("utf-8").count('<article class="one"') == 2


def test_a_part_that_cannot_be_made_is_empty_and_the_manifest_says_why(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths, day = place
    failing(monkeypatch, "patterns", TooLittleData("Too few orders to tell a rhythm."))
    told = respond.run(params, paths, day)
    assert told.manifest["absent"] == {"patterns": "Too few orders to tell a rhythm."}
    assert frames.read(paths, day)["patterns"].empty
    assert list(frames.read(paths, day)["patterns"]) == list(frames.SCHEMAS["patterns"])
    assert "Too few orders to tell a rhythm." in (paths.report / "desk.html").read_text("utf-8")


def test_an_alert_of_a_customer_that_nobody_sees_any_more_has_not_recovered(
    place: Place, made: ModuleType
) -> None:
    params, paths, day = place
    calm = desked.made(made.batch(paths, day), day)
    well = calm["health"].loc[
        ~calm["health"]["customer_id"].isin(calm["alerts"]["customer_id"]), "customer_id"
    ]
    before = pd.DataFrame(
        {"alert_id": ["a1", "a2"], "customer_id": [well.iloc[0], "C9999"], "level": ["red", "red"]}
    )
    journal.opened(paths, before, day - timedelta(days=120))
    respond.run(params, paths, day)
    alerts = journal.book(paths).alerts
    assert [alerts[name].closed_because for name in ("a1", "a2")] == ["recovered", "unseen"]
    for name, said in (("a1", "has recovered"), ("a2", "a case for winning back")):
        assert said in lifetime.run(params, paths, name)


def test_a_day_without_the_part_alerts_closes_no_alert(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    opened = len(journal.events(paths))
    failing(monkeypatch, "alerts", MissingInput("The feature store is missing."))
    other = params.model_copy(update={"desk": params.desk.model_copy(update={"months": 6})})
    assert respond.run(other, paths, day).manifest["absent"] == {"alerts": "The feature store is missing."}
    assert len(journal.events(paths)) == opened


def test_without_health_there_is_no_say_about_alerts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths, day = place
    failing(monkeypatch, "health", TooLittleData("No date to hold it against."))
    assert set(respond.run(params, paths, day).manifest["absent"]) == {"health", "alerts"}
    assert [event for event in journal.events(paths) if event.kind.startswith("alert")] == []


def test_a_bug_in_a_part_leaves_the_desk_that_stood(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    before = there(paths)
    failing(monkeypatch, "plans", ZeroDivisionError("a bug"))
    other = params.model_copy(update={"desk": params.desk.model_copy(update={"months": 6})})
    with pytest.raises(ZeroDivisionError):
        respond.run(other, paths, day)
    assert there(paths) == before


def test_a_frame_without_a_declared_column_is_not_published(
    place: Place, monkeypatch: pytest.MonkeyPatch, made: ModuleType
) -> None:
    params, paths, day = place
    whole = desked.made(made.batch(paths, day), day)
    short = {**whole, "health": whole["health"].drop(columns="drop")}
    monkeypatch.setattr(desked, "made", lambda *_: short)
    with pytest.raises(KeyError, match="drop"):
        respond.run(params, paths, day)
    assert publishing.dates(paths, "desk") == []


def test_a_day_that_was_not_scored_is_refused_with_the_command_that_scores_it(place: Place) -> None:
    params, paths, _ = place
    with pytest.raises(MissingInput, match="forewarn score --dataset made --as-of 2024-09-29"):
        respond.run(params, paths, date(2024, 9, 29))


def test_a_damaged_desk_is_no_desk_and_is_made_again(place: Place) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    (paths.batch(day, "desk") / "plans.parquet").write_bytes(b"no table")
    with pytest.raises(BadRecords, match="forewarn respond --dataset made"):
        frames.read(paths, day)
    assert respond.run(params, paths, day).fresh
    assert len(frames.read(paths, day)["plans"]) > 0


def test_an_earlier_day_does_not_take_the_page_of_a_later_one(place: Place, made: ModuleType) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    text = (paths.report / "desk.html").read_text("utf-8")
    earlier = date(2024, 8, 31)
    made.published(paths, earlier, made.batch(paths, day).assign(as_of=pd.Timestamp(earlier)), {})
    told = respond.run(params, paths, earlier)
    assert "later day" in told.lines[-1]
    assert (paths.report / "desk.html").read_text("utf-8") == text


def test_what_the_page_and_the_log_do_not_hold_is_made_good_by_the_next_run(place: Place) -> None:
    params, paths, day = place
    respond.run(params, paths, day)
    told = [event.line() for event in journal.events(paths)]
    for path in paths.journal.iterdir():  # as if the run had died between publishing and the log
        path.unlink()
    (paths.report / "desk.html").unlink()
    respond.run(params, paths, day)
    assert [event.line() for event in journal.events(paths)] == told
    assert (paths.report / "desk.html").exists()


def test_every_part_is_a_module_with_what_it_is_asked_for() -> None:

    for part in parts.PARTS:
        module = importlib.import_module(f"pipeline.{part.module or part.name}")
        told = list(inspect.signature(getattr(module, part.function)).parameters)
        assert told[:3] == ["params", "paths", "as_of"]
        assert len(told) >= 3 + len(part.needs)
    assert [part.name for part in parts.PARTS if part.published] == list(frames.SCHEMAS)


@pytest.mark.slow
def test_the_desk_of_a_finished_run_holds_together(workplace: tuple[Params, Paths]) -> None:
    params, paths = workplace
    day = publishing.dates(paths)[-1]
    manifest = respond.run(params, paths, day).manifest
    assert manifest["absent"] == {}
    assert plain(manifest) == read_json(paths.batch(day, "desk") / "manifest.json")
    made = frames.read(paths, day)
    asked = set(made["values"]["customer_id"])
    assert set(made["plans"]["customer_id"]) <= asked
    assert set(made["plans"].dropna(subset=["alert_id"])["alert_id"]) <= set(made["alerts"]["alert_id"])
    assert not (made["plans"]["chosen"] & made["plans"]["held_out"]).any()
    assert made["health"]["health"].between(0, 100).all()
    assert not respond.run(params, paths, day).fresh
