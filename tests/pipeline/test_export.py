"""A scored day for other programs: the same columns always, no formula in a sheet, no half-new day anywhere."""

import csv
import io
import json
import os
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import cli, export, publishing, sheets
from pipeline.errors import BadConfig, BadRecords, CannotWrite, MissingInput, Refusal, Usage
from pipeline.export import Wanted
from pipeline.frames import read_arrow, read_parquet
from pipeline.paths import ROOT, Paths

AS_OF = date(2024, 9, 30)
VARIABLE = "FOREWARN_TEST_DSN"


@pytest.fixture
def paths(tmp_path: Path, made: ModuleType) -> Paths:
    """A scored day of three customers, whose probabilities are .5, .2 and .9."""
    there = Paths(tmp_path, "made")
    scored(there, made, np.array([0.5, 0.2, 0.9]))
    return there


def scored(paths: Paths, made: ModuleType, p: np.ndarray, customers: list[str] | None = None) -> None:
    rows = made.scores(AS_OF, p, np.full(len(p), 0.25), 5)
    if customers:
        rows["customer_id"] = customers
    made.published(paths, AS_OF, rows, {})


def sheet(paths: Paths) -> list[dict[str, str]]:
    export.run(paths, AS_OF, Wanted("csv"))
    text = (paths.folder / "export" / f"scores-{AS_OF}.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# What is in it


def test_a_row_is_a_customer_and_its_parts_add_up(paths: Paths) -> None:
    first = sheet(paths)[0]
    assert (first["customer_id"], first["as_of"], first["dataset"]) == ("C0000", "2024-09-30", "made")
    assert float(first["p_churn"]) == 0.5
    assert float(first["p_gone"]) + float(first["p_going"]) == 0.5  # a quarter of it is gone: .125 and .375
    parts = json.loads(first["contributions"])
    assert float(first["base"]) + sum(parts.values()) == pytest.approx(0.5)
    assert json.loads(first["reasons"])[0]["zh"] == "近90天订单数"


def test_the_page_of_the_reference_names_every_column_in_its_order() -> None:
    page = (ROOT / "docs" / "reference" / "output.md").read_text("utf-8")
    named = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert named == export.SCHEMA.names


def test_without_a_departure_rule_the_columns_are_the_same_and_two_are_empty(
    paths: Paths, made: ModuleType
) -> None:
    rows = pa.Table.from_pandas(made.scores(AS_OF, np.array([0.5]), None, 5), preserve_index=False)
    told = export.flat(rows, "made")
    assert told.schema == export.SCHEMA
    assert (told["p_gone"].to_pylist(), told["p_going"].to_pylist()) == ([None], [None])


def test_the_parquet_holds_what_the_sheet_holds_and_the_same_day_gives_the_same_bytes(paths: Paths) -> None:
    out = paths.root / "elsewhere" / "day.parquet"
    export.run(paths, AS_OF, Wanted("parquet", out))
    before, rows = out.read_bytes(), read_parquet(out)
    assert list(rows.columns) == export.SCHEMA.names
    assert rows["reasons"].tolist() == [row["reasons"] for row in sheet(paths)]
    export.run(paths, AS_OF, Wanted("parquet", out))
    assert out.read_bytes() == before


def test_scores_that_are_not_those_that_were_published_are_not_handed_on(paths: Paths) -> None:
    pq.write_table(pa.table({"customer_id": ["C1"]}), paths.batch(AS_OF) / "scores.parquet")
    with pytest.raises(BadRecords, match="is not as it was published"):
        export.run(paths, AS_OF, Wanted("csv"))


def test_a_day_that_was_not_scored_names_the_command_that_scores_it(paths: Paths) -> None:
    with pytest.raises(MissingInput, match="forewarn score --dataset made --as-of 2023-01-01"):
        export.run(paths, date(2023, 1, 1), Wanted("csv"))


# Everybody else


@pytest.fixture
def whole(paths: Paths) -> Paths:
    """The same day with two customers that were not scored, one of them new."""
    others = pa.table(
        {
            "customer_id": ["N2", "N1"],
            "as_of": pa.array([AS_OF] * 2, pa.date32()),
            "reason": ["silent for too long", "one purchase only"],
            "fallback": pa.array([None, "no second purchase, by age"], pa.string()),
            "p_no_second": [None, 0.4],
        }
    )
    scores = read_arrow(publishing.published(paths, AS_OF) / publishing.SCORES)
    publishing.publish(paths, AS_OF, {publishing.SCORES: scores, publishing.UNSCORED: others}, {}, {})
    return paths


def test_who_was_not_scored_is_handed_on_with_the_reason_and_the_fallback(whole: Paths) -> None:
    said = export.run(whole, AS_OF, Wanted("csv", rows="unscored"))
    lines = (whole.folder / "export" / f"unscored-{AS_OF}.csv").read_bytes().decode().split("\r\n")
    assert said.startswith("2 customers")
    assert lines[0] == '"dataset","as_of","customer_id","reason","fallback","p_no_second"'
    assert lines[1] == '"made",2024-09-30,"N1","one purchase only","no second purchase, by age",0.4'
    assert lines[2] == '"made",2024-09-30,"N2","silent for too long",,'


def test_scored_and_unscored_together_are_every_customer_once(whole: Paths) -> None:
    for rows in export.ROWS:
        export.run(whole, AS_OF, Wanted("parquet", rows=rows))
    told = [
        pq.read_table(whole.folder / "export" / f"{name}-{AS_OF}.parquet") for name in ("scores", "unscored")
    ]
    assert told[1].schema == export.UNSCORED
    ids = [customer for table in told for customer in table.column("customer_id").to_pylist()]
    assert sorted(ids) == ["C0000", "C0001", "C0002", "N1", "N2"]


# Sheets


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "＝1+1", "＋1",
        "－1", "＠x", "=HYPERLINK(\"http://a\",\"b\")", "-2+3+cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_compute_is_a_text(text: str) -> None:
    assert sheets.harmless(text).startswith("'")


def test_a_sign_behind_another_separator_is_a_text_too() -> None:
    # A spreadsheet that was told ';' cuts the cell there, whatever its quotes.
    assert sheets.harmless("North;=1+1") == "North;'=1+1"
    assert sheets.harmless("two\nlines\n@x") == "two\nlines\n'@x"


@pytest.mark.parametrize("text", ["C-17", "a=b", "x@y.org", "O'Neill", "", "50 %", "北京-上海"])
def test_a_text_that_nobody_computes_stays_as_it_is(text: str) -> None:
    assert sheets.harmless(text) == text


def test_numbers_stay_numbers_and_texts_of_digits_stay_texts() -> None:
    rows = pa.table({"p": [-0.25, None, 1e-9], "id": ["-5", None, "007"], "n": [-3, 0, 7]})
    lines = sheets.csv_bytes(rows).decode().split("\r\n")
    assert lines == ['"p","id","n"', '-0.25,"\'-5",-3', ",,0", '1e-09,"007",7', ""]


def test_customers_with_hostile_ids_come_back_from_the_sheet_as_one_cell_each(
    paths: Paths, made: ModuleType
) -> None:
    hostile = ['=cmd|"/c calc"!A1', "a,b\r\nc", "'quoted"]
    scored(paths, made, np.array([0.5, 0.2, 0.9]), hostile)
    told = [row["customer_id"].removeprefix("'") for row in sheet(paths)]
    assert sorted(told) == sorted(hostile)


# PostgreSQL


@pytest.fixture
def there(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A connection to the test's own server, which the environment variable VARIABLE names."""
    import psycopg

    monkeypatch.setenv(VARIABLE, postgres.dsn())
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS forewarn_scores, forewarn_scores_days")
        yield connection


def sent(paths: Paths) -> str:
    return export.run(paths, AS_OF, Wanted("postgres", dsn_from=VARIABLE))


def test_a_day_stands_in_the_database_once_however_often_it_is_sent(paths: Paths, there: Any) -> None:
    assert sent(paths) == "3 customers as of 2024-09-30 in table 'forewarn_scores'"
    assert sent(paths).endswith("are in table 'forewarn_scores' already, the same")
    rows = there.execute(
        "SELECT customer_id, p_churn, jsonb_array_length(reasons), contributions ? 'demand' FROM forewarn_scores "
        "ORDER BY customer_id"
    ).fetchall()
    assert rows == [("C0000", 0.5, 4, True), ("C0001", 0.2, 4, True), ("C0002", 0.9, 4, True)]
    assert there.execute("SELECT customers FROM forewarn_scores_days").fetchall() == [(3,)]


def test_a_day_that_was_scored_again_takes_the_place_of_the_old_one(
    paths: Paths, made: ModuleType, there: Any
) -> None:
    sent(paths)
    scored(paths, made, np.array([0.1, 0.2]))
    sent(paths)
    assert there.execute("SELECT p_churn FROM forewarn_scores ORDER BY customer_id").fetchall() == [
        (0.1,),
        (0.2,),
    ]


def test_a_row_that_the_database_refuses_leaves_the_old_day_whole(
    paths: Paths, made: ModuleType, there: Any
) -> None:
    sent(paths)
    there.execute("ALTER TABLE forewarn_scores ADD CHECK (p_churn > 0.15)")
    scored(paths, made, np.array([0.5, 0.2, 0.1]))
    with pytest.raises(CannotWrite, match="nothing was changed"):
        sent(paths)
    assert there.execute("SELECT count(*), min(p_churn) FROM forewarn_scores").fetchone() == (3, 0.2)


def test_a_reader_in_the_middle_sees_the_day_as_it_was(paths: Paths, made: ModuleType, there: Any) -> None:
    sent(paths)
    with there.transaction():
        there.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = there.execute("SELECT sum(p_churn) FROM forewarn_scores").fetchone()
        scored(paths, made, np.array([0.1, 0.2]))
        sent(paths)
        assert there.execute("SELECT sum(p_churn) FROM forewarn_scores").fetchone() == before


def test_hostile_ids_are_values_and_no_sql(paths: Paths, made: ModuleType, there: Any) -> None:
    hostile = ["'; DROP TABLE forewarn_scores; --", "\\N", "a\tb\nc"]
    scored(paths, made, np.array([0.5, 0.2, 0.9]), hostile)
    sent(paths)
    told = there.execute("SELECT customer_id FROM forewarn_scores").fetchall()
    assert sorted(told) == sorted((one,) for one in hostile)


# Secrets


def test_a_wrong_password_is_never_repeated(
    paths: Paths, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres.dsn(password="sesame-4711"))
    with pytest.raises(CannotWrite, match="password authentication failed") as caught:
        sent(paths)
    assert "sesame-4711" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "dsn", ["host=h password='sesame-4711", "postgresql://u:sesame-4711@h:port/x", "sesame-4711"]
)
def test_a_dsn_that_is_none_is_refused_without_being_repeated(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    monkeypatch.setenv(VARIABLE, dsn)
    with pytest.raises(Refusal) as caught:
        sent(paths)
    assert "sesame-4711" not in str(caught.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://keeper:hunter@SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:hunter/SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:hunter?SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:hunter#SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:hunter[SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:hunter？SECRETpart@db.invalid:5432/crm",
        "postgresql://keeper:SECRETpart/crm",
        "host=db.invalid port=SECRETpart",
    ],
)
def test_a_dsn_that_can_be_read_in_two_ways_is_refused_before_anybody_is_asked(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    monkeypatch.setenv(VARIABLE, dsn)
    monkeypatch.setattr("psycopg.connect", lambda *_, **__: pytest.fail("somebody was asked"))
    with pytest.raises(BadConfig, match="write '@' as '%40'") as caught:
        sent(paths)
    assert "hunter" not in str(caught.value)
    assert "SECRETpart" not in str(caught.value)


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("postgresql://keeper:hunter%40SECRETpart@db:5432/crm", "no 'hunter@SECRETpart' here"),
        ("postgresql://keeper:SECRETpart@[::1]:5432/crm", "no 'SECRETpart' here"),
        ("postgresql://keeper:SECRETpart@one:5432,two:5433/crm", "no 'SECRETpart' here"),
        ("postgresql:///crm?host=/var/run/postgresql&password=SECRETpart", "no 'SECRETpart' here"),
        ("host=db password='SECRET@part' user=keeper", "no 'SECRET@part' here"),
        ("host=db sslpassword=SECRETpart", "no\n'SECRETpart' here"),
    ],
)
def test_whatever_a_database_says_is_told_without_the_password(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, dsn: str, said: str
) -> None:
    import psycopg

    def refusing(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(said)

    monkeypatch.setenv(VARIABLE, dsn)
    monkeypatch.setattr("psycopg.connect", refusing)
    with pytest.raises(CannotWrite, match=r"\(no '\.\.\.' here\)"):
        sent(paths)


def test_a_dsn_on_the_command_line_is_refused_without_being_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["export", "--dataset", "made", "--as-of", "2024-09-30", "--to", "postgres"]
    with pytest.raises(SystemExit):
        cli.main([*words, "--dsn-from", "postgresql://u:sesame-4711@h/x"])
    assert "sesame-4711" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted("csv", dsn_from="X"), "are for postgres"),
        (Wanted("postgres", out=Path("x")), "is for csv and parquet"),
        (Wanted("postgres", dsn_from=VARIABLE, table='x"; DROP'), "'--table' wants a name"),
        (Wanted("postgres", dsn_from="FOREWARN_NOT_SET"), "'FOREWARN_NOT_SET' is not set"),
    ],
)
def test_what_does_not_fit_is_refused(paths: Paths, wanted: Wanted, sentence: str) -> None:
    os.environ.pop("FOREWARN_NOT_SET", None)
    with pytest.raises((Usage, MissingInput), match=sentence):
        export.run(paths, AS_OF, wanted)
