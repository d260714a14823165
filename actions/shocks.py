# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""Which industries and regions fall as a whole on a day, and what is left of a customer's alert beside that.

A group falls as a whole where it has lost at least ``fall`` of its purchases by the best estimate, and at least half
of that with ``certainty``, and most of its customers buy less. The estimate is that of ``levels``: of many
customers, none of which weighs much, drawn to the company where they are few, and of the published index.
"""

from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "industry",
    "region",
    "as_of",
    "opened_on",
    "change",
    "low",
    "high",
    "customers",
    "falling",
    "en",
    "zh",
)
KINDS = {
    "industry": "str",
    "region": "str",
    "as_of": "datetime64[s]",
    "opened_on": "datetime64[s]",
    "change": "float64",
    "low": "float64",
    "high": "float64",
    "customers": "int64",
    "falling": "float64",
    "en": "str",
    "zh": "str",
}


@dataclass(frozen=True)
class Terms:
    """``fall``: share of purchases; ``certainty`` that half of it is lost; ``least`` customers of a group;
    ``forget_days`` after which a fall that nobody saw has ended."""

    fall: float = 0.15
    certainty: float = 0.95
    least: int = 15
    forget_days: int = 90


def fallen(
    levels: pd.DataFrame, as_of: date, terms: Terms, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Give one row an industry (``region`` empty) or region (``industry`` empty) that falls as a whole.

    ``levels`` has one row a group: industry, region, days, against, log and variance of its change (of a region
    beside its industries), customers, falling (the share of them that buys less). ``change`` is a share (-0.3: 30%
    less), ``low`` and ``high`` its interval of 95%. ``before`` is this frame of an earlier day: a fall that stood in
    it goes on, and keeps its ``opened_on``.
    """
    spread = np.sqrt(levels["variance"].to_numpy(np.float64))
    log = levels["log"].to_numpy(np.float64)
    sure = NormalDist().inv_cdf(terms.certainty)
    down = (np.expm1(log) <= -terms.fall) & (np.expm1(log + sure * spread) <= -terms.fall / 2)
    down &= (levels["customers"] >= terms.least).to_numpy() & (levels["falling"] > 0.5).to_numpy()
    rows = [_row(row, as_of, _since(row, before, as_of, terms)) for row in levels[down].to_dict("records")]
    told = pd.DataFrame(rows, columns=list(COLUMNS)).astype(KINDS)
    return told.sort_values(["industry", "region"], kind="stable", ignore_index=True)


def _since(row: dict[Any, Any], before: pd.DataFrame | None, as_of: date, terms: Terms) -> pd.Timestamp:
    today = pd.Timestamp(as_of)
    if before is None or before.empty:
        return today
    same = before[[_same(one, row) for one in before.to_dict("records")]]
    seen = same[(today - pd.to_datetime(same["as_of"])).dt.days <= terms.forget_days]
    return today if seen.empty else pd.Timestamp(seen["opened_on"].iloc[0])


def _same(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return all(_text(one[name]) == _text(other[name]) for name in ("industry", "region"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _row(row: dict[Any, Any], as_of: date, since: pd.Timestamp) -> dict[str, Any]:
    industry, region = _text(row["industry"]), _text(row["region"])
    spread = float(np.sqrt(row["variance"]))
    change, low, high = (float(np.expm1(row["log"] + z * spread)) for z in (0.0, -1.96, 1.96))
    what, whose = (
        (f"The industry {industry}", f"行业“{industry}”")
        if industry
        else (f"The region {region}", f"地区“{region}”")
    )
    days = int(row["days"])
    than, beside = (
        ("the same days a year ago", "去年同期")
        if row["against"] == "year"
        else (
            f"the {days} days before",
            f"前{days}天",
        )
    )
    return {
        "industry": industry or None,
        "region": region or None,
        "as_of": pd.Timestamp(as_of),
        "opened_on": since,
        "change": change,
        "low": low,
        "high": high,
        "customers": int(row["customers"]),
        "falling": float(row["falling"]),
        "en": (
            f"{what} falls as a whole: in the last {days} days it bought {-change:.0%} less than in {than} "
            f"(95% interval {-high:.0%} to {-low:.0%}); {row['falling']:.0%} of its {row['customers']} customers "
            "buy less"
        ),
        "zh": (
            f"{whose}整体下滑：近{days}天采购额比{beside}少{-change:.0%}（95%区间{-high:.0%}至{-low:.0%}）；"
            f"其{row['customers']}家客户中{row['falling']:.0%}采购减少"
        ),
    }
