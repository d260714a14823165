"""What ingest keeps, what it puts aside and why, and what it refuses in one sentence.

Every test begins with three customers and four order lines that are sound, and spoils one thing.
"""

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from actions.events import Event
from features.sources import TABLES
from pipeline import build, digests, ingest, journal, label, money, records, score, watched
from pipeline.errors import BadConfig, BadRecords, MissingInput, Refusal
from pipeline.frames import read_sealed
from pipeline.params import Params
from pipeline.paths import Paths

CUSTOMERS = """\
customer_id,name,since_on
C1,North,2020-01-01
C2,South,
C3,East,2021-06-30
"""
TRADE = """\
order_id,customer_id,ordered_at,product_id,quantity,amount
O1,C1,2024-01-05 10:00:00,P1,1,10.00
O2,C1,2024-02-05 10:00:00,P1,2,20.00
O3,C2,2024-01-31 23:59:59,P2,3,30.00
O4,C3,2024-02-29,P2,-1,-10.00
"""
TODAY = date(2024, 6, 30)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path, "acme")
    made.raw.mkdir(parents=True)
    put(made, "customers", CUSTOMERS)
    put(made, "trade", TRADE)
    return made


def put(paths: Paths, table: str, text: str | bytes) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (paths.raw / f"{table}.csv").write_bytes(content)


def ingested(paths: Paths, *, most: float = 1.0, **dataset: Any) -> dict[str, Any]:
    """Run the stage with ``most`` as the share that may be rejected, and give its report."""
    params = Params.model_validate({"ingest": {"reject_share_max": most}, "dataset": dataset})
    ingest.run(params, paths, today=TODAY)
    report: dict[str, Any] = json.loads((paths.report / "ingest.json").read_text())
    return report


def kept(paths: Paths, table: str) -> list[dict[str, Any]]:
    return pq.read_table(paths.table(table)).to_pylist()  # type: ignore[no-any-return]


def aside(paths: Paths, table: str) -> list[tuple[int, str]]:
    """Give row and reason of what was put aside."""
    rows = pq.read_table(paths.rejected / f"{table}.parquet").to_pylist()
    return [(row["row"], row["reason"]) for row in rows]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def refused(paths: Paths, kind: type[Refusal] = BadRecords, **settings: Any) -> str:
    """Run the stage, which must refuse with ``kind``, and give its sentence."""
    with pytest.raises(kind) as caught:
        ingested(paths, **settings)
    return str(caught.value)


# What is sound


def test_sound_records_are_kept_with_the_declared_types(paths: Paths) -> None:
    report = ingested(paths, most=0.0)
    assert kept(paths, "trade")[3] == {
        "order_id": "O4",
        "customer_id": "C3",
        "ordered_at": datetime(2024, 2, 29),  # noqa: DTZ001 - a wall clock
        "product_id": "P2",
        "quantity": -1.0,
        "amount": -10.0,
    }
    assert report["tables"]["trade"]["rows"] == report["tables"]["trade"]["kept"] == 4
    assert (report["first_on"], report["last_on"]) == ("2024-01-05", "2024-02-29")


def test_names_in_any_script_come_through_unchanged(paths: Paths) -> None:
    names = ["华为技术有限公司", "𠮷野家 🏭", "Ñandú, S.A.", 'the "Inch" works', "two\nlines"]
    rows = [f'C{i},"{name.replace(chr(34), chr(34) * 2)}",' for i, name in enumerate(names, start=1)]
    put(paths, "customers", "\ufeffcustomer_id,name,since_on\r\n" + "\r\n".join(rows) + "\r\n")
    ingested(paths, most=0.0)
    assert [row["name"] for row in kept(paths, "customers")] == names


def test_columns_outside_the_contract_are_left_out_and_named(paths: Paths) -> None:
    put(paths, "customers", CUSTOMERS.replace("since_on", "shoe_size").replace("2020-01-01", "44"))
    report = ingested(paths)
    assert report["tables"]["customers"]["extra_columns"] == ["shoe_size"]
    assert list(kept(paths, "customers")[0]) == ["customer_id", "name"]


