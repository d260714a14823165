# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""The records behind a value as tables: when, which record, what the feature reads, and as much else as fits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from features.events import Holds
from features.evidence import Part, Reading
from features.selected import TIMES
from features.sources import Kind
from features.windows import EPOCH, FOREVER
from pipeline import formulas, words
from pipeline.terminal import plain_table

SHORT = 10
"""Records of a window that are shown where not all are asked for."""
WIDEST = 32
"""Cells that one column may take."""
UNSHOWN = ("customer_id", "known_at", "withdrawn_at")
NOTES = {
    "late": ("known on {day}", "{day} 才获知"),
    "replaced later": ("corrected on {day}", "{day} 被更正"),
    "withdrawn later": ("withdrawn on {day}", "{day} 被撤回"),
    "open": ("open", "未关闭"),
    "not known yet": ("not known until {day}", "{day} 才获知"),
    "replaced": ("replaced on {day}", "{day} 被替换"),
    "withdrawn": ("withdrawn on {day}", "{day} 被撤回"),
}
WHY = {
    "not known yet": ("not known yet", "尚未获知"),
    "replaced": ("replaced by a correction", "已被更正替换"),
    "withdrawn": ("withdrawn", "已撤回"),
}


def draw_records(part: Part, chinese: bool, everything: bool, out: Console) -> None:
    """Print the records of a window, newest first, those that are open before all others."""
    events = part.events()
    order = np.arange(events.num_rows)[::-1]
    if part.standing is not None:
        order = np.concatenate([order[part.standing[order]], order[~part.standing[order]]])
    silent = 0
    if not everything:
        speaking = order[_speaks(part.reading, events)[order]]
        silent = len(order) - len(speaking)
        order = speaking
    kept = order if everything else order[:SHORT]
    if silent:
        read = " / ".join(part.reading.values)
        told = formulas.records(part.reading.stream, silent, chinese=chinese)
        out.print(
            Text(
                f"其中{told}没有 {read}，此处不列。" if chinese else f"{told} without {read} not listed here."
            )
        )
    if not len(kept):
        return
    rows = events.take(pa.array(kept, pa.int64())).to_pylist()
    standing = [False] * len(rows) if part.standing is None else part.standing[kept].tolist()
    notes = [_note(row, open_, chinese) for row, open_ in zip(rows, standing, strict=True)]
    _table(part.reading, rows, notes, chinese, out)
    if len(kept) < len(order):
        rest = len(order) - len(kept)
        out.print(
            Text(
                f"……另有{rest:,}条；--all 列出全部。"
                if chinese
                else f"... and {rest:,} more; --all lists them."
            )
        )


def _speaks(reading: Reading, events: pa.Table) -> np.ndarray:
    """Tell which events have a value that the feature reads; where an unknown one counts as 0, all of them."""
    values = [reading.stream.value(name) for name in reading.values]
    names = [value.name for value in values if value.name in events.column_names]
    if not names or any(value.holds not in (Holds.NUMBER, Holds.DAY, Holds.CODE) for value in values):
        return np.ones(events.num_rows, np.bool_)
    known = [events[name].is_valid().to_numpy() for name in names]
    return np.asarray(np.logical_or.reduce(known))


def draw_left_out(part: Part, chinese: bool, hidden: bool, out: Console) -> None:
    """Print how many records that had happened were left out and why, and with ``hidden`` these records."""
    told = part.left_out["why"].to_pylist()
    if not told:
        return
    reasons = [(WHY[why][chinese], told.count(why)) for why in WHY if why in told]
    number = formulas.records(part.reading.stream, len(told), chinese=chinese)
    if part.reading.stream.merged:
        number = words.count(len(told), "record") if not chinese else f"{len(told)}条记录"
    if chinese:
        listed = "、".join(f"{why} {count}" for why, count in reasons)
        out.print(
            Text(f"未计入：当时已发生的{number}（{listed}）" + ("：" if hidden else "；--hidden 列出。"))
        )
    else:
        listed = ", ".join(f"{count} {why}" for why, count in reasons)
        out.print(
            Text(
                f"Left out: {number} that had happened by then ({listed})"
                + (":" if hidden else "; --hidden lists them.")
            )
        )
    if hidden:
        rows = part.left_out.to_pylist()[::-1]
        notes = [
            _told(row["why"], row["known" if row["why"] == "not known yet" else "until"], chinese)
            for row in rows
        ]
        _table(part.reading, rows, notes, chinese, out)


