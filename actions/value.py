"""What is a customer worth to the company? A value of 0 to 100, and its place beside the risk.

Four parts, each scored 0 to 100 by the customer's place among the customers of the day, so that one huge account
moves nobody else's score: revenue of the last year, margin of the last year, days as a customer, and growth.
The value is their weighted mean; the weights of parts that are not known go to the others.

**Growth** is the log of this year's revenue over last year's, each with a tenth of the median yearly revenue
added, so that going from 10 to 30 in a company of 10,000s is no growth. A customer of less than two years is
asked about its last half-year against the one before; of less than a year, about nothing. Each of the two
questions is centred on its median of the day, so that a season or a good year of the whole company is nobody's
growth.

**In sight.** A small customer that grows fast has a low value by construction. It is marked ``in_sight`` where
its growth scores at least ``Settings.rising`` and its value lies below ``Settings.high``; the list of plans
keeps a share of its hours for those so marked (``actions.priority``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

PARTS = ("revenue", "margin", "tenure", "growth")
QUADRANTS = ("keep", "grow", "watch", "serve")
TWO_YEARS, ONE_YEAR = 730, 360
"""Days as a customer from which a year is held against the year before, and a half-year against the one before."""
MOST_FALLEN = 3.0
"""Times this year's margin that is at stake at most: a customer that bought next to nothing this year, and much
before, is another customer now."""
SMALL = 0.1
"""Of the median yearly revenue: what is added to both sides of a growth."""


@dataclass(frozen=True)
class Settings:
    """``weights`` by part, at least 0, not all 0; a value of at least ``high`` is high, a probability to leave
    of at least ``risky`` is a high risk."""

    weights: Mapping[str, float] = field(
        default_factory=lambda: {"revenue": 40.0, "margin": 30.0, "tenure": 20.0, "growth": 10.0}
    )
    high: float = 50.0
    risky: float = 0.30
    rising: float = 80.0

    def __post_init__(self) -> None:
        if (
            set(self.weights) != set(PARTS)
            or min(self.weights.values()) < 0
            or not sum(self.weights.values())
        ):
            raise ValueError(
                f"Found the weights {dict(self.weights)}; wanted is one of at least 0 for each of "
                f"{', '.join(PARTS)}, and not 0 for all."
            )


def values(facts: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Give each customer's value and quadrant.

    ``facts`` has one row a customer of one day: customer_id, as_of, p_churn, yearly_margin (money, at least 0),
    and revenue and revenue_before (money of the last 365 days and of the 365 before), half and half_before (of
    180 days), tenure_days (NaN where not known).

    Returns customer_id, as_of, value, value_revenue, value_margin, value_tenure, value_growth (0 to 100; NaN
    where not known), yearly_margin, stake (a year of its margin as it was before it bought less), risk,
    quadrant ("keep": high value and risk, "grow": high value, low risk, "watch": low value, high risk, "serve":
    both low), in_sight; sorted by customer.
    """
    told = settings or Settings()
    rows = facts.sort_values("customer_id", ignore_index=True)
    parts = pd.DataFrame(
        {
            "revenue": placed(rows["revenue"].fillna(0.0)),
            "margin": placed(rows["yearly_margin"]),
            "tenure": placed(rows["tenure_days"]),
            "growth": placed(growth(rows)),
        }
    )
    weights = np.array([told.weights[part] for part in PARTS], dtype=np.float64)
    known = parts[list(PARTS)].notna().to_numpy() * weights
    whole = known.sum(axis=1)
    sums = (parts[list(PARTS)].fillna(0.0).to_numpy() * known).sum(axis=1)
    value = np.divide(sums, whole, out=np.zeros(len(rows)), where=whole > 0)
    high, risky = value >= told.high, rows["p_churn"].to_numpy(dtype=np.float64) >= told.risky
    found = rows[["customer_id", "as_of"]].assign(value=value)
    for part in PARTS:
        found[f"value_{part}"] = parts[part]
    return found.assign(
        yearly_margin=rows["yearly_margin"].astype("float64"),
        stake=rows["yearly_margin"].astype("float64") * fallen(rows),
        risk=rows["p_churn"].astype("float64"),
        quadrant=np.select([high & risky, high, risky], QUADRANTS[:3], default=QUADRANTS[3]),
        in_sight=~high & (parts["growth"] >= told.rising).to_numpy(),
    )


def placed(amounts: pd.Series) -> pd.Series:
    """Give each known amount its place among the known ones, 0 to 100: the share below it, and half of its
    equals.

    Four customers of 1, 2, 2 and 9 have 12.5, 50, 50 and 87.5.
    """
    there = amounts.notna().sum()
    return 100 * (amounts.rank(method="average") - 0.5) / max(there, 1)


def fallen(rows: pd.DataFrame) -> pd.Series:
    """Give how many times this year's revenue the better one of the last two was, 1 to ``MOST_FALLEN``.

    Who is about to leave has often bought less for months: its last year says too little of what keeping it is
    worth.
    """
    now, before = rows["revenue"].clip(lower=0.0), rows["revenue_before"].fillna(0.0)
    return (before / now.where(now > 0)).clip(lower=1.0, upper=MOST_FALLEN).fillna(1.0)


def growth(rows: pd.DataFrame) -> pd.Series:
    """Give the log growth of each customer over the usual one of its day; NaN for those of less than a year."""
    usual = float(rows["revenue"].fillna(0.0).median())
    small = SMALL * usual if usual > 0 else 1.0
    old = rows["tenure_days"] >= TWO_YEARS
    young = (rows["tenure_days"] >= ONE_YEAR) & ~old
    years = _centred(_change(rows["revenue"], rows["revenue_before"], small).where(old))
    halves = _centred(_change(2 * rows["half"], 2 * rows["half_before"], small).where(young))
    return years.fillna(halves)


def _change(now: pd.Series, before: pd.Series, small: float) -> pd.Series:
    grown: pd.Series = np.log(now.clip(lower=0.0) + small) - np.log(before.clip(lower=0.0) + small)
    return grown


def _centred(changes: pd.Series) -> pd.Series:
    return changes - changes.median() if changes.notna().any() else changes
