"""Where purchases go: what moved from us to each rival, what came back, and where a rival is growing.

All of it is shares of what a customer imported of a product line, so a customer that buys less of everything, or
more, moves nothing; only what it buys from somebody else than before is counted.
"""

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from features.purchases import UNNAMED, US, Span, windowed

PAIR = ["customer_id", "product_line"]
RECENT = 6
"""Months in which a rival's share is held against the months before them."""
LEVEL = 0.05
"""A rival has grown where chance alone would show as much in fewer cases than this share."""


def moved(parts: pd.DataFrame) -> pd.DataFrame:
    """Give the purchases that moved between us and each rival from the earlier window to the later one.

    ``parts`` is the frame of ``features.purchases.split``. One row a customer, product line and rival between whom
    and us something moved:

    - `away`, money: where our share of the customer's line fell, the fall times what the customer imported of the
      line in the later window is lost to us, and it is given to the rivals in proportion to what their shares
      gained. The `away` of a customer and line add up to that loss.
    - `back`, money: where our share rose, the rise times the same, in proportion to what the rivals' shares lost.

    A customer's line without records in one of the windows has no share to compare, and no row.
    """
    both = parts[(parts["whole_before"] > 0) & (parts["whole_now"] > 0)]
    change = both["now"] / both["whole_now"] - both["before"] / both["whole_before"]
    both = both.assign(change=change)
    ours = both[both["supplier"] == US].set_index(PAIR)["change"]
    # A line that we never sold the customer moves nothing between us and anybody.
    both = both[both["supplier"] != US].join(ours.rename("ours"), on=PAIR).dropna(subset=["ours"])
    told = {}
    for name, sign in (("away", 1.0), ("back", -1.0)):
        theirs = (sign * both["change"]).clip(lower=0.0)
        whole = theirs.groupby([both["customer_id"], both["product_line"]]).transform("sum")
        mine = (-sign * both["ours"]).clip(lower=0.0) * both["whole_now"]
        told[name] = np.where(whole > 0, mine * theirs / whole.where(whole > 0, 1.0), 0.0)
    both = both.assign(**told).rename(columns={"supplier": "rival"})
    both = both[(both["away"] > 0) | (both["back"] > 0)]
    return both[[*PAIR, "rival", "away", "back"]].reset_index(drop=True)


def unpaired(parts: pd.DataFrame) -> pd.DataFrame:
    """Give the customers' lines with records in one of the windows only, of which no move can be told.

    One row a customer and product line: `before` and `now`, our own sales in the windows by these records (money).
    """
    alone = parts[(parts["whole_before"] == 0) | (parts["whole_now"] == 0)]
    alone = alone.assign(
        **{name: alone[name].where(alone["supplier"] == US, 0.0) for name in ("before", "now")}
    )
    sums: pd.DataFrame = alone.groupby(PAIR)[["before", "now"]].sum().reset_index()
    return sums


def growing(rows: pd.DataFrame, told: Span, recent: int = RECENT) -> pd.DataFrame:
    """Give each named rival's share of a customer's line that we sell too, where it may have grown.

    The last ``recent`` months told are held against the rest of the two windows, at most twice as many months. One
    row a customer, product line and rival with a shipment in either: `share_before`, `share_now` (the rival's share
    of the customer's line), `ours_before`, `ours_now` (ours), `value` (money a year: the change of the rival's
    share times the customer's imports of the line in the recent months, made a year; below 0 where it fell),
    `since_on` (the rival's first shipment of the line to the customer in the records), `shipments` (the rival's in
    the recent months), `p_chance` and `false`. The largest `value` comes first.

    `p_chance` is Fisher's exact test, one-sided: the chance that so many or more of the recent shipments are the
    rival's, were the customer's shipments of the line shared out alike before and now. `false` is the chance that
    `p_chance` comes out at LEVEL or below for nothing; the sum over all rows is how many rows to expect there.
    """
    months = min(recent, told.months)
    lately = Span(told.first, told.until, months, told.lag)
    since = max(pd.Timestamp(told.before_from), lately.now_from - pd.DateOffset(months=2 * months))
    sides = {
        "before": windowed(rows, since.date(), lately.before_until),
        "now": windowed(rows, lately.now_from, told.until),
    }
    keys = [*PAIR, "supplier"]
    sums = [
        part.groupby(keys)["value"].agg(["sum", "size"]).add_suffix(f"_{name}")
        for name, part in sides.items()
    ]
    both = pd.concat(sums, axis=1).fillna(0.0).sort_index().reset_index()
    for name in sides:
        for what in ("sum", "size"):
            both[f"{what}_all_{name}"] = both.groupby(PAIR)[f"{what}_{name}"].transform("sum")
    both = both[(both["sum_all_before"] > 0) & (both["sum_all_now"] > 0)]
    for name in sides:
        both[f"share_{name}"] = both[f"sum_{name}"] / both[f"sum_all_{name}"]
    ours = both[both["supplier"] == US].set_index(PAIR)[["share_before", "share_now"]]
    ours = ours.rename(columns={"share_before": "ours_before", "share_now": "ours_now"})
    theirs = both[~both["supplier"].isin([US, UNNAMED])].join(ours, on=PAIR)
    # Where we sold nothing before, a rival grows at somebody else's cost.
    theirs = theirs[theirs["ours_before"] > 0]
    p_chance, false = _by_chance(
        *(theirs[f"size_{name}"] for name in ("now", "before", "all_now", "all_before"))
    )
    value = (theirs["share_now"] - theirs["share_before"]) * theirs["sum_all_now"] * 12 / months
    first = rows.groupby(keys)["shipped_on"].min().rename("since_on")
    theirs = theirs.assign(p_chance=p_chance, false=false, value=value).join(first, on=keys)
    theirs = theirs.rename(columns={"supplier": "rival", "size_now": "shipments"})
    theirs = theirs.sort_values(["value", *PAIR, "rival"], ascending=[False, True, True, True], kind="stable")
    shown = ["share_before", "share_now", "ours_before", "ours_now", "value", "since_on", "shipments"]
    return theirs[[*PAIR, "rival", *shown, "p_chance", "false"]].reset_index(drop=True)


def _by_chance(
    now: pd.Series, before: pd.Series, all_now: pd.Series, all_before: pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    """Give Fisher's one-sided chance of each row, and how likely it would be LEVEL or below if nothing changed.

    ``now`` and ``before`` count the rival's shipments, ``all_now`` and ``all_before`` those of all suppliers.
    """
    urn = (all_now + all_before, now + before, all_now)
    p: np.ndarray = hypergeom.sf(now - 1, *urn)
    # The fewest recent shipments of the rival that would be LEVEL or below.
    least = hypergeom.isf(LEVEL, *urn) + 1
    return p, hypergeom.sf(least - 1, *urn)
