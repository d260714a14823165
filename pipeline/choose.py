"""Stage ``choose``: the champion, by the calibration dates alone; the test dates are not read.

Each family is judged by the criterion of ``params.yaml`` on probabilities that its calibration gave to customers it
was not fitted on. Writes ``model/champion.json``, registers the model in MLflow under the alias ``champion``, and
notes in ``report/tracking.json`` where MLflow keeps it (ids that differ from run to run, so not beside the model).
"""

import numpy as np
import pandas as pd

from models import crossfit, metrics
from models.errors import TooLittle
from models.families import FAMILIES
from pipeline import store, tracking
from pipeline.columns import groups, labels
from pipeline.errors import TooLittleData
from pipeline.fitted import Served, load
from pipeline.frames import json_text, read_parquet, write_json
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.training import told, training_of


def run(params: Params, paths: Paths) -> None:
    """Name the family with the smallest loss; of equals, the first (the simplest)."""
    rows, X = store.matrix(paths, "calibration")
    declared = store.catalogue(paths)["features"]
    served = {family: load(paths, family, declared) for family in FAMILIES}
    loss = {family: _loss(params, paths, served[family], rows, X) for family in FAMILIES}
    best = min(FAMILIES, key=lambda family: loss[family])
    chosen = {
        "family": best,
        "criterion": params.choose.criterion,
        "values": loss,
        "rows": len(rows),
        "model": served[best].hash,
        "fit": served[best].fit.hash,
    }
    registered = _register(params, paths, served[best], json_text(chosen))
    write_json(paths.report / "tracking.json", {"model": served[best].hash, **vars(registered)})
    write_json(paths.champion, chosen)
    print(f"champion: {best}, {params.choose.criterion} " + ", ".join(f"{f} {loss[f]:.4f}" for f in FAMILIES))


def _loss(params: Params, paths: Paths, served: Served, rows: pd.DataFrame, X: pd.DataFrame) -> float:
    y, model = labels(rows), served.fit.churn
    try:
        p = crossfit.probabilities(model.score(X), y, groups(rows), model.unit, params.calibrate.methods)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot choose a champion: {error}") from None
    criterion = {"log_loss": metrics.log_loss, "brier": metrics.brier}[params.choose.criterion]
    return float(np.float64(criterion(y, p)))


def _register(params: Params, paths: Paths, served: Served, chosen: str) -> tracking.Registered:
    fit = served.fit
    trials = read_parquet(paths.family(fit.family) / "trials.parquet")
    models = {name: content for name, content in fit.files.items() if name != "family.json"}
    bundle = {**served.files, "champion.json": chosen.encode()}
    return tracking.register(
        paths, training_of(params, paths), told(fit.about, models, trials, 0.0), served.hash, bundle
    )
