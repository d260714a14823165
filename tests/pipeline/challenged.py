"""Models of a finished run that ask to serve, whatever `choose` and `evaluate` have said of them."""

from typing import Any

import numpy as np

from pipeline import choose, fitted, released, store, tracking
from pipeline.fitted import Served
from pipeline.frames import json_text, read_json, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.tracking import Version

Place = tuple[Params, Paths]


def chosen(paths: Paths, family: str) -> tuple[Served, dict[str, Any]]:
    """Have ``family`` be what was chosen; give it, and what was written of the choice."""
    served = fitted.load(paths, family, store.catalogue(paths)["features"])
    told = {**read_json(paths.champion), "family": family, "model": served.hash, "fit": served.fit.hash}
    write_sealed(paths.champion, told)
    return served, told


def asking(place: Place, family: str) -> Version:
    """Have ``family`` ask to serve, as ``choose`` would."""
    params, paths = place
    served, told = chosen(paths, family)
    choose._register(params, paths, served, json_text(told))
    return released.named(paths, tracking.CHALLENGER)


def challenge(place: Place, family: str, *, refuted: bool = False) -> str:
    """Have ``family`` ask to serve, as ``choose`` and ``evaluate`` would; give its version."""
    version, paths = asking(place, family), place[1]
    broken = {"as_of": None, "tier": "high", "customers": 30, "observed": 0.5}
    model = read_json(paths.champion)["model"]
    told = {**read_json(paths.certificate), "model": model, "refuted": [broken] if refuted else []}
    write_sealed(paths.certificate, told)
    return version.version


def lenient(params: Params) -> Params:
    """Give margins that 17 leavers can tell; ``gate.LEAST`` has to be lowered besides."""
    wide = params.promote.model_copy(update={"promises": 0.1, "profit": 1.0, "resamples": 500})
    return params.model_copy(update={"promote": wide})


def spoil(place: Place, family: str, p: float) -> None:
    """Have ``family`` say ``p`` of everybody, at all times."""
    path = place[1].family(family) / fitted.CALIBRATION
    maps = read_json(path)
    maps.pop("level", None)
    log_odds = float(np.log(p / (1 - p)))
    maps["churn"] |= {"method": "sigmoid", "values": {"a": [0.0], "b": [log_odds]}}
    write_sealed(path, maps)
