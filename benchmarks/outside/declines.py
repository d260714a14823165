"""The parts of a customer's change against those that the simulator planted: market, region, competitor, customer.

Companies with rivals, an index, and industry shocks, tariffs and lockdowns, asked on the last four half years.

- *Planted*: the truth ``parts`` are logarithms of what each layer leaves of a customer's expected purchases in a
  month. Over a window they are added up in the same order as the simulator's (mean levels, each month by its days),
  and their differences between the windows are taken apart by the same logarithmic mean index.
- *Counted* are customers that bought in the window before, and of them, for each part, those of whom it moved: its
  planted logarithm by more than ``MOVED``. Rivals' and customers' own parts are counted where customs records tell
  our share; without them the one stands in the other. Market and region are counted of those that still buy: of a
  change to nothing the index gives all to what became nothing.
- *Correlation* is that of the part found with the part planted, both over the mean of the sales of both windows, so
  that customers of any size count alike. What is found comes from the orders that were made, by chance and in whole
  orders; what is planted is what was to be expected. ``customer`` has all of that chance.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.outside import companies
from benchmarks.results import Figure, at_least, at_most, told
from features import lmdi
from features.declines import PARTS, YEAR, Terms, declines

SHOCKS = {"industry_shocks": 0.15, "tariffs": 1.0, "lockdowns": 0.15}
"""A year: of an industry, of all, of a region."""
DATES = tuple(date.fromisoformat(day) for day in ("2023-06-30", "2023-12-31", "2024-06-30", "2024-12-31"))
DAYS = (180, 90)
"""Lengths of the window; the first is judged."""
ORDER = ("customer", "market", "region", "competitor")
"""In which the simulator lays its layers on one another."""
MOVED = 0.2


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    found = {days: [] for days in DAYS}
    for seed in seeds:
        company = companies.with_rivals(seed, **SHOCKS)
        for days in DAYS:
            found[days] += [_of_day(company, day, days) for day in DATES]
    rows = {days: pd.concat(each, ignore_index=True) for days, each in found.items()}
    first, *others = DAYS
    left = max(float(each["left"].max()) for each in rows.values())
    yield at_most("parts: what is left over, of the larger sales of a window", left, 1e-9)
    for name in PARTS:
        yield at_least(
            f"part {name}, {first} days: correlation with the planted", *_correlation(rows[first], name), 0.8
        )
    for days in others:
        for name in PARTS:
            yield told(
                f"part {name}, {days} days: correlation with the planted", *_correlation(rows[days], name)
            )
    for name in PARTS:
        yield told(
            f"part {name}, {first} days: customers and dates of whom it moved",
            len(_counted(rows[first], name)),
        )
        every = rows[first]
        yield told(
            "  the same over everybody, moved or not", float(every[name].corr(every[f"planted_{name}"]))
        )
    whole = rows[first]
    yield told(
        "the most that one change for all of an industry and date can reach, part market",
        _ceiling(whole, ["industry"], "market"),
    )
    yield told(
        "  of a region and date, part region",
        _ceiling(whole, ["region_name"], "region"),
    )
    yield told("customers with a wallet known, share", float(whole["wallet_known"].mean()))


def _of_day(company: companies.Company, day: date, days: int) -> pd.DataFrame:
    rows = declines(company.tables, day, Terms(days=days))
    rows = rows[rows["before"] > 0].reset_index(drop=True)
    back = YEAR if rows["against"].eq("year").all() else days
    now, past = (
        _levels(company.truth["parts"], pd.Timestamp(day) - pd.Timedelta(days=ago), days) for ago in (0, back)
    )
    moved = (now - past).reindex(rows["customer_id"]).reset_index(drop=True)
    after = np.exp(moved.sum(axis=1, skipna=False).to_numpy())
    weight = lmdi.mean(np.nan_to_num(after), np.ones(len(after))) / ((1 + after) / 2)
    size = (rows["before"] + rows["now"]) / 2
    most = np.maximum(rows["before"], rows["now"])
    return pd.DataFrame(
        {
            **{name: rows[name] / size for name in PARTS},
            **{f"planted_{name}": weight * moved[name] for name in PARTS},
            **{f"moved_{name}": moved[name] for name in PARTS},
            "left": (rows[list(PARTS)].sum(axis=1) - rows["change"]).abs() / most,
            **{name: rows[name] for name in ("industry", "region_name", "wallet_known")},
            "buys": rows["now"] > 0,
            "of": f"{company.seed} {day}",
        }
    ).dropna(subset=["planted_customer"])


def _levels(parts: pd.DataFrame, until: pd.Timestamp, days: int) -> pd.DataFrame:
    """Give each layer's logarithm over a window that ends with ``until``, by customer."""
    months = (
        pd.date_range(until - pd.Timedelta(days=days - 1), until).to_period("M").to_timestamp().value_counts()
    )
    rows = parts[parts["month_on"].isin(months.index)]
    weight, who = rows["month_on"].map(months).to_numpy(float), rows["customer_id"]
    before = pd.Series(weight, rows.index).groupby(who).sum()
    level, found = weight, {}
    for name in ORDER:
        level = level * np.exp(rows[name].to_numpy())
        after = pd.Series(level, rows.index).groupby(who).sum()
        found[name], before = np.log(after / before), after
    return pd.DataFrame(found)


def _counted(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    there = rows["wallet_known"] if name in ("competitor", "customer") else rows["buys"]
    return rows[(rows[f"moved_{name}"].abs() > MOVED) & there]


def _correlation(rows: pd.DataFrame, name: str) -> tuple[float]:
    mine = _counted(rows, name)
    return (float(mine[name].corr(mine[f"planted_{name}"])),)


def _ceiling(rows: pd.DataFrame, by: list[str], name: str) -> float:
    whole = rows.groupby(["of", *by])[f"planted_{name}"].transform("mean")
    mine = _counted(rows, name)
    return float(whole[mine.index].corr(mine[f"planted_{name}"]))
