"""Which industries and regions fall as a whole on a day, and what is left of a customer's alert beside that.

A group falls as a whole where it has lost at least ``fall`` by the best estimate, and at least half of that with
``certainty``, in one of two ways: its customers' purchases against a year ago (none of them weighs much, and most
of them buy less), or its published index against its own usual, which knows of no season and sees a second bad year
too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

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
COLUMNS = tuple(KINDS)


@dataclass(frozen=True)
class Terms:
    """``fall``: share of purchases; ``certainty`` that half of it is lost; ``least`` customers of a group;
    ``lasts``: part of ``fall`` down to which a fall that was told goes on; ``forget_days`` after which one that
    nobody saw has ended."""

    fall: float = 0.15
    lasts: float = 0.67
    certainty: float = 0.95
    least: int = 15
    forget_days: int = 90


def fallen(
    levels: pd.DataFrame, as_of: date, terms: Terms, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Give one row an industry (``region`` empty) or region (``industry`` empty) that falls as a whole.

    ``levels`` has one row a group: industry, region, days, against, log and variance of its change (of a region
    beside its industries), index_log and index_variance (how far its published index stands off its usual),
    customers, falling (the share of them that buys less). ``change`` is a share (-0.3: 30% less), ``low`` and
    ``high`` its interval of 95%. ``before`` is this frame of an earlier day: a fall that stood in it keeps its
    ``opened_on``, and goes on until it is less than ``lasts`` of one that would be told anew.
    """
    known = {} if before is None else {place(row): row for row in before.to_dict("records")}
    rows = []
    for row in levels.to_dict("records"):
        since = _since(known.get(place(row)), as_of, terms)
        fall = terms.fall * (1.0 if since is None else terms.lasts)
        found = _deeper(row, fall, terms)
        if found is not None:
            rows.append(_row(row, found, as_of, since or pd.Timestamp(as_of)))
    told = pd.DataFrame(rows, columns=list(COLUMNS)).astype(KINDS)
    return told.sort_values(["industry", "region"], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Fall:
    log: float
    spread: float
    published: bool


def _deeper(row: dict[Any, Any], fall: float, terms: Terms) -> _Fall | None:
    """Give the deeper of the two falls that a group shows, None where neither is deep and sure enough."""
    if row["customers"] < terms.least:
        return None
    sure = NormalDist().inv_cdf(terms.certainty)
    found = []
    for log, variance, published in (
        (row["log"], row["variance"], False),
        (row["index_log"], row["index_variance"], True),
    ):
        spread = float(np.sqrt(variance))
        deep = np.expm1(log) <= -fall and np.expm1(log + sure * spread) <= -fall / 2
        if deep and (published or row["falling"] > 0.5):
            found.append(_Fall(float(log), spread, published))
    return min(found, key=lambda one: one.log, default=None)


def _since(seen: dict[Any, Any] | None, as_of: date, terms: Terms) -> pd.Timestamp | None:
    if seen is None or (pd.Timestamp(as_of) - pd.Timestamp(seen["as_of"])).days > terms.forget_days:
        return None
    return pd.Timestamp(seen["opened_on"])


def place(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Give the industry or the region of a row of ``fallen``; the other one is empty."""
    return _text(row["industry"]), _text(row["region"])


def named(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Give what a row of ``fallen`` is called, in English and Chinese."""
    industry, region = place(row)
    if industry:
        return f"industry {industry}", f"行业“{industry}”"
    return f"region {region}", f"地区“{region}”"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _row(row: dict[Any, Any], fall: _Fall, as_of: date, since: pd.Timestamp) -> dict[str, Any]:
    industry, region = place(row)
    change, low, high = (float(np.expm1(fall.log + z * fall.spread)) for z in (0.0, -1.96, 1.96))
    what, whose = named(row)
    en, zh = _than(row, fall)
    part, of = f"{row['falling']:.0%}", int(row["customers"])
    return {
        "industry": industry or None,
        "region": region or None,
        "as_of": pd.Timestamp(as_of),
        "opened_on": since,
        "change": change,
        "low": low,
        "high": high,
        "customers": of,
        "falling": float(row["falling"]),
        "en": (
            f"The {what} falls as a whole: {en.format(f'{-change:.0%}')} (95% interval {-high:.0%} to {-low:.0%}); "
            f"{part} of its {of} customers buy less"
        ),
        "zh": (
            f"{whose}整体下滑：{zh.format(f'{-change:.0%}')}（95%区间{-high:.0%}至{-low:.0%}）；"
            f"其{of}家客户中{part}采购减少"
        ),
    }


def _than(row: dict[Any, Any], fall: _Fall) -> tuple[str, str]:
    if fall.published:
        return "its published index stands {} below its usual", "其公布指数比平时低{}"
    days = int(row["days"])
    if row["against"] == "year":
        return (
            f"its purchases of the last {days} days are {{}} below those of a year ago",
            f"近{days}天采购额同比下降{{}}",
        )
    return (
        f"its purchases of the last {days} days are {{}} below the {days} before",
        f"近{days}天采购额环比下降{{}}",
    )
