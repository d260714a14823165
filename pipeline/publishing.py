"""What is published of a day appears whole or not at all, and is read as it was written or not at all.

Two rooms hold such batches, ``scores`` (``forewarn score``) and ``desk`` (``forewarn respond``). A batch is a
folder of its own, ``scores/.as_of=DATE/<digest>/``, named after the digest of its ``manifest.json``, which names
those of the other files. Every file is written and synced before the symbolic link ``scores/as_of=DATE`` is turned
to it by one rename. Readers follow the link once, then read one folder, whatever is published meanwhile; the batch
before stays until the next.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from pipeline import digests
from pipeline.errors import BadRecords, CannotWrite, MissingInput, Refusal
from pipeline.frames import json_text, parquet_bytes, read_json, sync
from pipeline.paths import Paths

SCORES, UNSCORED, MANIFEST, RUN = "scores.parquet", "unscored.parquet", "manifest.json", "run.json"
Room = Literal["scores", "desk"]
"""A folder of a dataset in which days are published."""
MADE_BY: Mapping[Room, str] = {"scores": "score", "desk": "respond"}
"""The command that publishes into a room."""
BEFORE = "before"
"""The link to the batch before, beside the folders."""
DIGITS = 12
"""Digits of the digest of a manifest that name its folder."""


def publish(
    paths: Paths,
    as_of: date,
    tables: Mapping[str, pa.Table],
    told: Mapping[str, Any],
    run: Mapping[str, Any],
    room: Room = "scores",
) -> dict[str, Any]:
    """Publish ``tables`` by file name and what is ``told`` of them; give the manifest.

    Equal tables and words give equal bytes, in a folder of the same name. ``run`` is written beside them as
    ``run.json``: what differs from one time to the next, and is no part of the digest.
    """
    files = {name: parquet_bytes(table) for name, table in tables.items()}
    listed = {
        name: {"sha256": digests.of_bytes(content), "rows": len(tables[name])}
        for name, content in files.items()
    }
    manifest = {**told, "files": listed}
    files[MANIFEST] = json_text(manifest).encode()
    folder = _place(paths, as_of, room, digests.of_bytes(files[MANIFEST])[:DIGITS])
    with _writing(paths.batch(as_of, room)):
        if folder.name not in _linked(paths, as_of, room) or not _whole(folder):
            # One that no link names was never finished, whatever is in it.
            if folder.exists():
                shutil.rmtree(folder)
            _fill(folder, {RUN: json_text(run).encode(), **files})
        _turn(paths, as_of, room, folder)
        _tidy(paths, as_of, room)
    return manifest


def published(paths: Paths, as_of: date, room: Room = "scores") -> Path:
    """Give the folder of what was published of a day, every file in it checked against the manifest.

    Raises MissingInput where nothing was, BadRecords, which names the file, where one is damaged.
    """
    again = f"forewarn {MADE_BY[room]} --dataset {paths.dataset} --as-of {as_of}"
    if not paths.batch(as_of, room).exists():
        raise MissingInput(f"'{paths.batch(as_of, room)}' is missing; make it with '{again}'.")
    folder = paths.batch(as_of, room).resolve()
    if damaged := _damaged(folder):
        raise BadRecords(f"'{folder / damaged}' is not as it was published; make it again with '{again}'.")
    return folder


def standing(paths: Paths, as_of: date, room: Room = "scores") -> dict[str, Any] | None:
    """Give the manifest of what was published of a day; None where nothing is that is whole."""
    try:
        found: dict[str, Any] = read_json(published(paths, as_of, room) / MANIFEST)
    except Refusal:
        return None
    return found


def dates(paths: Paths, room: Room = "scores") -> list[date]:
    """Give the days that were published, first to last."""
    names = [path.name.removeprefix("as_of=") for path in (paths.folder / room).glob("as_of=*")]
    return sorted(date.fromisoformat(name) for name in names if _is_day(name))


def _is_day(name: str) -> bool:
    """Tell a day from what somebody laid beside the days, such as a copy ``as_of=2024-12-31.bak``."""
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def tidy(paths: Paths, as_of: date, room: Room = "scores") -> None:
    """Remove what a killed run left behind, for a run that has nothing to publish.

    What cannot be removed stays until the next time: no reader sees it, and what was published stands.
    """
    with suppress(OSError):
        _tidy(paths, as_of, room)


def _tidy(paths: Paths, as_of: date, room: Room) -> None:
    """Remove what is neither published nor the batch before: older ones, and what a killed run left behind."""
    folders = paths.batches(as_of, room)
    kept = {BEFORE, *_linked(paths, as_of, room)}
    for path in sorted(folders.glob("*")) if folders.is_dir() else ():
        if path.name not in kept:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _linked(paths: Paths, as_of: date, room: Room) -> set[str]:
    """Give the names of the published folder and of the one before."""
    links = (paths.batch(as_of, room), paths.batches(as_of, room) / BEFORE)
    return {Path(_target(link)).name for link in links}


def _place(paths: Paths, as_of: date, room: Room, name: str) -> Path:
    """Give the folder for a batch: of its name, or of the next one while a damaged one is what readers see."""
    folder, shown = paths.batches(as_of, room) / name, Path(_target(paths.batch(as_of, room))).name
    return folder.with_name(f"{name}-again") if folder.name == shown and not _whole(folder) else folder


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True)
        for name, content in files.items():
            with (folder / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path in (folder, folder.parent, folder.parent.parent):
            sync(path)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _turn(paths: Paths, as_of: date, room: Room, folder: Path) -> None:
    """Have the link of a day name ``folder``, and the one beside the folders what it named before."""
    shown, folders = paths.batch(as_of, room), folder.parent
    if shown.is_dir() and not shown.is_symlink():  # as versions before this one wrote it
        shown.rename(folders / "first")
        shown.symlink_to(f"{folders.name}/first")
    if (before := Path(_target(shown)).name) == folder.name:
        return
    if before:
        _link(folders / BEFORE, before)
    _link(shown, f"{folders.name}/{folder.name}")


def _link(link: Path, target: str) -> None:
    """Make or turn a symbolic link by one rename."""
    beside = link.with_name(f".{link.name}.turning")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)
    sync(link.parent)


def _target(link: Path) -> str:
    return str(link.readlink()) if link.is_symlink() else ""


def _whole(folder: Path) -> bool:
    return folder.is_dir() and not _damaged(folder)


def _damaged(folder: Path) -> str:
    """Give the name of the first file that is not as it was published, nothing where all are."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        if digests.of_bytes(manifest)[:DIGITS] != folder.name[:DIGITS]:
            return MANIFEST
        for name, file in read_json(folder / MANIFEST)["files"].items():
            if not (folder / name).is_file() or digests.of_file(folder / name) != file["sha256"]:
                return str(name)
    except (OSError, Refusal, KeyError, TypeError):
        return MANIFEST
    return ""


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{path}': {error.strerror or error}; readers see the last batch that was "
            "finished; make room or make the folder writable, and run again."
        ) from None
