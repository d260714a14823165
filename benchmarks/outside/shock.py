"""Alerts while a whole industry loses 30% of its purchases: are they still right, and do they say whose fall it is?

Each company lives twice, once with a shock of one industry that begins a year before the records end. Health is
told at the ends of months and alerts are folded from the first, as by ``forewarn respond``, but in memory. Dates
are counted from the onset on, as long as it is known who leaves within 180 days.

- *An alarm* is the first counted date on which an alert is orange or worse and does not carry the mark. It is right
  if the customer leaves within 180 days after it, by the simulator's truth or by the departure rule.
- *Merely shocked* is a customer of the industry whose purchases the shock presses (planted logarithm of the market
  below -0.1), on whom no cause presses that day, and that leaves neither in the 60 days before nor 180 after.
  Its alerts are counted on every date at least ``FELT`` days after the onset: sooner, the months that tell of the
  shock are not published and most orders of the window were made before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from actions import alerts, health, shocked, shocks
from actions.health import Course
from actions.readings import available
from benchmarks.outside import companies
from benchmarks.results import Figure, at_least, at_most, told
from features import cohort, store
from features.catalogue import CATALOGUE
from features.declines import declines, levels
from pipeline.alerts import terms
from pipeline.params import Params

RULE = cohort.Rule("departure", 90, 90)
AHEAD, LATE, FELT = 180, 60, 90
"""Days: in which an alarm comes true; after leaving, in which nobody is merely shocked; until a shock is told."""
MONTHS = 18
"""Ends of months before the onset from which on health is told."""
GRAVE = ("orange", "red")


@dataclass(frozen=True)
class Lived:
    """``standing``: a row an open alert and counted date; ``gone``: a row a departure."""

    standing: pd.DataFrame
    gone: pd.DataFrame


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    plain, hit = [], []
    for seed in seeds:
        company = companies.shocked(seed)
        onset = company.truth["shocks"]["onset_on"].iloc[0]
        plain.append(lived(companies.with_rivals(seed), onset))
        hit.append(lived(company, onset))
    without, within = _precision(plain), _precision(hit)
    mere, leaving, marked = _marks(hit)
    early = mere[mere["since"] < FELT]
    mere = mere[mere["since"] >= FELT]
    grave = mere[mere["level"].isin(GRAVE)]
    yield at_most(
        "alerts orange or worse: precision without less with the shock", without[0] - within[0], 0.05
    )
    yield at_least(
        "alerts on merely shocked customers: share with the mark", float(mere["market"].mean()), 0.80
    )
    yield told("  of those orange or worse", float(grave["market"].mean()))
    yield told(f"  in the first {FELT} days", float(early["market"].mean()))
    yield told("precision without the shock, all alerts", _precision(plain, own=False)[0])
    yield told("precision without the shock, without marked ones", without[0])
    yield told("precision with the shock, all alerts", _precision(hit, own=False)[0])
    yield told("precision with the shock, without marked ones", within[0])
    yield told("  alarms without the shock", without[1])
    yield told("  alarms with the shock", within[1])
    yield told("marks: share on customers that leave within 180 days", float(marked["leaves"].mean()))
    yield told(
        "alerts of customers that leave, in the industry: share with the mark",
        float(leaving["market"].mean()),
    )
    yield told(
        "  of those orange or worse", float(leaving.loc[leaving["level"].isin(GRAVE), "market"].mean())
    )
    yield told("alerts and dates of merely shocked customers", len(mere))


def lived(company: companies.Company, onset: pd.Timestamp) -> Lived:
    """Let a company live through the ends of months around an onset, and give its alerts from there on."""
    tables = company.tables
    last = pd.Timestamp(company.records["trade"]["ordered_at"].max())
    until = last - pd.Timedelta(days=AHEAD)
    days = pd.date_range(onset - pd.DateOffset(months=MONTHS), until, freq="ME")
    course = _course(tables, [day.date() for day in days])
    parts = health.history(course)
    weights = Params().health.presets["standard"].model_dump()
    whole = health.overall(parts, weights)
    baseline = health.baselines(course, whole)
    drop = health.drops(whole, baseline)
    state: alerts.State = {}
    fallen, rows = None, []
    for at, day in enumerate(days):
        there = np.flatnonzero(np.isfinite(drop[at]))
        seen = {
            course.customers[i]: alerts.Seen(*map(float, (drop[at, i], whole[at, i], baseline[at, i])))
            for i in there
        }
        state, _ = alerts.step(state, day.date(), seen, terms(Params()))
        if day < onset - pd.DateOffset(months=3):
            continue
        fallen = shocks.fallen(levels(tables, day.date()), day.date(), shocks.Terms(), fallen)
        if day < onset:
            continue
        where = declines(tables, day.date())[["customer_id", "industry", "region_name"]]
        drops = pd.DataFrame({"customer_id": course.customers[there], "drop": drop[at, there]})
        drops = drops.merge(where.rename(columns={"region_name": "region"}), on="customer_id", how="left")
        marks = shocked.marks(drops, fallen, shocked.Terms()).set_index("customer_id")["market"]
        rows += [
            {
                "customer_id": one.customer_id,
                "alert_id": one.alert_id,
                "level": one.level,
                "day": day,
                "market": bool(marks.get(one.customer_id, False)),
            }
            for one in state.values()
        ]
    standing = pd.DataFrame(rows).assign(seed=company.seed)
    gone = _gone(company, last.date())
    return Lived(_judged(standing, gone, company, onset), gone)


def _course(tables: Mapping[str, Any], dates: Sequence[date]) -> Course:
    """Give the features that health is read from, of everybody who can be asked about."""
    names = [reading.feature for reading in available(frozenset(feature.name for feature in CATALOGUE))]
    chosen = [feature for feature in CATALOGUE if feature.name in names]
    everybody = tables["customers"]["customer_id"].unique().to_pylist()
    asked = cohort.ask(tables["trade"], everybody, dates, RULE)
    asked = asked.loc[asked["eligible"], ["customer_id", "as_of"]].reset_index(drop=True)
    rows = store.compute(tables, asked, chosen).reindex(columns=["customer_id", "as_of", *names])
    moments = np.array(dates, "datetime64[D]")
    customers, who = np.unique(rows["customer_id"].to_numpy(object), return_inverse=True)
    when = np.searchsorted(moments, rows["as_of"].to_numpy().astype("datetime64[D]"))
    values = np.full((len(dates), len(customers), len(names)), np.nan)
    values[when, who] = rows[names].to_numpy(np.float64)
    people = tables["customers"].to_pandas().drop_duplicates("customer_id", keep="last")
    segment = people.set_index("customer_id")["segment"].reindex(customers).fillna("none").to_numpy(object)
    return Course(moments, customers, available(frozenset(names)), values, segment)


def _gone(company: companies.Company, until: date) -> pd.DataFrame:
    """Give every departure, by the truth or by the rule: customer_id, left_on."""
    everybody = company.records["customers"]["customer_id"].unique().tolist()
    bought = cohort.purchases(company.tables["trade"], everybody, RULE, until)
    by_rule = bought.loc[bought["departs"], ["customer_id", "bought_on"]]
    planted = company.truth["leavers"][["customer_id", "last_purchase_on"]]
    both = [part.set_axis(["customer_id", "left_on"], axis=1) for part in (by_rule, planted)]
    rows = pd.concat([part.astype({"left_on": "datetime64[s]"}) for part in both])
    return rows.drop_duplicates(ignore_index=True)


def _judged(
    standing: pd.DataFrame, gone: pd.DataFrame, company: companies.Company, onset: pd.Timestamp
) -> pd.DataFrame:
    """Say of each alert and date whether the customer leaves, and whether it is a merely shocked one."""
    rows = standing.reset_index(names="row")
    near = rows.merge(gone, on="customer_id", how="left")
    days = (near["left_on"] - near["day"]).dt.days
    for name, within in (
        ("leaves", (days > 0) & (days <= AHEAD)),
        ("near", (days > -LATE) & (days <= AHEAD)),
    ):
        rows[name] = within.groupby(near["row"]).any().to_numpy()
    spells = rows.merge(company.truth["spells"], on="customer_id", how="left")
    on = (spells["onset_on"] <= spells["day"]) & ~(spells["over_on"] < spells["day"])
    rows["pressed"] = on.groupby(spells["row"]).any().to_numpy()
    shock = company.truth["shocks"]
    industry = shock["industry"].iloc[0] if len(shock) else None
    people = company.records["customers"].drop_duplicates("customer_id", keep="last")
    rows["inside"] = rows["customer_id"].map(people.set_index("customer_id")["industry"]).eq(industry)
    month = rows["day"].dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    parts = company.truth["parts"][["customer_id", "month_on", "market"]].rename(columns={"market": "felt"})
    rows = rows.assign(month_on=month).merge(parts, on=["customer_id", "month_on"], how="left")
    rows["mere"] = rows["inside"] & (rows["felt"] < -0.1) & ~rows["pressed"] & ~rows["near"]
    return rows.assign(since=(rows["day"] - onset).dt.days)


def _precision(lives: Sequence[Lived], *, own: bool = True) -> tuple[float, int]:
    """Give the share of alarms that come true, and how many there are; without ``own`` marked ones count too."""
    rows = pd.concat([life.standing for life in lives], ignore_index=True)
    grave = rows[rows["level"].isin(GRAVE) & ~(rows["market"] & own)]
    alarms = grave.sort_values("day", kind="stable").drop_duplicates(["seed", "alert_id"])
    return float(alarms["leaves"].mean()), len(alarms)


def _marks(lives: Sequence[Lived]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give the alerts of merely shocked customers, those of leavers in the industry, and the marked ones there."""
    rows = pd.concat([life.standing for life in lives], ignore_index=True)
    inside = rows[rows["inside"]]
    felt = inside[inside["since"] >= FELT]
    return inside[inside["mere"]], felt[felt["leaves"]], felt[felt["market"]]
