"""Does the plan save more margin than a plain sort by probability, at the same budget?

In simulated companies it is known who leaves, on which day, for what cause, and what each was worth before. On
every test date of a company (a month apart) both ways get the same scores, the same plays with the same hours
and costs, and the same budget of hours and money; what they contact is then looked up in the truth.

**The plan** is ``actions.plans`` with the settings of the product, without a hold-out. It is told nothing of
alerts, signals and rhythms here: what it gains, it gains by value, cause, and play alone.
**The plain sort** goes down the list by p_churn and takes everybody who still fits into the budget, each with a
play of its named cause: the light one, or the full one (a customer without a cause gets the check-in). **The
plan is held against the better of the two**, found afterwards.
Told beside, without a bar, is how much of the gain is the search alone: two sorts that are given the planner's own
choice of play, which a plain sort does not have, one by p_churn, one by p_churn times the margin at stake.
In both a customer is left alone for the quiet days of the product, and no play is carried out twice within its
repeat days.

**What is saved.** A customer that leaves within 90 days (going), or has left in the 90 days before and still is
scored (gone), is kept with the probability below; what is saved is its margin of the 365 days before its
trouble began, from the records, expected over that probability. Who contacts it a second time can keep only
what is left. Others cannot be saved, and whoever left for no cause that shows (a plant closed) cannot be kept
by anybody.

**How effects were set**, before anything was measured, and apart from the planner's own beliefs (light plays
.06 to .15, full ones .30 to .45 of the leavers of the cause, .35 times as many of others, the gone like the
going; those of light plays were .09 to .20 until a first look at a company that is not measured here). *As
assumed*: a full play for the true cause keeps .50, for another .15; a light one .12 and .08: an hour on the
telephone changes little, the right work much, and the wrong work is mostly in vain. A second cause hit counts
half of the way. Of the gone .4 times as many come back (they have another supplier by now); a play made for the
gone is not cut by that, and on the going it does what a light or full play for the wrong cause does. The others
of ``TRUTHS`` turn each of these on its head.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from actions import candidates, expected, plans, priority
from actions.playbooks import GONE, Playbooks
from benchmarks import planted
from benchmarks.results import Figure, at_least, at_most, told
from pipeline import playbooks, records, serving, store, values
from pipeline.fitted import load
from pipeline.plans import joined, settings
from pipeline.reference import reference
from simulator.causes import NONE

CUSTOMERS = 2000
DAYS = 90
"""Days ahead in which a leaver can be kept, and back in which one that left can be won back."""
YEAR = 365
HOURS, MONEY = 80.0, 5000.0
"""The budget of a date: the product's default of a week, for about 1,100 customers scored."""
GAIN = 0.25
PLAN, LIGHT, FULL, FITTED, STAKE = (
    "plan",
    "sort, light play of the cause",
    "sort, full play of the cause",
    "sort, the planner's play",
    "sort by margin at stake, the planner's play",
)
SORTS = (LIGHT, FULL)
GIVEN = (FITTED, STAKE)
NOBODY = pd.DataFrame()


@dataclass(frozen=True)
class Truth:
    """Shares kept by a full or light play, for the right or another cause; ``gone`` times as many of the gone."""

    full: float = 0.50
    full_wrong: float = 0.15
    light: float = 0.12
    light_wrong: float = 0.08
    gone: float = 0.4


TRUTHS: Mapping[str, Truth] = {
    "as assumed": Truth(),
    "the cause hardly matters": Truth(0.30, 0.25, 0.12, 0.10),
    "a light touch does nearly as much": Truth(0.30, 0.10, 0.22, 0.10),
    "everything does half as much": Truth(0.25, 0.075, 0.06, 0.04),
    "the gone come back like the going": Truth(gone=1.0),
    "nobody gone comes back": Truth(gone=0.0),
}


