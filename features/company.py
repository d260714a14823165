"""What everybody did: the sums that features about other customers need, surveyed before the customers are swept.

Every sum is over whole numbers and over disjoint customers, so surveys of parts add up to that of the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.events import VERSIONS, Stream
from features.feature import Feature
from features.peers import Peers
from features.sweep import Questions, Values, View

EVERYBODY = ""
"""The name of the group that all customers are in."""

Place = tuple[str, int, str]
"""A feature, an as-of date in days since 1970-01-01, a group."""


@dataclass(frozen=True)
class Company:
    """Sums over all customers by feature, as-of date and group, as the feature's measure has them."""

    sums: Mapping[Place, tuple[int, ...]] = field(default_factory=dict)

    def __add__(self, other: "Company") -> "Company":
        places = dict.fromkeys([*self.sums, *other.sums])
        return Company({place: _added(self.sums.get(place), other.sums.get(place)) for place in places})

    def of(self, feature: Feature, groups: "Groups", questions: Questions) -> NDArray[np.int64]:
        """Give the sums of each question's group, shape (sums, questions); of no group they are 0."""
        dates, date = np.unique(questions.as_of, return_inverse=True)
        found = [
            [self.sums.get((feature.name, int(day), word)) for word in (*groups.words, None)]  # type: ignore[arg-type]
            for day in dates
        ]
        length = next((len(sums) for row in found for sums in row if sums is not None), 0)
        table = np.zeros((length, len(dates), len(groups.words) + 1), np.int64)
        for d, row in enumerate(found):
            for g, sums in enumerate(row):
                table[:, d, g] = 0 if sums is None else sums
        return table[:, date, groups.number]


@dataclass(frozen=True)
class Groups:
    """The group of each question's customer: ``words[number]``, as its newest version known said; -1 is none."""

    words: tuple[str, ...]
    number: NDArray[np.int32]


def among(feature: Feature) -> str | None:
    """Give the column that names the group whose sums the feature needs, None where it needs none."""
    return feature.measure.among if isinstance(feature.measure, Peers) else None


def streams(features: Sequence[Feature]) -> dict[Stream, frozenset[str]]:
    """Give the values of the customers' versions that tell the groups of ``features``."""
    columns = {among(feature) for feature in features} - {None}
    return {VERSIONS: frozenset(column for column in columns if column)} if columns else {}


def groups(column: str, versions: View) -> Groups:
    """Find the group of every question's customer in the versions that could be seen."""
    rows = versions.window(None)
    seen = rows.high > rows.low
    if column == EVERYBODY:
        return Groups((EVERYBODY,), np.where(seen, 0, -1).astype(np.int32))
    codes = np.asarray(versions.column(column), np.int32)
    last = np.maximum(rows.high - 1, 0)
    number = np.where(seen, codes[last] if len(codes) else -1, -1).astype(np.int32)
    return Groups(versions.events.texts[column], number)


def surveyed(feature: Feature, view: View, members: Groups) -> Company:
    """Add up the parts of all customers of ``view``, each asked about on each as-of date."""
    measure = feature.measure
    if not isinstance(measure, Peers):
        raise TypeError(f"feature '{feature.name}' needs nothing of other customers")
    own = measure.sums(view.window(feature.days))
    dates, date = np.unique(view.questions.as_of, return_inverse=True)
    place = date * (len(members.words) + 1) + members.number + 1
    sums = np.zeros((len(own), len(dates) * (len(members.words) + 1)), np.int64)
    for total, part in zip(sums, own, strict=True):
        np.add.at(total, place, part)
    table = sums.reshape(len(own), len(dates), -1)
    return Company(
        {
            (feature.name, int(day), word): tuple(int(value) for value in table[:, d, g + 1])
            for d, day in enumerate(dates)
            for g, word in enumerate(members.words)
        }
    )


def value(feature: Feature, view: View, members: Groups, company: Company) -> Values:
    """Give the feature for every question of ``view``; unknown where the customer is in no group."""
    measure = feature.measure
    if not isinstance(measure, Peers):
        raise TypeError(f"feature '{feature.name}' needs nothing of other customers")
    own = measure.sums(view.window(feature.days))
    everybody = company.of(feature, members, view.questions)
    if not len(everybody):
        return np.full(len(view.questions), np.nan)
    return np.where(members.number >= 0, measure.against(own, everybody), np.nan)


def _added(one: tuple[int, ...] | None, other: tuple[int, ...] | None) -> tuple[int, ...]:
    if one is None or other is None:
        return one or other or ()
    return tuple(a + b for a, b in zip(one, other, strict=True))
