"""Is drift seen, and is a quiet company left in peace? Part of ``make bench-job``.

One undisturbed company with seasons and downturns is watched on the last day of 24 months, with a list scored on
each of them. Then five drifts are planted into its records, each from a day on, and it is watched again:

- a unit changed: quantities a thousand times as large (tonnes became kilograms);
- a source lost: no contact is recorded any more;
- the price list doubled: list price, price paid and amount;
- a new segment: a tenth of the customers is told to be of a kind that there was not;
- twice as many leave: customers who would have stayed stop buying, at the rate at which others do.

Each must be named on the first watch, a month later at most. Who left is not known sooner than 180 days after a
list, so the fifth is looked for until the first watch at which a list of the time has labels; where it is named
later than after a month it misses the bar as any would, and how many months it took is told
(docs/decisions/0013-leavers-are-told-late.md). "Named" is ``look`` or ``retrain`` by the check and of the thing
that was changed.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.job.lived import Company, Records, lived, months
from benchmarks.results import Figure, at_least, at_most, publish, told
from models.notices import NOTHING, RETRAIN
from pipeline import store, watch
from pipeline.progress import counted

SEEDS, CUSTOMERS = (9051,), 1500
NEW_SHARE = 0.10
IN_TIME = 1
"""Months after its beginning in which a drift is to be named."""
LEAVING = ("trade", "finance", "interaction", "service")
"""The tables in which a customer that has left leaves no more records."""
Named = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drift:
    """A change of the records from the day after ``since`` on; ``named`` are the checks, and what they must speak
    of (its beginning), any of which names it; ``wait`` the months for which it is looked for.
    """

    since: date
    change: Callable[[Company, date], Records]
    named: Named
    wait: int = 1


def _scaled(table: str, times: dict[str, float], company: Company, since: date) -> Records:
    """Give the records with some columns of a table multiplied from a day on."""
    rows = company.whole[table]
    late = _after(rows["ordered_at"], since)
    for name, factor in times.items():
        place = rows.column_names.index(name)
        changed = pc.if_else(late, pc.multiply(rows[name], factor), rows[name])
        rows = rows.set_column(place, rows.schema.field(place), changed)
    return {**company.whole, table: rows}


def _unit(company: Company, since: date) -> Records:
    return _scaled("trade", {"quantity": 1000.0}, company, since)


def _price(company: Company, since: date) -> Records:
    return _scaled("trade", {"list_price": 2.0, "unit_price": 2.0, "amount": 2.0}, company, since)


def _lost(company: Company, since: date) -> Records:
    rows = company.whole["interaction"]
    return {**company.whole, "interaction": rows.filter(pc.invert(_after(rows["occurred_at"], since)))}


def _segment(company: Company, since: date) -> Records:
    rows = company.whole["customers"]
    newest = rows.to_pandas(date_as_object=False).drop_duplicates("customer_id", keep="last")
    newest = newest[newest["since_on"] <= pd.Timestamp(since)]
    chosen = np.random.default_rng(1).random(len(newest)) < NEW_SHARE
    versions = newest[chosen].assign(segment="online", known_at=pd.Timestamp(since) + pd.Timedelta(days=1))
    added = pa.Table.from_pandas(versions, schema=rows.schema, preserve_index=False)
    return {**company.whole, "customers": pa.concat_tables([rows, added])}


def _leavers(company: Company, since: date) -> Records:
    """End the records of more customers, each day as many of all that buy as left a day before the training."""
    cohort = store.cohort(company.paths)
    known = cohort[cohort["eligible"]]
    daily = float(known["going"].mean()) / company.params.dataset.label.horizon_days
    customers = np.sort(pd.unique(company.whole["trade"]["customer_id"].to_pandas()))
    waits = np.random.default_rng(2).exponential(1 / daily, len(customers))
    last = pd.Series(pd.Timestamp(since) + pd.to_timedelta(np.minimum(waits, 10_000), unit="D"), customers)
    changed = dict(company.whole)
    for name in LEAVING:
        rows = changed[name]
        when = {"trade": "ordered_at", "finance": "issued_at", "interaction": "occurred_at"}.get(
            name, "opened_at"
        )
        ends = last.reindex(rows["customer_id"].to_pandas()).to_numpy()
        stays = ~(rows[when].to_pandas().to_numpy() > ends)
        changed[name] = rows.filter(pa.array(stays))
    return changed


def _after(column: pa.ChunkedArray, since: date) -> pa.ChunkedArray:
    return pc.greater_equal(column, pa.scalar(pd.Timestamp(since) + pd.Timedelta(days=1), column.type))


DRIFTS = {
    "unit change": Drift(date(2024, 2, 29), _unit, (("units", "trade.quantity"),)),
    "source lost": Drift(date(2024, 5, 31), _lost, (("sources", "interaction"),)),
    "price list doubled": Drift(date(2024, 8, 31), _price, (("units", "trade.list_price"),)),
    "new segment": Drift(date(2024, 10, 31), _segment, (("values", "customers.segment"),)),
    "label rate doubled": Drift(
        date(2024, 1, 31), _leavers, (("performance", "list of"), ("labels", "silent for")), wait=6
    ),
}


def quiet(company: Company) -> dict[date, dict[str, Any]]:
    """Watch the undisturbed company for 24 months; gives what was said on each of the days."""
    said = {}
    with counted("watching an undisturbed company", len(list(months()))) as step:
        for day in months():
            company.on(day)
            company.score(day)
            said[day] = watch.run(company.params, company.paths, day)
            step()
    return said


def found(company: Company, drift: Drift, said: Mapping[date, dict[str, Any]]) -> tuple[int, str] | None:
    """Give the months after which a drift was first named, and by which verdict; None where it never was.

    What was ``said`` of the undisturbed company on the same day does not name it.
    """
    changed = drift.change(company, drift.since)
    for number, day in enumerate(months(drift.since, drift.wait), 1):
        company.on(day, changed)
        if drift.wait > 1:
            company.score(day)
        notices = watch.run(company.params, company.paths, day)["notices"]
        anyway = {
            (one["check"], one["about"], one["verdict"]) for one in said.get(day, {"notices": []})["notices"]
        }
        verdicts = [
            one["verdict"]
            for one in notices
            if one["verdict"] != NOTHING
            and (one["check"], one["about"], one["verdict"]) not in anyway
            and any(one["check"] == check and one["about"].startswith(about) for check, about in drift.named)
        ]
        if verdicts:
            return number, verdicts[0]
    return None


def figures(seeds: tuple[int, ...] = SEEDS, customers: int = CUSTOMERS) -> Iterator[Figure]:
    """Measure: verdicts of a quiet company, and planted drifts that were named, in time or later."""
    for seed in seeds:
        company = lived(seed, customers)
        said = quiet(company)
        verdicts = [one["verdict"] for one in said.values()]
        yield at_most(
            f"drift: 'retrain' in {len(verdicts)} quiet months, company {seed}", verdicts.count(RETRAIN), 1
        )
        yield told(f"drift: 'look' in the same months, company {seed}", verdicts.count("look"))
        yield from judged({name: found(company, drift, said) for name, drift in DRIFTS.items()}, seed)


def judged(named: Mapping[str, tuple[int, str] | None], seed: int) -> Iterator[Figure]:
    """Hold against the bar how many of the planted drifts were named in time; tell the months of each."""
    yield at_least(
        f"drift: of {len(named)} planted, named within one month, company {seed}",
        sum(one is not None and one[0] <= IN_TIME for one in named.values()),
        len(named),
    )
    for name, one in named.items():
        yield told(f"drift: {name}, months until named, company {seed}", one[0] if one else float("nan"))


if __name__ == "__main__":
    sys.exit(publish("job-drift", list(figures())))
