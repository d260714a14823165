"""Files made to break their reader: the child that opens them pays, the run says one sentence and lives on."""

import json
import os
import resource
import time
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.job import hostile, mutated
from features import selected, unfold
from pipeline import checks, confined, dialect, ingest, logs, opening, words
from pipeline.errors import BadConfig, BadRecords
from pipeline.params import Ingest, Params, load
from pipeline.paths import Paths

CUSTOMERS = b"customer_id,name\nC1,North\nC2,South\n"
OWN = [
    "a\r\nBcc: eve@example.org",
    "\x1b[2J\x1b]0;title\x07\x9b2J\x7f",
    "\u202egnp.exe\u202c\u061c",
    "a\0b",
    "a\u2028b\u2029c\x85d",
    "</p><script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
]
"""Strings that the tests bring along, for where those of others are not."""
there = pytest.mark.skipif(
    not hostile.HOSTILE.is_dir(),
    reason=f"the hostile files are not in '{hostile.HOSTILE}' (FOREWARN_SHARED_DATA names another place)",
)


def opened(file: Path, name: str = "customers", **limits: float) -> int:
    """Give the rows of a file, opened as a table under ``limits``."""
    asked = opening.File(name, file, file.suffix)
    read = opening.contents([asked], Ingest.model_validate(limits), file.parent)
    return int(read.tables[name].rows.num_rows)


def refused(file: Path, **limits: float) -> str:
    with pytest.raises(BadRecords) as caught:
        opened(file, **limits)
    assert str(caught.value).isprintable()
    assert [left for left in file.parent.iterdir() if left.name.startswith(opening.PREFIX)] == []
    return str(caught.value)


def written(file: Path, content: bytes | pa.Table) -> Path:
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        pq.write_table(content, file, compression="zstd")
    return file


# Limits


def test_a_small_file_that_holds_a_hundred_gigabytes_is_one_sentence_and_no_memory(tmp_path: Path) -> None:
    # 100,000 times one value of a million letters: the file holds it once.
    wide = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), ["x" * 1_000_000])
    bomb = written(tmp_path / "customers.parquet", pa.table({"customer_id": wide}))
    assert bomb.stat().st_size < 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "memory (ingest.memory_mb)" in refused(bomb) or "bytes" in refused(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
    assert opened(written(tmp_path / "customers.csv", CUSTOMERS)) == 2


def test_a_file_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    # A line of its own for each quoted letter, and every one looked at: some seconds of the processor.
    slow = written(tmp_path / "customers.csv", CUSTOMERS + b"\xff,x\n" + b'"a","b"\n' * 6_000_000)
    began = time.monotonic()
    assert "takes longer than a file of its size may (ingest.seconds_max, 0.1)" in refused(
        slow, seconds_max=0.1
    )
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ({"rows_max": 1}, "holds 2 rows, and at most 1 are read"),
        ({"columns_max": 1}, "holds 2 columns, and at most 1 are read"),
    ],
)
def test_more_rows_or_columns_than_the_caps_allow_are_refused(
    tmp_path: Path, limit: dict[str, float], sentence: str
) -> None:
    assert sentence in refused(written(tmp_path / "customers.csv", CUSTOMERS), **limit)
    rows = pa.table({"customer_id": ["C1", "C2"], "name": ["North", "South"]})
    assert sentence in refused(written(tmp_path / "customers.parquet", rows), **limit)


def test_what_a_file_decodes_into_is_counted_and_not_believed(tmp_path: Path) -> None:
    rows = pa.table({"customer_id": ["x" * 1000] * 20_000})  # 20 MB, in a file of a few kilobytes
    assert "20,000 bytes" not in refused(written(tmp_path / "customers.parquet", rows), decoded_mb=1)


@pytest.mark.parametrize("row", [b"a,b,c\n", b"\xff,x\n"])
def test_a_file_of_nothing_but_unreadable_rows_is_refused_before_they_fill_the_memory(
    tmp_path: Path, row: bytes
) -> None:
    sentence = refused(written(tmp_path / "customers.csv", CUSTOMERS + row * 150_000))
    assert "Expected 2 columns, got 3" in sentence or "more than 100,000 rows hold text that" in sentence


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (confined.OUT_OF_MEMORY, "more than 1,400 MB of memory"),
        (confined.LATE, "takes longer"),
        (-11, "broke the process that read it (signal 11)"),
        (-6, "broke the process that read it (signal 6)"),
        (None, "was ended from outside"),
    ],
)
def test_every_end_of_the_child_is_told(ended: int | str | None, told: str) -> None:
    assert told in opening._end(ended, opening.File("trade", Path("trade.csv")), Ingest())


def test_a_child_that_hangs_is_killed() -> None:
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    assert confined._ended(child, 0.05) == confined.LATE


def test_the_process_that_opens_files_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening.stop()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://u:sesame-4711@h/x")
    opened(written(tmp_path / "customers.csv", CUSTOMERS))
    process = opening._CONFINED.ready()
    assert b"sesame-4711" not in Path(f"/proc/{process.pid}/environ").read_bytes()


# The dialect of CSV


@pytest.mark.parametrize(
    "content",
    [
        b'customer_id,name\nC1,"North\nC2,"South\n',  # a reader takes the second row into the first
        b'customer_id,name\nC1,5" pipes\nC2,7" pipes\n',
        b'customer_id,name\nC1,"North" east\n',
    ],
)
def test_a_quote_that_could_swallow_rows_is_refused(tmp_path: Path, content: bytes) -> None:
    assert 'has a quote (") inside a value, in record 1 or near it' in refused(
        written(tmp_path / "customers.csv", content)
    )


