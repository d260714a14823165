"""Customs records and index known 45 days late: the future still changes no feature and no frame, byte by byte.

A record of either table is known 45 days after it happened (a month after it is over). Then everything that
happened or became known after the as-of date is changed, deleted, added to, back-dated, corrected and withdrawn,
in every table; what is computed as of the date must stay the same bytes: every feature, shares of wallet, switches,
the parts of declines, and the levels of industries and regions. That the proof can fail is shown beside it: where
the day on which a record became known is forgotten, the same changes are seen.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.futures import month_end, other_future
from benchmarks.outside import companies
from benchmarks.outside.companies import OUTSIDE
from benchmarks.results import Figure, at_least, equal, told
from features import declines, store
from features.catalogue import CATALOGUE
from pipeline import wallet
from pipeline.frames import parquet_bytes, to_arrow
from pipeline.params import Params
from pipeline.progress import counted

AS_OF = pd.Timestamp("2022-06-15")
LATE = pd.Timedelta(days=45)
CUSTOMERS, DAYS, WORLDS = 80, 790, 2
"""Customers of a company, days of records, and other futures that each company is held against."""
Frames = dict[str, pd.DataFrame]


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Count what any other future changes, over all companies."""
    differ: set[str] = set()
    noticed, worlds, compared = 0, 0, 0
    with counted("lags", len(seeds)) as step:
        for seed in seeds:
            frames = late(companies.with_rivals(seed, customers=CUSTOMERS, days=DAYS).records)
            customers = sorted(frames["customers"]["customer_id"].unique())
            here = computed(frames, customers)
            for number in range(WORLDS):
                other = another(frames, [seed, number])
                differ |= differing(here, computed(other, customers))
                worlds += 1
            compared = max(compared, len(here))
            noticed += bool(differing(*(computed(forgotten(world), customers) for world in (frames, other))))
            step()
    outside = [feature for feature in CATALOGUE if feature.source in OUTSIDE]
    yield told("lags: other futures tried", worlds)
    yield told("lags: features and frames compared", compared)
    yield told("lags: features of the outside sources among them", len(outside))
    yield equal("lags: features and frames that a later record changes", len(differ), 0)
    yield at_least("lags: companies where forgetting the lag is noticed, share", noticed / len(seeds), 1.0)


def late(records: Mapping[str, pd.DataFrame]) -> Frames:
    """Give the records with every one of the outside tables known 45 days after it happened."""
    imports, market = records["imports"], records["market"]
    published = month_end(market).where(market["index"].notna(), market["event_on"])
    return {
        **records,
        "imports": imports.assign(known_at=imports["shipped_on"].astype("datetime64[us]") + LATE),
        "market": market.assign(known_at=published.astype("datetime64[us]") + LATE),
    }


def another(frames: Frames, seed: Sequence[int]) -> Frames:
    """Give the same past with another future."""
    rng = np.random.default_rng(seed)
    return {name: other_future(name, frame, AS_OF, rng) for name, frame in frames.items()}


def forgotten(frames: Frames) -> Frames:
    """Give the records without the day on which those from outside became known."""
    return {
        name: frame.drop(columns="known_at") if name in OUTSIDE else frame for name, frame in frames.items()
    }


def computed(frames: Frames, customers: Sequence[str]) -> dict[str, bytes]:
    """Give the bytes of what is computed as of the date: a column a feature of the ``customers``, and frames."""
    tables = {name: to_arrow(frame) for name, frame in frames.items()}
    asked = pd.DataFrame({"customer_id": customers, "as_of": AS_OF})
    features = store.compute(tables, asked, CATALOGUE).drop(columns=["customer_id", "as_of"])
    shares = wallet.of_records(Params(), tables["imports"], AS_OF.date())
    parts = {
        "wallet": shares.wallet,
        "switches": shares.switches,
        "declines": declines.declines(tables, AS_OF.date()),
        "levels": declines.levels(tables, AS_OF.date()),
    }
    return {name: features[name].to_numpy().tobytes() for name in features} | {
        name: parquet_bytes(part) for name, part in parts.items()
    }


def differing(here: Mapping[str, bytes], there: Mapping[str, bytes]) -> set[str]:
    """Name what is not the same to the byte."""
    return {name for name in here if here[name] != there.get(name)}
