"""What the log has taught of the plays, for the plans of a day: ``actions.learned`` on what was known by then."""

from datetime import date

import numpy as np
import pandas as pd

from actions.effect import Refused
from actions.expected import Assumed, reached
from actions.learned import COLUMNS, Learned, learned, tried
from actions.playbooks import UNCAUSED
from pipeline import followed
from pipeline.params import Params
from pipeline.paths import Paths


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give cause, play, mean, low, high and n for the plans of a day; no rows where nothing can be learned yet.

    ``mean`` is drawn anew for every day from what is believed of a play, so that those of which little is known are
    tried now and then; ``low`` and ``high`` are the 95% interval of what is believed.
    """
    try:
        found = of_own_cause(params, followed.units(params, paths, as_of))
    except Refused:
        return pd.DataFrame(
            {name: pd.Series(dtype="str" if name in COLUMNS[:2] else "float64") for name in COLUMNS}
        )
    return tried(found, params.seed + as_of.toordinal())


def of_own_cause(params: Params, units: pd.DataFrame) -> Learned:
    """Learn what each play keeps of the leavers of its own cause, as the plans take it (``actions.expected``).

    Raises Refused where too few were left alone by lot.
    """
    return of_units(params, units.assign(fit=_fit(params, units)))


def of_units(params: Params, units: pd.DataFrame) -> Learned:
    """Learn from units (``pipeline.followed``); raises Refused where too few were left alone by lot.

    What is learned is what each play kept of those that it was given to, leavers of other causes among them.
    """
    units = units.dropna(subset=["p_churn"]).assign(p=lambda frame: frame["p_churn"])
    acted = units[units["treated"] & ~units["held_out"] & (units["cause"] != "")]
    others = units[units["held_out"] & ~units["treated"]]
    return learned(acted, others, acted[["cause", "play"]], params.loop.least)


def _fit(params: Params, units: pd.DataFrame) -> np.ndarray:
    """Give the share (0 to 1) of a play's effect that its plan expected of each unit's customer.

    Events of older logs do not tell the odds. Their causes are taken for the first one named, which most plans are
    for: a play for a later cause is expected to bring little more than half as much.
    """
    usual = pd.Series(params.plans.cause_odds[0], units.index).mask(units["cause"].isin(UNCAUSED), 1.0)
    rows = units.assign(odds=units["odds"].fillna(usual), p_gone=units["p_gone"].fillna(0.0))
    assumed = Assumed(gone_factor=params.profit.gone_factor, mismatch=params.plans.mismatch)
    p_churn = rows["p_churn"].to_numpy(dtype=np.float64)
    return reached(rows, assumed) / np.where(p_churn > 0, p_churn, 1.0)
