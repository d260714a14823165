"""What customers buy from rivals: in money a week, by product line, for whatever reason."""

from dataclasses import dataclass

import numpy as np

from simulator import rivals as rivalry
from simulator.around import (
    GAIN_SPREAD,
    LOTS,
    OTHER_LINES,
    SMALLEST,
    STILL_BOUGHT,
    STRAY_RISE,
    STRAY_SHARE,
    TRIAL_PART,
)
from simulator.causes import CAUSES
from simulator.clock import Floats, Ints
from simulator.layers import shares
from simulator.moves import Moves
from simulator.scene import Scene
from simulator.traits import ASSORTMENT, LINES

YEAR = 365.25
MONTH = 365.25 / 12
BLOCK = 4


@dataclass(frozen=True)
class Flows:
    """One entry a customer, rival, product line and reason to buy."""

    customer: Ints
    rival: Ints
    line: Ints
    week: Floats
    """(flows, weeks): money at our prices."""


@dataclass(frozen=True)
class Lots:
    """Single small orders at a rival, in parallel arrays: trials, and what is tried after them."""

    customer: Ints
    rival: Ints
    line: Ints
    day: Floats
    worth: Floats
    """Money at our prices."""


def draw(rng: np.random.Generator, scene: Scene, moves: Moves) -> tuple[Flows, Lots]:
    """All that customers whose imports are recorded buy from rivals."""
    traits, clock, duties = scene.traits, scene.clock, scene.duties
    need, part = scene.layers.need(traits), shares(traits)
    need = np.where(clock.mid_week[None, :] >= traits.joined[:, None], need, 0.0)
    need *= _after_leaving(scene)
    parts = [
        _split(rng, scene, need, part),
        _other(rng, scene, need),
        _strays(rng, scene, need, part),
        _moved(rng, scene, need, part, moves),
    ]
    customer, rival, line = (
        np.concatenate([getattr(some, name) for some in parts]) for name in ("customer", "rival", "line")
    )
    week = np.concatenate([some.week for some in parts])
    week *= _wobble(rng, *week.shape)
    if len(duties.line):
        week *= duties.factor(line[:, None], clock.mid_week[None, :])
    lots = _lots(rng, scene, need, part, moves)
    return Flows(customer=customer, rival=rival, line=line, week=week), lots


def _after_leaving(scene: Scene) -> Floats:
    """(customers, weeks): what is left of the need of those that have left us, by the cause."""
    still = np.array([STILL_BOUGHT.get(cause.name, 1.0) for cause in CAUSES])
    left = np.where(scene.plan.cause >= 0, still[scene.plan.cause], 1.0)
    away = scene.departures.away(np.arange(len(left))[:, None], scene.clock.mid_week[None, :])
    return np.where(away, left[:, None], 1.0)


