"""Who can be asked about on an as-of date, and who left.

Whether a customer can be asked about depends only on what was known then. Whether it left is read off all
records: that is the label, known some time after the as-of date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features.asked import days
from features.events import LINES
from features.measures import Days, MeanGap, SinceLast
from features.past import newest
from features.sources import CASES, CONTRACTS
from features.sweep import Questions, View
from features.unfold import Events, Records
from features.windows import last_on_or_before

DayNumbers = NDArray[np.int32]

# The same weeks of a past year: a pause of then must cover this share of the days of the pause of now.
SAME_PAUSE_SHARE = 0.75


@dataclass(frozen=True)
class Rule:
    """What counts as leaving.

    ``horizon_days`` is the length of the window ahead, ``confirm_days`` the silence that makes a departure,
    ``slack`` the share of the horizon by which a purchase may be late before the customer is no longer asked
    about.
    """

    name: Literal["departure", "silence", "recorded"]
    horizon_days: int = 90
    confirm_days: int = 90
    slack: float = 0.5

    @property
    def known_after_days(self) -> int:
        """Days from an as-of date until its labels are known for everybody."""
        return self.horizon_days + (self.confirm_days if self.name == "departure" else 0)


def as_of_dates(
    first: date, last: date, *, every_months: int, history_days: int, known_after: int
) -> list[date]:
    """Step months back from the last date whose label is known, as long as enough records lie before.

    ``first`` and ``last`` are the first and last day of the records.
    """
    newest = pd.Timestamp(last) - pd.Timedelta(days=known_after)
    oldest = pd.Timestamp(first) + pd.Timedelta(days=history_days)
    dates = []
    step = 0
    while (day := newest - pd.DateOffset(months=step)) >= oldest:
        dates.append(day.date())
        step += every_months
    return dates[::-1]


def ask(trade: pa.Table, customers: Sequence[str], dates: Sequence[date], rule: Rule) -> pd.DataFrame:
    """Say for every customer and as-of date whether it can be asked about, and if not, why.

    Returns
    -------
    One row a customer and as-of date: customer_id, as_of, eligible, reason (None where eligible), last_on (last
    purchase day known), silence_days, cadence_days (mean gap between purchase days), purchase_days.
    """
    order = np.sort(np.asarray(list(customers), object))
    with Records({"trade": trade}) as records:
        events = records.events(pa.array(order, pa.string()), {LINES: frozenset()})[LINES]
    places, moments = np.meshgrid(
        np.arange(len(order), dtype=np.int32), days(pd.Series(pd.to_datetime(list(dates)))), indexing="ij"
    )
    questions = Questions(places.ravel(), moments.ravel())
    rows = View(events, questions).window(None)
    bought, silence, cadence = (measure.over(rows, ()) for measure in (Days(), SinceLast(), MeanGap()))
    reason = _reason(rule, bought, silence, cadence)
    last = (questions.as_of - np.nan_to_num(silence)).astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": order[questions.customer],
            "as_of": questions.as_of.astype("datetime64[D]").astype("datetime64[s]"),
            "eligible": reason == "",
            "reason": pd.Series(reason, dtype="str").mask(reason == ""),
            "last_on": np.where(np.isnan(silence), np.datetime64("NaT"), last).astype("datetime64[s]"),
            "silence_days": silence,
            "cadence_days": cadence,
            "purchase_days": bought.astype(np.int32),
        }
    )


def _reason(
    rule: Rule, bought: NDArray[np.float64], silence: NDArray[np.float64], cadence: NDArray[np.float64]
) -> NDArray[np.str_]:
    """Give why each row is left out, and nothing where it is not; the first reason that holds counts."""
    late = rule.slack * rule.horizon_days
    reasons = [
        (bought == 0, "no purchase"),
        (bought == 1, "one purchase only"),
    ]
    if rule.name == "departure":
        reasons += [
            (cadence > rule.confirm_days / 2, "buys too seldom"),
            (silence > cadence + late, "silent too long"),
        ]
    if rule.name == "silence":
        reasons += [
            (silence > cadence + late, "silent too long"),
            (cadence - silence > rule.horizon_days + late, "next purchase not expected"),
        ]
    return np.select([holds for holds, _ in reasons], [told for _, told in reasons], default="")


def label(
    asked: pd.DataFrame,
    trade: pa.Table,
    rule: Rule,
    *,
    cases: pd.DataFrame | None = None,
    contracts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add to the rows of `ask` what became of the customers.

    Returns
    -------
    The rows with ``label`` (1 left, 0 stayed), ``gone`` and ``going`` (departure rule: the last purchase lies on
    or before, or after the as-of date; null otherwise), each null where not eligible, and ``known_on``.
    """
    customers = np.sort(asked["customer_id"].unique().astype(object))
    place = pd.Index(customers).get_indexer(asked["customer_id"]).astype(np.int32)
    as_of = days(asked["as_of"])
    if rule.name == "recorded":
        left = _recorded(asked, rule, cases, contracts)
        gone = np.full(len(asked), np.nan)
    else:
        with Records({"trade": trade}) as records:
            events = records.events(pa.array(customers, pa.string()), {LINES: frozenset()})[LINES]
        begin, bought = _purchase_days(events)
        low, high = begin[place], begin[place + 1]
        now = last_on_or_before(bought, low, high, as_of)
        later = last_on_or_before(bought, low, high, as_of + np.int32(rule.horizon_days))
        if rule.name == "silence":
            left = (later == now).astype(np.float64)
            gone = np.full(len(asked), np.nan)
        else:
            departs = _departs(begin, bought, rule.confirm_days)
            before = np.concatenate([[0], np.cumsum(departs)])
            gone = np.where(now >= low, departs[np.maximum(now, 0)], False).astype(np.float64)
            left = np.where(now >= low, before[later + 1] - before[np.maximum(now, 0)] > 0, False).astype(
                np.float64
            )
    eligible = asked["eligible"].to_numpy()
    going = left - gone
    return asked.assign(
        label=pd.array(np.where(eligible, left, np.nan), "Int8"),
        gone=pd.array(np.where(eligible, gone, np.nan), "Int8"),
        going=pd.array(np.where(eligible, going, np.nan), "Int8"),
        known_on=asked["as_of"] + pd.Timedelta(days=rule.known_after_days),
    )


