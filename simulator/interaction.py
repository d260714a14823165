"""Contacts: mails, calls, meetings, visits, logins, inquiries, campaigns, invitations, events."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.causes import Sign
from simulator.clock import Clock, Flags, Floats, Ints, arrivals, chance, office_hours
from simulator.departures import Departures
from simulator.identity import flags, identities, labels
from simulator.pressure import Pressure
from simulator.settings import ASSESSED, ATTENTION, MENTIONED, NOTE_DAYS, NOTED, ROLE_SHARE, World
from simulator.texts import CHOICES, SENTENCES, TOPICS, topic
from simulator.traits import REGIONS, ROLES, Traits


@dataclass(frozen=True)
class Kind:
    """One way of contact. ``rate`` is a core customer's, a year; ``signs`` move the rate."""

    name: str
    direction: str
    rate: float
    signs: tuple[Sign, ...] = ()
    lasting: float = 1.0
    """How far the rate follows the customer's leaving: 1 fades with it, 0 goes on as if nothing had happened."""
    spoken: bool = False
    """Has depth and sentiment, and may have a note."""
    answered: bool = False
    """Sent by us, to be answered."""
    attended: bool = False
    """To be attended."""
    most: float = 200.0
    """Most that a customer gets to in a year, whatever presses on it."""


KINDS = (
    Kind("email", "in", 8.0, (Sign.CONTACT,), spoken=True),
    Kind("email", "out", 7.0, lasting=0.5, spoken=True, answered=True),
    Kind("call", "in", 4.0, (Sign.CONTACT,), spoken=True),
    Kind("call", "out", 3.5, lasting=0.3, spoken=True, answered=True),
    Kind("meeting", "out", 2.2, lasting=0.8, spoken=True, attended=True),
    Kind("visit", "out", 1.5, lasting=0.5, spoken=True),
    Kind("login", "in", 12.0, (Sign.LOGINS,)),
    Kind("inquiry", "in", 3.5, (Sign.INQUIRIES, Sign.CONTACT), most=60.0),
    Kind("campaign", "out", 4.0, lasting=0.0, answered=True),
    Kind("invitation", "out", 1.6, lasting=0.3, answered=True, attended=True),
    Kind("event", "in", 0.4, (Sign.CONTACT,), attended=True),
)
LOGIN, CAMPAIGN = 6, 8
DECIDERS = np.array([False, True, False, True])
"""Which of ``ROLES`` decide to buy."""


