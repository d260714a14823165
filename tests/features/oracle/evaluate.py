"""Reads the declarations of the dictionary's tables, and answers them for one customer on one day."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.features.oracle import amounts, counting, course, others, rhythm, shares, standing
from tests.features.oracle.questions import Call, Company, Question, less, ratio
from tests.features.oracle.records import Records
from tests.features.oracle.visible import exists

Number = float | None


def measured(q: Question, call: Call) -> Number:
    """What a measure says; a measure in its brackets is asked by it."""
    answer: Number = MEASURES[call.name](q, **call.given)
    return answer


def change(q: Question, of: Call) -> Number:
    return ratio(measured(q, of), measured(q.window_before(), of))


def shift(q: Question, of: Call) -> Number:
    return less(measured(q, of), measured(q.window_before(), of))


def year_change(q: Question, of: Call) -> Number:
    return ratio(measured(q, of), measured(q.year_ago(), of))


def year_ago(q: Question, of: Call) -> Number:
    return measured(q.year_ago(), of) if q.seen_by(q.days_before(365)) else None


def ahead_last_year(q: Question, of: Call) -> Number:
    return measured(q.year_ahead(), of) if q.seen_by(q.days_before(365)) else None


def over(q: Question, of: Call, by: Call) -> Number:
    return ratio(measured(q, of), measured(q, by))


def ago(q: Question, of: Call, ago: int) -> Number:
    then = q.ending(q.days_before(ago))
    return measured(then, of) if q.seen_by(then.last) else None


def per_year(q: Question, of: Call) -> Number:
    since_first = counting.since_first(q)
    value = measured(q, of)
    if since_first is None or value is None:
        return None
    return value / max(1, since_first / 365)


MEASURES: dict[str, Callable[..., Number]] = {
    **amounts.MEASURES,
    **counting.MEASURES,
    **course.MEASURES,
    **others.MEASURES,
    **rhythm.MEASURES,
    **shares.MEASURES,
    **standing.MEASURES,
    "Ago": ago,
    "AheadLastYear": ahead_last_year,
    "Change": change,
    "Over": over,
    "PerYear": per_year,
    "Shift": shift,
    "YearAgo": year_ago,
    "YearChange": year_change,
}

# Arguments that name another stream; and the values that a measure reads without naming them.
STREAM_ARGUMENTS = ("other", "closed", "reopened", "marked", "usual")
UNNAMED = {
    "PriceChange": ("product_id", "unit_price"),
    "TrialsAlone": ("product_id", "is_trial"),
    "TrialsAloneShare": ("product_id", "is_trial"),
    "Small": ("amount",),
    "MarkedShare": ("ends_on",),
    "Running": ("ends_on",),
}


@dataclass(frozen=True)
class Declared:
    """One row of the dictionary's tables of features."""

    name: str
    window: int | None
    unit: str
    none: str
    measure: Call
    stream: str
    kept: tuple[str, tuple[str, ...]] | None


ROW = re.compile(r"^\| `(?P<name>\w+)` \|(?P<cells>.*)\| `(?P<measure>[^`]+)` over (?P<over>[^|]+) \|$")


def declared(dictionary: str) -> dict[str, Declared]:
    """Every feature that the dictionary declares, by name."""
    found = {}
    for line in dictionary.splitlines():
        row = ROW.match(line)
        if row:
            _, _, window, unit, _, _, none, _ = [cell.strip() for cell in row["cells"].split("|")]
            stream, _, chosen = row["over"].partition(", ")
            found[row["name"]] = Declared(
                name=row["name"],
                window=int(window.removesuffix(" days")) if window else None,
                unit=unit,
                none=none,
                measure=parsed(ast.parse(row["measure"], mode="eval").body),
                stream=stream,
                kept=filtered(chosen) if chosen else None,
            )
    return found


def filtered(words: str) -> tuple[str, tuple[str, ...]]:
    """``kind in a/b`` as the value and its texts."""
    value, texts = words.split(" in ")
    return value, tuple(texts.split("/"))


def parsed(node: ast.expr) -> Any:
    """A measure as written, its brackets taken apart: calls, names, ``stream.names`` and constants."""
    if isinstance(node, ast.Call):
        given = {str(word.arg): parsed(word.value) for word in node.keywords}
        return Call(ast.unparse(node.func), given)
    if isinstance(node, ast.Constant):
        return node.value
    return ast.unparse(node)


def reads(stream: str, call: Call) -> Iterator[tuple[str, str | None]]:
    """The streams that a measure reads, each with a value of it or without."""
    yield stream, None
    for value in UNNAMED.get(call.name, ()):
        yield stream, value
    for word, given in call.given.items():
        if isinstance(given, Call):
            yield from reads(stream, given)
        elif word in ("of", "by", "each"):
            yield stream, given
        elif word in STREAM_ARGUMENTS:
            yield given, "amount" if call.name in ("PerMoney", "Small") else None


def buildable(records: Records, feature: Declared) -> bool:
    """Whether the tables have all that a feature reads."""
    among = feature.measure.given.get("among")
    if among is not None and among not in records.columns["customers"]:
        return False
    if feature.kept is not None and not exists(records, feature.stream, feature.kept[0]):
        return False
    return all(exists(records, stream, value) for stream, value in reads(feature.stream, feature.measure))


def answer(company: Company, feature: Declared, customer: str, as_of: date) -> Number:
    """The value of one feature of one customer on one day; None is unknown."""
    question = Question(company, customer, as_of, as_of, feature.window, feature.stream, feature.kept)
    return measured(question, feature.measure)
