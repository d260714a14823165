"""Publishing: whatever happens on the way, readers see the batch before or the new one, whole."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import publishing
from pipeline.errors import BadRecords, CannotWrite, MissingInput
from pipeline.frames import read_json, read_parquet
from pipeline.paths import Paths

DAY = date(2024, 9, 30)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, "acme")


def publish(paths: Paths, number: int) -> dict[str, Any]:
    """Publish batch ``number``: every file of it tells the number."""
    tables = {
        publishing.SCORES: pa.table({"p_churn": [0.5] * 50, "batch": [number] * 50}),
        publishing.UNSCORED: pa.table({"batch": [number]}),
    }
    return publishing.publish(paths, DAY, tables, {"batch": number}, {"seconds": number})


def seen(paths: Paths) -> int:
    """The number of the batch that a reader sees; every file must tell the same."""
    folder = publishing.published(paths, DAY)
    told = {read_json(folder / publishing.MANIFEST)["batch"]}
    for name in (publishing.SCORES, publishing.UNSCORED):
        told |= set(read_parquet(folder / name)["batch"])
    assert len(told) == 1
    return int(told.pop())


def there(paths: Paths) -> dict[str, bytes]:
    """Every file and link below the scores, with what it holds or names."""
    return {
        path.relative_to(paths.scores).as_posix(): str(path.readlink()).encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(paths.scores.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_the_batch_before_is_kept_and_older_ones_go(paths: Paths) -> None:
    for number in (1, 2, 3):
        publish(paths, number)
        assert seen(paths) == number
    folders = [path for path in paths.batches(DAY).iterdir() if path.is_dir() and not path.is_symlink()]
    assert sorted(read_json(path / publishing.MANIFEST)["batch"] for path in folders) == [2, 3]


def test_leftovers_that_cannot_be_removed_fail_nothing(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(paths, 1)
    (paths.batches(DAY) / "killed").mkdir()
    (paths.batches(DAY) / "stray").touch()
    before = there(paths)

    def read_only(path: Path, *_: object, **more: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", read_only)
        patched.setattr(Path, "unlink", read_only)
        publishing.tidy(paths, DAY)
    assert there(paths) == before
    publishing.tidy(paths, DAY)
    left = {path.name for path in paths.batches(DAY).iterdir()}
    assert not left & {"killed", "stray"}


def test_a_copy_beside_the_days_is_no_day(paths: Paths) -> None:
    publish(paths, 1)
    for name in ("as_of=2024-12-31.bak", "as_of=20241231", "as_of=", "as_of=2024-W01-1"):
        (paths.scores / name).mkdir()
    assert publishing.dates(paths) == [DAY]


def test_what_is_published_in_one_room_is_not_seen_in_the_other(paths: Paths) -> None:
    publish(paths, 1)
    told = publishing.publish(
        paths, DAY, {"plans.parquet": pa.table({"batch": [2]})}, {"batch": 2}, {}, "desk"
    )
    assert publishing.standing(paths, DAY, "desk") == told
    assert seen(paths) == 1
    shutil.rmtree(paths.folder / "desk")
    with pytest.raises(MissingInput, match="forewarn respond --dataset acme"):
        publishing.published(paths, DAY, "desk")
    assert seen(paths) == 1


def test_publishing_the_same_again_touches_no_file(paths: Paths) -> None:
    publish(paths, 1)
    before = {path: path.stat().st_mtime_ns for path in paths.scores.rglob("*")}
    publish(paths, 1)
    assert {path: path.stat().st_mtime_ns for path in paths.scores.rglob("*")} == before


def test_going_back_to_the_batch_before_takes_its_folder(paths: Paths) -> None:
    for number in (1, 2, 1):
        publish(paths, number)
    assert seen(paths) == 1


def test_a_folder_of_an_older_version_gives_way(paths: Paths) -> None:
    paths.batch(DAY).mkdir(parents=True)
    (paths.batch(DAY) / "scores.parquet").write_bytes(b"old")
    with pytest.raises(BadRecords, match=r"manifest\.json"):
        publishing.published(paths, DAY)
    publish(paths, 1)
    assert seen(paths) == 1


def test_a_day_that_was_not_scored_names_the_command(paths: Paths) -> None:
    with pytest.raises(MissingInput, match="forewarn score --dataset acme --as-of 2024-09-30"):
        publishing.published(paths, DAY)
    assert publishing.standing(paths, DAY) is None


@pytest.mark.parametrize("name", [publishing.SCORES, publishing.UNSCORED, publishing.MANIFEST])
@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "empty", "remove"])
def test_a_damaged_file_is_refused_by_name_and_published_anew(name: str, damage: str, paths: Paths) -> None:
    publish(paths, 1)
    sound = there(paths)
    file = paths.batch(DAY) / name
    content = file.read_bytes()
    middle = len(content) // 2
    spoiled = {
        "flip": content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :],
        "cut": content[:middle],
        "grow": content + b" ",
        "empty": b"",
    }
    if damage == "remove":
        file.unlink()
    else:
        file.write_bytes(spoiled[damage])
    with pytest.raises(BadRecords, match=f"{name}' is not as it was published"):
        publishing.published(paths, DAY)
    assert publishing.standing(paths, DAY) is None
    publish(paths, 1)
    assert seen(paths) == 1
    assert {key.rsplit("/", 1)[-1] for key in there(paths)} >= {key.rsplit("/", 1)[-1] for key in sound}


STEPS = ("mkdir", "fsync", "symlink", "replace", "unlink", "rmdir")


class Killed(BaseException):
    """What a kill is to the code: nothing that it catches."""


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], list[str]]:
    """``stopped(n, how)``: raise ``how`` at the n-th call that changes the disk; gives the calls that are made."""
    sound = {name: getattr(os, name) for name in STEPS}

    def arm(at: int, how: BaseException) -> list[str]:
        calls: list[str] = []

        def counted(name: str) -> Callable[..., Any]:
            def call(*args: Any, **words: Any) -> Any:
                calls.append(name)
                if len(calls) == at:
                    raise how
                return sound[name](*args, **words)

            return call

        for name in STEPS:
            monkeypatch.setattr(os, name, counted(name))
        return calls

    return arm


def places(paths: Paths, publish_next: Callable[[], object], arm: Callable[..., list[str]]) -> int:
    """Count the calls of an undisturbed publication, in a copy."""
    calls = arm(-1, Killed())
    publish_next()
    return len(calls)


def attempts(paths: Paths, arm: Callable[..., list[str]]) -> Iterator[int]:
    publish(paths, 1)
    publish(paths, 2)
    whole = paths.root.with_name("whole")
    shutil.copytree(paths.root, whole, symlinks=True)
    count = places(paths, lambda: publish(Paths(whole, "acme"), 3), arm)
    assert count > 10
    base = paths.root.with_name("base")
    arm(-1, Killed())
    shutil.copytree(paths.root, base, symlinks=True)
    for at in range(1, count + 1):
        arm(-1, Killed())
        shutil.rmtree(paths.root)
        shutil.copytree(base, paths.root, symlinks=True)
        yield at
    assert there(paths) == there(Paths(whole, "acme"))


def test_a_kill_at_any_step_leaves_a_whole_batch_and_the_next_run_finishes(
    tmp_path: Path, stopped: Callable[..., list[str]]
) -> None:
    paths = Paths(tmp_path / "root", "acme")
    for at in attempts(paths, stopped):
        stopped(at, Killed())
        with pytest.raises(Killed):
            publish(paths, 3)
        stopped(-1, Killed())
        assert seen(paths) in {2, 3}
        publish(paths, 3)
        assert seen(paths) == 3
        assert there(paths) == there(Paths(tmp_path / "whole", "acme"))


@pytest.mark.parametrize("code", [28, 5, 13], ids=["disk full", "input or output", "not allowed"])
def test_a_call_that_fails_is_told_in_one_sentence_and_leaves_a_whole_batch(
    code: int, tmp_path: Path, stopped: Callable[..., list[str]]
) -> None:
    paths = Paths(tmp_path / "root", "acme")
    for at in attempts(paths, stopped):
        stopped(at, OSError(code, os.strerror(code)))
        with pytest.raises(
            CannotWrite, match=f"Cannot write .*: {os.strerror(code)}; readers see the last batch"
        ):
            publish(paths, 3)
        stopped(-1, Killed())
        assert seen(paths) in {2, 3}
        publish(paths, 3)
        assert there(paths) == there(Paths(tmp_path / "whole", "acme"))