def test_tables_that_are_not_there_are_named(paths: Paths) -> None:
    put(paths, "finance", "invoice_id,customer_id,issued_at,due_at,amount\n")
    report = ingested(paths)
    assert "service" in report["absent"]
    assert report["tables"]["finance"]["kept"] == 0  # an empty optional table is there, and says nothing


def test_row_order_changes_no_byte(paths: Paths) -> None:
    ingested(paths)
    before = everything(paths.interim)
    for table, text in (("customers", CUSTOMERS), ("trade", TRADE)):
        header, *rows = text.splitlines()
        put(paths, table, "\n".join([header, *reversed(rows)]) + "\n")
    ingested(paths)
    assert everything(paths.interim) == before


def test_moments_with_an_offset_become_the_wall_clock_of_the_dataset(paths: Paths) -> None:
    # London is at UTC in January and at UTC+1 in July.
    rows = [
        "2024-01-05T23:30:00Z",
        "2024-07-05T23:30:00Z",
        "2024-07-05 23:30+02:00",
        "2024-07-05T10:00:00.5-0500",
    ]
    lines = [f"O{i},C1,{moment},P1,1,1" for i, moment in enumerate(rows)]
    put(paths, "trade", "\n".join([TRADE.splitlines()[0], *lines]))
    params = Params.model_validate({"dataset": {"timezone": "Europe/London"}})
    ingest.run(params, paths, today=date(2024, 12, 31))
    assert [f"{row['ordered_at']:%m-%d %H:%M:%S.%f}"[:16] for row in kept(paths, "trade")] == [
        "01-05 23:30:00.0",
        "07-06 00:30:00.0",
        "07-05 22:30:00.0",  # 23:30+02:00 is 21:30 UTC
        "07-05 16:00:00.5",  # 10:00-05:00 is 15:00 UTC
    ]


def test_money_is_rounded_to_two_decimals(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace("10.00\nO2", "1.005e1\nO2"))
    ingested(paths)
    assert kept(paths, "trade")[0]["amount"] == 10.05


def test_versions_of_a_customer_are_kept(paths: Paths) -> None:
    rows = "customer_id,segment,known_at\nC1,B,2023-01-01\nC1,A,2024-01-01\nC2,,\nC3,,\n"
    put(paths, "customers", rows)
    assert ingested(paths, most=0.0)["tables"]["customers"]["kept"] == 4


def test_equal_order_lines_that_a_line_number_tells_apart_are_two(paths: Paths) -> None:
    line = "O1,C1,2024-01-05,P1,1,10"
    put(paths, "trade", f"{TRADE.splitlines()[0]},line\n{line},1\n{line},2\n")
    assert ingested(paths, most=0.0)["tables"]["trade"]["kept"] == 2


def test_a_dates_order_is_held_to_the_day(paths: Paths) -> None:
    # Issued in the afternoon and due "on the 5th", which reads as midnight: no fault.
    put(
        paths,
        "finance",
        "invoice_id,customer_id,issued_at,due_at,amount\nF1,C1,2024-01-05 14:00,2024-01-05,9\n",
    )
    assert ingested(paths, most=0.0)["tables"]["finance"]["kept"] == 1


def test_a_due_date_may_lie_ahead_and_a_payment_may_not(paths: Paths) -> None:
    header = "invoice_id,customer_id,issued_at,due_at,amount,paid_at"
    rows = ["F1,C1,2024-06-01,2024-12-01,9,", "F2,C1,2024-06-01,2024-07-01,9,2024-07-02"]
    put(paths, "finance", "\n".join([header, *rows]))
    ingested(paths)
    assert [row["invoice_id"] for row in kept(paths, "finance")] == ["F1"]
    # today is 30 June; clocks may differ by a day, so what happened ends on 1 July
    assert aside(paths, "finance") == [
        (2, "'paid_at' has not come yet: it is after 2024-07-01: '2024-07-02'")
    ]