def purchases(trade: pa.Table, customers: Sequence[str], rule: Rule, until: date) -> pd.DataFrame:
    """Say on which days customers bought, and on which of them they departed, by all that is known today.

    Returns
    -------
    One row a customer and purchase day, sorted by both: customer_id, bought_on, and ``departs``: it is the last
    before a silence of more than ``confirm_days`` that the records, which end with ``until``, bear out, of a
    customer that the departure rule asks about on that day (two purchase days, not too slow a cadence).
    """
    order = np.sort(np.asarray(list(customers), object))
    with Records({"trade": trade}) as records:
        events = records.events(pa.array(order, pa.string()), {LINES: frozenset()})[LINES]
    begin, bought = _purchase_days(events)
    times = np.diff(begin)
    first = np.repeat(begin[:-1], times)
    before = np.arange(len(bought)) - first
    cadence = (bought - bought[first]) / np.maximum(before, 1)
    asked = (before > 0) & (cadence <= rule.confirm_days / 2)
    day = bought.astype("datetime64[D]")
    confirmed = day + np.timedelta64(rule.confirm_days, "D") <= np.datetime64(until)
    return pd.DataFrame(
        {
            "customer_id": np.repeat(order, times),
            "bought_on": day.astype("datetime64[s]"),
            "departs": _departs(begin, bought, rule.confirm_days) & asked & confirmed,
        }
    )


def _purchase_days(events: Events) -> tuple[NDArray[np.int64], DayNumbers]:
    """Give each customer's different purchase days by all that is known today, and where each customer's begin."""
    stands = events.standing()
    first = np.ones(len(stands), np.bool_)
    first[1:] = np.diff(stands.day) != 0
    first[stands.start[:-1][stands.start[:-1] < len(stands)]] = True
    before = np.concatenate([[0], np.cumsum(first)]).astype(np.int64)
    return before[stands.start], stands.day[first]


def _departs(begin: NDArray[np.int64], bought: DayNumbers, confirm: int) -> NDArray[np.bool_]:
    """Say of each purchase day whether the customer departs on it.

    It does if the next purchase lies more than ``confirm`` days ahead or never comes, unless the customer made
    the same pause in a past year: a gap of more than ``confirm`` days that covers most of the same weeks.
    """
    gap = np.full(len(bought), np.iinfo(np.int32).max, np.int64)
    gap[:-1] = np.diff(bought.astype(np.int64))
    gap[begin[1:][begin[1:] > begin[:-1]] - 1] = np.iinfo(np.int32).max
    departs = gap > confirm
    for customer in np.unique(np.searchsorted(begin, np.flatnonzero(departs), side="right") - 1):
        mine = np.arange(begin[customer], begin[customer + 1])
        pauses = mine[gap[mine] > confirm]
        for pause in pauses:
            past = pauses[pauses < pause]
            years = np.rint((bought[pause] - bought[past]) / 365.25)
            opened = bought[pause] - 365.25 * years
            closed = opened + confirm
            shared = np.minimum(bought[past] + gap[past], closed) - np.maximum(bought[past], opened)
            departs[pause] = not np.any((years >= 1) & (shared >= SAME_PAUSE_SHARE * confirm))
    return departs


def _recorded(
    asked: pd.DataFrame, rule: Rule, cases: pd.DataFrame | None, contracts: pd.DataFrame | None
) -> NDArray[np.float64]:
    """Say whether a case, a cancellation or a contract's end without renewal lies in the window ahead."""
    ends = []
    if cases is not None:
        cases = newest(cases, CASES)
        ends.append(cases[["customer_id", "churned_on"]].set_axis(["customer_id", "left_on"], axis=1))
    if contracts is not None:
        contracts = newest(contracts, CONTRACTS)
        cancelled = contracts.get("cancelled_at", pd.Series(pd.NaT, contracts.index)).dt.normalize()
        renewed = contracts.get("renewed_at", pd.Series(pd.NaT, contracts.index))
        lapsed = contracts["ends_on"].where(renewed.isna())
        ends.append(
            pd.DataFrame({"customer_id": contracts["customer_id"], "left_on": cancelled.fillna(lapsed)})
        )
    if not ends:
        raise ValueError(
            "The label rule 'recorded' found neither table 'cases' nor 'contracts'; "
            "bring one of them, or choose the rule 'departure' or 'silence'."
        )
    left = pd.concat(ends).dropna()
    joined = asked[["customer_id", "as_of"]].reset_index(names="row").merge(left, on="customer_id")
    ahead = joined["left_on"] - joined["as_of"]
    inside = (ahead > pd.Timedelta(0)) & (ahead <= pd.Timedelta(days=rule.horizon_days))
    return asked.reset_index().index.isin(joined.loc[inside, "row"]).astype(np.float64)
