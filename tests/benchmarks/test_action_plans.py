"""How the benchmark of the plans counts: whom a budget reaches, and what a contact saves."""

import pandas as pd
import pytest

from actions.plans import Settings
from actions.playbooks import CAUSES, GENTLE, GONE, Play, Playbooks, Text
from actions.priority import Budget
from benchmarks.actions.plans import Company, Truth, _down, saved

SAID = Text("en", "zh")


def play(key: str, touch: str) -> Play:
    return Play(key, touch, SAID, "account_manager", "call", 5, 1.0, 0.0, 0.5, (SAID,), SAID)  # type: ignore[arg-type]


BOOKS = Playbooks(
    {cause: (play(f"{cause}_light", "light"), play(f"{cause}_full", "full")) for cause in CAUSES}
    | {cause: (play(f"{cause}_light", "light"),) for cause in (*GENTLE, GONE)}
)
LEAVERS = pd.DataFrame(
    {
        "cause": ["price", "price", "none", "service"],
        "second_cause": [None, None, None, "price"],
        "last_purchase_on": pd.to_datetime(["2024-07-30", "2024-06-01", "2024-07-30", "2024-07-30"]),
        "margin": [1000.0] * 4,
    },
    index=["going", "gone", "closed", "two"],
)
TRUTH = Truth(full=0.5, full_wrong=0.15, light=0.12, light_wrong=0.08, gone=0.4)


def after(*contacts: tuple[str, str, str, str]) -> dict[str, float]:
    """What is saved of each leaver: contacts are a day, a customer, a cause and a touch."""
    rows = pd.DataFrame(
        [(pd.Timestamp(day), who, cause, f"{cause}_{touch}") for day, who, cause, touch in contacts],
        columns=["as_of", "customer_id", "cause", "play"],
    )
    found = saved(Company([], BOOKS, Settings(), (30, 90), LEAVERS), rows, TRUTH)
    return {str(who): value for who, value in found.items() if value}


@pytest.mark.parametrize(
    ("contact", "margin"),
    [
        (("2024-06-30", "going", "price", "full"), 500),
        (("2024-06-30", "going", "demand", "full"), 150),
        (("2024-06-30", "going", "price", "light"), 120),
        (("2024-06-30", "gone", "price", "full"), 200),  # .5 * .4
        (("2024-06-30", "gone", "gone", "light"), 120),  # made for the gone: not cut
        (("2024-06-30", "going", "gone", "light"), 80),
        (("2024-06-30", "two", "price", "full"), 325),  # half of the way between .15 and .5
    ],
)
def test_a_contact_saves_by_touch_cause_and_whether_the_customer_is_there(
    contact: tuple[str, str, str, str], margin: float
) -> None:
    assert after(contact) == {contact[1]: pytest.approx(margin)}


def test_whom_nobody_can_keep_is_not_saved() -> None:
    assert after(("2024-06-30", "closed", "price", "full"), ("2024-06-30", "stayer", "price", "full")) == {}
    assert after(("2024-04-30", "going", "price", "full")) == {}  # 91 days before it leaves
    assert after(("2024-08-30", "gone", "price", "full")) == {}  # 90 days after it left


def test_a_second_contact_keeps_only_of_what_is_left() -> None:
    told = after(("2024-06-30", "going", "price", "light"), ("2024-07-29", "going", "price", "full"))
    assert told == {"going": pytest.approx(1000 * (1 - 0.88 * 0.5))}


def test_the_sort_passes_over_who_no_longer_fits_and_goes_on() -> None:
    rows = pd.DataFrame({"hours": [6.0, 5.0, 4.0, 1.0], "money": [0.0, 0.0, 0.0, 99.0]})
    assert _down(rows, Budget(hours=10, money=50)).index.tolist() == [0, 2]
