"""Customs records with names on paper: what ingest makes of them, and who may overrule it."""

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import cli, graph, ingest, names
from pipeline.errors import BadConfig, BadRecords, MissingInput, Refusal, Usage
from pipeline.params import Params, load
from pipeline.paths import Paths

CUSTOMERS = """\
customer_id,name,since_on
C1,宁波永新机械有限公司,2020-01-01
C2,Adler Tooling GmbH,2020-01-01
C3,Adler Tooling GmbH,2024-03-01
C4,Kessler & Voss Dairy AG,2024-04-01
"""
TRADE = "order_id,customer_id,ordered_at,product_id,quantity,amount\nO1,C1,2024-01-05,P1,1,10.00\n"
HEADER = "record_id,importer,shipped_on,product_line,supplier,value,known_at"
IMPORTS = f"""\
{HEADER}
R1,"Ningbo Yongxin Machinery Co., Ltd",2024-01-05,A,WALDMANN TECHNIK GMBH,100,2024-02-10
R2,ADLER TOOLING GMBH,2024-01-05,A,Norvik Supply,100,2024-02-10
R3,ADLER TOOLING GMBH,2024-01-05,A,Delta Valves Corp.,100,2024-03-10
R4,KESSLER & VOSS DAIRY AG,2024-01-05,A,Delta Valves Corp.,100,2024-02-10
R5,=Nobody Knows Ltd,2024-01-05,A,Delta Valves Corp.,100,2024-02-10
"""
SPEC: dict[str, Any] = {"company": {"names": ["Waldmann Technik GmbH"]}, "rivals": ["Norvik Supply"]}
TODAY = date(2024, 6, 30)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path, "acme")
    made.raw.mkdir(parents=True)
    (made.root / "params.yaml").write_text("ingest: {reject_share_max: 1.0}\n")
    made.spec.write_text(json.dumps(SPEC))
    for table, text in (("customers", CUSTOMERS), ("trade", TRADE), ("imports", IMPORTS)):
        put(made, table, text)
    return made


def put(paths: Paths, table: str, text: str) -> None:
    (paths.raw / f"{table}.csv").write_text(text, "utf-8")


def ingested(paths: Paths) -> dict[str, Any]:
    ingest.run(load(paths), paths, today=TODAY)
    report: dict[str, Any] = json.loads((paths.report / "ingest.json").read_text("utf-8"))
    entry: dict[str, Any] = report["tables"]["imports"]
    return entry


def kept(paths: Paths) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in pq.read_table(paths.table("imports")).to_pylist()}


def apart(paths: Paths) -> dict[str, str]:
    """Give the state of each record that was put apart."""
    rows = pq.read_table(paths.interim / "unmatched" / "imports.parquet").to_pylist()
    return {row["record_id"]: row["state"] for row in rows}


def review(paths: Paths) -> dict[str, dict[str, str]]:
    with paths.names.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def decided(paths: Paths, *lines: str) -> None:
    paths.decided_names.write_text("\n".join(["name,kind,decision", *lines]) + "\n", "utf-8")


def refused(paths: Paths, kind: type[Refusal]) -> str:
    with pytest.raises(kind) as caught:
        ingested(paths)
    return str(caught.value)


def test_records_get_the_customer_and_the_rival_of_the_names_on_them(paths: Paths) -> None:
    entry = ingested(paths)
    rows = kept(paths)
    assert {name: row["customer_id"] for name, row in rows.items()} == {"R1": "C1", "R2": "C2", "R4": "C4"}
    assert (rows["R1"]["is_us"], rows["R1"]["rival"]) == (True, None)
    assert (rows["R2"]["is_us"], rows["R2"]["rival"]) == (False, "Norvik Supply")
    assert rows["R4"]["rival"] == "Delta Valves"
    # R3 was known when there were two of that name; R5 is nobody's: 5 = 3 kept + 2 apart + 0 rejected
    assert apart(paths) == {"R3": "uncertain", "R5": "unmatched"}
    assert (entry["rows"], entry["kept"], entry["unmatched"], entry["rejected"]) == (5, 3, 2, 0)
    assert entry["names"]["importers"]["matched"] == 3


