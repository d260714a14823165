"""Measures that count events, days, texts and flags, and the times since."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from tests.features.oracle.questions import Question, known, ratio
from tests.features.oracle.visible import Event


def days(q: Question) -> int:
    return len({event["day"] for event in q.events()})


def count(q: Question, of: str | None = None) -> int:
    return len(q.events()) if of is None else len(set(known(q.events(), of)))


def active(q: Question, period: int, periods: int) -> int:
    number = 0
    for j in range(periods):
        if q.between(q.days_before(period * (j + 1)), q.days_before(period * j)):
            number += 1
    return number


def against_past(q: Question, periods: int) -> float | None:
    before = [event["day"] for event in q.visible() if event["day"] <= q.last]
    if not before:
        return None
    w = q.length()
    since_first = (q.last - min(before)).days + 1
    windows = min(since_first // w - 1, periods)
    if windows < 2:
        return None
    past = 0
    for j in range(1, windows + 1):
        past += len(q.between(q.days_before(w * (j + 1)), q.days_before(w * j)))
    return ratio(len(q.events()), past / windows)


def flagged(q: Question, of: str) -> int:
    return len([value for value in known(q.events(), of) if value == 1])


def flagged_run(q: Question, of: str) -> int:
    run = 0
    for value in reversed(known(q.events(), of)):
        if value != 1:
            break
        run += 1
    return run


def falling_run(q: Question, of: str) -> int:
    values = known(q.events(), of)
    run = 0
    for place in range(len(values) - 1, 0, -1):
        if not values[place] < values[place - 1]:
            break
        run += 1
    return run


def since(q: Question, events: list[Event]) -> int | None:
    """Days from the last of the events to the last day of the window."""
    return (q.last - max(event["day"] for event in events)).days if events else None


def since_last(q: Question) -> int | None:
    return since(q, q.events())


def since_first(q: Question) -> int | None:
    events = q.events()
    return (q.last - min(event["day"] for event in events)).days if events else None


def since_flagged(q: Question, of: str) -> int | None:
    return since(q, [event for event in q.events() if event[of] == 1])


def first(q: Question, of: str) -> int:
    before = [event for event in q.visible() if event["day"] <= q.days_before(q.length())]
    return len(set(known(q.events(), of)) - set(known(before, of)))


def two_windows(q: Question, of: str) -> tuple[set[str], set[str]]:
    """The known texts of this window, and of the one before."""
    return set(known(q.events(), of)), set(known(q.window_before().events(), of))


def gained(q: Question, of: str) -> int:
    now, before = two_windows(q, of)
    return len(now - before)


def lost(q: Question, of: str) -> int:
    now, before = two_windows(q, of)
    return len(before - now)


def kept(q: Question, of: str) -> float | None:
    now, before = two_windows(q, of)
    return ratio(len(now & before), len(before))


def top_share(q: Question, of: str) -> float | None:
    texts = known(q.events(), of)
    return max(Counter(texts).values()) / len(texts) if texts else None


def cooling(q: Question, of: str, least: int) -> float | None:
    now = Counter(known(q.events(), of))
    before = Counter(known(q.window_before().events(), of))
    ratios = [now[text] / number for text, number in before.items() if number >= least]
    if not ratios:
        return None
    return min(ratios) - now.total() / before.total()


def changes_in(q: Question, of: str) -> list[Event]:
    """The events in the window whose text differs from that of the known one before, wherever that is."""
    told = [event for event in q.visible() if event["day"] <= q.last and event[of] is not None]
    inside = q.events()
    found = []
    for earlier, later in pairwise(told):
        if later[of] != earlier[of] and later in inside:
            found.append(later)
    return found


def changes(q: Question, of: str) -> int:
    return len(changes_in(q, of))


def since_change(q: Question, of: str) -> int | None:
    return since(q, changes_in(q, of))


MEASURES: dict[str, Callable[..., float | None]] = {
    "Active": active,
    "AgainstPast": against_past,
    "Changes": changes,
    "Cooling": cooling,
    "Count": count,
    "Days": days,
    "FallingRun": falling_run,
    "First": first,
    "Flagged": flagged,
    "FlaggedRun": flagged_run,
    "Gained": gained,
    "Kept": kept,
    "Lost": lost,
    "SinceChange": since_change,
    "SinceFirst": since_first,
    "SinceFlagged": since_flagged,
    "SinceLast": since_last,
    "TopShare": top_share,
}
