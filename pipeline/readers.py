"""Raw tables opened as they lie: Parquet and CSV in, Arrow tables with plain types out, a piece at a time.

A CSV file is read by its declared dialect and every value as text; nothing is guessed. What a column means is
decided later, by the contract. The files come from others: this code runs in the confined process
(``pipeline/confined.py``), holds no more than a piece of a file at once, and believes no footer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from features.sources import Table
from pipeline.dialect import BLOCK, counted, header
from pipeline.errors import BadRecords

NO_UTF8 = "is not UTF-8 text"
FAULTS = 100_000
"""Rows of one file that may be unreadable: a file with more is no export with faults but another sort of file."""
PIECE = 1 << 25  # bytes of a Parquet file that are decoded at once, if its footer speaks the truth


@dataclass(frozen=True)
class Caps:
    """The most that one file may hold: rows, columns, and bytes once it is decoded."""

    rows: int
    columns: int
    bytes: int


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


@dataclass
class Opened:
    """A file being read: ``pieces`` gives its rows; ``uneven`` fills with rows of another number of fields.

    ``expected`` is the number of records that the file has by another count than the reader's.
    """

    names: list[str]
    schema: pa.Schema
    pieces: Iterator[pa.Table]
    expected: int
    uneven: list[pacsv.InvalidRow] = field(default_factory=list)


class Retyped(Exception):
    """A value does not fit the plain type of its column: the column is text, from its first row."""


def shown(text: str, most: int = 80) -> str:
    """Give ``text`` in quotes, fit to stand in a sentence: no control characters, no more than ``most``."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:most])
    return f"'{plain}{'...' if len(text) > most else ''}'"


def opened(path: Path, form: str, name: str, caps: Caps) -> Opened:
    """Open the raw file of table ``name``; ``form`` is ".csv" or ".parquet"."""
    return _csv(path, name, caps) if form == ".csv" else _parquet(path, name, caps)


def plain(
    rows: pa.Table, table: Table, as_text: set[str], faults: dict[int, Fault], first: int = 0
) -> pa.Table:
    """Give ``rows`` with columns of plain types; those of ``as_text`` are text.

    Damaged text in a column of the contract becomes a fault of its row (``first`` is the place of the first); in
    other columns it is nobody's business. Raises Retyped with the name of a column that has to become text.
    """
    columns = []
    for name in rows.column_names:
        kept = faults if name in table.names else {}
        columns.append(_plain(rows.column(name), name, kept, first, name in as_text))
    return pa.table(columns, names=rows.column_names)


