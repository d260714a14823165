"""A trained family on disk, read back by digest.

A folder is ``model/<family>/``, which serves, or ``model/walked/as_of=DATE/<family>/``, what the company would have
had on a test date (on the first of them, what serves). In it, ``fitted/churn/`` and, with the departure rule,
``fitted/gone/`` hold the models' own files; ``family.json`` names the digest of each of them; ``calibration.json``
holds the maps from score to probability. Nothing is read whose digest is not the one that was written down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models import families, gone
from models.artefact import under
from models.calibration import Calibration
from models.families import Model
from models.gone import Gone
from models.level import Level, Shifted
from models.rootcause import Learned
from pipeline import certificates
from pipeline.columns import EPOCH
from pipeline.declared import Entry, demand_same
from pipeline.digests import of_bytes, of_names
from pipeline.errors import GateClosed, MissingInput
from pipeline.frames import json_text, parsed, read_sealed
from pipeline.paths import Paths

CHURN, GONE, LEVEL, CAUSES = "churn", "gone", "level", "causes"
CALIBRATION = "calibration.json"


@dataclass(frozen=True)
class Fit:
    """A family as ``train`` left it: scores, not yet probabilities.

    ``typical`` is the median of each feature over the training rows. ``hash`` names the content of every file.
    """

    family: str
    churn: Model
    gone: Gone | None
    about: Mapping[str, Any]
    files: Mapping[str, bytes]
    hash: str

    @property
    def typical(self) -> Mapping[str, float | None]:
        return self.about["typical"]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Served:
    """A fitted family with its calibrations: what a customer's probability comes from.

    ``churn`` is the map as it was calibrated; ``on`` gives the family with the map of one day, by the ``level``.
    ``causes`` is what recorded causes of past leavers taught, where there were enough.
    """

    fit: Fit
    churn: Calibration | Shifted
    gone: Gone | None
    level: Level | None
    causes: Learned | None
    files: Mapping[str, bytes]
    hash: str

    def on(self, day: date) -> "Served":
        """Give the family as it speaks of ``day``: the probabilities at the level that the season gives them."""
        if self.level is None or isinstance(self.churn, Shifted):
            return self
        return replace(self, churn=Shifted(self.churn, self.level.shift((day - EPOCH).days)))

    def p_churn(self, X: pd.DataFrame) -> np.ndarray:
        """Give the probability of leaving, a row of ``X`` each."""
        return self.churn.probability(self.fit.churn.score(X))

    def p_gone(self, X: pd.DataFrame) -> np.ndarray | None:
        """Give the part of ``p_churn`` that has left already; None where the label rule does not tell."""
        share = self.share_gone(X)
        return None if share is None else gone.p_gone(self.p_churn(X), share)

    def share_gone(self, X: pd.DataFrame) -> np.ndarray | None:
        """Give the share of ``p_churn`` that has left already; None where the label does not tell."""
        return None if self.gone is None else self.gone.share(X)


def load_fit(paths: Paths, family: str, catalogue: Iterable[Entry], as_of: date | None = None) -> Fit:
    """Read what ``train`` wrote; raises GateClosed where a file is not the one it wrote.

    ``catalogue`` declares the features that the model will be given: those it was trained on, or it is refused.
    """
    folder = paths.family(family, as_of)
    made_by = f"forewarn train --dataset {paths.dataset} --family {family}"
    if as_of is not None:
        made_by = f"forewarn evaluate --dataset {paths.dataset}"
    about = read_sealed(folder / "family.json", made_by=made_by)
    demand_same(about, catalogue, made_by)
    files = {"family.json": (folder / "family.json").read_bytes()}
    for name, digest in about["files"].items():
        path = folder / name
        if not path.is_file():
            raise MissingInput(f"'{path}' is missing; make it with '{made_by}'.")
        files[name] = path.read_bytes()
        if of_bytes(files[name]) != digest:
            raise GateClosed(f"'{path}' is not the file that training wrote; make it again with '{made_by}'.")
    return fit_of(files, catalogue, f"'{folder}'", made_by)


def fit_of(files: Mapping[str, bytes], catalogue: Iterable[Entry], where: str, made_by: str) -> Fit:
    """Parse the files of a fit; ``where`` names their place and ``made_by`` the command that makes them anew."""
    about = parsed(files["family.json"].decode())
    demand_same(about, catalogue, made_by)
    parts = {kind: under(f"fitted/{kind}/", files) for kind in (CHURN, GONE)}
    try:
        churn = families.load(about["family"], parts[CHURN])
        left = gone.load(parts[GONE]) if parts[GONE] else None
    except (KeyError, TypeError, ValueError) as error:
        raise GateClosed(
            f"The model in {where} is not one that this version reads ({error}); make it again with '{made_by}'."
        ) from None
    own = {name: content for name, content in files.items() if name in {"family.json", *about["files"]}}
    return Fit(about["family"], churn, left, about, own, of_bytes(files["family.json"]))


def load(paths: Paths, family: str, catalogue: Iterable[Entry], as_of: date | None = None) -> Served:
    """Read a family with the calibrations that were written for exactly this fit; with ``as_of`` the walked one."""
    fit = load_fit(paths, family, catalogue, as_of)
    path = paths.family(family, as_of) / CALIBRATION
    made_by = f"forewarn {'calibrate' if as_of is None else 'evaluate'} --dataset {paths.dataset}"
    maps = read_sealed(path, made_by=made_by)
    if maps["fit"] != fit.hash:
        raise GateClosed(
            f"'{path}' belongs to an earlier model of '{family}'; make it again with '{made_by}'."
        )
    return served_of(fit, maps, path.read_bytes())


def served_of(fit: Fit, maps: Mapping[str, Any], content: bytes) -> Served:
    """Join a fit and its ``maps`` from score to probability, whose file holds ``content``."""
    files = {**fit.files, CALIBRATION: content}
    return Served(
        fit=fit,
        churn=Calibration.from_json(maps[CHURN]),
        gone=_calibrated(fit, maps.get(GONE)),
        level=Level.from_json(maps[LEVEL]) if LEVEL in maps else None,
        causes=_learned(fit, maps.get(CAUSES)),
        files=files,
        hash=of_names({name: of_bytes(content) for name, content in files.items()}),
    )


def _calibrated(fit: Fit, told: Mapping[str, Any] | None) -> Gone | None:
    if fit.gone is None or told is None:
        return None
    files = {**under(f"fitted/{GONE}/", fit.files), "gone.json": json_text(told).encode()}
    return gone.load(files)


def _learned(fit: Fit, told: Mapping[str, Any] | None) -> Learned | None:
    if told is None:
        return None
    learned = Learned.from_json(told)
    if learned.features != tuple(fit.churn.features):
        raise GateClosed(
            f"The causes that were learned for '{fit.family}' are of other features than its model; "
            "calibrate again."
        )
    return learned


def champion(paths: Paths, catalogue: Iterable[Entry]) -> Served:
    """Read the family that serves; raises GateClosed where it is no longer what was chosen."""
    made_by = f"forewarn choose --dataset {paths.dataset}"
    chosen = certificates.chosen(paths)
    served = load(paths, chosen["family"], catalogue)
    if served.hash != chosen["model"]:
        raise GateClosed(
            f"The files of '{served.fit.family}' are not those that were chosen as champion; "
            f"choose again with '{made_by}'."
        )
    return served
