"""Stage ``simulate``: makes the records of a simulated dataset, and keeps the truth about them aside."""

from pipeline.errors import BadConfig
from pipeline.frames import write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from simulator.company import simulate
from simulator.settings import World


def run(params: Params, paths: Paths) -> None:
    """Write ``raw/<table>.parquet`` for every table of records, and ``truth/<table>.parquet``."""
    spec = params.dataset.simulate
    if spec is None:
        raise BadConfig(
            f"Dataset '{paths.dataset}' is not simulated: '{paths.spec}' has no 'simulate'; "
            "add 'simulate: {}' to it, or bring records of your own."
        )
    company = simulate(World(customers=spec.customers, start=spec.start, days=spec.days), spec.seed)
    for name, records in company.records.items():
        write_parquet(paths.raw / f"{name}.parquet", records)
    for name, truth in company.truth.items():
        write_parquet(paths.truth / f"{name}.parquet", truth)
