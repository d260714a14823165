"""The best reader of a simulated company, and what is pooled of many."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from benchmarks import cases as bench
from benchmarks import reader
from models import cases
from simulator.company import Company, simulate
from simulator.settings import World

DATES = pd.to_datetime(["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30"])


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(World(customers=1000), seed=7)


@pytest.fixture(scope="module")
def bought(company: Company) -> pd.DataFrame:
    days = company.trade[["customer_id"]].assign(bought_on=company.trade["ordered_at"].dt.normalize())
    return days.drop_duplicates().sort_values(["customer_id", "bought_on"], ignore_index=True)


@pytest.fixture(scope="module")
def rows(company: Company, bought: pd.DataFrame) -> pd.DataFrame:
    """Who bought twice up to each date, and in the 60 days before it, with the days to its last purchase."""
    segment = company.customers.drop_duplicates("customer_id").set_index("customer_id")["segment"]
    left = company.leavers.set_index("customer_id")["last_purchase_on"]
    told = []
    for day in DATES:
        known = bought[bought["bought_on"] <= day].groupby("customer_id")["bought_on"].agg(["size", "max"])
        who = known.index[(known["size"] >= 2) & (known["max"] > day - pd.Timedelta(days=60))]
        ahead = (left.reindex(who) - day).dt.days.to_numpy()
        told.append(
            pd.DataFrame(
                {"customer_id": who, "as_of": day, "segment": segment[who].to_numpy(), "ahead": ahead}
            )
        )
    return pd.concat(told, ignore_index=True)


def read(truth: Mapping[str, pd.DataFrame], bought: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    return reader.ranked(truth, bought, rows[["customer_id", "as_of", "segment"]])


def test_of_whom_the_reader_is_sure_as_many_leave_as_it_says(
    company: Company, bought: pd.DataFrame, rows: pd.DataFrame
) -> None:
    p = read(company.truth, bought, rows)
    soon = ((rows["ahead"] > 0) & (rows["ahead"] <= cases.BEFORE)).to_numpy()
    assert not np.isnan(p).any()
    sure = p >= 0.1
    assert sure.sum() > 100
    # A few hundred rows of customers that stand on several dates: 0.08 is about two standard errors.
    assert abs(p[sure].mean() - soon[sure].mean()) < 0.08
    assert abs(p[~sure].mean() - soon[~sure].mean()) < 0.02
    assert soon[sure].mean() > 10 * soon[~sure].mean()


def test_the_reader_is_not_told_who_leaves_nor_what_comes_later(
    company: Company, bought: pd.DataFrame, rows: pd.DataFrame
) -> None:
    day = DATES[2]
    now = rows[rows["as_of"] == day].reset_index(drop=True)
    later = day + pd.Timedelta(days=reader.FADE)
    spells = company.spells.drop(columns="leaving")
    hidden = spells[spells["onset_on"] <= day].copy()
    hidden["over_on"] = hidden["over_on"].where(hidden["over_on"] <= later)
    hidden["full_on"] = hidden["full_on"].where(hidden["full_on"] <= day, later)
    blind = {"spells": hidden, "traits": company.traits}
    past = bought[bought["bought_on"] <= day].reset_index(drop=True)
    assert read(blind, past, now) == pytest.approx(read(company.truth, bought, now), rel=1e-9)


def test_leavers_are_pooled_with_what_each_ranking_did(rows: pd.DataFrame) -> None:
    """Ranked by the truth, a list finds everybody who leaves within its dates; ranked against it, nobody."""
    ahead = rows["ahead"].to_numpy()
    best = np.where(ahead > 0, 1 / np.maximum(ahead, 1), 0.0)
    left = rows.loc[ahead > 0, ["customer_id", "as_of"]].assign(
        left_on=rows["as_of"] + pd.to_timedelta(rows["ahead"], unit="D"), kind="known"
    )
    leavers = left.drop_duplicates(["customer_id", "left_on"], ignore_index=True)
    names = (bench.CHAMPION, bench.CHURN, bench.RULE, bench.SILENCE, bench.READER)
    by = {name: best if name == bench.READER else -best for name in names}
    found = bench.hits(bench.Company(rows.assign(tier="low"), by, leavers), "known")
    assert len(found) > 10
    assert found[f"{bench.READER} 0.1"].mean() == 1.0
    assert found[f"{bench.CHAMPION} 0.1"].mean() == 0.0
    lots = found["lots 0.1"].mean()
    assert 1 - 0.9**3 - 0.02 < lots < 1 - 0.9**4 + 0.02  # three or four dates in 120 days
    figures = {
        figure.name: figure
        for figure in bench.figures(dict.fromkeys(("known", "slow", "by the rule"), found))
    }
    bar = figures[f"{bench.CHAMPION}: flagged in the 120 days before, at 10%"]
    assert (bar.value, bar.bar, bar.holds) == (0.0, "at least 0.45", False)


def test_the_scoring_companies_are_ten_that_nothing_was_developed_on() -> None:
    assert len(set(bench.SEEDS)) == 10
    assert min(bench.SEEDS) > 50
