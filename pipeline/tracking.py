"""What MLflow is told. The only module that imports it.

A training is a parent run with one run a family below it; the three families train in processes of their own, and
find their parent by a tag that names the feature store and the settings. Models are logged as plain files, never in
one of MLflow's flavours: loading those runs code that the artefact names.
"""

import contextlib
import logging
import os
import re
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.addresses import readable, shown, without_secrets
from pipeline.admitted import BYTES_MOST, demand_names
from pipeline.digests import of_bytes
from pipeline.errors import CannotWrite, MissingInput
from pipeline.paths import Paths

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import FileInfo, Run

MODEL = "model"
"""The folder of a run's artefacts in which the model's files lie."""
CHAMPION, CHALLENGER = "champion", "challenger"
"""The aliases of the version that serves, and of the one that the last training chose."""
RELEASE = "release"
"""The tag of a version that names its release bundle, and the beginning of the folder in which that lies."""


@dataclass(frozen=True)
class Training:
    """What one training was made from; equal trainings share a parent run."""

    dataset: str
    dataset_hash: str
    params_hash: str

    @property
    def hash(self) -> str:
        return of_bytes(f"{self.dataset} {self.dataset_hash} {self.params_hash}".encode())


@dataclass(frozen=True)
class Fitted:
    """One fitted family, as its run tells it; ``model_hash`` names the content of ``files``, not yet calibrated."""

    family: str
    model_hash: str
    files: Mapping[str, bytes]
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class Registered:
    """Where MLflow keeps a model: the run that made it and its version in the registry."""

    run: str
    name: str
    version: str


@dataclass(frozen=True)
class Version:
    """One version of a dataset's model in the registry, with the run that made it."""

    name: str
    version: str
    run: str
    tags: Mapping[str, str]


def uri(paths: Paths) -> str:
    """Give the tracking server: MLFLOW_TRACKING_URI, or a database in ``mlruns/``."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{paths.root / 'mlruns' / 'mlflow.db'}"


def log_family(paths: Paths, training: Training, fitted: Fitted) -> str:
    """Write the run of one family below its training's parent run; give the run's id."""
    with _client(paths) as client:
        return _log_family(client, paths, training, fitted)


def register(
    paths: Paths, training: Training, fitted: Fitted, model_hash: str, bundle: Mapping[str, bytes]
) -> Registered:
    """Register a calibrated model as the challenger; ``bundle`` is every file that it scores with.

    Done twice it changes nothing. A run that MLflow has lost is written again from the files.
    """
    name = registered_name(training.dataset)
    with _client(paths) as client:
        run = _run_of(client, paths, fitted.model_hash)
        run_id = run.info.run_id if run else _log_family(client, paths, training, fitted)
        if not client.search_registered_models(f"name = '{name}'"):
            client.create_registered_model(name)
        found = client.search_model_versions(f"name = '{name}'")
        known = [v for v in found if v.run_id == run_id and v.tags.get("model_hash") == model_hash]
        version = known[0].version if known else None
        if version is None:
            folder = f"{CHALLENGER}-{model_hash[:12]}"
            _upload(client, run_id, bundle, folder)
            source = f"{client.get_run(run_id).info.artifact_uri}/{folder}"
            tags = {"family": fitted.family, "model_hash": model_hash}
            version = client.create_model_version(name, source, run_id, tags=tags).version
        client.set_registered_model_alias(name, CHALLENGER, str(version))
        return Registered(run_id, name, str(version))


def registered_name(dataset: str) -> str:
    """Give the name under which the registry keeps the models of a dataset."""
    return f"forewarn-{dataset}"


def version(paths: Paths, which: str) -> Version | None:
    """Give the version that an alias or a number names; None where there is none."""
    name = registered_name(paths.dataset)
    with _client(paths) as client:
        from mlflow.exceptions import MlflowException

        try:
            found = (
                client.get_model_version(name, which)
                if which.isdecimal()
                else client.get_model_version_by_alias(name, which)
            )
        except MlflowException as error:
            # A server names an alias that does not exist by another code than a version that does not.
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise
        return Version(name, str(found.version), str(found.run_id), dict(found.tags))


def versions(paths: Paths) -> list[Version]:
    """Give every version of the dataset's model."""
    name = registered_name(paths.dataset)
    with _client(paths) as client:
        found = client.search_model_versions(f"name = '{name}'")
        return [Version(name, str(one.version), str(one.run_id), dict(one.tags)) for one in found]


