"""Spells: stretches of time in which a cause works on one customer, and what they add to each sign."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from simulator.causes import CAUSES, SIGNS, Sign
from simulator.clock import Flags, Floats, Ints

SIGN_INDEX = {sign: place for place, sign in enumerate(SIGNS)}
AFTER = np.array([[cause.by[sign].after if sign in cause.by else 0.0 for sign in SIGNS] for cause in CAUSES])
MOVES = np.array([[cause.by[sign].by if sign in cause.by else 0.0 for sign in SIGNS] for cause in CAUSES])


@dataclass(frozen=True)
class Spells:
    """One entry a spell, in parallel arrays. Days are counted from the start of the records."""

    customer: Ints
    cause: Ints
    """Place in ``CAUSES``."""
    onset: Floats
    rise: Floats
    """Days from the onset to full strength."""
    hold_until: Floats
    """Last day of full strength; infinite for a leaver."""
    fade: Floats
    """Days from there until nothing is left."""
    strength: Floats
    leaving: Flags
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


@dataclass(frozen=True)
class Pressure:
    """The sum of the spells on each customer, by sign and day."""

    spells: Spells
    customers: int

    def grid(self, sign: Sign, days: Floats) -> Floats:
        """(customers, days)"""
        total = np.zeros((self.customers, len(days)))
        for chosen in self._layers(sign):
            total[self.spells.customer[chosen]] += self._move(chosen[:, None], sign, days[None, :])
        return total

    def at(self, sign: Sign, customer: Ints, day: npt.NDArray[Any]) -> Floats:
        """One value an event."""
        total = np.zeros(len(customer))
        for chosen in self._layers(sign):
            spell_of = np.full(self.customers, -1)
            spell_of[self.spells.customer[chosen]] = chosen
            spell = spell_of[customer]
            hit = np.flatnonzero(spell >= 0)
            total[hit] += self._move(spell[hit], sign, day[hit])
        return total

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