def _parquet(path: Path, name: str, caps: Caps) -> Opened:
    # Nothing is read ahead: a column chunk is decoded as it is wanted.
    file = pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False, buffer_size=1 << 20)
    about = file.metadata
    _demand_few(about.num_columns, "columns", caps.columns, path, name)
    _demand_distinct(file.schema_arrow.names, path, name)
    _demand_few(about.num_rows, "rows", caps.rows, path, name)
    size = sum(max(about.row_group(i).total_byte_size, 0) for i in range(about.num_row_groups))
    _demand_few(size, "bytes", caps.bytes, path, name)
    rows = int(min(max(PIECE * max(about.num_rows, 1) // max(size, 1), 1000), 100_000))
    pieces = (pa.Table.from_batches([piece]) for piece in file.iter_batches(rows, use_threads=False))
    return Opened(file.schema_arrow.names, file.schema_arrow, pieces, about.num_rows)


def _csv(path: Path, name: str, caps: Caps) -> Opened:
    names, has_rows = header(path, name)
    _demand_few(len(names), "columns", caps.columns, path, name)
    _demand_distinct(names, path, name)
    schema = pa.schema([(column, pa.binary()) for column in names])
    found = counted(path, name)
    _demand_few(found.records, "rows", caps.rows, path, name)
    if not has_rows:
        return Opened(names, schema, iter(()), found.records)
    uneven: list[pacsv.InvalidRow] = []

    def keep(row: pacsv.InvalidRow) -> str:
        uneven.append(row)
        return "skip" if len(uneven) <= FAULTS else "error"

    reader = pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            column_names=names,
            skip_rows=1,
            # Damaged text is read byte by byte as letters, so that the reader gets through it.
            encoding="utf-8" if found.clean else "latin-1",
        ),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep),
        convert_options=pacsv.ConvertOptions(
            column_types={column: pa.binary() for column in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return Opened(names, schema, _letters(reader, found.clean), found.records, uneven)


def _letters(reader: pacsv.CSVStreamingReader, clean: bool) -> Iterator[pa.Table]:
    for piece in reader:
        rows = pa.Table.from_batches([piece])
        yield rows if clean else pa.table([*map(_as_they_were, rows.columns)], names=rows.column_names)


def _as_they_were(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the bytes of values that were read as Latin-1."""
    texts = values.cast(pa.large_string()).to_pylist()
    return pa.chunked_array([pa.array([text and text.encode("latin-1") for text in texts], pa.binary())])


def _demand_few(count: int, what: str, most: int, path: Path, name: str) -> None:
    if count > most:
        raise too_many(f"{count:,} {what}", f"{most:,}", path.name, name)


def too_many(found: str, most: str, file: str, name: str) -> BadRecords:
    """Give the refusal of a file that holds more than the caps allow."""
    return BadRecords(
        f"Table '{name}' in '{file}' holds {found}, and at most {most} are read; look at the file, or raise the "
        "caps under 'ingest' in params.yaml."
    )


def _demand_distinct(columns: Sequence[str], path: Path, name: str) -> None:
    for column in columns:
        if columns.count(column) > 1:
            raise BadRecords(
                f"Table '{name}' in '{path.name}' has {columns.count(column)} columns named {shown(column)}; "
                "each name may stand once: rename or remove the others."
            )


def _plain(
    values: pa.ChunkedArray, name: str, faults: dict[int, Fault], first: int, as_text: bool
) -> pa.ChunkedArray:
    """Give ``values`` in one of the few types that the checks know; text where there is no better one."""
    kind = values.type
    if isinstance(kind, pa.DictionaryType):
        values = values.cast(kind.value_type)
        kind = values.type
    if _is_text(kind):
        return _text(values, name, faults, first)
    if pa.types.is_null(kind):
        return values.cast(pa.string())
    if pa.types.is_boolean(kind) or pa.types.is_date32(kind) or pa.types.is_float64(kind):
        return values
    if pa.types.is_integer(kind):
        return values
    try:
        if as_text:
            return _telling(values)
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return values.cast(pa.float64())
        if pa.types.is_date64(kind):
            return values.cast(pa.date32())
        if pa.types.is_timestamp(kind):
            moment = pa.timestamp("us", kind.tz and "UTC")
            return values.cast(moment, safe=kind.unit != "ns")  # below a microsecond is cut off
    except pa.ArrowInvalid:
        raise Retyped(name) from None
    return _telling(values)


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


def _text(values: pa.ChunkedArray, name: str, faults: dict[int, Fault], first: int) -> pa.ChunkedArray:
    """Give text whose every value is valid UTF-8; a value that is not keeps its readable part."""
    width = values.cast(pa.large_binary())
    try:
        return width.cast(pa.large_string())
    except pa.ArrowInvalid:
        pass
    texts: list[str | None] = []
    for i, value in enumerate(width.to_pylist(), start=first):
        text = None if value is None else value.decode("utf-8", errors="replace")
        if text is not None and text.encode() != value:
            faults.setdefault(i, Fault(f"'{name}' {NO_UTF8}", text[:80]))
            if len(faults) > FAULTS:
                raise ValueError(f"more than {FAULTS:,} rows hold text that {NO_UTF8}")
        texts.append(text)
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _telling(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([_told(value) for value in values], pa.string())])


def _told(value: Any) -> str | None:
    try:
        return None if value.as_py() is None else str(value.as_py())
    except (ValueError, OverflowError, pa.ArrowException):
        return str(value)