def test_a_record_counts_from_the_day_its_customer_was_known(paths: Paths) -> None:
    entry = ingested(paths)
    rows = kept(paths)
    assert rows["R4"]["known_at"] == datetime(2024, 4, 1)  # noqa: DTZ001 - a wall clock
    assert rows["R1"]["known_at"] == datetime(2024, 2, 10)  # noqa: DTZ001
    assert entry["names"]["records_counted_later"] == 1


def test_a_later_customer_of_the_same_name_changes_no_record_of_before(paths: Paths) -> None:
    ingested(paths)
    before = {name: row for name, row in kept(paths).items() if row["known_at"].date() < TODAY}
    put(
        paths,
        "customers",
        CUSTOMERS + "C5,Ningbo Yongxin Machinery Co. Ltd,2024-06-30\nC6,Kessler & Voss Dairy AG,2024-06-30\n",
    )
    ingested(paths)
    assert kept(paths) == before


def test_the_review_file_proposes_and_no_cell_of_it_is_a_formula(paths: Paths) -> None:
    ingested(paths)
    rows = review(paths)
    unsure = rows["ADLER TOOLING GMBH"]
    assert (unsure["state"], unsure["proposed"], unsure["second"]) == ("uncertain", "C2", "C3")
    assert unsure["records"] == "2"
    assert rows["'=Nobody Knows Ltd"]["state"] == "unmatched"
    assert (rows["Norvik Supply"]["kind"], rows["Norvik Supply"]["proposed"]) == ("supplier", "Norvik Supply")
    assert rows["WALDMANN TECHNIK GMBH"]["proposed"] == "us"


def test_decisions_win_over_names(paths: Paths) -> None:
    decided(
        paths,
        "adler tooling gmbh,customer,C3",
        "'=Nobody Knows Ltd,customer,C2",
        '"Ningbo Yongxin Machinery Co., Ltd",customer,nobody',
        "Delta Valves Corp.,supplier,Norvik Supply",
    )
    ingested(paths)
    rows = kept(paths)
    # C3 is known since 2024-03-01, so R2, known in February, counts from then on
    assert {name: row["customer_id"] for name, row in rows.items()} == {
        "R2": "C3",
        "R3": "C3",
        "R4": "C4",
        "R5": "C2",
    }
    assert rows["R2"]["known_at"] == datetime(2024, 3, 1)  # noqa: DTZ001 - a wall clock
    assert {row["rival"] for row in rows.values()} == {"Norvik Supply"}


