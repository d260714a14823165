"""Two hundred ways to spoil raw files: each ends in one sentence, or in a report whose counts are right.

A small simulated company is written as CSV and as Parquet; each mutation spoils one file of it. The records that a
spoilt file holds are counted a second time, by Python's own reader or from Parquet's footer.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.results import Figure, equal, told
from pipeline import frames, ingest
from pipeline.errors import Refusal
from pipeline.params import Params
from pipeline.paths import Paths
from simulator.company import simulate
from simulator.settings import World

MUTATIONS = 200
PARAMS = Params()
LENIENT = Params.model_validate({"ingest": {"reject_share_max": 1.0}})
TODAY = date(2023, 12, 31)
HUGE = (
    "1e999",
    "9" * 400,
    "-1e308",
    "0x1F",
    "NaN",
    "Infinity",
    "1.797e308",
    "12,5",
    "9999-12-31",
    "0000-00-00",
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp1252", "shift_jis", "utf-8-sig", "cp037")
Chance = np.random.Generator


def company(root: Path, form: str) -> Paths:
    """Write the raw files of a simulated company."""
    paths = Paths(root, "acme")
    paths.raw.mkdir(parents=True)
    world = World(customers=25, days=400, start=date(2022, 6, 1))
    for name, frame in simulate(world, 5).records.items():
        if form == "csv":
            frame.to_csv(paths.raw / f"{name}.csv", index=False)
        else:
            frames.write_parquet(paths.raw / f"{name}.parquet", frame)
    return paths


def _cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def _text(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


def cut(content: bytes, chance: Chance) -> bytes:
    """Cut the file off somewhere."""
    return content[: int(chance.integers(0, len(content)))]


def hole(content: bytes, chance: Chance) -> bytes:
    """Take a piece out of the middle."""
    first = int(chance.integers(0, len(content)))
    return content[:first] + content[first + int(chance.integers(1, 2000)) :]


def flipped(content: bytes, chance: Chance) -> bytes:
    """Change some bytes to any others."""
    made = bytearray(content)
    for _ in range(int(chance.integers(1, 20))):
        made[int(chance.integers(0, len(made)))] = int(chance.integers(0, 256))
    return bytes(made)


def zeros(content: bytes, chance: Chance) -> bytes:
    """Blank a block, as a disk does."""
    first = int(chance.integers(0, len(content)))
    size = min(512, len(content) - first)
    return content[:first] + bytes(size) + content[first + size :]


def quoted(content: bytes, chance: Chance) -> bytes:
    """Put two quotes anywhere: what stands between may be swallowed."""
    first, second = sorted(int(at) for at in chance.integers(0, len(content), 2))
    return content[:first] + b'"' + content[first:second] + b'"' + content[second:]


def encoded(content: bytes, chance: Chance) -> bytes:
    """Save the text in another encoding."""
    text = content.decode("utf-8")
    return text.encode(ENCODINGS[int(chance.integers(0, len(ENCODINGS)))], errors="replace")


def ends(content: bytes, chance: Chance) -> bytes:
    """Write other line ends, and blank lines."""
    return content.replace(b"\n", (b"\r\n", b"\r", b"\n\n", b"\r\n\r\n")[int(chance.integers(0, 4))])


def separated(content: bytes, chance: Chance) -> bytes:
    """Write another separator."""
    return content.replace(b",", (b";", b"\t", b"|", b", ")[int(chance.integers(0, 4))])


def swapped(content: bytes, chance: Chance) -> bytes:
    """Swap the names of two columns."""
    rows = _cells(content)
    a, b = (int(at) for at in chance.choice(len(rows[0]), 2, replace=False))
    rows[0][a], rows[0][b] = rows[0][b], rows[0][a]
    return _text(rows)


def spoilt(content: bytes, chance: Chance) -> bytes:
    """Write huge, odd or empty values into a tenth of the cells."""
    rows = _cells(content)
    for row in rows[1:]:
        for at in range(len(row)):
            if chance.random() < 0.1:
                row[at] = (*HUGE, "", "null")[int(chance.integers(0, len(HUGE) + 2))]
    return _text(rows)


def doubled(content: bytes, chance: Chance) -> bytes:
    """Write every third row twice, and rows with a field too many or too few."""
    rows = _cells(content)
    made = rows[:1]
    for row in rows[1:]:
        made += [row] * int(chance.choice([1, 1, 2]))
        if chance.random() < 0.02:
            made.append(row[:-1] if chance.random() < 0.5 else [*row, "x"])
    return _text(made)


def retyped(content: bytes, chance: Chance) -> bytes:
    """Write a column of Parquet in another type, or all null."""
    rows = pq.read_table(io.BytesIO(content))
    at = int(chance.integers(0, rows.num_columns))
    size = rows.num_rows
    values = (
        pa.nulls(size),
        pa.array(["x"] * size),
        pa.array([2**62] * size),
        pa.array([[1]] * size),
        pa.array([b"\xff"] * size),
        pa.array([float("inf")] * size),
        pa.array([{"a": 1}] * size),
    )[int(chance.integers(0, 7))]
    return _parquet(rows.set_column(at, rows.column_names[at], values))


def renamed(content: bytes, chance: Chance) -> bytes:
    """Swap the names of two columns of Parquet, or give two the same."""
    rows = pq.read_table(io.BytesIO(content))
    names = rows.column_names
    a, b = (int(at) for at in chance.choice(len(names), 2, replace=False))
    names[a], names[b] = (names[b], names[a]) if chance.random() < 0.7 else (names[a], names[a])
    return _parquet(rows.rename_columns(names))


def _parquet(rows: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(rows, out)
    return out.getvalue()


Mutation = Callable[[bytes, Chance], bytes]
OF_CSV: tuple[Mutation, ...] = (
    cut, hole, flipped, zeros, quoted, encoded, ends, separated, swapped, spoilt, doubled,
)  # fmt: skip
OF_PARQUET: tuple[Mutation, ...] = (cut, hole, flipped, zeros, retyped, renamed)


def records(file: Path) -> int | None:
    """Count the records of a file by other means than ingest; None where these cannot read it either."""
    if file.suffix == ".parquet":
        return int(pq.read_metadata(file).num_rows)
    text = io.StringIO(file.read_bytes().decode("latin-1"), newline="")
    try:
        return sum(bool(row) for row in csv.reader(text)) - 1
    except csv.Error:
        return None


def refused(paths: Paths, params: Params, today: date) -> str:
    """Ingest: "" where it went through, "refused" in one sentence, or what went wrong."""
    try:
        ingest.run(params, paths, today=today)
    except Refusal as refusal:
        sentence = str(refusal)
        return "refused" if sentence.isprintable() and len(sentence) < 2500 else "no sentence"
    except Exception as error:
        return f"traceback: {error!r}"
    return ""


def outcome(paths: Paths, file: Path, params: Params = LENIENT) -> str:
    """Ingest: "refused" in one sentence, "read" with the right counts, or what went wrong."""
    if ended := refused(paths, params, TODAY):
        return ended
    entry = frames.read_json(paths.report / "ingest.json")["tables"][file.stem]
    kept = frames.read_arrow(paths.table(file.stem)).num_rows
    if entry["rows"] != records(file) or entry["rows"] != entry["kept"] + entry["rejected"]:
        return f"wrong count: {entry['rows']} rows, {entry['kept']} kept of {records(file)}"
    return "read" if kept == entry["kept"] else f"wrong count: {kept} rows written of {entry['kept']}"


def outcomes(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Give what was done to which file, and what became of it."""
    chance = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole = {form: company(Path(folder) / form, form) for form in ("csv", "parquet")}
        for i in range(count):
            form = "parquet" if i % 3 == 2 else "csv"
            ways = OF_PARQUET if form == "parquet" else OF_CSV
            paths = Paths(Path(folder) / "spoilt", "acme")
            shutil.rmtree(paths.root, ignore_errors=True)
            files = sorted(whole[form].raw.iterdir())
            drawn, way = files[int(chance.integers(0, len(files)))], ways[(i // 3) % len(ways)]
            paths.raw.mkdir(parents=True)
            for one in {drawn, *(whole[form].raw / f"{name}.{form}" for name in ("customers", "trade"))}:
                shutil.copy2(one, paths.raw)
            file = paths.raw / drawn.name
            file.write_bytes(way(file.read_bytes(), chance))
            yield f"{way.__name__} {file.name}", outcome(paths, file)


def figures() -> Iterator[Figure]:
    """Measure all of it; about two minutes."""
    done = list(outcomes(MUTATIONS))
    found = [what for _, what in done]
    yield told("mutations of raw files", len(done))
    yield told("of them read, every row accounted for", found.count("read"))
    yield told("of them refused in one sentence", found.count("refused"))
    yield equal("mutations that end in a traceback", sum(one.startswith("traceback") for one in found), 0)
    yield equal("read with wrong row counts", sum(one.startswith("wrong") for one in found), 0)
    yield equal("refused in more than a printable line", found.count("no sentence"), 0)
    for name, what in done:
        if what not in ("read", "refused"):
            yield Figure(f"{name}: {what}"[:100], 1, "", False)
