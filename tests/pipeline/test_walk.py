"""The walk over the test dates: nothing that became known later, and each date told by its own model."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.families import FAMILIES
from models.folds import roles
from pipeline import digests, explain, fitting, store, walk
from pipeline.errors import GateClosed
from pipeline.fitted import load
from pipeline.frames import read_json, read_parquet, write_parquet, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.store import catalogue

Place = tuple[Params, Paths]
FIRST, LAST = date(2023, 2, 28), date(2023, 3, 31)


def content(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def walked(params: Params, paths: Paths) -> pd.DataFrame:
    return walk.walked(params, paths, lambda: None)


def test_what_becomes_known_after_a_date_changes_nothing_that_was_said_on_it(workplace: Place) -> None:
    """Labels not yet known are turned round, later features spoiled; what was said of the first date stays."""
    params, paths = workplace
    before = read_parquet(paths.report / "predictions.parquet")
    cohort = read_parquet(paths.cohort)
    late = cohort["eligible"] & (cohort["known_on"] > pd.Timestamp(LAST))
    assert (late & (cohort["split"] == "gap")).any()
    cohort.loc[late, "label"] = 1 - cohort.loc[late, "label"]
    cohort.loc[late, "gone"] = 0
    cohort.loc[late, "going"] = cohort.loc[late, "label"]
    store.write_cohort(paths, cohort)
    for folder in (paths.store / "features").glob("as_of=*"):
        if date.fromisoformat(folder.name.removeprefix("as_of=")) > LAST:
            (folder / "features.parquet").unlink()
    after = walked(params, paths)
    said = ["customer_id", "as_of", "family", "p_churn", "p_gone", "tier"]
    pd.testing.assert_frame_equal(after[said], before[said], check_exact=True)
    assert (after["label"] != before["label"]).all()  # the answers did change: the test looked


def test_what_is_asked_on_a_later_date_does_not_reach_an_earlier_one(workplace: Place) -> None:
    params, paths = workplace
    before = read_parquet(paths.report / "predictions.parquet")
    file = paths.features(LAST) / "features.parquet"
    spoiled = read_parquet(file)
    numbers = spoiled.select_dtypes("number").columns
    spoiled[numbers] = spoiled[numbers].astype(float) * -3
    write_parquet(file, spoiled)
    told = store.catalogue(paths)
    told["dates"][LAST.isoformat()]["files"][file.name] = digests.of_file(file)
    write_sealed(paths.catalogue, told)
    after = walked(params, paths)
    first = before["as_of"] == pd.Timestamp(FIRST)
    pd.testing.assert_frame_equal(after[first], before[first], check_exact=True)
    models = after["family"].isin(FAMILIES)
    assert (after.loc[~first & models, "p_churn"] != before.loc[~first & models, "p_churn"]).any()


def test_a_label_that_came_to_be_known_is_learnt_from(workplace: Place) -> None:
    """The proof above could not fail if later dates learnt nothing: the newest label of the second date counts."""
    params, paths = workplace
    before = read_parquet(paths.report / "predictions.parquet")
    cohort = read_parquet(paths.cohort)
    calibrated = walk.roles_on(params, cohort, LAST)[1]
    newest = cohort["eligible"] & (cohort["as_of"] == pd.Timestamp(calibrated[-1]))
    assert (cohort.loc[newest, "known_on"] > pd.Timestamp(FIRST)).all()
    cohort.loc[newest, "label"] = 1 - cohort.loc[newest, "label"]
    cohort.loc[newest, "gone"] = 0
    store.write_cohort(paths, cohort)
    after = walked(params, paths)
    first = before["as_of"] == pd.Timestamp(FIRST)
    models = before["family"].isin(FAMILIES)
    pd.testing.assert_frame_equal(after[first], before[first], check_exact=True)
    assert (after.loc[~first & models, "p_churn"] != before.loc[~first & models, "p_churn"]).any()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_first_date_is_told_by_the_model_that_serves(family: str, finished: Place) -> None:
    _, paths = finished
    declared = catalogue(paths)["features"]
    assert load(paths, family, declared, FIRST).hash == load(paths, family, declared).hash
    assert load(paths, family, declared, LAST).hash != load(paths, family, declared).hash


def test_a_model_made_for_the_first_date_would_be_the_one_that_serves(workplace: Place) -> None:
    """The walk's own way of making a model gives the bytes that train and calibrate gave."""
    params, paths = workplace
    served = content(paths.walked / f"as_of={FIRST}")
    cohort = store.cohort(paths)
    known = cohort[cohort["eligible"] & (cohort["known_on"] <= pd.Timestamp(FIRST))]
    walk._make(params, paths, FIRST, known, walk.roles_on(params, cohort, FIRST), walk.FAMILIES)
    assert content(paths.walked / f"as_of={FIRST}") == served
    assert len(served) > 3 * len(FAMILIES)


