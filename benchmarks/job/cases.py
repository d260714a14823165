"""The two commands that change what others read: publishing a batch, and promoting a model."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.job.traced import PIPELINE, Case
from benchmarks.job.warm import warmed
from pipeline import publishing, released, tracking
from pipeline.errors import Refusal
from pipeline.frames import read_json, read_parquet
from pipeline.paths import Paths

NAME = "acme"
DIRECT = """
import sys
from datetime import date
from pathlib import Path
import pyarrow as pa
from pipeline import publishing
from pipeline.errors import Refusal
from pipeline.paths import Paths
paths, number = Paths(Path(sys.argv[1]), sys.argv[2]), int(sys.argv[3])
sys.stdout.write("begin\\n"); sys.stdout.flush()
many, one = pa.table({"batch": [number] * 500}), pa.table({"batch": [number]})
tables = {publishing.SCORES: many, publishing.UNSCORED: one}
try:
    publishing.publish(paths, date(2024, 9, 30), tables, {"batch": number}, {})
except Refusal as refusal:
    sys.stderr.write(f"forewarn: {refusal}\\n")
    sys.exit(refusal.exit_code)
"""
"""Publishing alone, with nothing computed: every call of it can be tried. It refuses as a command does."""


def publication(folder: Path, number: int = 3) -> Case:
    """Publish batch ``number`` in a folder that has those before it; a reader sees the number of a batch."""
    case = Case(
        base=folder,
        words=lambda place: ("-c", DIRECT, str(place), NAME, str(number)),
        begins='"begin',
        seen=lambda place: batch(Paths(place, NAME)),
        left=lambda place: files(Paths(place, NAME)),
    )
    if number > 1:
        earlier = publication(folder, number - 1)
        earlier.run(folder)
    return case


@contextlib.contextmanager
def promotion(made: Paths, folder: Path) -> Iterator[Case]:
    """Promote the first model of ``made``; a reader sees the version that serves and can be opened, or ""."""
    _unpromoted(copied(made, folder))
    with warmed() as warm:
        yield Case(
            base=folder,
            words=lambda _: (*PIPELINE, "promote", "--dataset", made.dataset),
            begins="/.lock",
            seen=lambda place: serving(Paths(place, made.dataset)),
            left=lambda place: registered(Paths(place, made.dataset)),
            warm=warm,
        )


def batch(paths: Paths) -> Any:
    """Give the number that every file of the published batch tells; None where they differ or cannot be read."""
    try:
        found = publishing.published(paths, publishing.dates(paths)[-1])
        numbers = {read_json(found / publishing.MANIFEST)["batch"]}
        for name in (publishing.SCORES, publishing.UNSCORED):
            numbers |= set(read_parquet(found / name)["batch"])
    except Refusal:
        return None
    return numbers.pop() if len(numbers) == 1 else None


def serving(paths: Paths) -> str | None:
    """Give the version that serves, "" where none does; None where one does that cannot be read whole.

    MLflow's own client would go on with the database that it opened first, though another lies in its place now.
    """
    with _database(paths.root) as database:
        found = database.execute(
            "SELECT a.version, t.value FROM registered_model_aliases a LEFT JOIN model_version_tags t "
            "ON t.name = a.name AND t.version = a.version AND t.key = ? WHERE a.alias = ?",
            (tracking.RELEASE, tracking.CHAMPION),
        ).fetchone()
    if found is None:
        return ""
    return None if released.kept(paths, found[1] or "") is None else str(found[0])


def files(paths: Paths) -> Mapping[str, bytes]:
    """Give what a run leaves of scores and models: files with their bytes, links with what they name."""
    found = {}
    for folder in (paths.scores, paths.model):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(paths.folder).as_posix()
            if path.is_symlink():
                found[name] = str(path.readlink()).encode()
            elif path.is_file() and path.name != publishing.RUN:
                found[name] = path.read_bytes()
    return found


def registered(paths: Paths) -> Mapping[str, Any]:
    """Give the files with what the registry says: aliases, and tags but for the moment of a decision.

    An upload of MLflow's that is killed leaves a temporary file of its own beside the artefacts; nothing reads it.
    """
    with _database(paths.root) as database:
        aliases = database.execute("SELECT name, alias, version FROM registered_model_aliases").fetchall()
        tags = database.execute("SELECT name, version, key, value FROM model_version_tags").fetchall()
    told = sorted(tag for tag in tags if not tag[2].endswith("_at"))
    artefacts = sorted(
        (path.relative_to(paths.root).as_posix(), path.read_bytes())
        for path in (paths.root / "mlruns" / "artifacts").rglob("*")
        if path.is_file() and not path.name.startswith(".artifact.uploading.")
    )
    return {**files(paths), "aliases": sorted(aliases), "tags": told, "artefacts": artefacts}


def copied(made: Paths, base: Path) -> Paths:
    """Lay a copy of a finished dataset at ``base``, its MLflow naming the artefacts as a case's place has them."""
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(made.folder, base / "data" / made.dataset, symlinks=True)
    shutil.copytree(made.root / "mlruns", base / "mlruns")
    shutil.copy2(made.root / "params.yaml", base / "params.yaml")
    with _database(base) as database:
        for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri")):
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",  # noqa: S608 (names of ours)
                (str(made.root), str(base.with_name("place"))),
            )
    return Paths(base, made.dataset)


@contextlib.contextmanager
def _database(root: Path) -> Iterator[sqlite3.Connection]:
    """Open MLflow's database; what was changed stays on leaving without error."""
    with contextlib.closing(sqlite3.connect(root / "mlruns" / "mlflow.db")) as database, database:
        yield database


def _unpromoted(paths: Paths) -> None:
    """Take a promotion back as if it had never been."""
    with _database(paths.root) as database:
        database.execute("DELETE FROM registered_model_aliases WHERE alias = ?", (tracking.CHAMPION,))
        database.execute(
            "DELETE FROM model_version_tags WHERE key LIKE 'gate%' OR key = ?", (tracking.RELEASE,)
        )
    (paths.report / "promotion.json").unlink(missing_ok=True)
    shutil.rmtree(paths.model / "released")
    for pattern in ("release-*", "promotion"):
        for folder in (paths.root / "mlruns" / "artifacts").rglob(pattern):
            shutil.rmtree(folder)
