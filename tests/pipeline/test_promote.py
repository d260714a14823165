"""Who serves: the gate's decision, what it leaves behind, and the way back."""

import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import choose, decision, fitted, judging, promote, released, store, tracking
from pipeline.errors import GateClosed, MissingInput
from pipeline.frames import json_text, read_json, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]


def challenge(place: Place, family: str, *, refuted: bool = False) -> str:
    """Have ``family`` ask to serve, as ``choose`` and ``evaluate`` would; give its version."""
    params, paths = place
    served = fitted.load(paths, family, store.catalogue(paths)["features"])
    chosen = {**read_json(paths.champion), "family": family, "model": served.hash, "fit": served.fit.hash}
    write_json(paths.champion, chosen)
    choose._register(params, paths, served, json_text(chosen))
    broken = {"as_of": None, "tier": "high", "customers": 30, "observed": 0.5}
    told = {**read_json(paths.certificate), "model": served.hash, "refuted": [broken] if refuted else []}
    write_json(paths.certificate, told)
    return released.named(paths, tracking.CHALLENGER).version


def spoil(place: Place, family: str, p: float) -> None:
    """Have ``family`` say ``p`` of everybody, at all times."""
    path = place[1].family(family) / fitted.CALIBRATION
    maps = read_json(path)
    maps.pop("level", None)
    log_odds = float(np.log(p / (1 - p)))
    maps["churn"] |= {"method": "sigmoid", "values": {"a": [0.0], "b": [log_odds]}}
    write_json(path, maps)


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
def place(workplace: Place) -> Place:
    """A finished run in which no model serves yet."""
    nobody_serves(workplace)
    return workplace


def test_the_first_model_serves_by_its_certificate_alone(place: Place) -> None:
    first = challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (True, first)
    assert found.told["against"] == "nothing"
    assert "no model serves yet, so its certificate alone decides" in found.text
    assert tags(place[1], first)["gate"] == "promoted"
    assert tags(place[1], first)["gate_against"] == "nothing"


def test_a_first_model_whose_certificate_is_refuted_does_not_serve(place: Place) -> None:
    challenge(place, "logistic", refuted=True)
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (False, None)
    assert "50.0% of its 30 customers left, where above 80% was promised" in found.sentence


def test_a_model_without_a_certificate_is_sent_to_evaluate(place: Place) -> None:
    challenge(place, "logistic")
    place[1].certificate.unlink()
    with pytest.raises(MissingInput, match="forewarn evaluate --dataset brook"):
        promote.run(*place)


def test_without_a_challenger_it_is_said_who_makes_one(place: Place) -> None:
    with tracking._client(place[1]) as client:
        client.delete_registered_model_alias("forewarn-brook", tracking.CHALLENGER)
    with pytest.raises(MissingInput, match="forewarn choose --dataset brook"):
        promote.run(*place)


def test_a_better_challenger_takes_the_place_of_a_worse_champion(place: Place) -> None:
    paths = place[1]
    spoil(place, "forest", 0.60)
    worse = challenge(place, "forest")
    promote.run(*place)
    better = challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.serves, serving(paths)) == (True, better)
    told = read_json(paths.report / "promotion.json")
    assert (told["verdict"], told["champion"]["version"], told["challenger"]["version"]) == (
        "promoted",
        worse,
        better,
    )
    # The champion said .60 of everybody: -(r ln .60 + (1 - r) ln .40), r the share that left.
    rows = store.cohort(paths)
    rows = rows[(rows["split"] == "test") & rows["eligible"]]
    rate = rows["label"].astype(float).mean()
    (loss,) = (check for check in told["checks"] if check["name"] == "log_loss")
    assert loss["champion"] == pytest.approx(-(rate * np.log(0.60) + (1 - rate) * np.log(0.40)))
    assert told["rows"] == len(rows)
    assert json_text(told) == kept(paths, better, f"promotion/against-{worse}.json")
    assert kept(paths, better, f"promotion/against-{worse}.txt") == decision.text(told)
    assert tags(paths, better)["before"] == worse
    assert tags(paths, better)["gate_by"].startswith("log_loss +")


def test_a_worse_challenger_is_refused_with_a_table_and_the_champion_stays(place: Place) -> None:
    champion = challenge(place, "logistic")
    promote.run(*place)
    spoil(place, "forest", 0.60)
    challenger = challenge(place, "forest")
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (False, champion)
    assert [line.split()[0] for line in found.text.splitlines() if line.endswith(("holds", "FAILS"))] == [
        "log",
        "Brier",
        "promises",
        "profit",
        "certificate",
    ]
    assert "Its log loss is not surely smaller by the least gain." in found.sentence
    assert tags(place[1], challenger)["gate"] == "refused"
    assert "before" not in tags(place[1], challenger)


def test_a_better_model_with_a_refuted_certificate_is_refused(place: Place) -> None:
    spoil(place, "forest", 0.60)
    champion = challenge(place, "forest")
    promote.run(*place)
    challenge(place, "logistic", refuted=True)
    found = promote.run(*place)
    assert all(check["holds"] for check in found.told["checks"])
    assert (found.serves, serving(place[1])) == (False, champion)
    assert "1 broken" in found.text


def test_asked_twice_it_says_so_and_answers_alike(place: Place) -> None:
    challenge(place, "logistic")
    promote.run(*place)
    spoil(place, "forest", 0.60)
    challenge(place, "forest")
    first = promote.run(*place)
    bytes_before = (place[1].report / "promotion.json").read_bytes()
    again = promote.run(*place)
    assert (first.fresh, again.fresh) == (True, False)
    assert again.text.startswith("Decided before")
    assert again.text.endswith(first.text)
    assert (again.serves, again.sentence) == (first.serves, first.sentence)
    # Decided anew it is the same to the byte.
    (place[1].report / "promotion.json").unlink()
    assert promote.run(*place).fresh
    assert (place[1].report / "promotion.json").read_bytes() == bytes_before


