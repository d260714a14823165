"""Spells: stretches of time in which a cause works on one customer, and what they add to each sign."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from simulator.causes import CAUSES, DOWNTURN, PRESSING, SIGNS, Sign
from simulator.clock import Flags, Floats, Ints, eased

SIGN_INDEX = {sign: place for place, sign in enumerate(SIGNS)}
AFTER = np.array(
    [[cause.by[sign].after if sign in cause.by else 0.0 for sign in SIGNS] for cause in PRESSING]
)
MOVES = np.array([[cause.by[sign].by if sign in cause.by else 0.0 for sign in SIGNS] for cause in PRESSING])
FULLEST = np.abs(MOVES[: len((*CAUSES, DOWNTURN))]).max(axis=0)
"""How far the cause that moves a sign furthest declares to move it; shocks are no measure of it."""


@dataclass(frozen=True)
class Spells:
    """One entry a spell, in parallel arrays. Days are counted from the start of the records."""

    customer: Ints
    cause: Ints
    """Place in ``PRESSING``."""
    onset: Floats
    rise: Floats
    """Days from the onset to full strength."""
    hold_until: Floats
    """Last day of full strength; infinite for a leaver."""
    fade: Floats
    """Days from there until nothing is left."""
    strength: Floats
    leaving: Flags
    second: Flags
    """Whether it set in on top of another spell, which it goes with."""
    moves: Floats
    """(spells, signs): what each sign gains at full strength, noise and silence of single signs included."""

    def among(self, chosen: Flags) -> Self:
        return type(self)(**{name: getattr(self, name)[chosen] for name in self.__dataclass_fields__})


def joined(parts: list[Spells]) -> Spells:
    return Spells(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Spells.__dataclass_fields__
        }
    )


def loudness(spells: Spells, day: Floats) -> Floats:
    """How loudly each spell speaks on a day of its own: the mean over the signs that its cause declares, 1 where
    each is moved as far as declared; 0 for a cause without signs."""
    declared = MOVES[spells.cause]
    after = AFTER[spells.cause]
    risen = np.clip((((day - spells.onset) / spells.rise)[:, None] - after) / (1 - after), 0, 1)
    part = np.divide(spells.moves * risen, declared, out=np.zeros_like(declared), where=declared != 0)
    return np.asarray(part.sum(axis=1) / np.maximum((declared != 0).sum(axis=1), 1))


@dataclass(frozen=True)
class Pressure:
    """What the spells on each customer add up to, by sign and day.

    The sum counts in full up to the furthest declared move of the sign; beyond it, it tends to ``saturation`` times
    that. So neither a very strong spell nor several at once drive a record out of what is plausible. An infinite
    ``saturation`` counts everything in full.
    """

    spells: Spells
    customers: int
    saturation: float
    beside: "Pressure | None" = None
    """What is added after the easing: shocks, of which none softens another's blow."""

    def grid(self, sign: Sign, days: Floats) -> Floats:
        """(customers, days)"""
        total = np.zeros((self.customers, len(days)))
        for chosen in self._layers(sign):
            total[self.spells.customer[chosen]] += self._move(chosen[:, None], sign, days[None, :])
        own = self._eased(sign, total)
        return own if self.beside is None else own + self.beside.grid(sign, days)

    def at(self, sign: Sign, customer: Ints, day: npt.NDArray[Any]) -> Floats:
        """One value an event."""
        total = np.zeros(len(customer))
        for chosen in self._layers(sign):
            spell_of = np.full(self.customers, -1)
            spell_of[self.spells.customer[chosen]] = chosen
            spell = spell_of[customer]
            hit = np.flatnonzero(spell >= 0)
            total[hit] += self._move(spell[hit], sign, day[hit])
        own = self._eased(sign, total)
        return own if self.beside is None else own + self.beside.at(sign, customer, day)

    def among(self, chosen: Flags) -> "Pressure":
        """What these of the spells would add up to by themselves."""
        return Pressure(self.spells.among(chosen), self.customers, self.saturation)

    def level(self, spell: Ints, days: Floats) -> Floats:
        """(spells, days): how far each has risen, 0 to 1, whatever its strength."""
        s = self.spells
        risen = np.clip((days[None, :] - s.onset[spell, None]) / s.rise[spell, None], 0, 1)
        return np.asarray(
            risen * np.clip(1 - (days[None, :] - s.hold_until[spell, None]) / s.fade[spell, None], 0, 1)
        )

    def _eased(self, sign: Sign, total: Floats) -> Floats:
        if np.isinf(self.saturation):
            return total
        fullest = float(FULLEST[SIGN_INDEX[sign]])
        return eased(total, fullest, fullest * self.saturation)

    def _layers(self, sign: Sign) -> list[Ints]:
        """The spells that move a sign, in layers that hold each customer at most once."""
        moving = np.flatnonzero(self.spells.moves[:, SIGN_INDEX[sign]])
        rank = self._rank[moving]
        return [moving[rank == layer] for layer in np.unique(rank)]

    @cached_property
    def _rank(self) -> Ints:
        """How many earlier spells the spell's customer has."""
        order = np.argsort(self.spells.customer, kind="stable")
        sorted_customers = self.spells.customer[order]
        first = np.searchsorted(sorted_customers, sorted_customers)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - first
        return rank

    def _move(self, spell: npt.NDArray[Any], sign: Sign, day: npt.NDArray[Any]) -> Floats:
        s, place = self.spells, SIGN_INDEX[sign]
        after = AFTER[s.cause[spell], place]
        risen = np.clip(((day - s.onset[spell]) / s.rise[spell] - after) / (1 - after), 0, 1)
        left = np.clip(1 - (day - s.hold_until[spell]) / s.fade[spell], 0, 1)
        return np.asarray(s.moves[spell, place] * risen * left)
