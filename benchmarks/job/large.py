"""How long does the nightly job take for a large company? 100,000 customers with 10 million order lines.

The company is simulated with all its tables: some 100 order lines, 120 contacts and 50 invoices a customer. Its
model is that of a company of 2,000 such customers, promoted under the same name; its store holds the dates that say
what is usual of each customer. What is measured is ``forewarn score`` alone, a process of its own, from the records
as ``ingest`` left them to the published scores with their reasons.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.features import measuring
from benchmarks.job.small import command
from benchmarks.results import Figure, at_least, at_most, told
from pipeline.frames import read_json, write_text
from pipeline.paths import Paths

CUSTOMERS, LINES = 100_000, 10_000_000
LEARNED_FROM = 2_000
NAME = "large"
FOLDER = Path(__file__).parent.parent / ".data"
AS_OF = "2024-12-31"
SECONDS, GIGABYTES = 360, 6
SETTINGS = """seed: 7
train: {trials: {logistic: 1, forest: 1, boosted: 2}}
evaluate: {resamples: 100}
explain: {refits: 0}
"""
COMPANY = """timezone: Europe/Berlin
dates: {{history_days: {history}, test: 1, calibration: {calibration}, folds: 1}}
simulate: {{customers: {customers}, start: "2021-01-01", days: 1461, seed: {seed}}}
"""
LEARNED_ON = ("simulate", "ingest", "label", "build", "train", "calibrate", "choose", "evaluate", "promote")
SCORED_ON = ("simulate", "ingest", "label", "build")


def figures(customers: int = CUSTOMERS) -> Iterator[Figure]:
    """Make the company, or find it made, and score it anew."""
    paths = Paths(FOLDER / f"large-{customers}", NAME)
    if not (paths.root / "made").exists():
        _make(paths, customers)
    lines = read_json(paths.report / "ingest.json")["tables"]["trade"]["kept"]
    yield at_least("order lines of the large company", lines, LINES * customers // CUSTOMERS)
    shutil.rmtree(paths.scores, ignore_errors=True)
    score = ["pipeline", "score", "--dataset", NAME, "--as-of", AS_OF, "--log", "none"]
    cost = measuring.run(score, _environment(paths))
    yield at_most(f"score of {customers:,} customers with reasons: seconds", cost.seconds, SECONDS)
    yield at_most(
        f"score of {customers:,} customers with reasons: peak memory, GB", cost.gigabytes, GIGABYTES
    )
    for line in (paths.report / "score.prom").read_text("utf-8").splitlines():
        if line.startswith("forewarn_step_seconds{"):
            part = line.split('step="')[1].split('"')[0]
            yield told(f"  seconds of the part '{part}'", float(line.split()[-1]))


def _make(paths: Paths, customers: int) -> None:
    """Train on a small company, then put the large one's records in its place."""
    write_text(paths.root / "params.yaml", SETTINGS)
    for number, history, calibration, seed, stages in (
        (LEARNED_FROM, 180, 3, 71, LEARNED_ON),
        (customers, 820, 1, 72, SCORED_ON),
    ):
        spec = COMPANY.format(customers=number, history=history, calibration=calibration, seed=seed)
        write_text(paths.spec, spec)
        for stage in stages:
            command(paths, stage)
    write_text(paths.root / "made", json.dumps({"customers": customers}))


def _environment(paths: Paths) -> dict[str, str]:
    return {"FOREWARN_ROOT": str(paths.root)}
