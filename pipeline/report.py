"""Stage ``report``: one self-contained page about a dataset, and its figures.

Writes ``report/index.html`` and ``report/figures/*.svg``. Reads what the stages before it wrote, and computes no
model; equal inputs give equal bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from models import plots
from pipeline import findings, page
from pipeline.contents import Sources
from pipeline.frames import read_json, read_parquet, write_text
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Write the page of a dataset and its figures."""
    told = gathered(paths)
    curves = read_parquet(paths.report / "curves.parquet", made_by=_command("evaluate", paths))
    figures = drawn(told.metrics, curves, told.causes)
    text = page.render(params, told, figures)
    for name, svg in figures.items():
        write_text(paths.report / "figures" / f"{name}.svg", svg)
    write_text(paths.report / "index.html", text)


def gathered(paths: Paths) -> Sources:
    """Read what the page tells."""
    evaluate = _command("evaluate", paths)
    return Sources(
        dataset=paths.dataset,
        metrics=read_json(paths.report / "metrics.json", made_by=evaluate),
        predictions=read_parquet(paths.report / "predictions.parquet", made_by=evaluate),
        causes=read_parquet(paths.report / "causes.parquet", made_by=_command("explain", paths)),
        features=features(paths),
        names=names(paths),
        cohort=read_parquet(
            paths.cohort, made_by=_command("label", paths), columns=["as_of", "eligible", "reason"]
        ),
        ingest=read_json(paths.report / "ingest.json", made_by=_command("ingest", paths)),
        quality=read_json(paths.report / "quality.json", made_by=_command("inspect", paths)),
    )


def drawn(metrics: Mapping[str, Any], curves: pd.DataFrame, causes: pd.DataFrame) -> dict[str, str]:
    """Draw every figure of the page; by name, as SVG."""
    champion = metrics["champion"]
    pooled = curves[curves["as_of"].isna()]
    pulls = findings.weight_of_causes(causes)
    told = findings.by_date(metrics)
    return {
        "tiers": plots.tiers(findings.on(metrics, champion)["tiers"]),
        "precision_recall": plots.precision_recall(
            _points(pooled, "precision_recall", [n for n in findings.families(metrics) if n != "base_rate"]),
            findings.estimate(findings.on(metrics, champion)["observed"]).value,
        ),
        "causes": plots.causes(pd.DataFrame(pulls, columns=["cause", "raises", "lowers"]).set_index("cause")),
        "reliability": plots.reliability(_points(pooled, "reliability", [champion])),
        "backtest": plots.backtest(told, "share that leaves"),
    }


def _points(curves: pd.DataFrame, curve: str, families: Sequence[str]) -> dict[str, pd.DataFrame]:
    rows = curves[curves["curve"] == curve].dropna(subset=["x", "y"])
    return {family: rows[rows["family"] == family] for family in families}


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
