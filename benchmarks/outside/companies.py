"""Simulated companies seen from outside, made in memory: records in the form that ingest leaves, and the truth.

Whose a customs record is, and which rival wrote it, comes from the truth here, so that what is measured of a part
does not depend on how well names are matched; with ``matched`` the papers go through the real matching instead.
A company costs a few seconds and is made anew by each part that asks.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline import naming
from pipeline.frames import to_arrow
from pipeline.params import DatasetSpec, Params
from pipeline.paths import Paths
from simulator import company as simulated
from simulator.papers import RIVALS, US
from simulator.settings import World
from simulator.traits import INDUSTRIES

CUSTOMERS, DAYS = 600, 1461
OUTSIDE = ("imports", "market")
"""The sources from outside the company."""
WITH_RIVALS: Mapping[str, Any] = {"rivals": 6, "indexed": True}
"""What a company with rivals has beside what every world has."""


@dataclass(frozen=True)
class Company:
    """``records`` by table, as ingest leaves them; ``truth`` by table, which nothing that is measured may read."""

    seed: int
    records: Mapping[str, pd.DataFrame]
    truth: Mapping[str, pd.DataFrame]

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        return {name: to_arrow(frame) for name, frame in self.records.items()}


def with_rivals(
    seed: int, *, customers: int = CUSTOMERS, days: int = DAYS, matched: bool = False, **world: Any
) -> Company:
    """Give a company whose rivals win customers; ``world`` names further settings of `simulator.settings.World`."""
    made = _simulated(seed, customers, days, {**WITH_RIVALS, **world})
    named = _matched if matched else _told
    return Company(seed, {**made.records, "imports": named(made)}, made.truth)


def steady(seed: int, *, customers: int = CUSTOMERS, days: int = DAYS, **world: Any) -> Company:
    """Give a company whose customs records and index are there, while nobody moves purchases to a rival.

    Who leaves for a competitor there buys less of everybody; shares of the customers' imports only wobble.
    """
    made = _simulated(seed, customers, days, {"indexed": True, **world})
    rng = np.random.default_rng([seed, 8])
    return Company(seed, {**made.records, "imports": _unmoved(rng, made.trade)}, made.truth)


def shocked(
    seed: int, *, customers: int = CUSTOMERS, days: int = DAYS, day: int | None = None, depth: float = 0.30
) -> Company:
    """Give the company of `with_rivals` with one shock more: from ``day`` on (a year before the end of the records)
    a whole industry, another one for each seed, loses the share ``depth`` of its purchases."""
    planted = (INDUSTRIES[seed % len(INDUSTRIES)], float(days - 365 if day is None else day), depth)
    return with_rivals(seed, customers=customers, days=days, planted=(planted,))


def _simulated(seed: int, customers: int, days: int, world: Mapping[str, Any]) -> simulated.Company:
    return simulated.simulate(World(customers=customers, days=days, **world), seed)


def _told(made: simulated.Company) -> pd.DataFrame:
    """Give the customs records with whose they are and the rival, both from the truth; others' are not kept."""
    whose = made.truth["papers"][["record_id", "customer_id", "rival"]]
    papers = made.records["imports"].drop(columns=["customer_id", "is_us"], errors="ignore")
    told = papers.merge(whose, on="record_id", validate="one_to_one").dropna(subset="customer_id")
    return told.assign(is_us=told["rival"].isna()).reset_index(drop=True)


def _matched(made: simulated.Company) -> pd.DataFrame:
    """Give the customs records whose customer the matching found, told the names of the company and its rivals."""
    there = set(made.truth["rivals"]["rival"])
    rivals = [
        {"name": firm.name, "also": [firm.native] * bool(firm.native)}
        for firm in RIVALS
        if firm.name in there
    ]
    spec = DatasetSpec.model_validate({"company": {"names": [US.name]}, "rivals": rivals})
    imports, customers = (to_arrow(made.records[name]) for name in ("imports", "customers"))
    with tempfile.TemporaryDirectory(prefix="forewarn-names-") as folder:  # no person has decided anything
        found = naming.resolved(Params(dataset=spec), Paths(Path(folder), "company"), imports, customers)
    matched: pd.DataFrame = found.kept.to_pandas(date_as_object=False)
    return matched


def _unmoved(rng: np.random.Generator, trade: pd.DataFrame) -> pd.DataFrame:
    """Give customs records in which every customer keeps its shares: one a month, product line and supplier.

    Half of the customers buy at one of six rivals too, in every line and always the same share, up to two thirds.
    One record in eight is missing, and each is known three to nine weeks after shipment.
    """
    bought = trade[trade["amount"] > 0]
    month = bought["ordered_at"].dt.to_period("M").dt.to_timestamp()
    ours = (
        bought.groupby(["customer_id", "product_line", month.rename("month_on")])["amount"]
        .sum()
        .reset_index()
    )
    people = ours["customer_id"].unique()
    share = pd.Series(
        np.where(rng.random(len(people)) < 0.5, rng.uniform(0.1, 0.67, len(people)), 0.0), people
    )
    rival = pd.Series([f"Rival {number}" for number in rng.integers(1, 7, len(people))], people)
    part = ours["customer_id"].map(share)
    theirs = ours.assign(rival=ours["customer_id"].map(rival), amount=ours["amount"] * part / (1 - part))
    rows = pd.concat([ours.assign(rival=None), theirs[part > 0]], ignore_index=True)
    rows["amount"] *= rng.lognormal(0.0, 0.25, len(rows))
    rows = rows[rng.random(len(rows)) < 7 / 8].reset_index(drop=True)
    shipped = rows["month_on"] + pd.to_timedelta(rng.integers(5, 28, len(rows)), unit="D")
    return pd.DataFrame(
        {
            "record_id": [f"I{number:06d}" for number in range(len(rows))],
            "customer_id": rows["customer_id"],
            "shipped_on": shipped.astype("datetime64[s]"),
            "product_line": rows["product_line"],
            "supplier": rows["rival"].fillna("Us"),
            "is_us": rows["rival"].isna(),
            "value": rows["amount"].round(2),
            "known_at": (shipped + pd.to_timedelta(rng.integers(21, 64, len(rows)), unit="D")).astype(
                "datetime64[us]"
            ),
            "rival": rows["rival"],
        }
    )