def test_the_roles_of_the_first_date_are_the_splits(finished: Place) -> None:
    params, paths = finished
    cohort = store.cohort(paths)
    trained, calibrated = walk.roles_on(params, cohort, FIRST)
    split = cohort.groupby("split")["as_of"].unique()
    assert trained == sorted(day.date() for day in split["train"])
    assert calibrated == sorted(day.date() for day in split["calibration"])
    told = roles(
        sorted({day.date() for day in cohort["as_of"]}),
        test=params.dates.test,
        calibration=params.dates.calibration,
        label_days=params.dataset.label.known_after_days,
    )
    assert [day for day, role in told.items() if role == "test"] == store.tested(cohort) == [FIRST, LAST]


def test_walking_again_gives_the_same_bytes(workplace: Place) -> None:
    params, paths = workplace
    before = content(paths.walked)
    stale = paths.walked / "as_of=2020-01-31"
    stale.mkdir()
    walked(params, paths)
    assert content(paths.walked) == before
    assert not stale.exists()


def test_a_date_on_which_nothing_new_was_known_takes_over_the_models_before(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    cohort = store.cohort(paths)
    same = walk.roles_on(params, cohort, FIRST)
    monkeypatch.setattr(walk, "roles_on", lambda *_: same)
    monkeypatch.setattr(fitting, "fit", None)  # nothing is fitted
    walked(params, paths)
    assert content(paths.walked / f"as_of={LAST}") == content(paths.walked / f"as_of={FIRST}")


def test_what_a_model_must_beat_knows_what_the_date_knew(finished: Place) -> None:
    _, paths = finished
    cohort = store.cohort(paths)
    told = read_parquet(paths.report / "predictions.parquet")
    base = told[told["family"] == "base_rate"].groupby("as_of")["p_churn"].agg(["min", "max"])
    for day, row in base.iterrows():
        known = cohort[cohort["eligible"] & (cohort["known_on"] <= day)]
        assert row["min"] == row["max"] == pytest.approx(known["label"].astype(float).mean())


def test_each_date_is_explained_by_its_own_model(finished: Place) -> None:
    _, paths = finished
    family = read_json(paths.champion)["family"]
    declared = catalogue(paths)["features"]
    causes = read_parquet(paths.report / "causes.parquet")
    for day, rows in causes.groupby("as_of"):
        assert set(rows["model"]) == {load(paths, family, declared, day.date()).hash}
    told = read_parquet(paths.report / "predictions.parquet")
    both = causes.merge(told[told["family"] == family], on=["customer_id", "as_of"], validate="one_to_one")
    assert len(both) == len(causes)
    assert np.abs(both["p_churn_x"] - both["p_churn_y"]).max() < 1e-12


def test_a_walk_of_another_champion_is_not_explained(workplace: Place) -> None:
    params, paths = workplace
    family = read_json(paths.champion)["family"]
    about = read_json(paths.family(family, FIRST) / "family.json")
    write_sealed(paths.family(family, FIRST) / "family.json", {**about, "value": 0.0})
    maps = read_json(paths.family(family, FIRST) / "calibration.json")
    fit = fitting.digests.of_file(paths.family(family, FIRST) / "family.json")
    write_sealed(paths.family(family, FIRST) / "calibration.json", {**maps, "fit": fit})
    with pytest.raises(GateClosed, match="walk the test dates again with 'forewarn evaluate"):
        explain.run(params, paths)
