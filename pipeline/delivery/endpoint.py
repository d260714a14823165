"""The webhook as the settings name it: where it is, and the secrets that sign what is sent there.

A URL may hold a token in its path, so no sentence shows more of it than its host.
"""

import base64
import binascii
import hashlib
import os
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from pipeline.delivery.settings import Webhook
from pipeline.errors import BadConfig, MissingInput

PREFIX = "whsec_"
BYTES = (24, 64)
"""Of a secret, least and most, as the specification says."""
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Endpoint:
    """Where to connect and what to ask for; ``host`` is in ASCII, ``target`` the path with its query."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)
    allow_private: bool
    seconds: float

    @property
    def name(self) -> str:
        """Give what the outbox knows it by: another URL is another endpoint."""
        whole = f"{self.scheme} {self.host} {self.port} {self.target}"
        return f"webhook {hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def endpoint(settings: Webhook) -> Endpoint:
    """Read ``delivery.webhook``; raises BadConfig where nothing may be sent there, whatever its address is."""
    if not settings.url:
        raise BadConfig(
            "'delivery.webhook.url' of 'params.yaml' is empty; write the URL, or leave out 'webhook'."
        )
    parts, port = _parts(settings.url)
    if parts.scheme == "http" and not settings.allow_http:
        raise BadConfig(
            "'delivery.webhook.url' begins with 'http://', which everybody on the way can read; write 'https://', "
            "or set 'delivery.webhook.allow_http'."
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadConfig(
            "'delivery.webhook.url' holds a user, a password or a fragment; write a URL without: what is sent is "
            "signed with a secret instead."
        )
    target = parts.path or "/"
    return Endpoint(
        scheme=parts.scheme,
        host=_ascii(parts.hostname or ""),
        port=port or PORTS[parts.scheme],
        target=f"{target}?{parts.query}" if parts.query else target,
        allow_private=settings.allow_private,
        seconds=settings.seconds,
    )


def _parts(url: str) -> tuple[SplitResult, int | None]:
    wrong = BadConfig(
        "'delivery.webhook.url' is no URL; write one such as 'https://crm.example.org/forewarn'."
    )
    if not re.fullmatch(r"[!-~\u00a1-\U0010ffff]+", url):  # no space and no control character
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    plain = (parts.path + parts.query).isascii()
    if parts.scheme not in PORTS or not parts.hostname or not plain or port == 0:
        raise wrong
    return parts, port


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        raise BadConfig("'delivery.webhook.url' names no host that there can be; mend it.") from None


def secrets(settings: Webhook) -> tuple[bytes, ...]:
    """Read the signing secrets from the environment: one, or two with a space between while one replaces
    the other.
    """
    name = settings.secret_from
    told = os.environ.get(name, "").split()
    if not told:
        raise MissingInput(
            f"The environment variable '{name}' is not set; put the webhook's secret (whsec_...) into it."
        )
    return tuple(_secret(text, name) for text in told)


def _secret(text: str, name: str) -> bytes:
    found = b""
    if text.startswith(PREFIX):
        bare = text.removeprefix(PREFIX).rstrip("=")
        try:
            found = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        except (binascii.Error, ValueError):
            found = b""
    least, most = BYTES
    if not least <= len(found) <= most:
        raise BadConfig(
            f"What the environment variable '{name}' holds is no secret; wanted is 'whsec_' and then {least} to "
            f"{most} random bytes in base64."
        )
    return found
