"""Names for content: SHA-256 of files, folders and settings."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import MissingInput
from pipeline.frames import json_text
from pipeline.params import Params
from pipeline.paths import Paths


def of_bytes(content: bytes) -> str:
    """Give the hex digest of ``content``."""
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path, *, made_by: str = "forewarn run") -> str:
    """Give the hex digest of a file, read in pieces; of a folder, that of its files by their names."""
    if path.is_dir():
        return of_names(of_folder(path))
    if not path.exists():
        raise MissingInput(f"'{path}' is missing; make it with '{made_by}'.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_names(digests: Mapping[str, str]) -> str:
    """Give one digest for named digests; the order of the names plays no part."""
    return of_bytes("".join(f"{name} {digests[name]}\n" for name in sorted(digests)).encode())


def of_folder(folder: Path) -> dict[str, str]:
    """Give the digest of each file under ``folder``, by its path from there; hidden files are left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: of_file(path) for name, path in names.items() if not path.name.startswith(".")}


def of_store(paths: Paths) -> str:
    """Give one digest for the cohort and every feature."""
    digests = of_folder(paths.store)
    if "cohort.parquet" not in digests or "catalogue.json" not in digests:
        raise MissingInput(f"The feature store '{paths.store}' is missing; make it with 'forewarn build'.")
    return of_names(digests)


def of_training(params: Params) -> str:
    """Give one digest for the settings that decide what a trained model is."""
    return of_bytes(
        json_text(
            {
                "seed": params.seed,
                "dates": params.dates.model_dump(),
                "trials": params.train.trials.model_dump(),
                "label": params.dataset.label.model_dump(),
            }
        ).encode()
    )
