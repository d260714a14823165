"""Stage ``explain``: the champion's causes for every customer of the test dates.

Writes ``report/causes.parquet`` in the columns of the score output, by the code that serves.
"""

from pipeline import store
from pipeline.fitted import champion
from pipeline.frames import write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.serving import rows


def run(params: Params, paths: Paths) -> None:
    """Explain the champion's probabilities on the test dates."""
    asked, X = store.matrix(paths, "test")
    declared = store.catalogue(paths)["features"]
    served = champion(paths, declared)
    causes = rows(served, asked, X, declared, params.explain.reasons)
    write_parquet(paths.report / "causes.parquet", causes)
    print(f"causes of {causes.num_rows:,} rows by {served.fit.family}")
