"""Stage ``report``: one self-contained page about a dataset, and its figures.

Writes ``report/index.html`` and ``report/figures/*.svg``. Reads what the stages before it wrote, and what ``cases``
and ``learn`` found where they have been asked; computes no model; equal inputs give equal bytes.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import contents, digests, findings, page, purchases, store
from pipeline.frames import read_json, read_parquet, read_sealed, write_text
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.sections.sources import Cases, Sources


def run(params: Params, paths: Paths) -> None:
    """Write the page of a dataset and its figures."""
    told = gathered(params, paths)
    figures = contents.drawn(told)
    text = page.render(params, told, figures)
    folder = paths.report / "figures"
    for name, svg in figures.items():
        write_text(folder / f"{name}.svg", svg)
    for old in folder.glob("*.svg"):
        # A figure of something that is there no more would be taken for one of this page.
        if old.stem not in figures:
            old.unlink()
    write_text(paths.report / "index.html", text)


def gathered(params: Params, paths: Paths) -> Sources:
    """Read what the page tells."""
    evaluate = _command("evaluate", paths)
    metrics = findings.read(paths)
    drawing = paths.report / "profit.svg"
    return Sources(
        dataset=paths.dataset,
        metrics=metrics,
        predictions=read_parquet(paths.report / "predictions.parquet", made_by=evaluate),
        curves=read_parquet(paths.report / "curves.parquet", made_by=evaluate),
        causes=read_parquet(paths.report / "causes.parquet", made_by=_command("explain", paths)),
        features=features(paths),
        names=names(paths),
        cohort=store.cohort(paths)[["as_of", "eligible", "reason"]],
        ingest=read_json(paths.report / "ingest.json", made_by=_command("ingest", paths)),
        quality=read_json(paths.report / "quality.json", made_by=_command("inspect", paths)),
        overview=_where_there(paths.report / "overview.json"),
        leaks=_where_there(paths.report / "leaks.json"),
        money=drawing.read_text("utf-8") if drawing.exists() else None,
        cases=_cases(paths),
        learning=_where_there(paths.report / "learning.json"),
        purchases=purchases.of_day(params, paths, date.fromisoformat(findings.dates(metrics)[-1])),
    )


def _where_there(path: Path) -> Mapping[str, Any] | None:
    return read_json(path) if path.exists() else None


def _cases(paths: Paths) -> Cases | None:
    """Read what ``cases`` found, and whether it speaks of the predictions that are there now."""
    told = _where_there(paths.report / "cases.json")
    if told is None:
        return None
    rows = read_parquet(paths.report / "cases.parquet", made_by=_command("cases", paths))
    return Cases(told, rows, told.get("predictions") == digests.of_file(paths.report / "predictions.parquet"))


def features(paths: Paths) -> dict[str, dict[str, Any]]:
    """Give what is declared of the features that were built, by name."""
    catalogue = read_sealed(paths.catalogue, made_by=_command("build", paths))
    return {entry["name"]: entry for entry in catalogue["features"]}


def names(paths: Paths) -> dict[str, str]:
    """Give the latest known name of each customer that has one."""
    rows = read_parquet(paths.table("customers"), made_by=_command("ingest", paths))
    if "name" not in rows:
        return {}
    if "known_at" in rows:
        rows = rows.sort_values("known_at", na_position="first", kind="stable")
    told = rows.dropna(subset=["name"]).drop_duplicates("customer_id", keep="last")
    return dict(zip(told["customer_id"], told["name"], strict=True))


def _command(stage: str, paths: Paths) -> str:
    return f"forewarn {stage} --dataset {paths.dataset}"
