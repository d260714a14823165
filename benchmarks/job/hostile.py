"""Files made to break readers and strings made to break programs: nothing of them gets through.

``hostile/`` of the data beside the project (FOREWARN_SHARED_DATA names another place) holds files found by fuzzing
Arrow, malformed Parquet, and strings; bombs are made here. Every file is laid down as each table and ingested; each
string stands in every text column of every table, and what leaves the program again is taken apart: page, sheet,
JSON, sentences of refusal, SQL.
"""

import csv
import io
import json
import os
import re
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.job.mutated import LENIENT, refused
from benchmarks.results import Figure, at_most, equal, told
from features.sources import TABLES, Kind, Table
from pipeline import (
    build,
    casts,
    checks,
    export,
    frames,
    ingest,
    leavers,
    opening,
    page,
    report,
    sheets,
    words,
)
from pipeline.errors import BadRecords
from pipeline.params import Ingest
from pipeline.paths import ROOT, Paths

SHARED = Path(os.environ.get("FOREWARN_SHARED_DATA", str(ROOT / "../shared/data")))
HOSTILE = SHARED / "hostile"
TODAY = date(2024, 6, 30)
CUSTOMERS = b"customer_id,name\nC1,North\nC2,South\n"
TRADE = b"order_id,customer_id,ordered_at,product_id,quantity,amount\nO1,C1,2024-01-05,P1,1,10.00\n"
MEMORY_MB, SECONDS = 1500, 10
TEXTS = (Kind.ID, Kind.TEXT, Kind.CHOICE)


def files() -> list[Path]:
    """Give the hostile files there are."""
    return sorted(file for file in HOSTILE.glob("*/*") if file.suffix not in (".json", ".md"))


def strings() -> list[str]:
    """Give the hostile strings, those of the list and some that are aimed at this program."""
    told: list[str] = json.loads((HOSTILE / "strings" / "naughty-strings.json").read_text("utf-8"))
    own = [
        "\x1b[2J\x1b]0;title\x07", "a\nb", "a\r\nforewarn: done", "\u202egnp.exe", "[red]x[/red]", "[/]",
        "{{ 7*7 }}", "{% raw %}", "</script><script>alert(1)</script>", "' OR 1=1 --", '"; DROP TABLE trade; --',
        "=1+1", "x;=1+1", "\t@SUM(A1)", "Content-Type: text/html\r\n\r\n<b>", "%s%n", "../../etc/passwd",
        "\u2028", "𠮷",
    ]  # fmt: skip
    return [*told, *own]


def sound(root: Path) -> Paths:
    """Lay down two sound tables."""
    paths = Paths(root, "acme")
    paths.raw.mkdir(parents=True)
    (paths.raw / "customers.csv").write_bytes(CUSTOMERS)
    (paths.raw / "trade.csv").write_bytes(TRADE)
    return paths


def form_of(file: Path) -> str:
    return ".csv" if "csv" in file.parent.name else ".parquet"


def outcome(paths: Paths) -> str:
    """Ingest: "read" where every row is accounted for, "refused" in one sentence, or what went wrong."""
    if ended := refused(paths, LENIENT, TODAY):
        return ended
    entries = frames.read_json(paths.report / "ingest.json")["tables"]
    whole = all(entry["rows"] == entry["kept"] + entry["rejected"] for entry in entries.values())
    return "read" if whole else "rows lost"


