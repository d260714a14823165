"""Stage ``choose``: the champion, by the calibration dates alone; the test dates are not read.

Each family is judged by the criterion of ``params.yaml`` on probabilities that its calibration gave to customers it
was not fitted on. A family whose tiers break their promise on those (``models.tiers``) cannot serve; where none is
left, nothing is chosen (exit 14). Writes ``model/champion.json``, registers the model in MLflow under the alias
``challenger``, and notes in ``report/tracking.json`` where MLflow keeps it (ids that differ from run to run, so not
beside the model). It serves when ``promote`` has let it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models import crossfit, metrics, tiers
from models.errors import TooLittle
from models.families import FAMILIES
from pipeline import certificates, store, tracking
from pipeline.columns import days, groups, labels
from pipeline.errors import GateClosed, TooLittleData
from pipeline.fitted import Served, load
from pipeline.frames import json_text, read_parquet, write_json, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.training import told, training_of


def run(params: Params, paths: Paths) -> None:
    """Name the family with the smallest loss, its tiers not refuted; of equals, the first (the simplest)."""
    rows, X = store.matrix(paths, "calibration")
    declared = store.catalogue(paths)["features"]
    served = {family: load(paths, family, declared) for family in FAMILIES}
    p = {family: _crossfitted(params, paths, served[family], rows, X) for family in FAMILIES}
    y = labels(rows)
    criterion = {"log_loss": metrics.log_loss, "brier": metrics.brier}[params.choose.criterion]
    loss = {family: float(np.float64(criterion(y, p[family]))) for family in FAMILIES}
    held = {family: tiers.certificates(y, p[family], groups(rows)) for family in FAMILIES}
    left = [family for family in FAMILIES if not certificates.refuted(held[family])]
    if not left:
        raise GateClosed(_none_left(paths, held))
    best = min(left, key=lambda family: loss[family])
    chosen = {
        "family": best,
        "criterion": params.choose.criterion,
        "values": loss,
        "certificates": held,
        "dates": sorted({day.isoformat() for day in days(rows)}),
        "rows": len(rows),
        "model": served[best].hash,
        "fit": served[best].fit.hash,
    }
    registered = _register(params, paths, served[best], json_text(chosen))
    write_json(paths.report / "tracking.json", {"model": served[best].hash, **vars(registered)})
    write_sealed(paths.champion, chosen)
    for family in FAMILIES:
        if family not in left:
            print(f"{family} cannot serve: {certificates.denied(held[family])}")
    print(f"champion: {best}, {params.choose.criterion} " + ", ".join(f"{f} {loss[f]:.4f}" for f in FAMILIES))


def _crossfitted(
    params: Params, paths: Paths, served: Served, rows: pd.DataFrame, X: pd.DataFrame
) -> np.ndarray:
    y, model = labels(rows), served.fit.churn
    try:
        return crossfit.probabilities(model.score(X), y, groups(rows), model.unit, params.calibrate.methods)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot choose a champion: {error}") from None


def _none_left(paths: Paths, held: Mapping[str, Mapping[str, Any]]) -> str:
    told = "; ".join(f"'{family}': {certificates.denied(mine)}" for family, mine in held.items())
    return (
        f"No family of dataset '{paths.dataset}' keeps the promise of its tiers on the calibration dates ({told}); "
        "calibrate on more dates ('dates.calibration') or by other maps ('calibrate.methods')."
    )


def _register(params: Params, paths: Paths, served: Served, chosen: str) -> tracking.Registered:
    fit = served.fit
    trials = read_parquet(paths.family(fit.family) / "trials.parquet")
    models = {name: content for name, content in fit.files.items() if name != "family.json"}
    bundle = {**served.files, "champion.json": chosen.encode()}
    return tracking.register(
        paths, training_of(params, paths), told(fit.about, models, trials, 0.0), served.hash, bundle
    )
