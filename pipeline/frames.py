"""Tables and texts read and written whole: a file appears complete or not at all.

Writing goes to a temporary name beside the target, is synced to disk, and then takes the target's name.
Parquet carries a checksum in every page, written here and verified here: without them a reader returns
damaged numbers as if they were right.
"""

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import BadRecords, CannotWrite, MissingInput

ROW_GROUP = 250_000
SEAL = "sha256"


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; on leaving without error the file takes the name ``path``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{path}': {error.strerror}; make the folder writable and run again."
        ) from None
    os.close(descriptor)
    beside = Path(name)
    try:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        raise CannotWrite(f"Cannot write '{path}': {error.strerror or error}; nothing was changed.") from None
    finally:
        beside.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Have the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` as the file ``path``."""
    with appearing(path) as beside:
        beside.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` with sorted keys; NaN becomes null, and dates their ISO form."""
    write_text(path, json_text(value))


def json_text(value: Any) -> str:
    """Give ``value`` as JSON whose bytes depend on its content alone."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Turn NumPy and pandas values into those that JSON knows."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def read_json(path: Path, *, made_by: str = "forewarn run") -> Any:
    """Read a JSON file; where it is missing, ``made_by`` names the command that makes it."""
    _demand(path, made_by)
    try:
        return parsed(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise BadRecords(f"'{path}' cannot be read ({error}); make it again with '{made_by}'.") from None


def write_sealed(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON with the digest of its own content in it, under ``SEAL``."""
    write_json(path, sealed(value))


def sealed(value: Mapping[str, Any]) -> dict[str, Any]:
    """Give ``value`` with the digest of its content, as ``write_sealed`` writes it."""
    told = {name: item for name, item in value.items() if name != SEAL}
    return {**told, SEAL: _digest(json_text(told).encode())}


def read_sealed(path: Path, *, made_by: str) -> Any:
    """Read JSON that ``write_sealed`` wrote, without its seal; raises BadRecords where the seal is broken."""
    told = read_json(path, made_by=made_by)
    # The very bytes: some of these files are known by the digest of them.
    if not isinstance(told, dict) or path.read_bytes() != json_text(sealed(told)).encode():
        raise _broken(path, made_by)
    return {name: item for name, item in told.items() if name != SEAL}


def _broken(path: Path, made_by: str) -> BadRecords:
    return BadRecords(f"'{path}' is not as it was written; make it again with '{made_by}'.")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parsed(text: str) -> Any:
    """Parse JSON; raises ValueError for a key that stands twice in one object, of which a reader sees the last."""
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice in one object")
    return found


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Give ``frame`` as Arrow: columns named ``*_on`` and ``as_of`` are days; NaN is null."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    fields = []
    for field in table.schema:
        kind = field.type
        if field.name == "as_of" or field.name.endswith("_on"):
            kind = pa.date32()
        elif pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
            kind = pa.string()
        elif pa.types.is_timestamp(kind):
            kind = pa.timestamp("us")
        fields.append(pa.field(field.name, kind))
    return table.cast(pa.schema(fields))


def write_parquet(path: Path, rows: pa.Table | pd.DataFrame) -> None:
    """Write ``rows`` so that the bytes depend on their content alone."""
    with appearing(path) as beside:
        _write(rows, beside)


def parquet_bytes(rows: pa.Table | pd.DataFrame) -> bytes:
    """Give the bytes that ``write_parquet`` would write."""
    content = pa.BufferOutputStream()
    _write(rows, content)
    return bytes(content.getvalue())


def write_sealed_parquet(path: Path, rows: pa.Table | pd.DataFrame) -> None:
    """Write ``rows`` with a digest of them in the file: page checksums do not guard the names of columns.

    The digest is that of the bytes that ``write_parquet`` would write, so that it is the content's alone.
    """
    with appearing(path) as beside:
        _write(rows, beside, {SEAL: _digest(parquet_bytes(rows))})


def read_sealed_arrow(path: Path, *, made_by: str) -> pa.Table:
    """Read a table that ``write_sealed_parquet`` wrote; raises BadRecords where the seal is broken."""
    table = read_arrow(path, made_by=made_by)
    told = (table.schema.metadata or {}).get(SEAL.encode(), b"").decode("latin-1")
    table = table.replace_schema_metadata(None)
    try:
        found = _digest(parquet_bytes(table))
    except (pa.ArrowException, ValueError):
        found = ""
    if not found or told != found:
        raise _broken(path, made_by)
    return table


def _write(rows: pa.Table | pd.DataFrame, where: Any, metadata: Mapping[str, str] | None = None) -> None:
    table = to_arrow(rows) if isinstance(rows, pd.DataFrame) else rows
    pq.write_table(
        table.replace_schema_metadata(metadata),
        where,
        compression="zstd",
        row_group_size=ROW_GROUP,
        write_page_checksum=True,
        version="2.6",
    )


def read_arrow(path: Path, *, made_by: str = "forewarn run", columns: list[str] | None = None) -> pa.Table:
    """Read a table that this project wrote, every page checked against its checksum; or a folder of its parts."""
    if path.is_dir():
        parts = [file for file in sorted(path.rglob("*.parquet")) if not file.name.startswith((".", "_"))]
        return pa.concat_tables(read_arrow(part, made_by=made_by, columns=columns) for part in parts)
    _demand(path, made_by)
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read(columns=columns)
    except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: the name of a column is no text
        reason = str(error).splitlines()[0]
        raise BadRecords(f"'{path}' is damaged ({reason}); make it again with '{made_by}'.") from None


def read_parquet(
    path: Path, *, made_by: str = "forewarn run", columns: list[str] | None = None
) -> pd.DataFrame:
    """Read a table that this project wrote as a frame; days and moments are ``datetime64``."""
    frame: pd.DataFrame = read_arrow(path, made_by=made_by, columns=columns).to_pandas(date_as_object=False)
    return frame


def _demand(path: Path, made_by: str) -> None:
    if not path.exists():
        raise MissingInput(f"'{path}' is missing; make it with '{made_by}'.")
