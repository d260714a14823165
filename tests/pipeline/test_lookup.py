"""The catalogue looked up: found by any word, told whole, and a value that its records account for."""

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from rich.cells import cell_len

from features.catalogue import CATALOGUE
from features.feature import Dimension, Unit
from features.measures import Plain
from features.sources import TABLES
from pipeline import cli, formulas, lookup
from pipeline.errors import MissingInput, Usage
from pipeline.frames import read_json, read_parquet, write_parquet
from pipeline.lookup import Asked
from pipeline.measures_zh import KINDS, MEASURES
from pipeline.paths import ROOT, Paths
from pipeline.store import write_cohort
from pipeline.wrapped import wrapped

AS_OF = date(2022, 6, 30)
PAGE = (ROOT / "docs" / "how-to" / "read-the-store.md").read_text("utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with one dataset, ``acme``: customer C1, some orders, invoices that are late, corrected or unpaid."""
    monkeypatch.setenv("FOREWARN_ROOT", str(tmp_path))
    (tmp_path / "params.yaml").write_text("seed: 7\n")
    paths = Paths(tmp_path, "acme")
    paths.folder.mkdir(parents=True)
    paths.spec.write_text("currency: EUR\n")
    write_parquet(
        paths.table("customers"),
        pd.DataFrame(
            {
                "customer_id": ["C1", "C2"],
                "name": ["杭州泵业", "Evil\x1b[31m"],
                "industry": "food",
                "region": "north",
            }
        ),
    )
    write_parquet(paths.table("market"), market())
    write_parquet(paths.table("trade"), trade())
    write_parquet(paths.table("finance"), finance())
    return tmp_path


def trade() -> pd.DataFrame:
    """C1's orders: 12 lines of 100.25 in the 90 days up to 2022-06-30, 2 of 50 in the 90 days before."""
    days = [
        *pd.date_range("2022-06-30", periods=12, freq="-7D"),
        *pd.to_datetime(["2022-03-31", "2022-01-02"]),
    ]
    frame = pd.DataFrame({"ordered_at": days, "amount": [100.25] * 12 + [50.0] * 2})
    frame["ordered_at"] = frame["ordered_at"].astype("datetime64[us]")
    frame["order_id"] = [f"O{i}" for i in range(len(frame))]
    return frame.assign(customer_id="C1", product_id="P1", quantity=1.0, unit_price=7.0)


def market() -> pd.DataFrame:
    months = pd.to_datetime(["2022-02-01", "2022-05-01", "2022-05-01"]).astype("datetime64[us]")
    regions = pd.array([None, "north", "south"], "string")
    return pd.DataFrame(
        {"industry": "food", "region": regions, "month_on": months, "index": [100.0, 90.5, 80.0]}
    )


def finance() -> pd.DataFrame:
    rows = [
        ("F1", "2022-05-01", "2022-06-10", None),
        ("F2", "2022-05-02", "2022-07-05", None),  # paid after the as-of date
        ("F3", "2022-06-01", None, "2022-07-02"),  # entered after it
        ("F4", "2022-06-02", None, "2022-06-02"),
        ("F4", "2022-06-02", None, "2022-06-20"),  # the correction of F4
    ]
    frame = pd.DataFrame(rows, columns=["invoice_id", "issued_at", "paid_at", "known_at"])
    for name in ("issued_at", "paid_at", "known_at"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame.assign(customer_id="C1", due_at=frame["issued_at"] + pd.Timedelta(days=20), amount=1234.5)


def said(*words: str, **options: Any) -> str:
    out = io.StringIO()
    lookup.run(Asked(words=words, **options), out)
    return out.getvalue()


def shown(name: str, **options: Any) -> str:
    return said("show", name, dataset="acme", customer="C1", as_of=AS_OF, **options)


def joined(text: str) -> str:
    """Give lines as one, as if nothing had been broken to fit the width."""
    return " ".join(text.split())


def program(name: str, **options: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(shown(name, json=True, **options))
    return told


def test_every_feature_is_listed_under_its_source() -> None:
    text = said()
    for source in {feature.source for feature in CATALOGUE}:
        mine = [feature for feature in CATALOGUE if feature.source == source]
        assert f"{source} ({len(mine)})\n" in text
    for feature in CATALOGUE:
        assert f"\n{feature.name} " in text
    assert f"\n{len(CATALOGUE)} features; " in text


@pytest.mark.parametrize("width", ["80", "120"])
@pytest.mark.parametrize("chinese", [False, True])
def test_nothing_runs_over_the_edge(
    width: str, chinese: bool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    text = said(zh=chinese)
    for feature in CATALOGUE:
        text += said("describe", feature.name, zh=chinese)
    for name in (
        "finance_overdue", "trade_amount_change_90d", "trade_order_amount_180d", "trade_company_season_90d",
        "trade_price_change_180d", "trade_against_industry_90d", "market_index_change_90d",
    ):  # fmt: skip
        text += shown(name, zh=chinese, hidden=True)
    assert max(cell_len(line) for line in text.splitlines()) <= int(width)


def test_several_words_are_all_meant_in_either_case_and_either_language() -> None:
    def names(*words: str) -> set[str]:
        return {entry["name"] for entry in json.loads(said(*words, json=True))}

    assert names("OVERDUE", "invoice") == names("search", "invoice", "overdue")
    assert "finance_overdue" in names("overdue", "invoice")
    assert "trade_overdue" not in names("overdue", "invoice")
    assert "finance_overdue" in names("逾期")
    assert names("Payment") >= {f.name for f in CATALOGUE if f.cause == "payment"}
    assert names("付款") >= names("search", "payment", "days_to_pay")
    assert said("zebra").startswith("No feature")


def test_filters_keep_what_they_name() -> None:
    told = json.loads(said(source="service", cause="service", dimension="service", json=True))
    wanted = [f.name for f in CATALOGUE if f.source == "service" and f.cause == "service"]
    assert [entry["name"] for entry in told] == wanted
    with pytest.raises(Usage, match=r"--cause 'weather' is none of the catalogue's: demand, "):
        said(cause="weather")


def test_an_unknown_name_exits_2_with_the_nearest(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["features", "describe", "trade_amout_90d"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "no feature 'trade_amout_90d'; near to it: 'trade_amount_90d'" in told


@pytest.mark.parametrize(
    "words",
    [
        ["show", "trade_amount_90d"],
        ["describe"],
        ["search"],
        ["describe", "trade_amount_90d", "trade_overdue"],
    ],
    ids=" ".join,
)
def test_what_is_not_understood_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["features", *words]) == 2
    assert capsys.readouterr().err.startswith("forewarn: 'features ")


def test_words_may_stand_on_either_side_of_an_option(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["features", "show", "--dataset", "acme", "trade_amount_90d", "--customer", "C1"]) == 0
    assert "Amount ordered in the last 90 days" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        cli.main(["features", "--sauce", "trade"])
    assert stopped.value.code == 2


def test_everything_is_told_of_a_feature() -> None:
    text = joined(said("describe", "finance_overdue_amount"))
    for words in (
        "Amount overdue now",
        "当前逾期金额",
        "finance.due",
        "Sum of the money amount of the open records",
        "Open: a record with an event in the window",
        "money",
    ):
        assert words in text
    assert "more of it should raise the risk" in text
    told = joined(said("describe", "trade_amount_change_90d"))
    assert "from 179 days before the date to 90 days before it" in told
    course = joined(said("describe", "trade_decline_gradual_360d"))
    assert "Each is given the sum of the money amount in cents." in course
    everybody = joined(said("describe", "trade_company_amount_change_90d"))
    assert "Peers: all other customers with a visible version." in everybody
    assert "kind is complaint" in said("describe", "service_complaints_90d")


def test_in_chinese_it_is_chinese_throughout() -> None:
    english = re.compile(r"\b(window|unit|cause|records?|risk|formula|measure|unknown|known)\b")
    for feature in CATALOGUE:
        text = said("describe", feature.name, zh=True)
        assert feature.zh in text
        assert not english.findall(text.replace("known_at", "")), text


def test_every_measure_unit_source_and_dimension_has_its_chinese() -> None:
    def classes(measure: Any) -> set[str]:
        inner = [value for value in vars(measure).values() if hasattr(value, "over")]
        return {type(measure).__name__}.union(*map(classes, inner))

    used = set().union(*(classes(feature.measure) for feature in CATALOGUE))
    assert used == set(MEASURES)
    kinds = {
        above.__name__ for f in CATALOGUE for above in type(f.measure).__mro__ if issubclass(above, Plain)
    }
    assert kinds - {"Plain", "Nested", *MEASURES} == set(KINDS)
    assert {unit.value for unit in Unit} - set(formulas.UNITS) == set()
    assert {dimension.value for dimension in Dimension} == set(formulas.DIMENSIONS)
    assert {feature.source for feature in CATALOGUE} <= set(formulas.SOURCES) <= set(TABLES)
    assert {feature.measure.empty for feature in CATALOGUE} <= set(formulas.EMPTY)


def test_the_value_stands_over_its_windows_and_their_records(root: Path) -> None:
    text = shown("trade_amount_change_90d")
    # 12 lines of 100.25 against 2 of 50: 1203 / 100 = 12.03.
    assert "Value: 12 times (in the store 12.03)" in text
    assert "This window, 2022-04-02 to 2022-06-30 (90 days): 12 order lines" in text
    assert "The window before, 2022-01-02 to 2022-04-01 (90 days): 2 order lines" in text
    assert text.count("100.25") == 10
    assert "... and 2 more; --all lists them." in text
    assert shown("trade_amount_change_90d", all=True).count("100.25") == 12
    assert text.index("2022-06-30  ") < text.index("2022-06-23  ")
    assert "杭州泵业 (C1)" in text


def test_what_was_left_out_is_counted_and_listed_when_asked(root: Path) -> None:
    text = shown("finance_invoices_90d")
    assert "Left out: 2 invoices that had happened by then (1 not known yet, 1 replaced by a correction)" in (
        text.replace("\n", " ")
    )
    assert "F3" not in text
    hidden = shown("finance_invoices_90d", hidden=True)
    assert re.search(r"F3 .* not known until 2022-07-02", hidden)
    assert re.search(r"F4 .* replaced on 2022-06-20", hidden)
    assert program("finance_invoices_90d")["windows"][0]["left_out"] == 2
    assert "hidden" not in program("finance_invoices_90d")["windows"][0]
    assert len(program("finance_invoices_90d", hidden=True)["windows"][0]["hidden"]) == 2


def test_open_records_are_marked_and_stand_first(root: Path) -> None:
    text = shown("finance_overdue")
    lines = [line for line in text.split("The whole past")[1].splitlines() if re.search(r" F\d ", line)]
    # F2 was due on 05-22 and is paid only in July; F4 was due on 06-22; F1 is paid.
    assert [re.findall(r"F\d", line)[0] for line in lines] == ["F4", "F2", "F1"]
    assert [line.rstrip().endswith("open") for line in lines[1:]] == [True, False]
    assert "2022-07-05" not in text


def test_the_others_are_named_and_their_sums_stand_beside_the_customers(root: Path) -> None:
    orders = trade()
    # C2 brings 100 in this window and 400 in the one before.
    others = orders[orders["amount"] == 50.0].assign(
        customer_id="C2", order_id=["P0", "P1"], amount=[400.0, 100.0]
    )
    others["ordered_at"] = pd.to_datetime(["2022-03-01", "2022-06-01"]).astype("datetime64[us]")
    write_parquet(Paths(root, "acme").table("trade"), pd.concat([orders, others]))
    text = shown("trade_against_industry_90d")
    # (1203 / 100) / (100 / 400) = 48.12.
    assert "Value: 48.1 times (in the store 48.12)" in text
    assert "Others: the 1 other customer whose industry is food" in text
    assert re.search(r"This window, 2022-04-02 to 2022-06-30 +EUR 1,203 +EUR 100\n", text)
    assert re.search(r"The window before, 2022-01-02 to 2022-04-01 +EUR 100 +EUR 400\n", text)
    assert "This window, 2022-04-02 to 2022-06-30 (90 days): 12 order lines" in text
    assert "其他客户：industry 同为 food 的1个客户" in shown("trade_against_industry_90d", zh=True)
    assert "Others: the 1 other customer known on that date" in shown("trade_company_amount_change_90d")
    told = program("trade_against_industry_90d")["others"]
    assert (told["among"], told["group"], told["customers"]) == ("industry", "food", 1)
    assert [(one["of"], one["own"], one["others"]) for one in told["sums"]] == [
        ("money", 1203, 100),
        ("money", 100, 400),
    ]


def test_the_market_behind_a_value_is_that_of_the_industry_and_region(root: Path) -> None:
    text = joined(shown("market_index_change_90d"))
    # 90.5 of May in the north over 100 of February everywhere; the south is somebody else's.
    assert "Value: 0.91 times (in the store 0.905)" in text
    assert "1 monthly index, industry is food and region is north" in text
    assert "80" not in text
    told = program("market_index_change_90d")["windows"][0]
    assert told["matched"] == {"industry": "food", "region": "north"}
    assert [row["index"] for row in told["records"]] == [90.5]
    assert set(told["records"][0]) >= {"known_on", "until_on", "happened_on"}


def test_chinese_is_broken_between_characters_and_never_before_a_stop() -> None:
    # 10 cells: five characters, or four and what a sixth line must not begin with.
    assert wrapped("甲乙丙丁戊，己庚 12 辛", 10) == "甲乙丙丁\n戊，己庚\n12 辛"
    assert wrapped("  one two three", 9) == "  one two\n  three"


def test_a_program_gets_every_record(root: Path) -> None:
    told = program("trade_amount_90d")
    assert told["value"] == 1203
    assert sum(row["amount"] for row in told["windows"][0]["records"]) == 1203
    assert (told["windows"][0]["first"], told["windows"][0]["last"]) == ("2022-04-02", "2022-06-30")
    orders = program("trade_order_amount_180d")["windows"][0]
    assert len(orders["events"]) == 14


def test_the_last_day_of_the_orders_is_asked_about_without_a_date(root: Path) -> None:
    assert "as of 2022-06-30" in said("show", "trade_amount_90d", dataset="acme", customer="C1")


def test_a_value_that_no_records_stand_behind_says_what_that_means(root: Path) -> None:
    text = said("show", "trade_order_amount_180d", dataset="acme", customer="C2", as_of=AS_OF)
    assert "Value: unknown\n" in text
    assert "No records mean: unknown." in text
    assert "\x1b" not in text
    assert "reads the as-of date alone" in shown("trade_year_sine")


def test_a_customer_or_a_source_that_is_not_there_exits_12(root: Path) -> None:
    with pytest.raises(MissingInput, match="near to it: 'C1'"):
        said("show", "trade_amount_90d", dataset="acme", customer="c1")
    with pytest.raises(MissingInput, match="table 'service' or a column"):
        shown("service_open")
    with pytest.raises(MissingInput, match="has no feature store"):
        said("describe", "trade_amount_90d", dataset="acme")


def store(paths: Paths) -> pa.Table:
    """Write a store of two dates as the engine does: whole numbers with an unknown, one date in two parts."""
    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("as_of", pa.date32()),
            ("trade_lines_90d", pa.int32()),
            ("trade_overdue", pa.float64()),
        ]
    )
    days = (date(2024, 6, 4), date(2024, 7, 4), date(2024, 7, 4))
    tables = []
    for part, day in enumerate(days):
        rows = {
            "customer_id": [f"C{part}", "Z"],
            "as_of": [day, day],
            "trade_lines_90d": [part + 1, None],
            "trade_overdue": [None, 1.5],
        }
        tables.append(pa.table(rows, schema))
        write_parquet(paths.features(day) / f"part-{part}.parquet", tables[-1])
    cohort = pd.concat(
        table.select(["customer_id", "as_of"]).to_pandas(date_as_object=False) for table in tables
    )
    write_cohort(paths, cohort.drop_duplicates().assign(label=1))
    return pa.concat_tables(tables)


LINES = re.findall(r"^    (import .+)\n    ((?:features|labelled) = .+)$", PAGE, flags=re.MULTILINE)


def arrow(found: Any) -> pa.Table:
    """Give what a reader gave as Arrow, without losing its types."""
    for convert in ("to_arrow_table", "to_arrow"):
        if hasattr(found, convert):
            return getattr(found, convert)()
    return found if isinstance(found, pa.Table) else pa.Table.from_pandas(found, preserve_index=False)


@pytest.mark.parametrize(("imported", "line"), LINES, ids=[line for _, line in LINES])
def test_the_lines_of_the_page_read_the_whole_store(
    imported: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = store(Paths(tmp_path, "workshop"))
    found: dict[str, Any] = {}
    exec(f"{imported}\n{line}", found)
    table = arrow(found.get("features", found.get("labelled")))
    assert table.schema.field("as_of").type == pa.date32()
    assert table.schema.field("trade_lines_90d").type == pa.int32()
    assert table.column_names[:4] == written.column_names
    rows = sorted(map(repr, table.select(written.column_names).to_pylist()))
    wanted = written.to_pylist()
    if "2024, 1, 1" in line:
        wanted = [row for row in wanted if row["as_of"] >= date(2024, 1, 1)]
    assert rows == sorted(map(repr, wanted))


def test_the_page_has_a_line_for_each_reader() -> None:
    assert len(LINES) == PAGE.count("    import ")
    for reader in ("pandas", "polars", "duckdb", "pyarrow.dataset"):
        assert any(imported.startswith(f"import {reader}") for imported, _ in LINES)


def test_what_the_store_holds_is_told_with_its_gaps_and_range(root: Path) -> None:
    store(Paths(root, "acme"))
    text = said("describe", "trade_lines_90d", dataset="acme")
    # 3 of 6 rows are unknown, half of each date; the others are 1, 2 and 3.
    for words in (
        "2 dates from 2024-06-04 to 2024-07-04, 6 rows",
        "unknown: 50.0% (50.0% to 50.0%",
        "smallest 1",
    ):
        assert words in text
    assert "largest 3" in text
    assert "not there" in said("describe", "trade_amount_90d", dataset="acme")
    held = json.loads(said("describe", "trade_lines_90d", dataset="acme", json=True))["stored"]
    assert (held["smallest"], held["median"], held["largest"]) == (1, 2, 3)


def test_the_value_shown_is_the_cell_of_the_store(
    finished: tuple[Any, Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = finished[1]
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    folder = sorted((paths.store / "features").glob("as_of=*"))[-1]
    day = date.fromisoformat(folder.name.removeprefix("as_of="))
    row = pd.concat(read_parquet(file) for file in sorted(folder.glob("*.parquet"))).iloc[0]
    names = [entry["name"] for entry in read_json(paths.catalogue)["features"]]
    for name in names[:: max(1, len(names) // 25)]:
        told = json.loads(
            said("show", name, dataset=paths.dataset, customer=row["customer_id"], as_of=day, json=True)
        )
        stored = None if pd.isna(row[name]) else float(row[name])
        assert told["value"] == stored, name


def test_declarations_in_the_store_carry_their_hash(finished: tuple[Any, Paths]) -> None:
    told = json.loads(said(json=True))
    stored = {entry["name"]: entry["hash"] for entry in read_json(finished[1].catalogue)["features"]}
    assert {entry["name"]: entry["hash"] for entry in told if entry["name"] in stored} == stored
