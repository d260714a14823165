"""A scored day in PostgreSQL: readers see the day as it was or as it is, and a day written twice is there once.

Rows go to a staging table that lives as long as the transaction, are counted there, and replace those of the same
dataset and day in the same transaction. ``<table>_days`` holds one row a day with the digest of its scores.

Where the database is, an environment variable says (a DSN), or libpq's own ways: PGHOST, PGSERVICE, ``~/.pgpass``.
A DSN may hold a password, so no sentence, log or traceback ever repeats one; where a sign in it lets a part of the
password pass for the host, the database is not asked at all.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa

from pipeline.addresses import clear, readable, without_secrets
from pipeline.errors import BadConfig, CannotWrite, MissingInput, Usage

if TYPE_CHECKING:
    import psycopg

TYPES = {pa.string(): "text", pa.date32(): "date", pa.float64(): "double precision"}
JSON_COLUMNS = ("contributions", "causes", "reasons")
KEY = ("dataset", "as_of", "customer_id")
SECONDS = 20
"""Until a server that does not answer is given up."""


def table_name(text: str) -> str:
    """Check a table's name: ``name`` or ``schema.name``, plain letters, digits and '_'."""
    if not re.fullmatch(r"([a-z_][a-z0-9_]{0,50}\.)?[a-z_][a-z0-9_]{0,50}", text):
        raise Usage(
            "'--table' wants a name such as 'forewarn_scores' or 'crm.scores', of small letters, digits and '_'."
        )
    return text


def write(rows: pa.Table, day: tuple[str, date, str], dsn_from: str | None, table: str) -> str:
    """Write one ``day``, its dataset, date and digest of its rows; give the sentence that says what was done."""
    names = table_name(table).split(".")
    dataset, as_of, digest = day
    with _connected(dsn_from) as connection, connection.transaction():
        days, whole = _identifier([*names[:-1], f"{names[-1]}_days"]), _identifier(names)
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"forewarn {table} {dataset}"])
        _demand_tables(connection, rows.schema, whole, days)
        if _standing(connection, whole, days, dataset, as_of, digest, rows.num_rows):
            return f"{rows.num_rows:,} customers as of {as_of} are in table '{table}' already, the same"
        _staged(connection, rows, whole)
        _replaced(connection, whole, days, dataset, as_of, digest, rows.num_rows)
    return f"{rows.num_rows:,} customers as of {as_of} in table '{table}'"


def _identifier(names: list[str]) -> Any:
    from psycopg.sql import Identifier

    return Identifier(*names)


def _demand_tables(connection: "psycopg.Connection[Any]", schema: pa.Schema, whole: Any, days: Any) -> None:
    """Make the tables where they are not there."""
    from psycopg.sql import SQL, Identifier

    told = [
        SQL("{} {}").format(
            Identifier(field.name), SQL("jsonb" if field.name in JSON_COLUMNS else TYPES[field.type])
        )
        for field in schema
    ]
    key = SQL("PRIMARY KEY ({})").format(SQL(", ").join(map(Identifier, KEY)))
    connection.execute(SQL("CREATE TABLE IF NOT EXISTS {} ({}, {})").format(whole, SQL(", ").join(told), key))
    connection.execute(
        SQL(
            "CREATE TABLE IF NOT EXISTS {} (dataset text, as_of date, customers bigint, sha256 text, "
            "written_at timestamptz, PRIMARY KEY (dataset, as_of))"
        ).format(days)
    )


def _standing(connection: "psycopg.Connection[Any]", whole: Any, days: Any, *day: Any) -> bool:
    """Tell whether the day is there, from the same scores and with all of its rows."""
    from psycopg.sql import SQL

    dataset, as_of, digest, size = day
    found = connection.execute(
        SQL(
            "SELECT sha256 = %s AND customers = %s AND customers = "
            "(SELECT count(*) FROM {} WHERE dataset = %s AND as_of = %s) FROM {} WHERE dataset = %s AND as_of = %s"
        ).format(whole, days),
        [digest, size, dataset, as_of, dataset, as_of],
    ).fetchone()
    return bool(found and found[0])


