"""Raw tables opened as they lie: Parquet and CSV in, Arrow tables with plain types out.

A CSV file is read by its declared dialect (comma, header, UTF-8 with or without a mark, quotes doubled inside
quotes) and every value as text; nothing is guessed. What a column means is decided later, by the contract.
"""

import codecs
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from features.sources import Table
from pipeline.errors import BadRecords

BLOCK = 1 << 24  # bytes read at once; no row may be longer
NO_UTF8 = "is not UTF-8 text"


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be read: ``reason`` is the same for all rows of its sort, ``found`` is this row's."""

    reason: str
    found: str


@dataclass(frozen=True)
class Raw:
    """A table as its file holds it.

    ``rows`` has one row a record, unreadable ones too (all null); columns are text, numbers, days, moments
    (naive, or in UTC where the file named a zone) or flags. ``numbers`` counts the records of the file from 1.
    ``faults`` is keyed by position in ``rows``.
    """

    rows: pa.Table
    numbers: np.ndarray
    faults: dict[int, Fault]


def read(path: Path, table: Table) -> Raw:
    """Read the raw file of ``table``; raises BadRecords where the file as a whole is no table."""
    name = table.name
    try:
        rows, numbers, uneven = _csv(path, name) if path.suffix == ".csv" else _parquet(path, name)
        return from_arrow(rows, table, numbers, uneven)
    except (pa.ArrowException, csv.Error, OSError, ValueError, OverflowError, MemoryError) as error:
        told = shown(str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__, 200)
        raise BadRecords(
            f"Table '{name}' cannot be read from '{path.name}' ({told[1:-1]}); the file is damaged or "
            "half-written: export it again."
        ) from None


def shown(text: str, most: int = 80) -> str:
    """Give ``text`` in quotes, fit to stand in a sentence: no control characters, no more than ``most``."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:most])
    return f"'{plain}{'...' if len(text) > most else ''}'"


def from_arrow(
    rows: pa.Table, table: Table, numbers: np.ndarray | None = None, uneven: Sequence[Fault] = ()
) -> Raw:
    """Give ``rows`` with columns of plain types, and below them a blank row for each of ``uneven``.

    Damaged text in a column of the contract becomes a fault of its row; in other columns it is nobody's business.
    """
    faults: dict[int, Fault] = {}
    blank = pa.nulls(len(uneven))
    columns = []
    for name in rows.column_names:
        values = _plain(rows.column(name), name, faults if name in table.names else {})
        columns.append(pa.chunked_array([*values.chunks, blank.cast(values.type)], values.type))
    faults |= dict(enumerate(uneven, start=rows.num_rows))
    if numbers is None:
        numbers = np.arange(1, rows.num_rows + 1)
    return Raw(pa.table(columns, names=rows.column_names), numbers, faults)


Opened = tuple[pa.Table, np.ndarray | None, list[Fault]]  # readable rows, all rows' numbers, unreadable rows


def _parquet(path: Path, name: str) -> Opened:
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        _demand_distinct(file.schema_arrow.names, path, name)
        rows = file.read()
        if rows.num_rows != file.metadata.num_rows:
            raise ValueError(f"{rows.num_rows} rows read where its footer says {file.metadata.num_rows}")
    return rows, None, []


def _csv(path: Path, name: str) -> Opened:
    header, has_rows = _header(path, name)
    _demand_distinct(header, path, name)
    if not has_rows:
        return pa.table({column: pa.array([], pa.string()) for column in header}), None, []
    clean = _demand_even_quotes(path, name)
    uneven: list[pacsv.InvalidRow] = []

    def keep(row: pacsv.InvalidRow) -> str:
        uneven.append(row)
        return "skip"

    rows = pacsv.read_csv(
        path,
        read_options=pacsv.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            column_names=header,
            skip_rows=1,
            # Damaged text is read byte by byte as letters, so that the reader gets through it.
            encoding="utf-8" if clean else "latin-1",
        ),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep),
        convert_options=pacsv.ConvertOptions(
            column_types={column: pa.binary() for column in header},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    if not clean:
        rows = pa.table([_as_they_were(column) for column in rows.columns], names=header)
    total = rows.num_rows + len(uneven)
    odd = [min(max(row.number - 1, 1), total) for row in uneven]  # the header is number 1
    even = np.setdiff1d(np.arange(1, total + 1), odd)[: rows.num_rows]
    faults = [Fault(f"the number of fields is not {len(header)}", row.text) for row in uneven]
    return rows, np.concatenate([even, odd]).astype(np.int64), faults


def _as_they_were(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the bytes of values that were read as Latin-1."""
    texts = values.cast(pa.large_string()).to_pylist()
    return pa.chunked_array([pa.array([text and text.encode("latin-1") for text in texts], pa.binary())])