@dataclass(frozen=True)
class Company:
    """``days``: a frame of facts a test date (``pipeline.plans.joined``, with busy and campaign). ``quiet``:
    quiet days and repeat days. ``leavers``: those of the truth, with the ``margin`` of the year before the
    trouble of each began."""

    days: Sequence[pd.DataFrame]
    books: Playbooks
    settings: plans.Settings
    quiet: tuple[int, int]
    leavers: pd.DataFrame


def scored(made: planted.Made) -> Company:
    """Score a company on its test dates by the champion that each would have had."""
    catalogue = store.catalogue(made.paths)["features"]
    cohort = store.cohort(made.paths)
    days = []
    for day in store.tested(cohort):
        asked, X = store.of_rows(made.paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
        served = load(made.paths, made.champion, catalogue, day).on(day)
        table = serving.rows(served, asked, X, catalogue, 1, reference(made.params, made.paths, asked))
        scores = table.drop_columns(["reasons"]).to_pandas(date_as_object=False)
        facts = joined(scores, values.of_day(made.params, made.paths, day, scores), NOBODY, NOBODY, NOBODY)
        days.append(facts.assign(busy=False, busy_en="", busy_zh="", campaign=False))
    told_ = replace(settings(made.params), holdout=0.0)
    quiet = made.params.plans.quiet_days, made.params.plans.repeat_days
    return Company(days, playbooks.read(made.paths), told_, quiet, _leavers(made))


def _leavers(made: planted.Made) -> pd.DataFrame:
    """Give the leavers with the margin of the year before their trouble began, or before they left without any."""
    people = made.truth("leavers").set_index("customer_id")
    trade = records.tables(made.paths, ("customers", "trade"))["trade"].to_pandas(date_as_object=False)
    began = people["onset_on"].fillna(people["last_purchase_on"])
    trade = trade[trade["customer_id"].isin(people.index)]
    behind = (trade["customer_id"].map(began) - trade["ordered_at"]).dt.days
    year = trade[(behind > 0) & (behind <= YEAR)].groupby("customer_id")["margin"].sum()
    first = trade.groupby("customer_id")["ordered_at"].min()
    # A customer of less than a year counts for as much as a year of the same would have brought.
    known = (began - first).dt.days.clip(lower=DAYS, upper=YEAR)
    margin = (year.reindex(people.index).fillna(0.0) * YEAR / known.reindex(people.index)).clip(lower=0.0)
    return people.assign(margin=margin)


def lists(company: Company, way: str, budget: priority.Budget) -> pd.DataFrame:
    """Give whom a way contacts on which date: as_of, customer_id, cause, play, hours, money."""
    found: list[pd.DataFrame] = []
    done: dict[str, list[tuple[str, pd.Timestamp]]] = {}
    for facts in company.days:
        day = facts["as_of"].iloc[0]
        before = [done.get(who, []) for who in facts["customer_id"]]
        resting = [any((day - on).days < company.quiet[0] for _, on in some) for some in before]
        tried = [[play for play, on in some if (day - on).days < company.quiet[1]] for some in before]
        asked = facts.assign(busy=resting, tried=pd.Series(tried, dtype=object))
        rows = _listed(company, asked, way, budget).assign(as_of=day)
        for who, play in zip(rows["customer_id"], rows["play"], strict=True):
            done.setdefault(who, []).append((play, day))
        found.append(rows[["as_of", "customer_id", "cause", "play", "hours", "money"]])
    return pd.concat(found, ignore_index=True)


def _listed(company: Company, facts: pd.DataFrame, way: str, budget: priority.Budget) -> pd.DataFrame:
    if way == PLAN:
        planned = plans.plans(facts, company.books, replace(company.settings, budget=budget)).plans
        return planned[planned["chosen"]].rename(columns={"cost": "money"})
    asked = facts[~facts["busy"]]
    given = _given(company, asked, way)
    rows = given.merge(asked[["customer_id", "p_churn", "stake"]], on="customer_id", suffixes=("", "_"))
    stake = rows["p_churn"] * (rows["stake"] if way == STAKE else 1.0)
    return _down(
        rows.assign(order=stake).sort_values(["order", "customer_id"], ascending=[False, True]), budget
    )


def _given(company: Company, asked: pd.DataFrame, way: str) -> pd.DataFrame:
    """Give each customer the play of a way: a row each, with its cause, hours and money."""
    rules, assumed = company.settings.rules, company.settings.assumed
    believed = expected.beliefs(company.books, assumed)
    if way in (FITTED, STAKE):
        fitting = candidates.candidates(candidates.judged(asked, rules), company.books, rules)
        rows = expected.profits(fitting, believed, assumed)
        return rows.sort_values(
            ["customer_id", "profit", "play"], ascending=[True, False, True]
        ).drop_duplicates("customer_id")
    touch = "light" if way == LIGHT else "full"
    chosen = {
        cause: next((play for play in plays if play.touch == touch), plays[0])
        for cause, plays in company.books.books.items()
    }
    of = [chosen[cause] for cause in asked["top_cause"]]
    rows = asked[["customer_id", "p_churn", "p_gone", "stake"]].assign(
        cause=asked["top_cause"],
        play=[play.key for play in of],
        odds=np.where(asked["top_cause"] == "none", 1.0, rules.cause_odds[0]),
        hours=[play.hours for play in of],
        cost=[play.cost for play in of],
        concession=[play.concession for play in of],
    )
    fresh = [play not in some for play, some in zip(rows["play"], asked["tried"], strict=True)]
    return expected.profits(rows[fresh].reset_index(drop=True), believed, assumed)


def _down(rows: pd.DataFrame, budget: priority.Budget) -> pd.DataFrame:
    """Go down the list and take everybody who still fits."""
    hours, money, taken = budget.hours, budget.money, []
    for row in rows.itertuples():
        if row.hours <= hours and row.money <= money:
            hours, money = hours - row.hours, money - row.money
            taken.append(row.Index)
    return rows.loc[taken]


def saved(company: Company, contacted: pd.DataFrame, truth: Truth) -> pd.Series:
    """Give the margin that contacts are expected to save of each leaver, by customer; leavers never reached: 0."""
    touch = {play.key: play.touch for _, play in company.books}
    left = pd.Series(1.0, index=company.leavers.index)
    for row in contacted.sort_values(["as_of", "customer_id"]).itertuples():
        if row.customer_id not in left.index:
            continue
        one = company.leavers.loc[row.customer_id]
        ahead = (one["last_purchase_on"] - row.as_of).days
        if -DAYS < ahead <= DAYS:
            left[row.customer_id] *= 1 - _kept(str(row.cause), touch[str(row.play)], one, ahead <= 0, truth)
    return (1 - left) * company.leavers["margin"]


def _kept(cause: str, touch: str, leaver: pd.Series, gone: bool, truth: Truth) -> float:
    if leaver["cause"] == NONE.name:
        return 0.0
    right, wrong = (truth.full, truth.full_wrong) if touch == "full" else (truth.light, truth.light_wrong)
    if cause == GONE:
        return right if gone else wrong
    kept = right if cause == leaver["cause"] else wrong
    if cause == leaver["second_cause"]:
        kept = (right + wrong) / 2
    return kept * (truth.gone if gone else 1.0)


def figures(seeds: Sequence[int], customers: int = CUSTOMERS) -> Iterator[Figure]:
    """Make every company, or find it made, and give what the plan saves over a plain sort."""
    yield from measured([scored(planted.made(seed, customers)) for seed in seeds])
    yield at_most("seconds for 10,000 customers with five plays each", fast(), 10.0)


def fast(customers: int = 10_000) -> float:
    """Give the seconds that the list takes for so many customers, each with five plays."""
    rng, plays = np.random.default_rng(0), 5
    n = customers * plays
    stake = np.repeat(rng.lognormal(8.5, 0.9, customers) * rng.beta(0.6, 6, customers), plays)
    hours = np.tile([0.5, 1.5, 5.0, 7.0, 10.0], customers)
    rows = pd.DataFrame(
        {
            "customer_id": np.repeat([f"C{i:05d}" for i in range(customers)], plays),
            "play": np.tile(list("abcde"), customers),
            "profit": stake * np.tile([0.06, 0.12, 0.3, 0.35, 0.4], customers) * rng.uniform(0.5, 1.5, n)
            - 60 * hours,
            "hours": hours,
            "money": np.tile([0.0, 0.0, 80.0, 200.0, 400.0], customers),
            "owner_role": rng.choice(["account_manager", "service_manager", "product_specialist"], n),
            "in_sight": np.repeat(rng.random(customers) < 0.06, plays),
        }
    )
    roles = {"account_manager": 300.0, "service_manager": 120.0}
    began = time.perf_counter()
    priority.choose(rows, priority.Budget(9 * HOURS, 9 * MONEY, roles))
    return time.perf_counter() - began


def measured(companies: Sequence[Company]) -> Iterator[Figure]:
    """Give the figures of all companies together, the one with a bar first."""
    budget = priority.Budget(hours=HOURS, money=MONEY, seconds=60)
    on = {way: [lists(one, way, budget) for one in companies] for way in (PLAN, *SORTS, *GIVEN)}
    sums = {
        name: {
            way: [saved(one, some, truth) for one, some in zip(companies, on[way], strict=True)] for way in on
        }
        for name, truth in TRUTHS.items()
    }
    for name, by_way in sums.items():
        whole = {way: float(sum(some.sum() for some in by_way[way])) for way in on}
        best = max(SORTS, key=lambda way: whole[way])
        gain = whole[PLAN] / whole[best] - 1
        head = f"{name}: margin saved, over the best plain sort"
        yield at_least(head, gain, GAIN) if name == next(iter(TRUTHS)) else told(head, gain)
        yield from _between(by_way[PLAN], by_way[best])
        for way in GIVEN:
            yield told(f"  over the {way}", whole[PLAN] / whole[way] - 1)
            yield from _between(by_way[PLAN], by_way[way])
        for way in on:
            yield told(f"  {way}: margin saved", whole[way])
    first = next(iter(TRUTHS))
    best = max(SORTS, key=lambda way: sum(some.sum() for some in sums[first][way]))
    ratios = [
        mine.sum() / other.sum() - 1 if other.sum() > 0 else np.inf
        for mine, other in zip(sums[first][PLAN], sums[first][best], strict=True)
    ]
    yield told(f"{first}: in the company where it gains least", float(min(ratios)))
    for way, some in on.items():
        rows = pd.concat(some)
        yield told(f"{way}: contacts", len(rows))
        yield told("  hours", float(rows["hours"].sum()))
        yield told("  money", float(rows["money"].sum()))
    for times in (0.5, 2.0):
        other = replace(budget, hours=times * HOURS, money=times * MONEY)
        whole = {
            way: float(sum(saved(one, lists(one, way, other), TRUTHS[first]).sum() for one in companies))
            for way in (PLAN, *SORTS)
        }
        yield told(
            f"{first}, {times:g} times the budget: over the best plain sort",
            whole[PLAN] / max(whole[way] for way in SORTS) - 1,
        )


def _between(mine: Sequence[pd.Series], other: Sequence[pd.Series]) -> Iterator[Figure]:
    low, high = _interval(mine, other)
    yield told("    its interval, lower end", low)
    yield told("    its interval, upper end", high)


def _interval(mine: Sequence[pd.Series], other: Sequence[pd.Series]) -> tuple[float, float]:
    """Give a 95% bootstrap interval of the gain over the leavers of all companies."""
    a, b = pd.concat(mine).to_numpy(), pd.concat(other).to_numpy()
    rng = np.random.default_rng(7)
    weights = rng.multinomial(len(a), np.full(len(a), 1 / len(a)), size=2000)
    low, high = np.quantile((weights @ a) / (weights @ b) - 1, [0.025, 0.975])
    return float(low), float(high)
