"""A change taken apart into factors that add up: the logarithmic mean Divisia index (LMDI-I; Ang 2004, 2015).

A value is a product of factors, v = x_1 x_2 ... x_n. Its change from v0 to v1 is the sum over the factors of

    L(v1, v0) * ln(x_k1 / x_k0),    L(a, b) = (a - b) / ln(a / b),  L(a, a) = a

with nothing left over, whatever the order of the factors. Where a factor becomes 0 or begins at 0, the terms are
the limits (Ang and Liu 2007): the factors that stay finite get nothing, what became 0 takes the whole change.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean(one: Floats, other: Floats) -> Floats:
    """Give the logarithmic mean of numbers of 0 or more; 0 where one of them is 0."""
    least, most = np.minimum(one, other), np.maximum(one, other)
    there = least > 0
    low, high = np.where(there, least, 1.0), np.where(there, most, 1.0)
    # Of numbers close to one another log1p keeps the digits; of others the logarithms apart do not overflow.
    close = high <= 2 * low
    ratio = np.where(close, np.log1p((high - low) / np.where(close, low, high)), np.log(high) - np.log(low))
    means = np.divide(high - low, ratio, out=low.copy(), where=ratio > 0)
    return np.where(there, means, 0.0)


def parts(
    before: Floats, now: Floats, logs: Mapping[str, Floats], vanished: Mapping[str, Floats], rest: str
) -> dict[str, Floats]:
    """Give the part of ``now - before`` that each factor brought, in their unit; the parts add up to it.

    ``logs`` are ln(now / before) of the factors that are known, finite. ``rest`` names the factor that is all else.
    Where ``now`` is 0, ``vanished`` says of a factor what share of that is its own (0 without it): several factors
    become 0 together, and the limits leave open how they share. The rest is that of ``rest``.
    """
    weight, change = mean(before, now), now - before
    ended = (now == 0) & (before > 0)
    found = {
        name: np.where(ended, change * vanished.get(name, np.zeros_like(change)), weight * log)
        for name, log in logs.items()
    }
    found[rest] = change - np.sum(list(found.values()), axis=0)
    return {name: part + 0.0 for name, part in found.items()}  # no -0
