"""Training to champion: the same bytes again, also after a kill; too little data is refused by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest

from pipeline import calibrate, choose, label, store, tracking, train
from pipeline.errors import GateClosed, TooLittleData
from pipeline.fitted import Served
from pipeline.frames import read_json, read_parquet, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow is told nothing: what is tested here are the files."""
    monkeypatch.setattr(tracking, "log_family", lambda *_: "run")
    monkeypatch.setattr(tracking, "register", lambda *_: tracking.Registered("run", "name", "1"))


@pytest.mark.parametrize("family", ["logistic", "forest", "boosted"])
def test_training_again_gives_the_same_bytes(family: str, workplace: Place, silent: None) -> None:
    params, paths = workplace
    before = content(paths.family(family))
    train.run(params, paths, family)
    calibrate.run(params, paths)
    assert content(paths.family(family)) == before


def test_an_interrupted_study_goes_on_to_the_same_result(
    workplace: Place, silent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    before = content(paths.family("logistic"))
    ask = optuna.Study.ask
    asked: list[int] = []

    def killed(self: optuna.Study, *more: Any) -> optuna.Trial:
        asked.append(1)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return ask(self, *more)

    monkeypatch.setattr(optuna.Study, "ask", killed)
    with pytest.raises(KeyboardInterrupt):
        train.run(params, paths, "logistic")
    assert (paths.family("logistic") / train.STUDY).exists()
    train.run(params, paths, "logistic")
    assert len(asked) == 3  # one trial before the kill, one that was killed, and that one again
    assert content(paths.family("logistic")) == before


def test_other_settings_are_another_training(workplace: Place) -> None:
    from pipeline.training import training_of

    params, paths = workplace
    other = params.model_copy(update={"seed": 8})
    assert training_of(params, paths).hash != training_of(other, paths).hash


def test_the_champion_does_not_depend_on_the_test_dates(workplace: Place, silent: None) -> None:
    params, paths = workplace
    before = paths.champion.read_bytes()
    cohort = read_parquet(paths.cohort)
    test = cohort["split"] == "test"
    cohort.loc[test & cohort["eligible"], ["label", "gone", "going"]] = 0
    store.write_cohort(paths, cohort)
    for path in (paths.store / "features").rglob("*.parquet"):
        if path.parent.name.removeprefix("as_of=") in set(cohort.loc[test, "as_of"].astype(str)):
            path.unlink()
    calibrate.run(params, paths)
    choose.run(params, paths)
    assert paths.champion.read_bytes() == before


def spoiled(paths: Paths, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    store.write_cohort(paths, change(read_parquet(paths.cohort)))


def test_one_class_only_is_too_little(workplace: Place, silent: None) -> None:
    params, paths = workplace
    before = content(paths.model)
    spoiled(paths, lambda cohort: cohort.assign(label=cohort["label"].mask(cohort["eligible"], 0)))
    for family in ("logistic", "forest", "boosted"):
        with pytest.raises(TooLittleData, match=f"cannot train '{family}'"):
            train.run(params, paths, family)
    with pytest.raises(TooLittleData, match="cannot be calibrated"):
        calibrate.run(params, paths)
    (paths.family("logistic") / train.STUDY).unlink(missing_ok=True)
    assert {name: file for name, file in content(paths.model).items() if not name.endswith(".db")} == before


def test_one_customer_only_is_too_little(workplace: Place, silent: None) -> None:
    params, paths = workplace
    cohort = read_parquet(paths.cohort)
    one = cohort.loc[cohort["eligible"], "customer_id"].value_counts().index[0]
    spoiled(paths, lambda rows: rows[rows["customer_id"] == one])
    for family in ("logistic", "forest", "boosted"):
        with pytest.raises(TooLittleData):
            train.run(params, paths, family)


def test_too_short_a_history_is_too_little(workplace: Place) -> None:
    params, paths = workplace
    before = paths.cohort.read_bytes()
    trade = read_parquet(paths.table("trade"))
    write_parquet(paths.table("trade"), trade[trade["ordered_at"] < "2021-06-01"])
    paths.ingested.unlink()
    with pytest.raises(TooLittleData, match="as-of dates"):
        label.run(params, paths)
    assert paths.cohort.read_bytes() == before


def test_typical_values_are_medians_of_the_training_rows(finished: Place) -> None:
    paths = finished[1]
    _, X = store.matrix(paths, "train")
    typical = read_json(paths.family("boosted") / "family.json")["typical"]
    name = X.columns[0]
    assert typical[name] == np.nanmedian(X[name])


def test_mlflow_has_one_parent_a_training_and_the_champion_under_its_alias(finished: Place) -> None:
    paths = finished[1]
    with tracking._client(paths) as client:
        experiment = client.get_experiment_by_name(paths.dataset)
        assert experiment is not None
        runs = client.search_runs([experiment.experiment_id])
        parents = [run for run in runs if run.data.tags.get("kind") == "training"]
        families = {run.data.tags["family"]: run for run in runs if "family" in run.data.tags}
        assert len(parents) == 1
        assert set(families) == {"logistic", "forest", "boosted"}
        for run in families.values():
            assert run.info.status == "FINISHED"
            assert run.data.tags["mlflow.parentRunId"] == parents[0].info.run_id
            assert {"dataset_hash", "params_hash", "commit", "model_hash"} <= set(run.data.tags)
            assert "test/pooled/roc_auc" in run.data.metrics
            there = {file.path for file in client.list_artifacts(run.info.run_id)}
            assert {"model", "figures", "trials.csv"} <= there
        served = client.get_model_version_by_alias(f"forewarn-{paths.dataset}", "champion")
        chosen = read_json(paths.champion)
        assert served.tags["model_hash"] == chosen["model"]
        assert served.run_id == families[chosen["family"]].info.run_id
        assert served.run_id == read_json(paths.report / "tracking.json")["run"]


def test_choosing_again_registers_no_second_version(workplace: Place) -> None:
    params, paths = workplace
    champion, noted = paths.champion.read_bytes(), read_json(paths.report / "tracking.json")
    choose.run(params, paths)
    assert paths.champion.read_bytes() == champion
    assert read_json(paths.report / "tracking.json") == noted


def spoken(monkeypatch: pytest.MonkeyPatch, said: dict[str, Callable[[np.ndarray], np.ndarray]]) -> None:
    """Have the cross-fitted probabilities of some families replaced by what ``said`` makes of the labels."""
    sound = choose._crossfitted

    def crossfitted(
        params: Params, paths: Paths, served: Served, rows: pd.DataFrame, X: pd.DataFrame
    ) -> np.ndarray:
        p = sound(params, paths, served, rows, X)
        change = said.get(served.fit.family)
        return p if change is None else change(rows["label"].to_numpy(dtype=np.int64))

    monkeypatch.setattr(choose, "_crossfitted", crossfitted)


def hollow(y: np.ndarray) -> np.ndarray:
    """Call the leavers leavers, and as many that stayed again five times: a high tier of which a sixth left."""
    p = np.where(y == 1, 0.99, 0.01)
    p[np.flatnonzero(y == 0)[: 5 * int(y.sum())]] = 0.81
    return p


def test_a_family_whose_tier_is_refuted_cannot_be_champion(
    workplace: Place, silent: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its loss the hollow family would be chosen; its tier forbids it, and the next one serves."""
    params, paths = workplace
    spoken(monkeypatch, {"forest": hollow})
    monkeypatch.setattr(choose.metrics, "log_loss", lambda y, p: 0.0 if p.max() == 0.99 else 0.5)
    choose.run(params, paths)
    told = read_json(paths.champion)
    assert told["values"]["forest"] < told["values"]["logistic"]
    assert told["family"] == "logistic"
    assert told["certificates"]["forest"]["high"]["verdict"] == "refuted"
    assert "forest cannot serve: of the high tier's" in capsys.readouterr().out


def test_without_a_family_whose_tiers_hold_nothing_is_chosen(
    workplace: Place, silent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    before = paths.champion.read_bytes()
    spoken(monkeypatch, dict.fromkeys(("logistic", "forest", "boosted"), hollow))
    with pytest.raises(GateClosed, match="No family of dataset 'brook' keeps the promise") as refusal:
        choose.run(params, paths)
    assert refusal.value.exit_code == 14
    told = str(refusal.value)
    assert "\n" not in told
    for family in ("logistic", "forest", "boosted"):
        assert f"'{family}': of the high tier's" in told
    assert "left, where above 80% was promised" in told
    assert paths.champion.read_bytes() == before


def test_the_certificate_of_the_champion_is_that_of_its_calibration_dates(finished: Place) -> None:
    paths = finished[1]
    told = read_json(paths.champion)
    cohort = read_parquet(paths.cohort)
    rows = cohort[cohort["eligible"] & (cohort["split"] == "calibration")]
    assert told["dates"] == sorted(set(rows["as_of"].astype(str)))
    for tiers in told["certificates"].values():
        assert sum(tier["customers"] for tier in tiers.values()) == len(rows)
        assert sum(tier["of_leavers"] for tier in tiers.values()) == pytest.approx(1)