def test_the_review_file_with_its_last_column_filled_is_a_file_of_decisions(paths: Paths) -> None:
    ingested(paths)
    text = paths.names.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith('"ADLER'))
    paths.decided_names.write_text(text.replace(line, f'{line}"C2"'), "utf-8")
    ingested(paths)
    assert kept(paths)["R3"]["customer_id"] == "C2"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Adler Tooling GmbH,customer,C9", "whom table 'customers' does not have"),
        ("Adler Tooling GmbH,client,C2", "the kind 'client'"),
        ("Adler Tooling GmbH,customer,C2\nADLER TOOLING GMBH,customer,C3", "decides twice"),
        ("Adler Tooling GmbH,customer", "2 cells in line 2"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(paths: Paths, line: str, told: str) -> None:
    decided(paths, line)
    assert told in refused(paths, BadRecords)
    assert not paths.interim.exists()


def test_records_that_say_their_customer_and_supplier_are_left_as_they_are(paths: Paths) -> None:
    paths.spec.write_text("")
    put(
        paths,
        "imports",
        "record_id,customer_id,shipped_on,product_line,supplier,is_us,value\n"
        "R1,C2,2024-01-05,A,us,true,1\nR2,C3,2024-01-05,A,them,false,1\n",
    )
    ingested(paths)
    rows = kept(paths)
    assert [row["customer_id"] for row in rows.values()] == ["C2", "C3"]
    assert [row["rival"] for row in rows.values()] == [None, "Them"]
    assert "known_at" not in rows["R1"]


def test_versions_of_a_record_go_with_its_first_customer(paths: Paths) -> None:
    put(
        paths,
        "imports",
        f"{HEADER}\n"
        "R1,Kessler & Voss Dairy AG,2024-01-05,A,Delta,100,2024-02-10\n"
        "R1,Kessler & Voss Dairy AG,2024-01-05,A,Delta,110,2024-02-20\n"  # both before C4 was known
        "R1,KSSLR VSS,2024-01-05,A,Delta,120,2024-05-20\n"  # mistyped
        "R1,Ningbo Yongxin Machinery Ltd,2024-01-05,A,Delta,130,2024-05-21\n",  # another customer's
    )
    entry = ingested(paths)
    rows = pq.read_table(paths.table("imports")).to_pylist()
    assert sorted((row["known_at"].date().isoformat(), row["value"], row["customer_id"]) for row in rows) == [
        ("2024-04-01", 110.0, "C4"),
        ("2024-05-20", 120.0, "C4"),
    ]
    assert entry["names"]["records_replaced_before"] == 1


def test_who_the_company_is_must_be_said_where_the_records_do_not(paths: Paths) -> None:
    paths.spec.write_text("")
    assert "company: {names: [...]}" in refused(paths, BadConfig)


def test_a_table_that_says_nowhere_who_imported_is_refused(paths: Paths) -> None:
    put(paths, "imports", IMPORTS.replace("importer", "shoe_size"))
    assert "neither the column 'customer_id' nor 'importer'" in refused(paths, BadRecords)


def test_a_row_that_says_nowhere_who_imported_is_put_aside(paths: Paths) -> None:
    put(paths, "imports", IMPORTS + "R6,,2024-01-05,A,Delta,1,\n")
    assert ingested(paths)["reasons"] == {"nothing says who imported": 1}


def test_the_same_records_give_the_same_bytes_in_any_order(paths: Paths) -> None:
    ingested(paths)
    files = [paths.table("imports"), paths.names, paths.interim / "unmatched" / "imports.parquet"]
    before = [file.read_bytes() for file in files]
    header, *rows = IMPORTS.splitlines()
    put(paths, "imports", "\n".join([header, *reversed(rows)]) + "\n")
    ingested(paths)
    assert [file.read_bytes() for file in files] == before


def test_a_dataset_that_has_no_such_records_any_more_keeps_none_of_their_files(paths: Paths) -> None:
    ingested(paths)
    (paths.raw / "imports.csv").unlink()
    ingest.run(load(paths), paths, today=TODAY)
    assert not paths.names.exists()
    assert not (paths.interim / "unmatched" / "imports.parquet").exists()


def run(paths: Paths, *accepted: str) -> str:
    return names.run(load(paths), paths, accepted, as_json=False)


def test_the_command_shows_what_is_uncertain_and_takes_a_decision(paths: Paths) -> None:
    ingested(paths)
    assert "ADLER TOOLING GMBH" in run(paths)
    assert "Nobody Knows" not in run(paths)
    assert "2 decisions taken on" in run(paths, "ADLER TOOLING GMBH=C2", "=Nobody Knows Ltd=nobody")
    run(paths, "ADLER TOOLING GMBH=C3")  # takes the place of the one before
    ingested(paths)
    assert kept(paths)["R3"]["customer_id"] == "C3"
    assert review(paths)["'=Nobody Knows Ltd"]["state"] == "unmatched"


@pytest.mark.parametrize("word", ["ADLER TOOLING GMBH=C9", "Adler=C2", "C2", "=C2", "ADLER TOOLING GMBH="])
def test_a_decision_that_fits_nothing_is_refused_and_writes_nothing(paths: Paths, word: str) -> None:
    ingested(paths)
    with pytest.raises(Usage):
        run(paths, "ADLER TOOLING GMBH=C2", word)
    assert not paths.decided_names.exists()


def test_the_command_wants_records_to_be_there(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MissingInput):
        run(paths)
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    assert cli.main(["names", "--dataset", "acme"]) == MissingInput.exit_code
    ingested(paths)
    assert cli.main(["names", "--dataset", "acme", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    of = [row["name"] for row in rows if (row["kind"], row["state"]) == ("customer", "unmatched")]
    assert of == ["=Nobody Knows Ltd"]


def test_ingest_of_a_dataset_of_ones_own_follows_the_decisions_once_there_are_some(paths: Paths) -> None:
    stages = {"ingest": {"matrix": {"dataset": []}, "deps": []}}
    file = str(paths.decided_names)
    assert file not in graph.derived(stages, Params(), paths)["ingest"]["deps"]
    decided(paths)
    assert file in graph.derived(stages, Params(), paths)["ingest"]["deps"]
