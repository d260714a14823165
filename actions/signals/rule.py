"""What a rule is: the records that it reads, what it finds in them, and its words in both languages."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.signals.settings import Settings

Tables = Mapping[str, pd.DataFrame]
"""Record tables as they stood on the day: one row a record (its newest version), sorted by customer and by the day
on which it happened, with ``who``, the place of the customer among those of the table."""

HELD = ("customer_id", "since_on", "times", "weight", "evidence")
"""What a rule finds: whose, the first day that it held, how often in a row, how far beyond the threshold (1: just
there), and the records, each {table, record_id, on}. Further columns are what the words quote."""
COLUMNS = (
    "signal_id",
    "customer_id",
    "as_of",
    "signal",
    "rule",
    "since_on",
    "times",
    "counts",
    "strength",
    "evidence",
    "en",
    "zh",
)
KINDS = ("communication", "orders", "service", "competitor", "finance", "strategic", "contract")
"""The kinds of signals, and their groups of settings."""
SHOWN = 10
"""Records of evidence kept a row, the latest ones."""


@dataclass(frozen=True)
class Rule:
    """One rule. ``finds`` gets the tables, the day, all settings and the times in a row that count.

    ``columns`` are those beyond the required ones without which the rule is absent (``a|b``: without both).
    ``meaning`` says in both languages what holds; ``en`` and ``zh`` are format strings over the columns that
    ``finds`` gives.
    """

    name: str
    signal: str
    table: str
    columns: tuple[str, ...]
    weak: bool
    meaning: tuple[str, str]
    en: str
    zh: str
    finds: Callable[[Tables, pd.Timestamp, Settings, int], pd.DataFrame]

    def needed(self, settings: Settings) -> int:
        """Give the times in a row from which it counts."""
        usual = settings.weak_times if self.weak else settings.strong_times
        return settings.times.get(self.name, usual)

    def lacks(self, tables: Tables) -> str | None:
        """Say what the rule misses to be asked at all; None where it misses nothing."""
        if self.table not in tables:
            return f"table '{self.table}'"
        there = tables[self.table]
        for names in self.columns:
            if not any(name in there for name in names.split("|")):
                told = " or ".join(f"'{name}'" for name in names.split("|"))
                return f"column {told} of table '{self.table}'"
        return None

    def held(self, tables: Tables, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
        """Give the customers for whom the rule holds on the day, in ``COLUMNS``."""
        needed = self.needed(settings)
        found = self.finds(tables, as_of, settings, needed)
        told = [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]
        since = pd.Series(pd.to_datetime(found["since_on"]).to_numpy("datetime64[s]"), found.index)
        names = [
            _identity(row["customer_id"], self.name, day)
            for row, day in zip(told, since.dt.strftime("%Y-%m-%d"), strict=True)
        ]
        return pd.DataFrame(
            {
                "signal_id": pd.Series(names, found.index, dtype="str"),
                "customer_id": found["customer_id"].astype("str"),
                "as_of": as_of.to_datetime64().astype("datetime64[s]"),
                "signal": self.signal,
                "rule": self.name,
                "since_on": since,
                "times": found["times"].astype("int64"),
                "counts": found["times"].to_numpy() >= needed,
                "strength": strength(found["weight"].to_numpy(np.float64)),
                "evidence": found["evidence"].astype("object"),
                "en": pd.Series([self.en.format(**row) for row in told], found.index, dtype="str"),
                "zh": pd.Series([self.zh.format(**row) for row in told], found.index, dtype="str"),
            },
            columns=list(COLUMNS),
        )


def strength(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn how far a rule lies beyond its threshold into 0 to 1: 0.5 at the threshold, 1 from twice it on."""
    return np.asarray(np.clip(np.nan_to_num(weight, nan=1.0) / 2, 0, 1).round(3))


def none() -> pd.DataFrame:
    """Give the finding of a rule that holds for nobody."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in HELD})


def _identity(customer: str, rule: str, since: str) -> str:
    return hashlib.sha256(f"{customer}|{rule}|{since}".encode()).hexdigest()[:12]
