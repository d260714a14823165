"""Each cause moves its own signs, in the direction that it declares, against customers that stay."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simulator.causes import CAUSES, SIGNS, Cause, Move, Sign
from simulator.company import Company, simulate
from simulator.settings import World

# Loud, clean and many: the claim is about the direction, not about how hard the default world is.
LOUD = World(customers=3000, days=800, leaving=0.40, alarms=0.0, sign_share=1.0, loudness_spread=0.0)
DAY = pd.Timedelta(days=1)


def orders(t: pd.DataFrame) -> float:
    return float(t["order_id"].nunique())


def kind(name: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: float((frame["kind"] == name).sum())


def mean(column: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: float(frame[column].astype(float).mean())


def days(first: str, second: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: float((frame[second] - frame[first]).dt.total_seconds().mean() / 86_400)


def given(column: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: float(frame[column].notna().mean())


def followed_up(trade: pd.DataFrame) -> float:
    """Trials whose product the customer orders again in the window."""
    trials = trade[trade["is_trial"]].drop_duplicates(["customer_id", "product_id"])
    bought = trade[~trade["is_trial"]].drop_duplicates(["customer_id", "product_id"])
    return len(trials.merge(bought, on=["customer_id", "product_id"])) / len(trials)


def alike(trade: pd.DataFrame) -> float:
    """Chance that two order lines of a customer name the same product line; it does not depend on their number."""
    ordered = trade[~trade["is_return"]]
    of_line = ordered.groupby(["customer_id", "product_line"]).size()
    of_customer = ordered.groupby("customer_id").size()
    return float((of_line * (of_line - 1)).sum() / (of_customer * (of_customer - 1)).sum())


SHOWS: dict[Sign, tuple[str, str, Callable[[pd.DataFrame], float]]] = {
    Sign.ORDERS: ("trade", "ordered_at", orders),
    Sign.BASKET: ("trade", "ordered_at", lambda t: t["amount"].clip(lower=0).sum() / t["order_id"].nunique()),
    Sign.BREADTH: ("trade", "ordered_at", alike),
    Sign.URGENT: ("trade", "ordered_at", mean("is_urgent")),
    Sign.RETURNS: ("trade", "ordered_at", mean("is_return")),
    Sign.DISCOUNT: ("trade", "ordered_at", lambda t: float((1 - t["unit_price"] / t["list_price"]).mean())),
    Sign.TRIALS: ("trade", "ordered_at", followed_up),
    Sign.CONTACT: (
        "interaction",
        "occurred_at",
        lambda i: float((i["direction"].eq("in") & i["kind"].eq("email")).sum()),
    ),
    Sign.LOGINS: ("interaction", "occurred_at", kind("login")),
    Sign.INQUIRIES: ("interaction", "occurred_at", kind("inquiry")),
    Sign.REPLIES: ("interaction", "occurred_at", days("occurred_at", "responded_at")),
    Sign.ATTENDANCE: ("interaction", "occurred_at", mean("attended")),
    Sign.DEPTH: ("interaction", "occurred_at", mean("depth")),
    Sign.SENTIMENT: ("interaction", "occurred_at", mean("sentiment")),
    Sign.RIVALS: ("interaction", "occurred_at", mean("competitor_mentioned")),
    Sign.DECIDERS: (
        "interaction",
        "occurred_at",
        lambda i: float(i["contact_role"].isin(["executive", "purchasing"]).mean()),
    ),
    Sign.COMPLAINTS: ("service", "opened_at", kind("complaint")),
    Sign.SERVICE_USE: ("service", "opened_at", lambda s: float(s["kind"].isin(["repair", "question"]).sum())),
    Sign.SEVERITY: ("service", "opened_at", mean("severity")),
    Sign.RESOLUTION: ("service", "opened_at", days("opened_at", "resolved_at")),
    Sign.REOPENED: ("service", "opened_at", given("reopened_at")),
    Sign.SATISFACTION: ("service", "opened_at", mean("satisfaction")),
    Sign.OFFERS: ("service", "opened_at", mean("accepted")),
    Sign.LATENESS: ("finance", "due_at", days("due_at", "paid_at")),
    Sign.DISPUTES: ("finance", "issued_at", given("disputed_at")),
    Sign.SETTLEMENT: (
        "finance",
        "due_at",
        lambda f: float(f["settlement_method"].isin(["bill_of_exchange", "instalments"]).mean()),
    ),
    Sign.CONFIRMATION: ("finance", "issued_at", days("issued_at", "confirmed_at")),
    Sign.SLIPPAGE: ("milestones", "planned_on", days("planned_on", "done_on")),
}


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(LOUD, seed=17)


@pytest.fixture(scope="module")
def windows(company: Company) -> pd.DataFrame:
    """One row a leaver and its match: the 60 days before its last purchase, and the same days of one that stays."""
    traits = company.traits.set_index("customer_id")
    leavers = company.leavers[company.leavers["last_purchase_on"] > company.leavers["onset_on"] + 60 * DAY]
    leavers = leavers[leavers["onset_on"] > pd.Timestamp(LOUD.start)]
    left = set(company.spells["customer_id"])
    stays = traits[~traits.index.isin(left) & (traits["joined_on"] < pd.Timestamp(LOUD.start))]
    stays = stays.sort_values("cadence_days")
    place = np.searchsorted(stays["cadence_days"], traits["cadence_days"].reindex(leavers["customer_id"]))
    twin = stays.index[np.minimum(place, len(stays) - 1)]
    sides = [
        pd.DataFrame({"customer_id": who, "until": leavers["last_purchase_on"].to_numpy(), "side": side})
        for side, who in (("leaves", leavers["customer_id"].to_numpy()), ("stays", twin.to_numpy()))
    ]
    return pd.concat([side.assign(cause=leavers["cause"].to_numpy()) for side in sides], ignore_index=True)


@pytest.fixture(scope="module")
def before(company: Company, windows: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The records in those windows, by table and date; the last purchase day, on which a leaver orders by
    definition, is left out."""
    found = {}
    for table, when, _ in SHOWS.values():
        if (table, when) not in found:
            merged = getattr(company, table).merge(windows, on="customer_id")
            days_before = (merged["until"] - merged[when].dt.normalize()).dt.days
            found[table, when] = merged[days_before.between(1, 60)]
    return found


