"""Fetching a published file, against a server on this machine that can break off, lie and send too much."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.adapters import Remote
from pipeline.errors import BadRecords, MissingInput, Usage
from pipeline.fetch import download

CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes


class Publisher(ThreadingHTTPServer):
    """Serves ``content``; breaks off after ``breaks_after`` bytes, ignores ranges unless ``resumes``."""

    content = CONTENT
    breaks_after: int | None = None
    resumes = True
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers.get("Range", "")
        server.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.resumes else 0
        if start > len(server.content) or self.path != "/file.zip":
            self.send_error(416 if self.path == "/file.zip" else 404)
            return
        body = server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: server.breaks_after])

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(("127.0.0.1", 0), Answer) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "file.zip"


def remote(server: Publisher, path: str = "/file.zip", *, most: int = 2_000_000) -> Remote:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return Remote(url, hashlib.sha256(CONTENT).hexdigest(), "file.zip", most, "FOREWARN_TEST_URL")


def test_a_published_file_arrives_whole(publisher: Publisher, target: Path) -> None:
    download(remote(publisher), target)
    assert target.read_bytes() == CONTENT
    assert [file.name for file in target.parent.iterdir()] == ["file.zip"]


def test_a_file_that_is_here_is_not_fetched_again(publisher: Publisher, target: Path) -> None:
    download(remote(publisher), target)
    download(remote(publisher), target)
    assert publisher.asked == [""]


def test_a_download_that_broke_off_goes_on_where_it_stopped(publisher: Publisher, target: Path) -> None:
    publisher.breaks_after = 300_000
    with pytest.raises(
        MissingInput, match=r"it ended after 300,000 of 1,024,000 bytes.*run the command again"
    ):
        download(remote(publisher), target)
    assert not target.exists()
    publisher.breaks_after = None
    download(remote(publisher), target)
    assert target.read_bytes() == CONTENT
    assert publisher.asked == ["", "bytes=300000-"]


def test_a_server_that_cannot_go_on_sends_all_of_it_again(publisher: Publisher, target: Path) -> None:
    publisher.breaks_after = 300_000
    with pytest.raises(MissingInput):
        download(remote(publisher), target)
    publisher.breaks_after, publisher.resumes = None, False
    download(remote(publisher), target)
    assert target.read_bytes() == CONTENT


def test_a_part_of_something_longer_is_dropped(publisher: Publisher, target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.with_name(".file.zip.part").write_bytes(CONTENT + b"more")
    download(remote(publisher), target)
    assert target.read_bytes() == CONTENT


def test_another_file_than_the_published_one_is_refused_and_removed(
    publisher: Publisher, target: Path
) -> None:
    publisher.content = b"<html>not found</html>"
    with pytest.raises(
        BadRecords, match=r"is not the file that was published: its SHA-256 is [0-9a-f]{64}, wanted"
    ):
        download(remote(publisher), target)
    assert list(target.parent.iterdir()) == []


def test_a_file_that_does_not_end_is_cut_off(publisher: Publisher, target: Path) -> None:
    with pytest.raises(BadRecords, match=r"sends more than 500,000 bytes"):
        download(remote(publisher, most=500_000), target)
    assert list(target.parent.iterdir()) == []


def test_an_address_that_is_gone_is_told_with_the_way_out(publisher: Publisher, target: Path) -> None:
    with pytest.raises(MissingInput, match=r"could not be fetched \(.*Not Found.*FOREWARN_TEST_URL"):
        download(remote(publisher, "/gone.zip"), target)


def test_a_publisher_that_does_not_answer_is_told(target: Path) -> None:
    nobody = Remote("http://127.0.0.1:9/file.zip", "0" * 64, "file.zip", 1, "FOREWARN_TEST_URL")
    with pytest.raises(MissingInput, match="could not be fetched"):
        download(nobody, target)


def test_the_address_may_come_from_the_environment(
    publisher: Publisher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Remote(
        "http://127.0.0.1:9/", hashlib.sha256(CONTENT).hexdigest(), "", 2_000_000, "FOREWARN_TEST_URL"
    )
    monkeypatch.setenv("FOREWARN_TEST_URL", remote(publisher).url)
    download(wrong, target)
    assert target.read_bytes() == CONTENT


def test_only_the_web_is_fetched_from(target: Path) -> None:
    local = Remote("file:///etc/hostname", "0" * 64, "", 1, "FOREWARN_TEST_URL")
    with pytest.raises(Usage, match="is no web address"):
        download(local, target)
