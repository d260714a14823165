"""Stage ``calibrate``: each family's scores become probabilities, on later dates than its training saw.

Writes ``model/<family>/calibration.json``: the map for leaving and, with the departure rule, the one for having
left already among those that leave; and beside them how each method did.
"""

import json
from typing import Any

from models import calibration, gone
from models.errors import TooLittle
from models.families import FAMILIES
from pipeline import store
from pipeline.columns import groups, labels
from pipeline.errors import TooLittleData
from pipeline.fitted import CHURN, GONE, load_fit
from pipeline.frames import write_json
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Fit the maps of every family on the calibration dates."""
    rows, X = store.matrix(paths, "calibration")
    declared = store.catalogue(paths)["features"]
    found = {}
    for family in FAMILIES:
        fit = load_fit(paths, family, declared)
        maps: dict[str, Any] = {"fit": fit.hash, "rows": len(rows), "leavers": int(labels(rows).sum())}
        try:
            map_, table = calibration.choose(
                fit.churn.score(X), labels(rows), groups(rows), fit.churn.unit, params.calibrate.methods
            )
        except TooLittle as error:
            raise TooLittleData(f"Dataset '{paths.dataset}' cannot calibrate '{family}': {error}") from None
        maps |= {CHURN: map_.to_json(), "methods": table.to_dict("records")}
        if fit.gone is not None:
            second = gone.calibrated(
                fit.gone, X, labels(rows), rows["gone"], groups(rows), params.calibrate.methods
            )
            maps[GONE] = json.loads(second.to_files()["gone.json"])
        found[family] = maps
    for family, maps in found.items():
        write_json(paths.family(family) / "calibration.json", maps)
        print(f"{family}: {maps[CHURN]['method']}, from {maps['rows']:,} rows")