def _wobble(rng: np.random.Generator, flows: int, weeks: int) -> Floats:
    noise = rng.normal(0, GAIN_SPREAD, (flows, -(-weeks // BLOCK)))
    return np.repeat(np.exp(noise - GAIN_SPREAD**2 / 2), BLOCK, axis=1)[:, :weeks]


def _split(rng: np.random.Generator, scene: Scene, need: Floats, part: Floats) -> Flows:
    """Lines of which a stable part has always been a rival's."""
    who = np.flatnonzero((rng.random(len(need)) < scene.world.splitting) & scene.recorded)
    usual, second = (
        rivalry.chosen(rng, scene.traits, scene.rivals, who),
        rivalry.chosen(rng, scene.traits, scene.rivals, who),
    )
    which = (rng.random((len(who), ASSORTMENT)) < 0.5) & (part[who] > 0)
    at, place = np.nonzero(which)
    share = rng.uniform(*scene.world.split_share, len(at))
    rival = np.where(rng.random(len(at)) < 0.7, usual[at], second[at])
    customer = who[at]
    flow = need[customer] * (part[customer, place] * share / (1 - share))[:, None]
    return Flows(customer, rival, scene.traits.lines[customer, place], flow)


def _other(rng: np.random.Generator, scene: Scene, need: Floats) -> Flows:
    """Lines that the customer has never bought from us, all of them a rival's."""
    who = np.flatnonzero(scene.recorded)
    customer = np.repeat(who, rng.poisson(OTHER_LINES, len(who)))
    # Any line; those that it buys from us are left out.
    line = (scene.traits.lines[customer, ASSORTMENT - 1] + rng.integers(1, LINES, len(customer))) % LINES
    bought = (
        (scene.traits.lines[customer] == line[:, None])
        & (np.arange(ASSORTMENT)[None, :] < scene.traits.breadth[customer][:, None])
    ).any(axis=1)
    customer, line = customer[~bought], line[~bought]
    rival = rivalry.chosen(rng, scene.traits, scene.rivals, customer)
    worth = rng.uniform(0.3, 1.0, len(customer)) / scene.traits.breadth[customer]
    return Flows(customer, rival, line, need[customer] * worth[:, None])


def _strays(rng: np.random.Generator, scene: Scene, need: Floats, part: Floats) -> Flows:
    """Customers that grow at a rival: it gains in a line, and we lose nothing."""
    world, traits = scene.world, scene.traits
    who = np.repeat(np.arange(len(need)), rng.poisson(world.strays * world.days / YEAR, len(need)))
    day, share = rng.uniform(0, world.days, len(who)), rng.uniform(*STRAY_SHARE, len(who))
    rise, pick = rng.uniform(*STRAY_RISE, len(who)), rng.random(len(who))
    rival = rivalry.chosen(rng, scene.traits, scene.rivals, who)
    kept = scene.recorded[who] & (day > traits.joined[who]) & (day < scene.departures.last[who])
    who, rival = who[kept], rival[kept]
    day, share, rise, pick = day[kept], share[kept], rise[kept], pick[kept]
    place = (pick * traits.breadth[who]).astype(np.int64)
    risen = np.clip((scene.clock.mid_week[None, :] - day[:, None]) / rise[:, None], 0, 1)
    flow = need[who] * (part[who, place] * share / (1 - share))[:, None] * risen
    return Flows(who, rival, traits.lines[who, place], flow)


def _moved(rng: np.random.Generator, scene: Scene, need: Floats, part: Floats, moves: Moves) -> Flows:
    some = np.flatnonzero(scene.recorded[moves.customer])
    customer, place = moves.customer[some], moves.place[some]
    worth = part[customer, place] * np.exp(rng.normal(0, 0.1, len(some)))
    flow = need[customer] * moves.path[some] * worth[:, None]
    return Flows(customer, moves.rival[some], scene.traits.lines[customer, place], flow)


def _lots(rng: np.random.Generator, scene: Scene, need: Floats, part: Floats, moves: Moves) -> Lots:
    """The trial orders before moves, small lots between the trial and the move, and trials that came to nothing."""
    world, traits = scene.world, scene.traits
    tried = np.flatnonzero(scene.recorded[moves.customer] & np.isfinite(moves.trial))
    more = rng.integers(LOTS[0], LOTS[1] + 1, len(tried))
    move = np.repeat(tried, 1 + more)
    count = np.repeat(1 + more, 1 + more)
    nth = np.arange(len(move)) - np.repeat(np.cumsum(1 + more) - (1 + more), 1 + more)
    day = moves.trial[move] + np.maximum(moves.onset[move] - moves.trial[move], 0) * nth / count
    who = np.repeat(np.arange(len(need)), rng.poisson(world.tasters * world.days / YEAR, len(need)))
    when, pick = np.floor(rng.uniform(0, world.days, len(who))), rng.random(len(who))
    rival = rivalry.chosen(rng, scene.traits, scene.rivals, who)
    kept = scene.recorded[who] & (when > traits.joined[who]) & (when < scene.departures.last[who])
    who, when, pick, rival = who[kept], when[kept], pick[kept], rival[kept]
    customer = np.concatenate([moves.customer[move], who])
    place = np.concatenate([moves.place[move], (pick * traits.breadth[who]).astype(np.int64)])
    day = np.floor(np.concatenate([day, when]))
    monthly = np.mean(need[customer], axis=1) * MONTH / 7 * part[customer, place]
    inside = (day >= 0) & (day < world.days)
    lots = Lots(
        customer=customer,
        rival=np.concatenate([moves.rival[move], rival]),
        line=traits.lines[customer, place],
        day=day,
        worth=np.maximum(monthly * rng.uniform(*TRIAL_PART, len(customer)), SMALLEST * traits.size[customer]),
    )
    return Lots(**{name: getattr(lots, name)[inside] for name in Lots.__dataclass_fields__})
