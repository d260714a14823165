"""The best reader of a made-up company: it knows how customers leave, and not which of them will.

It is told what no company is: on which day each spell of a cause set in, how strong it is, and whether it has come
to full strength or begins to recede by the day of asking; and each customer's cadence and regularity. It is not
told which spells end in leaving: false alarms look the same, and so it weighs by the simulator's own chances

    leaving : alarm  =  rate of leavers x p(rise, strength, purchases so far | leaving)
                     :  rate of alarms  x p(rise, strength, not yet receding | alarm)

with the lead (onset until the next order is the last) integrated over its distribution. The lead also says whether
a silent customer has left or is only between two orders. What it ranks by is the probability that the last purchase
lies in the next ``BEFORE`` days. Leavers without a sign it cannot see; nobody can.

Where two causes work at once it goes by the one that came first: a second one sets in on leavers and on false
alarms alike, and says nothing about leaving. It does not know what else makes a customer order less (downturns,
seasons, holidays, merged customers) and reads the silence that they bring as it would any other; so a reader that
knew them too would be somewhat better.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import gammaincc
from scipy.stats import lognorm

from models.cases import BEFORE
from simulator.causes import CAUSES, NONE, Sign
from simulator.departures import MONTH
from simulator.settings import SEGMENT_RISK, World
from simulator.traits import SEGMENTS

Array = np.ndarray
WORLD = World()
LEADS = np.arange(45.0, 160.1, 2.5)
FADE = sum(WORLD.alarm_fade) / 2
"""Days for which a spell recedes, on average."""
USUAL_RISE = 65.0
"""Days to full strength of a spell whose rise is not over: nobody knows yet when it will be."""
DAY = np.timedelta64(1, "D")


def lead_weights() -> Array:
    """Give the chance of each of ``LEADS``; what is clipped lies on the ends."""
    middle, least, most = WORLD.lead_days
    edges = np.concatenate([[-np.inf], (LEADS[1:] + LEADS[:-1]) / 2, [np.inf]])
    spread = lognorm(WORLD.lead_spread, scale=middle)
    if (LEADS[0], LEADS[-1]) != (least, most):
        raise ValueError(f"The leads of the simulator are {least} to {most}; the reader's are not.")
    return np.asarray(np.diff(spread.cdf(edges)))


def ranked(truth: Mapping[str, pd.DataFrame], bought: pd.DataFrame, rows: pd.DataFrame) -> Array:
    """Give the reader's probability for each of ``rows`` (customer_id, as_of, segment).

    ``truth`` holds the spells and traits; ``bought`` one row a customer and purchase day (customer_id, bought_on).
    """
    told = np.full(len(rows), np.nan)
    traits = truth["traits"].set_index("customer_id")
    for day, asked in rows.groupby("as_of"):
        moment = np.datetime64(day, "D")
        people = pd.Index(asked["customer_id"])
        mine = traits.loc[people]
        last, before = _purchases(bought, people, moment)
        tenure = (moment - mine["joined_on"].to_numpy().astype("datetime64[D]")) / DAY
        segment = pd.Index(SEGMENTS).get_indexer(asked["segment"])
        hazard = _hazard(segment, tenure)
        spells = _visible(truth["spells"], people, moment)
        place = spells["place"].to_numpy()
        leaving, alarm = _weights(spells, mine.iloc[place], last[place], before[place], moment)
        odds = hazard[place] * (1 - NONE.share) * leaving.sum(axis=1) / np.maximum(WORLD.alarms * alarm, 1e-9)
        whole = 1 + np.bincount(place, odds, len(people))
        soon = leaving * _soon(spells, mine.iloc[place], last[place], moment)
        going = np.where(
            leaving.sum(axis=1) > 0, soon.sum(axis=1) / np.maximum(leaving.sum(axis=1), 1e-300), 0
        )
        unseen = hazard / 365.25 * _unseen()
        told[rows.index.get_indexer(asked.index)] = (
            np.bincount(place, odds * going, len(people)) + unseen
        ) / whole
    return told


def _hazard(segment: Array, tenure: Array) -> Array:
    """Give the yearly chance to leave of each customer, as ``simulator.departures`` spreads it over months."""
    age = np.where(tenure < 365, WORLD.first_year, np.where(tenure > 3 * 365, WORLD.settled, 1.0))
    monthly = 1 - (1 - WORLD.leaving) ** (np.array(SEGMENT_RISK)[segment] * age / 12)
    return np.asarray(monthly * 365.25 / MONTH)


def _unseen() -> float:
    """Give the days of hazard that reach the next ``BEFORE`` days without a sign today."""
    return NONE.share * BEFORE + (1 - NONE.share) * float(lead_weights() @ np.maximum(BEFORE - LEADS, 0))


def _purchases(bought: pd.DataFrame, people: pd.Index, moment: np.datetime64) -> tuple[Array, Array]:
    """Give the last purchase day up to ``moment`` and the one before it."""
    known = bought[bought["bought_on"] <= pd.Timestamp(moment)].groupby("customer_id")["bought_on"]
    last = known.max().reindex(people).to_numpy().astype("datetime64[D]")
    before = known.nth(-2)
    owner = bought.loc[before.index, "customer_id"]
    return last, pd.Series(before.to_numpy(), owner.to_numpy()).reindex(people).to_numpy().astype(
        "datetime64[D]"
    )


def _visible(spells: pd.DataFrame, people: pd.Index, moment: np.datetime64) -> pd.DataFrame:
    """Give the spells that press on somebody today, with the customer's ``place``."""
    now = pd.Timestamp(moment)
    over = spells["over_on"].astype("datetime64[s]")
    shown = spells[
        (spells["cause"] != NONE.name)
        & ~spells["second"]
        & (spells["onset_on"].astype("datetime64[s]") <= now)
        & (over.isna() | (over > now))
    ]
    shown = shown.assign(place=people.get_indexer(shown["customer_id"]))
    return shown[shown["place"] >= 0]


