"""The simulator's own customers that shut in the same weeks of every year, asked about while they are shut."""

from dataclasses import replace

import pandas as pd

from actions.patterns import named
from simulator.company import Company, simulate
from simulator.settings import World

DATES = ("2023-07-31", "2023-08-20", "2024-01-15", "2024-08-10")
"""Days on which the long pauses of summer and of winter are under way."""
EARLIEST = 14
"""Days of a pause after which it is asked about: before, it is no longer than a gap."""
PRESSED = 300
"""Days back in which a decline of the rate would be named."""


def purchases(company: Company) -> pd.DataFrame:
    """Give what ``actions.patterns.named`` takes, of the whole company."""
    trade = company.trade[~company.trade["is_return"]]
    industry = company.customers.drop_duplicates("customer_id").set_index("customer_id")["industry"]
    return pd.DataFrame(
        {
            "customer_id": trade["customer_id"],
            "day": trade["ordered_at"].dt.normalize(),
            "amount": trade["amount"],
            "group": industry.reindex(trade["customer_id"]).to_numpy(dtype=object),
        }
    )


def paused(seed: int, customers: int) -> pd.DataFrame:
    """Name the rhythm of everybody on ``DATES``; gives those in a long yearly pause, with ``pattern``, ``as_of``,
    ``before``: how many pauses of theirs the records held by then, and ``pressed``: whether a cause or a downturn
    really took orders from them in the last ``PRESSED`` days."""
    company = simulate(replace(World(), customers=customers), seed)
    bought = purchases(company)
    pauses = company.mimics[company.mimics["kind"] == "pause"]
    downturns = company.mimics[company.mimics["kind"] == "downturn"]
    spells = pd.concat(
        [
            company.spells[["customer_id", "onset_on", "over_on"]],
            downturns.set_axis(["customer_id", "kind", "onset_on", "over_on", "strength"], axis=1)[
                ["customer_id", "onset_on", "over_on"]
            ],
        ]
    )
    left = company.leavers.set_index("customer_id")["last_purchase_on"]
    found = []
    for day in map(pd.Timestamp, DATES):
        said = named(bought[bought["day"] <= day], day)
        now = pauses[(pauses["from_on"] <= day - pd.Timedelta(days=EARLIEST)) & (pauses["until_on"] > day)]
        # Who has left before the pause is in none.
        now = now[~(left.reindex(now["customer_id"]).to_numpy() < day)]
        earlier = pauses[pauses["until_on"] < day - pd.Timedelta(days=180)].groupby("customer_id").size()
        begun = day - pd.Timedelta(days=PRESSED)
        pressing = spells[(spells["onset_on"] <= day) & ~(spells["over_on"] < begun)]
        rows = now[["customer_id", "from_on"]].merge(said, on="customer_id")
        found.append(
            rows.assign(
                before=earlier.reindex(rows["customer_id"]).fillna(0).to_numpy(dtype=int),
                pressed=rows["customer_id"].isin(pressing["customer_id"]),
            )
        )
    return pd.concat(found, ignore_index=True)
