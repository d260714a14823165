"""`make bench-causes`: is the named cause the right one? Ten new simulated companies, whose causes are known.

A leaver counts once, by the share of its alerts (``benchmarks.alerts``) that were right, and shares are means over
the six planted causes. The first and the last alert of each are told beside. Beside the product stand what matters
most in the company, named for everybody (mean size of the contributions); the rule "largest standardised change",
the cause of the feature that lies furthest from the mean of the date's customers, in their standard deviations, on
the side that the catalogue calls a risk; and the best possible reader of the same features (``benchmarks.naming``).
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks import additive, explaining, planted
from benchmarks.alerts import CAUSED, Company, blamed, caught, explained_in, mended, onset_error
from benchmarks.cases import CUSTOMERS
from benchmarks.naming import FURTHEST, GLOBAL, PRODUCT, READS, orders, read
from benchmarks.results import Figure, at_least, at_most, publish, show, told
from models.families import FAMILIES
from models.intervals import Interval
from models.shares import shares
from pipeline import serving
from pipeline.progress import counted

SEEDS = range(9101, 9111)
"""New to the code: those of ``benchmarks.cases`` were scored before it was settled when no cause is named."""
TOP = 3


def right(alerts: pd.DataFrame, order: np.ndarray, most: int) -> Interval:
    """Give the share of leavers whose cause is among the first ``most`` of ``order``, a mean over the causes."""
    hit = (order[:, :most] == alerts["cause"].to_numpy()[:, None]).any(axis=1)
    size = alerts.groupby("cause")["weight"].sum()
    weight = alerts["weight"] / alerts["cause"].map(size)
    return shares({"": (hit * weight, weight)}, alerts["who"])[""]


def only(alerts: pd.DataFrame, order: np.ndarray, keep: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the first or the last alert of each leaver, with its order of causes."""
    chosen = ~alerts["who"].duplicated(keep=keep).to_numpy()  # type: ignore[arg-type]
    return alerts[chosen].assign(weight=1.0), order[chosen]


def both(alerts: pd.DataFrame, order: np.ndarray) -> Interval:
    """Give the share of leavers with two causes of whom both are among the first three."""
    two = alerts["second_cause"].isin(CAUSED).to_numpy()
    some, said = alerts[two], order[two, :TOP]
    first, second = (
        (said == some[name].to_numpy()[:, None]).any(axis=1) for name in ("cause", "second_cause")
    )
    return shares({"": ((first & second) * some["weight"], some["weight"])}, some["who"])[""]


@dataclass(frozen=True)
class Pooled:
    """All companies together for one family: alerts of leavers with a cause, and what named it in which order."""

    alerts: pd.DataFrame
    order: Mapping[str, np.ndarray]
    blamed: np.ndarray


def pooled(companies: Sequence[Company], family: str | None, readers: bool) -> Pooled:
    """Pool one family's explanations, or with None those of each company's champion."""
    alerts, order, wrong = [], [], []
    for number, company in enumerate(companies):
        mine = family or company.champion
        some = caught(company, mine)
        some = some[some["cause"].isin(CAUSED)].reset_index(drop=True)
        rows = some["row"].to_numpy()
        alerts.append(
            some.assign(who=f"{number} " + some["customer_id"], onset_error=onset_error(company, some))
        )
        order.append(orders(company, mine, rows))
        wrong.append(blamed(company, mine))
    told = {name: np.concatenate([one[name] for one in order]) for name in (PRODUCT, GLOBAL, FURTHEST)}
    if readers:
        told[READS] = np.concatenate(read(companies, [some["row"].to_numpy() for some in alerts]))
    return Pooled(pd.concat(alerts, ignore_index=True), told, np.concatenate(wrong))


