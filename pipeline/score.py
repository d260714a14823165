"""``forewarn score``: the scheduled job. The probability and the causes of everybody on one day.

Reads the records as ``ingest`` left them, computes that day's features, and serves the champion as the registry
names it, from its release bundle. Publishes ``scores/as_of=DATE/`` (``pipeline.publishing``): ``scores.parquet``,
``unscored.parquet`` with everybody else and the reason, and ``manifest.json``, which names their digests. The bytes
of these depend on the records, the settings, the model and the code alone: where the manifest shows that none of
them changed, nothing is computed again.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import bundle, certificates, digests, publishing, records, released, tracking
from pipeline.errors import GateClosed, TooLittleData, Usage
from pipeline.logs import step
from pipeline.params import Params
from pipeline.paths import ROOT, Paths
from pipeline.tracking import Version

if TYPE_CHECKING:
    from pipeline.fitted import Served

SHELL = (
    "activity",
    "build",
    "bundle",
    "columns",
    "declared",
    "explained",
    "fitted",
    "firsts",
    "frames",
    "label",
    "late",
    "publishing",
    "records",
    "reference",
    "score",
    "serving",
    "store",
    "usual",
    "versions",
    "watched",
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
        left_out = f"; {rows['customers'] - rows['scored']:,} left out, '{publishing.UNSCORED}' says why"
        state = "scored" if self.fresh else "unchanged since they were scored"
        return f"{rows['scored']:,} customers {state} as of {self.as_of}{left_out}"

    @property
    def warnings(self) -> list[str]:
        """What had not come when the day was scored all the same, a sentence a table."""
        if "late" not in self.manifest:
            return []
        from pipeline import late

        return [
            f"As of {self.as_of} {one}; it was scored anyway." for one in late.lines(self.manifest["late"])
        ]


def run(
    params: Params, paths: Paths, as_of: date, which: str = tracking.CHAMPION, *, anyway: bool = False
) -> Batch:
    """Score one day, or find that the scores there are the ones that would come out.

    ``which`` is the alias or the number of the model's version in the registry. A day whose records have not come
    is refused, unless it is to be scored ``anyway``.
    """
    return next(batches(params, paths, None, as_of, which, anyway=anyway))


def batches(
    params: Params,
    paths: Paths,
    since: date | None,
    as_of: date,
    which: str = tracking.CHAMPION,
    every: str | None = None,
    *,
    anyway: bool = False,
) -> Iterator[Batch]:
    """Score every as-of date from ``since`` to ``as_of``, earliest first; without ``since`` the last alone.

    ``every`` is "day", or "month" (as None is): by the steps of months of the settings.
    """
    days = steps(since or as_of, as_of, None if every == "day" else params.dates.every_months)
    with step("model") as told:
        version = released.named(paths, which)
        told["version"] = version.version
    for day in days:
        yield _scored(params, paths, day, version, anyway)


def steps(since: date, as_of: date, every_months: int | None) -> list[date]:
    """Give the dates from ``since`` to ``as_of``, whole steps of months before the latter; None: each day."""
    if since > as_of:
        raise Usage(f"--since {since} lies after --as-of {as_of}; give an earlier one.")
    if every_months is None:
        return [since + timedelta(days=days) for days in range((as_of - since).days + 1)]
    months = range(0, 12 * (as_of.year - since.year + 1), every_months)
    days = [(pd.Timestamp(as_of) - pd.DateOffset(months=months)).date() for months in months]
    return [day for day in days if day >= since][::-1]


def _scored(params: Params, paths: Paths, as_of: date, version: Version, anyway: bool) -> Batch:
    began = time.perf_counter()
    with step("inputs"):
        files = released.files(paths, version)
        index = bundle.index(files)
        bundle.demand_settings(index, params)
        told = list(certificates.lines(index["certificate"]["chosen"], index["certificate"]["tested"]))
        inputs = _inputs(params, paths, tracking.digest_of(version))
        before = publishing.standing(paths, as_of)
    unchanged = before is not None and before.get("inputs") == inputs and not _elsewhere(params)
    if before is not None and unchanged and (anyway or "late" not in before):
        publishing.tidy(paths, as_of)
        return Batch(as_of, before, fresh=False, certificate=told)

    # What follows imports the compiled features and the models; the check above does without.
    from pipeline import build, firsts, label, late, reference, serving, usual

    declared = declarations()
    with step("open"):
        served = bundle.opened(files, tracking.digest_of(version), declared).on(as_of)
    with step("arrivals"):
        missing = late.late(params, paths, as_of, _read(served, declared), bundle.dates(files))
        if not anyway:
            late.demand(paths, as_of, missing)
    with step("features") as counted, label.company(params, paths):
        # One session of Spark for both questions, where Spark computes.
        cohort = label.cohort_on(params, paths, as_of)
        asked = cohort[cohort["eligible"]].sort_values("customer_id", ignore_index=True)
        if asked.empty:
            raise TooLittleData(
                f"Dataset '{paths.dataset}' has no customer that can be asked about on {as_of}; "
                "give a day within its records, or soon after."
            )
        built = build.features_on(params, paths, as_of, asked["customer_id"].tolist())
        X = matched(built, asked, served.fit.churn.features)
        counted["customers"] = len(asked)
    with step("explain"):
        against = reference.reference(params, paths, asked)
        past = usual.past(paths, as_of, declared)
        scores = serving.rows(served, asked, X, declared, params.explain.reasons, against, past)
    with step("fallback") as counted:
        new = firsts.fallback(params, paths, as_of)
        unscored = firsts.unscored(cohort, as_of, new)
        counted["customers"] = len(unscored)
    described = {
        "dataset": paths.dataset,
        "as_of": as_of,
        "inputs": inputs,
        "model": {
            "family": served.fit.family,
            "hash": served.hash,
            "release": tracking.digest_of(version),
            "name": version.name,
            "version": version.version,
            "run": version.run,
        },
        "base": against.told(),
        "fallback": None if new is None else new.told(),
        "rows": {
            "customers": len(cohort),
            "scored": len(asked),
            "unscored": cohort.loc[~cohort["eligible"], "reason"].value_counts().to_dict(),
            "tiers": scores["tier"].to_pandas().value_counts().to_dict(),
        },
        **({"late": missing} if missing else {}),
    }
    with step("publish"):
        run = {
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - began, 3),
        }
        tables = {publishing.SCORES: scores, publishing.UNSCORED: unscored}
        manifest = publishing.publish(paths, as_of, tables, described, run)
    return Batch(as_of, manifest, fresh=True, certificate=told)


def _inputs(params: Params, paths: Paths, release: str) -> dict[str, str]:
    """Give the digest of everything that the scores depend on, by name."""
    from features.sources import TABLES

    given = {"release": release}
    elsewhere = _elsewhere(params)
    for name, table in TABLES.items():
        if name in elsewhere:
            given[elsewhere[name]] = "read by Spark, its content not followed"
        elif table.required or paths.table(name).exists():
            given[f"interim/{paths.table(name).name}"] = records.digest(paths, name)
    if paths.catalogue.exists():  # it names the digest of every file of the store, which says what is usual
        given["store/catalogue.json"] = digests.of_file(paths.catalogue)
    given["settings"] = digests.of_bytes(
        repr(
            (params.explain, params.dates.history_days, params.dataset.label, params.dataset.timezone)
        ).encode()
    )
    given["code"] = digests.of_names(
        {
            path.relative_to(ROOT).as_posix(): digests.of_file(path)
            for name in CODE
            for path in ROOT.glob(name)
        }
    )
    return given


def _read(served: "Served", declared: Sequence[Mapping[str, Any]]) -> set[str]:
    """Give the tables that a model reads; customers and orders say besides who is asked about."""
    names = set(served.fit.churn.features)
    return {"customers", "trade", *(entry["source"] for entry in declared if entry["name"] in names)}


def _elsewhere(params: Params) -> dict[str, str]:
    """Give the tables that are read where ``dataset.yaml`` says; nobody here knows whether they have changed."""
    return params.dataset.tables if params.build.engine == "spark" else {}


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
