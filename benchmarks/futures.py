"""Another future with the same past: what the world may do to records after a day.

What happened or became known later is changed, deleted, added to, back-dated, corrected and withdrawn, table by
table. Whatever is computed as of the day must not see it.
"""

import numpy as np
import pandas as pd

from features.past import GIVEN_WITH
from features.sources import TABLES, Kind

ALWAYS = ("known_at", "withdrawn_at")
"""Dates of a row that are no part of what it tells."""


def later(rng: np.random.Generator, rows: int, after: pd.Timestamp) -> pd.Series:
    """Give moments after the as-of day, its first instant and the hours after midnight among them."""
    minutes = rng.integers(0, 400 * 1440, rows)
    minutes[rng.random(rows) < 0.2] = 0
    soon = rng.random(rows) < 0.2
    minutes[soon] = rng.integers(0, 90, int(soon.sum()))
    return pd.Series(after + pd.to_timedelta(minutes, unit="m")).astype("datetime64[us]")


def happened(name: str, frame: pd.DataFrame) -> pd.Series:
    """Say when each row took place; a month has only when it is over, or something happened in it."""
    table = TABLES[name]
    if name == "market":
        return frame["event_on"].where(frame["event_on"] < month_end(frame), month_end(frame))
    if table.happened is None:
        return frame["known_at"]
    # A step that was planned for later may have been done already.
    dates = [column.name for column in table.dates if not column.ahead and column.name not in ALWAYS]
    some = frame[[name for name in dict.fromkeys([table.happened, *dates]) if name in frame]]
    return some.astype("datetime64[us]").min(axis=1)


def month_end(frame: pd.DataFrame) -> pd.Series:
    return frame["month_on"] + pd.offsets.MonthEnd(1)


def with_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows with both of the columns that say what was believed when."""
    frame = frame.reset_index(drop=True).copy()
    for column in ALWAYS:
        if column not in frame:
            frame[column] = pd.Series(pd.NaT, frame.index, dtype="datetime64[us]")
    return frame


def other_future(
    name: str, frame: pd.DataFrame, as_of: pd.Timestamp, rng: np.random.Generator
) -> pd.DataFrame:
    """Give the table in a world that differs only in what happened or became known after the day ``as_of``."""
    table, next_day = TABLES[name], as_of + pd.Timedelta(days=1)
    frame = with_times(frame)
    after = ((happened(name, frame) >= next_day) | (frame["known_at"] >= next_day)).to_numpy()

    # What an event showed of its month before that was over says nothing of the index.
    if name == "market":
        early = ~after & (month_end(frame) >= next_day).to_numpy()
        frame.loc[early, "index"] = rng.uniform(50, 150, int(early.sum()))

    # What a visible row says of later days may be said otherwise, or not at all; it may be withdrawn.
    for column in table.dates:
        if column.name in frame and column.name not in ("known_at", table.happened) and not column.ahead:
            open_rows = ~after & (frame[column.name] >= next_day).to_numpy()
            if column.name == "withdrawn_at":
                open_rows |= ~after & frame["withdrawn_at"].isna().to_numpy() & (rng.random(len(frame)) < 0.1)
            frame.loc[open_rows, column.name] = (
                later(rng, int(open_rows.sum()), next_day).to_numpy().astype(frame[column.name].dtype)
            )
            dropped = open_rows & (rng.random(len(frame)) < 0.5)
            frame.loc[dropped, column.name] = pd.NaT
            for told in GIVEN_WITH.get(column.name, ()):
                frame.loc[open_rows, told] = (
                    frame[told].sample(int(open_rows.sum()), random_state=rng).to_numpy()
                )

    # Later rows are deleted, or get the values of any other row.
    kept = frame[~after]
    rest = frame[after][rng.random(int(after.sum())) < 0.7].copy()
    for column in table.columns:
        if column.name in rest and column.name not in table.key and column not in table.dates and len(rest):
            rest[column.name] = (
                frame[column.name].sample(len(rest), replace=True, random_state=rng).to_numpy()
            )

    # New rows appear: copies of any row with a new key, known only later, most of them back-dated.
    grown = frame.sample(min(len(frame), 30), random_state=rng).copy()
    for key in table.key:
        if table.column(key).kind is Kind.ID and (key != "customer_id" or name == "customers"):
            grown[key] = grown[key].astype(str) + "-new"
    grown["known_at"] = later(rng, len(grown), next_day).to_numpy()

    # Corrections of visible rows: the same key, other values, known only later.
    corrected = kept.sample(min(len(kept), 30), random_state=rng).copy() if table.key else kept.iloc[:0]
    for column in table.columns:
        if column.name not in corrected or column.name in table.key or column.name == "customer_id":
            continue
        if column.kind in (Kind.MONEY, Kind.NUMBER):
            corrected[column.name] = corrected[column.name] * 3 + 1
        elif column.kind in (Kind.TEXT, Kind.CHOICE) and len(corrected):
            corrected[column.name] = frame[column.name].sample(len(corrected), random_state=rng).to_numpy()
    corrected = corrected.assign(known_at=later(rng, len(corrected), next_day).to_numpy())
    return pd.concat([kept, rest, grown, corrected]).sample(frac=1, random_state=rng).reset_index(drop=True)
