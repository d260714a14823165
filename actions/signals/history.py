"""What the rules were worth on past days: precision, recall and lead time, counted where the end is known."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.signals.day import RULES
from actions.signals.rule import KINDS

ANY = "any"
"""The row of a customer-date on which at least one rule counts."""
RESAMPLES, LEVEL = 500, 0.95


def measured(
    counting: pd.DataFrame, asked: pd.DataFrame, left: pd.DataFrame, horizon_days: int
) -> pd.DataFrame:
    """Hold what counted on past as-of dates against who left.

    Parameters
    ----------
    counting : customer_id, as_of, signal, rule: the rules that counted, on as-of dates a step apart.
    asked : customer_id, as_of, label (1: left within the horizon): those that could be asked about, whose end
        is known. What counted for others is not looked at.
    left : customer_id, left_on: the last purchase of each leaver.

    Returns
    -------
    One row a rule, a kind of signal, and any of them: name, of (rule, signal, any), alarms (first dates on which it
    counts after one on which it did not), right (alarms whose customer left within the horizon), precision with
    precision_low and precision_high (95%, bootstrap over customers), base (share of leavers among all that were
    asked about), counting (share of customer-dates on which it counts), leavers (asked about within the horizon
    before they left), found (of these, counted on such a date, the day of leaving itself left out), recall, and
    lead_days (median days from the first date of the unbroken run on which it counted to leaving). NaN where there
    is nothing to divide by.
    """
    asked = asked[["customer_id", "as_of", "label"]].sort_values(["customer_id", "as_of"], ignore_index=True)
    ahead = _ahead(asked, left, horizon_days)
    names = list(_groups(counting))
    rows = [_of(name, of, some, asked, ahead) for name, of, some in names]
    return pd.DataFrame(rows)


def _groups(counting: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for rule in RULES:
        yield rule.name, "rule", counting[counting["rule"] == rule.name]
    for kind in KINDS:
        yield kind, "signal", counting[counting["signal"] == kind]
    yield ANY, ANY, counting


def _ahead(asked: pd.DataFrame, left: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """Give the rows of ``asked`` from which a departure lies ahead within the horizon: row, left_on, days."""
    joined = asked.reset_index(names="row").merge(left, on="customer_id")
    days = (joined["left_on"] - joined["as_of"]).dt.days
    near = (days > 0) & (days <= horizon_days)
    return joined.assign(days=days)[near].drop_duplicates("row")


def _of(
    name: str, of: str, some: pd.DataFrame, asked: pd.DataFrame, ahead: pd.DataFrame
) -> dict[str, object]:
    keys = pd.MultiIndex.from_frame(asked[["customer_id", "as_of"]])
    holds = keys.isin(pd.MultiIndex.from_frame(some[["customer_id", "as_of"]]))
    same = asked["customer_id"].eq(asked["customer_id"].shift()).to_numpy()
    before = np.append(False, holds[:-1])[: len(holds)] & same
    alarm = holds & ~before
    label = asked["label"].to_numpy(np.float64)
    low, high = _interval(asked["customer_id"], alarm, label)
    # The place of the first date of the run that each date lies in.
    place = np.arange(len(holds))
    begun = np.maximum.accumulate(np.where(alarm, place, 0))
    found = ahead[holds[ahead["row"].to_numpy(np.int64)]]
    since = asked["as_of"].to_numpy()[begun[found["row"].to_numpy(np.int64)]]
    led = found.assign(lead=(found["left_on"].to_numpy() - since) / np.timedelta64(1, "D"))
    leads = led.groupby(["customer_id", "left_on"])["lead"].max()
    leavers = len(ahead[["customer_id", "left_on"]].drop_duplicates())
    alarms, right = int(alarm.sum()), int(label[alarm].sum())
    return {
        "name": name,
        "of": of,
        "alarms": alarms,
        "right": right,
        "precision": right / alarms if alarms else np.nan,
        "precision_low": low,
        "precision_high": high,
        "base": float(label.mean()) if len(label) else np.nan,
        "counting": float(holds.mean()) if len(holds) else np.nan,
        "leavers": leavers,
        "found": len(leads),
        "recall": len(leads) / leavers if leavers else np.nan,
        "lead_days": float(leads.median()) if len(leads) else np.nan,
    }


def _interval(
    customer: pd.Series, alarm: NDArray[np.bool_], label: NDArray[np.float64]
) -> tuple[float, float]:
    """Bound the precision by drawing customers again, with what happened to each."""
    if not alarm.any():
        return np.nan, np.nan
    told = pd.DataFrame({"alarms": alarm, "right": alarm * label}).groupby(customer.to_numpy()).sum()
    each = told[told["alarms"] > 0].to_numpy(np.float64)
    drawn = np.random.default_rng(7).integers(0, len(each), (RESAMPLES, len(each)))
    alarms, right = each[drawn].sum(axis=1).T
    low, high = np.quantile(right / alarms, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
