"""A trained family as it serves: read from its files by digest, and turned into rows of the score output.

On disk a family is ``model/<family>/``: ``fitted/churn/`` and, with the departure rule, ``fitted/gone/`` hold the
models' own files; ``family.json`` names the digest of each of them; ``calibration.json`` holds the maps from score
to probability. Nothing is read whose digest is not the one that was written down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.feature import Cause
from models import families, gone, tiers
from models.attribution import by_cause, on_probability
from models.calibration import Calibration
from models.families import Model
from models.gone import Gone
from pipeline.digests import of_bytes, of_names
from pipeline.errors import GateClosed, MissingInput
from pipeline.frames import json_text, read_json
from pipeline.paths import Paths

CAUSES = tuple(cause.value for cause in Cause)
REASON = pa.struct(
    [
        ("feature", pa.string()),
        ("value", pa.float64()),
        ("typical", pa.float64()),
        ("contribution", pa.float64()),
        ("en", pa.string()),
        ("zh", pa.string()),
    ]
)
CHURN, GONE = "churn", "gone"


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
    """A fitted family with its calibrations: what a customer's probability comes from."""

    fit: Fit
    churn: Calibration
    gone: Gone | None
    files: Mapping[str, bytes]
    hash: str

    def p_churn(self, X: pd.DataFrame) -> np.ndarray:
        """Give the probability of leaving, a row of ``X`` each."""
        return self.churn.probability(self.fit.churn.score(X))

    def p_gone(self, X: pd.DataFrame) -> np.ndarray | None:
        """Give the part of ``p_churn`` that has left already; None where the label rule does not tell."""
        if self.gone is None:
            return None
        return gone.p_gone(self.p_churn(X), self.gone.share(X))


def load_fit(paths: Paths, family: str) -> Fit:
    """Read what ``train`` wrote; raises GateClosed where a file is not the one it wrote."""
    folder = paths.family(family)
    made_by = f"forewarn train --dataset {paths.dataset} --family {family}"
    about = read_json(folder / "family.json", made_by=made_by)
    files = {"family.json": (folder / "family.json").read_bytes()}
    for name, digest in about["files"].items():
        path = folder / name
        if not path.is_file():
            raise MissingInput(f"'{path}' is missing; make it with '{made_by}'.")
        files[name] = path.read_bytes()
        if of_bytes(files[name]) != digest:
            raise GateClosed(f"'{path}' is not the file that training wrote; make it again with '{made_by}'.")
    parts = {kind: _under(f"fitted/{kind}/", files) for kind in (CHURN, GONE)}
    return Fit(
        family=family,
        churn=families.load(family, parts[CHURN]),
        gone=gone.load(family, parts[GONE]) if parts[GONE] else None,
        about=about,
        files=files,
        hash=of_bytes(files["family.json"]),
    )


def load(paths: Paths, family: str) -> Served:
    """Read a family with the calibrations that ``calibrate`` wrote for exactly this fit."""
    fit = load_fit(paths, family)
    path = paths.family(family) / "calibration.json"
    made_by = f"forewarn calibrate --dataset {paths.dataset}"
    maps = read_json(path, made_by=made_by)
    if maps["fit"] != fit.hash:
        raise GateClosed(
            f"'{path}' belongs to an earlier model of '{family}'; make it again with '{made_by}'."
        )
    files = {**fit.files, "calibration.json": path.read_bytes()}
    return Served(
        fit=fit,
        churn=Calibration.from_json(maps[CHURN]),
        gone=_calibrated(fit, maps.get(GONE)),
        files=files,
        hash=of_names({name: of_bytes(content) for name, content in files.items()}),
    )


def _calibrated(fit: Fit, told: Mapping[str, Any] | None) -> Gone | None:
    if fit.gone is None or told is None:
        return None
    files = {**_under(f"fitted/{GONE}/", fit.files), "gone.json": json_text(told).encode()}
    return gone.load(fit.family, files)


