"""Which columns of the feature store are still what would come out: a key for every feature on every date.

The key is a digest of all that the values depend on: the feature's declaration, the code of the engine, the
customers asked about, and the events of its sources that could be seen on that date. A record of today therefore
changes the key of no past date, and one entered late changes those from the day on which it became known.
"""

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd

from features import company
from features.events import VERSIONS, Stream
from features.feature import Feature
from features.store import days, feature_hash
from features.unfold import Records, Tables
from pipeline import digests
from pipeline.paths import ROOT

SAYS_NOTHING = {"cohort", "contract", "dictionary", "evidence"}
"""Modules of ``features`` that decide no value; a declaration of the catalogue counts for its own feature alone."""

Keys = dict[date, dict[str, str]]


def keys(tables: Tables, asked: pd.DataFrame, features: Sequence[Feature], threads: int) -> Keys:
    """Give the key of each feature on each as-of date of ``asked`` (columns customer_id and as_of)."""
    by_day = {
        pd.Timestamp(day).date(): asked.loc[asked["as_of"] == day, "customer_id"]
        for day in asked["as_of"].unique()
    }
    dates = sorted(by_day)
    numbers = days(pd.Series(pd.to_datetime(dates))).tolist()
    streams = sorted({s for feature in features for s in sources(feature)}, key=lambda stream: stream.name)
    with Records(tables, threads) as records:
        seen = {
            stream: dict(zip(dates, records.fingerprints(stream, numbers), strict=True)) for stream in streams
        }
    engine = engine_digest()
    found: Keys = {}
    for day in dates:
        who = digests.of_bytes("\n".join(sorted(by_day[day].astype(str))).encode())
        found[day] = {
            feature.name: digests.of_names(
                {
                    "declaration": feature_hash(feature),
                    "engine": engine,
                    "customers": who,
                    **{stream.name: seen[stream][day] for stream in sources(feature)},
                }
            )
            for feature in features
        }
    return found


def sources(feature: Feature) -> tuple[Stream, ...]:
    """Give every stream that decides the feature's values."""
    others = company.streams([feature]) or any(stream.matched for stream in feature.streams)
    return tuple(dict.fromkeys([*feature.streams, *([VERSIONS] if others else [])]))


def engine_digest() -> str:
    """Give one digest for the code that computes features and for DuckDB, which divides and hashes."""
    files = sorted((ROOT / "features").glob("*.py"))
    code = {path.name: digests.of_file(path) for path in files if path.stem not in SAYS_NOTHING}
    return digests.of_names({**code, "duckdb": duckdb.__version__})
