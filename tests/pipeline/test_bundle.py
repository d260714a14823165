"""A release bundle: what is in it, and that nothing serves which is not as it was released."""

import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.job.artefacts import Artefact, malicious, planted, sealed
from pipeline import bundle, certificates, released, score, tracking
from pipeline.errors import GateClosed, MissingInput
from pipeline.fitted import champion
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(finished: Place) -> Files:
    """The bundle that serves in the finished run."""
    paths = finished[1]
    return released.files(paths, released.named(paths, "champion"))


def test_the_bundle_names_every_file_feature_and_certificate(files: Files, finished: Place) -> None:
    params, paths = finished
    index = bundle.index(files)
    assert set(index["files"]) == set(files) - {"bundle.json"}
    served = champion(paths, score.declarations())
    assert [feature["name"] for feature in index["features"]] == list(served.fit.churn.features)
    assert index["model"] == served.hash
    assert index["params"]["label"]["horizon_days"] == params.dataset.label.horizon_days
    assert index["certificate"]["tested"] == certificates.tested(paths)


def test_made_again_it_is_the_same_bytes(files: Files, finished: Place) -> None:
    assert bundle.made(*finished) == files


def test_the_golden_batch_spans_the_probabilities_and_names_nobody(files: Files, finished: Place) -> None:
    golden = json.loads(files["golden.json"])
    p = np.array(golden["p_churn"])
    assert len(p) == bundle.CUSTOMERS
    assert (np.diff(p) >= 0).all()
    contributions = np.array(golden["contributions"]).sum(axis=1)
    assert np.abs(np.array(golden["base"]) + contributions - p).max() < 1e-12
    assert not any(customer in files["golden.json"].decode() for customer in ("C00", "customer_id"))


def test_the_registry_gives_back_what_was_released(files: Files, finished: Place) -> None:
    paths = finished[1]
    version = released.named(paths, "champion")
    assert tracking.fetched(paths, version) == files
    assert tracking.digest_of(version) == bundle.digest(files)
    opened = bundle.opened(files, bundle.digest(files), score.declarations())
    assert opened.hash == version.tags["model_hash"]


def test_releasing_again_changes_nothing_and_a_damaged_artefact_is_written_again(workplace: Place) -> None:
    params, paths = workplace
    version = released.named(paths, "champion")
    sound = tracking.fetched(paths, version)
    assert released.release(params, paths, version) == version
    folder = next((paths.root / "mlruns" / "artifacts").rglob("release-*"))
    (folder / "golden.json").write_bytes(b"{}")
    with pytest.raises(GateClosed, match=r"'golden\.json' is not the file that was released"):
        bundle.opened(tracking.fetched(paths, version), tracking.digest_of(version), score.declarations())
    tracking.released(paths, version, sound)
    assert tracking.fetched(paths, version) == sound


def test_a_version_without_a_bundle_names_the_command(workplace: Place) -> None:
    paths = workplace[1]
    version = released.named(paths, "champion")
    bare = tracking.Version(version.name, version.version, version.run, {})
    with pytest.raises(MissingInput, match="forewarn promote --dataset brook"):
        tracking.fetched(paths, bare)


@pytest.mark.parametrize("name", ["calibration.json", "fitted/churn/booster_00.txt", "bundle.json"])
def test_a_damaged_file_is_refused_by_its_name(name: str, files: Files) -> None:
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    with pytest.raises(GateClosed, match=name) as refusal:
        bundle.opened({**files, name: bytes(content)}, bundle.digest(files), score.declarations())
    assert refusal.value.exit_code == 14
    assert str(refusal.value).count("\n") == 0


def test_a_sound_bundle_that_is_sealed_again_still_opens(files: Files) -> None:
    """What the malicious ones are made with is no reason to refuse them."""
    again = sealed(files)
    assert bundle.opened(again, bundle.digest(again), score.declarations()).fit.family == "boosted"


def test_no_malicious_artefact_is_opened_and_none_runs(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    planted(tmp_path)
    monkeypatch.setenv("CANARY", str(canary))
    monkeypatch.syspath_prepend(str(tmp_path))
    artefacts = [one for one in malicious(files) if "600 MB" not in one.name]
    assert len(artefacts) >= 40
    declared, opened = score.declarations(), []
    for artefact in artefacts:
        if not refused(artefact, declared):
            opened.append(artefact.name)
        assert not canary.exists(), artefact.name
    assert opened == []
    assert "forewarn_canary" not in sys.modules


def refused(artefact: Artefact, declared: list[dict[str, object]]) -> bool:
    try:
        bundle.opened(artefact.files, artefact.digest, declared)
    except GateClosed:
        return True
    return False


def test_a_kept_copy_serves_while_the_registry_is_asked_for_the_name_alone(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    monkeypatch.setattr(tracking, "fetched", lambda *_: pytest.fail("it was fetched again"))
    assert score.run(params, paths, date(2023, 9, 20)).fresh


def test_scores_stay_where_mlflow_does_not_answer(workplace: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths = workplace
    before = (paths.scores / "as_of=2023-09-27" / "manifest.json").read_bytes()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(GateClosed, match=r"MLflow at 'http://127\.0\.0\.1:9' did not answer") as refusal:
        score.run(params, paths, date(2023, 9, 27))
    assert "secret" not in str(refusal.value)
    assert (paths.scores / "as_of=2023-09-27" / "manifest.json").read_bytes() == before
