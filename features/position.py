"""Where we stand beside each rival, line by line: unit prices and the rhythm of deliveries."""

import pandas as pd

from features.purchases import US, Span, windowed

KEYS = ["customer_id", "product_line", "supplier"]


def unit_prices(rows: pd.DataFrame, told: Span) -> pd.DataFrame:
    """Give what a unit of a line cost each customer from each supplier in the later window.

    One row a customer, product line and supplier with a quantity told above 0: `unit_price`, the value over the
    quantity of all such records together (as declared at the border), and `records`, their number. Empty where the
    records tell no quantities.
    """
    now = windowed(rows, told.now_from, told.until)
    priced = now[(now["quantity"] > 0) & (now["value"] > 0)]
    of = priced.groupby(KEYS)
    sums = of[["value", "quantity"]].sum().assign(records=of.size())
    sums["unit_price"] = sums["value"] / sums["quantity"]
    prices: pd.DataFrame = sums.reset_index()[[*KEYS, "unit_price", "records"]]
    return prices


def gaps(prices: pd.DataFrame) -> pd.DataFrame:
    """Give by how much each rival's goods are dearer than ours for a customer that buys a line from both.

    ``prices`` is the frame of ``unit_prices``. One row a customer, product line and rival: `gap`, the rival's unit
    price over ours at the same customer, less 1 (below 0: the rival is cheaper). Holding a customer against itself
    leaves out what customers of different size and taste pay.
    """
    ours = prices[prices["supplier"] == US].set_index(KEYS[:2])["unit_price"].rename("ours")
    both = prices[prices["supplier"] != US].join(ours, on=KEYS[:2], how="inner")
    told: pd.DataFrame = both.assign(gap=both["unit_price"] / both["ours"] - 1)[[*KEYS, "gap"]]
    return told.reset_index(drop=True)


def pauses(rows: pd.DataFrame, told: Span) -> pd.DataFrame:
    """Give the days between shipments of a line by a supplier to a customer, where they ended in the later window.

    One row such a pause: `customer_id`, `product_line`, `supplier`, `days`. Records of one day are one shipment.
    """
    days = rows[rows["shipped_on"] <= pd.Timestamp(told.until)][[*KEYS, "shipped_on"]].drop_duplicates()
    days = days.sort_values([*KEYS, "shipped_on"], kind="stable")
    between = days.groupby(KEYS)["shipped_on"].diff().dt.days
    ended = (days["shipped_on"] >= pd.Timestamp(told.now_from)) & between.notna()
    found: pd.DataFrame = days.assign(days=between)[ended][[*KEYS, "days"]].reset_index(drop=True)
    return found


def rivals_by_size(parts: pd.DataFrame) -> list[str]:
    """Give the suppliers other than us, those that sold most in the later window first; UNNAMED among them.

    ``parts`` is the frame of ``features.purchases.split``.
    """
    theirs = parts[parts["supplier"] != US].groupby("supplier")[["now", "before"]].sum().reset_index()
    order = theirs.sort_values(["now", "before", "supplier"], ascending=[False, False, True], kind="stable")
    return [str(name) for name in order["supplier"]]
