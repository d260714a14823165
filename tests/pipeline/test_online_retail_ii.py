"""Online Retail II: where the file is looked for, how its lines are cleaned, and what is left of the real one."""

import hashlib
import io
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipeline import ingest
from pipeline.adapters import online_retail_ii as retail
from pipeline.errors import BadRecords, MissingInput
from pipeline.frames import read_parquet
from pipeline.params import DatasetSpec, Params
from pipeline.paths import ROOT, Paths

REAL = Path(os.environ.get(retail.VARIABLE, ROOT.parent / "shared" / "data" / "online_retail_ii"))


def line(invoice: str, quantity: int, hour: str = "10:00", **other: Any) -> dict[str, Any]:
    """Give a line of customer 12345, changed where ``other`` says so."""
    plain = {
        "Invoice": invoice,
        "StockCode": "85048",
        "Description": "BALL",
        "Quantity": quantity,
        "InvoiceDate": pd.Timestamp(f"2010-06-01 {hour}"),
        "Price": 2.5,
        "Customer ID": 12345.0,
        "Country": "France",
    }
    return plain | other


def left(*lines: dict[str, Any]) -> tuple[list[str], dict[str, int]]:
    """Give the invoices that cleaning leaves, and what each rule removed, where it removed any."""
    cleaned, counts = retail.clean(pd.DataFrame(lines))
    removed = {count["rule"]: count["lines_removed"] for count in counts if count["lines_removed"]}
    return list(cleaned["Invoice"]), removed


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (line("1", 1), "an exact duplicate of another line"),
        (line("2", 1) | {"Customer ID": float("nan")}, "no customer"),
        (line("2", 1, Price=0.0), "price not above 0"),
        (line("2", 1, Price=-1.0), "price not above 0"),
        (line("2", 0), "quantity 0"),
        (line("A2", 1), "invoice of an adjustment (A)"),
        (line("2", 1, StockCode="POST"), "code of no product (not five digits first)"),
        (line("2", 1, StockCode="C2"), "code of no product (not five digits first)"),
        (line("C2", 1), "sign of the quantity against the invoice"),
        (line("2", -1), "sign of the quantity against the invoice"),
    ],
)
def test_each_rule_removes_its_line_and_is_counted(bad: dict[str, Any], rule: str) -> None:
    assert left(line("1", 1), bad) == (["1"], {rule: 1})


def test_the_first_rule_that_holds_counts_a_line() -> None:
    assert left(line("1", 1), line("A2", 0, Price=0.0)) == (["1"], {"price not above 0": 1})


REVERSED = "a sale and its cancellation later the same day"


def test_a_cancellation_later_the_same_day_takes_its_sale_with_it() -> None:
    assert left(line("1", 5), line("C2", -5, "15:00")) == ([], {REVERSED: 2})


def test_a_cancellation_in_the_minute_of_its_sale_counts_as_later() -> None:
    assert left(line("C2", -5), line("1", 5)) == ([], {REVERSED: 2})


@pytest.mark.parametrize(
    "cancelled",
    [
        line("C2", -5, "09:59"),
        line("C2", -4, "15:00"),
        line("C2", -5, "15:00", Price=2.0),
        line("C2", -5, "15:00", StockCode="85049"),
        line("C2", -5, "15:00", **{"Customer ID": 12346.0}),
        line("C2", -5, InvoiceDate=pd.Timestamp("2010-06-02 10:00")),
    ],
    ids=["earlier", "other quantity", "other price", "other product", "other customer", "next day"],
)
def test_any_other_cancellation_stays_as_a_return(cancelled: dict[str, Any]) -> None:
    assert left(line("1", 5), cancelled) == (["1", "C2"], {})


def test_reversals_are_matched_one_to_one_in_time_order() -> None:
    # C2 takes the sale of 10:00 and C4 that of 12:00; nothing is left for C5.
    lines = [line("3", 5, "12:00"), line("1", 5), line("C2", -5, "11:00"), line("C4", -5, "13:00")]
    assert left(*lines, line("C5", -5, "14:00")) == (["C5"], {REVERSED: 4})


