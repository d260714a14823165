"""``score`` where records that the model reads have not come: refused in one sentence, or scored and said."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline import bundle, cli, late, publishing, released, score, tracking
from pipeline.errors import MissingInput, TooLittleData
from pipeline.frames import read_arrow, read_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths

LAST = date(2023, 9, 27)
Place = tuple[Params, Paths]
READ = ("customers", "trade", "interaction", "service", "finance", "milestones", "contracts")


def change(paths: Paths, table: str, how: Callable[[pa.Table], pa.Table]) -> None:
    write_parquet(paths.table(table), how(read_arrow(paths.table(table))))
    paths.ingested.unlink(missing_ok=True)


def before(day: date, column: str) -> Callable[[pa.Table], pa.Table]:
    """Keep the rows that happened before a day."""
    end = pa.scalar(datetime.combine(day, datetime.min.time()), pa.timestamp("us"))
    return lambda rows: rows.filter(pc.less(pc.cast(rows[column], pa.timestamp("us")), end))


def found(place: Place, as_of: date) -> late.Late:
    params, paths = place
    files = released.files(paths, released.named(paths, tracking.CHAMPION))
    return late.late(params, paths, as_of, READ, bundle.dates(files))


def test_complete_records_are_late_on_no_day(finished: Place) -> None:
    for days in (*range(40), 90, 180, 365, 730):
        assert found(finished, LAST - timedelta(days=days)) == {}
    assert "late" not in read_json(finished[1].batch(LAST) / publishing.MANIFEST)


def test_a_day_long_after_the_records_is_refused(workplace: Place) -> None:
    params, paths = workplace
    day = LAST + timedelta(days=30)
    with pytest.raises(
        MissingInput, match=r"'trade', which the model reads, has no record since 2023-09-27 \(30 days"
    ):
        score.run(params, paths, day)
    assert not paths.batch(day).exists()


def test_orders_that_stopped_weeks_before_the_day_are_refused(workplace: Place) -> None:
    params, paths = workplace
    stands = paths.batch(LAST).resolve()
    change(paths, "trade", before(LAST - timedelta(weeks=5), "ordered_at"))
    with pytest.raises(
        MissingInput, match=rf"The records of {LAST} are not there yet: the table 'trade'.*--anyway"
    ):
        score.run(params, paths, LAST)
    assert paths.batch(LAST).resolve() == stands


def test_an_empty_source_is_refused_by_exit_12_and_scored_anyway(
    workplace: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, paths = workplace
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    change(paths, "interaction", lambda rows: rows.slice(0, 0))
    asked = ["score", "--dataset", paths.dataset, "--as-of", str(LAST), "--log", "none"]
    assert cli.main(asked) == 12
    said = "the table 'interaction', which the model reads, has no record that was known by then"
    assert said in capsys.readouterr().err
    for state in ("scored", "unchanged since they were scored"):
        assert cli.main([*asked, "--anyway"]) == 0
        told = capsys.readouterr()
        assert f"customers {state} as of" in told.out
        assert told.err == f"As of {LAST} {said}; it was scored anyway.\n"
    assert read_json(paths.batch(LAST) / publishing.MANIFEST)["late"] == {"interaction": {"last": None}}
    assert cli.main(asked) == 12  # that it was scored anyway once makes nobody sure of it


def test_a_past_day_in_a_pause_of_a_source_is_no_late_one(workplace: Place) -> None:
    begin, end = date(2023, 7, 1), date(2023, 8, 10)

    def paused(rows: pa.Table) -> pa.Table:
        days = pc.cast(rows["occurred_at"], pa.date32())
        inside = pc.and_(pc.greater_equal(days, pa.scalar(begin)), pc.less(days, pa.scalar(end)))
        return rows.filter(pc.invert(inside))

    change(workplace[1], "interaction", paused)
    assert found(workplace, date(2023, 8, 9)) == {}


def test_a_table_all_of_which_became_known_after_the_day_is_late(workplace: Place) -> None:
    after = pa.scalar(datetime.combine(LAST + timedelta(days=1), datetime.min.time()), pa.timestamp("us"))

    def stamped(rows: pa.Table) -> pa.Table:
        kept = rows.drop_columns([name for name in ("known_at",) if name in rows.column_names])
        return kept.append_column("known_at", pa.repeat(after, len(rows)))

    change(workplace[1], "service", stamped)
    assert found(workplace, LAST) == {"service": {"last": None}}


def test_a_table_that_spark_reads_elsewhere_is_not_looked_at(workplace: Place) -> None:
    params, paths = workplace
    change(paths, "service", lambda rows: rows.slice(0, 0))
    told = params.dataset.model_copy(update={"tables": {"service": "s3://somewhere"}})
    assert found((params.model_copy(update={"dataset": told}), paths), LAST) == {}


def test_of_a_day_before_the_orders_it_is_said_that_nobody_can_be_asked_about(workplace: Place) -> None:
    params, paths = workplace
    with pytest.raises(TooLittleData, match="2019-01-01"):
        score.run(params, paths, date(2019, 1, 1))
