# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""``forewarn features show``: the value of a feature for one customer, and the very records behind it.

The value is the engine's own. Under it stand the windows that it read, each with its dates and its records, newest
first, and how many records were left out because they did not count yet, or no longer.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.text import Text

from features.evidence import Evidence, Part, Reading, evidence
from features.feature import Feature
from features.selected import OWNER
from features.store import buildable
from features.windows import EPOCH, FOREVER
from pipeline import formulas, records, words
from pipeline.behind import draw_left_out, draw_records
from pipeline.beside import draw_others, plain_others
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.why import known_as, nobody
from pipeline.wrapped import wrapped


def show(
    params: Params,
    paths: Paths,
    feature: Feature,
    customer: str,
    as_of: date | None,
    out: Console,
    *,
    chinese: bool = False,
    as_json: bool = False,
    everything: bool = False,
    hidden: bool = False,
) -> None:
    """Print the value of ``feature`` for ``customer`` on ``as_of`` (the last day of the orders) and its records."""
    tables = records.tables(paths)
    known = read_parquet(paths.table("customers"), made_by=records.made_by(paths))
    if customer not in set(known["customer_id"]):
        raise MissingInput(nobody(customer, known, paths))
    if not buildable(tables, (feature,)):
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no feature '{feature.name}': table '{feature.source}' or a column that "
            f"it needs is missing; bring it in and run 'forewarn ingest --dataset {paths.dataset}'."
        )
    found = evidence(tables, feature, customer, as_of or records.span(tables["trade"])[1])
    if as_json:
        out.file.write(json_text(_plain(found, hidden)))
        return
    who = known_as(known, customer)
    name = f"{who['name']} ({who['customer_id']})" if who.get("name") else who["customer_id"]
    tell(found, name, params.dataset.currency, chinese, everything, hidden, out)


def tell(
    found: Evidence, name: str, currency: str, chinese: bool, everything: bool, hidden: bool, out: Console
) -> None:
    """Print one value with what is behind it."""
    feature = found.feature
    out.print(Text(wrapped(feature.zh if chinese else feature.en, out.width)))
    title = (
        f"{feature.name}，{name}，截止日 {found.as_of}"
        if chinese
        else f"{feature.name}, {name}, as of {found.as_of}"
    )
    out.print(Text(wrapped(title, out.width)))
    out.print()
    value = words.quantity(found.value, feature.unit.value, currency, chinese=chinese)
    out.print(Text(("数值：" if chinese else "Value: ") + value + _exactly(found.value, value, chinese)))
    for line in formulas.formula(feature.measure, chinese=chinese):
        out.print(Text(wrapped(line, out.width)))
    if found.parts and not any(part.records.num_rows for part in found.parts):
        empty = feature.measure.empty
        told = formulas.EMPTY.get(empty, empty) if chinese else empty
        out.print(Text(f"没有记录时：{told}。" if chinese else f"No records mean: {told}."))
    if not found.parts:
        out.print()
        out.print(
            Text(
                "该特征只看截止日本身，不读取任何记录。"
                if chinese
                else "It reads the as-of date alone, and no records."
            )
        )
    draw_others(found, _names(found, chinese), currency, chinese, out)
    # The feature's own window first, whatever the measure reads before it.
    for part in sorted(
        found.parts, key=lambda part: (part.reading.days, part.reading.ending) != (feature.days, 0)
    ):
        out.print()
        out.print(Text(wrapped(heading(part, found, chinese), out.width)))
        draw_records(part, chinese, everything, out)
        draw_left_out(part, chinese, hidden, out)


def _names(found: Evidence, chinese: bool) -> list[str]:
    return [named(part.reading, found.feature.days, chinese) for part in found.parts]


def _exactly(value: float, told: str, chinese: bool) -> str:
    """Give the number as the store holds it, where the words ``told`` round it."""
    number = re.search(r"[\d,]+(\.\d+)?", told)
    if np.isnan(value) or (number and float(number[0].replace(",", "")) == abs(value)):
        return ""
    return f"（存储值 {value!r}）" if chinese else f" (in the store {value!r})"


