"""What the other customers brought, behind the value of a feature that holds one customer against them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow.compute as pc

from features import company, store
from features.company import EVERYBODY, Company
from features.events import VERSIONS
from features.feature import Feature
from features.peers import PeerMean, Peers
from features.sources import CUSTOMERS
from features.sweep import Questions, View
from features.unfold import Records, Tables
from features.windows import EPOCH


@dataclass(frozen=True)
class Sum:
    """One figure of the customer and the same of the others: money in cents, or a number of events or customers.

    ``window`` is the place of its window among those that the feature reads; ``counts`` tells that it is the number
    of customers with an event there.
    """

    window: int
    counts: bool
    own: int
    others: int


@dataclass(frozen=True)
class Others:
    """The group whose other customers a feature looks at.

    ``among`` is the column that tells the groups, empty where everybody is one; ``group`` its text, None where it
    is unknown of the customer. ``customers`` is how many others are in the group; ``money``: sums are of cents.
    """

    among: str
    group: str | None
    customers: int
    money: bool
    sums: tuple[Sum, ...]


def beside(tables: Tables, feature: Feature, customer: str, as_of: date) -> tuple[Others, Company]:
    """Give the others of a customer with the sums that the feature makes of them, and the survey of everybody."""
    measure = feature.measure
    if not isinstance(measure, Peers):
        raise TypeError(f"feature '{feature.name}' looks at no other customer")
    day = np.array([(as_of - EPOCH).days], np.int32)
    group, members = _group(tables, measure.among, customer, day)
    everybody = store.survey(tables, day, (feature,))
    # A survey of one customer alone is that customer's part of the survey of everybody.
    alone = tables[CUSTOMERS.name].filter(pc.field("customer_id") == customer)
    own = store.survey({**tables, CUSTOMERS.name: alone}, day, (feature,))
    money = measure.of is not None
    if group is None:
        return Others(measure.among, None, 0, money, ()), everybody
    place = (feature.name, int(day[0]), group)
    theirs = everybody.sums[place]
    mine = own.sums.get(place, (0,) * len(theirs))
    mean = isinstance(measure, PeerMean)  # its second sum is of customers, and of the same window
    sums = tuple(
        Sum(0 if mean else number, mean and number == 1, one, everyones - one)
        for number, (one, everyones) in enumerate(zip(mine, theirs, strict=True))
    )
    return Others(measure.among, group, members - 1, money, sums), everybody


def _group(tables: Tables, among: str, customer: str, day: np.ndarray) -> tuple[str | None, int]:
    """Give the group of a customer on a day, and how many customers are in it."""
    with Records(tables) as records:
        everyone = pc.unique(records.customers()).sort()
        asked = Questions(np.arange(len(everyone), dtype=np.int32), np.repeat(day, len(everyone)))
        values = frozenset({among} - {EVERYBODY})
        found = company.groups(among, View(records.events(everyone, {VERSIONS: values})[VERSIONS], asked))
    place = pc.index(everyone, customer).as_py()
    number = int(found.number[place]) if place >= 0 else -1
    if number < 0:
        return None, 0
    return found.words[number], int((found.number == number).sum())
