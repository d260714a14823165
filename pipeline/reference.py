"""Whom a customer is held against: everybody asked about on the date, or those of its segment.

``explain.base`` of ``params.yaml`` says which. A segment is what the newest version of the customer that was known
on the date says; a customer without one, and a segment of fewer than ``LEAST`` customers on the date, is held
against everybody, and the output says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline import records
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.versions import known

EVERYBODY = "everybody"
LEAST = 30
"""Customers of a segment on a date from which on its average says something of the segment."""


@dataclass(frozen=True)
class Reference:
    """Of each row, the name of the segment it is held against; None is everybody.

    ``asked`` is what the settings wanted, ``why`` the reasons for which rows are held against everybody all the
    same, with how many they are.
    """

    asked: str
    group: Sequence[str | None]
    why: Mapping[str, int]

    @property
    def names(self) -> list[str]:
        """The base of each row, by name."""
        return [EVERYBODY if name is None else name for name in self.group]

    def told(self) -> dict[str, object]:
        """What the manifest says: the wish, how many customers have each base, and why some have another."""
        counts = pd.Series(self.names, dtype=object).value_counts()
        bases = {str(name): int(counts[name]) for name in sorted(counts.index)}
        return {"asked": self.asked, "of": bases, "everybody_because": dict(self.why)}


def everybody(rows: int) -> Reference:
    """Hold every row against all of them."""
    return Reference(EVERYBODY, [None] * rows, {})


def reference(params: Params, paths: Paths, asked: pd.DataFrame) -> Reference:
    """Say whom each row of ``asked`` is held against: customer_id, as_of; everybody asked about on one date."""
    if params.explain.base == EVERYBODY:
        return everybody(len(asked))
    customers = None if "customers" in params.dataset.tables else records.table(paths, "customers")
    if customers is None or "segment" not in customers:
        why = {"the customers have no column 'segment'": len(asked)}
        return Reference(params.explain.base, [None] * len(asked), why)
    return by_segment(known(customers, asked)["segment"])


def by_segment(segment: pd.Series) -> Reference:
    """Hold each customer against its segment, where that is known and large enough."""
    unknown = segment.isna()
    counts = segment.value_counts()
    small = segment.map(counts).lt(LEAST) & ~unknown
    why = {"its segment is not known": unknown, f"its segment has fewer than {LEAST} customers": small}
    group = [None if alone else str(name) for name, alone in zip(segment, unknown | small, strict=True)]
    return Reference(
        "segment", group, {reason: int(rows.sum()) for reason, rows in why.items() if rows.any()}
    )
