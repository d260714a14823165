"""No password is told, wherever it stands in an address and whatever signs are in it."""

import traceback
from pathlib import Path

import pytest

from pipeline import tracking
from pipeline.addresses import shown, without_secrets
from pipeline.errors import CannotWrite
from pipeline.paths import Paths

SHOWN = {
    "sqlite:////srv/a@b/mlruns/mlflow.db": "sqlite:////srv/a@b/mlruns/mlflow.db",
    "http://127.0.0.1:9/mlflow": "http://127.0.0.1:9/mlflow",
    "http://keeper:hunter2@127.0.0.1:9": "http://127.0.0.1:9",
    "http://[::1]:9": "http://[::1]:9",
    "file:/srv/mlruns": "file:/srv/mlruns",
    "postgresql+psycopg://h/db?user=u&password=hunter2": "postgresql+psycopg://h/db",
    "http://hunter2@127.0.0.1:9": "http://127.0.0.1:9",
    "http://127.0.0.1:9/#hunter2": "http://127.0.0.1:9/",
    "http://keeper:hun/ter2@127.0.0.1:9": "http://...",
    "http://keeper:123/hunter2@127.0.0.1:9": "http://...",
    "http://keeper:123?hunter2@127.0.0.1:9": "http://...",
    "http://keeper:hunter2？x@127.0.0.1:9": "http://...",
    "http://keeper:hunter2[x@127.0.0.1:9": "http://...",
    "keeper:hunter2@127.0.0.1:9": "...",
}


@pytest.mark.parametrize("address", SHOWN)
def test_an_address_is_shown_without_its_password(address: str) -> None:
    assert shown(address) == SHOWN[address]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://h/db?user=u&password=hun%2Fter2",
        "postgresql+psycopg://keeper:hun%2Fter2@h/db",
        "http://keeper:hun/ter2@127.0.0.1:9",
    ],
)
@pytest.mark.parametrize("said", ["{}", "no answer from {}/api", "wrong password 'hun/ter2'", "hun%2Fter2"])
def test_what_a_library_says_is_told_without_the_password(address: str, said: str) -> None:
    told = without_secrets(OSError(said.format(address)), address)
    assert "hun" not in told
    assert told


@pytest.mark.parametrize("sign", ["？", "[", "/", "#", "@"])
def test_no_sign_in_a_password_has_it_told(
    sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://keeper:hunter2{sign}sesame@127.0.0.1:9")
    with pytest.raises(CannotWrite) as caught:
        tracking.versions(Paths(tmp_path, "brook"))
    told = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in told
    assert "sesame" not in told