def _staged(connection: "psycopg.Connection[Any]", rows: pa.Table, whole: Any) -> None:
    """Copy the rows beside the table, and count what arrived."""
    from psycopg.sql import SQL, Identifier

    connection.execute(SQL("CREATE TEMP TABLE staged (LIKE {}) ON COMMIT DROP").format(whole))
    columns = SQL(", ").join(map(Identifier, rows.column_names))
    with connection.cursor().copy(SQL("COPY staged ({}) FROM STDIN").format(columns)) as copy:
        for batch in rows.to_batches(max_chunksize=10_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                copy.write_row(row)
    counted = connection.execute("SELECT count(*) FROM staged").fetchone()
    if counted is None or counted[0] != rows.num_rows:
        raise CannotWrite(f"The database took {counted} of {rows.num_rows} rows; nothing was changed.")


def _replaced(connection: "psycopg.Connection[Any]", whole: Any, days: Any, *day: Any) -> None:
    from psycopg.sql import SQL

    dataset, as_of, digest, size = day
    for table in (whole, days):
        connection.execute(
            SQL("DELETE FROM {} WHERE dataset = %s AND as_of = %s").format(table), [dataset, as_of]
        )
    connection.execute(SQL("INSERT INTO {} SELECT * FROM staged").format(whole))
    connection.execute(
        SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, now())").format(days), [dataset, as_of, size, digest]
    )


@contextmanager
def _connected(dsn_from: str | None) -> "Iterator[psycopg.Connection[Any]]":
    """Open the database; whatever it says is one sentence without a secret."""
    try:
        import psycopg
    except ImportError:
        raise MissingInput(
            "PostgreSQL is reached by 'psycopg', which is not installed; run \"pip install 'psycopg[binary]'\" "
            "(or install forewarn with its extra 'postgres')."
        ) from None
    dsn, told = _dsn(dsn_from)
    try:
        with psycopg.connect(dsn, connect_timeout=SECONDS, application_name="forewarn") as connection:
            yield connection
    except psycopg.Error as error:
        raise CannotWrite(
            f"PostgreSQL did not take the scores ({_without(error, dsn, told)}); nothing was changed: mend it, and "
            "run again."
        ) from None


def _dsn(dsn_from: str | None) -> tuple[str, Mapping[str, Any]]:
    """Give the DSN and its parts; an empty one leaves everything to libpq."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if dsn_from is None:
        return "", {}
    dsn = os.environ.get(dsn_from, "")
    if not dsn:
        raise MissingInput(
            f"The environment variable '{dsn_from}' is not set; put the DSN of the database into it."
        )
    try:
        parts = conninfo_to_dict(dsn)
    except ProgrammingError:
        raise Usage(
            f"What the environment variable '{dsn_from}' holds is no DSN; write one such as "
            "'postgresql://user@host:5432/database', with the password in ~/.pgpass."
        ) from None
    if not _sure(dsn, parts):
        raise BadConfig(
            f"What the environment variable '{dsn_from}' holds can be read in more than one way, and a part of its "
            "password could pass for the host: write '@' as '%40', and so '/', ':', '?', '#' and '[' as '%2F', "
            "'%3A', '%3F', '%23' and '%5B', or keep the password in ~/.pgpass."
        )
    return dsn, parts


def _sure(dsn: str, parts: Mapping[str, Any]) -> bool:
    """Tell whether a DSN can be taken apart in one way only, so that no part of a password stands elsewhere."""
    if not re.fullmatch(r"[0-9,]*", str(parts.get("port") or "")):
        return False
    return "://" not in dsn or (readable(dsn) and dsn.count("@") == urlsplit(dsn).netloc.count("@") <= 1)


def _without(error: Exception, dsn: str, parts: Mapping[str, Any]) -> str:
    """Give one line of an error, without passwords."""
    line = " ".join(str(error).split()).rstrip(".")
    line = without_secrets(OSError(line), dsn if clear(dsn) else "")
    for name, secret in parts.items():
        if secret and ("pass" in name or "secret" in name):
            line = line.replace(str(secret), "...")
    return line