def champion(paths: Paths) -> Served:
    """Read the family that serves; raises GateClosed where it is no longer what was chosen."""
    made_by = f"forewarn choose --dataset {paths.dataset}"
    chosen = read_json(paths.champion, made_by=made_by)
    served = load(paths, chosen["family"])
    if served.hash != chosen["model"]:
        raise GateClosed(
            f"The files of '{served.fit.family}' are not those that were chosen as champion; "
            f"choose again with '{made_by}'."
        )
    return served


def rows(
    served: Served, asked: pd.DataFrame, X: pd.DataFrame, catalogue: Sequence[Mapping[str, Any]], kept: int
) -> pa.Table:
    """Give the score output, one row a customer of ``asked`` (customer_id, as_of), aligned with ``X``.

    ``base`` plus the ten contributions is ``p_churn``; a cause without features contributes 0. ``reasons`` are the
    ``kept`` features with the largest contributions, in absolute value, largest first.
    """
    model = served.fit.churn
    phi, base_score = model.contributions(X)
    contributions, base = on_probability(phi, base_score, served.churn)
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue}
    sums = by_cause(contributions, model.features, cause_of).reindex(columns=CAUSES, fill_value=0.0)
    p_churn = base + sums.to_numpy().sum(axis=1)
    p_gone = served.p_gone(X)
    columns: dict[str, Any] = {
        "customer_id": pa.array(asked["customer_id"], pa.string()),
        "as_of": pa.array(pd.to_datetime(asked["as_of"]).dt.date, pa.date32()),
        "p_churn": p_churn,
    }
    if p_gone is not None:
        columns["p_gone"] = np.minimum(p_gone, p_churn)
    columns["tier"] = pa.array(tiers.tier(np.clip(p_churn, 0.0, 1.0)).tolist(), pa.string())
    columns["base"] = np.full(len(asked), base)
    columns |= {f"contribution_{cause}": sums[cause].to_numpy() for cause in CAUSES}
    columns["top_cause"] = pa.array(top_causes(sums), pa.string())
    columns["reasons"] = pa.array(_reasons(served, X, contributions, catalogue, kept), pa.list_(REASON))
    columns["model"] = pa.array([served.hash] * len(asked), pa.string())
    return pa.table(columns)


def top_causes(sums: pd.DataFrame) -> list[str]:
    """Give the cause that pushes most towards leaving, a row each; "none" where nothing does."""
    values = sums.to_numpy()
    names = np.asarray(sums.columns)[values.argmax(axis=1)]
    return [str(name) if most > 0 else "none" for name, most in zip(names, values.max(axis=1), strict=True)]


def _reasons(
    served: Served,
    X: pd.DataFrame,
    contributions: np.ndarray,
    catalogue: Sequence[Mapping[str, Any]],
    kept: int,
) -> list[list[dict[str, Any]]]:
    names = served.fit.churn.features
    told = {entry["name"]: entry for entry in catalogue}
    values = X.loc[:, list(names)].to_numpy(dtype=np.float64)
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :kept]
    return [
        [
            {
                "feature": names[at],
                "value": _known(values[row, at]),
                "typical": served.fit.typical[names[at]],
                "contribution": float(contributions[row, at]),
                "en": told[names[at]]["en"],
                "zh": told[names[at]]["zh"],
            }
            for at in order[row]
            if contributions[row, at] != 0
        ]
        for row in range(len(X))
    ]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _under(prefix: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def medians(X: pd.DataFrame) -> dict[str, float | None]:
    """Give what is typical of each feature; None where it was never known."""
    return {str(name): _known(float(value)) for name, value in X.median().items()}


def labels(rows: pd.DataFrame, column: str = "label") -> np.ndarray:
    """Give a column of the cohort as 0 and 1."""
    return rows[column].to_numpy(dtype=np.int64)


def groups(rows: pd.DataFrame) -> np.ndarray:
    """Give the customer of each row, whose rows stand or fall together."""
    return rows["customer_id"].to_numpy()


def days(rows: pd.DataFrame) -> list[date]:
    """Give the as-of date of each row."""
    found: Iterable[date] = pd.to_datetime(rows["as_of"]).dt.date
    return list(found)