def draw(
    rng: np.random.Generator,
    world: World,
    clock: Clock,
    traits: Traits,
    departures: Departures,
    pressure: Pressure,
) -> pd.DataFrame:
    kind, customer, day = _contacts(rng, clock, traits, departures, pressure)
    moment = office_hours(rng, day)
    spoken, answered, attended = (_of(name)[kind] for name in ("spoken", "answered", "attended"))
    count = len(kind)

    role = _role(rng, pressure, customer, day)
    person = customer * 10 + 2 * role + (moment > traits.turnover[customer, role])
    openness = traits.openness[customer]
    delay, replies = _answers(rng, pressure, customer, day, openness - 1.6 * (kind == CAMPAIGN))
    came = rng.random(count) < chance(openness + pressure.at(Sign.ATTENDANCE, customer, day))
    told = spoken & (rng.random(count) < ASSESSED)
    depth = traits.depth[customer] + pressure.at(Sign.DEPTH, customer, day) + rng.normal(0, 0.16, count)
    depth = np.clip(depth, 0, 1).round(2)
    sentiment = (
        traits.warmth[customer] + pressure.at(Sign.SENTIMENT, customer, day) + rng.normal(0, 0.28, count)
    )
    sentiment = np.clip(sentiment, -1, 1).round(2)
    rival = spoken & (rng.random(count) < chance(MENTIONED + pressure.at(Sign.RIVALS, customer, day)))
    written = told & (rng.random(count) < NOTED)
    chinese = traits.region[customer] == REGIONS.index("china")
    sentence = topic(depth, sentiment, rival) * CHOICES + rng.integers(0, CHOICES, count)
    sentence += chinese * len(TOPICS) * CHOICES
    late = spoken & (kind != 0) & (kind != 1) & (rng.random(count) < world.late_notes)
    known = np.where(late, moment + 0.5 + rng.gamma(1.2, NOTE_DAYS / 1.2, count), np.nan)

    named = (kind != LOGIN) | (rng.random(count) < 0.5)
    table = pd.DataFrame(
        {
            "customer_id": identities("C", customer, 5),
            "occurred_at": clock.at(moment),
            "kind": labels([kind.name for kind in KINDS], kind),
            "direction": labels([kind.direction for kind in KINDS], kind),
            "contact_id": identities("K", person, 6).mask(~named),
            "contact_role": labels(ROLES, role, named),
            "responded_at": clock.at(np.where(answered & replies, moment + delay, np.nan)),
            "attended": flags(came, attended),
            "depth": np.where(told, depth, np.nan),
            "sentiment": np.where(told, sentiment, np.nan),
            "competitor_mentioned": flags(rival, spoken),
            "text": labels(SENTENCES, sentence, written),
            "known_at": clock.at(known),
        }
    )
    in_time = ~(known >= clock.days)  # a note that is not yet entered is not in the extract
    table = table[in_time].iloc[np.argsort(moment[in_time], kind="stable")].reset_index(drop=True)
    table.insert(0, "interaction_id", identities("I", np.arange(len(table)), 7))
    return table


def _of(name: str) -> Flags:
    return np.array([getattr(kind, name) for kind in KINDS], dtype=bool)


def _contacts(
    rng: np.random.Generator, clock: Clock, traits: Traits, departures: Departures, pressure: Pressure
) -> tuple[Ints, Ints, Ints]:
    """Kind, customer and day of every contact."""
    days = clock.mid_week
    blocks = -(-clock.weeks // 4)
    busy = rng.normal(-0.5 * ATTENTION**2, ATTENTION, (len(traits.talk), blocks))
    # Frequent buyers are in touch more often, though not in proportion.
    often = traits.talk * (17 / traits.cadence) ** 0.4
    usual = often[:, None] * np.exp(np.repeat(busy, 4, axis=1)[:, : clock.weeks])
    usual *= days[None, :] >= traits.joined[:, None] - 30
    presence = departures.presence(days)
    kinds, customers, moments = [], [], []
    for place, kind in enumerate(KINDS):
        moved = sum((pressure.grid(sign, days) for sign in kind.signs), start=np.zeros((1, 1)))
        rate = kind.rate * usual * np.exp(moved) * presence**kind.lasting
        if place == LOGIN:
            rate *= traits.digital[:, None]
        customer, day = arrivals(rng, clock, rate, kind.most)
        kinds.append(np.full(len(customer), place))
        customers.append(customer)
        moments.append(day)
    return np.concatenate(kinds), np.concatenate(customers), np.concatenate(moments)


def _role(rng: np.random.Generator, pressure: Pressure, customer: Ints, day: Ints) -> Ints:
    """Whom we speak with: deciders withdraw where their sign says so."""
    weight = np.log(ROLE_SHARE) + DECIDERS * pressure.at(Sign.DECIDERS, customer, day)[:, None]
    return np.asarray(np.argmax(weight + rng.gumbel(size=weight.shape), axis=1))


def _answers(
    rng: np.random.Generator, pressure: Pressure, customer: Ints, day: Ints, openness: Floats
) -> tuple[Floats, Flags]:
    """Days until the answer, and whether it comes at all."""
    slowed = pressure.at(Sign.REPLIES, customer, day)
    delay = np.exp(rng.normal(0.1, 0.9, len(customer)) + slowed)
    return delay, rng.random(len(customer)) < chance(openness + 0.4) * 2.0**-slowed