def _note(row: Mapping[str, Any], open_: bool, chinese: bool) -> str:
    notes = [_told("open", None, chinese)] if open_ else []
    if row["known"] != row["day"]:
        notes.append(_told("late", row["known"], chinese))
    if row["until"] != FOREVER:
        notes.append(
            _told(
                "withdrawn later" if row["withdrawn"] == row["until"] else "replaced later",
                row["until"],
                chinese,
            )
        )
    return ", ".join(notes)


def _told(note: str, day: int | None, chinese: bool) -> str:
    return NOTES[note][chinese].format(day=None if day is None else EPOCH + timedelta(day))


def columns(reading: Reading, names: Sequence[str]) -> list[str]:
    """Order the columns for a reader: when, which record, what the feature reads, then the rest."""
    stream = reading.stream
    first = [stream.moment if stream.moment in names else "happened"]
    first += stream.merged or stream.table.key
    for name in reading.values:
        value = stream.value(name)
        first += [name] if name in names else []
        first += [] if stream.merged else [need for need in value.needs if need in names]
    first += list(reading.where)
    rest = [name for name in names if name not in (*UNSHOWN, *TIMES, "why")]
    return list(dict.fromkeys([*(name for name in first if name in (*rest, "happened")), *rest]))


def _table(
    reading: Reading, rows: Sequence[Mapping[str, Any]], notes: Sequence[str], chinese: bool, out: Console
) -> None:
    """Print as many columns as the width allows; what the feature reads stands first, a note last."""
    left = out.width - (max(map(cell_len, notes)) + 2 if any(notes) else 0)
    read = set(reading.values)
    table = plain_table()
    shown: list[list[str]] = []
    taken: list[str] = []
    for name in columns(reading, list(rows[0])):
        head = reading.stream.moment if name == "happened" and reading.stream.merged else name
        cells = _cells(name, [row[name] for row in rows], reading, chinese)
        width = min(max(cell_len(text) for text in (head, *cells)), WIDEST)
        empty = all(row[name] is None for row in rows) or (reading.stream.merged and _twin(name, rows, taken))
        if width > left or (name not in read and empty):
            continue
        number = all(
            isinstance(row[name], int | float | None) and not isinstance(row[name], bool) for row in rows
        )
        table.add_column(
            head, width=width, no_wrap=True, overflow="ellipsis", justify="right" if number else "left"
        )
        shown.append(cells)
        taken.append(name)
        left -= width + 2
    if any(notes):
        table.add_column("备注" if chinese else "note", no_wrap=True)
        shown.append(list(notes))
    for cells_of_row in zip(*shown, strict=True):
        table.add_row(*(Text(cell) for cell in cells_of_row))
    out.print(table)


def _twin(name: str, rows: Sequence[Mapping[str, Any]], taken: Collection[str]) -> bool:
    """Tell whether a value only repeats one that stands in the table already, or will (the number of lines)."""
    others = {*taken, "lines"} - {name}
    return any(all(row.get(other) == row[name] for row in rows) for other in others if other in rows[0])


def _cells(name: str, values: Sequence[Any], reading: Reading, chinese: bool) -> list[str]:
    stream = reading.stream
    if name in stream.table.names:
        money = stream.table.column(name).kind is Kind.MONEY
    else:
        money = any(value.name == name and value.holds is Holds.MONEY for value in stream.values)
    timed = any(isinstance(value, datetime) and value.time().isoformat() != "00:00:00" for value in values)
    return [_cell(value, money, timed, chinese) for value in values]


def _cell(value: Any, money: bool, timed: bool, chinese: bool) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return (("no", "否"), ("yes", "是"))[value][chinese]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if timed else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        text = f"{value:,.2f}" if money else f"{value:,.4f}".rstrip("0").rstrip(".")
        return text.replace("-", "−")
    return words.line(value)