def laid(file: Path, table: str, form: str) -> tuple[str, float]:
    """Lay one file down as one table and ingest it: the outcome, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        paths = sound(Path(folder))
        with suppress(FileNotFoundError):
            (paths.raw / f"{table}.csv").unlink()
        (paths.raw / f"{table}{form}").symlink_to(file.resolve())
        began = time.perf_counter()
        return outcome(paths), time.perf_counter() - began


def bombs(folder: Path) -> Iterator[Path]:
    """Make small files that hold much, and files that are all of one sort."""
    one = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), ["x" * 1_000_000])
    pq.write_table(pa.table({"customer_id": one}), folder / "wide.parquet", compression="zstd")
    nothing = pa.table({"customer_id": pa.nulls(20_000_000, pa.string())})
    with pq.ParquetWriter(folder / "long.parquet", nothing.schema) as writer:
        for _ in range(30):
            writer.write_table(nothing, row_group_size=20_000_000)
    (folder / "columns.csv").write_bytes(b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n")
    (folder / "cell.csv").write_bytes(CUSTOMERS + b"C3," + b"x" * 100_000_000 + b"\n")
    (folder / "quotes.csv").write_bytes(CUSTOMERS + b'"' * 50_000_000)
    (folder / "lines.csv").write_bytes(CUSTOMERS + b"\n" * 100_000_000)
    (folder / "uneven.csv").write_bytes(CUSTOMERS + b"a,b,c\n" * 5_000_000)
    (folder / "letters.csv").write_bytes(CUSTOMERS + b"\xff,\xfe\n" * 2_000_000)
    yield from sorted(folder.iterdir())


def textual(table: Table, texts: list[str], *, choices: bool) -> pa.Table:
    """Give a table whose text columns hold ``texts``, one a row (those of choices only with ``choices``)."""
    columns: dict[str, pa.Array] = {}
    for column in table.columns:
        kind = casts.ARROW[column.kind]
        if column.kind in TEXTS and (column.kind is not Kind.CHOICE or choices):
            columns[column.name] = pa.array(texts, pa.string())
        elif column.kind is Kind.CHOICE:
            columns[column.name] = pa.array([column.choices[0]] * len(texts), kind)
        elif column.kind in (Kind.DAY, Kind.MOMENT):
            columns[column.name] = pa.array([date(2024, 1, 5)] * len(texts)).cast(kind)
        else:
            columns[column.name] = pa.array([1] * len(texts)).cast(kind)
    return pa.table(columns)


def as_csv(rows: pa.Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(rows.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    return out.getvalue().encode("utf-8")


def unchanged(texts: list[str], form: str, *, choices: bool) -> tuple[int, Paths]:
    """Ingest ``texts`` in every text column of every table: how many come out as others, and where they lie."""
    paths = Paths(Path(tempfile.mkdtemp()), "acme")
    paths.raw.mkdir(parents=True)
    for name, table in TABLES.items():
        rows, file = textual(table, texts, choices=choices), paths.raw / f"{name}{form}"
        if form == ".csv":
            file.write_bytes(as_csv(rows))
        else:
            pq.write_table(rows, file)
    ingest.run(LENIENT, paths, today=TODAY)
    wanted, changed = set(texts), 0
    for name, table in TABLES.items():
        kept = frames.read_arrow(paths.table(name))
        if choices and any(column.kind is Kind.CHOICE for column in table.columns):
            continue  # put aside, every one
        for column in table.columns:
            if column.kind in (Kind.ID, Kind.TEXT) and kept.num_rows:
                changed += len(set(kept.column(column.name).to_pylist()) - wanted - {None})
        changed += int(not choices and kept.num_rows == 0)
    return changed, paths


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes: what a name can never change."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def in_html(texts: list[str]) -> int:
    """Set ``texts`` as names and ids into the page: how many tags are there that a plain name does not bring."""
    from tests.pipeline import conftest as made

    usual = made.customer
    ids = list(dict.fromkeys(text for text in texts if words.line(text)))
    pages = []
    for called, names in ((usual, tuple(f"N{i}" for i in range(len(ids)))), (ids.__getitem__, tuple(ids))):
        made.customer = called
        try:
            with tempfile.TemporaryDirectory() as folder:
                paths = made.outputs(Path(folder), names=names, customers=len(ids))
                pages.append(
                    page.render(made.params(customers=len(ids)), report.gathered(made.params(), paths), {})
                )
        finally:
            made.customer = usual
    plain, hostile = (sorted(Tags(text).found) for text in pages)
    return int(plain != hostile) + int("Content-Security-Policy" not in pages[1])


def in_sheets(texts: list[str]) -> int:
    """Write ``texts`` as CSV: how many cells are formulas for a reader of any separator, or come back as others."""
    rows = pa.table({"customer_id": texts, "p": [-0.5] * len(texts), "base_of": texts})
    text = sheets.csv_bytes(rows).decode("utf-8")
    back = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    escapes = sum(sheets.harmless(given) != came for given, came in zip(texts, back, strict=True))
    sign = re.compile(f'^[{sheets.UNSEEN}"]*[=+@\\-{sheets.WIDE}]')
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            escapes += sum(bool(sign.match(cell)) and cell != "-0.5" for cell in row)
    return escapes


def in_json(texts: list[str]) -> int:
    """Write ``texts`` as JSON, also as those of the flat scores: how many come back as others."""
    back = json.loads(frames.json_text(texts))
    flat = json.loads(export._json([texts])[0].as_py())
    return sum(a != b or a != c for a, b, c in zip(texts, back, flat, strict=True))


def in_sentences(texts: list[str]) -> int:
    """Name ``texts`` in a file of cases: how many sentences of refusal hold more than one printable line."""
    escapes = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        for text in texts:
            rows = pa.table({"customer_id": [text], "churned_on": [text]})
            file.write_bytes(as_csv(rows))
            try:
                leavers._read(file, {"C1"}, Ingest(), Path(folder))
            except BadRecords as refusal:
                escapes += not str(refusal).isprintable()
            escapes += not words.line(text).isprintable() and not re.search(r"[^\x20-\x7e]", words.line(text))
    return escapes


def in_sql(texts: list[str], paths: Paths) -> int:
    """Take ``texts`` through literals of SQL, compute features of customers so called: how many change."""
    with checks.connected() as database:
        back = [
            database.sql(f"SELECT {casts.quoted(text)}").fetchall()[0][0]
            for text in texts
            if "\0" not in text
        ]
    escapes = sum(a != b for a, b in zip((t for t in texts if "\0" not in t), back, strict=True))
    customers = frames.read_arrow(paths.table("customers")).column("customer_id").unique().to_pylist()
    built = build.features_on(LENIENT, paths, date(2024, 5, 31), customers)
    return escapes + len(set(customers) ^ set(built["customer_id"]))


def figures() -> Iterator[Figure]:
    """Measure all of it; about ten minutes."""
    there = files()
    if not there:
        raise SystemExit(
            f"There are no hostile files in '{HOSTILE}'; FOREWARN_SHARED_DATA names another place."
        )
    done = [laid(file, table, form_of(file)) for file in there for table in TABLES]
    with tempfile.TemporaryDirectory() as folder:
        big = [
            laid(file, table, file.suffix) for file in bombs(Path(folder)) for table in ("customers", "trade")
        ]
    outcomes, seconds = zip(*done, *big, strict=True)
    yield told("hostile files and bombs, each as tables", len(outcomes))
    yield told("of them read", outcomes.count("read"))
    yield told("of them refused", outcomes.count("refused"))
    yield equal("crashes of the parent", sum(one not in ("read", "refused") for one in outcomes), 0)
    yield at_most("seconds, the slowest", max(seconds), SECONDS)
    texts = strings()
    yield told("hostile strings", len(texts))
    changed, escapes = 0, {}
    for form in (".csv", ".parquet"):
        for choices in (False, True):
            count, paths = unchanged(texts, form, choices=choices)
            changed += count
            if not choices:
                escapes["SQL"] = escapes.get("SQL", 0) + in_sql(texts, paths)
    escapes |= {
        "records": changed,
        "HTML": in_html(texts),
        "CSV": in_sheets(texts),
        "JSON": in_json(texts),
        "sentences and logs": in_sentences(texts),
    }
    for channel, count in escapes.items():
        yield equal(f"escapes in {channel}", count, 0)
    opening.stop()
    for who, what in (("parent", resource.RUSAGE_SELF), ("confined process", resource.RUSAGE_CHILDREN)):
        yield at_most(f"MB at most, {who}", resource.getrusage(what).ru_maxrss / 1000, MEMORY_MB)
