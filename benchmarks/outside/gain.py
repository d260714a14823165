"""What the sources from outside add: the same companies learnt with and without customs records and market index.

Two models of a company differ by these features alone: same customers, dates, labels, settings and seed. The gain
of a company is the difference of two figures on its nine test dates; told is the mean over companies, with the 95%
interval of Student's t over them, so that the luck of a company and of a fit is in it.

Cause accuracy: of the leavers with a planted cause, each by the share of the test dates from 120 days before its
last purchase to 30 days after on which the cause named first (``likely_causes``) was the planted one (the leading
one of two). Both models are asked about all of them, whoever would have been on a list.

Customs records speak of those that go to a rival, a fifth of the leavers; so the ranking of these against all that
stay is told apart, of customers with customs records.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from scipy.stats import t

from benchmarks.alerts import CAUSED
from benchmarks.outside import companies
from benchmarks.outside.companies import OUTSIDE, Company
from benchmarks.outside.learning import BAGS, history, learnt, said
from benchmarks.results import Figure, at_least, told
from models import cases
from models.intervals import Interval
from models.metrics import log_loss, pr_auc, roc_auc
from pipeline.progress import counted

CUSTOMERS = 1000
"""Of a company: with fewer, what is gained is lost in the luck of a few leavers."""
LOSS = 0.005
"""What outside sources that say nothing may cost, of PR-AUC."""
WITH, WITHOUT = "with", "without"
RANKED = "PR-AUC"
SEEN = f"{RANKED} of those that go to a rival, with customs records"
RIGHT = "cause accuracy"
LEAVERS = "leavers with a cause"


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give the gain on companies with rivals, and what is lost where customs records are there and nobody moves."""
    moving, still = [], []
    with counted("gain", 2 * len(seeds)) as step:
        for seed in seeds:
            moving.append(measured(companies.with_rivals(seed, customers=CUSTOMERS)))
            step()
            still.append(measured(companies.steady(seed, customers=CUSTOMERS)))
            step()
    yield from gains("with rivals", moving)
    yield from losses("nobody moves", still)


def measured(company: Company) -> pd.DataFrame:
    """Give what two models of a company, ``with`` and ``without`` outside sources, reach on its test dates."""
    past = history(company.tables)
    names = {WITH: past.without(()), WITHOUT: past.without(OUTSIDE)}
    if names[WITH] == names[WITHOUT]:
        raise ValueError(f"The company of seed {company.seed} has no feature from outside to leave out.")
    with ThreadPoolExecutor(len(names)) as pool:
        models = pool.map(lambda kept: learnt(past, kept, BAGS * company.seed), names.values())
    return pd.DataFrame([_reached(company, said(past, model)) for model in models], index=list(names))


def _reached(company: Company, table: pd.DataFrame) -> dict[str, float]:
    y, p = table["label"].to_numpy(), table["p_churn"].to_numpy()
    of = seen(table, company)
    right = named(table, company.truth["leavers"])
    for_rival = right["cause"] == "competitor"
    return {
        RANKED: float(pr_auc(y, p)),
        SEEN: float(pr_auc(y[of], p[of])),
        "ROC-AUC": float(roc_auc(y, p)),
        "log loss": float(log_loss(y, p)),
        RIGHT: float(right["share"].mean()),
        f"{RIGHT}, competitor": float(right.loc[for_rival, "share"].mean()),
        f"{RIGHT}, the other causes": float(right.loc[~for_rival, "share"].mean()),
        LEAVERS: float(len(right)),
    }


def seen(table: pd.DataFrame, company: Company) -> np.ndarray:
    """Say which rows are of customers with customs records that stay, or that leave for a competitor."""
    leavers = company.truth["leavers"]
    for_rival = set(leavers.loc[leavers["cause"] == "competitor", "customer_id"])
    recorded = table["customer_id"].isin(set(company.records["imports"]["customer_id"]))
    counts = (table["label"] == 0) | table["customer_id"].isin(for_rival)
    return np.asarray(recorded & counts)


def named(table: pd.DataFrame, leavers: pd.DataFrame) -> pd.DataFrame:
    """Give one row a leaver with a planted cause: customer_id, cause, ``share`` of its dates on which it was named.

    Leavers who are not asked about on any date near their last purchase are left out.
    """
    leavers = leavers[leavers["cause"].isin(CAUSED)]
    there = cases.chances(table, leavers.assign(left_on=leavers["last_purchase_on"]))
    shown = there.asked & there.around(cases.BEFORE, cases.GRACE)
    who, date = np.nonzero(shown)
    first = np.array([causes[0] for causes in table["likely_causes"]])[there.row[who, date]]
    rows = leavers.iloc[who][["customer_id", "cause"]]
    found = rows.assign(share=first == rows["cause"].to_numpy())
    return found.groupby(["customer_id", "cause"], as_index=False)["share"].mean()


def paired(differences: Iterable[float]) -> Interval:
    """Give the mean over companies with its 95% interval by Student's t; companies without a value are left out."""
    values = np.asarray(list(differences), np.float64)
    values = values[~np.isnan(values)]
    mean = float(values.mean()) if len(values) else np.nan
    if len(values) < 2:
        return Interval(mean, np.nan, np.nan)
    half = float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return Interval(mean, mean - half, mean + half)


def gain(each: Sequence[pd.DataFrame], figure: str) -> Interval:
    """Give how much better the models with the outside sources are by one figure; less log loss is better."""
    sign = -1 if figure == "log loss" else 1
    return paired(sign * (one.loc[WITH, figure] - one.loc[WITHOUT, figure]) for one in each)


def gains(where: str, each: Sequence[pd.DataFrame]) -> Iterator[Figure]:
    """Tell every figure of both models, and hold what is to be gained to be more than nothing."""
    yield told(f"{where}: {LEAVERS}, a company", _mean(each, WITH, LEAVERS))
    for figure in each[0].columns.drop(LEAVERS):
        gained = gain(each, figure)
        name = f"{where}: {figure} gained"
        yield at_least(name, gained.value, 0.0) if figure in (RANKED, RIGHT) else told(name, gained.value)
        yield from _interval(gained)
        for model in (WITHOUT, WITH):
            yield told(f"  {model} outside sources", _mean(each, model, figure))


def losses(where: str, each: Sequence[pd.DataFrame]) -> Iterator[Figure]:
    """Hold what is lost where the outside sources say nothing to its bar."""
    for figure in (RANKED, "log loss", RIGHT):
        gained = gain(each, figure)
        name = f"{where}: {figure} gained"
        yield at_least(name, gained.value, -LOSS) if figure == RANKED else told(name, gained.value)
        yield from _interval(gained)


def _interval(gained: Interval) -> Iterator[Figure]:
    yield told("  its interval over companies, lower end", gained.low)
    yield told("  its interval over companies, upper end", gained.high)


def _mean(each: Sequence[pd.DataFrame], model: str, figure: str) -> float:
    return float(np.nanmean([one.loc[model, figure] for one in each]))
