"""Moves: which product lines of a customer's purchases go to a rival, when, and how much of them.

What we lose to a rival under the cause ``competitor`` (fewer lines, smaller and fewer orders) is what it gains.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator import rivals as rivalry
from simulator.causes import CAUSES, COMPETITOR, PRICE, RELATIONSHIP, SERVICE
from simulator.clock import Clock, Flags, Floats, Ints
from simulator.identity import identities, labels, line_names
from simulator.layers import kept
from simulator.pressure import Pressure, Spells
from simulator.rivals import Campaigns
from simulator.scene import Scene
from simulator.traits import ASSORTMENT, Traits

SEEN, COUNTS = 0.05, 0.10
"""A move begins where this part of a line has gone, and is none if it stays below the other."""
FOLLOWING = tuple(CAUSES.index(cause) for cause in (PRICE, SERVICE, RELATIONSHIP))


@dataclass(frozen=True)
class Moves:
    """One entry a spell (or departure) and product line, in parallel arrays."""

    customer: Ints
    rival: Ints
    place: Ints
    """Of the line in the customer's assortment."""
    trial: Floats
    """Day of the trial order; not a number without one."""
    onset: Floats
    full: Floats
    over: Floats
    """Not a number where the line stays with the rival."""
    share: Floats
    """The largest part of the customer's purchases of the line that goes to the rival while it still buys from us;
    1 for a line that goes with the last order."""
    leaving: Flags
    cause: Ints
    path: Floats
    """(moves, weeks): the part of the line's purchases that is the rival's."""


def draw(rng: np.random.Generator, scene: Scene) -> tuple[Moves, Campaigns]:
    wooed = scene.spells.among(scene.spells.cause == CAUSES.index(COMPETITOR))
    trial = np.floor(wooed.onset - rng.uniform(*scene.world.trial_lead, len(wooed.customer)))
    rival, campaigns = rivalry.courted(rng, scene.world, scene.traits, scene.rivals, wooed, trial)
    won = _won(rng, scene, wooed, rival, trial)
    gone = _followed(rng, scene, wooed)
    both = [won, gone]
    joined = {
        name: np.concatenate([getattr(part, name) for part in both]) for name in Moves.__dataclass_fields__
    }
    return Moves(**joined), campaigns


def _won(rng: np.random.Generator, scene: Scene, spells: Spells, rival: Ints, trial: Floats) -> Moves:
    world, clock, traits, departures = scene.world, scene.clock, scene.traits, scene.departures
    path = _paths(scene, spells)
    away = departures.away(spells.customer[:, None], clock.mid_week[None, :])
    before = np.where(away[:, None, :], 0.0, path)
    share = before.max(axis=2)
    goes = spells.leaving & departures.leaves[spells.customer]
    last = departures.last[spells.customer]
    counted = (share >= COUNTS) | (goes[:, None] & (path.max(axis=2) >= COUNTS))
    spell, place = np.nonzero(counted)
    before, share = before[spell, place], share[spell, place]
    sudden = share < COUNTS
    onset = np.argmax(before > SEEN, axis=1) * 7.0
    full = np.argmax(before >= 0.95 * share[:, None], axis=1) * 7.0
    over = (before.shape[1] - np.argmax(before[:, ::-1] > SEEN, axis=1)) * 7.0
    earlier = np.floor(onset - rng.uniform(*world.trial_lead, len(spell)))
    # The first line to go is the one that the trial order before the spell was about.
    first = np.full(len(spells.customer), np.inf)
    np.minimum.at(first, spell, np.where(sudden, np.inf, onset))
    earlier = np.where(onset == first[spell], np.minimum(trial[spell], earlier), earlier)
    stays = spells.leaving[spell]
    return Moves(
        customer=spells.customer[spell],
        rival=rival[spell],
        place=place,
        trial=np.where(sudden | (earlier < traits.joined[spells.customer[spell]]), np.nan, earlier),
        onset=np.where(sudden, last[spell], onset),
        full=np.where(sudden, last[spell], full),
        over=np.where(stays | (over >= clock.days), np.nan, over),
        share=np.where(sudden, 1.0, share),
        leaving=stays,
        cause=np.full(len(spell), CAUSES.index(COMPETITOR)),
        path=path[spell, place],
    )


def _paths(scene: Scene, spells: Spells) -> Floats:
    """(spells, ASSORTMENT, weeks): the part of each line's purchases that is the rival's; all after the last order.

    Where two spells of the cause act on a customer at a time, each has its part by how far it has risen.
    """
    traits, days = scene.traits, scene.clock.mid_week
    who, of = np.unique(spells.customer, return_inverse=True)
    level = Pressure(spells, scene.world.customers, np.inf).level(np.arange(len(of)), days)
    level = np.maximum(level, (level > 0) * 1e-6)
    total = np.zeros((len(who), len(days)))
    np.add.at(total, of, level)
    part = np.divide(level, total[of], out=np.zeros_like(level), where=total[of] > 0)
    away = scene.departures.away(who[:, None], days[None, :])
    lost = np.where(away[:, None, :], 1.0, np.clip(1 - kept(traits, scene.layers, who), 0, 1))
    lost *= (np.arange(ASSORTMENT)[None, :] < traits.breadth[who][:, None])[:, :, None]
    return np.asarray(part[:, None, :] * lost[of])


def _followed(rng: np.random.Generator, scene: Scene, wooed: Spells) -> Moves:
    """Some that leave for price, service or relationship buy at a rival from their last order on, all at once."""
    traits, plan, departures = scene.traits, scene.plan, scene.departures
    able = departures.leaves & np.isin(plan.cause, FOLLOWING)
    able[wooed.customer[wooed.leaving]] = False
    who = np.flatnonzero(able & (rng.random(len(able)) < scene.world.followed))
    rival = rivalry.chosen(rng, traits, scene.rivals, who)
    at, place = np.nonzero(np.arange(ASSORTMENT)[None, :] < traits.breadth[who][:, None])
    customer, count = who[at], len(at)
    return Moves(
        customer=customer,
        rival=rival[at],
        place=place,
        trial=np.full(count, np.nan),
        onset=departures.last[customer],
        full=departures.last[customer],
        over=np.where(departures.returns < scene.clock.days, departures.returns, np.nan)[customer],
        share=np.ones(count),
        leaving=np.ones(count, dtype=bool),
        cause=plan.cause[customer],
        path=departures.away(customer[:, None], scene.clock.mid_week[None, :]).astype(np.float64),
    )


def table(clock: Clock, traits: Traits, moves: Moves) -> pd.DataFrame:
    """One row a customer, rival and product line that moves."""
    frame = pd.DataFrame(
        {
            "customer_id": identities("C", moves.customer, 5),
            "rival": labels(rivalry.NAMES, moves.rival),
            "product_line": line_names(traits.lines[moves.customer, moves.place]),
            "trial_on": clock.on(moves.trial),
            "onset_on": clock.on(moves.onset),
            "full_on": clock.on(moves.full),
            "over_on": clock.on(moves.over),
            "share": np.round(moves.share, 4),
            "leaving": moves.leaving,
            "cause": labels([cause.name for cause in CAUSES], moves.cause),
        }
    )
    return frame.sort_values(["customer_id", "onset_on", "product_line"], kind="stable", ignore_index=True)
