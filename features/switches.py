"""Moves from us to a rival: which product lines, to whom, since when, how fast, and on what evidence.

A rival takes over in a product line of ours where its records speak for a turn. Each of its recent shipments is
tried as the first of the new time, and two things are asked, both as the natural logarithm of a likelihood ratio
(half the G of a G-test, Sokal and Rohlf, Biometry, chapter 17):

- do its shipments of the line come more often since then than before (counts over days, Poisson)? That speaks
  early, of a trial order where there was never any;
- has its share of the line's imports risen (binomial, with as many draws as the records, whose values differ, are
  worth: their squared sum over the sum of their squares, Kish 1965)? That speaks of a rival that always had a part.

A line's evidence is the first plus ``share_weight`` of the second, at its best shipment, less ``toll`` for having
chosen it. That of a rival is the sum over the lines, as a customer moves line by line.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SPAN = 1 << 20
"""Days that one group takes on the line on which all groups lie end to end."""
IMPORTS = "imports"
SHOWN = 10
"""Records of evidence kept a row, the latest ones."""
COLUMNS = (
    "customer_id",
    "as_of",
    "product_line",
    "rival",
    "trial_on",
    "since_on",
    "share_before",
    "share_now",
    "speed",
    "value",
    "strength",
    "evidence",
)


@dataclass(frozen=True)
class Turn:
    """When the records of a rival speak for a turn."""

    reach_days: int = 240
    """Days behind in which a turn may lie."""
    history_days: int = 730
    """Days before a turn that tell what was usual."""
    known_days: int = 90
    """Days of a customer's records before a turn below which nothing is usual."""
    least_days: int = 60
    """Days that the new time is taken to be long at least: two shipments in a row are no rate."""
    ours_least: int = 2
    """Records of ours in the line before the turn below which it is no line of ours."""
    share_weight: float = 0.5
    """Weight of the evidence of shares beside that of shipments, which partly says the same."""
    toll: float = 0.5
    """Evidence taken off each line, for the choice of its best shipment."""
    evidence: float = 3.5
    """Evidence of a rival from which it takes over: 3.5 is odds of 33 to 1."""


def switches(imports: pd.DataFrame, as_of: pd.Timestamp, turn: Turn | None = None) -> pd.DataFrame:
    """Give the product lines that rivals take over.

    Parameters
    ----------
    imports : customs records as they stood on ``as_of``: the newest version known of each, none withdrawn. Without
        the column ``rival`` a supplier is what its paper says.

    Returns
    -------
    One row a customer, product line and rival, sorted by them: trial_on (first shipment of the rival in the line;
    missing where it lies within the first ``known_days`` of the customer's records, so that nobody can call it the
    first), since_on (its first shipment of the new time), share_before and share_now (the rival's share of the
    line's imports in ``history_days`` before since_on, and from it on), speed (share gained per 30 days, 0.1 is ten
    points; counted over 30 days at least), value (money a year: the gained share of the line's imports of the last
    365 days known), strength (of the rival at the customer, all lines together: 0.5 at the threshold, 0.75 at twice
    it, 1 without end), evidence (its latest shipments from since_on on, oldest first: {table, record_id, on}).
    """
    turn = turn or Turn()
    rows = _ordered(imports, as_of)
    if not (rows["rival_number"] >= 0).any():
        return _none()
    found = _tried(rows, _day(as_of), turn)
    if not len(found):
        return _none()
    found["rival_evidence"] = found.groupby(["customer", "rival"])["line_evidence"].transform("sum")
    found = found[(found["rival_evidence"] >= turn.evidence) & (found["line_evidence"] > 0)]
    return _told(rows, found.reset_index(drop=True), as_of, turn) if len(found) else _none()


