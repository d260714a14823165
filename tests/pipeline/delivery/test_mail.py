"""E-mails through a real SMTP server: with STARTTLS and a password, in Chinese, the same bytes at each attempt."""

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipeline.delivery.mail import HeaderRefused, Postman, composed
from pipeline.delivery.message import Message
from pipeline.delivery.settings import Mail
from pipeline.errors import BadConfig, MissingInput

from .test_webhook import certified

MOMENT = datetime(2024, 9, 30, 6, 0, tzinfo=UTC)
BODY = composed(
    "msg_1", "desk@example.org", "li@example.org", "三位客户", "你好，李经理\n", "<p>你好</p>", MOMENT
)
MESSAGE = Message("msg_1", "mail", "li@example.org", "letter", BODY, ())


class Box:
    """What the server took; it answers recipients and e-mails as it is told, once each."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.recipients: list[str] = []
        self.letters: list[str] = []

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any
    ) -> str:
        if self.recipients:
            return self.recipients.pop(0)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.letters:
            return self.letters.pop(0)
        self.got.append(envelope)
        return "250 OK"

    @property
    def read(self) -> list[EmailMessage]:
        return [email.message_from_bytes(bytes(one.content), policy=email.policy.default) for one in self.got]  # type: ignore[arg-type]


def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = data == LoginPassword(b"desk", b"hunter2")
    return AuthResult(success=right, handled=right)


def free() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mail]:
    """A server that wants STARTTLS and a password; the settings that reach it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(tmp_path, "localhost"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("FOREWARN_SMTP_PASSWORD", "hunter2")
    controller = Controller(
        box, hostname="127.0.0.1", port=free(), tls_context=context, require_starttls=True, authenticator=known,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    try:
        yield Mail(host="localhost", port=controller.port, user="desk", sender="desk@example.org", seconds=5)
    finally:
        controller.stop()


@pytest.fixture
def postman(server: Mail) -> Iterator[Postman]:
    one = Postman(server)
    yield one
    one.close()


def test_an_email_arrives_as_text_and_html_in_chinese(postman: Postman, box: Box) -> None:
    assert postman.send(MESSAGE, 0.0).state == "delivered"
    [envelope], [letter] = box.got, box.read
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@example.org", ["li@example.org"])
    assert letter["Subject"] == "三位客户"
    assert letter.get_body(("plain",)).get_content().strip() == "你好，李经理"  # type: ignore[union-attr]
    assert "<p>你好</p>" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_what_goes_over_the_wire_is_ascii_with_encoded_words(postman: Postman, box: Box) -> None:
    postman.send(MESSAGE, 0.0)
    content = bytes(box.got[0].content)  # type: ignore[arg-type]
    assert content.isascii()
    assert b"Subject: =?utf-8?" in content


def test_every_attempt_sends_the_same_bytes_under_the_same_message_id(postman: Postman, box: Box) -> None:
    box.letters = ["451 later"]
    assert postman.send(MESSAGE, 0.0).state == "failed"
    assert postman.send(MESSAGE, 9.0).state == "delivered"
    assert box.read[0]["Message-ID"] == "<msg_1@example.org>"
    again = composed(
        "msg_1", "desk@example.org", "li@example.org", "三位客户", "你好，李经理\n", "<p>你好</p>", MOMENT
    )
    assert again == BODY


def test_several_go_over_one_connection_and_a_lost_one_is_opened_again(postman: Postman, box: Box) -> None:
    for _ in range(2):
        assert postman.send(MESSAGE, 0.0).state == "delivered"
    assert box.got[0] is not box.got[1]
    assert postman._smtp is not None
    postman._smtp.sock.close()  # type: ignore[union-attr]
    assert postman.send(MESSAGE, 0.0).state == "delivered"
    assert len(box.got) == 3


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such user", "refused"), ("450 mailbox busy", "failed")]
)
def test_a_recipient_refused_for_good_is_not_tried_again(
    postman: Postman, box: Box, answer: str, state: str
) -> None:
    box.recipients = [answer]
    outcome = postman.send(MESSAGE, 0.0)
    assert (outcome.state, outcome.told) == (state, f"the server refused the recipient ({answer[:3]})")
    assert postman.send(MESSAGE, 0.0).state == "delivered"


def test_a_wrong_password_is_told_without_the_password(
    server: Mail, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_SMTP_PASSWORD", "letmein9")
    outcome = Postman(server).send(MESSAGE, 0.0)
    assert (outcome.state, outcome.told) == ("failed", "the server refused user and password")
    assert box.got == []


def test_a_certificate_of_another_is_not_accepted(
    server: Mail, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    outcome = Postman(server).send(MESSAGE, 0.0)
    assert (outcome.state, outcome.told) == ("failed", "its certificate was not accepted")
    assert box.got == []


def test_a_server_without_starttls_gets_neither_password_nor_email(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_SMTP_PASSWORD", "hunter2")
    controller = Controller(box, hostname="127.0.0.1", port=free())
    controller.start()
    try:
        settings = Mail(
            host="localhost", port=controller.port, user="desk", sender="desk@example.org", seconds=5
        )
        outcome = Postman(settings).send(MESSAGE, 0.0)
    finally:
        controller.stop()
    assert (outcome.state, outcome.told) == ("failed", "the server knows no STARTTLS or no login")
    assert box.got == []


def test_no_server_is_a_failure_that_is_tried_again() -> None:
    outcome = Postman(Mail(host="localhost", port=1, tls="none", sender="a@example.org", seconds=2)).send(
        MESSAGE, 0.0
    )
    assert (outcome.state, outcome.answered) == ("failed", False)


@pytest.mark.parametrize("subject", ["a\nBcc: all@example.org", "a\r\n\r\nbody", "a\x00b", "a\u2028b"])
def test_a_subject_that_would_write_a_header_is_refused(subject: str) -> None:
    with pytest.raises(HeaderRefused, match="'Subject' of an e-mail holds a control character"):
        composed("msg_1", "desk@example.org", "li@example.org", subject, "", "", MOMENT)


@pytest.mark.parametrize(
    "address",
    ["a@b.org\nBcc: c@d.org", "a@b.org, c@d.org", "Li <a@b.org>", "a b@c.org", "李@b.org", "a", "@b.org", ""],
)
def test_an_address_in_the_settings_is_one_plain_address(address: str) -> None:
    with pytest.raises(ValueError, match="this is no address"):
        Mail(to={"account_manager": [address]})


def test_settings_with_which_nothing_can_be_sent_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOREWARN_SMTP_PASSWORD", raising=False)
    with pytest.raises(BadConfig, match=r"'delivery\.mail\.host' of 'params.yaml' is empty"):
        Postman(Mail())
    with pytest.raises(BadConfig, match="readable on the way"):
        Postman(Mail(host="mail", sender="a@b.org", user="a", tls="none"))
    with pytest.raises(MissingInput, match="'FOREWARN_SMTP_PASSWORD' is not set"):
        Postman(Mail(host="mail", sender="a@b.org", user="a"))