def figures(companies: Sequence[Company], falls: Sequence[tuple[np.ndarray, np.ndarray]]) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    found = pooled(companies, None, readers=len(companies) > 1)
    alerts, by = found.alerts, found.order
    top = {name: right(alerts, order, 1) for name, order in by.items()}
    three = {name: right(alerts, order, TOP) for name, order in by.items()}
    better = max(top[GLOBAL].value, top[FURTHEST].value)
    yield told("leavers with a cause that the champions caught", alerts["who"].nunique())
    for name, here, bar in (("leading cause named", top, 0.75), ("leading cause among three", three, 0.92)):
        yield at_least(f"champion: {name}", here[PRODUCT].value, bar)
        yield told("  its interval, lower end", here[PRODUCT].low)
        yield told("  its interval, upper end", here[PRODUCT].high)
        for other in (READS, GLOBAL, FURTHEST):
            if other in here:
                yield told(f"  {other}", here[other].value)
    yield at_least(
        "champion: leading cause named, more than the better rule", top[PRODUCT].value - better, 0.15
    )
    yield at_most(
        "leavers without a sign: one cause above half of the push", float(found.blamed.mean()), 0.20
    )
    yield told("  of so many", len(found.blamed))
    yield at_least("two causes: both among three", both(alerts, by[PRODUCT]).value, 0.70)
    if READS in by:
        yield told(f"  {READS}", both(alerts, by[READS]).value)
    for keep in ("first", "last"):
        for name in (PRODUCT, READS):
            if name in by:
                some = only(alerts, by[name], keep)
                yield told(f"{keep} alert, {name}: leading cause named", right(*some, 1).value)
                yield told(f"{keep} alert, {name}: leading cause among three", right(*some, TOP).value)
    for cause in CAUSED:
        mine = (alerts["cause"] == cause).to_numpy()
        for name in (PRODUCT, READS):
            if name in by:
                yield told(f"{cause}, {name}: named", right(alerts[mine], by[name][mine], 1).value)
    for family in FAMILIES:
        other = pooled(companies, family, readers=False)
        yield told(f"{family}: leading cause named", right(other.alerts, other.order[PRODUCT], 1).value)
        yield told(
            f"{family}: leading cause among three", right(other.alerts, other.order[PRODUCT], TOP).value
        )
        yield told(f"{family}: one cause blamed without a sign", float(other.blamed.mean()))
    yield told(
        "days between the onset told and the planted one, median", float(alerts["onset_error"].median())
    )
    fall, named = (np.concatenate(parts) for parts in zip(*falls, strict=True))
    mine = fall[np.arange(len(fall)), named]
    others = (fall.sum(axis=1) - mine) / (fall.shape[1] - 1)
    yield told("mending the named cause: mean fall of the probability", float(mine.mean()))
    yield told("mending another: mean fall of the probability", float(others.mean()))
    yield told("mending the named cause lowers it", float((mine > 0).mean()))
    yield told(
        "mending the named cause lowers it more than another on average", float((mine > others).mean())
    )


def mending(made: planted.Made, company: Company) -> tuple[np.ndarray, np.ndarray]:
    """Give what mending does to the champion's alerts of a company, and the place of the cause that it named."""
    rows = caught(company, company.champion)["row"].to_numpy()
    said = company.explained[company.champion]["top_cause"].to_numpy()[rows]
    rows, said = rows[said != "none"], said[said != "none"]
    return mended(made, company, rows), np.array([serving.CAUSES.index(name) for name in said], np.int64)


def named(seeds: Sequence[int], customers: int) -> Iterator[Figure]:
    """Make every company, or find it made, and score what is named in it."""
    companies, falls = [], []
    with counted("causes", len(seeds)) as step:
        for seed in seeds:
            made = planted.made(seed, customers)
            companies.append(explained_in(made))
            falls.append(mending(made, companies[-1]))
            step()
    yield from figures(companies, falls)


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.causes", description=__doc__)
    room.add_argument("--only", choices=("named", "additive", "speed"), help="one part; writes no result")
    room.add_argument(
        "--seeds", metavar="SEED,...", help="other companies, and nothing else; writes no result"
    )
    room.add_argument("--customers", type=int, default=CUSTOMERS, help="customers of a company")
    asked = room.parse_args()
    if asked.seeds:
        return show(
            "causes, other companies", list(named(list(map(int, asked.seeds.split(","))), asked.customers))
        )
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "named": lambda: named(SEEDS, asked.customers),
        "additive": additive.figures,
        "speed": explaining.figures,
    }
    if asked.only:
        return show(f"causes, {asked.only}", list(parts[asked.only]()))
    return publish("causes", [figure for part in parts.values() for figure in part()])


if __name__ == "__main__":
    sys.exit(main())
