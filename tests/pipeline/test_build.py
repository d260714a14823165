"""The store builds what is out of date and leaves the rest alone, to the byte."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from features.store import feature_hash
from pipeline import build, keys, store
from pipeline.frames import write_parquet
from pipeline.params import Build, Params
from pipeline.paths import ROOT, Paths
from simulator.company import simulate
from simulator.settings import World

DATES = [pd.Timestamp("2022-03-31"), pd.Timestamp("2022-06-30"), pd.Timestamp("2022-09-30")]
PARAMS = Params(build=Build(memory_mb=500))


@pytest.fixture(scope="module")
def records():
    return simulate(World(customers=30, days=700, start=date(2021, 1, 1)), 4).records


@pytest.fixture
def paths(tmp_path, records) -> Paths:
    found = Paths(tmp_path, "small")
    for name, rows in records.items():
        write_parquet(found.table(name), rows)
    return found


def ask(paths: Paths, records, dates=DATES) -> None:
    customers = records["customers"]["customer_id"].unique()
    rows = pd.MultiIndex.from_product([customers, dates], names=["customer_id", "as_of"]).to_frame(
        index=False
    )
    store.write_cohort(paths, rows.assign(eligible=True, split="train"))


def bytes_of(paths: Paths) -> dict[str, bytes]:
    return {
        day.date().isoformat(): file(paths, day).read_bytes() for day in DATES if file(paths, day).exists()
    }


def file(paths: Paths, day: pd.Timestamp):
    return paths.features(day.date()) / store.FILE


def computed(monkeypatch) -> list[tuple[int, int]]:
    """Listen to what is computed: (features, dates) of each sweep."""
    heard = []
    plain = build.batches

    def listening(tables, asked, chosen, **how):
        heard.append((len(chosen), len(np.unique(asked.as_of))))
        return plain(tables, asked, chosen, **how)

    monkeypatch.setattr(build, "batches", listening)
    return heard


@pytest.fixture
def built(paths, records) -> Paths:
    ask(paths, records)
    build.run(PARAMS, paths)
    return paths


def test_what_is_up_to_date_is_left_alone(built, monkeypatch):
    heard = computed(monkeypatch)
    before = bytes_of(built)
    build.run(PARAMS, built)
    assert heard == []
    assert bytes_of(built) == before


def test_a_date_is_added_without_touching_others_and_gives_the_bytes_of_building_all(
    paths, records, monkeypatch
):
    ask(paths, records)
    build.run(PARAMS, paths)
    whole, catalogue = bytes_of(paths), paths.catalogue.read_bytes()
    ask(paths, records, DATES[:2])
    build.run(PARAMS, paths)
    assert set(bytes_of(paths)) == {"2022-03-31", "2022-06-30"}
    heard = computed(monkeypatch)
    ask(paths, records)
    build.run(PARAMS, paths)
    assert [dates for _, dates in heard] == [1]
    assert bytes_of(paths) == whole
    assert paths.catalogue.read_bytes() == catalogue


def test_a_record_entered_late_touches_the_dates_from_the_day_it_became_known(built, records, monkeypatch):
    rows = records["service"].copy()
    rows["known_at"] = rows["known_at"].astype("datetime64[us]")
    late = rows.iloc[[0]].assign(
        ticket_id="T-late", opened_at=pd.Timestamp("2022-01-10"), known_at=pd.Timestamp("2022-07-15")
    )
    late = late.assign(resolved_at=pd.NaT, reopened_at=pd.NaT, rated_at=pd.NaT, satisfaction=np.nan)
    write_parquet(built.table("service"), pd.concat([rows, late.astype(rows.dtypes)], ignore_index=True))
    before, heard = bytes_of(built), computed(monkeypatch)
    build.run(PARAMS, built)
    after = bytes_of(built)
    assert [day for day in before if before[day] != after[day]] == ["2022-09-30"]
    service = [name for name in pq.read_schema(file(built, DATES[0])).names if name.startswith("service_")]
    (features, dates), *more = heard
    assert (dates, more) == (1, [])
    assert 0 < features <= len(service)


def test_a_changed_declaration_computes_its_own_column_alone(built, monkeypatch):
    before, heard = bytes_of(built), computed(monkeypatch)
    plain = feature_hash

    def changed(feature):
        return plain(feature) + ("x" if feature.name == "trade_amount_90d" else "")

    monkeypatch.setattr("pipeline.keys.feature_hash", changed)
    build.run(PARAMS, built)
    assert heard == [(1, 3)]
    assert bytes_of(built) == before  # the numbers are what they were


def test_a_feature_that_went_away_leaves_the_others(built, monkeypatch):
    before = pq.read_table(file(built, DATES[0]))
    heard = computed(monkeypatch)
    monkeypatch.setattr(build, "CATALOGUE", tuple(f for f in build.CATALOGUE if f.name != "trade_amount_90d"))
    build.run(PARAMS, built)
    after = pq.read_table(file(built, DATES[0]))
    assert heard == []
    assert after.equals(before.drop_columns(["trade_amount_90d"]))


def test_a_damaged_file_is_built_anew(built):
    before = bytes_of(built)
    damaged = bytearray(before["2022-06-30"])
    damaged[len(damaged) // 2] ^= 1
    file(built, DATES[1]).write_bytes(damaged)
    build.run(PARAMS, built)
    assert bytes_of(built) == before


def test_the_memory_allowed_changes_no_byte(built, monkeypatch):
    before = bytes_of(built)
    for day in DATES:
        file(built, day).unlink()
    monkeypatch.setattr("features.parts.PART", 100_000)
    build.run(PARAMS, built)
    assert bytes_of(built) == before


def test_a_file_holds_days_whole_numbers_and_checksums(built):
    schema = pq.read_schema(file(built, DATES[0]))
    assert [str(schema.field(name).type) for name in ("customer_id", "as_of")] == ["string", "date32[day]"]
    assert str(schema.field("trade_order_days_90d").type) == "int32"
    assert str(schema.field("trade_amount_90d").type) == "double"
    rows = pq.read_table(file(built, DATES[0]))
    assert rows["customer_id"].to_pylist() == sorted(rows["customer_id"].to_pylist())


def test_every_module_that_decides_a_value_is_part_of_the_key():
    told = {path.relative_to(ROOT / "features").as_posix() for path in (ROOT / "features").rglob("*.py")}
    beside = {name for name in told if name.startswith("catalogue/") or name[:-3] in keys.SAYS_NOTHING}
    reached: set[str] = set()

    def reach(name: str) -> None:
        for module in re.findall(
            r"^from (features[\w.]*) import (.+)$", (ROOT / "features" / name).read_text("utf-8"), re.M
        ):
            for file in files_of(*module):
                if file not in reached:
                    reached.add(file)
                    reach(file)

    def files_of(module: str, names: str) -> list[str]:
        inside = module.replace("features", "", 1).strip(".").replace(".", "/")
        found = [f"{inside}.py", f"{inside}/__init__.py"] if inside else []
        found += [f"{inside}/{name.strip()}.py".lstrip("/") for name in names.strip("()").split(",")]
        return [name for name in found if name in told]

    reach("store.py")
    assert reached & beside == set()
