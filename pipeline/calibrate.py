"""Stage ``calibrate``: each family's scores become probabilities, on later dates than its training saw.

Writes ``model/<family>/calibration.json``: the map for leaving and, with the departure rule, the one for having
left already among those that leave; and beside them how each method did.
"""

from models.errors import TooLittle
from models.families import FAMILIES
from pipeline import fitting, store
from pipeline.errors import TooLittleData
from pipeline.fitted import CHURN, load_fit
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
        try:
            found[family] = fitting.maps(params, fit, rows, X)
        except TooLittle as error:
            raise TooLittleData(f"Dataset '{paths.dataset}' cannot calibrate '{family}': {error}") from None
    for family, maps in found.items():
        write_json(paths.family(family) / "calibration.json", maps)
        print(f"{family}: {maps[CHURN]['method']}, from {maps['rows']:,} rows")
