"""What is sent, and what came of sending it once."""

import hashlib
from dataclasses import dataclass
from typing import Literal

DIGITS = 24
"""Digits of a key: two of 10 million deliveries share one with a chance below one in 10^15."""


@dataclass(frozen=True)
class Item:
    """One thing that one receiver is told once: ``key`` depends on the receiver and on what is told."""

    key: str
    kind: str
    customer_id: str
    alert_id: str | None = None


@dataclass(frozen=True)
class Message:
    """One delivery. ``key`` is constant over its attempts, so a receiver that knows it has had it already.

    ``recipient`` is a mailbox, or empty for the webhook; ``rank`` orders messages, 0 before the others.
    """

    key: str
    channel: str
    recipient: str
    kind: str
    body: bytes
    items: tuple[Item, ...]
    rank: int = 9


State = Literal["delivered", "failed", "refused", "gone"]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; ``told`` holds no secret, no address and no word of the receiver's answer.

    "failed" is tried again, "refused" never, "gone" stops everything to this receiver. ``answered`` is False where
    no answer came at all. ``wait`` are the seconds that the receiver asked for; ``busy`` says that it has too much
    to do, so that it is better left alone by the other messages too.
    """

    state: State
    told: str
    answered: bool = True
    wait: float | None = None
    busy: bool = False


def message_key(*parts: str | None) -> str:
    """Give the key of a message, in the form of a ``webhook-id``: letters, digits and '_' alone."""
    return f"msg_{key_of(*parts)}"


def key_of(*parts: str | None) -> str:
    """Give the key of what ``parts`` name: the same for the same parts, on any day and any machine."""
    named = "\x1f".join("" if part is None else part for part in parts)
    return hashlib.sha256(named.encode()).hexdigest()[:DIGITS]
