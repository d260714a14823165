"""``forewarn signals``: which rules hold for whom on a day, with their records, and what they were worth so far."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from actions.signals import day as daily
from actions.signals import settings as thresholds
from features.cohort import newest
from features.past import as_they_stood
from features.sources import TABLES
from pipeline import records
from pipeline.errors import BadConfig
from pipeline.params import Params
from pipeline.paths import Paths


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the signals of one day: a row a customer and rule that holds (``actions.signals.day.signals``)."""
    tables = records.tables(paths, tuple(daily.HAPPENED))
    return daily.signals(stood(tables, as_of), pd.Timestamp(as_of), wanted(params))


def stood(tables: Mapping[str, pa.Table], as_of: date) -> dict[str, pd.DataFrame]:
    """Give the tables as they stood on a day: of each record the newest version known that was not withdrawn."""
    found = {}
    for name, rows in as_they_stood(tables, as_of).items():
        frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
        if TABLES[name].key:
            frame = newest(frame, TABLES[name])
        elif "withdrawn_at" in frame:
            frame = frame[frame["withdrawn_at"].isna()]
        found[name] = frame
    return found


def wanted(params: Params) -> thresholds.Settings:
    """Give the thresholds as the rules take them; raises BadConfig for a rule that there is not."""
    told: dict[str, Any] = params.signals.model_dump()
    names = [rule.name for rule in daily.RULES]
    for name in told["times"]:
        if name not in names:
            raise BadConfig(
                f"'params.yaml' has 'signals.times' for '{name}', which is no rule; there are {', '.join(names)}."
            )
    groups = {
        "communication": thresholds.Communication,
        "orders": thresholds.Orders,
        "service": thresholds.Service,
        "competitor": thresholds.Competitor,
        "finance": thresholds.Finance,
        "strategic": thresholds.Strategic,
        "contract": thresholds.Contract,
    }
    return thresholds.Settings(**{**told, **{name: group(**told[name]) for name, group in groups.items()}})
