"""What the sources from outside add: the same companies learnt with and without customs records and market index.

Two models of a company differ by these features alone: same customers, dates, labels, settings and seed. The gain
of a company is the difference of two figures on its nine test dates; told is the mean over companies, with the 95%
interval of Student's t over them, so that the luck of a company and of a fit is in it.

Cause accuracy: of the leavers with a planted cause, each by the share of the test dates from 120 days before its
last purchase to 30 days after on which the cause named first (``likely_causes``) was the planted one (the leading
one of two). Both models are asked about all of them, whoever would have been on a list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import t

from benchmarks.alerts import CAUSED
from benchmarks.outside import companies
from benchmarks.outside.companies import OUTSIDE, Company
from benchmarks.outside.learning import BAGS, History, history, learnt, said
from benchmarks.results import Figure, at_least, told
from models import cases
from models.intervals import Interval
from models.metrics import log_loss, pr_auc, roc_auc
from pipeline.progress import counted

LOSS = 0.005
"""What outside sources that say nothing may cost, of PR-AUC."""
WITH, WITHOUT = "with", "without"
RANKING: Mapping[str, Callable[..., object]] = {"PR-AUC": pr_auc, "ROC-AUC": roc_auc}
RIGHT = "cause accuracy"


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give the gain on companies with rivals, and what is lost where customs records are there and nobody moves."""
    moving, still = [], []
    with counted("gain", 2 * len(seeds)) as step:
        for seed in seeds:
            moving.append(measured(companies.with_rivals(seed)))
            step()
            still.append(measured(companies.steady(seed)))
            step()
    yield from _gained("with rivals", moving)
    yield from _kept("nobody moves", still)


def measured(company: Company) -> pd.DataFrame:
    """Give the figures of a company on its test dates, one row a model: ``with`` the outside sources, ``without``."""
    past = history(company.tables)
    names = {WITH: past.without(()), WITHOUT: past.without(OUTSIDE)}
    if names[WITH] == names[WITHOUT]:
        raise ValueError(f"The company of seed {company.seed} has no feature from outside to leave out.")
    rows = {name: _figures(company, past, kept) for name, kept in names.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _figures(company: Company, past: History, names: Sequence[str]) -> dict[str, float]:
    table = said(past, learnt(past, names, BAGS * company.seed))
    y, p = table["label"].to_numpy(), table["p_churn"].to_numpy()
    right = named(table, company.truth["leavers"])
    told = {name: float(statistic(y, p)) for name, statistic in RANKING.items()}  # type: ignore[arg-type]
    told |= {"log loss": float(log_loss(y, p)), RIGHT: right["share"].mean(), "leavers": float(len(right))}
    groups = {
        "competitor": right["cause"] == "competitor",
        "the other causes": right["cause"] != "competitor",
    }
    return told | {f"{RIGHT}, {name}": right.loc[chosen, "share"].mean() for name, chosen in groups.items()}


def named(table: pd.DataFrame, leavers: pd.DataFrame) -> pd.DataFrame:
    """Give one row a leaver with a planted cause: customer_id, cause, ``share`` of its dates on which it was named.

    Leavers who are not asked about on any date near their last purchase are left out.
    """
    leavers = leavers[leavers["cause"].isin(CAUSED)]
    there = cases.chances(table, leavers.assign(left_on=leavers["last_purchase_on"]))
    shown = there.asked & there.around(cases.BEFORE, cases.GRACE)
    who, date = np.nonzero(shown)
    first = np.array([causes[0] for causes in table["likely_causes"]])[there.row[who, date]]
    found = leavers.iloc[who][["customer_id", "cause"]].assign(
        share=first == leavers["cause"].to_numpy()[who]
    )
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


def _gained(where: str, each: Sequence[pd.DataFrame]) -> Iterator[Figure]:
    """Tell every figure of both models, and hold the gains that are asked for to be above chance."""
    for figure in each[0].columns.drop("leavers"):
        for model in (WITHOUT, WITH):
            yield told(f"{where}, {model} outside sources: {figure}", _mean(each, model, figure))
        gained = gain(each, figure)
        judged = figure in ("PR-AUC", RIGHT)
        yield told(f"{where}: {figure} gained", gained.value)
        name = "  its interval over companies, lower end"
        yield at_least(name, gained.low, 0.0) if judged else told(name, gained.low)
        yield told("  its interval over companies, upper end", gained.high)
    yield told(f"{where}: leavers with a cause, a company", _mean(each, WITH, "leavers"))


def _kept(where: str, each: Sequence[pd.DataFrame]) -> Iterator[Figure]:
    """Hold the loss to its bar."""
    for figure in ("PR-AUC", "log loss", RIGHT):
        gained = gain(each, figure)
        name = f"{where}: {figure} gained"
        yield at_least(name, gained.value, -LOSS) if figure == "PR-AUC" else told(name, gained.value)
        yield told("  its interval over companies, lower end", gained.low)
        yield told("  its interval over companies, upper end", gained.high)


def _mean(each: Sequence[pd.DataFrame], model: str, figure: str) -> float:
    return float(np.nanmean([one.loc[model, figure] for one in each]))
