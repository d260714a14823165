"""The loops: each takes sorted columns and one range of rows per question, and gives one number each.

``low[q] : high[q]`` is the range of question ``q`` (one customer on one as-of date). A loop sees the rows
inside the range and nothing else. Unknown is NaN. Money comes in whole minor units, so its sums are exact.
"""

from features.kernels.codes import distinct, missing, top_share
from features.kernels.days import days_with, gaps, since_first, since_last
from features.kernels.periods import slope
from features.kernels.records import open_now
from features.kernels.values import largest, latest, mean, spread, total, trend

__all__ = [
    "days_with",
    "distinct",
    "gaps",
    "largest",
    "latest",
    "mean",
    "missing",
    "open_now",
    "since_first",
    "since_last",
    "slope",
    "spread",
    "top_share",
    "total",
    "trend",
]
