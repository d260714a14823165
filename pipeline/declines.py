"""What the change of each customer's purchases is made of on a day, from the records as they stood on it."""

from datetime import date

import pandas as pd

from features import declines
from pipeline import records
from pipeline.params import Params
from pipeline.paths import Paths


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the frame of ``features.declines.declines`` for everybody known on the day."""
    there = [name for name in declines.READ if name in ("customers", "trade") or paths.table(name).exists()]
    return declines.declines(records.tables(paths, there), as_of, terms(params))


def levels(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give how every industry and region changed as a whole."""
    there = [name for name in declines.READ if name in ("customers", "trade") or paths.table(name).exists()]
    return declines.levels(records.tables(paths, there), as_of, terms(params))


def terms(params: Params) -> declines.Terms:
    """Give the settings as the pure code takes them."""
    told = params.declines
    return declines.Terms(told.days, told.against, told.index_error, told.unseen)
