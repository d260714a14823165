"""What would be sent, for eyes: one line a message, and the first of each channel in full."""

import email
import email.policy
import json
from collections.abc import Iterator

from pipeline.delivery.message import Message
from pipeline.words import line

INDENT = "    "


def lines(messages: list[Message]) -> Iterator[str]:
    """Give the lines; every text of others in them is harmless to a terminal."""
    for channel in dict.fromkeys(message.channel for message in messages):
        some = [message for message in messages if message.channel == channel]
        yield f"{channel}: {len(some):,} would be sent"
        for message in some:
            yield f"  {message.key}  {_about(message)}"
        yield f"  the first in full ({some[0].key}):"
        yield from (f"{INDENT}{_indent(text)}{line(text)}".rstrip() for text in _whole(some[0]))


def content(message: Message) -> dict[str, object]:
    """Give a message as plain values, for ``--json``."""
    told = {
        "key": message.key,
        "channel": message.channel,
        "recipient": message.recipient,
        "kind": message.kind,
    }
    if message.channel == "webhook":
        return {**told, "body": json.loads(message.body)}
    headers, text = _letter(message)
    return {**told, "headers": headers, "text": text}


def _indent(text: str) -> str:
    return " " * (len(text) - len(text.lstrip(" ")))


def _about(message: Message) -> str:
    customers = list(dict.fromkeys(item.customer_id for item in message.items))
    if message.channel == "webhook":
        data = json.loads(message.body)["data"]
        what = (data.get(name) for name in ("industry", "region", "level", "play", "to"))
        return "  ".join([message.kind, *(line(str(one)) for one in (*customers, *what) if one)])
    return (
        f"to {message.recipient}  {_letter(message)[0]['Subject']}  ({len(message.items):,} alerts and plans)"
    )


def _whole(message: Message) -> Iterator[str]:
    if message.channel == "webhook":
        yield from json.dumps(json.loads(message.body), ensure_ascii=False, indent=2).splitlines()
        return
    headers, text = _letter(message)
    yield from (f"{name}: {value}" for name, value in headers.items())
    yield ""
    yield from text.splitlines()


def _letter(message: Message) -> tuple[dict[str, str], str]:
    mail = email.message_from_bytes(message.body, policy=email.policy.default)
    names = ("From", "To", "Subject", "Date", "Message-ID")
    body = mail.get_body(("plain",))
    return {name: str(mail[name]) for name in names}, "" if body is None else str(body.get_content())
