"""Models of a finished run that ask to serve, whatever `choose` and `evaluate` have said of them."""

import numpy as np

from pipeline import choose, fitted, released, store, tracking
from pipeline.frames import json_text, read_json, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]


def challenge(place: Place, family: str, *, refuted: bool = False) -> str:
    """Have ``family`` ask to serve, as ``choose`` and ``evaluate`` would; give its version."""
    params, paths = place
    served = fitted.load(paths, family, store.catalogue(paths)["features"])
    chosen = {**read_json(paths.champion), "family": family, "model": served.hash, "fit": served.fit.hash}
    write_sealed(paths.champion, chosen)
    choose._register(params, paths, served, json_text(chosen))
    broken = {"as_of": None, "tier": "high", "customers": 30, "observed": 0.5}
    told = {**read_json(paths.certificate), "model": served.hash, "refuted": [broken] if refuted else []}
    write_sealed(paths.certificate, told)
    return released.named(paths, tracking.CHALLENGER).version


def spoil(place: Place, family: str, p: float) -> None:
    """Have ``family`` say ``p`` of everybody, at all times."""
    path = place[1].family(family) / fitted.CALIBRATION
    maps = read_json(path)
    maps.pop("level", None)
    log_odds = float(np.log(p / (1 - p)))
    maps["churn"] |= {"method": "sigmoid", "values": {"a": [0.0], "b": [log_odds]}}
    write_sealed(path, maps)
