"""Are order rhythms named right? Part of ``make bench-actions``.

In each company every kind is planted equally often (``benchmarks.actions.rhythms``: what is planted, how strong,
and why), among customers that order two or three times a week, and named on one day, ``DELAYS`` after the onset
of a decline; pauses and quiets after stocking up while they last. Named right is the mean over the seven kinds of
the share that got its own name, all companies and delays together. Two or three orders a week are what it takes:
told besides, and not judged, is the same of customers that order once a week and every two to three weeks (the
simulator's usual cadence), and 60 and 90 days after the onset; and how often the weekly and the seldom ones are
told as declining at all.

The dormant are the simulator's own (``benchmarks.actions.dormant``), named while they are shut for the second
time or later. Judged are those from whom nothing takes orders but the pause: neither a cause nor a downturn in
the 300 days before.
"""

import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from actions.patterns import named
from benchmarks.actions.dormant import paused
from benchmarks.actions.rhythms import DECLINES, DELAYS, KINDS, planted
from benchmarks.results import Figure, at_least, at_most, show, told
from pipeline.progress import counted

SEEDS = (9301, 9302, 9303, 9304, 9305)
CUSTOMERS, DORMANT_CUSTOMERS, MANY = 700, 2000, 10_000
OFTEN, WEEKLY, SELDOM = 2.5, 7.0, 17.0
"""Median days between orders; a customer's own lie between two fifths and two and a half times as many."""
EARLY = (60, 90)
SURE = 0.8
"""Confidence whose keeping is told by itself."""
DORMANT, NAMED = 0.03, 0.85


def answers(seed: int, cadence: float, delays: tuple[int, ...], customers: int = CUSTOMERS) -> pd.DataFrame:
    """Plant and name; one row a customer: kind, delay, pattern, confidence, and ``off``, days from the true
    onset."""
    made = planted(seed, customers, cadence, delays)
    rows = made.truth.merge(
        named(made.purchases, made.as_of).rename(columns={"onset_on": "said_on"}), on="customer_id"
    )
    return rows.assign(off=(rows["said_on"] - rows["onset_on"]).dt.days.abs())


def right(rows: pd.DataFrame, kinds: tuple[str, ...] = KINDS) -> float:
    """Give the mean over the kinds of the share that got its own name."""
    good = (rows["kind"] == rows["pattern"]).groupby(rows["kind"]).mean()
    return float(good.reindex(list(kinds)).mean())


def calibration(rows: pd.DataFrame) -> float:
    """Give the mean distance of confidence from the share that is right, over tenths of the confidence."""
    good = (rows["kind"] == rows["pattern"]).astype(float)
    tenth = np.minimum((rows["confidence"] * 10).astype(int), 9)
    bins = pd.DataFrame({"sure": rows["confidence"], "good": good}).groupby(tenth).agg(["sum"])
    return float((bins["sure"] - bins["good"]).abs().to_numpy().sum() / len(rows))


def confusion(rows: pd.DataFrame) -> pd.DataFrame:
    """Count planted kinds (rows) by what they were called."""
    counts = pd.crosstab(rows["kind"], rows["pattern"])
    return counts.reindex(index=list(KINDS), columns=list(KINDS), fill_value=0)


def declining(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the share of declines called one of the declines, and of the others that were too."""
    said, is_one = rows["pattern"].isin(DECLINES), rows["kind"].isin(DECLINES)
    return float(said[is_one].mean()), float(said[~is_one].mean())


def seconds(seed: int) -> float:
    """Give the seconds for many customers of the simulator's usual cadence, compiled code at hand."""
    made = planted(seed, MANY, SELDOM)
    some = made.purchases[made.purchases["customer_id"] < "C00100"]
    named(some, made.as_of)
    begun = time.perf_counter()
    named(made.purchases, made.as_of)
    return time.perf_counter() - begun


def figures(seeds: tuple[int, ...] = SEEDS, *, shown: bool = False) -> Iterator[Figure]:
    """Measure: planted rhythms named right, the dormant called declining, and what goes with them.

    ``shown`` prints the confusion matrices besides.
    """
    asked = {
        "often": (OFTEN, DELAYS),
        "often, early": (OFTEN, EARLY),
        "weekly": (WEEKLY, DELAYS),
        "seldom": (SELDOM, DELAYS),
    }
    rows: dict[str, pd.DataFrame] = {}
    with counted("naming rhythms", len(seeds) * (len(asked) + 1)) as step:
        for name, (cadence, delays) in asked.items():
            parts = []
            for seed in seeds:
                parts.append(answers(seed, cadence, delays))
                step()
            rows[name] = pd.concat(parts, ignore_index=True)
        dormant = []
        for seed in seeds:
            dormant.append(paused(seed, DORMANT_CUSTOMERS))
            step()
    often = rows["often"]
    yield at_least("patterns: planted, named right (mean of seven kinds)", right(often), NAMED)
    for kind in KINDS:
        yield told(f"patterns: {kind} named right", right(often, (kind,)))
    for delay in DELAYS:
        yield told(
            f"patterns: declines named right, {delay} days", right(often[often["delay"] == delay], DECLINES)
        )
    early = rows["often, early"]
    for delay in EARLY:
        yield told(
            f"patterns: declines named right, {delay} days", right(early[early["delay"] == delay], DECLINES)
        )
    good = often[(often["kind"] == often["pattern"]) & often["kind"].isin(DECLINES)]
    yield told("patterns: median error of the onset of a decline, days", float(good["off"].median()))
    sure = often[often["confidence"] >= SURE]
    yield told(f"patterns: said with {SURE} or more", len(sure) / len(often))
    yield told("patterns: mean confidence of these", float(sure["confidence"].mean()))
    yield told("patterns: right of these", float((sure["kind"] == sure["pattern"]).mean()))
    for name in ("often", "weekly", "seldom"):
        yield told(f"patterns: calibration error of confidence, ordering {name}", calibration(rows[name]))
    for name in ("weekly", "seldom"):
        yield told(f"patterns: named right, ordering {name}", right(rows[name]))
        found, false = declining(rows[name])
        yield told(f"patterns: declines called declining, ordering {name}", found)
        yield told(f"patterns: others called declining, ordering {name}", false)
    shut = pd.concat(dormant, ignore_index=True)
    known = shut[shut["before"] > 0]
    called = known["pattern"].isin(DECLINES)
    yield at_most(
        "patterns: dormant season called a decline", float(called[~known["pressed"]].mean()), DORMANT
    )
    yield told("patterns: dormant customers asked about", float((~known["pressed"]).sum()))
    yield told("patterns: the same, pressed by a cause or a downturn", float(called[known["pressed"]].mean()))
    first = shut[(shut["before"] == 0) & ~shut["pressed"]]
    yield told(
        "patterns: the same, in the first pause on record", float(first["pattern"].isin(DECLINES).mean())
    )
    yield told(f"patterns: seconds for {MANY:,} customers", seconds(seeds[0]))
    if shown:
        for name in ("often", "weekly", "seldom"):
            print(f"\nordering {name}\n{confusion(rows[name]).to_string()}", file=sys.stderr)


if __name__ == "__main__":
    named_seeds = tuple(int(word) for word in sys.argv[1:]) or SEEDS
    sys.exit(show("actions, patterns", list(figures(named_seeds, shown=True))))
