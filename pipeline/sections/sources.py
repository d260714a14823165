"""What the page is made from, read before any of it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import findings
from pipeline.purchases import Purchases

ALL = "all together"


@dataclass(frozen=True)
class Cases:
    """What ``forewarn cases`` left behind: ``figures`` is ``cases.json``, ``rows`` is ``cases.parquet``.

    ``fresh`` tells whether they speak of the predictions that the page tells of.
    """

    figures: Mapping[str, Any]
    rows: pd.DataFrame
    fresh: bool


@dataclass(frozen=True)
class Sources:
    """What the page is made from; ``names`` are customer names by id, ``features`` the catalogue by name.

    None is what its command has not made: ``leaks`` and ``money`` (the figure of ``evaluate``), ``overview``
    (that of ``explain``), ``cases`` and ``learning``. ``purchases`` is a sentence where they tell nothing.
    """

    dataset: str
    metrics: Mapping[str, Any]
    predictions: pd.DataFrame
    curves: pd.DataFrame
    causes: pd.DataFrame
    features: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    cohort: pd.DataFrame
    ingest: Mapping[str, Any]
    quality: Mapping[str, Any]
    overview: Mapping[str, Any] | None = None
    leaks: Mapping[str, Any] | None = None
    money: str | None = None
    cases: Cases | None = None
    learning: Mapping[str, Any] | None = None
    purchases: Purchases | str = ""

    @property
    def champion(self) -> str:
        """The family that serves."""
        return str(self.metrics["champion"])

    @property
    def dates(self) -> list[str]:
        """The test dates, first to last."""
        return findings.dates(self.metrics)

    @property
    def when(self) -> list[str | None]:
        """None, which is all test dates together, then each; of one date there is nothing to put together."""
        return [None, *self.dates] if len(self.dates) > 1 else [*self.dates]

    def figures(self, family: str, date: str | None = None) -> Mapping[str, Any]:
        """The figures of a family on one test date, or on all of them together."""
        return findings.on(self.metrics, family, date)
