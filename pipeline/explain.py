"""Stage ``explain``: the champion's causes for every customer of the test dates.

Each date is explained by the model that the company would have had on it. Writes ``report/causes.parquet`` in the
columns of the score output, by the code that serves.
"""

import pandas as pd
import pyarrow as pa

from pipeline import store
from pipeline.errors import GateClosed
from pipeline.fitted import champion, load
from pipeline.frames import write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import reference
from pipeline.serving import rows
from pipeline.usual import past


def run(params: Params, paths: Paths) -> None:
    """Explain the champion's probabilities on the test dates."""
    declared = store.catalogue(paths)["features"]
    served = champion(paths, declared)
    family = served.fit.family
    cohort = store.cohort(paths)
    told = []
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
        told.append(rows(then.on(day), asked, X, declared, params.explain.reasons, against, before))
    causes = pa.concat_tables(told)
    write_parquet(paths.report / "causes.parquet", causes)
    print(f"causes of {causes.num_rows:,} rows by {family}")
