"""What may be told of a server's address: where it is, and never by which password."""

import os
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SECRET = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "PGPASSWORD")
"""Environment variables whose content no sentence repeats."""
FILES = ("file", "sqlite")
"""Schemes whose path may hold any sign: it names a file, and no server with a password."""
SHORT = 3
"""A user or a setting of so few signs is no secret, and stands in many a word."""


def readable(address: str) -> bool:
    """Tell whether an address can be taken apart at all; brackets or full-width signs in a password forbid it."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def clear(address: str) -> bool:
    """Tell whether it is sure which part of an address is the password."""
    return _parts(address) is not None


def shown(address: str) -> str:
    """Give scheme, host, port and path; the scheme alone where a part of a password could pass for one of them.

    >>> shown("postgresql+psycopg://keeper:pass@db:5432/mlflow?password=word")
    'postgresql+psycopg://db:5432/mlflow'
    >>> shown("http://keeper:pa/ss@host:5000")
    'http://...'
    """
    parts = _parts(address)
    if parts is None:
        scheme, between, _ = address.partition("://")
        return f"{scheme}://..." if between and scheme.isascii() else "..."
    start = "://" if "://" in address else ":" if parts.scheme else ""
    return f"{parts.scheme}{start}{_host(parts)}{parts.path}"


def without_secrets(error: Exception, address: str) -> str:
    """Give the first line that a library says of ``address`` without secrets; its kind where they are unclear."""
    parts = _parts(address)
    if parts is None:
        return type(error).__name__
    text = next(iter(str(error).strip().splitlines()), type(error).__name__)
    text = text.replace(address, shown(address))
    for secret in sorted(_secrets(parts), key=len, reverse=True):
        text = text.replace(secret, "...")
    return re.sub(r"://[^\s/]+@", "://...@", text)


def _parts(address: str) -> SplitResult | None:
    """Take an address apart; None where it is not sure which part of it is the password."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # also where the port is no number: it may be the beginning of a password
        return None
    if parts.scheme.partition("+")[0] in FILES and not parts.netloc:
        return parts
    return None if "@" in f"{parts.path}{parts.query}{parts.fragment}" else parts


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _secrets(parts: SplitResult) -> set[str]:
    """Give what no sentence repeats, as it was written and as it is meant."""
    user = parts.netloc.rpartition("@")[0]
    given = dict(parse_qsl(parts.query))
    told = [user, unquote(user), parts.query, unquote(parts.query), parts.fragment]
    told += [*given.values(), *(pair.partition("=")[2] for pair in parts.query.split("&"))]
    sure = [
        parts.password or "",
        unquote(parts.password or ""),
        *(os.environ.get(name, "") for name in SECRET),
    ]
    sure += [value for name, value in given.items() if "pass" in name.lower()]
    return {word for word in told if len(word) > SHORT} | {word for word in sure if word}
