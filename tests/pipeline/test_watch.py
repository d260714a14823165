"""``watch`` on a finished run: what it says, what it writes, and what it makes of records that were broken."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from models.notices import Notice
from pipeline import build, cli, hindsight, publishing, store, watch, watched
from pipeline.errors import BadRecords, GateClosed, MissingInput
from pipeline.fitted import Served
from pipeline.frames import read_arrow, read_json, read_parquet, to_arrow, write_parquet, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]
FAMILY = SimpleNamespace(family="boosted")
LOOKED = {"check": "units", "about": "trade.amount", "verdict": "look", "words": "Ten times.", "figures": {}}


def notice(content: dict, check: str, about: str) -> dict:
    return next(one for one in content["notices"] if (one["check"], one["about"]) == (check, about))


def change(paths: Paths, table: str, how: Callable[[pa.Table], pa.Table]) -> None:
    write_parquet(paths.table(table), how(read_arrow(paths.table(table))))
    paths.ingested.unlink(missing_ok=True)


def last_day(paths: Paths) -> date:
    day: date = pc.max(read_arrow(paths.table("trade"), columns=["ordered_at"])["ordered_at"]).as_py().date()
    return day


def test_every_check_says_something_and_a_second_watch_says_the_same(workplace: Place) -> None:
    params, paths = workplace
    told = watch.run(params, paths)
    assert {one["check"] for one in told["notices"]} >= {
        "labels", "performance", "inputs", "predictions", "customers", "values", "sources", "units",
    }  # fmt: skip
    files = [paths.report / "watch.json", paths.report / "watch.html"]
    first = [file.read_bytes() for file in files]
    assert read_json(files[0]) == told
    watch.run(params, paths)
    assert [file.read_bytes() for file in files] == first
    page = first[1].decode()
    assert "default-src &#39;none&#39;" in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_was_promised_is_read_as_it_was_written(tmp_path: Path) -> None:
    paths, served = Paths(tmp_path, "acme"), cast(Served, SimpleNamespace(hash="1" * 64, fit=FAMILY))
    figures = {"log_loss": {"value": 0.25}}
    write_sealed(paths.certificate, {"model": served.hash})
    metrics = paths.report / "metrics.json"
    write_sealed(metrics, {"families": {"boosted": {"pooled": figures}}})
    assert hindsight._promised(paths, served) == figures
    metrics.write_bytes(metrics.read_bytes().replace(b"0.25", b"0.35"))
    with pytest.raises(BadRecords, match="forewarn evaluate --dataset acme"):
        hindsight._promised(paths, served)


def test_broken_records_are_named_and_are_no_reason_to_retrain(workplace: Place) -> None:
    params, paths = workplace
    day = last_day(paths)
    month = pd.Timestamp(day - timedelta(days=27))

    def kilograms(rows: pa.Table) -> pa.Table:
        late = pc.greater_equal(rows["ordered_at"], pa.scalar(month, rows["ordered_at"].type))
        changed = pc.if_else(late, pc.multiply(rows["quantity"], 1000.0), rows["quantity"])
        place = rows.column_names.index("quantity")
        return rows.set_column(place, rows.schema.field(place), changed)

    change(paths, "trade", kilograms)
    contacts = "interaction"
    change(
        paths,
        contacts,
        lambda rows: rows.filter(pc.less(rows["occurred_at"], pa.scalar(month, rows["occurred_at"].type))),
    )
    paths.table("service").unlink()
    told = watch.run(params, paths, day)
    assert told["verdict"] == "look"
    assert notice(told, "units", "trade.quantity")["verdict"] == "look"
    assert notice(told, "units", "trade.quantity")["figures"]["times"] == pytest.approx(1000, rel=0.2)
    assert "No record for" in notice(told, "sources", contacts)["words"]
    assert "There are no records" in notice(told, "sources", "service")["words"]
    assert notice(told, "inputs", "service, unknown")["verdict"] == "look"


def test_a_new_segment_is_named_and_cannot_write_into_the_page(workplace: Place) -> None:
    params, paths = workplace
    evil = "<script>alert(1)</script>"
    tomorrow = last_day(paths) + timedelta(days=1)

    def renamed(rows: pa.Table) -> pa.Table:
        newest = rows.to_pandas(date_as_object=False).drop_duplicates("customer_id", keep="last")
        some = newest.iloc[::4].assign(segment=evil, known_at=pd.Timestamp(tomorrow))
        return pa.concat_tables([rows, pa.Table.from_pandas(some, schema=rows.schema, preserve_index=False)])

    change(paths, "customers", renamed)
    told = watch.run(params, paths, tomorrow)
    assert notice(told, "values", "customers.segment")["verdict"] == "retrain"
    page = (paths.report / "watch.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert evil not in page


@pytest.mark.parametrize(("times", "verdict"), [(1.0, "nothing"), (0.1, "retrain")])
def test_past_lists_are_judged_by_what_then_happened(workplace: Place, times: float, verdict: str) -> None:
    params, paths = workplace
    params = params.model_copy(update={"watch": params.watch.model_copy(update={"leavers": 3, "level": 3.0})})
    chosen = read_json(paths.champion)
    said = read_parquet(paths.report / "predictions.parquet")
    mine = said[said["family"] == chosen["family"]]
    # Two lists as they would have been on the test dates, of probabilities that come true, or of a tenth of them.
    for day, rows in mine.groupby("as_of"):
        p = np.full(len(rows), rows["label"].mean() * times)
        told = rows[["customer_id", "as_of"]].assign(p_churn=p, model=chosen["model"])
        publishing.publish(paths, day.date(), {publishing.SCORES: to_arrow(told)}, {}, {})
    content = watch.run(params, paths)
    assert [one["as_of"] for one in content["lists"]] == sorted({str(day.date()) for day in mine["as_of"]})
    level = notice(content, "performance", f"list of {content['lists'][-1]['as_of']}, level")
    assert level["verdict"] == verdict
    assert level["figures"]["level"]["value"] == pytest.approx(1 / times)
    assert content["lists"][-1]["level"]["value"] == pytest.approx(1 / times)
    assert "unknown to unknown" not in (paths.report / "watch.html").read_text("utf-8")


def test_lists_of_a_former_model_are_told_and_ask_for_a_look_at_most(workplace: Place) -> None:
    params, paths = workplace
    params = params.model_copy(update={"watch": params.watch.model_copy(update={"leavers": 3})})
    said = read_parquet(paths.report / "predictions.parquet")
    day = said["as_of"].max()
    rows = said[said["as_of"] == day].drop_duplicates("customer_id")[["customer_id"]]
    told = to_arrow(rows.assign(as_of=day, p_churn=0.9, model="0" * 64))
    publishing.publish(
        paths, day.date(), {publishing.SCORES: told}, {"model": {"hash": "0" * 64, "version": "7"}}, {}
    )
    content = watch.run(params, paths)
    assert [(one["as_of"], one["version"]) for one in content["lists"]] == [(str(day.date()), "7")]
    level = notice(content, "performance", f"list of {day.date()} by version 7, level")
    assert level["verdict"] == "look"
    assert "retrain" not in [one["verdict"] for one in content["notices"] if one["check"] == "performance"]
    assert notice(content, "performance", "lists")["verdict"] == "nothing"
    assert "<td>version 7</td>" in (paths.report / "watch.html").read_text("utf-8")


def test_what_the_model_of_a_batch_learned_from_is_told_by_its_release(workplace: Place) -> None:
    paths = workplace[1]
    about = read_json(publishing.published(paths, last_day(paths)) / publishing.MANIFEST)["model"]
    learned = max(read_json(paths.champion)["dates"])
    assert hindsight._learned_to(paths, about) == date.fromisoformat(learned)
    shutil.rmtree(paths.model / "released")
    assert hindsight._learned_to(paths, about) is None


def test_a_store_made_anew_for_a_challenger_makes_the_model_that_serves_no_younger(workplace: Place) -> None:
    params, paths = workplace
    before = watch.run(params, paths)["trained"]
    cohort = store.cohort(paths)
    newest = cohort[cohort["as_of"] == cohort["as_of"].max()]
    later = newest.assign(as_of=newest["as_of"] + pd.Timedelta(days=31), split="train")
    store.write_cohort(paths, pd.concat([cohort, later]))
    assert watch.run(params, paths)["trained"] == before


def test_a_store_without_a_date_of_the_model_that_serves_is_refused_in_one_sentence(workplace: Place) -> None:
    params, paths = workplace
    cohort = store.cohort(paths)
    store.write_cohort(paths, cohort.assign(as_of=cohort["as_of"] + pd.Timedelta(days=2000)))
    with pytest.raises(MissingInput, match="learned of nothing after"):
        watch.run(params, paths)


def test_a_store_built_without_a_source_of_the_model_is_watched_and_the_source_named(
    workplace: Place,
) -> None:
    params, paths = workplace
    paths.table("service").unlink()
    paths.ingested.unlink()
    build.run(params, paths)
    assert all(entry["source"] != "service" for entry in store.catalogue(paths)["features"])
    told = watch.run(params, paths)
    assert notice(told, "inputs", "service, unknown")["verdict"] == "look"
    assert "There are no records" in notice(told, "sources", "service")["words"]
    assert {one["source"] for one in told["features"]} >= {"service", "trade"}


def test_the_command_tells_the_verdict_and_fails_only_where_it_is_asked_to(
    workplace: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, paths = workplace
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    asked = ["watch", "--dataset", paths.dataset]
    change(paths, "interaction", lambda rows: rows.slice(0, len(rows) // 2))
    assert cli.main([*asked, "--fail-on", "look"]) == 14
    said = capsys.readouterr()
    assert said.out.startswith("look: as of ")
    assert "says 'look'" in said.err


def test_a_verdict_fails_where_it_is_as_grave_as_asked() -> None:
    content = {"dataset": "d", "as_of": "2024-01-31", "verdict": "look", "notices": [LOOKED]}
    watch.demand(content, None)
    watch.demand(content, "retrain")
    with pytest.raises(
        GateClosed, match=r"says 'look' as of 2024-01-31; look: units, trade.amount: Ten times"
    ):
        watch.demand(content, "look")


def test_plans_ahead_do_not_make_the_last_day(workplace: Place) -> None:
    _, paths = workplace
    before = watched.newest(paths)
    someday = pa.scalar(date(2099, 1, 1), pa.date32())

    def planned(rows: pa.Table) -> pa.Table:
        place = rows.column_names.index("planned_on")
        ahead = pc.if_else(pc.is_valid(rows["planned_on"]), someday, rows["planned_on"])
        return rows.set_column(place, rows.schema.field(place), ahead)

    change(paths, "milestones", planned)
    assert watched.newest(paths) == before


def test_faults_of_records_come_before_a_retraining() -> None:
    moved = Notice("inputs", "trade", "retrain", "All moved.")
    fault = Notice("units", "trade.amount", "look", "A hundred times.")
    assert watch.held_back([moved]) == [moved]
    held = watch.held_back([moved, fault])
    assert [one.verdict for one in held] == ["look", "look"]
    assert "mend them before a retraining" in held[0].words