@pytest.mark.parametrize("block", [7, 16, 1 << 24])
def test_records_are_counted_the_same_wherever_blocks_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(dialect, "BLOCK", block)
    content = b'\xef\xbb\xbfa,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"""\n\n3,\r4,"\n\n"'
    assert dialect.counted(written(tmp_path / "a.csv", content), "a") == dialect.Counted(4, clean=True)


# Files and strings that others have collected


@there
def test_a_sample_of_the_hostile_files_is_read_or_refused_as_any_table() -> None:
    for i, file in enumerate(hostile.files()[::9]):
        table = ("customers", "trade", "finance")[i % 3]
        what, seconds = hostile.laid(file, table, hostile.form_of(file))
        assert what in ("read", "refused"), (file.name, table)
        assert seconds < 30, file.name  # 10 is the bar, on a machine with nothing else to do


@there
def test_hostile_strings_come_out_of_every_column_as_they_went_in_and_as_nothing_else() -> None:
    texts = hostile.strings()
    assert hostile.unchanged(texts[::2], ".csv", choices=False)[0] == 0
    assert (hostile.in_sheets(texts), hostile.in_json(texts)) == (0, 0)
    assert hostile.in_sentences(texts[::40] + texts[-20:]) == 0
    assert (hostile.in_logs(texts), hostile.in_mail(texts[::30])) == (0, 0)


def test_what_is_aimed_at_sentences_logs_and_letters_is_only_shown() -> None:
    assert hostile.in_sentences(OWN) == 0
    assert (hostile.in_logs(OWN), hostile.in_mail(OWN)) == (0, 0)
    assert (hostile.in_sheets(OWN), hostile.in_json(OWN)) == (0, 0)


@pytest.mark.parametrize("text", [text for text in OWN if hostile.obeyed(text)])
def test_a_program_that_let_names_pass_would_be_found_out(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "line", str)
    monkeypatch.setattr(logs, "_plain", str)
    assert hostile.in_sentences([text]) > 0
    assert hostile.in_logs([text]) > 0
    assert hostile.forged(hostile.letter(text, "en"), hostile.letter("North", "en"))


@pytest.mark.parametrize(
    ("before", "forged"),
    [
        (b"\r\nDate:", b"\r\nBcc: eve@example.org\r\nDate:"),
        (b"<p ", b"<script></script><p "),
        (b"\r\n\r\nNorth", b"\r\n\nNorth"),
        (b"  Plan", b"  Plan\r\n  Plan"),
    ],
)
def test_a_letter_with_more_than_a_harmless_one_is_found_out(before: bytes, forged: bytes) -> None:
    plain = hostile.letter("North", "en")
    assert not hostile.forged(plain, plain)
    assert hostile.forged(plain.replace(before, forged, 1), plain)


@there
def test_hostile_names_and_ids_bring_no_tag_into_the_page() -> None:
    assert hostile.in_html(hostile.strings()[::6]) == 0


def test_a_terminal_obeys_no_name() -> None:
    assert words.line("\x1b[2Jnorth\r\nforewarn: done\x07") == "�[2Jnorth forewarn: done�"


def test_spoilt_raw_files_are_refused_or_counted_right() -> None:
    bad = [told for told in mutated.outcomes(15, seed=11) if told[1] not in ("read", "refused")]
    assert bad == []


# Databases and settings


def test_every_database_reaches_no_file_no_network_and_no_extension(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret.csv", b"a\n1\n")
    trade = pa.table({"customer_id": ["C1"]})
    with checks.connected() as first, unfold.Records({"trade": trade}) as second:
        for database in (first, second._db):
            for sql in (
                f"SELECT * FROM read_csv('{secret}')",
                f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
                f"ATTACH '{tmp_path / 'x.db'}'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET enable_external_access = true",
                "SET autoload_known_extensions = true",
            ):
                with pytest.raises(duckdb.Error):
                    database.execute(sql)
    with pytest.raises(duckdb.Error):
        selected._query(f"SELECT * FROM read_csv('{secret}')", {}, [])


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LAUGHS, "stands for what is said elsewhere"),
        ("seed: 1\nseed: 2\n", "the key 'seed' is there twice"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested deeper than 30"),
        ("x: !!python/object/apply:os.system ['true']", "no YAML"),
        ("x: 2024-13-45", "no YAML"),
        ("# " + "x" * 1_000_001, "larger than 1,000,000 bytes"),
        ("seed: !!binary 'zz'", "no YAML"),
    ],
)
def test_yaml_that_is_more_than_values_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "params.yaml").write_text(text)
    (tmp_path / "data" / "acme").mkdir(parents=True)
    (tmp_path / "data" / "acme" / "dataset.yaml").write_text("")
    with pytest.raises(BadConfig, match=sentence):
        load(Paths(tmp_path, "acme"))


def test_what_ingest_could_not_open_leaves_the_last_good_output(tmp_path: Path) -> None:
    paths = hostile.sound(tmp_path)
    ingest.run(Params(), paths, today=date(2024, 6, 30))
    before = paths.table("trade").read_bytes()
    written(paths.raw / "trade.parquet", b"PAR1" + bytes(100) + b"PAR1")
    with pytest.raises(BadRecords):
        ingest.run(Params(), paths, today=date(2024, 6, 30))
    assert paths.table("trade").read_bytes() == before
    assert json.loads((paths.report / "ingest.json").read_text())["tables"]["trade"]["kept"] == 1