def _age(spells: pd.DataFrame, moment: np.datetime64) -> tuple[Array, Array, Array]:
    """Give days since the onset, days of the rise, and whether the rise is over."""
    onset = spells["onset_on"].to_numpy().astype("datetime64[D]")
    full = spells["full_on"].to_numpy().astype("datetime64[D]")
    return (moment - onset) / DAY, (full - onset) / DAY, full <= moment


def _weights(
    spells: pd.DataFrame, traits: pd.DataFrame, last: Array, before: Array, moment: np.datetime64
) -> tuple[Array, Array]:
    """Give how likely what is seen is of a leaving spell, by lead (spells, leads), and of an alarm."""
    age, rise, full = _age(spells, moment)
    strength = spells["strength"].to_numpy()
    over = spells["over_on"].to_numpy().astype("datetime64[D]")
    receding = ~np.isnat(over) & (over - FADE * DAY <= moment)
    onset = -age
    low, high = (share * LEADS[None, :] for share in WORLD.rise)
    risen = np.where(
        full[:, None],
        ((rise[:, None] >= low - 1) & (rise[:, None] <= high + 1)) / (high - low),
        np.clip((high - age[:, None]) / (high - low), 0, 1),
    )
    ripe = onset[:, None] + LEADS[None, :]
    ago, earlier = (last - moment) / DAY, np.nan_to_num((before - moment) / DAY, nan=-9e9)
    quiet = _silence(spells, traits, last, moment)
    stays = np.where(ripe > ago[:, None], quiet[:, None], (ripe > earlier[:, None]).astype(float))
    loud = lognorm(WORLD.loudness_spread, scale=WORLD.loudness)
    leaving = lead_weights() * risen * stays * (loud.pdf(strength) * ~receding)[:, None]
    part = np.linspace(*WORLD.alarm_strength, 40)
    weak = (loud.pdf(strength[:, None] / part) / part).mean(axis=1)
    rise_of, hold = WORLD.alarm_rise, WORLD.alarm_hold
    held = np.clip((hold[1] - (age - rise)) / (hold[1] - hold[0]), 0, 1)
    width = rise_of[1] - rise_of[0]
    grown = np.where(
        full,
        ((rise >= rise_of[0] - 1) & (rise <= rise_of[1] + 1)) / width * held,
        np.clip((rise_of[1] - age) / width, 0, 1),
    )
    return leaving, np.where(receding, 1.0, weak * grown * quiet)


def _cadence(spells: pd.DataFrame, traits: pd.DataFrame, moment: np.datetime64) -> Array:
    """Give the days between orders under the spell."""
    slower = {cause.name: -cause.by[Sign.ORDERS].by for cause in CAUSES if Sign.ORDERS in cause.by}
    age, _, full = _age(spells, moment)
    risen = np.where(full, 1.0, np.clip(age / USUAL_RISE, 0, 1))
    push = spells["cause"].map(slower).fillna(0.0).to_numpy() * spells["strength"].to_numpy() * risen
    return np.asarray(traits["cadence_days"].to_numpy() * np.exp(push))


def _silence(spells: pd.DataFrame, traits: pd.DataFrame, last: Array, moment: np.datetime64) -> Array:
    """Give how likely a customer that has not left is to be silent for so long."""
    shape = traits["gap_shape"].to_numpy()
    return np.asarray(gammaincc(shape, shape * ((moment - last) / DAY) / _cadence(spells, traits, moment)))


def _soon(spells: pd.DataFrame, traits: pd.DataFrame, last: Array, moment: np.datetime64) -> Array:
    """Say of each spell and lead whether the last purchase lies ahead, and in the next ``BEFORE`` days."""
    age = _age(spells, moment)[0]
    ripe = LEADS[None, :] - age[:, None]
    wait = _cadence(spells, traits, moment)[:, None] / 2
    return np.asarray((ripe > ((last - moment) / DAY)[:, None]) & (np.maximum(ripe, 0) + wait <= BEFORE))
