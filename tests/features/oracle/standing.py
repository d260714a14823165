"""Measures of records that stand in relation to another stream: open, marked, ending; and of days they name."""

from collections.abc import Callable
from datetime import date
from math import cos, pi, sin

from tests.features.oracle.questions import Question, known, ratio, total
from tests.features.oracle.visible import Event


def records_in(q: Question, stream: str) -> set[str]:
    """The records with a visible event in a stream, whenever it happened."""
    return {event["record"] for event in q.over(stream).visible()}


def open_events(q: Question, closed: str, reopened: str | None) -> list[Event]:
    done = records_in(q, closed)
    again = records_in(q, reopened) if reopened else set()
    return [event for event in q.events() if event["record"] not in done or event["record"] in again]


def open_count(q: Question, closed: str, reopened: str | None = None) -> int:
    return len({event["record"] for event in open_events(q, closed, reopened)})


def open_total(q: Question, closed: str, of: str, reopened: str | None = None) -> float:
    return total(open_events(q, closed, reopened), of) / 100


def open_age(q: Question, closed: str, reopened: str | None = None) -> int:
    days = [event["day"] for event in open_events(q, closed, reopened)]
    return (q.last - min(days)).days if days else 0


def age(q: Question, of: str) -> int | None:
    values = known(q.events(), of)
    return (q.last - values[-1]).days if values else None


def days_until(q: Question, of: str) -> int | None:
    values = known(q.events(), of)
    return (values[-1] - q.last).days if values else None


def running(q: Question, marked: str) -> int:
    gone = records_in(q, marked)
    return len([event for event in q.events() if event["ends_on"] >= q.last and event["record"] not in gone])


def marked_share(q: Question, marked: str, within: int) -> float | None:
    ending = [event for event in q.events() if 0 <= (event["ends_on"] - q.last).days <= within]
    done = records_in(q, marked)
    return ratio(len([event for event in ending if event["record"] in done]), len(ending))


def year_wave(q: Question, harmonic: int, cosine: bool) -> float:
    d = (q.last - date(1970, 1, 1)).days
    angle = 2 * pi * harmonic * (d % 365.2425) / 365.2425
    return cos(angle) if cosine else sin(angle)


MEASURES: dict[str, Callable[..., float | None]] = {
    "Age": age,
    "DaysUntil": days_until,
    "MarkedShare": marked_share,
    "OpenAge": open_age,
    "OpenCount": open_count,
    "OpenTotal": open_total,
    "Running": running,
    "YearWave": year_wave,
}
