"""Which columns of the feature store are still what would come out: a key for every feature on every date.

The key is a digest of all that the values depend on: the feature's declaration, the code of the engine, the
customers asked about, and the events of its sources that could be seen on that date. A record of today therefore
changes the key of no past date, and one entered late changes those from the day on which it became known.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pandas as pd

from features import company
from features.asked import days
from features.events import VERSIONS, Stream
from features.feature import Feature
from features.store import feature_hash
from features.unfold import Records, Tables
from pipeline import digests
from pipeline.paths import ROOT

SAYS_NOTHING = {"cohort", "contract", "dictionary", "dictionary_rules", "evidence", "others", "selected"}
"""Modules of ``features`` that decide no value; a declaration of the catalogue counts for its own feature alone."""

Keys = dict[date, dict[str, str]]


Seen = Mapping[Stream, Sequence[str]]
"""A digest of each stream's events that could be seen on each as-of date, in the order of `dates`."""


def keys(tables: Tables, asked: pd.DataFrame, features: Sequence[Feature], threads: int) -> Keys:
    """Give the key of each feature on each as-of date of ``asked`` (columns customer_id and as_of)."""
    return keyed(seen(tables, dates(asked), features, threads), asked, features)


def dates(asked: pd.DataFrame) -> list[date]:
    """Give the as-of dates that are asked about, the oldest first."""
    return sorted(pd.Timestamp(day).date() for day in asked["as_of"].unique())


def seen(
    tables: Tables, when: Sequence[date], features: Sequence[Feature], threads: int
) -> dict[Stream, list[str]]:
    """Give the digests of the events of ``tables``, for the streams of ``features`` whose tables are there."""
    numbers = days(pd.Series(pd.to_datetime(list(when)))).tolist()
    with Records(tables, threads) as records:
        return {
            stream: records.fingerprints(stream, numbers)
            for stream in streams(features)
            if stream.table.name in tables
        }


def added(some: Sequence[str], others: Sequence[str]) -> list[str]:
    """Give the digests of the records of disjoint customers together: a digest is a count and a sum of hashes."""
    counts = [[int(text.split(":")[0]) for text in part] for part in (some, others)]
    totals = [[int(text.split(":")[1], 16) for text in part] for part in (some, others)]
    return [f"{n + m}:{a + b:x}" for n, m, a, b in zip(*counts, *totals, strict=True)]


def keyed(seen: Seen, asked: pd.DataFrame, features: Sequence[Feature]) -> Keys:
    """Make the keys from the digests of the events and the questions."""
    engine = engine_digest()
    declared = {feature.name: feature_hash(feature) for feature in features}
    read = {feature.name: sources(feature) for feature in features}
    found: Keys = {}
    for place, day in enumerate(dates(asked)):
        mine = asked.loc[asked["as_of"] == pd.Timestamp(day), "customer_id"]
        who = digests.of_bytes("\n".join(sorted(mine.astype(str))).encode())
        found[day] = {
            feature.name: digests.of_names(
                {
                    "declaration": declared[feature.name],
                    "engine": engine,
                    "customers": who,
                    **{stream.name: seen[stream][place] for stream in read[feature.name]},
                }
            )
            for feature in features
        }
    return found


def streams(features: Sequence[Feature]) -> list[Stream]:
    """Give every stream that decides values of ``features``."""
    return sorted({s for feature in features for s in sources(feature)}, key=lambda stream: stream.name)


def sources(feature: Feature) -> tuple[Stream, ...]:
    """Give every stream that decides the feature's values."""
    others = company.streams([feature]) or any(stream.matched for stream in feature.streams)
    return tuple(dict.fromkeys([*feature.streams, *([VERSIONS] if others else [])]))


def engine_digest() -> str:
    """Give one digest for the code that computes features and for DuckDB, which divides and hashes."""
    room = ROOT / "features"
    files = [path for path in room.rglob("*.py") if "catalogue" not in path.relative_to(room).parts]
    code = {
        path.relative_to(room).as_posix(): digests.of_file(path)
        for path in files
        if path.stem not in SAYS_NOTHING
    }
    return digests.of_names({**code, "duckdb": duckdb.__version__})