def test_lines_become_customers_and_trade() -> None:
    lines = pd.DataFrame(
        [line("1", 3, Price=1.115), line("C9", -1, "12:00", Country="EIRE", StockCode="22423A")]
    )
    cleaned, _ = retail.clean(lines)
    trade, customers = retail._trade(cleaned).to_pylist(), retail._customers(cleaned).to_pylist()
    assert customers == [{"customer_id": "12345", "region": "EIRE"}]  # the country of the latest line
    assert trade[1] == {
        "order_id": "C9",
        "customer_id": "12345",
        "ordered_at": datetime(2010, 6, 1, 12),  # noqa: DTZ001 - a wall clock
        "product_id": "22423A",
        "Description": "BALL",
        "quantity": -1.0,
        "amount": -2.5,
        "unit_price": 2.5,
        "is_return": True,
    }
    assert not trade[0]["is_return"]


# The publisher's workbook


def zipped(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in [list(retail.COLUMNS), *rows]:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    file = folder / "online_retail_ii.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("online_retail_II.xlsx", content.getvalue())
    return file


DAY = datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - a wall clock
SHEETS: dict[str, list[list[Any]]] = {
    retail.SHEETS[0]: [
        [489434, 85048, "BALL", 12, DAY, 6.95, 13085, "United Kingdom"],
        ["C489435", "79323P", None, -2, DAY, 6, 13085, "United Kingdom"],
    ],
    retail.SHEETS[1]: [
        [489434, 85048, "BALL", 12, DAY, 6.95, 13085, "United Kingdom"],  # December is in both sheets
        [536366, "22633", "WARMER", 6, DAY, 1.85, None, "EIRE"],
    ],
}


def test_both_sheets_of_the_workbook_are_read_and_numbers_of_invoices_are_names(tmp_path: Path) -> None:
    lines = retail.workbook(zipped(tmp_path, SHEETS))
    assert list(lines["Invoice"]) == ["489434", "C489435", "489434", "536366"]
    assert list(lines["StockCode"]) == ["85048", "79323P", "85048", "22633"]
    assert lines["InvoiceDate"].dtype == "datetime64[us]"
    records = retail.records(tmp_path / "online_retail_ii.zip")
    assert records.report["lines"] == 4
    assert [count["lines_left"] for count in records.report["cleaning"]] == [3, 2, 2, 2, 2, 2, 2, 2]


@pytest.mark.parametrize("spoil", ["no sheet", "other columns", "no zip"])
def test_another_workbook_is_refused(tmp_path: Path, spoil: str) -> None:
    if spoil == "no sheet":
        file = zipped(tmp_path, {"Tabelle1": []})
    elif spoil == "other columns":
        file = zipped(tmp_path, SHEETS)
        book = openpyxl.Workbook()
        for title in retail.SHEETS:
            book.create_sheet(title).append(["InvoiceNo"])
        content = io.BytesIO()
        book.save(content)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("online_retail_II.xlsx", content.getvalue())
    else:
        file = tmp_path / "online_retail_ii.zip"
        file.write_bytes(b"PK no zip")
    with pytest.raises(
        BadRecords, match="holds no workbook with the sheets 'Year 2009-2010' and 'Year 2010-2011'"
    ):
        retail.workbook(file)


# Where the file is


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Give an empty project, which takes the made workbook for the published one."""
    monkeypatch.delenv(retail.VARIABLE, raising=False)
    (tmp_path / "elsewhere").mkdir()
    file = zipped(tmp_path / "elsewhere", SHEETS)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setitem(retail.DIGESTS, retail.REMOTE.name, digest)
    return Paths(tmp_path / "project", "online_retail_ii")


def test_without_the_file_the_command_that_fetches_it_is_named(paths: Paths) -> None:
    with pytest.raises(MissingInput, match="get them with 'forewarn fetch online_retail_ii'"):
        retail.locate(paths)


@pytest.mark.parametrize("named", ["elsewhere", "elsewhere/online_retail_ii.zip"])
def test_the_environment_names_a_file_or_its_folder(
    paths: Paths, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(retail.VARIABLE, str(paths.root.parent / named))
    assert retail.locate(paths) == paths.raw / "online_retail_ii.zip"
    monkeypatch.delenv(retail.VARIABLE)
    assert retail.locate(paths) == paths.raw / "online_retail_ii.zip"  # the copy serves from now on


def test_a_name_that_leads_nowhere_is_told(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(retail.VARIABLE, "/nowhere/records.zip")
    with pytest.raises(MissingInput, match=r"names '/nowhere/records\.zip', and there is no such file"):
        retail.locate(paths)


def test_a_changed_file_is_refused_by_its_digest(paths: Paths) -> None:
    paths.raw.mkdir(parents=True)
    (paths.raw / "online_retail_ii.zip").write_bytes(b"something else")
    with pytest.raises(BadRecords, match=r"its SHA-256 is \w{64}, wanted is \w{64}; remove it"):
        retail.locate(paths)


def test_the_ingest_report_tells_the_cleaning(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(retail.VARIABLE, str(paths.root.parent / "elsewhere"))
    ingest.run(Params(dataset=DatasetSpec(adapter="online_retail_ii", timezone="Europe/London")), paths)
    report = json.loads((paths.report / "ingest.json").read_text())
    assert report["adapter"]["lines"] == 4
    assert report["adapter"]["cleaning"][0] == {
        "rule": "an exact duplicate of another line",
        "lines_removed": 1,
        "lines_left": 3,
    }
    assert report["tables"]["trade"]["extra_columns"] == ["Description"]


# The real records


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Give the project after ingest of the real records."""
    files = [file for file in retail._candidates(REAL) if file.is_file()]
    if not files:
        pytest.skip(f"the records of Online Retail II are not at '{REAL}'; set {retail.VARIABLE}")
    paths = Paths(tmp_path_factory.mktemp("retail") / "project", "online_retail_ii")
    paths.raw.mkdir(parents=True)
    retail._placed(files[0], paths)
    ingest.run(Params(dataset=DatasetSpec(adapter="online_retail_ii", timezone="Europe/London")), paths)
    return paths


@pytest.mark.real
def test_the_real_file_is_cleaned_to_the_published_lines(real: Paths) -> None:
    report = json.loads((real.report / "ingest.json").read_text())
    assert report["adapter"]["lines"] == 1_067_371
    removed = [count["lines_removed"] for count in report["adapter"]["cleaning"]]
    # 34,335 duplicates and 1,223 pairs are published; 1,067,371 - 34,335 - 235,151 - 70 - 3,652 - 2*1,223 = 791,717
    assert removed == [34_335, 235_151, 70, 0, 0, 3_652, 0, 2 * 1_223]
    assert report["tables"]["trade"]["kept"] == 791_717
    assert report["tables"]["trade"]["rejected"] == 0
    assert (report["first_on"], report["last_on"]) == ("2009-12-01", "2011-12-09")


@pytest.mark.real
@pytest.mark.parametrize(
    ("as_of", "customers", "leave"), [("2011-09-10", 1920, 0.308), ("2011-06-10", 1853, 0.432)]
)
def test_the_published_cohorts_come_back(real: Paths, as_of: str, customers: int, leave: float) -> None:
    """Rule `silence` with f = 0.5 over 90 days; a purchase is a distinct day with a line that is no return."""
    sales = read_parquet(real.table("trade"), columns=["customer_id", "ordered_at", "is_return"])
    sales = sales[~sales["is_return"]]
    sales = sales.assign(day=sales["ordered_at"].dt.normalize())
    cutoff, ahead = pd.Timestamp(as_of), pd.Timedelta(days=90)
    past = sales[sales["day"] <= cutoff].groupby("customer_id")["day"].agg(["min", "max", "nunique"])
    past = past[past["nunique"] >= 2]
    cadence = (past["max"] - past["min"]).dt.days / (past["nunique"] - 1)
    due = cadence - (cutoff - past["max"]).dt.days  # days from the cutoff to the next purchase expected
    cohort = past[due.between(-0.5 * 90, 1.5 * 90)]
    back = sales.loc[(sales["day"] > cutoff) & (sales["day"] <= cutoff + ahead), "customer_id"].unique()
    assert len(cohort) == customers
    assert round(1 - cohort.index.isin(back).mean(), 3) == leave
