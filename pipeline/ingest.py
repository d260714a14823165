"""Stage ``ingest``: raw records are checked against the contract, and bad rows put aside with their reason.

Writes ``interim/<table>.parquet``, ``interim/rejected/<table>.parquet``, ``interim/digests.json`` (the digest of
every table, to which it is held when it is read) and ``report/ingest.json``; of customs records, whose importers
and suppliers are found by their names, ``interim/unmatched/imports.parquet`` and the review file
``report/names.csv`` besides. A run that is refused leaves all of these as they were; where the reason is too many
bad rows, it writes what it found under ``report/refused/`` instead, which the next good run removes.
"""

import hashlib
import importlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.sources import IMPORTS, TABLES, Table
from pipeline import acted, naming, opening, sheets
from pipeline.checks import Checked, Reason, check, connected, demand_columns
from pipeline.errors import BadConfig, BadRecords, CannotWrite, MissingInput
from pipeline.frames import json_text, write_bytes, write_json, write_parquet, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.readers import Raw, shown

FORMATS = (".parquet", ".csv")


@dataclass(frozen=True)
class Source:
    """One raw table: where it came from, as the report names it, and its rows."""

    table: Table
    origin: str
    raw: Raw
    note: str | None = None


@dataclass(frozen=True)
class _Found:
    """Where a raw table lies, and as what the report names it."""

    file: Path
    origin: str
    note: str | None


@dataclass(frozen=True)
class Outcome:
    """One raw table and what the checks made of it."""

    source: Source
    checked: Checked
    named: naming.Resolved | None = None

    @property
    def kept(self) -> pa.Table:
        """The rows that the table is left with."""
        return self.named.kept if self.named else self.checked.kept

    @property
    def rejected_share(self) -> float:
        return float(self.checked.rejected.num_rows / max(self.source.raw.rows.num_rows, 1))


def run(params: Params, paths: Paths, *, today: date | None = None) -> dict[str, Any]:
    """Check every raw table of a dataset, and give what ``report/ingest.json`` says.

    ``today`` (by default the clock's) ends what can have happened.
    """
    spec = params.dataset
    opening.start()
    now = today or datetime.now(UTC).astimezone(ZoneInfo(spec.timezone)).date()
    sources, adapter = _sources(params, paths)
    customers: pa.Table | None = None
    outcomes: list[Outcome] = []
    with connected() as database:
        for source in sources:
            checked = check(
                database, source.table, source.raw, zone=spec.timezone, today=now, customers=customers
            )
            if source.table.name == "customers":
                customers = checked.kept.select(["customer_id"])
            outcomes.append(Outcome(source, checked))
    outcomes = [_named(params, paths, outcome, outcomes[0].checked.kept) for outcome in outcomes]
    report = _report(params, paths, outcomes, adapter)
    _demand_few_rejected(params, paths, outcomes, report)
    _publish(paths, outcomes, report)
    return report


def _named(params: Params, paths: Paths, outcome: Outcome, customers: pa.Table) -> Outcome:
    """Find the customers and rivals of customs records by their names; other tables are as they were."""
    if outcome.source.table is not IMPORTS:
        return outcome
    return replace(outcome, named=naming.resolved(params, paths, outcome.checked.kept, customers))


def _sources(params: Params, paths: Paths) -> tuple[list[Source], Mapping[str, Any] | None]:
    """Open the tables in the order of the contract: customers first, whom the others name."""
    spec = params.dataset
    unknown = sorted(set(spec.sources) - set(TABLES))
    if unknown:
        raise BadConfig(
            f"'{paths.spec}' names the source '{unknown[0]}', which is no table; known are {', '.join(TABLES)}."
        )
    files: list[opening.File] = []
    origins: dict[str, tuple[str, str | None]] = {}
    if spec.adapter:
        module = importlib.import_module(f"pipeline.adapters.{spec.adapter}")
        file = module.locate(paths)
        files.append(opening.File(spec.adapter, file, adapter=spec.adapter))
        origins |= dict.fromkeys(module.PROVIDES, (f"raw/{file.name}", None))
    for name, table in TABLES.items():
        if name not in origins and (found := _found(table, spec.sources.get(name), paths)):
            files.append(opening.File(name, found.file, found.file.suffix))
            origins[name] = (found.origin, found.note)
    read = opening.contents(files, params.ingest, paths.folder)
    sources = [
        Source(table, origins[name][0], read.tables[name], origins[name][1])
        for name, table in TABLES.items()
        if name in origins
    ]
    sources = _with_acted(sources, paths, spec.timezone)
    for source in sources:
        demand_columns(source.table, source.raw.rows.column_names)
        if source.table is IMPORTS:
            naming.demand_whose(source.raw.rows.column_names)
        if source.table.required and not source.raw.rows.num_rows:
            raise BadRecords(
                f"Table '{source.table.name}' in '{source.origin}' has no rows; at least one {source.table.row} "
                "is wanted: export it again."
            )
    return sources, read.report