def test_other_terms_are_another_question(place: Place) -> None:
    challenge(place, "logistic")
    promote.run(*place)
    spoil(place, "forest", 0.60)
    challenge(place, "forest")
    promote.run(*place)
    params = place[0].model_copy(update={"promote": place[0].promote.model_copy(update={"alpha": 0.1})})
    assert promote.run(params, place[1]).fresh


def test_the_champion_that_is_asked_about_serves_already(place: Place) -> None:
    challenge(place, "logistic")
    promote.run(*place)
    found = promote.run(*place)
    assert found.serves
    assert found.text == f"Version {serving(place[1])} (logistic) serves already.\n"


def damaged(paths: Paths, number: str) -> None:
    """Spoil a file of a release, here and in the registry."""
    version = tracking.version(paths, number)
    assert version is not None
    shutil.rmtree(paths.released(tracking.digest_of(version)), ignore_errors=True)
    (golden,) = (paths.root / "mlruns").rglob(
        f"{version.run}/artifacts/release-{version.tags[tracking.RELEASE][:12]}/golden.json"
    )
    golden.write_text("{}")


def test_a_damaged_champion_is_replaced_by_what_beats_the_cadence_rule(place: Place) -> None:
    champion = challenge(place, "forest")
    promote.run(*place)
    damaged(place[1], champion)
    challenger = challenge(place, "logistic")
    found = promote.run(*place)
    assert found.told["against"] == "cadence rule"
    assert f"The champion cannot be scored: version {champion}:" in found.text
    assert "'golden.json' is not the file that was released" in " ".join(found.text.split())
    passed = all(check["holds"] for check in found.told["checks"])
    assert serving(place[1]) == (challenger if passed else champion)
    rule = pd.read_parquet(place[1].report / "predictions.parquet").query("family == 'cadence_rule'")
    loss = -np.log(np.where(rule["label"] == 1, rule["p_churn"], 1 - rule["p_churn"])).mean()
    assert found.told["checks"][0]["champion"] == pytest.approx(loss)


def test_a_champion_of_other_features_is_replaced_by_what_beats_the_cadence_rule(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenge(place, "forest")
    promote.run(*place)
    lost = read_json(place[1].family("forest") / "family.json")["features"][0]
    challenge(place, "logistic")
    right = judging.declarations()
    champion = tracking.version(place[1], tracking.CHAMPION)
    assert champion is not None

    def changed(params: Params, paths: Paths, version: tracking.Version) -> Any:
        catalogue = right
        if version.version == champion.version:
            catalogue = [entry | {"hash": "0" * 64} if entry["name"] == lost else entry for entry in right]
        monkeypatch.setattr(judging, "declarations", lambda: catalogue)
        return opened(params, paths, version)

    opened = judging.opened
    monkeypatch.setattr(judging, "opened", changed)
    found = promote.run(*place)
    assert found.told["against"] == "cadence rule"
    assert f"trained on another feature '{lost}'" in " ".join(found.text.split())


def test_a_champion_that_has_learnt_from_the_test_dates_cannot_be_compared(place: Place) -> None:
    paths = place[1]
    chosen = read_json(paths.champion)
    last = store.tested(store.cohort(paths))[-1].isoformat()
    write_json(paths.champion, {**chosen, "dates": [*chosen["dates"], last]})
    champion = challenge(place, "forest")
    promote.run(*place)
    write_json(paths.champion, chosen)
    challenge(place, "logistic")
    found = promote.run(*place)
    assert (found.serves, serving(paths)) == (False, champion)
    assert "No test date is untouched by both" in found.sentence
    assert found.told["checks"] == []


def test_too_few_leavers_decide_nothing(place: Place) -> None:
    challenge(place, "forest")
    promote.run(*place)
    challenge(place, "logistic")
    cohort = store.cohort(place[1])
    tested = cohort["split"] == "test"
    cohort.loc[tested & cohort["eligible"], ["label", "gone", "going"]] = 0
    write_parquet(place[1].cohort, cohort)
    found = promote.run(*place)
    assert not found.serves
    assert "0 customers left on the dates that both models may be asked about" in found.sentence


def test_rollback_brings_the_champion_before_back_and_keeps_it(place: Place) -> None:
    spoil(place, "forest", 0.60)
    before = challenge(place, "forest")
    promote.run(*place)
    after = challenge(place, "logistic")
    promote.run(*place)
    assert f"Version {before} of 'forewarn-brook' serves again" in promote.back(*place)
    assert serving(place[1]) == before
    # The next run does not promote again what was taken back.
    found = promote.run(*place)
    assert (found.serves, serving(place[1])) == (False, before)
    assert "taken back by 'forewarn rollback'" in found.sentence
    assert "rolled_back" in tags(place[1], after)
    with pytest.raises(GateClosed, match="no model served before it"):
        promote.back(*place)


def test_there_is_no_way_back_to_nothing_or_to_a_damaged_model(place: Place) -> None:
    with pytest.raises(GateClosed, match="No model of dataset 'brook' serves"):
        promote.back(*place)
    spoil(place, "forest", 0.60)
    before = challenge(place, "forest")
    promote.run(*place)
    after = challenge(place, "logistic")
    promote.run(*place)
    damaged(place[1], before)
    with pytest.raises(GateClosed, match="golden"):
        promote.back(*place)
    assert serving(place[1]) == after