def fetched(paths: Paths, version: Version) -> dict[str, bytes]:
    """Give the files of a version's release bundle as bytes, by name; nothing in them is looked at.

    Raises GateClosed where the names or sizes are not those of a bundle (``pipeline.admitted``).
    """
    folder = _folder(version)
    with _client(paths) as client, tempfile.TemporaryDirectory() as place:
        sizes = {}
        for file in _listed(client, version.run, folder):
            sizes[file.path.removeprefix(f"{folder}/")] = file.file_size or 0
            demand_names(sizes)
        files = {}
        for name in sizes:
            path = Path(client.download_artifacts(version.run, f"{folder}/{name}", place))
            with path.open("rb") as content:
                files[name] = content.read(BYTES_MOST + 1)
            demand_names({name: len(content) for name, content in files.items()})
        return files


def released(paths: Paths, version: Version, files: Mapping[str, bytes]) -> Version:
    """Put a release bundle beside the run of its version, name its digest in its tags, and give it as tagged.

    Done twice it changes nothing; a bundle that was left half-written or is damaged is written again.
    """
    digest = of_bytes(files["bundle.json"])
    tagged = replace(version, tags={**version.tags, RELEASE: digest})
    with _client(paths) as client:
        if fetched(paths, tagged) != dict(files):
            _upload(client, version.run, files, _folder(tagged))
        client.set_model_version_tag(version.name, version.version, RELEASE, digest)
    return tagged


def point(paths: Paths, alias: str, version: Version) -> None:
    """Have an alias name this version."""
    with _client(paths) as client:
        client.set_registered_model_alias(version.name, alias, version.version)


def tagged(paths: Paths, version: Version, tags: Mapping[str, str]) -> None:
    """Set tags of a version; others stay."""
    with _client(paths) as client:
        for name, value in tags.items():
            client.set_model_version_tag(version.name, version.version, name, value)


def noted(paths: Paths, version: Version, texts: Mapping[str, str]) -> None:
    """Write texts as artefacts of a version's run, by file name."""
    with _client(paths) as client:
        for name, text in texts.items():
            client.log_text(version.run, text, name)


def digest_of(version: Version) -> str:
    """Give the digest of a version's release bundle; raises MissingInput where it was not released."""
    digest = version.tags.get(RELEASE, "")
    if not re.fullmatch("[0-9a-f]{64}", digest):
        dataset = version.name.removeprefix(registered_name(""))
        raise MissingInput(
            f"Version {version.version} of '{version.name}' has no release bundle; make it with "
            f"'forewarn promote --dataset {dataset}'."
        )
    return digest


def _folder(version: Version) -> str:
    return f"{RELEASE}-{digest_of(version)[:12]}"


def _listed(client: "MlflowClient", run: str, folder: str) -> "Iterator[FileInfo]":
    """Give the files in a folder of a run's artefacts and in those below it."""
    for file in client.list_artifacts(run, folder):
        if file.is_dir:
            demand_names({file.path: 0})
            yield from _listed(client, run, file.path)
        else:
            yield file


def log_figures(
    paths: Paths, metrics: Mapping[str, Mapping[str, float]], texts: Mapping[str, Mapping[str, str]]
) -> None:
    """Add metrics and artefacts to runs that are there; both are keyed by the hash of the run's model."""
    with _client(paths) as client:
        for model_hash in sorted({*metrics, *texts}):
            run = _run_of(client, paths, model_hash)
            if run is not None:
                _add(client, run.info.run_id, {}, metrics.get(model_hash, {}), texts.get(model_hash, {}))


def _log_family(client: "MlflowClient", paths: Paths, training: Training, fitted: Fitted) -> str:
    experiment = _experiment(client, paths)
    parent = _parent(client, experiment, training, paths)
    tags = {
        **_stamp(training, paths),
        "mlflow.parentRunId": parent,
        "family": fitted.family,
        "model_hash": fitted.model_hash,
    }
    ended = _now()
    began = ended - int(fitted.seconds * 1000)
    run = client.create_run(experiment, start_time=began, run_name=fitted.family, tags=tags)
    run_id: str = run.info.run_id
    _upload(client, run_id, fitted.files, MODEL)
    _add(client, run_id, fitted.params, {**fitted.metrics, "seconds": fitted.seconds}, fitted.texts)
    client.set_terminated(run_id, end_time=ended)
    client.set_terminated(parent, end_time=ended)
    return run_id