def _with_acted(sources: list[Source], paths: Paths, zone: str) -> list[Source]:
    """Add what the log tells of our own actions: to the table ``actions`` that there is, or as that table."""
    own = acted.rows(paths, zone)
    if own is None:
        return sources
    table = TABLES["actions"]
    given = next((source for source in sources if source.table is table), None)
    if given is None:
        mine = Source(table, acted.ORIGIN, Raw(own, np.arange(1, own.num_rows + 1), {}))
        return [*sources, mine]
    told = given.raw
    texts = pa.table(
        {name: pa.array(_texts(told.rows.column(name)), pa.string()) for name in told.rows.column_names}
    )
    rows = pa.concat_tables([texts, own], promote_options="default")
    first = int(told.numbers.max(initial=0)) + 1
    numbers = np.concatenate([told.numbers, np.arange(first, first + own.num_rows)])
    both = Source(table, f"{given.origin} and {acted.ORIGIN}", Raw(rows, numbers, told.faults), given.note)
    return [both if source is given else source for source in sources]


def _found(table: Table, declared: str | None, paths: Paths) -> _Found | None:
    """Find the file of one table; None where an optional one is not there."""
    if declared:
        files = [paths.folder / declared]
        if files[0].suffix not in FORMATS:
            raise BadConfig(
                f"'{paths.spec}' says '{table.name}: {declared}'; wanted is a file that ends in .parquet or .csv."
            )
        if not files[0].is_file():
            raise MissingInput(
                f"'{paths.spec}' names '{declared}' for table '{table.name}', and there is no such file; "
                "put it there or mend the path."
            )
    else:
        files = [file for form in FORMATS if (file := paths.raw / f"{table.name}{form}").is_file()]
    if not files and table.required:
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no table '{table.name}': neither 'raw/{table.name}.parquet' nor "
            f"'raw/{table.name}.csv' is in '{paths.folder}'; put one there, or name another file under 'sources' "
            "in its 'dataset.yaml'."
        )
    if not files:
        return None
    note = f"'{files[1].name}' is there too and was not read" if len(files) > 1 else None
    origin = declared or f"raw/{files[0].name}"
    return _Found(files[0], origin, note)


def _demand_few_rejected(
    params: Params, paths: Paths, outcomes: list[Outcome], report: dict[str, Any]
) -> None:
    most = params.ingest.reject_share_max
    for outcome in outcomes:
        table, checked = outcome.source.table, outcome.checked
        few_left = table.required and not checked.kept.num_rows
        if outcome.rejected_share <= most and not few_left:
            continue
        refused = paths.report / "refused"
        shutil.rmtree(refused, ignore_errors=True)
        write_json(refused / "ingest.json", report)
        for other in outcomes:
            if other.checked.rejected.num_rows:
                write_parquet(refused / f"{other.source.table.name}.parquet", _aside(other))
        name, first = max(checked.reasons.items(), key=lambda item: (item[1].count, -item[1].row))
        wanted = (
            "and none is left"
            if outcome.rejected_share <= most
            else f"at most {100 * most:g} % may be rejected (ingest.reject_share_max)"
        )
        raise BadRecords(
            f"Table '{table.name}' has {_told(table, name, first)}; {_others(checked)}of "
            f"{outcome.source.raw.rows.num_rows} rows {checked.rejected.num_rows} are bad, {wanted}. "
            f"Mend the export (report/refused/{table.name}.parquet lists the rows), or raise the share."
        )


def _told(table: Table, reason: str, first: Reason) -> str:
    which = f"row {first.row}"
    if first.key is not None:
        which += f" ({(*table.key, table.names[0])[0]} {shown(first.key)})"
    return f"{first.count} {'row' if first.count == 1 else 'rows'} where {reason}, the first being {which}"


def _others(checked: Checked) -> str:
    more = len(checked.reasons) - 1
    return (
        f"{more} more {'reason' if more == 1 else 'reasons'} in 'report/refused/ingest.json'; "
        if more
        else ""
    )