# Rows that are put aside, each with its reason


@pytest.mark.parametrize(
    ("old", "new", "row", "reason"),
    [
        ("20.00", "abc", 2, "'amount' is not a number: 'abc'"),
        ("20.00", "1,5", 2, "the number of fields is not 6: 'O2,C1,2024-02-05 10:00:00,P1,2,1,5'"),
        ("20.00", '"1.234,50"', 2, "'amount' is not a number: '1.234,50'"),
        ("20.00", "nan", 2, "'amount' is not a number: 'nan'"),
        ("20.00", "1e999", 2, "'amount' is not a number: '1e999'"),
        ("20.00", "", 2, "'amount' is empty"),
        ("O2", '"  "', 2, "'order_id' is empty"),
        ("2024-02-29", "2023-02-29", 4, "'ordered_at' is not a moment (YYYY-MM-DD HH:MM:SS): '2023-02-29'"),
        ("2024-02-29", "29/02/2024", 4, "'ordered_at' is not a moment (YYYY-MM-DD HH:MM:SS): '29/02/2024'"),
        ("2024-02-29", "1706745600", 4, "'ordered_at' is not a moment (YYYY-MM-DD HH:MM:SS): '1706745600'"),
        ("2024-02-29", "2424-02-29", 4, "'ordered_at' has not come yet: it is after 2024-07-01: '2424-02-29'"),
        ("2024-02-29", "0024-02-29", 4, "'ordered_at' is before 1901-01-01: '0024-02-29'"),
        ("2024-02-29", "1900-01-01", 4, "'ordered_at' is before 1901-01-01: '1900-01-01'"),
        ("O4,C3", "O4,C9", 4, "'customer_id' is not in table 'customers': 'C9'"),
        ("O4,C3", "O4,C\x003", 4, "'customer_id' holds a NUL character"),
        ("O4,C3", "O1,C1,2024-01-05 10:00:00,P1,1,10.00\nO4,C3", 4, "every value is that of another row"),
    ],
)  # fmt: skip
def test_a_bad_order_line_is_put_aside(paths: Paths, old: str, new: str, row: int, reason: str) -> None:
    put(paths, "trade", TRADE.replace(old, new))
    entry = ingested(paths)["tables"]["trade"]
    assert aside(paths, "trade") == [(row, reason)]
    assert entry["rows"] == entry["kept"] + 1
    assert sum(entry["reasons"].values()) == entry["rejected"] == 1


SERVICE = "ticket_id,customer_id,opened_at,kind,severity,resolved_at,satisfaction,accepted\n"


@pytest.mark.parametrize(
    ("ticket", "reason"),
    [
        ("complaint,5,,,", "'severity' is not within 1 to 4: '5'"),
        ("complaint,2.5,,,", "'severity' is not a whole number: '2.5'"),
        (
            "Complaint,,,,",
            "'kind' is none of complaint, repair, maintenance, training, question: 'Complaint'",
        ),
        ("repair,,2024-01-04,,", "'resolved_at' is before 'opened_at': '2024-01-04 before 2024-01-05'"),
        ("repair,,,0.5,", "'satisfaction' is not within 1 to 5: '0.5'"),
        ("training,,,,maybe", "'accepted' is not true or false: 'maybe'"),
    ],
)
def test_a_bad_ticket_is_put_aside(paths: Paths, ticket: str, reason: str) -> None:
    put(paths, "service", f"{SERVICE}T1,C1,2024-01-05,{ticket}\n")
    ingested(paths)
    assert aside(paths, "service") == [(1, reason)]


@pytest.mark.parametrize("word", ["true", "YES", "1", "t", "True"])
def test_a_flag_may_be_written_in_several_ways(paths: Paths, word: str) -> None:
    put(paths, "service", f"{SERVICE}T1,C1,2024-01-05,training,,,,{word}\n")
    ingested(paths)
    assert kept(paths, "service")[0]["accepted"] is True