def _ordered(imports: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Sort by customer, product line, day and record; number customers, lines and rivals; money in whole cents.

    The rival of our own records, and of those whose supplier nobody names, is -1: they are a part of the whole.
    """
    imports = imports[imports["shipped_on"].to_numpy("datetime64[D]").astype(np.int64) <= _day(as_of)]
    ours = imports["is_us"].to_numpy(np.bool_)
    customer, line, name = (
        pd.factorize(column, sort=True)[0].astype(np.int64)
        for column in (
            imports["customer_id"],
            imports["product_line"],
            (imports["rival"] if "rival" in imports else imports["supplier"]).mask(ours),
        )
    )
    day = imports["shipped_on"].to_numpy("datetime64[D]").astype(np.int64)
    order = np.lexsort((pd.factorize(imports["record_id"], sort=True)[0], day, line, customer))
    return (
        imports.assign(
            customer=customer,
            group=customer * (line.max(initial=0) + 1) + line,
            rival_number=name,
            day=day,
            is_us=ours,
            cents=(imports["value"].to_numpy(np.float64) * 100).round().astype(np.int64),
        )
        .iloc[order]
        .reset_index(drop=True)
    )


def _tried(rows: pd.DataFrame, as_of: int, turn: Turn) -> pd.DataFrame:
    """Try every recent shipment of a rival as a turn; give the best of each customer, line and rival."""
    group, day, cents = (rows[name].to_numpy(np.int64) for name in ("group", "day", "cents"))
    ours = rows["is_us"].to_numpy(np.bool_)
    key = group * SPAN + day
    money, own, own_count = (_running(part) for part in (cents, np.where(ours, cents, 0), ours))
    squares = np.append(0.0, np.cumsum(cents.astype(np.float64) ** 2))

    # A rival's own records, end to end by customer, line and rival.
    place = np.flatnonzero(rows["rival_number"] >= 0)
    number = rows["rival_number"].to_numpy(np.int64)[place]
    pair = group[place] * (number.max(initial=0) + 1) + number
    order = np.argsort(pair, kind="stable")
    place, pair = place[order], np.unique(pair[order], return_inverse=True)[1].astype(np.int64)
    theirs, their_money = pair * SPAN + day[place], _running(cents[place])

    at = np.flatnonzero(day[place] > as_of - turn.reach_days)
    since, mine, whole = day[place[at]], pair[at], group[place[at]]
    begin, turned, end = _cut(theirs, mine, since, turn.history_days)
    low, middle, high = _cut(key, whole, since, turn.history_days)
    first = rows.groupby("customer")["day"].transform("min").to_numpy(np.int64)[place[at]]
    before_days = np.minimum(since - first, turn.history_days)
    now_days = np.maximum(int(day.max()) - since + 1, turn.least_days)
    all_before, all_now = money[middle] - money[low], money[high] - money[middle]
    own_before, own_now = own[middle] - own[low], own[high] - own[middle]
    asked = (
        (before_days >= turn.known_days)
        & (own_count[middle] - own_count[low] >= turn.ours_least)
        & (all_before > 0)
        & (all_now > 0)
        & (own_now / np.maximum(all_now, 1) < own_before / np.maximum(all_before, 1))
    )
    found = pd.DataFrame(
        {
            "customer": rows["customer"].to_numpy(np.int64)[place[at]],
            "rival": rows["rival_number"].to_numpy(np.int64)[place[at]],
            "group": whole,
            "pair": mine,
            "since": since,
            "row": place[at],
            "share_before": (their_money[turned] - their_money[begin]) / np.maximum(all_before, 1),
            "share_now": (their_money[end] - their_money[turned]) / np.maximum(all_now, 1),
            "line_evidence": _more_often(turned - begin, before_days, end - turned, now_days),
        }
    )
    found["line_evidence"] += turn.share_weight * _larger(
        found["share_before"].to_numpy(np.float64),
        _worth(all_before, squares[middle] - squares[low], middle - low),
        found["share_now"].to_numpy(np.float64),
        _worth(all_now, squares[high] - squares[middle], high - middle),
    )
    found = found[asked & (found["share_now"] > found["share_before"])]
    # Of equal evidence the earliest shipment is the turn.
    found = found.sort_values(
        ["pair", "line_evidence", "since"], ascending=[True, False, True], kind="stable"
    )
    best: pd.DataFrame = found.drop_duplicates("pair")
    return best.assign(line_evidence=(best["line_evidence"] - turn.toll).clip(lower=0))


def _cut(line: Ints, group: Ints, day: Ints, history: int) -> tuple[Ints, Ints, Ints]:
    """Give where the history before a day begins in each group, where the day begins, and where the group ends."""
    begin, at = (np.searchsorted(line, group * SPAN + edge, "left") for edge in (day - history, day))
    return np.asarray(begin), np.asarray(at), np.asarray(np.searchsorted(line, (group + 1) * SPAN, "left"))


def _running(part: NDArray[np.generic]) -> Ints:
    return np.append(0, np.cumsum(part.astype(np.int64)))


def _worth(total: Ints, squares: Floats, records: Ints) -> Floats:
    """Give how many even records the uneven ones are worth, 1 to their number."""
    return np.clip(total.astype(np.float64) ** 2 / np.maximum(squares, 1.0), 1.0, np.maximum(records, 1))


def _more_often(before: Ints, before_days: Ints, now: Ints, now_days: Ints) -> Floats:
    """Log likelihood ratio of two Poisson rates against one; 0 where the newer is no higher."""
    one = (before + now) / (before_days + now_days)
    higher = now * before_days > before * now_days
    told = _times_log(now, now / now_days, one) + _times_log(before, before / np.maximum(before_days, 1), one)
    return np.where(higher, told, 0.0)


def _larger(before: Floats, before_worth: Floats, now: Floats, now_worth: Floats) -> Floats:
    """Log likelihood ratio of two shares against one; 0 where the newer is no larger."""
    one = (before * before_worth + now * now_worth) / (before_worth + now_worth)
    told = sum(
        worth * (_times_log(share, share, one) + _times_log(1 - share, 1 - share, 1 - one))
        for share, worth in ((before, before_worth), (now, now_worth))
    )
    return np.where(now > before, told, 0.0)


def _times_log(times: Ints | Floats, upper: Floats, lower: Floats) -> Floats:
    """Give ``times * log(upper / lower)``; 0 where nothing is counted."""
    there = (times > 0) & (upper > 0) & (lower > 0)
    return np.asarray(times * np.log(np.where(there, upper, 1.0) / np.where(there, lower, 1.0)))


def _told(rows: pd.DataFrame, found: pd.DataFrame, as_of: pd.Timestamp, turn: Turn) -> pd.DataFrame:
    """Give the found turns in words and money, with the records behind them."""
    row = found["row"].to_numpy(np.int64)
    newest = int(rows["day"].max())
    year = rows[rows["day"] > newest - 365].groupby("group")["cents"].sum()
    yearly = found["group"].map(year).fillna(0).to_numpy(np.float64) / 100
    gained = (found["share_now"] - found["share_before"]).to_numpy(np.float64)
    days = np.maximum(newest - found["since"].to_numpy(np.int64) + 1, 30)
    places = _places(rows, found)
    begun = rows.groupby("customer")["day"].min().reindex(found["customer"]).to_numpy(np.int64)
    trial = rows["day"].to_numpy(np.int64)[[some[0] for some in places]]
    told = pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[row],
            "as_of": np.datetime64(as_of.normalize(), "s"),
            "product_line": rows["product_line"].to_numpy(object)[row],
            "rival": (rows["rival"] if "rival" in rows else rows["supplier"]).to_numpy(object)[row],
            "trial_on": pd.Series(_dates(trial)).where(trial - begun >= turn.known_days),
            "since_on": _dates(found["since"].to_numpy(np.int64)),
            "share_before": found["share_before"],
            "share_now": found["share_now"],
            "speed": gained * 30 / days,
            "value": (gained * yearly).round(2),
            "strength": 1 - 2 ** (-found["rival_evidence"] / turn.evidence),
            "evidence": pd.Series(_records(rows, places, found["since"].to_numpy(np.int64)), dtype="object"),
        },
        columns=list(COLUMNS),
    )
    names = ["customer_id", "product_line", "rival"]
    told = told.astype(dict.fromkeys(names, "str"))
    return told.sort_values(names, kind="stable", ignore_index=True)


def _places(rows: pd.DataFrame, found: pd.DataFrame) -> list[Ints]:
    """Give, for each turn, the places of all records of its rival in its line, oldest first."""
    keys = list(zip(found["group"], found["rival"], strict=True))
    some = rows.loc[rows["group"].isin(found["group"]), ["group", "rival_number"]]
    by_key = some.groupby(["group", "rival_number"]).indices
    index = some.index.to_numpy(np.int64)
    return [index[by_key[key]] for key in keys]


def _records(rows: pd.DataFrame, places: list[Ints], since: Ints) -> list[list[dict[str, object]]]:
    """Name, for each turn, the latest of its records from the turn on."""
    day, names = rows["day"].to_numpy(np.int64), rows["record_id"].to_numpy(object)
    dates = day.astype("datetime64[D]").astype(object)
    return [
        [
            {"table": IMPORTS, "record_id": str(names[place]), "on": dates[place]}
            for place in some[day[some] >= begun][-SHOWN:]
        ]
        for some, begun in zip(places, since, strict=True)
    ]


def _none() -> pd.DataFrame:
    kinds = {
        **dict.fromkeys(("customer_id", "product_line", "rival"), "str"),
        **dict.fromkeys(("as_of", "trial_on", "since_on"), "datetime64[s]"),
        **dict.fromkeys(("share_before", "share_now", "speed", "value", "strength"), "float64"),
        "evidence": "object",
    }
    return pd.DataFrame({name: pd.Series(dtype=kinds[name]) for name in COLUMNS})


def _day(as_of: pd.Timestamp) -> int:
    return int(as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))


def _dates(days: Ints) -> NDArray[np.datetime64]:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[s]"))
