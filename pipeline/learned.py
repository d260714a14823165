"""What the log has taught of the plays, for the plans of a day: ``actions.learned`` on what was known by then."""

from datetime import date

import pandas as pd

from actions.effect import Refused
from actions.learned import COLUMNS, Learned, learned, tried
from pipeline import followed
from pipeline.params import Params
from pipeline.paths import Paths


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give cause, play, mean, low, high and n for the plans of a day; no rows where nothing can be learned yet.

    ``mean`` is drawn anew for every day from what is believed of a play, so that those of which little is known are
    tried now and then; ``low`` and ``high`` are the 95% interval of what is believed.
    """
    try:
        found = of_units(params, followed.units(params, paths, as_of))
    except Refused:
        return pd.DataFrame(
            {name: pd.Series(dtype="str" if name in COLUMNS[:2] else "float64") for name in COLUMNS}
        )
    return tried(found, params.seed + as_of.toordinal())


def of_units(params: Params, units: pd.DataFrame) -> Learned:
    """Learn from units (``pipeline.followed``); raises Refused where too few were left alone by lot."""
    units = units.dropna(subset=["p_churn"]).assign(p=lambda frame: frame["p_churn"])
    acted = units[units["treated"] & ~units["held_out"] & (units["cause"] != "")]
    others = units[units["held_out"] & ~units["treated"]]
    return learned(acted, others, acted[["cause", "play"]], params.loop.least)
