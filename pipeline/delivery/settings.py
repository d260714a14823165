"""Where alerts and plans go: the section ``delivery`` of ``params.yaml``."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.section import Section

Channel = Literal["webhook", "mail", "crm"]
Language = Literal["en", "zh"]


def _mailbox(text: str) -> str:
    """Check one plain address; what has no place in it could write headers of its own."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text):
        raise ValueError("this is no address; write one alone, in ASCII, such as 'anna@example.org'")
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError("this is no name of an environment variable; the secret itself does not belong here")
    return text


Mailbox = Annotated[str, AfterValidator(_mailbox)]
Variable = Annotated[str, AfterValidator(_variable)]


class Webhook(Section):
    """Where alerts and plans are posted to (docs/how-to/deliver-alerts.md)."""

    url: str | None = Field(None, description="https://...; no user or password in it")
    secret_from: Variable = Field(
        "FOREWARN_WEBHOOK_SECRET", description="environment variable that holds the secret, whsec_..."
    )
    allow_private: bool = Field(False, description="whether its address may lie inside a private network")
    allow_http: bool = Field(False, description="whether it may be http://, readable on the way")
    seconds: float = Field(20, gt=0, le=60, description="for one attempt, from the connection to the answer")
    connections: int = Field(4, ge=1, le=32, description="attempts at the same time")


class Mail(Section):
    """The server that takes e-mails, and who gets them."""

    host: str | None = Field(None, pattern=r"^[A-Za-z0-9.:-]+$")
    port: int = Field(587, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str | None = None
    password_from: Variable = Field(
        "FOREWARN_SMTP_PASSWORD", description="environment variable that holds the user's password"
    )
    sender: Mailbox | None = None
    to: dict[str, list[Mailbox]] = Field(default_factory=dict, description="addresses by role")
    owners: dict[str, Mailbox] = Field(
        default_factory=dict, description="addresses of account managers, by `owner` of the table customers"
    )
    seconds: float = Field(20, gt=0, le=60, description="until a server that does not answer is given up")


class Delivery(Section):
    """Where alerts and plans of a day go."""

    to: tuple[Channel, ...] = Field(("crm",), strict=False, description="without --to")
    languages: dict[str, Language] = Field(default_factory=dict, description="by role; English without it")
    messages_max: int = Field(1000, ge=1, description="messages that one run sends at most; the rest wait")
    webhook: Webhook = Webhook()
    mail: Mail = Mail()
