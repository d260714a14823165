"""Whose customs records are whose: importers' names become customers, suppliers' names the company or a rival.

What a record says itself (``customer_id``, ``is_us``, ``rival``) stands; then what a person has decided
(``pipeline.overrides``); then the names (``features.naming``). Records whose importer is uncertain or nobody's wait
in ``interim/unmatched/imports.parquet``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.naming.matching import Bounds, Found, Matcher, State
from features.naming.register import Known
from features.naming.suppliers import US, Supplier, Suppliers, canonical
from features.sources import IMPORTS
from pipeline import naming_review, overrides
from pipeline.casts import schema
from pipeline.errors import BadConfig, BadRecords
from pipeline.overrides import NOBODY, Overrides
from pipeline.params import Params
from pipeline.paths import Paths

NONE = Found(State.UNMATCHED, None, None, 0.0, None, None, 0.0, date.min)


@dataclass(frozen=True)
class Resolved:
    """``kept`` are the records with a customer, ``apart`` those without; ``review`` has one row a name."""

    kept: pa.Table
    apart: pa.Table
    review: pa.Table
    counts: dict[str, Any]


def demand_whose(found: Collection[str]) -> None:
    """Refuse a table that says in no column who imported."""
    if "customer_id" not in found and "importer" not in found:
        raise BadRecords(
            "Table 'imports' has neither the column 'customer_id' nor 'importer'; add one of them "
            "(docs/reference/contract.md lists the columns)."
        )


def resolved(params: Params, paths: Paths, imports: pa.Table, customers: pa.Table) -> Resolved:
    """Give checked customs records their customers and rivals."""
    known = names_of(customers)
    said = overrides.read_file(paths, set(customers["customer_id"].to_pylist()))
    bounds = Bounds(params.ingest.names.matched, params.ingest.names.uncertain)
    rows = imports.to_pandas(date_as_object=False)
    rows = _with_suppliers(params, paths, rows, said, bounds)
    rows, importers = _with_customers(rows, known, said, bounds)
    rows = _by_record(rows)
    has = rows["state"].isin([State.GIVEN, State.DECIDED, State.MATCHED]) & ~rows["replaced"]
    present = [c.name for c in IMPORTS.columns if c.name in imports.column_names or c.resolved]
    if rows.loc[has, "moved"].any() and "known_at" not in present:
        present = [c.name for c in IMPORTS.columns if c.name in {*present, "known_at"}]
    kept = pa.Table.from_pandas(rows.loc[has, present], schema(IMPORTS, present), preserve_index=False)
    counts = {
        "importers": _counted(rows, "state"),
        "records_counted_later": int((rows["moved"] & has).sum()),
        "records_replaced_before": int(rows["replaced"].sum()),
        "suppliers": _counted(rows, "supplier_state"),
    }
    return Resolved(
        kept.replace_schema_metadata(None),
        _apart(rows[~has], imports),
        naming_review.review(rows, importers, known, bounds),
        counts,
    )


def names_of(customers: pa.Table) -> list[Known]:
    """Give the names of the customers with the days between which each counts.

    A name counts from the day its version was known, and on: papers go on with a name that was changed.
    """
    if "name" not in customers.column_names:
        return []
    found = []
    for row in customers.to_pylist():
        if row["name"] is None:
            continue
        known, since, until = row.get("known_at"), row.get("since_on"), row.get("withdrawn_at")
        first = known.date() if known else since or date.min
        found.append(Known(row["customer_id"], row["name"], first, until.date() if until else date.max))
    return found


def _with_customers(
    rows: pd.DataFrame, known: list[Known], said: Overrides, bounds: Bounds
) -> tuple[pd.DataFrame, dict[str, Found]]:
    """Add ``state``, ``found`` and ``moved`` (known from a later day on, when the customer was)."""
    rows = rows.assign(
        customer_id=rows.get("customer_id", _empty(rows)),
        importer=rows.get("importer", _empty(rows)),
        known_at=rows.get("known_at", pd.Series(pd.NaT, rows.index, "datetime64[us]")),
    )
    day = rows["known_at"].fillna(rows["shipped_on"]).dt.date
    first: dict[str, date] = {}
    for one in known:
        first[one.company] = min(first.get(one.company, date.max), one.since)
    matcher = Matcher(known, bounds)
    states: list[State] = []
    founds: list[Found] = []
    latest: dict[str, Found] = {}
    for customer, importer, on in zip(rows["customer_id"], rows["importer"], day, strict=True):
        if isinstance(customer, str):
            states.append(State.GIVEN)
            founds.append(NONE)
            continue
        decision = said.customer(importer)
        if decision is None:
            found = matcher.found(importer, on)
        elif decision == NOBODY:
            found = Found(State.UNMATCHED, None, None, 1.0, None, None, 0.0, on)
        else:
            since = max(on, first.get(decision, on))
            found = Found(State.DECIDED, decision, None, 1.0, None, None, 0.0, since)
        states.append(found.state)
        founds.append(found)
        if importer not in latest or latest[importer].on < found.on:
            latest[importer] = found
    own = [
        None if state in (State.UNCERTAIN, State.UNMATCHED) else f.company
        for state, f in zip(states, founds, strict=True)
    ]
    moved = np.array(
        [
            state in (State.MATCHED, State.DECIDED) and found.on > on
            for state, found, on in zip(states, founds, day, strict=True)
        ],
        np.bool_,
    )
    later = pd.Series(
        [pd.Timestamp(f.on) if m else pd.NaT for f, m in zip(founds, moved, strict=True)],
        rows.index,
        "datetime64[us]",
    )
    return (
        rows.assign(
            customer_id=rows["customer_id"].where(
                rows["customer_id"].notna(), pd.Series(own, rows.index, object)
            ),
            known_at=rows["known_at"].where(~moved, later),
            given_at=rows["known_at"],
            state=states,
            found=pd.Series(founds, rows.index, object),
            moved=moved,
        ),
        latest,
    )


def _by_record(rows: pd.DataFrame) -> pd.DataFrame:
    """Have all versions of a record go with its first customer.

    A version is ``replaced`` that was followed by a newer one before the customer was known.
    """
    replaced = np.zeros(len(rows), np.bool_)
    twice = np.flatnonzero(rows["record_id"].duplicated(keep=False).to_numpy())
    if not len(twice):
        return rows.assign(replaced=replaced)
    customer, state = rows["customer_id"].to_numpy(object).copy(), rows["state"].to_numpy(object).copy()
    known = rows["known_at"].to_numpy("datetime64[us]").copy()
    order = (
        rows.iloc[twice]
        .assign(place=twice)
        .sort_values(["record_id", "given_at"], na_position="first", kind="stable")
    )
    for _, versions in order.groupby("record_id", sort=True):
        places = versions["place"].to_numpy()
        whose, since = None, np.datetime64("NaT", "us")
        for place in places:
            if state[place] in (State.UNCERTAIN, State.UNMATCHED) and whose is not None:
                customer[place], state[place] = whose, State.MATCHED
            if state[place] in (State.UNCERTAIN, State.UNMATCHED):
                continue
            if whose is None:
                whose, since = customer[place], known[place]
            elif customer[place] != whose:
                state[place], customer[place] = State.UNCERTAIN, None
            elif not np.isnat(since) and known[place] < since:
                known[place] = since
        kept = [place for place in places if state[place] not in (State.UNCERTAIN, State.UNMATCHED)]
        for place, after in pairwise(kept):
            replaced[place] = known[place] == known[after]
    return rows.assign(customer_id=customer, state=state, known_at=known, replaced=replaced)


def _with_suppliers(
    params: Params, paths: Paths, rows: pd.DataFrame, said: Overrides, bounds: Bounds
) -> pd.DataFrame:
    """Add ``is_us`` and ``rival`` where they are not given, and ``supplier_state``."""
    spec = params.dataset
    given = rows.get("is_us", _empty(rows))
    if given.isna().any() and not spec.company.names:
        raise BadConfig(
            f"'{paths.spec}' says no name of the company, and table 'imports' does not say in 'is_us' which "
            "suppliers are it; write 'company: {names: [...]}' with the names that papers give it."
        )
    judge = Suppliers(spec.company.names, {rival.name: rival.also for rival in spec.rivals}, bounds)
    told: dict[str, Supplier] = {name: _judged(judge, said, name) for name in sorted(set(rows["supplier"]))}
    answers = [told[name] for name in rows["supplier"]]
    named = rows.get("rival", _empty(rows))
    is_us, rival, state = [], [], []
    for ours, other, name, answer in zip(given, named, rows["supplier"], answers, strict=True):
        certain = isinstance(ours, bool | np.bool_)
        mine = bool(ours) if certain else answer.is_us
        is_us.append(mine)
        rival.append(None if mine else other if isinstance(other, str) else answer.rival or canonical(name))
        state.append(State.GIVEN if certain and (mine or isinstance(other, str)) else answer.state)
    return rows.assign(
        is_us=is_us,
        rival=pd.Series(rival, rows.index, object),
        supplier_state=state,
        supplier_found=pd.Series([a.found for a in answers], rows.index, object),
    )


def _empty(rows: pd.DataFrame) -> "pd.Series[Any]":
    return pd.Series(None, rows.index, object)


def _judged(judge: Suppliers, said: Overrides, name: str) -> Supplier:
    decision = said.supplier(name)
    if decision is None:
        return judge.told(name)
    if decision == US:
        return Supplier(True, None, State.DECIDED, None)
    return Supplier(False, canonical(name) if decision == NOBODY else decision, State.DECIDED, None)


def _counted(rows: pd.DataFrame, column: str) -> dict[str, int]:
    counts = rows[column].map(str).value_counts()
    return {state.value: int(counts.get(state.value, 0)) for state in State}


def _apart(rows: pd.DataFrame, imports: pa.Table) -> pa.Table:
    """Give the records without a customer: what the file held, and what came nearest."""
    columns = {
        name: pa.array(
            rows[name if name != "known_at" else "given_at"],
            imports.schema.field(name).type,
            from_pandas=True,
        )
        for name in imports.column_names
        if name != "customer_id"
    }
    found = list(rows["found"])
    columns["state"] = pa.array(
        [
            "replaced" if gone else str(state)
            for gone, state in zip(rows["replaced"], rows["state"], strict=True)
        ],
        pa.string(),
    )
    columns["proposed"] = pa.array([f.company for f in found], pa.string())
    columns["confidence"] = pa.array([f.confidence for f in found], pa.float64())
    columns["second"] = pa.array([f.second for f in found], pa.string())
    columns["second_confidence"] = pa.array([f.second_confidence for f in found], pa.float64())
    return pa.table(columns)
