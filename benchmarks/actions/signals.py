"""What the signals are worth on simulated companies: precision, recall and lead time of each rule and kind.

No bar is set; the figures are told. The companies are pooled: a leaver is a leaver, whichever it leaves.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pandas as pd

from actions.signals import history
from benchmarks.planted import COMPANY, NAME, SETTINGS
from benchmarks.results import Figure, show, told
from pipeline import ingest, label, params, signals, simulate
from pipeline.frames import write_text
from pipeline.paths import Paths

CUSTOMERS = 1200


def figures(seeds: Sequence[int], customers: int = CUSTOMERS) -> Iterator[Figure]:
    """Simulate a company a seed, and tell what each rule was worth on its last twelve as-of dates."""
    with tempfile.TemporaryDirectory(prefix="forewarn-signals-") as folder:
        parts = [_company(Path(folder) / str(seed), seed, customers) for seed in seeds]
    held, asked, left = (pd.concat(part) for part in zip(*parts, strict=True))
    rows = history.measured(held, asked, left, params.Label().horizon_days).to_dict("records")
    yield told("signals: customer-dates asked about", len(asked))
    yield told("signals: leavers among them", rows[-1]["leavers"])
    yield told("signals: share of customer-dates within 90 days of leaving", rows[-1]["base"])
    for row in rows:
        if not row["alarms"]:
            continue
        name = {"rule": row["name"], "signal": f"all of {row['name']}", "any": "any rule"}[row["of"]]
        yield told(f"signals: {name}: alarms", row["alarms"])
        yield told(f"signals: {name}: precision", row["precision"])
        yield told(f"signals: {name}: recall", row["recall"])
        if row["found"]:
            yield told(f"signals: {name}: median lead, days", row["lead_days"])


def _company(root: Path, seed: int, customers: int) -> list[pd.DataFrame]:
    """Give what ``signals.past`` gives, the customers named by their company too."""
    paths = Paths(root, NAME)
    write_text(root / "params.yaml", SETTINGS)
    write_text(paths.spec, COMPANY.format(customers=customers, seed=seed))
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        for stage in (simulate, ingest, label):
            stage.run(settings, paths)
    return [
        rows.assign(customer_id=f"{seed}-" + rows["customer_id"].astype("str"))
        for rows in signals.past(settings, paths)
    ]


if __name__ == "__main__":
    sys.exit(show("actions", list(figures([int(seed) for seed in sys.argv[1:]] or [53]))))