def test_text_that_is_not_utf8_is_put_aside(paths: Paths) -> None:
    put(paths, "customers", CUSTOMERS.encode().replace(b"South", b"S\xfcd"))
    ingested(paths)
    assert aside(paths, "customers") == [(2, "'name' is not UTF-8 text: 'S\ufffdd'")]


def test_damaged_text_outside_the_contract_harms_no_row(paths: Paths) -> None:
    put(paths, "customers", CUSTOMERS.encode().replace(b"name", b"nick").replace(b"South", b"S\xfcd"))
    assert ingested(paths, most=0.0)["tables"]["customers"]["kept"] == 3


def test_one_key_with_two_stories_keeps_one_whichever_comes_first(paths: Paths) -> None:
    stories = ["C1,North,", "C1,West,"]
    for order in (stories, stories[::-1]):
        put(paths, "customers", "\n".join([CUSTOMERS.splitlines()[0], *order, "C2,,", "C3,,"]))
        ingested(paths)
        assert kept(paths, "customers")[0]["name"] == "North"
        assert [why for _, why in aside(paths, "customers")] == [
            "'customer_id' is that of another row that says something else"
        ]


FINANCE = "invoice_id,customer_id,issued_at,due_at,amount,known_at,withdrawn_at\n"


def test_a_version_that_gives_a_record_to_another_customer_is_put_aside(paths: Paths) -> None:
    # Versions are of one customer: the first one known says whose the invoice is, wherever it stands in the file.
    rows = ["F1,C2,2024-01-05,2024-02-05,9,2024-01-20,", "F1,C1,2024-01-05,2024-02-05,9,2024-01-05,"]
    for row, order in ((1, rows), (2, rows[::-1])):
        put(paths, "finance", FINANCE + "\n".join(order))
        ingested(paths)
        assert aside(paths, "finance") == [(row, "'invoice_id' is that of a record of another customer")]
        assert [kept_row["customer_id"] for kept_row in kept(paths, "finance")] == ["C1"]


def test_the_day_on_which_a_record_was_withdrawn_is_taken_in(paths: Paths) -> None:
    put(
        paths,
        "finance",
        FINANCE + "F1,C1,2024-01-05,2024-02-05,9,,2024-03-01\nF2,C1,2024-01-06,2024-02-05,9,,\n",
    )
    assert ingested(paths, most=0.0)["tables"]["finance"]["kept"] == 2
    withdrawn = [row["withdrawn_at"] for row in kept(paths, "finance")]
    assert withdrawn == [datetime(2024, 3, 1), None]  # noqa: DTZ001 - a wall clock


def test_orders_of_a_customer_that_was_put_aside_follow_it(paths: Paths) -> None:
    put(paths, "customers", CUSTOMERS.replace("2021-06-30", "soon"))
    ingested(paths)
    assert aside(paths, "trade") == [(4, "'customer_id' is not in table 'customers': 'C3'")]


def test_a_row_put_aside_holds_all_that_the_file_held(paths: Paths) -> None:
    put(paths, "trade", "reason,row," + TRADE.replace("20.00", "abc").replace("\nO", "\nwhy,7,O"))
    ingested(paths)
    (row,) = pq.read_table(paths.rejected / "trade.parquet").to_pylist()
    assert row["amount"] == "abc"
    assert (row["reason (raw)"], row["row (raw)"]) == ("why", "7")
    assert (row["reason"], row["row"]) == ("'amount' is not a number: 'abc'", 2)


def test_wrong_types_in_parquet_are_put_aside_row_by_row(paths: Paths) -> None:
    trade = {
        "order_id": ["1", "2"],
        "customer_id": ["C1", "C2"],
        "ordered_at": ["2024-01-05", "2024-01-06"],
        "product_id": [7, 8],
        "quantity": ["3", "three"],
        "amount": pa.array([1, 2], pa.decimal128(9, 3)),
    }
    (paths.raw / "trade.csv").unlink()
    pq.write_table(pa.table(trade), paths.raw / "trade.parquet")
    ingested(paths)
    assert aside(paths, "trade") == [(2, "'quantity' is not a number: 'three'")]
    assert kept(paths, "trade")[0]["product_id"] == "7"


