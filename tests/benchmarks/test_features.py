"""The benchmark of the feature store: its data are what the task says, and all ways give the same numbers."""

from datetime import date
from importlib import import_module

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.features import agreement, company, ledger, question
from benchmarks.features.measuring import Cost
from benchmarks.features.parts import exponent
from benchmarks.features.task import FEATURES
from features.sources import TABLES

TINY = ledger.Case("tiny", 6_000, 120, 5)
WAYS = ("engine", "by_pandas", "by_polars", "pandas_per_date", "polars_per_date")


def made(case):
    return pa.concat_tables(ledger.pieces(case))


def answered(way, data, out, dates):
    """Run a way on a file and give its folder."""
    arguments = ["--data", str(data), "--dates", str(dates), "--out", str(out / way)]
    import_module(f"benchmarks.features.ways.{way}").main(arguments)
    return out / way


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    ledger.write(ledger.pieces(TINY), folder / "tiny.parquet")
    return {way: answered(way, folder / "tiny.parquet", folder, 24) for way in (*WAYS, "floor")}


def test_the_question_is_asked_on_the_month_ends_of_two_years():
    dates = question.as_of_dates()
    assert (len(dates), dates[0], dates[-1]) == (24, date(2023, 1, 31), date(2024, 12, 31))
    assert question.as_of_dates(1) == [date(2024, 12, 31)]


def test_the_declared_features_are_the_forty_of_the_question():
    assert tuple(feature.name for feature in FEATURES) == question.NAMES
    assert len(question.NAMES) == len(set(question.NAMES)) == 40


def test_the_ledger_is_sorted_and_has_as_many_lines_and_customers_as_told():
    lines = made(TINY)
    assert lines.num_rows == 6_000
    assert len(lines["customer_id"].unique()) == 120
    days = lines["ordered_at"].cast(pa.int32()).to_numpy()
    assert np.all(np.diff(days) >= 0)
    assert lines.equals(made(TINY))


def test_a_customer_day_holds_about_three_lines_and_three_lines_in_a_hundred_are_returns():
    lines = made(ledger.CASES["100k"])
    days = lines.group_by(["customer_id", "ordered_at"]).aggregate([]).num_rows
    assert days / lines.num_rows == pytest.approx(0.325, rel=0.02)
    assert pc.mean(lines["is_return"].cast(pa.float64())).as_py() == pytest.approx(0.03, rel=0.1)


def test_one_customer_has_a_fifth_of_all_lines():
    lines = made(ledger.Case("huge", 10_000, 200, 1, "huge"))
    assert lines.num_rows == 10_000
    assert pc.sum(pc.equal(lines["customer_id"], 0)).as_py() == 2_000


def test_one_customer_has_ten_thousand_products():
    lines = made(ledger.Case("wide", 60_000, 500, 1, "wide"))
    mine = lines.filter(pc.equal(lines["customer_id"], 0))
    assert (lines.num_rows, mine.num_rows) == (60_000, 20_000)
    assert len(mine["product_id"].unique()) == 10_000


def test_pieces_are_written_in_row_groups_of_a_quarter_million(tmp_path):
    tables = iter([pa.table({"x": np.arange(200_000)})] * 3)  # 600,000 rows: 250,000, 250,000 and 100,000
    ledger.write(tables, tmp_path / "x.parquet")
    told = pq.ParquetFile(tmp_path / "x.parquet").metadata
    assert [told.row_group(place).num_rows for place in range(told.num_row_groups)] == [
        250_000,
        250_000,
        100_000,
    ]


@pytest.mark.parametrize("other", WAYS[1:])
def test_every_way_gives_the_same_numbers(results, other):
    cells, differing = agreement.compare(results["engine"], results[other])
    assert differing == []
    asked = sum(pq.read_metadata(path).num_rows for path in results["engine"].rglob("*.parquet"))
    assert cells == 40 * asked


def test_the_floor_writes_as_many_rows_and_columns_of_the_same_types(results):
    for path in results["engine"].rglob("*.parquet"):
        other = results["floor"] / path.parent.name / path.name
        assert pq.read_metadata(other).num_rows == pq.read_metadata(path).num_rows
        assert pq.read_schema(other).types == pq.read_schema(path).types


