"""Which plans to carry out with the hours and the money that there are: an integer program, solved by HiGHS.

At most one play a customer; the hours of everybody, those of each role with a limit, and the money stay within
the budget; small customers that grow fast get at least their share of the hours, as far as they have plans
worth it. Of all lists that keep to this the one of the highest expected profit is sought. HiGHS also proves how
far from the best its list can be at most: the gap.

The same question is asked without whole numbers first, for its **prices**: what one more hour, or one more unit
of money, would bring. By them it is told of customers who take no part (those drawn to be held out) whether
they would have been planned: at these prices, does any play of theirs bring more than it takes?
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Mapping

HOURS, MONEY, SIGHT = "hours", "money", "sight"
GAP = 1e-6
"""Share of the profit by which the solver may take two lists for equally good."""
ENOUGH = 0.002
"""Share of the profit: a list that can be no farther from the best is good enough where the proof takes long.
What is believed of the plays is known to a factor, not to a promille."""
ASKED = 200
"""Options that the first search asks about beside the best of each customer."""
SLACK = 1e-5
"""Share of a limit by which a list may break it: the solver works with rounded numbers."""
DEAR = 10.0
"""Times the highest profit of an hour: what an hour costs by which the share of those in sight is missed."""


@dataclass(frozen=True)
class Budget:
    """Hours of all together, money, hours by role (others: no limit of their own), the share of the hours kept
    for those in sight, and the seconds that the search may take."""

    hours: float = 80.0
    money: float = 5000.0
    roles: Mapping[str, float] = field(default_factory=dict)
    sight: float = 0.05
    seconds: float = 20.0


@dataclass(frozen=True)
class Chosen:
    """``rows`` says of each candidate whether it is in the list. ``gap``: the share of the profit that the best
    list can at most bring more; ``proven`` says that none brings more. ``prices``: profit of one more
    unit of a budget, by its name; "sight": what an hour kept for those in sight costs."""

    rows: np.ndarray
    prices: Mapping[str, float]
    profit: float
    gap: float
    proven: bool


def choose(candidates: pd.DataFrame, budget: Budget) -> Chosen:
    """Choose among ``candidates``: customer_id, play, profit, hours, money, owner_role, in_sight (a flag).

    Those that bring nothing are never chosen. The order of the rows changes nothing: equals are told apart by
    customer and play.
    """
    worth = candidates[(candidates["profit"] > 0).to_numpy()]
    worth = worth.sort_values(["customer_id", "play"], kind="stable")
    found = np.zeros(len(candidates), dtype=bool)
    if worth.empty:
        return Chosen(found, {}, 0.0, 0.0, True)
    question = _Question.of(worth, budget)
    prices = _prices(question)
    taken, gap, proven = _best(question, prices, budget.seconds)
    place = pd.Series(np.arange(len(candidates)), index=candidates.index)
    found[place.loc[worth.index[taken]].to_numpy()] = True
    named = dict(zip(question.names, map(float, prices), strict=True))
    return Chosen(found, named, float(question.profit[taken].sum()), gap, proven)


def at_prices(candidates: pd.DataFrame, prices: Mapping[str, float]) -> np.ndarray:
    """Say what each candidate brings over what it takes at ``prices``; 0 or less: it would not be planned."""
    hours = candidates["hours"].to_numpy(dtype=np.float64)
    dear = np.full(len(candidates), prices.get(HOURS, 0.0))
    dear += (
        candidates["owner_role"].map(lambda role: prices.get(f"{HOURS} of {role}", 0.0)).to_numpy(np.float64)
    )
    dear -= candidates["in_sight"].to_numpy(dtype=np.float64) * prices.get(SIGHT, 0.0)
    money = prices.get(MONEY, 0.0) * candidates["money"].to_numpy(dtype=np.float64)
    return np.asarray(candidates["profit"].to_numpy(dtype=np.float64) - dear * hours - money)


@dataclass(frozen=True)
class _Question:
    """The program: ``takes`` (limits, candidates) at most ``most``; the hours by which the share of those in
    sight is missed cost ``dear`` each and ease the last limit; ``who`` numbers the customers."""

    profit: np.ndarray
    who: np.ndarray
    takes: np.ndarray
    most: np.ndarray
    names: tuple[str, ...]
    dear: float

    @classmethod
    def of(cls, worth: pd.DataFrame, budget: Budget) -> _Question:
        profit, hours, money = (worth[name].to_numpy(dtype=np.float64) for name in ("profit", HOURS, MONEY))
        seen = worth["in_sight"].to_numpy(dtype=bool)
        # No more than they would take if each had the play that brings most: nobody is asked for longer plays.
        best = (
            worth[seen].sort_values("profit", ascending=False, kind="stable").drop_duplicates("customer_id")
        )
        kept = min(budget.sight * budget.hours, float(best[HOURS].sum()))
        limits = {HOURS: (hours, budget.hours), MONEY: (money, budget.money)}
        for role, most in sorted(budget.roles.items()):
            limits[f"{HOURS} of {role}"] = (hours * (worth["owner_role"] == role).to_numpy(), most)
        limits[SIGHT] = (-hours * seen, -kept)
        return cls(
            profit,
            pd.factorize(worth["customer_id"])[0],
            np.array([takes for takes, _ in limits.values()]),
            np.array([most for _, most in limits.values()], dtype=np.float64),
            tuple(limits),
            DEAR * float((profit / hours).max()),
        )

    def value(self, listed: np.ndarray) -> float:
        """Give the profit of a list less what the share of those in sight misses; -inf where a limit is broken."""
        over = self.takes @ listed - self.most
        held = np.array([name != SIGHT for name in self.names])
        allowed = SLACK * np.maximum(np.abs(self.most), np.abs(self.takes).max(axis=1))
        if (over > allowed)[held].any() or np.bincount(self.who[listed]).max(initial=0) > 1:
            return -np.inf
        return float(self.profit[listed].sum() - self.dear * max(over[~held].sum(), 0.0))

    def among(self, rows: np.ndarray, fixed: np.ndarray) -> tuple[np.ndarray, csr_array, np.ndarray]:
        """Give costs, limits and their bounds over some candidates and the hours missed, ``fixed`` ones taken."""
        missed = np.array([-1.0 if name == SIGHT else 0.0 for name in self.names])[:, None]
        left = self.most - self.takes[:, fixed].sum(axis=1)
        who = np.unique(self.who[rows], return_inverse=True)[1]
        several = np.bincount(who) > 1
        one = csr_array(
            (np.ones(len(rows)), (who, np.arange(len(rows)))), shape=(len(several), len(rows) + 1)
        )
        scale = np.maximum(np.abs(self.takes).max(axis=1), 1.0)[:, None]
        limits = csr_array(np.hstack([self.takes[:, rows], missed]) / scale)
        both = vstack([limits, one[np.flatnonzero(several)]], format="csr")
        cost = np.append(-self.profit[rows], self.dear) / self.dear
        return cost, both, np.append(left / scale[:, 0], np.ones(int(several.sum())))


def _prices(question: _Question) -> np.ndarray:
    """Give the price of each limit: what one more unit of it brings where plans may be taken in part."""
    everyone = np.arange(len(question.profit))
    cost, matrix, upper = question.among(everyone, everyone[:0])
    bounds = np.column_stack([np.zeros(len(cost)), np.append(np.ones(len(everyone)), np.inf)])
    relaxed = linprog(cost, A_ub=matrix, b_ub=upper, bounds=bounds, method="highs-ds")
    scale = np.maximum(np.abs(question.takes).max(axis=1), 1.0)
    marginals = relaxed.ineqlin.marginals[: len(question.names)] * question.dear / scale
    return np.asarray(np.maximum(-marginals, 0.0))


def _best(question: _Question, prices: np.ndarray, seconds: float) -> tuple[np.ndarray, float, bool]:
    """Give the list, how far from the best it can be at most, and whether none is better.

    At any prices no list is worth more than the bound: the budgets at their prices, and of each customer the
    option (a play, or none) that brings most over its price. A list that takes another option of a customer is
    worth at most the bound less what that option brings less. So only the options close to the best of their
    customer are asked about, all others are settled; and where the list found lies closer to the bound than the
    nearest option left out, it is the best of all. Otherwise more options are asked about. A list that breaks a
    limit is never taken, whatever the solver says of it (it has been seen to err: scipy issue 24141).
    """
    until = time.monotonic() + seconds
    over = question.profit - prices @ question.takes
    top = np.zeros(int(question.who.max()) + 1)
    np.maximum.at(top, question.who, over)
    bound = float(prices @ question.most + top.sum())
    less, none_less = top[question.who] - over, top
    spare = np.sort(np.concatenate([less[less > 0], none_less[none_less > 0], [np.inf]]))
    best, asked = _greedy(question, over), ASKED
    worth = question.value(best)
    while True:
        near = float(spare[min(asked, len(spare) - 1)])
        open_ = less < near
        options = np.bincount(question.who[open_], minlength=len(top)) + (none_less < near)
        undecided = options[question.who] > 1
        rows, fixed = np.flatnonzero(open_ & undecided), np.flatnonzero(open_ & ~undecided)
        left = until - time.monotonic()
        if left <= 0:
            break
        cost, matrix, upper = question.among(rows, fixed)
        solved = milp(
            cost,
            constraints=LinearConstraint(matrix, -np.inf, upper),
            integrality=np.append(np.ones(len(rows)), 0),
            bounds=Bounds(0, np.append(np.ones(len(rows)), np.inf)),
            options={"time_limit": left, "mip_rel_gap": GAP},
        )
        if solved.x is not None:
            listed = np.zeros(len(question.profit), dtype=bool)
            listed[fixed], listed[rows] = True, solved.x[:-1] > 0.5
            found = question.value(listed)
            if found > worth:
                best, worth = listed, found
            if solved.status == 0 and np.isfinite(found) and bound - worth <= near:
                return best, 0.0, True
            if asked > ASKED and bound - worth <= ENOUGH * worth:
                break
        if np.isinf(near):
            break
        asked *= 4
    profit = float(question.profit[best].sum())
    return best, (bound - profit) / profit if profit > 0 else np.inf, False


def _greedy(question: _Question, over: np.ndarray) -> np.ndarray:
    """Take plans in the order of what they bring over their price, one a customer, as long as they fit.

    What the list is where no better one was found in time.
    """
    held = np.array([name != SIGHT for name in question.names])
    left, taken, served = question.most[held].copy(), np.zeros(len(over), dtype=bool), set()
    for row in np.argsort(-over, kind="stable"):
        takes = question.takes[held, row]
        if question.who[row] not in served and (takes <= left).all():
            left -= takes
            taken[row] = True
            served.add(question.who[row])
    return taken
