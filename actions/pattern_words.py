"""What a pattern is called in a sentence, English and Chinese."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WORDS: Mapping[str, tuple[str, str]] = {
    "steady": ("Orders come as usual.", "订货节奏正常。"),
    "gradual_decline": (
        "Orders have been falling little by little since about {on}, by about {speed} of the usual in 30 days.",
        "约自{on}起订货逐渐减少，每30天约减少平常的{speed}。",
    ),
    "step_down": (
        "Orders fell from one day to the next about {on}, by about {speed} of the usual, and have stayed low.",
        "约在{on}订货突然下降，约减少平常的{speed}，此后一直偏低。",
    ),
    "sudden_stop": (
        "Orders came as usual until {on} and have stopped since.",
        "订货在{on}之前正常，此后突然停止。",
    ),
    "fluctuating_decline": (
        "Since about {on} good and bad weeks take turns; orders fall on the whole, by about {speed} in 30 days.",
        "约自{on}起订货时多时少，总体下降，每30天约减少平常的{speed}。",
    ),
    "seasonal_pause": (
        "No orders since about {on}, as in the same weeks of past years.",
        "约自{on}起没有订货，与往年同期相同，属季节性停歇。",
    ),
    "stocking_up": (
        "Bought far more than usual from {on} on, and has ordered little while that lasts.",
        "自{on}起的采购量远超平常，属于囤货，消化库存期间订货很少。",
    ),
}
FEW = (
    "Too few orders in three years ({count}) to tell a change of rhythm; taken for steady.",
    "三年内订单太少（{count}次），无法判断节奏变化，暂按正常处理。",
)
UNSURE = (" This is uncertain.", "（把握不大）")
DOUBT = 0.5
"""Confidence below which the sentence says that it is uncertain."""


def told(named: pd.DataFrame, few: NDArray[np.bool_], count: NDArray[np.int64]) -> pd.DataFrame:
    """Give ``en`` and ``zh`` for rows with pattern, onset_on, speed and confidence; ``few`` had too few orders."""
    on = named["onset_on"].dt.strftime("%Y-%m-%d").fillna("")
    rows = []
    columns = (named["pattern"], on, named["speed"].fillna(0.0), named["confidence"], few, count)
    for pattern, since, speed, sure, short, orders in zip(*columns, strict=True):
        words = FEW if short else WORDS[str(pattern)]
        doubt = UNSURE if sure < DOUBT and not short else ("", "")
        said = (told.format(on=since, speed=f"{speed:.0%}", count=orders) for told in words)
        rows.append([text + more for text, more in zip(said, doubt, strict=True)])
    return pd.DataFrame(rows, columns=["en", "zh"], index=named.index, dtype="str")