def _aside(outcome: Outcome) -> pa.Table:
    """Give the rows put aside: what the file held, as text, with ``reason`` and ``row`` (counted from 1)."""
    rejected = outcome.checked.rejected
    rows = outcome.source.raw.rows.take(rejected.column("position"))
    columns: dict[str, pa.Array] = {}
    for name in rows.column_names:
        label = f"{name} (raw)" if name in ("reason", "row") else name
        columns[label] = pa.array(_texts(rows.column(name)), pa.string())
    told = zip(rejected.column("reason").to_pylist(), rejected.column("found").to_pylist(), strict=True)
    reasons = [reason if found is None else f"{reason}: {shown(found)}" for reason, found in told]
    columns["reason"] = pa.array(reasons, pa.string())
    columns["row"] = rejected.column("number").cast(pa.int64())
    return pa.table(columns)


def _texts(values: pa.ChunkedArray) -> list[str | None]:
    try:
        return values.cast(pa.string()).to_pylist()  # type: ignore[no-any-return]
    except pa.ArrowException:
        return [None if value is None else str(value) for value in values.to_pylist()]


def _report(
    params: Params, paths: Paths, outcomes: list[Outcome], adapter: Mapping[str, Any] | None
) -> dict[str, Any]:
    tables = {outcome.source.table.name: _entry(outcome) for outcome in outcomes}
    days = [entry[day] for entry in tables.values() for day in ("first_on", "last_on") if entry[day]]
    return {
        "dataset": paths.dataset,
        "timezone": params.dataset.timezone,
        "currency": params.dataset.currency,
        "first_on": min(days, default=None),
        "last_on": max(days, default=None),
        "tables": tables,
        "absent": [name for name in TABLES if name not in tables],
        "adapter": adapter,
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    source, checked = outcome.source, outcome.checked
    rows = source.raw.rows
    if rows.num_rows != checked.kept.num_rows + checked.rejected.num_rows:
        raise AssertionError(f"rows of '{source.table.name}' are lost between reading and checking")
    happened = source.table.happened
    span: dict[str, Any] = {"min": None, "max": None}
    if happened and not source.table.column(happened).ahead:
        span = pc.min_max(outcome.kept.column(happened).cast(pa.date32())).as_py()
    named = (
        {"unmatched": outcome.named.apart.num_rows, "names": outcome.named.counts} if outcome.named else {}
    )
    return named | {
        "file": source.origin,
        "note": source.note,
        "rows": rows.num_rows,
        "kept": outcome.kept.num_rows,
        "rejected": checked.rejected.num_rows,
        "reasons": {reason: first.count for reason, first in checked.reasons.items()},
        "extra_columns": sorted(set(rows.column_names) - set(source.table.names)),
        "absent_columns": [name for name in source.table.names if name not in rows.column_names],
        "first_on": span["min"],
        "last_on": span["max"],
    }


def _publish(paths: Paths, outcomes: list[Outcome], report: dict[str, Any]) -> None:
    """Write everything beside the last good output, then let it take its place; the report comes last."""
    beside = paths.folder / ".ingest"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for outcome in outcomes:
            name = outcome.source.table.name
            file = beside / f"{name}.parquet"
            write_parquet(file, outcome.kept)
            report["tables"][name]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            if outcome.checked.rejected.num_rows:
                write_parquet(beside / "rejected" / f"{name}.parquet", _aside(outcome))
            if outcome.named:
                write_parquet(beside / "unmatched" / f"{name}.parquet", outcome.named.apart)
        hashes = {name: entry["sha256"] for name, entry in report["tables"].items()}
        report["hash"] = hashlib.sha256(json_text(hashes).encode()).hexdigest()
        _replace(beside, paths)
        write_sealed(paths.ingested, {"tables": hashes})
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{paths.interim}': {error.strerror or error}; make the folder writable and run again."
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    review = next((outcome.named.review for outcome in outcomes if outcome.named), None)
    if review is None:
        paths.names.unlink(missing_ok=True)
    else:
        write_bytes(paths.names, sheets.csv_bytes(review))
    write_json(paths.report / "ingest.json", report)
    shutil.rmtree(paths.report / "refused", ignore_errors=True)


def _replace(beside: Path, paths: Paths) -> None:
    unmatched = (beside / "unmatched", paths.interim / "unmatched")
    for folder, target in ((beside, paths.interim), (beside / "rejected", paths.rejected), unmatched):
        if folder.exists():
            target.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            new, old = folder / f"{name}.parquet", target / f"{name}.parquet"
            if new.exists():
                new.replace(old)
            else:
                old.unlink(missing_ok=True)
