"""``forewarn changes``: what moved between two published batches, for everybody.

Who is in another tier, whose probability moved most, which contributions moved it (``pipeline.moving``), and who
came or went. A customer's parts add up to the change of its probability, and so do their means over all customers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

import pandas as pd

from models.tiers import TIERS
from pipeline import changes_told, moving, publishing, telling
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_parquet
from pipeline.moving import APART
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.serving import CAUSES
from pipeline.telling import Scored
from pipeline.terminal import console


@dataclass(frozen=True)
class Changes:
    """What lies between two batches.

    ``rows`` has one row a customer that both hold: ``customer_id, tier_then, tier_now, p_then, p_now, change``,
    then ``own_<cause>`` and ``others, level, model, entered``, which add up to ``change``, and ``changed``
    (``pipeline.moving``). ``new`` (customer_id, tier, p_churn, why) are those that only the newer one holds,
    ``vanished`` (the same of the older batch) those that it no longer holds; ``why`` they are missing in the other.
    ``separate`` says that what was entered since can be told from what another model says.
    """

    since: date
    as_of: date
    rows: pd.DataFrame
    new: pd.DataFrame
    vanished: pd.DataFrame
    models: tuple[Mapping[str, Any], Mapping[str, Any]]
    separate: bool

    @property
    def same_model(self) -> bool:
        return bool(self.models[0]["hash"] == self.models[1]["hash"])

    @property
    def between(self) -> dict[str, dict[str, int]]:
        """Count the customers of each tier then by their tier now."""
        pairs = Counter(zip(self.rows["tier_then"], self.rows["tier_now"], strict=True))
        return {then: {now: pairs[then, now] for now in TIERS} for then in TIERS}

    @property
    def mean(self) -> dict[str, float]:
        """Give the mean change and its parts over all customers of both batches; zeros where there are none."""
        names = ["change", *(f"own_{cause}" for cause in CAUSES), *APART]
        return {name: float(self.rows[name].mean()) if len(self.rows) else 0.0 for name in names}

    def told(self) -> dict[str, Any]:
        """Give everything as plain values, a customer a row."""
        return {
            "since": self.since,
            "as_of": self.as_of,
            "customers": len(self.rows),
            "tiers": self.between,
            "mean": self.mean,
            "models": {
                when: {name: model.get(name) for name in ("family", "hash", "version")}
                for when, model in zip(("then", "now"), self.models, strict=True)
            },
            "separate": self.separate,
            "moves": self.rows.to_dict("records"),
            "new": self.new.to_dict("records"),
            "vanished": self.vanished.to_dict("records"),
        }


def run(
    params: Params,
    paths: Paths,
    as_of: date,
    since: date | None = None,
    file: TextIO | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Print what moved from the batch of ``since`` (None: the one before) to that of ``as_of``."""
    found = changes(params, paths, as_of, since)
    out = console(file)
    if as_json:
        out.file.write(json_text({"dataset": paths.dataset, **found.told()}))
    else:
        changes_told.tell(params, paths, found, out)


def changes(params: Params, paths: Paths, as_of: date, since: date | None = None) -> Changes:
    """Hold two published batches against each other."""
    newer = telling.batch(paths, as_of)
    older = telling.batch(paths, since or _before(paths, as_of))
    found = moving.moved(params, paths, older.as_of, as_of)
    tiers = older.scores[["customer_id", "tier"]].merge(
        newer.scores[["customer_id", "tier"]], on="customer_id", suffixes=("_then", "_now")
    )
    rows = tiers.merge(found.rows.drop(columns=["since", "as_of"]), on="customer_id", validate="one_to_one")
    return Changes(
        since=older.as_of,
        as_of=as_of,
        rows=rows.sort_values("customer_id", ignore_index=True),
        new=_only(paths, newer, older),
        vanished=_only(paths, older, newer),
        models=(older.manifest["model"], newer.manifest["model"]),
        separate=found.separate,
    )


def _before(paths: Paths, as_of: date) -> date:
    earlier = [day for day in publishing.dates(paths) if day < as_of]
    if not earlier:
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no scores of a day before {as_of} to hold these against; make some "
            f"with 'forewarn score --dataset {paths.dataset} --as-of DATE'."
        )
    return earlier[-1]


def _only(paths: Paths, here: Scored, there: Scored) -> pd.DataFrame:
    """Give the customers that one batch holds and the other does not, with why the other does not."""
    mine = here.scores[~here.scores["customer_id"].isin(there.scores["customer_id"])]
    path = publishing.published(paths, there.as_of) / publishing.UNSCORED
    why = read_parquet(path).set_index("customer_id")["reason"]
    rows = mine[["customer_id", "tier", "p_churn"]].sort_values("customer_id", ignore_index=True)
    return rows.assign(why=rows["customer_id"].map(why).fillna("not in the records").astype(str))