MOVED = [(cause, move) for cause in CAUSES for move in cause.moves]


@pytest.mark.parametrize(("cause", "move"), MOVED, ids=[f"{cause.name}-{move.sign}" for cause, move in MOVED])
def test_each_cause_moves_its_signs_as_it_declares(
    before: dict[tuple[str, str], pd.DataFrame], cause: Cause, move: Move
) -> None:
    table, when, measure = SHOWS[move.sign]
    records = before[table, when]
    records = records[records["cause"] == cause.name]
    leaves, stays = (measure(records[records["side"] == side]) for side in ("leaves", "stays"))
    assert np.sign(leaves - stays) == np.sign(move.by), (leaves, stays)


def test_every_sign_is_moved_by_some_cause() -> None:
    assert {move.sign for cause in CAUSES for move in cause.moves} == set(SIGNS) == set(SHOWS)


def test_shares_of_causes_add_up_to_one() -> None:
    assert sum(cause.share for cause in CAUSES) == pytest.approx(1)


def test_a_sign_moved_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="moves a sign twice"):
        Cause(name="odd", share=0.1, moves=(Move(Sign.DEPTH, 1), Move(Sign.DEPTH, 2)))


def test_a_move_that_never_comes_is_refused() -> None:
    with pytest.raises(ValueError, match="a part of the rise"):
        Move(Sign.DEPTH, 1, after=1.0)


def test_stayers_show_the_same_signs_and_get_over_them() -> None:
    company = simulate(World(customers=400, days=800), seed=2)
    spells = company.spells
    assert set(spells.loc[~spells["leaving"], "cause"]) == {cause.name for cause in CAUSES} - {"none"}
    assert (~spells["leaving"]).sum() > spells["leaving"].sum()
    assert (spells["over_on"].isna() == spells["leaving"]).all()


def test_a_silent_world_gives_no_sign() -> None:
    """Without loudness the leavers' records before the last purchase are like those of others."""
    company = simulate(World(customers=600, days=900, leaving=0.4, loudness=0.0, alarms=0.0), seed=2)
    mentioned = company.interaction.dropna(subset="competitor_mentioned").merge(
        company.leavers, on="customer_id"
    )
    before = mentioned[mentioned["occurred_at"].between(mentioned["onset_on"], mentioned["last_purchase_on"])]
    rate = company.interaction["competitor_mentioned"].mean()
    assert before["competitor_mentioned"].mean() == pytest.approx(rate, abs=0.01)
