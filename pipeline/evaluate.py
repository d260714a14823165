"""Stage ``evaluate``: every family, the base rate and the cadence rule, on dates that nothing was fitted on.

Walks the test dates as the company would have lived them (``pipeline.walk``). Writes ``model/walked/``, the models
of each test date; ``report/predictions.parquet`` (one row a customer, test date and family),
``report/metrics.json`` (docs/reference/outputs.md) and ``report/curves.parquet``; and ``model/certificate.json``,
what the test dates say of the champion's tiers. Adds the figures to the families' runs in MLflow.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models import plots
from models.families import FAMILIES
from models.figures import STATISTICS
from pipeline import alarm, certificates, compared, digests, money, segments, store, tracking, walk
from pipeline.columns import groups
from pipeline.curves import curves
from pipeline.fitted import champion as serving
from pipeline.frames import write_parquet, write_sealed
from pipeline.measuring import POOLED, Resamples, measured
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted


def run(params: Params, paths: Paths) -> None:
    """Walk the test dates and measure everybody on them."""
    cohort = store.cohort(paths)
    alarm.run(params, paths, walk.splits(params, cohort))
    served = serving(paths, store.catalogue(paths)["features"])
    champion = served.fit.family
    tested = store.tested(cohort)
    with counted("walk", len(tested) * len(FAMILIES)) as step:
        predictions = walk.walked(params, paths, step)
    with counted("evaluate", predictions["family"].nunique() * (len(tested) + 1)) as step:
        found = measured(params, predictions, champion, step)
    drawn = curves(predictions)
    broken = certificates.broken(found.families, champion)
    worth = money.run(params, paths, predictions, champion)
    told = {
        "dataset": paths.dataset,
        "champion": champion,
        "families": found.families,
        "differences": found.differences,
        "segments": _segments(params, paths, cohort, predictions, champion),
        "certificates": {"refuted": broken, "promotable": not broken},
        "profit": worth,
    }
    write_parquet(paths.report / "curves.parquet", drawn)
    write_parquet(paths.report / "predictions.parquet", predictions)
    write_sealed(paths.report / "metrics.json", told)
    write_sealed(
        paths.certificate, {"model": served.hash, "refuted": broken, **_tiers(found.families[champion])}
    )
    _log(paths, found.families, drawn)
    compared.tell(told)
    print(money.sentence(worth, champion))


def _segments(
    params: Params, paths: Paths, cohort: pd.DataFrame, predictions: pd.DataFrame, champion: str
) -> dict[str, Any]:
    rows = predictions.loc[predictions["family"] == champion, segments.KEYS]
    asked = rows.merge(cohort, on=segments.KEYS, how="left", validate="one_to_one")
    blocks = Resamples(groups(rows), params.evaluate.resamples, params.seed)
    return segments.segments(predictions, segments.kinds(paths, asked), blocks, champion)


def _tiers(family: Mapping[str, Any]) -> dict[str, Any]:
    dates = {day: figures["tiers"] for day, figures in family["test"].items()}
    return {"test": dates, POOLED: family[POOLED]["tiers"]}


def _log(paths: Paths, found: Mapping[str, Any], drawn: pd.DataFrame) -> None:
    """Add the figures of the test dates to the runs of the families that serve."""
    told, figures = {}, {}
    pooled = drawn[drawn["as_of"].isna()].dropna(subset=["x", "y"])
    for family in FAMILIES:
        fit = digests.of_file(paths.family(family) / "family.json")
        dates = {**found[family]["test"], POOLED: found[family][POOLED]}
        told[fit] = {
            f"test/{when}/{name}": figure[name]["value"]
            for when, figure in dates.items()
            for name in STATISTICS
        }
        points = dict(list(pooled[pooled["family"] == family].groupby("curve")))
        figures[fit] = {
            "figures/reliability.svg": plots.reliability({family: points["reliability"]}),
            "figures/precision_recall.svg": plots.precision_recall(
                {family: points["precision_recall"]}, found[family][POOLED]["observed"]["value"]
            ),
        }
    tracking.log_figures(paths, told, figures)
