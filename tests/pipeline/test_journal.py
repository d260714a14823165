"""The log on disk: many writers, writers that are killed, lines that were changed, and the commands above it."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from actions.events import Event
from pipeline import journal
from pipeline.errors import BadRecords, CannotWrite, Usage
from pipeline.paths import ROOT, Paths

DAY = date(2024, 6, 3)
WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from actions.events import Event
from pipeline import journal
from pipeline.paths import Paths

paths, name, count = Paths(Path(sys.argv[1]), "acme"), sys.argv[2], int(sys.argv[3])
for number in range(count):
    at = datetime(2024, 6, 4, tzinfo=UTC) + timedelta(seconds=number)
    journal.append(paths, [Event("noted", at, name, "C1", "a1", told={"text": f"{name} {number} " + "x" * 300})])
    print(number, flush=True)
"""


def opening(customer: str = "C1", alert: str = "a1", level: str = "red") -> pd.DataFrame:
    return pd.DataFrame([{"alert_id": alert, "customer_id": customer, "level": level, "health": 51.0}])


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    places = Paths(tmp_path, "acme")
    assert [event.kind for event in journal.opened(places, opening(), DAY)] == ["alert_opened"]
    return places


def writer(paths: Paths, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(paths.root), name, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def note(text: str, by: str = "Ann") -> Event:
    return Event("noted", datetime(2024, 6, 5, tzinfo=UTC), by, "C1", "a1", told={"text": text})


def lines(paths: Paths) -> list[bytes]:
    return paths.events.read_bytes().splitlines(keepends=True)


def test_writers_at_once_lose_nothing_and_mix_no_lines(paths: Paths) -> None:
    writers = [writer(paths, name, 15) for name in ("ann", "bo", "cy", "dee")]
    assert [one.wait(timeout=120) for one in writers] == [0, 0, 0, 0]
    for one in writers:
        one.stdout.close()
    said = [event.told["text"].split()[:2] for event in journal.events(paths)[1:]]
    assert sorted(said) == sorted(
        [name, str(number)] for name in ("ann", "bo", "cy", "dee") for number in range(15)
    )
    assert len({event.event_id for event in journal.events(paths)}) == 61


def test_what_was_acknowledged_outlives_a_kill(paths: Paths) -> None:
    acknowledged = []
    for name in ("ann", "bo", "cy"):
        one = writer(paths, name, 10_000)
        acknowledged += [(name, int(one.stdout.readline())) for _ in range(4)]
        time.sleep(0.01)
        os.kill(one.pid, signal.SIGKILL)
        one.wait()
        acknowledged += [(name, int(number)) for number in one.stdout.read().split("\n")[:-1]]
        one.stdout.close()
    there = {(event.actor, int(event.told["text"].split()[1])) for event in journal.events(paths)[1:]}
    assert set(acknowledged) <= there
    for name in ("ann", "bo", "cy"):  # nothing is missing in between either
        numbers = sorted(number for who, number in there if who == name)
        assert numbers == list(range(len(numbers)))
    assert journal.append(paths, [note("after the kills")])


def test_an_unfinished_last_line_is_passed_over_set_aside_and_told(paths: Paths, capsys) -> None:
    journal.append(paths, [note("whole")])
    torn = b'{"event_id":"123","at":"2024-'
    with paths.events.open("ab") as file:
        file.write(torn)
    assert [event.kind for event in journal.events(paths)] == ["alert_opened", "noted"]
    assert [event.told["text"] for event in journal.append(paths, [note("next")])] == ["next"]
    assert "unfinished line" in capsys.readouterr().err
    (aside,) = paths.journal.glob("torn-*.txt")
    assert aside.read_bytes() == torn
    assert [event.kind for event in journal.events(paths)] == ["alert_opened", "noted", "noted"]


def spoiled(how: str, content: list[bytes]) -> list[bytes]:
    match how:
        case "a word changed":
            return [content[0], content[1].replace(b"first", b"worst"), content[2], content[3]]
        case "a line taken out":
            return [content[0], content[2], content[3]]
        case "two lines swapped":
            return [content[0], content[2], content[1], content[3]]
        case "a line put in":
            return [content[0], content[1], content[1], content[2], content[3]]
        case "the last line cut off":
            return content[:3]
        case "the last line changed":
            return [*content[:3], content[3].replace(b"third", b"thirD")]
        case _:
            return [*content[:2], b"\n", *content[2:]]


@pytest.mark.parametrize(
    "how",
    ["a word changed", "a line taken out", "two lines swapped", "a line put in", "the last line cut off",
     "the last line changed", "an empty line"],
)  # fmt: skip
def test_a_log_that_is_not_what_was_written_is_refused_by_readers_and_writers(paths: Paths, how: str) -> None:
    for text in ("first", "second", "third"):
        journal.append(paths, [note(text)])
    paths.events.write_bytes(b"".join(spoiled(how, lines(paths))))
    with pytest.raises(BadRecords, match="restore it from a backup"):
        journal.events(paths)
    with pytest.raises(BadRecords):
        journal.append(paths, [note("more")])


def test_an_event_that_cannot_be_adds_none_of_its_batch(paths: Paths) -> None:
    before = lines(paths)
    with pytest.raises(Usage, match="no alert 'a9'"):
        journal.append(paths, [note("good"), Event("acknowledged", datetime.now(UTC), "Ann", "C1", "a9")])
    assert lines(paths) == before


def test_said_again_it_is_not_written_again(paths: Paths) -> None:
    assert len(journal.append(paths, [note("once"), note("once")])) == 1
    assert journal.append(paths, [note("once")]) == []
    assert journal.opened(paths, opening(), DAY) == []
    assert len(lines(paths)) == 2


def test_the_same_days_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        places = Paths(tmp_path / name, "acme")
        journal.opened(places, opening(level="yellow"), DAY)
        journal.opened(places, opening(level="red"), date(2024, 7, 3))
    assert lines(Paths(tmp_path / "one", "acme")) == lines(Paths(tmp_path / "two", "acme"))


def test_a_line_holds_no_line_of_its_own(paths: Paths) -> None:
    journal.append(paths, [note('two\nlines and {"kind": "finished"}\u2028three')])
    assert len(lines(paths)) == 2
    assert json.loads(lines(paths)[1])["text"].count("\n") == 1
    assert journal.events(paths)[1].told["text"].startswith("two\nlines")


def test_a_disk_that_takes_nothing_leaves_the_log_as_it_was(paths: Paths, monkeypatch) -> None:
    before, write = lines(paths), os.write

    def half(descriptor: int, content: bytes) -> int:
        return write(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(journal.os, "write", half)
    with pytest.raises(CannotWrite, match="nothing was added"):
        journal.append(paths, [note("too long for the disk")])
    assert lines(paths) == before
