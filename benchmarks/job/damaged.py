"""Byte-damaged copies of everything that is read back: none may be read as something else than it was.

A damage that leaves the content equal (a byte of padding, a name of a writer) counts as right. What an engine alone
makes of the same copies, without checksums and digests, is told beside it.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.results import Figure, equal, told
from features.sources import TABLES
from pipeline import build, bundle, certificates, fitted, money, publishing, released, store
from pipeline.errors import Refusal
from pipeline.frames import parquet_bytes, read_arrow, read_json
from pipeline.params import load
from pipeline.paths import Paths
from pipeline.score import declarations

MODELS = (".json", ".txt", ".skops")
"""Files of a family that say how it scores; its table of trials is read by people alone."""
Read = Callable[[], object]


def figures(paths: Paths, copies: int = 10_000, seed: int = 11) -> Iterator[Figure]:
    """Give the figures on a copy of a finished and scored dataset, which is damaged and mended again and again."""
    rng = random.Random(seed)
    doors = list(_doors(paths))
    right = wrong = refused = engine = tables = 0
    for turn in range(copies):
        file, read, sound = doors[turn % len(doors)]
        content = file.read_bytes()
        spoiled = damage(content, rng)
        if file.suffix == ".parquet":
            tables += 1
            engine += _silently_wrong(spoiled, content)
        file.write_bytes(spoiled)
        try:
            found = read()
            same = found == sound
            right, wrong = right + same, wrong + (not same)
        except Refusal:
            refused += 1
        finally:
            file.write_bytes(content)
    yield told("damaged copies", copies)
    yield told("refused by name", refused)
    yield told("read, the content being what it was", right)
    yield equal("read silently wrong", wrong, 0)
    yield told("share that Parquet's reader alone reads silently wrong", engine / max(tables, 1))


def damage(content: bytes, rng: random.Random) -> bytes:
    """Change some bytes, or cut, double or blank a piece."""
    spoiled = bytearray(content)
    at = rng.randrange(len(spoiled))
    match rng.randrange(5):
        case 0:
            spoiled[at] ^= 1 << rng.randrange(8)
        case 1:
            for _ in range(rng.randrange(2, 20)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        case 2:
            del spoiled[at:]
        case 3:
            spoiled[at : at + 64] = bytes(len(spoiled[at : at + 64]))
        case _:
            spoiled[at:at] = spoiled[at : at + rng.randrange(1, 64)]
    return bytes(spoiled) if bytes(spoiled) != content else content[:-1]


def _doors(paths: Paths) -> Iterator[tuple[Path, Read, object]]:
    """Give each file that is read back, how it is read, and what is read when it is sound."""

    def door(file: Path, read: Read) -> tuple[Path, Read, object]:
        return file, read, read()

    def published(name: str) -> Read:
        return lambda: _content(publishing.published(paths, day) / name)

    def built(one: date) -> Read:
        return lambda: parquet_bytes(store.read(paths, one, names))

    day = publishing.dates(paths)[-1]
    for name in (publishing.SCORES, publishing.UNSCORED, publishing.MANIFEST):
        yield door(paths.batch(day) / name, published(name))
    names = [feature["name"] for feature in store.catalogue(paths)["features"]][:40]
    for as_of in sorted(store.catalogue(paths)["dates"])[-2:]:
        one = date.fromisoformat(as_of)
        yield door(paths.features(one) / store.FILE, built(one))
    yield door(paths.catalogue, lambda: store.catalogue(paths))
    yield door(paths.cohort, lambda: parquet_bytes(store.cohort(paths)))
    declared = declarations()
    family = certificates.chosen(paths)["family"]
    yield door(paths.champion, lambda: certificates.chosen(paths))
    yield door(paths.certificate, lambda: certificates.tested(paths))
    for file in sorted(path for path in paths.family(family).rglob("*") if path.suffix in MODELS):
        yield door(file, lambda: fitted.load(paths, family, declared).hash)
    yield from _records(paths, publishing.dates(paths)[-1])
    folder = next((paths.model / "released").iterdir())
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield door(file, lambda: _kept(paths, folder.name))


def _records(paths: Paths, day: date) -> Iterator[tuple[Path, Read, object]]:
    """Give the checked records, as features are asked of them, and as the gate asks what customers bring."""
    params = load(paths)
    scores = read_arrow(
        publishing.published(paths, day) / publishing.SCORES, columns=["customer_id", "as_of"]
    )
    asked = scores.to_pandas(date_as_object=False).astype({"as_of": "datetime64[us]"})

    def computed() -> object:
        return parquet_bytes(build.features_of(params, paths, asked))

    def valued() -> object:
        return parquet_bytes(money.values(params, paths, asked))

    for read in (computed, valued):
        names = money.READ if read is valued else TABLES
        found = read()
        yield paths.ingested, read, found
        yield from ((paths.table(name), read, found) for name in names if paths.table(name).exists())


def _content(file: Path) -> object:
    return parquet_bytes(read_arrow(file)) if file.suffix == ".parquet" else read_json(file)


def _kept(paths: Paths, digest: str) -> object:
    files = released.kept(paths, digest)
    if files is None:
        raise Refusal(f"'{paths.released(digest)}' is not whole.")
    assert bundle.digest(files) == digest
    return files


def _silently_wrong(spoiled: bytes, sound: bytes) -> bool:
    """Say whether Parquet's reader alone takes the spoiled file for another content."""
    try:
        return not pq.read_table(pa.BufferReader(spoiled)).equals(pq.read_table(pa.BufferReader(sound)))
    except Exception:  # whatever it says, it did not pass over it in silence
        return False


def copied(paths: Paths, root: Path) -> Paths:
    """Lay a copy of a dataset at ``root``."""
    shutil.copytree(paths.folder, root / "data" / paths.dataset, symlinks=True)
    return Paths(root, paths.dataset)
