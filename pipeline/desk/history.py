"""The log of a customer in words: when, who, what, in both languages."""

from collections.abc import Mapping
from typing import Any

from actions.events import MACHINE, Event
from pipeline import words
from pipeline.desk import cells, texts
from pipeline.desk.texts import Said, say


def told(event: Event, plays: Mapping[str, Said], currency: str) -> dict[str, Any]:
    """Give one event of the log: when, who, what, and what else it tells."""
    facts = [
        _closed(event.told[name])
        if event.kind == "alert_closed" and name == "because"
        else (texts.FACTS[name], _fact(name, event.told[name], plays, currency))
        for name in texts.FACTS
        if _tells(name, event.told.get(name))
    ]
    return {
        "at": f"{event.at:%Y-%m-%d %H:%M}",
        "actor": "" if event.actor == MACHINE else words.line(event.actor),
        "kind": say(texts.EVENTS, event.kind),
        "facts": facts,
    }


def _tells(name: str, value: Any) -> bool:
    """Say whether a fact is one: a figure of 0 is, and that a customer was not kept; any other no is none."""
    if value is False:
        return name == "kept"
    return value is not None and value not in ("", [])


def _closed(because: Any) -> tuple[Said, Said]:
    """Give why an alert closed: of another event ``because`` names what was not done."""
    return texts.WHY, say(texts.CLOSED, words.line(str(because)))


def _fact(name: str, value: Any, plays: Mapping[str, Said], currency: str) -> Said:
    if name in ("told", "to", "owner_role"):
        return roles(value)
    if name == "play":
        return say(plays, words.line(str(value)))
    if name == "cause":
        return cells.cause(value)
    if name == "kept":
        return texts.KEPT[bool(value)]
    if name == "channel":
        return say(texts.CHANNELS, words.line(str(value)))
    if name in ("level", "outcome", "because"):
        return say({**texts.LEVELS, **texts.OUTCOMES}, words.line(str(value)))
    if name in ("cost", "profit", "revenue") and cells.number(value) is not None:
        text = words.money(float(round(value)), currency)
    elif name == "held_out":
        text = ""
    else:
        text = words.line(str(value))
    return text, text


def roles(names: Any) -> Said:
    """Give roles in words: one name, or several."""
    several = [names] if isinstance(names, str) else list(names if names is not None else [])
    said = [say(texts.ROLES, words.line(str(name))) for name in several]
    return ", ".join(one[0] for one in said), "、".join(one[1] for one in said)
