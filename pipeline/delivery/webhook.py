"""Posting to a webhook by the Standard Webhooks specification 1.0.0: signed, in limited time, never redirected.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

A connection goes to an address that was checked (``pipeline.delivery.addresses``), while TLS and the ``Host``
header speak of the name. Of an answer, only the status and ``Retry-After`` count.
"""

import base64
import hmac
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from pipeline.delivery.addresses import Lookup, Private, checked, looked_up
from pipeline.delivery.endpoint import Endpoint
from pipeline.delivery.message import Message, Outcome
from pipeline.delivery.schedule import retry_after

READ = 65_536
"""Bytes of an answer that are read, so that the connection can be used again; a longer one is cut off."""
KEPT = 30.0
"""Seconds that a connection is used again; then the name is looked up anew."""
BUSY = (429, 502, 503, 504)


def signature(secrets: Sequence[bytes], key: str, timestamp: int, body: bytes) -> str:
    """Give the header ``webhook-signature``: HMAC-SHA256 of ``key.timestamp.body`` by each secret, in base64."""
    signed = f"{key}.{timestamp}.".encode() + body
    digests = (hmac.digest(secret, signed, "sha256") for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def agent() -> str:
    try:
        return f"forewarn/{version('forewarn')}"
    except PackageNotFoundError:
        return "forewarn"


class Connection(http.client.HTTPConnection):
    """A connection to one of the addresses given, whatever its host is called and whoever is asked for it."""

    def __init__(self, to: Endpoint, addresses: Sequence[str], context: ssl.SSLContext | None) -> None:
        super().__init__(to.host, to.port, timeout=to.seconds)
        self.default_port = 443 if context else 80  # of the Host header
        self.addresses, self.context = addresses, context
        self.since = time.monotonic()
        self.aborted = False

    def connect(self) -> None:
        last: OSError = OSError("no address")
        for address in self.addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            self.sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                self.sock.settimeout(self.timeout)
                self.sock.connect((address, self.port))
                break
            except OSError as error:
                self.sock.close()
                last = error
                if self.aborted:
                    raise
        else:
            self.sock = None
            raise last
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context is not None:
            self.sock = self.context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def abort(self) -> None:
        """End whatever the connection waits for, from another thread."""
        self.aborted = True
        if self.sock is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which would pull its state from under the thread that reads.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class Poster:
    """Posts messages to one endpoint; safe for several threads, each of which keeps a connection of its own."""

    def __init__(
        self, to: Endpoint, secrets: Sequence[bytes], workers: int = 1, lookup: Lookup = looked_up
    ) -> None:
        self.to, self.workers, self.lookup = to, workers, lookup
        self.context = ssl.create_default_context() if to.scheme == "https" else None
        self._secrets = tuple(secrets)
        self._agent = agent()
        self._mine = threading.local()
        self._open: set[Connection] = set()

    @property
    def name(self) -> str:
        return self.to.name

    def demand_public(self) -> None:
        """Look the endpoint up once; raises Private where it may not be sent to. Not found now, it may be later."""
        with suppress(OSError):
            self._addresses()

    def close(self) -> None:
        for connection in list(self._open):
            connection.close()
        self._open.clear()

    def headers(self, message: Message, now: float) -> dict[str, str]:
        """Give the headers of one attempt; the timestamp is that of the attempt."""
        timestamp = int(now)
        return {
            "content-type": "application/json",
            "user-agent": self._agent,
            "webhook-id": message.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._secrets, message.key, timestamp, message.body),
        }

    def send(self, message: Message, now: float) -> Outcome:
        """Post ``message`` once; a connection kept from before that turns out to be closed is opened again."""
        kept = self._kept()
        outcome = self._tried(kept, message, now) if kept else None
        return outcome or self._tried(None, message, now) or Outcome("failed", "no answer", answered=False)

    def _tried(self, kept: Connection | None, message: Message, now: float) -> Outcome | None:
        """Try once; None where a kept connection was closed before anything of an answer came."""
        try:
            connection = kept or self._opened()
        except Private:
            return Outcome("failed", "its address lies inside a private network", answered=False)
        except OSError:
            return Outcome("failed", "its name was not found", answered=False)
        watch = threading.Timer(self.to.seconds, connection.abort)
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", self.to.target, body=message.body, headers=self.headers(message, now))
            answer = connection.getresponse()
            if connection.aborted:  # the end of the connection passes for the end of the headers
                raise TimeoutError
            outcome = _judged(answer.status, answer.getheader("retry-after"), now)
            self._drain(connection, answer)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._close(connection)
            closed = isinstance(error, ConnectionError | http.client.BadStatusLine)
            if kept and closed and not connection.aborted:
                return None
            late = connection.aborted or isinstance(error, TimeoutError)
            return Outcome("failed", self._late if late else _told(error), answered=False)
        finally:
            watch.cancel()
        return outcome

    @property
    def _late(self) -> str:
        return f"no answer within {self.to.seconds:g} seconds"

    def _drain(self, connection: Connection, answer: http.client.HTTPResponse) -> None:
        """Read what is left of an answer so far as it is short; what it says has no meaning."""
        try:
            answer.read(READ)
            again = answer.isclosed() and not answer.will_close
        except (OSError, http.client.HTTPException, ValueError):
            again = False
        if not again:
            self._close(connection)

    def _addresses(self) -> list[str]:
        return checked(self.to.host, self.to.port, allow_private=self.to.allow_private, lookup=self.lookup)

    def _opened(self) -> Connection:
        connection = Connection(self.to, self._addresses(), self.context)
        self._mine.connection = connection
        self._open.add(connection)
        return connection

    def _kept(self) -> Connection | None:
        connection: Connection | None = getattr(self._mine, "connection", None)
        if connection is None or connection.sock is None:
            return None
        if time.monotonic() - connection.since > KEPT:
            self._close(connection)
            return None
        return connection

    def _close(self, connection: Connection) -> None:
        connection.close()
        self._open.discard(connection)
        self._mine.connection = None


def _judged(status: int, after: str | None, now: float) -> Outcome:
    """Give what a status means: 2xx alone is a success, 410 an end, everything else worth another attempt."""
    if 200 <= status <= 299:
        return Outcome("delivered", f"answered {status}")
    if status == 410:
        return Outcome("gone", "answered 410: it wants no more")
    wait = retry_after(after, now)
    told = f"answered {status}"
    if 300 <= status <= 399:
        told += ", a redirect, which is not followed"
    return Outcome("failed", told, wait=wait, busy=status in BUSY)


def _told(error: Exception) -> str:
    """Give a failure in words of ours: what an exception says may quote the answer."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate was not accepted"
    if isinstance(error, ssl.SSLError):
        return "no secure connection came about"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ConnectionError | http.client.RemoteDisconnected):
        return "the connection broke off"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "what it answered is no HTTP"
    return "no connection"
