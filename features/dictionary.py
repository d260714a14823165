"""The dictionary of features as a page: the rules, the streams, the measures and every feature.

Somebody who never saw the code can recompute each number from it. Rules are prose; everything else is written from
the declarations and the docstrings of the measures, so that it cannot go stale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from inspect import getdoc

from features.comparisons import Nested
from features.dictionary_rules import MEASURES, RULES, STREAMS
from features.events import Holds, Stream, Value
from features.feature import Feature
from features.measures import UNKNOWN, ZERO, Plain

_RISK = {1: "more raises the risk", -1: "more lowers the risk", 0: ""}
_HOLDS = {
    Holds.NUMBER: "number",
    Holds.MONEY: "money, whole cents",
    Holds.CODE: "text",
    Holds.DAY: "day",
    Holds.RECORD: "record",
}

_OPENING = """# Dictionary of features

Written from the catalogue by `make docs`; do not edit. {count} features from {sources} sources.

A feature is one number about a customer on an as-of date, computed from what was known on that day. This page is
complete: the [rules](#rules), the [streams](#streams) of events that features read, the [measures](#measures) that
turn the events of a window into a number, and then every feature by source: {links}.
"""


def dictionary(catalogue: Sequence[Feature]) -> str:
    """Give the page as Markdown."""
    sources = list(dict.fromkeys(feature.source for feature in catalogue))
    links = ", ".join(f"[{source}](#{source})" for source in sources)
    page = [_OPENING.format(count=len(catalogue), sources=len(sources), links=links), RULES, STREAMS]
    page += [_stream(stream) for stream in streams(catalogue)]
    page.append(MEASURES)
    cases = used(catalogue)
    page += [_measure(kind, kind in cases) for kind in measures(catalogue)]
    for source in sources:
        page.append(_features(source, [feature for feature in catalogue if feature.source == source]))
    return "\n".join(page)


def streams(catalogue: Sequence[Feature]) -> list[Stream]:
    """Give the streams that features read, by table and name."""
    return sorted(
        {stream for feature in catalogue for stream in feature.streams},
        key=lambda stream: (stream.table.name, stream.name),
    )


def measures(catalogue: Sequence[Feature]) -> list[type[Plain]]:
    """Give the kinds of measure that features use, each behind the kind that it is a case of, by name."""
    named = {above for kind in used(catalogue) for above in _family(kind)}
    return sorted(named, key=lambda kind: [above.__name__ for above in reversed(_family(kind))])


def used(catalogue: Sequence[Feature]) -> set[type[Plain]]:
    """Give the kinds of measure that features name."""
    return {kind for feature in catalogue for kind in _kinds(feature.measure)}


def _kinds(measure: object) -> Iterator[type[Plain]]:
    """Give the kind of a measure and of every measure in it."""
    if isinstance(measure, Plain):
        yield type(measure)
        for field in fields(measure):
            yield from _kinds(getattr(measure, field.name))


def _family(kind: type[Plain]) -> list[type[Plain]]:
    """Give a kind of measure and the kinds that it is a case of, nearest first."""
    return [above for above in kind.__mro__ if issubclass(above, Plain) and above not in (Plain, Nested)]


def _stream(stream: Stream) -> str:
    told = [f"One event is {stream.meaning}.", f"Table `{stream.table.name}`;"]
    told.append(f"happened: {stream.when or f'`{stream.moment}`'}.")
    if stream.only:
        told.append(f"Only records whose {stream.only}.")
    if stream.matched:
        same = " and ".join(f"`{name}`" for name in stream.matched)
        told.append(
            f"It is an event of every customer with a version that has the same {same}; a row without a text "
            "there is of all, and of a customer whose text is unknown only such rows are events. It is visible "
            "where both the row and that version are."
        )
        needed = [f"`{name}`" for name in stream.matched if stream.table.column(name).required]
        told.append(f"Absent where table `customers` has no {' or '.join(needed)}.")
    if stream.needs:
        needs = ", ".join(f"`{name}`" for name in stream.needs)
        told.append(f"Absent without the column{'s' if len(stream.needs) > 1 else ''} {needs}.")
    rows = "\n".join(_value(value) for value in stream.values)
    return f"### {stream.name}\n\n{' '.join(told)}\n\n| value | is | meaning |\n|---|---|---|\n{rows}\n"


def _value(value: Value) -> str:
    return f"| `{value.name}` | {_HOLDS[value.holds]} | {value.meaning} |"


def _measure(kind: type[Plain], is_used: bool) -> str:
    text = (getdoc(kind) or "").replace("``", "`")
    if not is_used:
        return f"### {kind.__name__}\n\n{text}\n"
    arguments = ", ".join(field.name for field in fields(kind))
    ends = [f"See {above.__name__}." for above in _family(kind)[1:]]
    if kind.empty in (ZERO, UNKNOWN):
        ends.append(f"Without any event: {kind.empty}.")
    if kind.whole:
        ends.append("A whole number.")
    return f"### {kind.__name__}({arguments})\n\n{text}\n\n{' '.join(ends)}\n"


def _features(source: str, mine: Sequence[Feature]) -> str:
    head = "| feature | meaning | 含义 | window | unit | cause | dimension | none | risk | measure |"
    rows = [_row(feature) for feature in mine]
    return "\n".join([f"## {source}\n", f"{len(mine)} features.\n", head, "|---" * 10 + "|", *rows, ""])


def _row(feature: Feature) -> str:
    told = feature.described()
    where = "".join(f", {column} in {'/'.join(words)}" for column, words in told["where"].items())
    cells = (
        f"`{feature.name}`",
        feature.en,
        feature.zh,
        f"{feature.days} days" if feature.days else "",
        feature.unit.value,
        feature.cause.value,
        told["dimension"] or "",
        feature.measure.empty,
        _RISK[feature.risk],
        f"`{told['measure']}` over {told['stream']}{where}",
    )
    return "| " + " | ".join(cells) + " |"
