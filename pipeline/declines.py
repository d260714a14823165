"""What the change of each customer's purchases is made of on a day, from the records as they stood on it."""

from datetime import date

import pandas as pd

from features import declines
from pipeline import records
from pipeline.params import Params
from pipeline.paths import Paths


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the frame of ``features.declines.declines`` for everybody known on the day."""
    return declines.declines(records.tables(paths, declines.READ), as_of, terms(params))


def levels(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give how every industry and region changed as a whole."""
    return declines.levels(records.tables(paths, declines.READ), as_of, terms(params))


def terms(params: Params) -> declines.Terms:
    """Give the settings as the pure code takes them."""
    told = params.declines
    return declines.Terms(told.days, told.against, told.index_error, told.unseen)