def _header(path: Path, name: str) -> tuple[list[str], bool]:
    """Give the names in the first line, and whether anything stands below it."""
    with path.open("rb") as file:
        start = file.read(BLOCK)
    if not start.strip():
        raise BadRecords(f"Table '{name}' in '{path.name}' is an empty file; wanted is a header and rows.")
    line, *rest = re.split(rb"\r\n|\n|\r", start.removeprefix(codecs.BOM_UTF8), maxsplit=1)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadRecords(
            f"Table '{name}' in '{path.name}' is not UTF-8 text; save the file as CSV in UTF-8 and run again."
        )
    (columns,) = csv.reader([text or ","], strict=True)  # strict refuses a quote that goes on below
    return columns, bool(rest and rest[0].strip())


def _demand_distinct(columns: Sequence[str], path: Path, name: str) -> None:
    for column in columns:
        if columns.count(column) > 1:
            raise BadRecords(
                f"Table '{name}' in '{path.name}' has {columns.count(column)} columns named {shown(column)}; "
                "each name may stand once: rename or remove the others."
            )


def _demand_even_quotes(path: Path, name: str) -> bool:
    """Refuse a quote that never closes: a reader would swallow every row after it as one value.

    Gives whether the whole file is UTF-8.
    """
    quotes, clean = 0, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            quotes += block.count(b'"')
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                clean = False
                decoder.reset()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        clean = False
    if quotes % 2:
        raise BadRecords(
            f"Table '{name}' in '{path.name}' has {quotes} quotes (\"), an odd number, so one of them never "
            "closes; double each quote inside a quoted value and export again."
        )
    return clean


def _plain(values: pa.ChunkedArray, name: str, faults: dict[int, Fault]) -> pa.ChunkedArray:
    """Give ``values`` in one of the few types that the checks know; text where there is no better one."""
    kind = values.type
    if isinstance(kind, pa.DictionaryType):
        values = values.cast(kind.value_type)
        kind = values.type
    if _is_text(kind):
        return _text(values, name, faults)
    if pa.types.is_null(kind):
        return values.cast(pa.string())
    if pa.types.is_boolean(kind) or pa.types.is_date32(kind) or pa.types.is_float64(kind):
        return values
    if pa.types.is_integer(kind):
        return values
    try:
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return values.cast(pa.float64())
        if pa.types.is_date64(kind):
            return values.cast(pa.date32())
        if pa.types.is_timestamp(kind):
            moment = pa.timestamp("us", kind.tz and "UTC")
            return values.cast(moment, safe=kind.unit != "ns")  # below a microsecond is cut off
    except pa.ArrowInvalid:
        pass
    return pa.chunked_array([pa.array([_told(value) for value in values], pa.string())])


def _is_text(kind: pa.DataType) -> bool:
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
        )
    )


def _text(values: pa.ChunkedArray, name: str, faults: dict[int, Fault]) -> pa.ChunkedArray:
    """Give text whose every value is valid UTF-8; a value that is not keeps its readable part."""
    width = values.cast(pa.large_binary())
    try:
        return width.cast(pa.large_string())
    except pa.ArrowInvalid:
        pass
    texts: list[str | None] = []
    for i, value in enumerate(width.to_pylist()):
        text = None if value is None else value.decode("utf-8", errors="replace")
        if text is not None and text.encode() != value:
            faults.setdefault(i, Fault(f"'{name}' {NO_UTF8}", text[:80]))
        texts.append(text)
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _told(value: Any) -> str | None:
    try:
        return None if value.as_py() is None else str(value.as_py())
    except (ValueError, OverflowError, pa.ArrowException):
        return str(value)
