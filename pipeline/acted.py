"""What the log tells of our own actions, as raw rows of the contract's table ``actions``."""

import pyarrow as pa

from actions.projected import contract
from pipeline import journal
from pipeline.paths import Paths

ORIGIN = "desk/log"


def rows(paths: Paths, zone: str) -> pa.Table | None:
    """Give the rows as text, moments in the dataset's time zone; None where nobody has taken anything on yet."""
    frame = contract(journal.events(paths))
    if frame.empty:
        return None
    columns: dict[str, pa.Array] = {}
    for name in frame.columns:
        values = frame[name]
        if name.endswith("_at"):
            told = values.dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M:%S.%f")
        elif name == "as_of":
            told = values.dt.strftime("%Y-%m-%d")
        else:
            told = values.map(str, na_action="ignore")
        columns[name] = pa.array(
            [None if value != value or value is None else value for value in told], pa.string()
        )
    return pa.table(columns)
