"""E-mails: composed once, as text and HTML, and handed to an SMTP server with STARTTLS.

Nothing from records stands in a header: subjects are words and numbers of ours, addresses come from the settings.
What is composed is kept as it is, so every attempt sends the same bytes with the same ``Message-ID``.
"""

import os
import smtplib
import ssl
import unicodedata
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pipeline.delivery.message import Message, Outcome
from pipeline.delivery.settings import Mail
from pipeline.errors import BadConfig, MissingInput, Refusal

SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")
"""Chinese in a subject becomes encoded words (RFC 2047), in a body base64 or quoted-printable."""


class HeaderRefused(Refusal):
    """Text that would write headers of its own."""


def composed(key: str, sender: str, to: str, subject: str, text: str, html: str, moment: datetime) -> bytes:
    """Give the whole e-mail; ``moment`` is its date, and ``key`` names it in ``Message-ID``."""
    mail = EmailMessage(policy=SEVEN_BIT)
    for name, value in (("Subject", subject), ("From", sender), ("To", to)):
        mail[name] = _address(value) if name in ("From", "To") else _harmless(name, value)
    mail["Date"] = format_datetime(moment.astimezone(UTC))
    mail["Message-ID"] = f"<{key}@{_domain(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes in return
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    mail.set_boundary(f"=_{key}")
    return mail.as_bytes()


def _harmless(name: str, value: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in value):
        raise HeaderRefused(
            f"The header '{name}' of an e-mail holds a control character, which could begin another header; "
            "nothing was written."
        )
    return value


def _address(value: str) -> Address:
    user, _, domain = _harmless("To", value).rpartition("@")
    return Address(username=user, domain=domain)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def demand_settings(settings: Mail) -> None:
    """Refuse settings with which no e-mail can be sent, before anything is written."""
    for name in ("host", "sender"):
        if not getattr(settings, name):
            raise BadConfig(
                f"'delivery.mail.{name}' of 'params.yaml' is empty; write it, or leave out the channel 'mail'."
            )
    if settings.user and settings.tls == "none":
        raise BadConfig(
            "'delivery.mail.tls' is 'none' and 'user' is given; a password would be readable on the way: "
            "write 'starttls' or 'implicit'."
        )


class Postman:
    """Hands e-mails to one SMTP server, one after the other over one connection."""

    workers = 1

    def __init__(self, settings: Mail) -> None:
        demand_settings(settings)
        self._settings = settings
        self._password = _password(settings)
        self._smtp: smtplib.SMTP | None = None

    @property
    def name(self) -> str:
        return f"mail {self._settings.host}:{self._settings.port}"

    def send(self, message: Message, now: float) -> Outcome:
        """Hand over one e-mail; a connection kept from before that turns out to be closed is opened again."""
        del now  # the date of an e-mail is when it was written
        for fresh in (self._smtp is None, True):
            try:
                smtp = self._smtp = self._connected() if fresh or self._smtp is None else self._smtp
                smtp.sendmail(str(self._settings.sender), [message.recipient], message.body)
                return Outcome("delivered", "accepted by the server")
            except smtplib.SMTPServerDisconnected:
                self._smtp = None
                if fresh:
                    return Outcome("failed", "the server broke off", answered=False)
            except (smtplib.SMTPException, OSError, ValueError) as error:
                return self._failed(error)
        raise AssertionError("a fresh connection either sends or fails")

    def close(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        told = self._settings
        here = _domain(str(told.sender))  # and not this machine's own name
        context = ssl.create_default_context() if told.tls != "none" else None
        smtp: smtplib.SMTP
        if told.tls == "implicit":
            smtp = smtplib.SMTP_SSL(str(told.host), told.port, here, timeout=told.seconds, context=context)
        else:
            smtp = smtplib.SMTP(str(told.host), told.port, here, timeout=told.seconds)
        try:
            if told.tls == "starttls":
                smtp.starttls(context=context)
            if told.user:
                smtp.login(told.user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _failed(self, error: Exception) -> Outcome:
        """Give an outcome in words of ours; a server's own may quote names and addresses."""
        refused = isinstance(
            error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError | smtplib.SMTPSenderRefused
        )
        if refused:
            code = _code(error)
            what = "the recipient" if isinstance(error, smtplib.SMTPRecipientsRefused) else "the e-mail"
            # RFC 5321, 4.2.1: 5yz is for good, 4yz for now. A sender that is refused is a matter of the settings.
            forever = 500 <= code <= 599 and not isinstance(error, smtplib.SMTPSenderRefused)
            return Outcome(
                "refused" if forever else "failed", f"the server refused {what} ({code})", busy=code == 421
            )
        self.close()
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return Outcome("failed", "the server refused user and password", answered=False)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Outcome("failed", "the server knows no STARTTLS or no login", answered=False)
        if isinstance(error, ssl.SSLError):
            return Outcome("failed", "its certificate was not accepted", answered=False)
        if isinstance(error, TimeoutError):
            return Outcome("failed", f"no answer within {self._settings.seconds:g} seconds", answered=False)
        return Outcome("failed", "the server could not be reached", answered=False)


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), 0)
    return int(getattr(error, "smtp_code", 0))


def _password(settings: Mail) -> str:
    if not settings.user:
        return ""
    password = os.environ.get(settings.password_from, "")
    if not password:
        raise MissingInput(
            f"The environment variable '{settings.password_from}' is not set; put the password of the e-mail "
            "server into it, or empty 'delivery.mail.user'."
        )
    return password