def _upload(client: "MlflowClient", run: str, files: Mapping[str, bytes], where: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        client.log_artifacts(run, folder, where)


def _add(
    client: "MlflowClient",
    run: str,
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    texts: Mapping[str, str],
) -> None:
    from mlflow.entities import Metric, Param

    now = _now()
    told = [Metric(name, float(value), now, 0) for name, value in metrics.items() if value == value]
    for piece in _pieces(told, 900):
        client.log_batch(run, metrics=piece)
    for piece in _pieces([Param(name, str(value)) for name, value in params.items()], 90):
        client.log_batch(run, params=piece)
    for name, text in texts.items():
        client.log_text(run, text, name)


def _parent(client: "MlflowClient", experiment: str, training: Training, paths: Paths) -> str:
    where = f"tags.training_hash = '{training.hash}' and tags.kind = 'training'"
    found = client.search_runs([experiment], where, max_results=1)
    if found:
        return str(found[0].info.run_id)
    tags = {**_stamp(training, paths), "kind": "training"}
    return str(client.create_run(experiment, run_name="training", tags=tags).info.run_id)


def _run_of(client: "MlflowClient", paths: Paths, model_hash: str) -> "Run | None":
    """Give the newest run of a model, or None."""
    found = client.search_runs(
        [_experiment(client, paths)],
        f"tags.model_hash = '{model_hash}'",
        order_by=["attributes.start_time DESC"],
        max_results=1,
    )
    return found[0] if found else None


def _experiment(client: "MlflowClient", paths: Paths) -> str:
    found = client.get_experiment_by_name(paths.dataset)
    if found is not None:
        return str(found.experiment_id)
    # A server keeps artefacts where it likes; the database in mlruns/ keeps them beside itself.
    local = None if os.environ.get("MLFLOW_TRACKING_URI") else paths.root / "mlruns" / "artifacts"
    location = str(local / paths.dataset) if local else None
    try:
        return str(client.create_experiment(paths.dataset, artifact_location=location))
    except Exception:  # another trainer may have made it a moment ago
        found = client.get_experiment_by_name(paths.dataset)
        if found is None:
            raise
        return str(found.experiment_id)


def _stamp(training: Training, paths: Paths) -> dict[str, str]:
    return {
        "dataset": training.dataset,
        "dataset_hash": training.dataset_hash,
        "params_hash": training.params_hash,
        "training_hash": training.hash,
        "commit": commit(paths.root),
    }


def commit(root: Path) -> str:
    """Give the commit of the code, or "unknown" where there is no repository."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


@contextlib.contextmanager
def _client(paths: Paths) -> Iterator["MlflowClient"]:
    """Give MLflow's client, silent; a server or database that cannot be reached is a refusal."""
    if not readable(uri(paths)):
        raise CannotWrite(
            f"MLFLOW_TRACKING_URI, '{shown(uri(paths))}', is no address; write signs of its password such as "
            "'/', '@' or '[' as '%2F', '%40' or '%5B', and run again."
        )
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    _silence()
    with warnings.catch_warnings():
        # MLflow 3.17 uses parts of SQLAlchemy 2.1 that are deprecated; nothing here can mend that.
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import SQLAlchemyError

        _silence()  # its import has set its loggers anew
        try:
            if not os.environ.get("MLFLOW_TRACKING_URI"):
                (paths.root / "mlruns").mkdir(exist_ok=True)
            yield MlflowClient(tracking_uri=uri(paths), registry_uri=uri(paths))
        except (MlflowException, SQLAlchemyError, OSError) as error:
            raise CannotWrite(
                f"MLflow at '{shown(uri(paths))}' did not answer ({without_secrets(error, uri(paths))}); "
                "mend it, or point MLFLOW_TRACKING_URI elsewhere, and run again."
            ) from None  # what the libraries tell may hold the address with its password
        except ModuleNotFoundError as error:
            raise CannotWrite(
                f"MLflow at '{shown(uri(paths))}' is spoken to by the Python package '{error.name}', which is not "
                "installed; install it, or point MLFLOW_TRACKING_URI elsewhere, and run again."
            ) from None


def _silence() -> None:
    """Have MLflow log nothing: what fails is told in a sentence of ours, and theirs are tracebacks with SQL."""
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _now() -> int:
    return int(time.time() * 1000)


def _pieces(items: Sequence[Any], size: int) -> Iterator[Any]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