def test_numbers_that_pandas_made_of_ids_are_ids_again(paths: Paths) -> None:
    (paths.raw / "customers.csv").unlink()
    ids = pa.table({"customer_id": pa.array([12345.0, float("nan")])})
    pq.write_table(ids, paths.raw / "customers.parquet")
    put(paths, "trade", TRADE.splitlines()[0] + "\nO1,12345,2024-01-05,P1,1,1\n")
    ingested(paths)
    assert kept(paths, "customers") == [{"customer_id": "12345"}]
    assert aside(paths, "customers") == [(2, "'customer_id' is empty")]
    assert len(kept(paths, "trade")) == 1


# To what the readers of the tables are held


def renamed(table: Path, name: str, other: str) -> None:
    """Damage the names of columns in a table's footer, which no checksum of a page covers."""
    content = table.read_bytes()
    assert name.encode() in content
    table.write_bytes(content.replace(name.encode(), other.encode()))


def test_a_table_with_a_damaged_footer_is_refused_by_its_name(paths: Paths) -> None:
    params = Params()
    put(paths, "trade", TRADE.replace("amount", "amount,known_at").replace(".00\n", ".00,2024-03-01\n"))
    ingested(paths)
    records.demand_whole(paths)
    renamed(paths.table("trade"), "known_at", "knoun_at")
    assert "known_at" not in records.tables(paths, ("trade",))["trade"].column_names  # nothing else finds it
    for asked in (
        lambda: records.last_day(paths),
        lambda: label.run(params, paths),
        lambda: label.cohort_on(params, paths, TODAY),
        lambda: build._locally(params, paths, pd.DataFrame()),
        lambda: build.features_on(params, paths, TODAY, ["C1"]),
        lambda: money.values(
            params, paths, pd.DataFrame({"customer_id": ["C1"], "as_of": pd.Timestamp(TODAY)})
        ),
        lambda: watched.newest(paths),
        lambda: watched.Seen.of(paths, TABLES["trade"], TODAY, {"customer_id"}),
        lambda: score._inputs(params, paths, "0" * 64),
    ):
        with pytest.raises(BadRecords, match="The table 'trade' of dataset 'acme' is not as ingest left it"):
            asked()
    ingested(paths)
    records.demand_whole(paths)


def test_a_table_is_read_once_for_its_digest_until_somebody_writes_it(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingested(paths)
    monkeypatch.setattr(records, "STEADY", 0.0)
    read: list[Path] = []
    of_file = digests.of_file

    def noted(path: Path, *, made_by: str = "") -> str:
        read.append(path)
        return of_file(path, made_by=made_by)

    monkeypatch.setattr(digests, "of_file", noted)
    for _ in range(3):
        records.demand_whole(paths)
    assert sorted(path.stem for path in read) == ["customers", "trade"]
    time.sleep(0.05)  # a file system's clock is coarse
    renamed(paths.table("trade"), "amount", "amouns")
    for _ in range(2):
        with pytest.raises(BadRecords, match="The table 'trade' of dataset 'acme' is not as ingest left it"):
            records.demand_whole(paths)


def test_a_table_of_which_no_digest_is_known_is_held_to_none(paths: Paths) -> None:
    ingested(paths)
    content = paths.ingested.read_bytes()
    paths.ingested.write_bytes(content.replace(b'"trade"', b'"trane"'))
    with pytest.raises(BadRecords, match=r"digests\.json' is not as it was written; make it again with"):
        records.demand_whole(paths)
    renamed(paths.table("trade"), "amount", "amouns")
    paths.ingested.unlink()
    records.demand_whole(paths)


def test_the_digests_are_those_of_the_report(paths: Paths) -> None:
    tables = ingested(paths)["tables"]
    told = read_sealed(paths.ingested, made_by="forewarn ingest")["tables"]
    assert told == {name: entry["sha256"] for name, entry in tables.items()}
    assert told["trade"] == digests.of_file(paths.table("trade"))


# What is refused, and how it is said


def test_too_many_bad_rows_are_refused_with_the_first_of_them(paths: Paths) -> None:
    header = "invoice_id,customer_id,issued_at,due_at,amount,paid_at"
    put(
        paths,
        "finance",
        f"{header}\nF1,C1,2024-01-05,2024-02-05,9,\nF0012,C1,2024-01-05,2024-02-05,9,2024-01-04\n",
    )
    sentence = refused(paths, most=0.005)
    assert sentence == (
        "Table 'finance' has 1 row where 'paid_at' is before 'issued_at', the first being row 2 (invoice_id "
        "'F0012'); of 2 rows 1 are bad, at most 0.5 % may be rejected (ingest.reject_share_max). Mend the export "
        "(report/refused/finance.parquet lists the rows), or raise the share."
    )


def test_a_refusal_leaves_the_last_good_output_and_shows_the_rows(paths: Paths) -> None:
    ingested(paths)
    before = everything(paths.interim) | everything(paths.report)
    put(paths, "trade", TRADE.replace("20.00", "abc"))
    refused(paths, most=0.0)
    after = everything(paths.interim) | everything(paths.report)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"refused/ingest.json", "refused/trade.parquet"}
    put(paths, "trade", TRADE)
    ingested(paths)
    assert everything(paths.interim) | everything(paths.report) == before


