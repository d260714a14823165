"""Every figure of the predictions: a family on a test date and on all of them, and families against each other.

All families stand on the same customers, so they share the resamples: a pair's difference is that of the pair on
each resample. Resamples are of customers, with all their rows.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from models import budgets, intervals, metrics, tiers
from models.figures import Drawn, drawn, estimates, highest, lists
from pipeline.columns import groups, labels
from pipeline.params import Params

POOLED = "pooled"
KEPT = 20_000_000
"""So many weights of rows are kept in memory; more of them are drawn again for each family."""
AGAINST = ("cadence_rule", "base_rate")
"""Beside the champion, whom every family is held against."""
PAIRED = ("pr_auc", "roc_auc", "brier", "log_loss")


class Resamples:
    """The resamples of some customers, the same however often they are gone through."""

    def __init__(self, customers: np.ndarray, n: int, seed: int) -> None:
        self._drawing = partial(intervals.resamples, customers, n, seed)
        self._kept = list(self._drawing()) if n * len(customers) <= KEPT else None

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter(self._drawing() if self._kept is None else self._kept)


@dataclass(frozen=True)
class Measured:
    """``families`` and ``differences`` as they stand in ``metrics.json``."""

    families: Mapping[str, Any]
    differences: Mapping[str, Any]


def measured(params: Params, predictions: pd.DataFrame, champion: str, step: Callable[[], None]) -> Measured:
    """Give the figures of every family on each test date and on all of them pooled, and their differences.

    ``step`` is called after each family of each date.
    """
    found: dict[str, Any] = {name: {"test": {}} for name in predictions["family"].unique()}
    apart: dict[str, Any] = {"test": {}}
    for day in [*sorted(predictions["as_of"].unique()), None]:
        rows = predictions if day is None else predictions[predictions["as_of"] == day]
        one = rows[rows["family"] == rows["family"].iloc[0]]
        blocks = Resamples(groups(one), params.evaluate.resamples, params.seed)
        kept: dict[str, Drawn] = {}
        for name in found:
            told, kept[name] = figures(params, rows[rows["family"] == name], blocks)
            if day is None:
                found[name][POOLED] = told
            else:
                found[name]["test"][str(day.date())] = told
            step()
        if day is None:
            apart[POOLED] = differences(kept, champion)
        else:
            apart["test"][str(day.date())] = differences(kept, champion)
    return Measured(found, apart)


def differences(kept: Mapping[str, Drawn], champion: str) -> dict[str, Any]:
    """Give each family's figures less those of the champion, the cadence rule and the base rate."""
    return {
        name: {
            other: {figure: e._asdict() for figure, e in mine.minus(kept[other], PAIRED).items()}
            for other in dict.fromkeys((champion, *AGAINST))
            if other != name
        }
        for name, mine in kept.items()
    }


def figures(params: Params, rows: pd.DataFrame, blocks: Resamples) -> tuple[dict[str, Any], Drawn]:
    """Give every figure of some rows of one family, with intervals over customers; and what they were drawn as."""
    y, p, tier = labels(rows), rows["p_churn"].to_numpy(), rows["tier"].to_numpy()
    flags = {"high": tier == "high", "high_and_medium": tier != "low"}
    flags |= {budgets.named(share): highest(p, share) for share in params.evaluate.budgets}
    kept = drawn(y, p, blocks)
    told: dict[str, Any] = {
        "customers": len(rows),
        **{name: interval._asdict() for name, interval in kept.intervals().items()},
        "tiers": tiers.certificates(y, p, groups(rows)),
        "brier_parts": metrics.brier_parts(y, p),
        "lists": _lists(y, flags, blocks),
    }
    if "p_gone" in rows:
        going = rows["going"].to_numpy().astype(np.int64)
        said = rows["p_gone"].to_numpy()
        for name, part, own in (("going", going, p - said), ("gone", y - going, said)):
            told[name] = {
                "customers": int(part.sum()),
                **{figure: interval._asdict() for figure, interval in estimates(part, own, blocks).items()},
                "lists": _lists(part, flags, blocks),
                "own_lists": _lists(
                    part,
                    {budgets.named(share): highest(own, share) for share in params.evaluate.budgets},
                    blocks,
                ),
            }
    return told, kept


def _lists(y: np.ndarray, flags: Mapping[str, np.ndarray], blocks: Resamples) -> dict[str, Any]:
    """Give size, precision and recall of each list."""
    return {
        name: {
            "customers": round(float(flags[name].sum())),
            **{kind: interval._asdict() for kind, interval in told.items()},
        }
        for name, told in lists(y, flags, blocks).items()
    }
