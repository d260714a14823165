"""Customs records and index known 45 days late: the future still changes no feature, byte by byte.

A record of either table is known 45 days after it happened (a month after it is over). Then everything that
happened or became known after the as-of date is changed, deleted, added to, back-dated, corrected and withdrawn,
in every table; the features on the date must stay the same bytes. That the proof can fail is shown beside it: where
the day on which a record became known is forgotten, the same changes are seen.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.futures import other_future
from benchmarks.outside import companies
from benchmarks.outside.companies import OUTSIDE
from benchmarks.results import Figure, at_least, equal, told
from features import store
from features.catalogue import CATALOGUE
from features.feature import Feature
from pipeline.frames import to_arrow
from pipeline.progress import counted

AS_OF = pd.Timestamp("2022-06-15")
LATE = pd.Timedelta(days=45)
CUSTOMERS, DAYS, WORLDS = 80, 790, 2
"""Customers of a company, days of records, and other futures that each company is held against."""
Frames = dict[str, pd.DataFrame]


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Count the features that any other future changes, over all companies."""
    differ, forgetful, worlds = set(), 0, 0
    with counted("lags", len(seeds)) as step:
        for seed in seeds:
            frames = late(companies.with_rivals(seed, customers=CUSTOMERS, days=DAYS).records)
            here = features(frames)
            for number in range(WORLDS):
                other = others(frames, [seed, number])
                differ |= set(differing(here, features(other)))
                worlds += 1
            forgetful += bool(differing(features(forgotten(frames)), features(forgotten(other))))
            step()
    outside = [feature for feature in CATALOGUE if feature.source in OUTSIDE]
    yield told("lags: other futures tried", worlds)
    yield told("lags: features of the outside sources among those compared", len(outside))
    yield equal("lags: features that a later record changes, of all", len(differ), 0)
    yield at_least("lags: companies where forgetting the lag is noticed", forgetful / len(seeds), 1.0)


def late(records: Mapping[str, pd.DataFrame]) -> Frames:
    """Give the records with every one of the outside tables known 45 days after it happened."""
    imports, market = records["imports"], records["market"]
    published = month_end(market).where(market["index"].notna(), market["event_on"])
    return {
        **records,
        "imports": imports.assign(known_at=imports["shipped_on"].astype("datetime64[us]") + LATE),
        "market": market.assign(known_at=published.astype("datetime64[us]") + LATE),
    }


def others(frames: Frames, seed: Sequence[int]) -> Frames:
    """Give the same past with another future."""
    rng = np.random.default_rng(seed)
    return {name: other_future(name, frame, AS_OF, rng) for name, frame in frames.items()}


def forgotten(frames: Frames) -> Frames:
    """Give the records without the day on which those from outside became known."""
    return {
        name: frame.drop(columns="known_at") if name in OUTSIDE else frame for name, frame in frames.items()
    }


def features(frames: Frames, catalogue: Sequence[Feature] = CATALOGUE) -> pd.DataFrame:
    """Give every feature of every customer on the as-of date."""
    tables = {name: to_arrow(frame) for name, frame in frames.items()}
    asked = pd.DataFrame({"customer_id": sorted(frames["customers"]["customer_id"].unique()), "as_of": AS_OF})
    return store.compute(tables, asked, catalogue)


def differing(here: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    """Name the features whose bytes are not the same; ``there`` may have customers that are new."""
    there = here[["customer_id"]].merge(there, on="customer_id", how="left", validate="one_to_one")
    names = here.columns.drop(["customer_id", "as_of"])
    return [name for name in names if here[name].to_numpy().tobytes() != there[name].to_numpy().tobytes()]
