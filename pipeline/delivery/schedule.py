"""When a delivery is tried again: ten attempts over three days, each later than the one before.

The delays are those of the Standard Webhooks specification 1.0.0, section "Deliverability and reliability".
"""

import hashlib
from datetime import UTC
from email.utils import parsedate_to_datetime

DELAYS = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each attempt, counted from the one before."""
ATTEMPTS = len(DELAYS)
JITTER = 0.2
LONGEST = 86_400.0
"""Seconds that a receiver may ask to be left alone for; it is not obeyed beyond."""


def delay(key: str, attempts: int, wait: float | None = None) -> float:
    """Give the seconds until the attempt after ``attempts``; ``wait`` are those that the receiver asked for.

    The jitter, up to a fifth more or less, depends on the key and the attempt, so that messages that failed
    together do not come back together.
    """
    drawn = int.from_bytes(hashlib.sha256(f"{key} {attempts}".encode()).digest()[:8]) / 2**64
    seconds = DELAYS[attempts] * (1 + JITTER * (2 * drawn - 1))
    return max(seconds, min(wait or 0.0, LONGEST))


def retry_after(text: str | None, now: float) -> float | None:
    """Read a ``Retry-After`` header (RFC 9110, 10.2.3), seconds or a date; None where it says neither.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 30.0), retry_after("soon", 0.0)
    (120.0, 90.0, None)
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9]) if len(text) <= 9 else LONGEST
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)