def test_the_share_that_may_be_rejected_is_inclusive(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace("20.00", "abc"))
    assert ingested(paths, most=0.25)["tables"]["trade"]["rejected"] == 1  # 1 of 4 rows is 0.25


def test_a_missing_required_column_is_refused(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace("amount", "Amount"))
    sentence = refused(paths)
    assert sentence.startswith("Table 'trade' has no column 'amount'; it has 'order_id', ")
    assert "'Amount'" in sentence


@pytest.mark.parametrize("table", ["customers", "trade"])
def test_an_empty_required_table_is_refused(paths: Paths, table: str) -> None:
    put(paths, table, (CUSTOMERS if table == "customers" else TRADE).splitlines()[0] + "\n")
    assert f"Table '{table}' in 'raw/{table}.csv' has no rows; at least one" in refused(paths)


def test_a_table_of_which_nothing_is_left_is_refused(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace(",C", ",X"))
    assert "4 rows where 'customer_id' is not in table 'customers'" in refused(paths, most=1.0)


def test_an_empty_file_is_refused(paths: Paths) -> None:
    put(paths, "trade", "")
    assert "'trade.csv' is an empty file; wanted is a header" in refused(paths)


def test_mixed_time_zones_are_refused(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace("2024-02-05 10:00:00", "2024-02-05T10:00:00+01:00"))
    assert refused(paths) == (
        "Table 'trade' mixes time zones in 'ordered_at': 1 values name one (such as '2024-02-05T10:00:00+01:00') "
        "and 3 do not (such as '2024-01-05 10:00:00'); write all of them with an offset, or all in the dataset's "
        "time zone 'UTC'."
    )


def test_a_required_table_that_is_not_there_is_missing(paths: Paths) -> None:
    (paths.raw / "trade.csv").unlink()
    sentence = refused(paths, MissingInput)
    assert "Dataset 'acme' has no table 'trade': neither 'raw/trade.parquet' nor 'raw/trade.csv'" in sentence


def test_a_declared_file_that_is_not_there_is_missing(paths: Paths) -> None:
    sentence = refused(paths, MissingInput, sources={"service": "raw/tickets.csv"})
    assert "names 'raw/tickets.csv' for table 'service', and there is no such file" in sentence


def test_a_declared_file_is_read_under_its_own_name(paths: Paths) -> None:
    (paths.raw / "trade.csv").rename(paths.raw / "orders.csv")
    report = ingested(paths, sources={"trade": "raw/orders.csv"})
    assert report["tables"]["trade"]["file"] == "raw/orders.csv"


