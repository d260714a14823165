"""The stage that makes a simulated dataset."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline import cli, simulate
from pipeline.errors import BadConfig
from pipeline.frames import read_parquet
from pipeline.params import DatasetSpec, Params, Simulate, load
from pipeline.paths import ROOT, Paths

SMALL = Params(dataset=DatasetSpec(simulate=Simulate(customers=30, days=300, seed=1)))


def test_records_go_to_raw_and_the_truth_stays_apart(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    simulate.run(SMALL, paths)
    assert {path.stem for path in paths.raw.iterdir()} == {
        "customers",
        "trade",
        "interaction",
        "service",
        "finance",
        "milestones",
        "contracts",
        "cases",
    }
    assert {path.stem for path in paths.truth.iterdir()} == {
        "leavers",
        "spells",
        "mimics",
        "downturns",
        "traits",
        "renamed",
        "merged",
    }


def test_a_rerun_writes_the_same_bytes(tmp_path: Path) -> None:
    first, again = Paths(tmp_path, "one"), Paths(tmp_path, "two")
    simulate.run(SMALL, first)
    simulate.run(SMALL, again)
    for path in sorted(first.folder.rglob("*.parquet")):
        assert path.read_bytes() == (again.folder / path.relative_to(first.folder)).read_bytes(), path.name


def test_the_settings_of_the_dataset_are_heeded(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    simulate.run(SMALL, paths)
    traits = read_parquet(paths.truth / "traits.parquet")
    assert len(traits) == 30
    trade = read_parquet(paths.raw / "trade.parquet")
    # 300 days from 1 January 2021: the last is 27 October.
    assert trade["ordered_at"].max() < pd.Timestamp("2021-10-28")


def test_a_dataset_that_is_not_simulated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="Dataset 'real' is not simulated"):
        simulate.run(Params(), Paths(tmp_path, "real"))


def of(**told: object) -> Params:
    return Params(dataset=DatasetSpec(simulate=Simulate(customers=30, days=300, seed=1, **told)))


def test_the_world_of_the_dataset_is_heeded_and_a_table_that_is_no_longer_kept_goes(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    simulate.run(SMALL, paths)
    simulate.run(of(world={"missing": ["service"], "shape": [2, 3.0], "late_orders": 0.5}), paths)
    assert not (paths.raw / "service.parquet").exists()
    assert "known_at" in read_parquet(paths.raw / "trade.parquet")
    assert read_parquet(paths.truth / "traits.parquet")["gap_shape"].min() >= 2


def test_the_world_outside_is_written_where_it_is_asked_for_and_goes_where_it_is_not(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made_up")
    asked = {"rivals": 3, "indexed": True, "planted": [["machinery", 100, 0.3], ["north", 50.0, 0.9]]}
    simulate.run(of(world=asked), paths)
    records, truth = {"imports", "market"}, {"rivals", "campaigns", "moves", "papers", "shocks", "parts"}
    assert records < {path.stem for path in paths.raw.iterdir()}
    assert truth < {path.stem for path in paths.truth.iterdir()}
    assert read_parquet(paths.truth / "shocks.parquet")["depth"].to_list() == [0.9, 0.3]
    simulate.run(SMALL, paths)
    assert not (records | truth) & {path.stem for path in paths.folder.rglob("*.parquet")}


@pytest.mark.parametrize(
    ("world", "told"),
    [
        ({"indexed": 1}, "'simulate.world.indexed: 1'; wanted is true or false"),
        ({"rivals": True}, "wanted is a whole number"),
        ({"planted": [["machinery", 0.3]]}, "wanted is a list of shocks, each a list of what it hits"),
        (
            {"planted": [["moon", 10, 0.3]]},
            "does not make a world: A planted shock hits an industry (machinery",
        ),
        ({"weather": 1}, "unknown key 'simulate.world.weather'"),
        ({"customers": 9}, "unknown key 'simulate.world.customers'"),
        ({"slow": "much"}, "'simulate.world.slow: 'much''; wanted is a number"),
        ({"cases_months": 1.5}, "wanted is a whole number"),
        ({"shape": [1.0]}, "wanted is a list of 2 numbers"),
        ({"missing": "service"}, "wanted is a list of tables among interaction, service"),
        ({"missing": ["trade"]}, "does not make a world: 'missing' names tables among interaction"),
        ({"slow": 2}, "'slow' is a share between 0 and 1; found 2"),
    ],
)
def test_a_world_that_cannot_be_is_refused_in_one_sentence(
    world: dict[str, object], told: str, tmp_path: Path
) -> None:
    with pytest.raises(BadConfig) as refused:
        simulate.run(of(world=world), Paths(tmp_path, "made_up"))
    assert told in str(refused.value)


def made(root: Path, *words: str) -> tuple[int, dict[str, bytes]]:
    code = cli.main(["simulate", *words])
    return code, {path.stem: path.read_bytes() for path in (root / "data").glob("*/raw/*.parquet")}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root without a dataset."""
    shutil.copy2(ROOT / "params.yaml", tmp_path / "params.yaml")
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("FOREWARN_ROOT", str(tmp_path))
    return tmp_path


def test_a_new_dataset_is_begun_and_makes_the_same_company_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, first = made(root, "--dataset", "trial", "--seed", "5", "--customers", "20")
    assert code == 0
    assert capsys.readouterr().out == ""
    spec = load(Paths(root, "trial")).dataset.simulate
    assert spec == Simulate(customers=20, seed=5)
    # What `forewarn run` does.
    assert made(root, "--dataset", "trial") == (0, first)


def test_a_dataset_that_says_otherwise_is_left_as_it_is_and_told_of(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = root / "data" / "mine" / "dataset.yaml"
    spec.parent.mkdir()
    spec.write_text("simulate: {customers: 20, seed: 3}\n")
    other = made(root, "--dataset", "mine", "--seed", "5")
    assert capsys.readouterr().out == (
        f"Made with seed 5; '{spec}' was left as it is and says seed 3, "
        "and 'forewarn run' makes that company again.\n"
    )
    assert spec.read_text() == "simulate: {customers: 20, seed: 3}\n"
    assert made(root, "--dataset", "mine", "--seed", "3") != other
    assert capsys.readouterr().out == ""


def test_a_dataset_of_other_records_is_never_simulated(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data" / "real").mkdir()
    assert made(root, "--dataset", "real", "--seed", "5")[0] == 12
    (root / "data" / "real" / "dataset.yaml").write_text("")
    assert made(root, "--dataset", "real", "--seed", "5")[0] == 10
    assert "is not simulated" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--seed", "-1"), ("--seed", "1.5"), ("--customers", "0")], ids=" ".join)
def test_a_number_that_counts_nothing_exits_2(words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["simulate", "--dataset", "trial", *words])
    assert stopped.value.code == 2
