"""Measures of money shared out among texts: the largest share, the fastest rise, shares that fall, entries."""

from collections.abc import Callable
from datetime import date

from tests.features.oracle.questions import Question, known, ratio, total
from tests.features.oracle.visible import Event


def share(events: list[Event], of: str, text: str, by: str) -> float | None:
    """What the events of one text bring of the money of all events; unknown where that is not above 0."""
    everything = total(events, by)
    mine = total([event for event in events if event[of] == text], by)
    return mine / everything if everything > 0 else None


def largest_share(q: Question, of: str, by: str) -> float | None:
    events = q.events()
    if not total(events, by) > 0:
        return None
    return max((share(events, of, text, by) or 0.0 for text in set(known(events, of))), default=0.0)


def rising(q: Question, of: str, by: str) -> float | None:
    now, before = q.events(), q.window_before().events()
    if not (total(now, by) > 0 and total(before, by) > 0):
        return None
    gains = [
        (share(now, of, text, by) or 0.0) - (share(before, of, text, by) or 0.0)
        for text in set(known(now, of))
    ]
    return max([0.0, *gains])


def falls(q: Question, each: str, of: str, by: str) -> list[float]:
    """By how much the share of each text that can be asked fell."""
    found = []
    for text in set(known(q.window_before().events(), each)):
        now = [event for event in q.events() if event[each] == text]
        before = [event for event in q.window_before().events() if event[each] == text]
        if total(now, by) > 0 and total(before, by) > 0 and total(before, of) > 0:
            found.append(total(before, of) / total(before, by) - total(now, of) / total(now, by))
    return found


def fallen_count(q: Question, each: str, of: str, by: str, least: float) -> int | None:
    asked = falls(q, each, of, by)
    return len([fall for fall in asked if fall >= least]) if asked else None


def fallen_share(q: Question, each: str, of: str, by: str, least: float) -> float | None:
    asked = falls(q, each, of, by)
    return ratio(len([fall for fall in asked if fall >= least]), len(asked))


def entries(q: Question, each: str, of: str, least: int) -> list[date]:
    """The days in the window on which a text was entered."""
    told = [event for event in q.visible() if event["day"] <= q.last and event[of] is not None]
    inside = {event["day"] for event in q.events()}
    found = []
    for text in set(known(told, each)):
        mine = [event for event in told if event[each] == text]
        strange = [event["day"] for event in mine if event[of] == 0]
        if strange:
            day = min(strange)
            own = [event for event in mine if event[of] == 1 and event["day"] < day]
            if len(own) >= least and day in inside:
                found.append(day)
    return found


def entered_count(q: Question, each: str, of: str, least: int) -> int:
    return len(entries(q, each, of, least))


def since_entered(q: Question, each: str, of: str, least: int) -> int | None:
    days = entries(q, each, of, least)
    return (q.last - max(days)).days if days else None


MEASURES: dict[str, Callable[..., float | None]] = {
    "EnteredCount": entered_count,
    "FallenCount": fallen_count,
    "FallenShare": fallen_share,
    "LargestShare": largest_share,
    "Rising": rising,
    "SinceEntered": since_entered,
}
