"""Stage ``explain``: the champion's causes for every customer of the test dates.

Each date is explained by the model that the company would have had on it. Writes ``report/causes.parquet`` in the
columns of the score output, by the code that serves; ``report/contributions.parquet``, the same rows feature by
feature; and ``report/overview.json``, the model seen whole.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline import overview, store
from pipeline.errors import GateClosed
from pipeline.fitted import champion, load
from pipeline.frames import write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import reference
from pipeline.serving import explained, rows
from pipeline.usual import past

KEYS = ["customer_id", "as_of", "p_churn", "base"]


def run(params: Params, paths: Paths) -> None:
    """Explain the champion's probabilities on the test dates."""
    declared = store.catalogue(paths)["features"]
    served = champion(paths, declared)
    family = served.fit.family
    cohort = store.cohort(paths)
    told, apart = [], []
    for place, day in enumerate(store.tested(cohort)):
        then = load(paths, family, declared, day)
        if place == 0 and then.hash != served.hash:
            raise GateClosed(
                f"The model of '{family}' as of {day} is not the champion's; walk the test dates again with "
                f"'forewarn evaluate --dataset {paths.dataset}'."
            )
        asked, X = store.of_rows(paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
        against = reference(params, paths, asked)
        before = past(paths, day, declared)
        now = then.on(day)
        parts = explained(now, X, against)
        told.append(rows(now, asked, X, declared, params.explain.reasons, against, before, parts))
        apart.append(_by_feature(told[-1], now.fit.churn.features, parts.contributions))
    causes, contributions = pa.concat_tables(told), pa.concat_tables(apart)
    whole = overview.gathered(
        params,
        paths,
        served,
        causes.drop_columns("reasons").to_pandas(date_as_object=False),
        contributions.to_pandas(date_as_object=False),
    )
    write_parquet(paths.report / "causes.parquet", causes)
    write_parquet(paths.report / "contributions.parquet", contributions)
    write_json(paths.report / "overview.json", whole)
    print(f"causes of {causes.num_rows:,} rows by {family}")


def _by_feature(rows: pa.Table, features: Sequence[str], contributions: np.ndarray) -> pa.Table:
    """Give the keys of ``rows`` with a column a feature."""
    columns = {name: contributions[:, place] for place, name in enumerate(features)}
    return pa.table({**{name: rows[name] for name in KEYS}, **columns})
