"""``forewarn score``: the scheduled job. The probability and the causes of everybody on one day.

Reads the records as ``ingest`` left them, computes that day's features, and serves the champion from its files.
Writes ``scores/as_of=DATE/scores.parquet`` and, after it, ``manifest.json``, which names its digest. The bytes of
the scores depend on the records, the settings, the model and the code alone: where the manifest shows that none of
them changed, nothing is computed again.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import certificates, digests
from pipeline.errors import GateClosed, Refusal, TooLittleData
from pipeline.frames import read_json, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import ROOT, Paths

SHELL = (
    "build",
    "columns",
    "declared",
    "explained",
    "fitted",
    "frames",
    "label",
    "records",
    "reference",
    "score",
    "serving",
    "store",
    "usual",
    "versions",
)
CODE = ("features/**/*.py", "models/*.py", *(f"pipeline/{name}.py" for name in SHELL))
"""The code that the bytes of the scores depend on."""


@dataclass(frozen=True)
class Batch:
    """One scored day; ``fresh`` says that it was computed now, and not found unchanged.

    ``certificate`` tells, line by line, whether the tiers of the model that serves keep their promise.
    """

    as_of: date
    manifest: Mapping[str, Any]
    fresh: bool
    certificate: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        rows = self.manifest["rows"]
        left_out = f"; {rows['customers'] - rows['scored']:,} left out, the manifest says why"
        state = "scored" if self.fresh else "unchanged since they were scored"
        return f"{rows['scored']:,} customers {state} as of {self.as_of}{left_out}"


def run(params: Params, paths: Paths, as_of: date) -> Batch:
    """Score one day, or find that the scores there are the ones that would come out."""
    began = time.perf_counter()
    inputs = _inputs(params, paths)
    before = _standing(paths.batch(as_of), inputs)
    if before is not None and not _elsewhere(params):
        return Batch(as_of, before, fresh=False, certificate=certificates.read(paths))

    # What follows imports the compiled features and the models; the check above does without.
    from pipeline import build, fitted, label, reference, serving, usual

    declared = declarations()
    served = fitted.champion(paths, declared).on(as_of)
    with label.company(params, paths):  # one session of Spark for both questions, where Spark computes
        cohort = label.cohort_on(params, paths, as_of)
        asked = cohort[cohort["eligible"]].sort_values("customer_id", ignore_index=True)
        if asked.empty:
            raise TooLittleData(
                f"Dataset '{paths.dataset}' has no customer that can be asked about on {as_of}; "
                "give a day within its records, or soon after."
            )
        built = build.features_on(params, paths, as_of, asked["customer_id"].tolist())
    X = matched(built, asked, served.fit.churn.features)
    against = reference.reference(params, paths, asked)
    past = usual.past(paths, as_of, declared)
    scores = serving.rows(served, asked, X, declared, params.explain.reasons, against, past)
    path = paths.batch(as_of) / "scores.parquet"
    write_parquet(path, scores)
    manifest = {
        "dataset": paths.dataset,
        "as_of": as_of,
        "inputs": inputs,
        "model": {"family": served.fit.family, "hash": served.hash, **_registered(paths, served.hash)},
        "base": against.told(),
        "rows": {
            "customers": len(cohort),
            "scored": len(asked),
            "unscored": cohort.loc[~cohort["eligible"], "reason"].value_counts().to_dict(),
            "tiers": scores["tier"].to_pandas().value_counts().to_dict(),
        },
        "scores": {"file": path.name, "sha256": digests.of_file(path)},
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began, 3),
    }
    write_json(paths.batch(as_of) / "manifest.json", manifest)
    return Batch(as_of, manifest, fresh=True, certificate=certificates.read(paths))


def _inputs(params: Params, paths: Paths) -> dict[str, str]:
    """Give the digest of everything that the scores depend on, by name."""
    from features.sources import TABLES

    ingest = f"forewarn ingest --dataset {paths.dataset}"
    choose = f"forewarn choose --dataset {paths.dataset}"
    given = {"champion": digests.of_file(paths.champion, made_by=choose)}
    elsewhere = _elsewhere(params)
    for name, table in TABLES.items():
        if name in elsewhere:
            given[elsewhere[name]] = "read by Spark, its content not followed"
        elif table.required or paths.table(name).exists():
            given[f"interim/{paths.table(name).name}"] = digests.of_file(paths.table(name), made_by=ingest)
    if paths.catalogue.exists():  # it names the digest of every file of the store, which says what is usual
        given["store/catalogue.json"] = digests.of_file(paths.catalogue)
    family = read_json(paths.champion)["family"]
    for name, digest in digests.of_folder(paths.family(family)).items():
        given[f"model/{family}/{name}"] = digest
    given["settings"] = digests.of_bytes(
        repr((params.explain, params.dataset.label, params.dataset.timezone)).encode()
    )
    given["code"] = digests.of_names(
        {
            path.relative_to(ROOT).as_posix(): digests.of_file(path)
            for name in CODE
            for path in ROOT.glob(name)
        }
    )
    return given


def _elsewhere(params: Params) -> dict[str, str]:
    """Give the tables that are read where ``dataset.yaml`` says; nobody here knows whether they have changed."""
    return params.dataset.tables if params.build.engine == "spark" else {}


def _standing(folder: Path, inputs: Mapping[str, str]) -> dict[str, Any] | None:
    """Give the manifest of a batch that was made from the same inputs and is whole."""
    path = folder / "manifest.json"
    if not path.exists():
        return None
    try:
        manifest: dict[str, Any] = read_json(path)
        if manifest["inputs"] != inputs:
            return None
        scores = folder / manifest["scores"]["file"]
        return manifest if digests.of_file(scores) == manifest["scores"]["sha256"] else None
    except (Refusal, KeyError, TypeError):
        return None


def matched(built: pd.DataFrame, asked: pd.DataFrame, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Give the model's features in the order of the customers asked about."""
    absent = [name for name in wanted if name not in built.columns]
    if absent:
        raise GateClosed(
            f"The champion wants {len(wanted)} features and {len(absent)} cannot be built from the records as they "
            f"stand, the first being '{absent[0]}'; bring its records back, or train again."
        )
    joined = asked[["customer_id"]].merge(built, on="customer_id", how="left", validate="one_to_one")
    return joined[list(wanted)].astype("float64")


def declarations() -> list[dict[str, Any]]:
    """Give the declarations of the catalogue, with their hashes, as this code has them."""
    from features.catalogue import CATALOGUE
    from features.store import feature_hash

    return [feature.described() | {"hash": feature_hash(feature)} for feature in CATALOGUE]


def _registered(paths: Paths, model: str) -> dict[str, str]:
    """Give MLflow's run and version of the model, as ``choose`` noted them."""
    path = paths.report / "tracking.json"
    noted = read_json(path) if path.exists() else {}
    return {name: noted[name] for name in ("run", "name", "version")} if noted.get("model") == model else {}
