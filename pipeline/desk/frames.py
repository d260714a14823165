"""The frames of a desk batch, declared once: what a row means, and the columns that readers may rely on.

A part of the desk may give further columns; they are published behind the declared ones.
"""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa

from pipeline import publishing
from pipeline.frames import read_parquet, to_arrow
from pipeline.paths import Paths

TEXT, NUMBER, DAY = pa.string(), pa.float64(), pa.date32()
READING = pa.struct(
    [
        ("dimension", TEXT),
        ("feature", TEXT),
        ("value", NUMBER),
        ("own", NUMBER),
        ("peers", NUMBER),
        ("points", NUMBER),
        ("en", TEXT),
        ("zh", TEXT),
    ]
)
EVIDENCE = pa.struct([("table", TEXT), ("record_id", TEXT), ("on", DAY)])
WHO: Mapping[str, pa.DataType] = {"customer_id": TEXT, "as_of": DAY}
SAID: Mapping[str, pa.DataType] = {"en": TEXT, "zh": TEXT}
DIMENSIONS = ("trade", "interaction", "service", "finance", "strategic")
LEVELS = ("blue", "yellow", "orange", "red")
SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "health": {
        **WHO,
        "health": NUMBER,
        **{f"health_{name}": NUMBER for name in DIMENSIONS},
        "baseline": NUMBER,
        "drop": NUMBER,
        "readings": pa.list_(READING),
    },
    "signals": {
        "signal_id": TEXT,
        **WHO,
        "signal": TEXT,
        "rule": TEXT,
        "since_on": DAY,
        "times": pa.int64(),
        "counts": pa.bool_(),
        "strength": NUMBER,
        "evidence": pa.list_(EVIDENCE),
        **SAID,
    },
    "patterns": {
        **WHO,
        "pattern": TEXT,
        "onset_on": DAY,
        "speed": NUMBER,
        "confidence": NUMBER,
        **SAID,
    },
    "declines": {
        **WHO,
        "days": pa.int64(),
        **dict.fromkeys(("before", "now", "change"), NUMBER),
        **dict.fromkeys(("market", "region", "competitor", "customer"), NUMBER),
        "wallet_known": pa.bool_(),
    },
    "shocks": {
        "industry": TEXT,
        "region": TEXT,
        "as_of": DAY,
        "opened_on": DAY,
        "change": NUMBER,
        "customers": pa.int64(),
        "told": TEXT,
        **SAID,
    },
    "alerts": {
        "alert_id": TEXT,
        **WHO,
        "opened_on": DAY,
        "level": TEXT,
        "level_since": DAY,
        "drop": NUMBER,
        "specific": NUMBER,
        "market": pa.bool_(),
        "health": NUMBER,
        "told": TEXT,
        "by_on": DAY,
        **SAID,
    },
    "values": {
        **WHO,
        "value": NUMBER,
        **{f"value_{name}": NUMBER for name in ("revenue", "margin", "tenure", "growth")},
        "yearly_margin": NUMBER,
        "risk": NUMBER,
        "quadrant": TEXT,
    },
    "plans": {
        "plan_id": TEXT,
        **WHO,
        "alert_id": TEXT,
        "cause": TEXT,
        "odds": NUMBER,
        "play": TEXT,
        "channel": TEXT,
        "owner_role": TEXT,
        "due_on": DAY,
        "hours": NUMBER,
        "cost": NUMBER,
        "profit": NUMBER,
        "profit_low": NUMBER,
        "profit_high": NUMBER,
        "chosen": pa.bool_(),
        "rank": pa.int64(),
        "held_out": pa.bool_(),
        "why_en": TEXT,
        "why_zh": TEXT,
        "steps_en": TEXT,
        "steps_zh": TEXT,
    },
}
"""The columns of each frame, in the order in which the parts are asked."""


def table(name: str, frame: pd.DataFrame) -> pa.Table:
    """Give ``frame`` as it is published: the declared columns in their types, rows in the order of their ids.

    Raises KeyError where a declared column is missing; that is a bug of the part that made the frame.
    """
    declared = SCHEMAS[name]
    order = [
        column
        for column in ("customer_id", "rule", "signal_id", "alert_id", "industry", "region")
        if column in declared
    ]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    columns = {column: _column(frame[column], kind) for column, kind in declared.items()}
    further = frame.drop(columns=list(declared))
    if len(further.columns):
        more = to_arrow(further)
        columns |= {column: more[column] for column in more.column_names}
    return pa.table(columns)


def empty(name: str) -> pd.DataFrame:
    """Give a frame without rows."""
    rows: pd.DataFrame = pa.schema(list(SCHEMAS[name].items())).empty_table().to_pandas()
    return rows


def read(paths: Paths, as_of: date) -> dict[str, pd.DataFrame]:
    """Read the frames of a published desk batch, checked against its manifest."""
    folder = publishing.published(paths, as_of, "desk")
    return {name: read_parquet(folder / file(name)) for name in SCHEMAS}


def file(name: str) -> str:
    return f"{name}.parquet"


def _column(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if kind == DAY:
        values = pd.Series(pd.to_datetime(values).dt.date, dtype=object)
    elif pa.types.is_list(kind):
        values = pd.Series([list(one) if one is not None else [] for one in values], dtype=object)
    return pa.array(values, kind, from_pandas=True)
