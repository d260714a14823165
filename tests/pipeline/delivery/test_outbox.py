"""The outbox remembers: what is to go out, each attempt, what came of it; and nobody sends beside another."""

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.delivery import outbox
from pipeline.delivery.message import Item, Message, Outcome
from pipeline.delivery.schedule import ATTEMPTS, DELAYS
from pipeline.errors import BadRecords, CannotWrite
from pipeline.paths import ROOT

OK, NO = Outcome("delivered", "answered 200"), Outcome("failed", "answered 500")


def message(number: int, rank: int = 0) -> Message:
    key = f"msg_{number}"
    item = Item(f"item_{number}", "alert.opened", f"C{number}", f"a{number}")
    return Message(key, "webhook", "", "alert.opened", f"body {number}".encode(), (item,), rank)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "outbox.db"


def test_what_is_written_twice_is_there_once(place: Path) -> None:
    with outbox.opened(place) as box:
        assert box.put([message(1), message(2)], 0.0) == 2
        assert box.put([message(2), message(3)], 9.0) == 1
        assert box.counts("webhook") == {"waiting": 3, "delivered": 0, "dead": 0}
        assert box.unknown([*message(3).items, *message(4).items]) == {"item_4"}


def test_the_gravest_goes_first_and_then_what_waited_longest(place: Path) -> None:
    with outbox.opened(place) as box:
        box.put([message(1, rank=3), message(2, rank=0)], 0.0)
        box.put([message(3, rank=0)], 5.0)
        assert [one.message.key for one in box.due("webhook", 9.0, 9)] == ["msg_2", "msg_3", "msg_1"]
        assert box.due("webhook", 9.0, 9)[0].message.body == b"body 2"
        assert box.due("mail", 9.0, 9) == []


def test_each_failure_puts_the_next_attempt_off_and_the_tenth_is_the_last(place: Path) -> None:
    now = 0.0
    with outbox.opened(place) as box:
        box.put([message(1)], now)
        for number in range(1, ATTEMPTS):
            box.begin(box.due("webhook", now, 1), now)
            box.end({"msg_1": NO}, now)
            moment = box.next_at("webhook")
            assert moment is not None
            assert moment - now == pytest.approx(DELAYS[number], rel=0.21)
            assert box.due("webhook", moment - 0.01, 1) == []
            now = moment
        box.begin(box.due("webhook", now, 1), now)
        box.end({"msg_1": NO}, now)
        assert box.counts("webhook") == {"waiting": 0, "delivered": 0, "dead": 1}
        [dead] = box.dead()
        assert (dead["attempts"], dead["outcome"], dead["created_at"]) == (10, "answered 500", 0.0)
        # ... until somebody takes it up again: ten more attempts, the same key, the count goes on.
        assert box.revive(now) == 1
        [again] = box.due("webhook", now, 9)
        assert (again.message.key, again.message.body, again.attempts) == ("msg_1", b"body 1", 10)
        box.begin([again], now)
        box.end({"msg_1": NO}, now)
        assert box.counts("webhook") == {"waiting": 1, "delivered": 0, "dead": 0}


def test_what_is_refused_for_good_dies_at_once(place: Path) -> None:
    with outbox.opened(place) as box:
        box.put([message(1)], 0.0)
        box.begin(box.due("webhook", 0.0, 1), 0.0)
        box.end({"msg_1": Outcome("refused", "the server refused the recipient (550)")}, 0.0)
        assert [row["key"] for row in box.dead()] == ["msg_1"]


def test_what_was_delivered_keeps_its_key_and_digest_and_loses_its_content(place: Path) -> None:
    with outbox.opened(place) as box:
        box.put([message(1)], 0.0)
        box.begin(box.due("webhook", 0.0, 1), 0.0)
        box.end({"msg_1": OK}, 1.0)
        assert box.put([message(1)], 2.0) == 0
        assert box.due("webhook", 9.0, 9) == []
        assert [row["alert_id"] for row in box.unnoted()] == ["a1"]
        box.note(["item_1"])
        assert box.unnoted() == []
    assert b"body 1" not in place.read_bytes()
    with sqlite3.connect(place) as database:
        [(digest,)] = database.execute("SELECT sha256 FROM deliveries")
    database.close()
    assert digest == hashlib.sha256(b"body 1").hexdigest()


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.delivery import outbox
from tests.pipeline.delivery.test_outbox import message
with outbox.opened(Path(sys.argv[1])) as box:
    box.put([message(1), message(2)], 0.0)
    box.begin(box.due("webhook", 0.0, 1), 0.0)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_attempt_under_way_at_a_kill_is_made_again_with_its_key_and_counts(place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(place)], cwd=ROOT, check=False)
    assert done.returncode == -9
    with outbox.opened(place) as box:
        assert box.counts("webhook")["waiting"] == 2
        assert box.recover(5.0) == 1
        assert box.recover(5.0) == 0
        assert {one.message.key: one.attempts for one in box.due("webhook", 5.0, 9)} == {
            "msg_1": 1,
            "msg_2": 0,
        }


def test_a_message_that_kills_its_sender_ten_times_is_given_up(place: Path) -> None:
    with outbox.opened(place) as box:
        box.put([message(1)], 0.0)
        for _ in range(ATTEMPTS):
            box.begin(box.due("webhook", 0.0, 1), 0.0)
            box.recover(0.0)
        [dead] = box.dead()
        assert dead["outcome"] == "interrupted"


def test_nobody_sends_beside_another_but_everybody_may_write(place: Path) -> None:
    with outbox.opened(place) as first, outbox.sole_sender(place) as mine:
        with outbox.opened(place) as second, outbox.sole_sender(place, patience=0.1) as other:
            assert (mine, other) == (True, False)
            second.put([message(1)], 0.0)
        assert [one.message.key for one in first.due("webhook", 0.0, 9)] == ["msg_1"]
    with outbox.sole_sender(place, patience=0.0) as mine:
        assert mine


def test_who_writes_sees_what_another_has_written_before(place: Path) -> None:
    with outbox.opened(place) as first, outbox.opened(place) as second:
        first.put([message(1)], 0.0)
        seen: list[set[str]] = []

        def make() -> list[Message]:
            seen.append(second.unknown([*message(1).items, *message(2).items]))
            return [message(2)]

        assert second.write(make, 1.0) == 1
        assert seen == [{"item_2"}]


def test_a_look_writes_nothing(place: Path) -> None:
    with outbox.looked_at(place) as box:
        assert box.unknown(message(1).items) == {"item_1"}
    assert not place.parent.exists()


def test_only_its_owner_may_read_it(place: Path) -> None:
    with outbox.opened(place):
        pass
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_damaged_outbox_is_told_in_one_sentence(place: Path) -> None:
    place.parent.mkdir()
    place.write_bytes(b"no database at all" * 100)
    with pytest.raises(BadRecords, match="is damaged"), outbox.opened(place):
        pass


def test_an_outbox_of_a_later_version_is_left_alone(place: Path) -> None:
    with outbox.opened(place):
        pass
    database = sqlite3.connect(place)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(BadRecords, match="has layout 9 and this version knows 1"), outbox.opened(place):
        pass


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file where the folder should be")
    with pytest.raises(CannotWrite, match="Cannot write"), outbox.opened(tmp_path / "desk" / "outbox.db"):
        pass