def heading(part: Part, found: Evidence, chinese: bool) -> str:
    """Give "This window, 2024-10-03 to 2024-12-31 (90 days): 6 order lines by ordered_at"."""
    reading = part.reading
    first, last = reading.bounds(found.as_of)
    number = part.events().num_rows if reading.stream.merged else part.records.num_rows
    told = formulas.records(reading.stream, number, chinese=chinese)
    where = formulas.kept(reading.where, chinese=chinese)
    if part.matched:
        whose = _belonging(part.matched, chinese)
        where = (
            "，".join(filter(None, (where, whose))) if chinese else " and ".join(filter(None, (where, whose)))
        )
    title = named(reading, found.feature.days, chinese)
    column = reading.stream.moment if reading.stream.moment in reading.stream.table.names else ""
    by = column if column != reading.stream.table.happened else ""  # the first column says it anyway
    if chinese:
        span = f"{first} 至 {last}（{reading.days}天）" if first else f"截至 {last}"
        return f"{title}，{span}：{told}" + "".join(f"，{one}" for one in (by and f"按 {by}", where) if one)
    span = f"{first} to {last} ({words.count(reading.days or 0, 'day')})" if first else f"up to {last}"
    told += (f" by {by}" if by else "") + (f", {where}" if where else "")
    return f"{title}, {span}: {told}"


def _belonging(matched: Mapping[str, str | None], chinese: bool) -> str:
    """Say by what records without a customer are the customer's: "industry is food and region is north"."""
    unknown = "未知" if chinese else "unknown"
    told = [
        f"{name} 为 {words.line(text) or unknown}" if chinese else f"{name} is {words.line(text) or unknown}"
        for name, text in matched.items()
    ]
    return ("，" if chinese else " and ").join(told)


def named(reading: Reading, days: int | None, chinese: bool) -> str:
    """Give the name of a window beside the feature's own."""
    if reading.days is None:
        names = (
            ("The whole past", "以往全部") if not reading.ending else ("What lies further back", "更早的全部")
        )
    elif reading.days == days and reading.ending == 0:
        names = ("This window", "本窗口")
    elif reading.days == days and reading.ending == days:
        names = ("The window before", "前一窗口")
    elif reading.days == days and reading.ending == 365:
        names = ("The same window last year", "去年同期窗口")
    elif reading.days == days and reading.ending + reading.days == 365:
        names = ("The window ahead, a year ago", "一年前的后续窗口")
    elif not reading.ending and days is not None and reading.days > days:
        names = ("This window and what lies before it", "本窗口及其之前")
    else:
        names = ("An earlier window", "更早的窗口") if reading.ending else ("Another window", "另一窗口")
    return names[chinese]


def _plain(found: Evidence, hidden: bool) -> dict[str, Any]:
    """Give the answer for a program: every record, and those left out where they are asked for."""
    return {
        "feature": found.feature.name,
        "customer_id": found.customer,
        "as_of": found.as_of,
        "value": found.value,
        "windows": [_window(part, found, hidden) for part in found.parts],
        **({} if found.others is None else {"others": plain_others(found, _names(found, chinese=False))}),
    }


def _window(part: Part, found: Evidence, hidden: bool) -> dict[str, Any]:
    reading = part.reading
    first, last = reading.bounds(found.as_of)
    told: dict[str, Any] = {
        "name": named(reading, found.feature.days, chinese=False),
        "stream": reading.stream.name,
        "where": {name: list(kept) for name, kept in reading.where.items()},
        "days": reading.days,
        "first": first,
        "last": last,
        "values": list(reading.values),
        "records": _rows(part.records),
        "left_out": part.left_out.num_rows,
    }
    if part.matched:
        told["matched"] = dict(part.matched)
    if reading.stream.merged:
        told["events"] = _rows(part.events())
    if part.standing is not None:
        told["open"] = part.standing.tolist()
    if hidden:
        told["hidden"] = _rows(part.left_out)
    return told


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """Give records with the days on which they count as dates: `known_on`, and `until_on` where that ends."""
    rows = []
    for row in table.to_pylist():
        known, until, withdrawn = row.pop("known"), row.pop("until"), row.pop("withdrawn")
        for name in OWNER:
            row.pop(name, None)
        row["happened_on"] = EPOCH + timedelta(row.pop("day"))
        row["known_on"] = EPOCH + timedelta(known)
        row["until_on"] = None if until == FOREVER else EPOCH + timedelta(until)
        row["withdrawn_on"] = None if withdrawn is None else EPOCH + timedelta(withdrawn)
        rows.append(row)
    return rows
