"""Stage ``calibrate``: each family's scores become probabilities, on later dates than its training saw.

Writes ``model/<family>/calibration.json``: the map for leaving and, with the departure rule, the one for having
left already among those that leave; how each method did; the level of each date whose labels were known, from
which that of a later date is told (``models.level``); and what the recorded causes of leavers taught
(``models.rootcause``).
"""

from models.errors import TooLittle
from models.families import FAMILIES
from pipeline import activity, fitting, recorded, store
from pipeline.errors import TooLittleData
from pipeline.fitted import CHURN, load_fit
from pipeline.frames import write_sealed
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> None:
    """Fit the maps of every family on the calibration dates."""
    cohort = store.cohort(paths)
    calibrated = store.matrix(paths, "calibration")
    until = calibrated[0]["as_of"].max()
    known = store.of_rows(paths, cohort[cohort["eligible"] & (cohort["as_of"] <= until)])
    made_on = known[0]["known_on"].max().date()
    bought = activity.activity(params, paths, made_on)
    told = recorded.causes(paths, made_on)
    declared = store.catalogue(paths)["features"]
    fits = [load_fit(paths, family, declared) for family in FAMILIES]
    try:
        found = list(fitting.maps(params, fits, calibrated, known, bought, told))
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot be calibrated: {error}") from None
    for family, maps in zip(FAMILIES, found, strict=True):
        write_sealed(paths.family(family) / "calibration.json", maps)
        print(f"{family}: {maps[CHURN]['method']}, from {maps['rows']:,} rows")
