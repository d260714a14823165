"""Stage ``report``: one self-contained page about a dataset, and its figures.

Writes ``report/index.html`` and ``report/figures/*.svg``. Reads what the stages before it wrote, and computes no
model; equal inputs give equal bytes.
"""

from typing import Any

from pipeline import page
from pipeline.frames import read_json, read_parquet, write_text
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Write the page of a dataset and its figures."""
    metrics = read_json(paths.report / "metrics.json", made_by=_command("evaluate", paths))
    predictions = read_parquet(paths.report / "predictions.parquet", made_by=_command("evaluate", paths))
    causes = read_parquet(paths.report / "causes.parquet", made_by=_command("explain", paths))
    sources = page.Sources(
        dataset=paths.dataset,
        metrics=metrics,
        predictions=predictions,
        causes=causes,
        features=features(paths),
        names=names(paths),
        ingest=read_json(paths.report / "ingest.json", made_by=_command("ingest", paths)),
        figures={},
    )
    write_text(paths.report / "index.html", page.render(params, sources))


def features(paths: Paths) -> dict[str, dict[str, Any]]:
    """Give what is declared of the features that were built, by name."""
    catalogue = read_json(paths.catalogue, made_by=_command("build", paths))
    return {entry["name"]: entry for entry in catalogue["features"]}


def names(paths: Paths) -> dict[str, str]:
    """Give the latest known name of each customer that has one."""
    rows = read_parquet(paths.table("customers"), made_by=_command("ingest", paths))
    if "name" not in rows:
        return {}
    if "known_at" in rows:
        rows = rows.sort_values("known_at", na_position="first", kind="stable")
    told = rows.dropna(subset=["name"]).drop_duplicates("customer_id", keep="last")
    return dict(zip(told["customer_id"], told["name"], strict=True))


def _command(stage: str, paths: Paths) -> str:
    return f"forewarn {stage} --dataset {paths.dataset}"
