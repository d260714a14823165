"""One attempt at a webhook: signed as the specification's own library checks, in limited time, never redirected."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from pipeline.delivery import addresses
from pipeline.delivery.endpoint import Endpoint, endpoint, secrets
from pipeline.delivery.message import Message
from pipeline.delivery.settings import Webhook
from pipeline.delivery.webhook import READ, Poster
from pipeline.errors import BadConfig, MissingInput

from .conftest import SECRET, VARIABLE, Receiver, listening

MESSAGE = Message("msg_0123", "webhook", "", "alert.opened", '{"who":"株式会社"}'.encode(), ())
OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()

POSTERS: list[Poster] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while POSTERS:
        POSTERS.pop().close()


def poster(receiver: Receiver, secret: str = SECRET, **more: Any) -> Poster:
    settings = Webhook(url=receiver.url, allow_private=True, allow_http=True, seconds=5)
    made = Poster(replace(endpoint(settings), **more), [base64.b64decode(one[6:]) for one in secret.split()])
    POSTERS.append(made)
    return made


def test_the_specifications_own_library_accepts_what_is_sent(receiver: Receiver) -> None:
    assert poster(receiver).send(MESSAGE, time.time()).state == "delivered"
    headers, body = receiver.got[0]
    assert Verifier(SECRET).verify(body, headers) == {"who": "株式会社"}
    assert headers["content-type"] == "application/json"
    assert receiver.paths == ["/hook?team=a"]


@pytest.mark.parametrize("spoilt", ["webhook-id", "webhook-timestamp", "body"])
def test_a_changed_id_timestamp_or_body_does_not_pass(receiver: Receiver, spoilt: str) -> None:
    poster(receiver).send(MESSAGE, time.time())
    headers, body = receiver.got[0]
    if spoilt == "body":
        body = body.replace(b"who", b"Who")
    else:
        headers[spoilt] = str(int(headers[spoilt]) + 1) if spoilt == "webhook-timestamp" else "msg_0124"
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Verifier(SECRET).verify(body, headers)


def test_while_one_secret_replaces_another_either_verifies(receiver: Receiver) -> None:
    poster(receiver, f"{SECRET} {OTHER}").send(MESSAGE, time.time())
    headers, body = receiver.got[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, OTHER):
        Verifier(secret).verify(body, headers)


def test_the_id_is_constant_over_attempts_and_the_timestamp_is_not(receiver: Receiver) -> None:
    one = poster(receiver)
    for moment in (1_700_000_000.9, 1_700_000_300.0):
        one.send(MESSAGE, moment)
    first, second = (headers for headers, _ in receiver.got)
    assert first["webhook-id"] == second["webhook-id"] == "msg_0123"
    assert [first["webhook-timestamp"], second["webhook-timestamp"]] == ["1700000000", "1700000300"]
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_success(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {}, b"")]
    assert poster(receiver).send(MESSAGE, 0.0).state == "delivered"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 403, 404, 409, 422, 500, 501, 599])
def test_nothing_else_is(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {"location": "/elsewhere"}, b"no")]
    outcome = poster(receiver).send(MESSAGE, 0.0)
    assert (outcome.state, outcome.busy, outcome.answered) == ("failed", False, True)
    assert len(receiver.got) == 1
    assert str(status) in outcome.told


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    other = Receiver()
    with listening(other):
        receiver.answers = [(307, {"location": other.url}, b"")]
        assert "redirect" in poster(receiver).send(MESSAGE, 0.0).told
    assert (len(receiver.got), len(other.got)) == (1, 0)


def test_410_means_that_it_wants_no_more(receiver: Receiver) -> None:
    receiver.answers = [(410, {}, b"")]
    assert poster(receiver).send(MESSAGE, 0.0).state == "gone"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_receiver_says_how_long(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {"retry-after": "90"}, b"")]
    outcome = poster(receiver).send(MESSAGE, 0.0)
    assert (outcome.state, outcome.busy, outcome.wait) == ("failed", True, 90.0)


def test_an_endless_answer_is_cut_off_and_still_a_success() -> None:
    sent = []

    def endless(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * 65_536))

    with raw(endless) as receiver:
        began = time.perf_counter()
        assert poster(receiver).send(MESSAGE, 0.0).state == "delivered"
        assert time.perf_counter() - began < 2
    assert sum(sent) < READ + 20_000_000  # what fits into the buffers of the system


@pytest.mark.parametrize("slow", ["nothing", "headers", "silence"])
def test_an_attempt_ends_in_time_however_the_answer_drips(slow: str) -> None:
    def drip(connection: socket.socket) -> None:
        if slow != "silence":
            connection.recv(65_536)
        if slow == "headers":
            connection.sendall(b"HTTP/1.1 200 OK")
            for letter in b"\r\nx-slow: " + b"x" * 1000:
                connection.sendall(bytes([letter]))
                time.sleep(0.02)
        time.sleep(3)

    with raw(drip) as receiver:
        began = time.perf_counter()
        outcome = poster(receiver, seconds=0.4).send(MESSAGE, 0.0)
        assert time.perf_counter() - began < 1.5
    assert (outcome.state, outcome.answered) == ("failed", False)
    assert outcome.told == "no answer within 0.4 seconds"


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"\x00" * 100])
def test_what_is_no_answer_is_a_failure_in_words_of_ours(said: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(said)

    with raw(answer) as receiver:
        outcome = poster(receiver).send(MESSAGE, 0.0)
    assert outcome.state == "failed"
    assert outcome.told in ("the connection broke off", "what it answered is no HTTP")


def test_a_closed_port_is_told_as_one() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = poster(Receiver(url=f"http://127.0.0.1:{port}/")).send(MESSAGE, 0.0)
    assert (outcome.told, outcome.answered) == ("the connection was refused", False)


def test_a_kept_connection_that_was_closed_meanwhile_costs_no_attempt() -> None:
    served = []

    def once(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        served.append(connection)

    with raw(once) as receiver:
        one = poster(receiver)
        assert [one.send(MESSAGE, 0.0).state for _ in range(3)] == ["delivered"] * 3
    assert len(served) == 3


# The address that was checked is the one connected to.


def test_the_name_is_looked_up_once_and_a_second_answer_is_never_asked_for(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    monkeypatch.setattr(addresses, "public", lambda address: address == "127.0.0.1")

    def elsewhere(*_: object, **__: object) -> list[Any]:
        raise AssertionError("the name was looked up a second time")

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    one = poster(receiver, host="hooks.example.org", allow_private=False)
    one.lookup = lambda host, port: answers.pop(0)
    assert one.send(MESSAGE, 0.0).state == "delivered"
    port = receiver.url.split(":")[2].split("/")[0]
    assert receiver.got[0][0]["host"] == f"hooks.example.org:{port}"
    one.close()
    one._mine.connection = None
    outcome = one.send(MESSAGE, 0.0)  # a new connection: its own look-up, its own check
    assert (outcome.state, outcome.told) == ("failed", "its address lies inside a private network")
    assert len(receiver.got) == 1


def test_this_machine_is_refused_unless_it_is_allowed(receiver: Receiver) -> None:
    outcome = poster(receiver, allow_private=False).send(MESSAGE, 0.0)
    assert (outcome.state, receiver.got) == ("failed", [])


def test_tls_asks_for_the_name_and_holds_the_certificate_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    named = []
    with listening(receiver) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certified(tmp_path, "hooks.example.org"))
        context.sni_callback = lambda _, name, __: named.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        port = server.server_address[1]
        settings = Webhook(url=f"https://hooks.example.org:{port}/", allow_private=True, seconds=5)
        right = Poster(endpoint(settings), [b"x" * 32], lookup=lambda host, port: ["127.0.0.1"])
        assert right.send(MESSAGE, 0.0).state == "delivered"
        right.close()
        wrong = Poster(
            replace(right.to, host="evil.example.org"), [b"x" * 32], lookup=lambda *_: ["127.0.0.1"]
        )
        assert wrong.send(MESSAGE, 0.0).told == "its certificate was not accepted"
    assert named == ["hooks.example.org", "evil.example.org"]
    assert len(receiver.got) == 1


# Settings and secrets.


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (None, "is empty"),
        ("", "is empty"),
        ("http://crm.example.org/", "everybody on the way"),
        ("https://user:hunter2@crm.example.org/", "a user, a password or a fragment"),
        ("https://crm.example.org/#part", "a user, a password or a fragment"),
        ("ftp://crm.example.org/", "is no URL"),
        ("https:///path", "is no URL"),
        ("https://crm.example.org:99999/", "is no URL"),
        ("https://crm.example.org:0/", "is no URL"),
        ("https://crm.example.org/a b", "is no URL"),
        ("https://crm.example.org/\r\nx-evil: 1", "is no URL"),
        ("https://crm.example.org/株", "is no URL"),
        ("https://[::1", "is no URL"),
        ("crm.example.org", "is no URL"),
    ],
)
def test_a_url_that_cannot_be_sent_to_is_refused_and_not_repeated(url: str | None, told: str) -> None:
    with pytest.raises(BadConfig, match=told) as refused:
        endpoint(Webhook(url=url))
    assert "hunter2" not in str(refused.value)
    assert "x-evil" not in str(refused.value)


def test_a_host_of_other_letters_is_asked_for_in_ascii() -> None:
    assert endpoint(Webhook(url="https://bücher.example/")).host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(bytes(32)).decode(),  # no prefix
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_geheim!",
        "whsec_",
    ],
)
def test_what_is_no_secret_is_refused_and_not_repeated(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(BadConfig) as refused:
        secrets(Webhook())
    assert text.removeprefix("whsec_")[:8] not in str(refused.value) or text == "whsec_"


def test_a_missing_secret_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(MissingInput, match=f"'{VARIABLE}' is not set"):
        secrets(Webhook())


def test_a_secret_without_padding_is_the_same_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET.rstrip("="))
    assert secrets(Webhook()) == (bytes(range(32)),)


def test_an_endpoint_that_is_printed_does_not_show_the_token_in_its_path() -> None:
    told = repr(endpoint(Webhook(url="https://hooks.example.org/services/T0/SECRETTOKEN")))
    assert "SECRETTOKEN" not in told
    assert "SECRETTOKEN" not in Endpoint("https", "h", 443, "/SECRETTOKEN", False, 1.0).name


@contextmanager
def raw(act: Callable[[socket.socket], None]) -> Iterator[Receiver]:
    """Serve connections by ``act``, one after the other; each is closed when it returns."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                try:
                    act(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Receiver(url=f"http://127.0.0.1:{server.getsockname()[1]}/hook")
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def certified(folder: Path, name: str) -> Path:
    """Write ``ca.pem``, and a certificate of that authority for ``name`` with its key; give the latter."""
    now = datetime.now(UTC)

    def signed(
        subject: str, public: Any, by: str, key: Any, extensions: list[tuple[Any, bool]]
    ) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )
        for extension, critical in extensions:
            made = made.add_extension(extension, critical)
        return made.sign(key, hashes.SHA256())

    authority, mine = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = signed(
        "ca",
        authority.public_key(),
        "ca",
        authority,
        [(x509.BasicConstraints(ca=True, path_length=None), True)],
    )
    leaf = signed(
        name, mine.public_key(), "ca", authority, [(x509.SubjectAlternativeName([x509.DNSName(name)]), False)]
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    chain = folder / "leaf.pem"
    private = mine.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(private + leaf.public_bytes(pem))
    return chain
