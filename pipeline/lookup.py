# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""``forewarn features``: the catalogue listed, searched and described, and a value shown with its records.

The answer is text for a person, English or Chinese, or JSON for a program. A name that is not in the catalogue is
refused with those near to it.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from features.catalogue import CATALOGUE
from features.feature import Cause, Dimension, Feature
from pipeline import formulas, words
from pipeline.described import declared, describe
from pipeline.errors import Usage
from pipeline.frames import json_text
from pipeline.params import load
from pipeline.paths import Paths, root
from pipeline.shown import show
from pipeline.terminal import console, plain_table

VERBS = ("search", "describe", "show")
ROOMY = 110
"""Columns from which a name and its label stand side by side."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command was asked: the words after its name, and its options."""

    words: tuple[str, ...] = ()
    source: str | None = None
    cause: str | None = None
    dimension: str | None = None
    dataset: str | None = None
    customer: str | None = None
    as_of: date | None = None
    zh: bool = False
    json: bool = False
    all: bool = False
    hidden: bool = False


def run(asked: Asked, file: TextIO | None = None) -> None:
    """Answer one ``forewarn features``."""
    out = console(file)
    verb, rest = (
        (asked.words[0], asked.words[1:])
        if asked.words[:1] and asked.words[0] in VERBS
        else ("", asked.words)
    )
    if verb == "describe":
        paths = Paths(root(), asked.dataset) if asked.dataset else None
        describe(one(rest, verb), paths, out, chinese=asked.zh, as_json=asked.json)
    elif verb == "show":
        if asked.dataset is None or asked.customer is None:
            raise Usage(
                "'features show' needs --dataset NAME and --customer ID beside the name of a feature."
            )
        paths = Paths(root(), asked.dataset)
        show(
            load(paths), paths, one(rest, verb), asked.customer, asked.as_of, out,
            chinese=asked.zh, as_json=asked.json, everything=asked.all, hidden=asked.hidden,
        )  # fmt: skip
    elif verb == "search" and not rest:
        raise Usage("'features search' needs a word to look for, such as 'forewarn features search overdue'.")
    else:
        listed(rest, asked, out)


def one(names: Sequence[str], verb: str) -> Feature:
    """Give the feature of that name, or refuse it with the names near to it."""
    if len(names) != 1:
        raise Usage(f"'features {verb}' takes the name of one feature and was given {len(names)}.")
    named = {feature.name: feature for feature in CATALOGUE}
    if names[0] in named:
        return named[names[0]]
    near = difflib.get_close_matches(names[0].lower(), named, n=3, cutoff=0.5)
    near = near or [feature.name for feature in found(names[0].split("_"))][:3]
    told = "near to it: " + ", ".join(f"'{name}'" for name in near) if near else "no name is near to it"
    raise Usage(
        f"The catalogue has no feature '{words.line(names[0])}'; {told}; "
        "'forewarn features search WORD' looks through names and labels."
    )


def found(wanted: Sequence[str]) -> list[Feature]:
    """Give the features whose name, labels, source or cause hold every word, in upper or lower case."""
    lower = [word.casefold() for word in wanted]
    return [feature for feature in CATALOGUE if all(word in _searched(feature) for word in lower)]


def _searched(feature: Feature) -> str:
    cause = feature.cause.value
    told = (feature.name, feature.en, feature.zh, feature.source, cause, words.cause(cause, chinese=True))
    return "\n".join(told).casefold()


def listed(wanted: Sequence[str], asked: Asked, out: Console) -> None:
    """Print the features that hold every word and pass the filters, grouped by source."""
    for option, value, known in (
        ("source", asked.source, list(dict.fromkeys(feature.source for feature in CATALOGUE))),
        ("cause", asked.cause, [cause.value for cause in Cause]),
        ("dimension", asked.dimension, [dimension.value for dimension in Dimension]),
    ):
        if value is not None and value not in known:
            raise Usage(f"--{option} '{words.line(value)}' is none of the catalogue's: {', '.join(known)}.")
    features = [
        feature
        for feature in found(wanted)
        if asked.source in (None, feature.source)
        and asked.cause in (None, feature.cause.value)
        and asked.dimension in (None, feature.dimension.value if feature.dimension else "")
    ]
    if asked.json:
        out.file.write(json_text([declared(feature) for feature in features]))
        return
    for source in dict.fromkeys(feature.source for feature in features):
        mine = [feature for feature in features if feature.source == source]
        out.print(Text(f"{formulas.SOURCES.get(source, source) if asked.zh else source} ({len(mine)})"))
        out.print(_table(mine, asked.zh, out.width >= ROOMY))
        out.print()
    out.print(Text(_closing(features, wanted, asked.zh)))


def _table(features: Sequence[Feature], chinese: bool, roomy: bool) -> Any:
    """Give one row a feature; where there is little room, its label stands under its name."""
    table = plain_table()
    heads: tuple[str, ...] = (
        ("名称", "含义", "窗口", "单位", "原因") if chinese else ("name", "label", "window", "unit", "cause")
    )
    if not roomy:
        heads = (f"{heads[0]}, {heads[1]}", *heads[2:])
    for head in heads:
        table.add_column(head, no_wrap=head != heads[-4], justify="right" if head == heads[-3] else "left")
    for feature in features:
        label = feature.zh if chinese else feature.en
        table.add_row(
            *((feature.name, label) if roomy else (Group(feature.name, Padding(label, (0, 0, 0, 2))),)),
            f"{feature.days}d" if feature.days else "",
            _short(formulas.unit(feature.unit.value, chinese=chinese)),
            words.cause(feature.cause.value, chinese=chinese),
        )
    return table


def _short(unit: str) -> str:
    return "deviations" if unit == "standard deviations" else unit


def _closing(features: Sequence[Feature], wanted: Sequence[str], chinese: bool) -> str:
    if not features:
        return (
            "没有符合的特征。"
            if chinese
            else "No feature is of that kind; 'forewarn features' lists them all."
        )
    if chinese:
        return f"共{len(features)}个特征；'forewarn features describe 名称 --zh' 说明其中一个。"
    return (
        f"{words.count(len(features), 'feature')}{' found' if wanted else ''}; "
        f"'forewarn features describe NAME' tells everything of one."
    )
