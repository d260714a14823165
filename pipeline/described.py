# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""Everything that is known of one feature, in words, and what a dataset's store holds of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from features.evidence import Reading, readings
from features.feature import Feature
from features.store import feature_hash
from pipeline import formulas, words
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_arrow
from pipeline.params import load
from pipeline.paths import Paths
from pipeline.terminal import plain_table
from pipeline.wrapped import wrapped


def describe(
    feature: Feature, paths: Paths | None, out: Console, *, chinese: bool = False, as_json: bool = False
) -> None:
    """Print everything that is known of one feature, and what a dataset's store holds of it."""
    held = None if paths is None else stored(paths, feature.name)
    if as_json:
        told = declared(feature) | {
            "formula": formulas.formula(feature.measure, chinese=chinese, whole=True),
            "definitions": formulas.definitions(feature.measure, chinese=chinese),
            "reads": [
                {"stream": reading.stream.name, "days": reading.days, "ending": reading.ending,
                 "values": list(reading.values)}
                for reading in readings(feature)
            ],
        }  # fmt: skip
        out.file.write(json_text(told if paths is None else told | {"stored": held}))
        return
    zh = chinese
    out.print(Text(feature.zh if zh else feature.en))
    if not zh:
        out.print(Text(feature.zh))
    out.print()
    table = plain_table()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    facts = _facts(feature, zh)
    width = out.width - max(cell_len(label) for label, _ in facts) - 3
    for label, value in facts:
        table.add_row(label, Text(wrapped(value, width)))
    if paths is not None:
        currency = load(paths).dataset.currency
        label = f"{paths.dataset} 的特征库" if zh else f"in {paths.dataset}"
        table.add_row(label, Text(_held(held, feature, currency, zh)))
    out.print(table)


def _facts(feature: Feature, zh: bool) -> list[tuple[str, str]]:
    dimension = feature.dimension.value if feature.dimension else ""
    where = formulas.kept(feature.where, chinese=zh)
    reads = "\n".join(dict.fromkeys(_read(reading, zh) for reading in readings(feature)))
    told = [
        ("name", "名称", feature.name),
        ("source", "数据源", formulas.SOURCES.get(feature.source, feature.source) if zh else feature.source),
        (
            "stream",
            "事件流",
            f"{feature.on.name}{'：' if zh else ': '}{formulas.dated(feature.on, chinese=zh)}",
        ),
        ("only where", "仅限", where),
        ("window", "窗口", formulas.window(feature, chinese=zh)),
        ("formula", "算法", "\n".join(formulas.formula(feature.measure, chinese=zh, whole=True))),
        ("where", "其中", "\n".join(formulas.definitions(feature.measure, chinese=zh))),
        ("reads", "读取", reads or ("只看截止日本身" if zh else "the as-of date alone")),
        (
            "no records",
            "没有记录时",
            formulas.EMPTY.get(feature.measure.empty, "") if zh else feature.measure.empty,
        ),
        ("unit", "单位", formulas.unit(feature.unit.value, chinese=zh)),
        ("cause", "原因", words.cause(feature.cause.value, chinese=zh)),
        ("dimension", "维度", formulas.DIMENSIONS.get(dimension, dimension) if zh else dimension),
        ("risk", "风险方向", formulas.RISK[feature.risk][zh]),
    ]
    return [(chinese if zh else english, value) for english, chinese, value in told if value]


def _read(reading: Reading, zh: bool) -> str:
    """Say which window of which stream is read, as days before the as-of date."""
    days, ending = reading.days, reading.ending
    if days is None:
        span = f"截止日前{ending}天以前的全部" if ending else "以往全部"
        english = f"everything up to {ending} days before the date" if ending else "the whole past"
    else:
        span = f"截止日前{ending + days - 1}天至{f'前{ending}天' if ending else '截止日'}"
        end = f"{ending} days before it" if ending else "the date itself"
        english = f"from {ending + days - 1} days before the date to {end}"
    values = ", ".join(name for name in reading.values if name != "record")
    if zh:
        return f"{reading.stream.name}：{span}" + (f"（{values}）" if values else "")
    return f"{reading.stream.name}, {english}" + (f" ({values})" if values else "")


def stored(paths: Paths, name: str) -> dict[str, Any] | None:
    """Give what the store of a dataset holds of a feature, over all its dates; None where it does not hold it."""
    load(paths)
    dates = [folder for folder in sorted((paths.store / "features").glob("as_of=*")) if any(folder.iterdir())]
    if not dates:
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no feature store; "
            f"make it with 'forewarn build --dataset {paths.dataset}'."
        )
    columns: dict[str, np.ndarray] = {}
    for folder in dates:
        files = sorted(folder.glob("*.parquet"))
        if not files or any(name not in pq.read_schema(file).names for file in files):
            continue
        told = pa.concat_tables(read_arrow(file, columns=[name]) for file in files)[name]
        columns[folder.name.removeprefix("as_of=")] = told.cast(pa.float64()).to_numpy()
    if not columns:
        return None
    values = np.concatenate(list(columns.values()))
    known = values[~np.isnan(values)]
    missing = {day: float(np.isnan(column).mean()) for day, column in columns.items() if len(column)}
    return {
        "dates": len(columns),
        "first": min(columns),
        "last": max(columns),
        "rows": len(values),
        "missing_share": float(np.isnan(values).mean()) if len(values) else None,
        "missing_share_low": min(missing.values(), default=None),
        "missing_share_high": max(missing.values(), default=None),
        "smallest": float(known.min()) if len(known) else None,
        "median": float(np.median(known)) if len(known) else None,
        "largest": float(known.max()) if len(known) else None,
    }


def _held(held: Mapping[str, Any] | None, feature: Feature, currency: str, zh: bool) -> str:
    if held is None:
        return (
            "没有这个特征：缺少所需的表或列"
            if zh
            else "not there: the table or a column that it needs is missing"
        )
    low, high = words.share(held["missing_share_low"]), words.share(held["missing_share_high"])
    smallest, middle, largest = (
        words.quantity(held[name], feature.unit.value, currency, chinese=zh)
        for name in ("smallest", "median", "largest")
    )
    missing = words.share(held["missing_share"])
    if zh:
        return (
            f"{held['first']} 至 {held['last']} 的{held['dates']}个截止日，{held['rows']:,}行\n"
            f"缺失 {missing}（各日 {low} 至 {high}）\n最小 {smallest}，中位 {middle}，最大 {largest}"
        )
    return (
        f"{words.count(held['dates'], 'date')} from {held['first']} to {held['last']}, "
        f"{words.count(held['rows'], 'row')}\n"
        f"unknown: {missing} ({low} to {high} by date)\n"
        f"smallest {smallest}, middle {middle}, largest {largest}"
    )


def declared(feature: Feature) -> dict[str, Any]:
    """Give a declaration with its hash."""
    return feature.described() | {"hash": feature_hash(feature)}
