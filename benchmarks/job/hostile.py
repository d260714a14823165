"""Files made to break readers and strings made to break programs: nothing of them gets through.

``hostile/`` of the data beside the project (FOREWARN_SHARED_DATA names another place) holds files found by fuzzing
Arrow, malformed Parquet, and strings; bombs are made here. Every file is laid down as each table and ingested; each
string stands in every text column of every table, and what leaves the program again is taken apart: page, sheet,
JSON, sentences of refusal, lines of the log, e-mails, SQL.
"""

import csv
import email
import io
import json
import os
import re
import resource
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, suppress
from datetime import UTC, date, datetime
from email import policy
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
    logs,
    opening,
    page,
    report,
    sheets,
    words,
)
from pipeline.delivery.desk import Desk
from pipeline.delivery.letters import messages
from pipeline.delivery.settings import Delivery
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
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""The marks that turn the direction of writing: Unicode's property Bidi_Control."""
AIMED = (
    "\x1b[2J\x1b]0;title\x07", "\x9b2J", "\x7f", "a\nb", "a\r\nforewarn: done", "a\rb", "a\x85b", "a\x0cb",
    "\u202egnp.exe\u202c", "\u2066a\u2069", "\u061ca", "[red]x[/red]", "[/]", "{{ 7*7 }}", "{% raw %}",
    "</script><script>alert(1)</script>", "' OR 1=1 --", '"; DROP TABLE trade; --', "=1+1", "x;=1+1", "\t@SUM(A1)",
    "=cmd|'/C calc'!A0", "a\r\nBcc: eve@example.org", "a\nBcc: eve@example.org", "\r\n.\r\n",
    "Content-Type: text/html\r\n\r\n<b>", "%s%n", "../../etc/passwd", "a\u2028b", "a\u2029b", "\u2028", "𠮷",
    "2026-01-01T00:00:00Z score acme end code=0",
)  # fmt: skip
"""Strings that are aimed at this program."""


def files() -> list[Path]:
    """Give the hostile files there are."""
    return sorted(file for file in HOSTILE.glob("*/*") if file.suffix not in (".json", ".md"))


def strings() -> list[str]:
    """Give the hostile strings, those of the list and some that are aimed at this program."""
    told: list[str] = json.loads((HOSTILE / "strings" / "naughty-strings.json").read_text("utf-8"))
    return [*told, *AIMED]


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


def obeyed(text: str) -> bool:
    """Tell whether a line holds what a terminal or a reader obeys instead of showing it, or is more than one."""
    sorts = {unicodedata.category(letter) for letter in text}
    return bool(sorts & {"Cc", "Cs", "Zl", "Zp"}) or any(mark in text for mark in TURNS)


def in_sentences(texts: list[str]) -> int:
    """Name ``texts`` in a file of cases: how many sentences of refusal hold more than one printable line.

    Counted too is each name that ``words.line`` leaves something in that a terminal would obey.
    """
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
            escapes += obeyed(words.line(text))
    return escapes


def logged(texts: Iterable[str], form: str) -> list[str]:
    """Log ``texts``, each in a step of its own and all in the refusal at the end; gives the lines written."""
    out = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        redirect_stderr(out),
        suppress(BadRecords),
        logs.run("score", Paths(Path(folder), "acme"), form),
    ):
        for text in texts:
            with logs.step("records") as facts:
                facts["file"] = text
        raise BadRecords(" ".join(texts))
    return out.getvalue().removesuffix("\n").split("\n")


def in_logs(texts: list[str]) -> int:
    """Log ``texts`` as lines and as JSON: how many records are more than one harmless line, or another's."""
    wanted = [*texts, None]
    escapes = 0
    for form in ("lines", "json"):
        lines = logged(texts, form)
        escapes += abs(len(lines) - len(wanted)) + sum(map(obeyed, lines))
        if form == "json":
            back = [json.loads(line) if line.startswith("{") else {} for line in lines]
            escapes += sum(a.get("file") != b for a, b in zip(back, wanted, strict=False))
            escapes += back[-1].get("sentence") != " ".join(texts)
    return escapes


def letter(text: str, language: str) -> bytes:
    """Compose the letter of one alert and one plan that say nothing but ``text``, as ``deliver`` does."""
    alert = {"alert_id": "a1", "customer_id": "C1", "level": "red", "level_since": TODAY, "told": "director"}
    plan = {"plan_id": "p1", "customer_id": "C1", "owner_role": "director", "cause": "price", "due_on": TODAY}
    said = dict.fromkeys(("play", "channel", "why_en", "why_zh"), text)
    desk = Desk(
        "acme",
        TODAY,
        [alert | {"en": text, "zh": text}],
        [plan | said | {"steps_en": [text], "steps_zh": [text]}],
        people={"C1": {"name": text, "owner": text}},
    )
    settings = Delivery.model_validate(
        {
            "languages": {"director": language},
            "mail": {"sender": "desk@example.org", "to": {"director": ["li@example.org"]}},
        }
    )
    moment = datetime(2024, 6, 30, 6, tzinfo=UTC)
    made, _ = messages(desk, settings, "EUR", moment, lambda items: {item.key for item in items})
    return made[0].body


def parts(body: bytes) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Read an e-mail back: its headers, and the texts that it holds by their kind."""
    mail = email.message_from_bytes(body, policy=policy.default)
    texts = {
        part.get_content_type(): str(part.get_content()).replace("\r\n", "\n")
        for part in mail.walk()
        if not part.is_multipart()
    }
    return [(name, str(value)) for name, value in mail.items()], texts


def forged(body: bytes, plain: bytes) -> bool:
    """Tell whether an e-mail is more than ``plain``, that of a harmless name: a header, a line, a part or a tag."""
    (headers, texts), (usual, known) = parts(body), parts(plain)
    lines = [line for text in texts.values() for line in text.split("\n")]
    return (
        headers != usual
        or list(texts) != list(known)
        or any(texts[kind].count("\n") != known[kind].count("\n") for kind in texts)
        or any(map(obeyed, lines))
        or Tags(texts["text/html"]).found != Tags(known["text/html"]).found
        or bool(re.search(rb"\r(?!\n)|(?<!\r)\n", body))
    )


def in_mail(texts: list[str]) -> int:
    """Write letters of ``texts`` as name, alert, play, reasons and step: how many hold more than a harmless one."""
    escapes = 0
    for language in ("en", "zh"):
        # What nothing is left of, as of blanks alone, leaves its line out.
        plain = {shown: letter("North" if shown else "", language) for shown in (True, False)}
        escapes += sum(forged(letter(text, language), plain[bool(words.line(text))]) for text in texts)
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
        "sentences": in_sentences(texts),
        "logs": in_logs(texts),
        "mail": in_mail(texts),
    }
    for channel, count in escapes.items():
        yield equal(f"escapes in {channel}", count, 0)
    opening.stop()
    for who, what in (("parent", resource.RUSAGE_SELF), ("confined process", resource.RUSAGE_CHILDREN)):
        yield at_most(f"MB at most, {who}", resource.getrusage(what).ru_maxrss / 1000, MEMORY_MB)
