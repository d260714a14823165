"""Whether purchases that move to a rival are seen before the customer leaves, and the rival named.

The frame `features.switches` is asked at the end of every month, from half a year of records on, of simulated
The frame `features.switches` is asked at the end of every month, from half a year of records on, of made-up
before, and whose imports stand in customs records; a leaver counts whose last purchase lies at least 270 days
after the records begin, half a year and the horizon of a warning. It is found if a switch is told on an as-of date
from the first trial order of its moves (the onset, where there was none) to its last purchase; the lead is from the
first such date, and the rival named is the one with the most evidence on it. A customer without any planted move,
before or after, is one that does not move: a switch told of it is a false alarm. Some of these did begin to buy
more of a rival, for their own growth.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from benchmarks.outside.companies import Company, with_rivals
from benchmarks.results import Figure, at_least, told
from features.past import frames_on
from pipeline import wallet
from pipeline.params import Params

DAYS = 1096
"""Days of records of a company."""
FIRST, COUNTED = 180, 270
"""Days of records before the first as-of date, and before the last purchase of a leaver that counts."""
RECALL, LEAD, RIGHT = 0.75, 60, 0.85
RESAMPLES = 500


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give recall, lead, the share of rivals named right, and the false alarms, the companies pooled."""
    parts = [_company(with_rivals(seed, days=DAYS)) for seed in seeds]
    leavers, months, alarms, moves = (pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))
    counted = leavers[leavers["recorded"]]
    found = counted[counted["found_on"].notna()]
    lead = (found["left_on"] - found["found_on"]).dt.days
    low, high = _interval(counted)
    yield told("substitution: leavers that moved to a rival", len(leavers))
    yield told("substitution: share of them without customs records", 1 - leavers["recorded"].mean())
    yield at_least("substitution: found before leaving, recall", len(found) / len(counted), RECALL)
    yield told("substitution: recall, low end of 95%", low)
    yield told("substitution: recall, high end of 95%", high)
    yield at_least("substitution: median lead, days", float(lead.median()), LEAD)
    yield told("substitution: found at least 60 days before leaving", (lead >= LEAD).sum() / len(counted))
    yield at_least("substitution: right rival named", (found["named"] == found["rival"]).mean(), RIGHT)
    yield told("substitution: passing moves seen while they lasted", moves["seen"].mean())
    yield told("substitution: customers that do not move, told of a month, share", months["told"].mean())
    yield told("substitution: new false alarms a month and 100 such customers", 100 * months["new"].mean())
    yield told("substitution: share of new alarms on customers that move", alarms["moves"].mean())


def _interval(counted: pd.DataFrame) -> tuple[float, float]:
    """Give the 95% interval of recall, by bootstrap over leavers."""
    rng = np.random.default_rng(0)
    hit = counted["found_on"].notna().to_numpy(np.float64)
    means = rng.choice(hit, (RESAMPLES, len(hit))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _company(company: Company) -> tuple[pd.DataFrame, ...]:
    """Give the leavers, the customer-months of those that do not move, new alarms, and passing moves."""
    imports, params = company.tables["imports"], Params()
    begin, end = (company.records["trade"]["ordered_at"].agg(edge) for edge in ("min", "max"))
    dates = pd.date_range(begin + pd.Timedelta(days=FIRST), end, freq="ME").normalize()
    turn = wallet.turn(params)
    known = (frames_on({"imports": imports}, day.date())["imports"] for day in dates)
    rows = pd.concat(
        [wallet.switches(rows, day, turn) for rows, day in zip(known, dates, strict=True)], ignore_index=True
    )
    # Of each customer and date the rival with the most evidence, of equal ones that with more at stake.
    stake = rows.groupby(["customer_id", "as_of", "rival"], as_index=False).agg(
        strength=("strength", "max"), value=("value", "sum")
    )
    named = stake.sort_values(["as_of", "customer_id", "strength", "value"]).drop_duplicates(
        ["as_of", "customer_id"], keep="last"
    )
    moves = company.truth["moves"]
    recorded = set(imports["customer_id"].to_pylist())
    return (
        _leavers(company, moves, named, recorded, begin),
        _months(recorded - set(moves["customer_id"]), named, dates),
        _new(named, dates).assign(moves=lambda some: some["customer_id"].isin(moves["customer_id"])),
        _passing(moves[~moves["leaving"] & moves["customer_id"].isin(recorded)], rows, dates),
    )


def _leavers(
    company: Company, moves: pd.DataFrame, named: pd.DataFrame, recorded: set[str], begin: pd.Timestamp
) -> pd.DataFrame:
    """Give the leavers that count: rival, left_on, recorded, found_on (missing: not found) and the rival named."""
    left = company.truth["leavers"].set_index("customer_id")["last_purchase_on"]
    mine = moves[moves["leaving"] & (moves["cause"] == "competitor")]
    mine = mine.assign(left_on=mine["customer_id"].map(left), since=mine["trial_on"].fillna(mine["onset_on"]))
    mine = mine[mine["left_on"] >= begin + pd.Timedelta(days=COUNTED)]
    told_of = (
        mine.groupby("customer_id")
        .agg(rival=("rival", "first"), left_on=("left_on", "first"), since=("since", "min"))
        .reset_index()
    )
    seen = told_of.merge(named[["customer_id", "as_of", "rival"]], on="customer_id", suffixes=("", "_told"))
    seen = seen[(seen["as_of"] >= seen["since"]) & (seen["as_of"] <= seen["left_on"])]
    first = seen.sort_values("as_of").drop_duplicates("customer_id").set_index("customer_id")
    return told_of.assign(
        recorded=told_of["customer_id"].isin(recorded),
        found_on=told_of["customer_id"].map(first["as_of"]),
        named=told_of["customer_id"].map(first["rival_told"]),
    )


def _months(still: set[str], named: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Give one row a customer that does not move and as-of date: whether a switch is told, and newly so."""
    grid = pd.MultiIndex.from_product([sorted(still), dates], names=["customer_id", "as_of"])
    told_of = grid.isin(pd.MultiIndex.from_frame(named[["customer_id", "as_of"]]))
    new = grid.isin(pd.MultiIndex.from_frame(_new(named, dates)))
    return pd.DataFrame({"told": told_of, "new": new})


def _new(named: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Give the as-of dates on which a customer is told of that was not on the date before."""
    place = pd.Series(np.arange(len(dates)), dates)
    rows = named[["customer_id", "as_of"]].sort_values(["customer_id", "as_of"])
    at = rows["as_of"].map(place)
    return rows[at.groupby(rows["customer_id"]).diff() != 1].reset_index(drop=True)


def _passing(moves: pd.DataFrame, rows: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Say of each customer's move that passes whether its rival was told of while it lasted."""
    mine = (
        moves.groupby(["customer_id", "rival"])
        .agg(since=("onset_on", "min"), until=("over_on", "max"))
        .reset_index()
    )
    mine = mine[(mine["since"] >= dates[0]) & mine["until"].notna()]
    seen = mine.merge(rows[["customer_id", "rival", "as_of"]], on=["customer_id", "rival"])
    seen = seen[(seen["as_of"] >= seen["since"]) & (seen["as_of"] <= seen["until"])]
    keys = ["customer_id", "rival"]
    hit = pd.MultiIndex.from_frame(mine[keys]).isin(pd.MultiIndex.from_frame(seen[keys].drop_duplicates()))
    return pd.DataFrame({"seen": hit})
