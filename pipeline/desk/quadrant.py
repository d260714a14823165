"""The picture of value against risk: where each customer stands, and the lines between the four quadrants.

Places are percentages of the picture's width and height. Risk is drawn on a square-root scale, for most customers
lie below a tenth and would be one line on an even scale.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

LEFT, RIGHT, TOP, BOTTOM = 2.0, 98.0, 4.0, 96.0
RISKS = (0.05, 0.10, 0.20, 0.40, 0.60, 0.80)


def picture(
    values: pd.DataFrame, listed: Collection[str], told: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Give the dots of the listed customers with what is ``told`` of each, and the others as one path.

    None where nobody has a value and a risk.
    """
    known = values.dropna(subset=["value", "risk"])
    if known.empty:
        return None
    highest = max(float(known["risk"].max()), RISKS[1])
    known = known.assign(
        x=LEFT + (RIGHT - LEFT) * known["value"].clip(0, 100) / 100, y=_down(known["risk"], highest)
    )
    mine = known["customer_id"].isin(set(listed))
    others = known[~mine]
    places = {row["customer_id"]: row for row in known[mine].to_dict("records")}
    dots = [
        {**told[one], "x": f"{places[one]['x']:.1f}", "y": f"{places[one]['y']:.1f}"}
        for one in listed
        if one in places
    ]
    return {
        "dots": dots,
        "others": "".join(
            f"M{x:.0f} {y:.0f}h0" for x, y in zip(10 * others["x"], 10 * others["y"], strict=True)
        ),
        "ticks": [{"risk": risk, "y": f"{_down(risk, highest):.1f}"} for risk in RISKS if risk <= highest],
        "right_of": _edge(known.loc[known["quadrant"].isin(("keep", "grow")), "x"], lowest=True),
        "above": _edge(known.loc[known["quadrant"].isin(("keep", "watch")), "y"], lowest=False),
        "counts": known["quadrant"].value_counts().to_dict(),
    }


def _down(risk: Any, highest: float) -> Any:
    return BOTTOM - (BOTTOM - TOP) * np.sqrt(np.clip(risk, 0, highest) / highest)


def _edge(places: pd.Series, *, lowest: bool) -> str | None:
    """Give where a quadrant begins: the place of its last member on the side of the others."""
    if places.empty:
        return None
    return f"{places.min() if lowest else places.max():.1f}"