def test_a_source_that_is_no_table_is_refused(paths: Paths) -> None:
    sentence = refused(paths, BadConfig, sources={"orders": "raw/orders.csv"})
    assert "names the source 'orders', which is no table; known are customers, trade," in sentence


def test_a_format_that_is_not_read_is_refused(paths: Paths) -> None:
    sentence = refused(paths, BadConfig, sources={"trade": "raw/trade.xlsx"})
    assert "wanted is a file that ends in .parquet or .csv" in sentence


def test_of_two_files_the_parquet_is_read_and_the_other_named(paths: Paths) -> None:
    pq.write_table(pa.table({"customer_id": ["C1", "C2", "C3"]}), paths.raw / "customers.parquet")
    entry = ingested(paths)["tables"]["customers"]
    assert entry["file"] == "raw/customers.parquet"
    assert entry["note"] == "'customers.csv' is there too and was not read"


def test_a_half_written_parquet_is_refused(paths: Paths) -> None:
    whole = paths.raw / "customers.parquet"
    pq.write_table(pa.table({"customer_id": ["C1", "C2", "C3"]}), whole)
    whole.write_bytes(whole.read_bytes()[:-20])
    sentence = refused(paths)
    assert sentence.startswith("Table 'customers' cannot be read from 'customers.parquet' (")
    assert sentence.endswith("the file is damaged or half-written: export it again.")


def test_a_quote_that_never_closes_is_refused(paths: Paths) -> None:
    # A reader takes all that follows for one value: rows would be gone without a word.
    put(paths, "customers", CUSTOMERS.replace("North", '"North'))
    assert 'has 1 quotes ("), an odd number, so one of them never closes' in refused(paths)


def test_a_column_that_stands_twice_is_refused(paths: Paths) -> None:
    put(paths, "trade", TRADE.replace("quantity", "amount"))
    assert "has 2 columns named 'amount'; each name may stand once" in refused(paths)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_refused(paths: Paths, encoding: str) -> None:
    put(paths, "customers", CUSTOMERS.encode(encoding))
    assert "is not UTF-8 text; save the file as CSV in UTF-8" in refused(paths)


def test_a_table_that_is_gone_from_raw_is_gone_from_interim(paths: Paths) -> None:
    put(paths, "service", f"{SERVICE}T1,C1,2024-01-05,training,,,,no\n")
    ingested(paths)
    (paths.raw / "service.csv").unlink()
    ingested(paths)
    assert not paths.table("service").exists()


def test_a_place_that_cannot_be_written_is_told(paths: Paths) -> None:
    paths.interim.write_text("a file where a folder is wanted")
    assert "interim': " in refused(paths, Refusal)
    assert not (paths.report / "ingest.json").exists()


def test_what_the_log_tells_is_the_table_of_actions_or_is_added_to_it(paths: Paths) -> None:
    at = datetime(2024, 3, 4, 8, 30, tzinfo=UTC)
    alerts = pd.DataFrame({"alert_id": ["a1"], "customer_id": ["C1"], "level": ["red"]})
    journal.opened(paths, alerts, date(2024, 3, 3))
    journal.append(paths, [Event("started", at, "Bo", "C1", "a1", "x9", {"play": "visit"})])
    told = ingested(paths, timezone="Europe/Berlin")
    assert told["tables"]["actions"]["file"] == "desk/log"
    (mine,) = kept(paths, "actions")
    assert (mine["action_id"], mine["kind"], mine["status"], mine["owner"]) == (
        "x9",
        "visit",
        "started",
        "Bo",
    )
    assert mine["as_of"] == date(2024, 3, 3)
    assert mine["known_at"].isoformat() == "2024-03-04T09:30:00"  # half past nine in Berlin
    put(paths, "actions", "action_id,customer_id,as_of,kind,status,cost\nX1,C2,2024-01-09,call,done,7.50\n")
    assert ingested(paths)["tables"]["actions"]["file"] == "raw/actions.csv and desk/log"
    assert [(row["action_id"], row["cost"]) for row in kept(paths, "actions")] == [("X1", 7.5), ("x9", None)]