@pytest.mark.parametrize("way", WAYS)
def test_four_lines_give_the_numbers_worked_out_by_hand(tmp_path, way):
    """On 2024-12-31 the window of 30 days opens after 12-01, that of 90 after 10-02, the 90 before after 07-04."""
    rows = [
        (date(2023, 12, 1), 4.00, 1.00, 1, False),  # the year before: (2023-10-03, 2024-01-01]
        (date(2024, 8, 1), 10.00, 2.00, 1, False),  # the 90 days before
        (date(2024, 12, 1), 30.00, 6.00, 1, False),  # 30 days ago to the day: outside of 30, inside of 60
        (date(2024, 12, 21), 20.00, 4.00, 22, False),
        (date(2024, 12, 21), -5.00, -1.00, 2, True),
    ]
    on, amount, margin, product, back = zip(*rows, strict=True)
    lines = pa.table(
        {
            "customer_id": [7] * 5,
            "ordered_at": on,
            "amount": amount,
            "margin": margin,
            "product_id": product,
            "product_line": [p % 20 for p in product],
            "is_return": back,
        }
    )
    pq.write_table(lines.cast(ledger.SCHEMA), tmp_path / "four.parquet")
    folder = answered(way, tmp_path / "four.parquet", tmp_path, 1)
    (row,) = pq.read_table(folder / "as_of=2024-12-31" / "features.parquet").to_pylist()
    found = {name.removeprefix("ledger_"): value for name, value in row.items()}
    assert (found["lines_30d"], found["order_days_30d"], found["amount_30d"]) == (2, 1, 15.00)
    assert (found["lines_60d"], found["order_days_60d"], found["margin_60d"]) == (3, 2, 9.00)
    assert (found["products_30d"], found["products_365d"]) == (2, 3)
    assert (found["days_since_order"], found["days_since_first_order"]) == (10, 396)
    assert (found["order_days"], found["lines"], found["gap_last"]) == (4, 5, 20)
    assert found["gap_mean"] == pytest.approx((244 + 122 + 20) / 3)
    assert found["gap_spread"] == pytest.approx(np.std([244, 122, 20], ddof=1))
    assert found["amount_spread_365d"] == pytest.approx(np.std([10, 30, 15], ddof=1))
    assert found["amount_largest_365d"] == 30.00
    assert found["top_line_share_365d"] == 0.5  # two of four lines of line 1, two of line 2
    assert found["return_share_365d"] == 0.25
    assert found["lines_change_90d"] == 3 / 1
    assert found["amount_change_90d"] == pytest.approx(45 / 10)
    assert (found["lines_year_before_90d"], found["amount_year_before_90d"]) == (1, 4.00)


def test_a_difference_fails_the_agreement():
    one = np.array([1.0, np.nan, 3.0])
    assert agreement.differences(one, one, "ledger_gap_mean") == 0
    assert agreement.differences(one, np.array([1.0, 0.0, 3.0]), "ledger_gap_mean") == 1  # unknown is not 0
    assert agreement.differences(one, one * (1 + 1e-8), "ledger_gap_mean") == 2
    assert agreement.differences(one, one + 1e-7, "ledger_amount_30d") == 0  # money: to a millionth
    assert agreement.differences(one, one + 1e-7, "ledger_lines_30d") == 2


def test_other_dates_or_customers_fail_the_agreement(results, tmp_path):
    assert agreement.compare(results["engine"], tmp_path)[1]
    cut = tmp_path / "cut"
    for path in results["engine"].rglob("*.parquet"):
        target = cut / path.parent.name / path.name
        target.parent.mkdir(parents=True)
        pq.write_table(pq.read_table(path).slice(1), target)
    assert len(agreement.compare(results["engine"], cut)[1]) == 24


def test_ten_times_the_lines_in_ten_times_the_seconds_is_growth_of_one():
    assert exponent(Cost(2.0, 0), Cost(20.0, 0)) == pytest.approx(1)
    assert exponent(Cost(3.0, 0), Cost(21.0, 0), start=Cost(1.0, 0)) == pytest.approx(1)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """All sources of a tiny company, by table."""
    root = tmp_path_factory.mktemp("company")
    company.make(TINY, root)
    company.ask(root, 24, one_more=True)
    folder = root / "data" / "bench"
    tables = {path.stem: pq.read_table(path) for path in (folder / "interim").glob("*.parquet")}
    return tables, pq.read_table(folder / "store" / "cohort.parquet")


def test_the_other_sources_keep_the_contract(firm):
    tables, _ = firm
    for name, rows in tables.items():
        table = TABLES[name]
        assert set(table.needed) <= set(rows.column_names) <= set(table.names), name
        if table.key:
            assert rows.group_by(list(table.key)).aggregate([]).num_rows == rows.num_rows, name
        for column in table.columns:
            if column.not_before and column.name in rows.column_names:
                late, early = (rows[told].cast(pa.date32()) for told in (column.name, column.not_before))
                assert not pc.any(pc.less(late, early)).as_py(), (name, column.name)
            if column.choices and column.name in rows.column_names:
                assert set(rows[column.name].to_pylist()) <= set(column.choices), (name, column.name)


def test_the_other_sources_are_in_proportion_to_the_lines(firm):
    tables, _ = firm
    assert tables["interaction"].num_rows == 6_000 // 5
    assert tables["service"].num_rows == 6_000 // 20
    days = made(TINY).group_by(["customer_id", "ordered_at"]).aggregate([]).num_rows
    assert tables["finance"].num_rows == len(tables["trade"]["order_id"].unique()) == days


def test_everyone_with_a_line_by_then_is_asked_about(firm, results):
    _, cohort = firm
    asked = cohort.filter(pc.not_equal(cohort["as_of"], pa.scalar(company.ONE_MORE)))
    task = sum(pq.read_metadata(path).num_rows for path in results["engine"].rglob("*.parquet"))
    assert asked.num_rows == task
    assert len(cohort["as_of"].unique()) == 25
