"""Who serves: the gate's decision, what it leaves behind, and the way back."""

import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models import gate
from pipeline import bundle, decision, judging, promote, released, store, tracking
from pipeline.errors import BadRecords, CannotWrite, GateClosed, MissingInput
from pipeline.frames import json_text, read_json, read_parquet, read_sealed, write_parquet, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from tests.pipeline.challenged import challenge, lenient, spoil

Place = tuple[Params, Paths]


def serving(paths: Paths) -> str | None:
    version = tracking.version(paths, tracking.CHAMPION)
    return version.version if version else None


def tags(paths: Paths, number: str) -> dict[str, str]:
    version = tracking.version(paths, number)
    assert version is not None
    return dict(version.tags)


def kept(paths: Paths, number: str, name: str) -> str:
    """An artefact of the run of a version."""
    version = tracking.version(paths, number)
    assert version is not None
    found = list((paths.root / "mlruns").rglob(f"{version.run}/artifacts/{name}"))
    assert len(found) == 1
    return found[0].read_text("utf-8")


def nobody_serves(place: Place) -> None:
    with tracking._client(place[1]) as client:
        client.delete_registered_model_alias(tracking.registered_name(place[1].dataset), tracking.CHAMPION)


@pytest.fixture
def place(workplace: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A finished run in which no model serves yet, with margins that 17 leavers can tell.

    The golden batch, which takes seconds, is tested elsewhere.
    """
    monkeypatch.setattr(bundle, "_demand_answers", lambda served, golden: None)
    monkeypatch.setattr(gate, "LEAST", 5)
    nobody_serves(workplace)
    params, paths = workplace
    return lenient(params), paths


def test_the_first_model_serves_by_its_certificate_alone(place: Place) -> None:
    first = challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (True, first)
    assert found.told["against"] == "nothing"
    assert "no model serves yet, so its certificate alone decides" in found.text
    assert (tags(place[1], first)["gate"], tags(place[1], first)["gate_against"]) == ("promoted", "nothing")
    again = promote.run(*place)
    assert again.serves
    assert again.text == f"Version {first} (logistic) serves already.\n"
    with pytest.raises(GateClosed, match="no model served before it"):
        promote.back(*place)


def in_yen(params: Params) -> Params:
    return params.model_copy(update={"dataset": params.dataset.model_copy(update={"currency": "JPY"})})


def test_what_serves_keeps_its_release_whatever_setting_changes(place: Place) -> None:
    params, paths = place
    first = challenge(place, "logistic")
    promote.run(*place)
    before = tags(paths, first)
    told = read_json(paths.certificate)
    write_sealed(paths.certificate, {**told, "refuted": [{"as_of": None, "tier": "high", "customers": 30}]})
    found = promote.run(in_yen(params), paths)
    assert (found.serves, found.text) == (True, f"Version {first} (logistic) serves already.\n")
    assert tags(paths, first) == before
    index = bundle.index(released.files(paths, released.named(paths, "champion")))
    with pytest.raises(GateClosed, match="'currency: EUR' and the dataset says 'currency: JPY'"):
        bundle.demand_settings(index, in_yen(params))


def test_a_damaged_release_of_what_serves_is_written_again_only_as_it_was(place: Place) -> None:
    paths = place[1]
    first = challenge(place, "logistic")
    promote.run(*place)
    before, (golden, content) = tags(paths, first), damaged(paths, first)
    assert promote.run(*place).serves
    assert golden.read_bytes() == content
    damaged(paths, first)
    certified = read_json(paths.certificate)
    write_sealed(paths.certificate, {**certified, "refuted": [{"as_of": None, "tier": "high"}]})
    with pytest.raises(GateClosed, match=f"version {first} .* is damaged"):
        promote.run(*place)
    assert tags(paths, first) == before


def test_a_model_is_released_for_the_settings_that_it_was_trained_for_and_for_no_other(place: Place) -> None:
    params, paths = place
    first = challenge(place, "logistic")
    with pytest.raises(GateClosed, match="trained with 'currency: EUR' and the dataset says 'currency: JPY'"):
        promote.run(in_yen(params), paths)
    about = read_json(paths.family("logistic") / "family.json")
    with pytest.raises(GateClosed, match="does not say for which settings it was trained"):
        bundle._demand_trained({"family": about["family"]}, params, paths)
    assert (serving(paths), tags(paths, first).get(tracking.RELEASE)) == (None, None)


def test_a_first_model_whose_certificate_is_refuted_or_missing_does_not_serve(place: Place) -> None:
    challenge(place, "logistic", refuted=True)
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (False, None)
    assert "50.0% of its 30 customers left, where above 80% was promised" in found.sentence
    with pytest.raises(GateClosed, match="No model of dataset 'brook' serves"):
        promote.back(*place)
    place[1].certificate.unlink()
    with pytest.raises(MissingInput, match="forewarn evaluate --dataset brook"):
        promote.run(*place)
    with tracking._client(place[1]) as client:
        client.delete_registered_model_alias("forewarn-brook", tracking.CHALLENGER)
    with pytest.raises(MissingInput, match="forewarn choose --dataset brook"):
        promote.run(*place)


def test_a_better_challenger_takes_the_place_of_a_worse_champion_and_may_be_taken_back(place: Place) -> None:
    paths = place[1]
    spoil(place, "boosted", 0.60)
    worse = challenge(place, "boosted")
    promote.run(*place)
    better = challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.told["why"], serving(paths)) == ([], better)
    told = read_sealed(paths.report / "promotion.json", made_by="promote")
    assert (told["verdict"], told["champion"]["version"]) == ("promoted", worse)
    # The champion said .60 of everybody: -(r ln .60 + (1 - r) ln .40), r the share that left.
    rows = store.cohort(paths)
    rows = rows[(rows["split"] == "test") & rows["eligible"]]
    rate = rows["label"].astype(float).mean()
    loss = told["checks"][0]
    assert (loss["name"], told["rows"]) == ("log_loss", len(rows))
    assert loss["champion"] == pytest.approx(-(rate * np.log(0.60) + (1 - rate) * np.log(0.40)))
    assert json_text(told) == kept(paths, better, f"promotion/against-{worse}.json")
    assert kept(paths, better, f"promotion/against-{worse}.txt") == decision.text(told)
    assert tags(paths, better)["before"] == worse
    assert tags(paths, better)["gate_by"].startswith("log_loss +")

    # There is no way back to a damaged model.
    golden, content = damaged(paths, worse)
    with pytest.raises(GateClosed, match="golden"):
        promote.back(*place)
    assert serving(paths) == better
    golden.write_bytes(content)
    assert f"Version {worse} of 'forewarn-brook' serves again" in promote.back(*place)
    assert serving(paths) == worse
    # Killed after the alias moved and run again, it goes no further back than it was asked.
    taken = tracking.version(paths, better)
    assert taken is not None
    tracking.tagged(paths, taken, {promote.WENT_TO: ""})
    assert f"Version {worse} of 'forewarn-brook' serves again" in promote.back(*place)
    with pytest.raises(GateClosed, match="no model served before it"):
        promote.back(*place)
    assert serving(paths) == worse
    # The next run does not promote again what was taken back.
    found = promote.run(*place)
    assert (found.serves, serving(paths)) == (False, worse)
    assert "taken back by 'forewarn rollback'" in found.sentence


def test_a_worse_challenger_is_refused_with_a_table_and_asked_again_the_answer_is_the_same(
    place: Place,
) -> None:
    params, paths = place
    champion = challenge(place, "logistic")
    promote.run(*place)
    spoil(place, "boosted", 0.60)
    challenger = challenge(place, "boosted")
    first = promote.run(*place)
    assert (first.serves, serving(paths)) == (False, champion)
    rows = [line.split()[0] for line in first.text.splitlines() if line.endswith(("holds", "FAILS"))]
    assert rows == ["log", "Brier", "promises", "profit", "certificate"]
    assert "Its log loss is not surely smaller by the least gain." in first.sentence
    assert tags(paths, challenger)["gate"] == "refused"
    assert "before" not in tags(paths, challenger)

    content = (paths.report / "promotion.json").read_bytes()
    again = promote.run(*place)
    assert (first.fresh, again.fresh) == (True, False)
    assert (
        again.text == f"Decided before, and nothing that the decision depends on has changed:\n{first.text}"
    )
    assert (again.serves, again.sentence) == (False, first.sentence)
    (paths.report / "promotion.json").unlink()
    assert promote.run(*place).fresh
    assert (paths.report / "promotion.json").read_bytes() == content
    # A refusal that the disk or a hand has changed is none, and the gate is asked anew.
    for said in (b"refuseg", b"promoted"):
        (paths.report / "promotion.json").write_bytes(content.replace(b"refused", said))
        asked = promote.run(*place)
        assert (asked.fresh, asked.serves, serving(paths)) == (True, False, champion)
        assert (paths.report / "promotion.json").read_bytes() == content
    # Other terms are another question.
    other = params.model_copy(update={"promote": params.promote.model_copy(update={"alpha": 0.1})})
    assert promote.run(other, paths).fresh


def test_other_margins_are_another_question_and_damaged_ones_are_none(place: Place) -> None:
    _, paths = place
    spoil(place, "boosted", 0.60)
    challenge(place, "boosted")
    promote.run(*place)
    challenge(place, "logistic", refuted=True)
    assert promote.run(*place).fresh
    assert not promote.run(*place).fresh
    table = paths.table("trade")
    content = table.read_bytes()
    assert b"margin" in content
    table.write_bytes(content.replace(b"margin", b"nargin"))
    with pytest.raises(BadRecords, match="The table 'trade' of dataset 'brook' is not as ingest left it"):
        promote.run(*place)
    table.write_bytes(content)
    assert not promote.run(*place).fresh
    trade = read_parquet(table)
    write_parquet(table, trade.assign(margin=trade["margin"] / 2))
    paths.ingested.unlink()
    assert promote.run(*place).fresh


def test_a_better_model_with_a_refuted_certificate_is_refused(place: Place) -> None:
    spoil(place, "boosted", 0.60)
    champion = challenge(place, "boosted")
    promote.run(*place)
    challenge(place, "logistic", refuted=True)
    found = promote.run(*place)
    assert found.told["checks"][0]["holds"]
    assert (found.serves, serving(place[1])) == (False, champion)
    assert "1 broken" in found.text


def damaged(paths: Paths, number: str) -> tuple[Path, bytes]:
    """Spoil a file of a release, here and in the registry; give it with what it held."""
    version = tracking.version(paths, number)
    assert version is not None
    shutil.rmtree(paths.released(tracking.digest_of(version)), ignore_errors=True)
    release = f"release-{version.tags[tracking.RELEASE][:12]}"
    (golden,) = (paths.root / "mlruns").rglob(f"{version.run}/artifacts/{release}/golden.json")
    content = golden.read_bytes()
    golden.write_text("{}")
    return golden, content


def test_a_damaged_champion_is_replaced_by_what_beats_the_cadence_rule(place: Place) -> None:
    champion = challenge(place, "boosted")
    promote.run(*place)
    damaged(place[1], champion)
    challenger = challenge(place, "logistic")
    found = promote.run(*place)
    assert found.told["against"] == "cadence rule"
    told = " ".join(found.text.split())
    assert f"The champion cannot be scored: version {champion}:" in told
    assert "'golden.json' is not the file that was released" in told
    assert serving(place[1]) == (champion if found.told["why"] else challenger)
    rule = pd.read_parquet(place[1].report / "predictions.parquet").query("family == 'cadence_rule'")
    loss = -np.log(np.where(rule["label"] == 1, rule["p_churn"], 1 - rule["p_churn"])).mean()
    assert found.told["checks"][0]["champion"] == pytest.approx(loss)


def test_a_champion_of_other_features_is_replaced_by_what_beats_the_cadence_rule(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = challenge(place, "boosted")
    promote.run(*place)
    lost = read_json(place[1].family("boosted") / "family.json")["features"][0]
    challenge(place, "logistic")
    catalogue, opened = judging.declarations(), judging.opened

    def changed(params: Params, paths: Paths, version: tracking.Version) -> Any:
        """Open the champion with a catalogue in which one of its features is another."""
        mine = catalogue
        if version.version == champion:
            mine = [entry | {"hash": "0" * 64} if entry["name"] == lost else entry for entry in catalogue]
        monkeypatch.setattr(judging, "declarations", lambda: mine)
        return opened(params, paths, version)

    monkeypatch.setattr(judging, "opened", changed)
    found = promote.run(*place)
    assert found.told["against"] == "cadence rule"
    assert f"feature '{lost}'" in found.told["lost"]


def test_a_champion_that_has_learnt_from_the_test_dates_cannot_be_compared(place: Place) -> None:
    paths = place[1]
    chosen = read_json(paths.champion)
    last = store.tested(store.cohort(paths))[-1].isoformat()
    write_sealed(paths.champion, {**chosen, "dates": [*chosen["dates"], last]})
    champion = challenge(place, "boosted")
    promote.run(*place)
    write_sealed(paths.champion, chosen)
    challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.serves, serving(paths)) == (False, champion)
    assert "No test date is untouched by both" in found.sentence
    assert found.told["checks"] == []


def test_a_database_that_is_locked_is_told_in_our_sentence_alone(
    place: Place, capfd: pytest.CaptureFixture[str]
) -> None:
    challenge(place, "logistic")
    capfd.readouterr()
    with contextlib.closing(sqlite3.connect(place[1].root / "mlruns" / "mlflow.db")) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CannotWrite, match=r"did not answer .*locked"):
            promote.run(*place)
    assert capfd.readouterr().err == ""


def test_only_a_verdict_that_is_known_serves() -> None:
    served = [promote.Promotion({"verdict": said}, fresh=True).serves for said in ("refused", "refuseg")]
    assert served == [False, False]


def test_too_few_leavers_decide_nothing(place: Place) -> None:
    challenge(place, "boosted")
    promote.run(*place)
    challenge(place, "logistic")
    cohort = store.cohort(place[1])
    tested = (cohort["split"] == "test") & cohort["eligible"]
    cohort.loc[tested, "label"] = 0
    store.write_cohort(place[1], cohort)
    found = promote.run(*place)
    assert not found.serves
    assert "0 customers left on the dates that both models may be asked about" in found.sentence
