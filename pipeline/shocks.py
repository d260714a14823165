"""The industries and regions that fall as a whole on a day, told once however many customers have alerts."""

from datetime import date

import pandas as pd

from actions import shocks
from pipeline import declines, publishing
from pipeline.frames import read_parquet
from pipeline.params import Params
from pipeline.paths import Paths

FILE = "shocks.parquet"


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the frame of ``actions.shocks.fallen``; what stood in the last desk batch before the day goes on."""
    levels = declines.levels(params, paths, as_of)
    rows = shocks.fallen(levels, as_of, terms(params), _published(paths, as_of))
    return rows.assign(told=params.shocks.told).astype({"told": "str"})


def terms(params: Params) -> shocks.Terms:
    """Give the settings as the pure code takes them."""
    told = params.shocks
    return shocks.Terms(told.fall, told.lasts, told.certainty, told.least, told.forget_days)


def _published(paths: Paths, as_of: date) -> pd.DataFrame | None:
    earlier = [day for day in publishing.dates(paths, "desk") if day < as_of]
    if not earlier or not (file := publishing.published(paths, earlier[-1], "desk") / FILE).exists():
        return None
    return read_parquet(file)
