"""Shocks from outside: an industry that breaks down, a tariff, a region that is shut. Nobody leaves for them.

Shocks press on customers like causes, in spells of ``causes.SHOCKS``; a tariff on one product line acts on the
value of the order lines of that product line instead.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from simulator.around import (
    LOCKDOWN_FADE,
    LOCKDOWN_HOLD,
    LOCKDOWN_RISE,
    REBOUND_DAYS,
    REBOUND_PART,
    SHOCK_FADE,
    SHOCK_RISE,
    SHOCK_SPREAD,
    TARIFF_FADE,
    TARIFF_HOLD,
    TARIFF_RISE,
)
from simulator.causes import LOCKDOWN, PRESSING, REBOUND, SHOCK, TARIFF, Cause
from simulator.clock import Flags, Floats, Ints
from simulator.pressure import MOVES, Spells, joined
from simulator.settings import World
from simulator.traits import INDUSTRIES, LINES, REGIONS, Traits

YEAR = 365.25
KINDS = ("industry", "tariff", "lockdown")
INDUSTRY, TARIFFS, LOCKED = range(3)
LINE_NAMES = tuple(f"L{line + 1:02d}" for line in range(LINES))
DEEPEST = 0.97


@dataclass(frozen=True)
class Shocks:
    """One entry a shock, in parallel arrays; -1 where a shock is not bound to an industry, region or line."""

    kind: Ints
    industry: Ints
    region: Ints
    line: Ints
    onset: Floats
    rise: Floats
    hold_until: Floats
    fade: Floats
    depth: Floats
    """Part of the purchases of those whom it can hit, all together, that is not made at the bottom."""

    def among(self, chosen: Flags | Ints) -> Self:
        return type(self)(**{name: getattr(self, name)[chosen] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Duties:
    """Tariffs on product lines: one entry a tariff, in parallel arrays."""

    line: Ints
    onset: Floats
    rise: Floats
    hold_until: Floats
    fade: Floats
    depth: Floats

    def factor(self, line: Ints, day: npt.NDArray[np.generic]) -> Floats:
        """What is left of purchases of a line on a day; both in the same shape."""
        left = np.ones(np.broadcast(line, day).shape)
        for at in range(len(self.line)):
            risen = np.clip((day - self.onset[at]) / self.rise[at], 0, 1)
            lasts = np.clip(1 - (day - self.hold_until[at]) / self.fade[at], 0, 1)
            left *= np.where(line == self.line[at], (1 - self.depth[at]) ** (risen * lasts), 1.0)
        return left


def draw(rng: np.random.Generator, world: World) -> Shocks:
    """Those that chance brings, then the planted ones."""
    planted(world)
    years = world.days / YEAR
    hit = rng.poisson(world.industry_shocks * years, len(INDUSTRIES))
    dearer = int(rng.poisson(world.tariffs * years))
    shut = rng.poisson(world.lockdowns * years, len(REGIONS))
    on_line = rng.random(dearer) < 0.5
    parts = [
        _shocks(rng, world, INDUSTRY, np.repeat(np.arange(len(INDUSTRIES)), hit)),
        _shocks(rng, world, TARIFFS, np.where(on_line, -1, rng.integers(0, len(INDUSTRIES), dearer))),
        _shocks(rng, world, LOCKED, np.repeat(np.arange(len(REGIONS)), shut)),
    ]
    parts[1].line[:] = np.where(on_line, rng.integers(0, LINES, dearer), -1)
    parts += [_planted(rng, world, *one) for one in world.planted]
    return Shocks(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Shocks.__dataclass_fields__
        }
    )


def _shocks(rng: np.random.Generator, world: World, kind: int, where: Ints) -> Shocks:
    count, nowhere = len(where), np.full(len(where), -1)
    rise, hold, fade = (
        rng.uniform(*(SHOCK_RISE, TARIFF_RISE, LOCKDOWN_RISE)[kind], count),
        rng.uniform(*(world.shock_hold, TARIFF_HOLD, LOCKDOWN_HOLD)[kind], count),
        rng.uniform(*(SHOCK_FADE, TARIFF_FADE, LOCKDOWN_FADE)[kind], count),
    )
    onset = np.floor(rng.uniform(0, world.days, count))
    depth = rng.uniform(*(world.shock_depth, world.tariff_depth, world.lockdown_depth)[kind], count)
    return Shocks(
        kind=np.full(count, kind),
        industry=nowhere if kind == LOCKED else where,
        region=where if kind == LOCKED else nowhere,
        line=nowhere.copy(),
        onset=onset,
        rise=rise,
        hold_until=onset + rise + hold,
        fade=fade,
        depth=depth,
    )


def planted(world: World) -> None:
    """Refuse planted shocks that hit nothing there is."""
    for what, _, _ in world.planted:
        if what not in (*INDUSTRIES, *REGIONS, *LINE_NAMES):
            raise ValueError(
                f"A planted shock hits an industry ({', '.join(INDUSTRIES)}), a region ({', '.join(REGIONS)}) or a "
                f"product line ({LINE_NAMES[0]} to {LINE_NAMES[-1]}); found '{what}'."
            )


def _planted(rng: np.random.Generator, world: World, what: str, day: float, depth: float) -> Shocks:
    if what in INDUSTRIES:
        shock = _shocks(rng, world, INDUSTRY, np.array([INDUSTRIES.index(what)]))
    elif what in REGIONS:
        shock = _shocks(rng, world, LOCKED, np.array([REGIONS.index(what)]))
    else:
        shock = _shocks(rng, world, TARIFFS, np.array([-1]))
        shock.line[:] = LINE_NAMES.index(what)
    shock.hold_until[:] += day - shock.onset
    shock.onset[:], shock.depth[:] = day, depth
    return shock


def duties(shocks: Shocks) -> Duties:
    on_lines = shocks.among(shocks.line >= 0)
    return Duties(**{name: getattr(on_lines, name) for name in Duties.__dataclass_fields__})


def felt(rng: np.random.Generator, world: World, traits: Traits, shocks: Shocks) -> Spells:
    """What each customer feels of them; after a lockdown a part of what it held up is ordered.

    An industry's shock spares ``world.spared`` of the customers and hits the others so much harder that the
    industry as a whole loses the declared part; tariffs and lockdowns spare nobody.
    """
    return joined(
        [
            _felt(rng, world, traits, shocks.among(shocks.kind == INDUSTRY), SHOCK, world.spared),
            _felt(
                rng, world, traits, shocks.among((shocks.kind == TARIFFS) & (shocks.line < 0)), TARIFF, 0.0
            ),
            *_locked(rng, world, traits, shocks.among(shocks.kind == LOCKED)),
        ]
    )


def _felt(
    rng: np.random.Generator, world: World, traits: Traits, shocks: Shocks, cause: Cause, spared: float
) -> Spells:
    of = traits.region[None, :] if cause is LOCKDOWN else traits.industry[None, :]
    hit = (shocks.region if cause is LOCKDOWN else shocks.industry)[:, None]
    member = of == hit
    which, customer = np.nonzero(member & (rng.random(member.shape) >= spared))
    deepest = np.minimum(shocks.depth / (1 - spared), DEEPEST)
    strength = -np.log(1 - deepest[which]) * np.exp(rng.normal(0, SHOCK_SPREAD, len(which)))
    return _spells(
        cause,
        customer,
        shocks.onset[which],
        shocks.rise[which],
        shocks.hold_until[which],
        shocks.fade[which],
        strength,
    )


def _locked(rng: np.random.Generator, world: World, traits: Traits, shocks: Shocks) -> list[Spells]:
    shut = _felt(rng, world, traits, shocks, LOCKDOWN, 0.0)
    count = len(shut.customer)
    after = _spells(
        REBOUND,
        shut.customer,
        shut.hold_until,
        shut.fade,
        shut.hold_until + shut.fade + rng.uniform(*REBOUND_DAYS, count),
        np.full(count, REBOUND_DAYS[1]),
        rng.uniform(*REBOUND_PART, count),
    )
    return [shut, after]


def _spells(
    cause: Cause, customer: Ints, onset: Floats, rise: Floats, until: Floats, fade: Floats, strength: Floats
) -> Spells:
    none = np.zeros(len(customer), dtype=bool)
    place = np.full(len(customer), PRESSING.index(cause))
    return Spells(
        customer=customer,
        cause=place,
        onset=onset,
        rise=rise,
        hold_until=until,
        fade=fade,
        strength=strength,
        leaving=none,
        second=none,
        moves=MOVES[place] * strength[:, None],
    )
