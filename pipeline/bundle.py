"""The release bundle: everything that a model serves from, as named files under one digest.

``bundle.json`` names the digest of every other file, the features with their hashes and units, the settings that
a score depends on, and the certificates; its own digest names the release. Beside the files of the model lies a
golden batch: some customers of the last test date, without their names, with what the model answered when the
bundle was made. A bundle serves only where every digest agrees, the code declares the same features, the parsed
model writes the same bytes again, and the golden batch is answered as it was.

Files are parsed here and nowhere else, from bytes: LightGBM's text, skops with its explicit list of types, and JSON
in which no key stands twice. A loader of MLflow would run code that an artefact names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models import tiers
from pipeline import certificates, fitted, serving, store
from pipeline.admitted import demand_names, refused
from pipeline.declared import Entry
from pipeline.digests import of_bytes
from pipeline.errors import GateClosed, Refusal
from pipeline.fitted import CALIBRATION, CHURN, GONE, Served
from pipeline.frames import json_text, parsed, plain
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import everybody

INDEX, GOLDEN = "bundle.json", "golden.json"
FORMAT = 1
CUSTOMERS = 32
"""Customers of the golden batch."""
CLOSE = 1e-9
"""How far an answer to the golden batch may lie from the one that was written down."""


@dataclass(frozen=True)
class Dates:
    """The as-of dates of a model: the ``newest`` that there was when it was released, which nothing was fitted or
    chosen on, and the last that the model and its calibration learned from, ``learned_to``."""

    newest: date
    learned_to: date


def dates(files: Mapping[str, bytes]) -> Dates:
    """Give the dates of the model in a bundle: its golden batch is of the newest."""
    told = index(files)
    golden = parsed(files[told["golden"]].decode())
    learned = max(told["certificate"]["chosen"]["dates"])
    return Dates(date.fromisoformat(golden["as_of"]), date.fromisoformat(learned))


def made(params: Params, paths: Paths) -> dict[str, bytes]:
    """Give the bundle of the challenger, the family that ``choose`` named, by the names of its files."""
    declared = store.catalogue(paths)["features"]
    served = fitted.champion(paths, declared)
    _demand_trained(served.fit.about, params, paths)
    files = {**served.files, GOLDEN: _golden(params, paths, served).encode()}
    units = {entry["name"]: entry["unit"] for entry in declared}
    hashes = served.fit.about["declared"]
    index = {
        "format": FORMAT,
        "dataset": paths.dataset,
        "family": served.fit.family,
        "model": served.hash,
        "files": {name: of_bytes(content) for name, content in files.items()},
        "features": [
            {"name": name, "hash": hashes[name]["hash"], "unit": units[name]}
            for name in served.fit.churn.features
        ],
        "tiers": {"high": tiers.HIGH, "low": tiers.LOW},
        "certificate": _certificate(paths),
        "params": params.dataset.meaning,
        "golden": GOLDEN,
    }
    return {INDEX: json_text(index).encode(), **files}


def stands(params: Params, paths: Paths, index: Mapping[str, Any]) -> bool:
    """Say whether ``made`` would give this bundle again: the same model, its certificates and its settings."""
    chosen = certificates.chosen(paths)
    now = plain({"certificate": _certificate(paths), "params": params.dataset.meaning})
    return bool(index["model"] == chosen["model"] and all(index[name] == now[name] for name in now))


def demand_settings(index: Mapping[str, Any], params: Params) -> None:
    """Refuse a bundle that was made for other settings than those of the dataset."""
    _demand_meaning("The released model was made", index["params"], params)


def _demand_trained(about: Mapping[str, Any], params: Params, paths: Paths) -> None:
    """Refuse a model that was trained for other settings: a bundle says of it those of today."""
    if "settings" not in about:
        raise GateClosed(
            f"The model in '{paths.family(about['family'])}' does not say for which settings it was trained, as "
            f"earlier versions did not; train it again with 'forewarn run --dataset {paths.dataset}'."
        )
    _demand_meaning("The model was trained", about["settings"], params)


def _demand_meaning(made: str, kept: Mapping[str, Any], params: Params) -> None:
    for name, value in params.dataset.meaning.items():
        if kept.get(name) != value:
            raise GateClosed(
                f"{made} with '{name}: {kept.get(name)}' and the dataset says '{name}: {value}'; train again, or "
                "bring the setting back."
            )


def digest(files: Mapping[str, bytes]) -> str:
    """Give the name of a release: the SHA-256 of its ``bundle.json``, which names all others."""
    return of_bytes(files[INDEX])


def index(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Give the content of ``bundle.json``."""
    try:
        told = parsed(files[INDEX].decode())
    except KeyError:
        raise refused(f"'{INDEX}' is missing") from None
    except (ValueError, RecursionError) as error:
        raise refused(f"'{INDEX}' is no JSON: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise refused(f"'{INDEX}' is not of format {FORMAT}, which this version reads")
    return told


def opened(files: Mapping[str, bytes], digest: str, catalogue: Iterable[Entry]) -> Served:
    """Check a bundle and give the model in it, ready to serve; raises GateClosed, which names what differs.

    ``digest`` is the name under which the registry knows it, ``catalogue`` the declarations of the code.
    """
    _demand_files(files, digest)
    told = index(files)
    declared = {entry["name"]: entry for entry in catalogue}
    try:
        _demand_named(files, told)
        _demand_features(told["features"], declared)
        for name in files:
            if name.endswith(".json"):
                _parsed(name, files[name])
        served = _parsed_model(files, told, declared)
        _demand_answers(served, parsed(files[told["golden"]].decode()))
    except Refusal:
        raise
    except Exception as error:  # whatever a library makes of a file that is not what it should be
        reason = " ".join(str(error).split())[:200]
        raise refused(f"it cannot be read ({type(error).__name__}: {reason})") from None
    return served


def _demand_files(files: Mapping[str, bytes], digest: str) -> None:
    demand_names({name: len(content) for name, content in files.items()})
    found = of_bytes(files.get(INDEX, b""))
    if found != digest:
        raise refused(f"'{INDEX}' has the digest {found[:12]}, and {digest[:12]} was released")


def _demand_named(files: Mapping[str, bytes], told: Mapping[str, Any]) -> None:
    """Every file is named with its digest, and every named file is there."""
    named = told["files"]
    for name in sorted({*named, *files} - {INDEX}):
        if name not in files:
            raise refused(f"'{name}' is missing")
        if name not in named:
            raise refused(f"it holds '{name}', which it does not name")
        if of_bytes(files[name]) != named[name]:
            raise refused(f"'{name}' is not the file that was released")


def _demand_features(wanted: Iterable[Entry], declared: Mapping[str, Entry]) -> None:
    for feature in wanted:
        now = declared.get(feature["name"])
        if now is None:
            raise refused(f"its feature '{feature['name']}' is not in the catalogue")
        if now["unit"] != feature["unit"]:
            raise refused(
                f"the unit of its feature '{feature['name']}' was '{feature['unit']}' and is '{now['unit']}'"
            )


def _parsed(name: str, content: bytes) -> Any:
    try:
        return parsed(content.decode())
    except (ValueError, RecursionError) as error:
        raise refused(f"'{name}' is no JSON: {error}") from None


def _parsed_model(
    files: Mapping[str, bytes], told: Mapping[str, Any], declared: Mapping[str, Entry]
) -> Served:
    """Parse the model, and have it write every one of its files again."""
    about = _parsed("family.json", files["family.json"])
    if odd := set(files) ^ {INDEX, GOLDEN, CALIBRATION, "family.json", *about["files"]}:
        raise refused(f"'{min(odd)}' is not among the files of its model, or is missing")
    fit = fitted.fit_of(files, declared.values(), "the released bundle", "forewarn train")
    written = {f"fitted/{CHURN}/{name}": content for name, content in fit.churn.to_files().items()}
    if fit.gone is not None:
        written |= {f"fitted/{GONE}/{name}": content for name, content in fit.gone.to_files().items()}
    there = {name: files[name] for name in files if name not in (INDEX, GOLDEN, CALIBRATION, "family.json")}
    for name in sorted({*written, *there}):
        if written.get(name) != there.get(name):
            raise refused(f"'{name}' is not what the model in it writes again")
    names = [feature["name"] for feature in told["features"]]
    hashes = {feature["name"]: feature["hash"] for feature in told["features"]}
    if list(fit.churn.features) != names or hashes != {
        name: kept["hash"] for name, kept in fit.about["declared"].items() if name in hashes
    }:
        raise refused("its list of features is not that of its model")
    maps = _parsed(CALIBRATION, files[CALIBRATION])
    if maps["fit"] != fit.hash:
        raise refused(f"'{CALIBRATION}' belongs to another model")
    served = fitted.served_of(fit, maps, files[CALIBRATION])
    if (served.hash, fit.family) != (told["model"], told["family"]):
        raise refused(f"it holds the model {served.hash[:12]} and names {told['model'][:12]}")
    if told["tiers"] != {"high": tiers.HIGH, "low": tiers.LOW}:
        raise refused(f"its tiers are cut at {told['tiers']}, which this version does not do")
    return served


def _certificate(paths: Paths) -> dict[str, Any]:
    """Give what the calibration dates and, where ``evaluate`` has been, the test dates say of the tiers."""
    chosen, tested = certificates.chosen(paths), certificates.tested(paths)
    return {
        "chosen": {
            name: chosen[name] for name in ("family", "model", "dates", "certificates") if name in chosen
        },
        "tested": tested if tested is not None and tested["model"] == chosen["model"] else None,
    }


def _golden(params: Params, paths: Paths, served: Served) -> str:
    cohort = store.cohort(paths)
    day = store.tested(cohort)[-1]
    _, X = store.of_rows(paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
    X = X[list(served.fit.churn.features)]
    order = np.argsort(served.on(day).p_churn(X), kind="stable")
    kept = np.unique(np.linspace(0, len(X) - 1, CUSTOMERS).round().astype(int))
    X = X.iloc[order[kept]].reset_index(drop=True)
    return json_text({"as_of": day, "values": X.to_numpy(), **_answers(served, day, X)})


def _answers(served: Served, day: date, X: pd.DataFrame) -> dict[str, Any]:
    """Give what a model says of some customers, a row each: probabilities, and what each feature contributes."""
    on = served.on(day)
    parts = serving.explained(on, X, everybody(len(X)))
    return {
        "p_churn": on.p_churn(X),
        "p_gone": on.p_gone(X),
        "base": parts.base,
        "contributions": parts.contributions,
    }


def _demand_answers(served: Served, golden: Mapping[str, Any]) -> None:
    values = np.array(golden["values"], dtype=np.float64)
    if values.ndim != 2 or not 0 < len(values) <= CUSTOMERS:
        raise refused(f"'{GOLDEN}' holds no customers")
    X = pd.DataFrame(values, columns=list(served.fit.churn.features))
    for name, now in _answers(served, date.fromisoformat(golden["as_of"]), X).items():
        if (now is None) != (golden[name] is None):
            raise refused(f"the golden batch has '{name}' only on one side")
        if now is not None and not _close(np.asarray(now), np.array(golden[name], dtype=np.float64)):
            raise refused(f"the model no longer answers the golden batch with the same '{name}'")


def _close(now: np.ndarray, then: np.ndarray) -> bool:
    return now.shape == then.shape and bool((np.abs(now - then) <= CLOSE).all())
