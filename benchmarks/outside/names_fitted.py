"""The weights of ``features.naming.comparing``, fitted anew: ``python -m benchmarks.outside.names_fitted 61 62``.

A logistic regression on every pair of a paper's name and a customer's that share a key, with no measure allowed to
speak for a match: what differs can only speak against it. Prints the weights; they are copied by hand.
"""

import sys
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from benchmarks.outside.names import CUSTOMERS, OTHERS, papers
from benchmarks.outside.registers import register
from features.naming.comparing import WEIGHTS, Measures, confidence, measured
from features.naming.reading import read
from features.naming.register import Known, Register

SHRINKAGE = 1e-6


def pairs(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Give the measures of each pair that is looked at, and whether it is one company."""
    X, y = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, 1])
        made = register(rng, CUSTOMERS, OTHERS)
        firms = {customer: firm for customer, firm, _ in made.customers}
        known = Register([Known(customer, kept) for customer, _, kept in made.customers])
        for row in papers(rng, made).itertuples():
            for one, _ in known.like(row.name):
                same = isinstance(row.customer, str) and firms[one.company] == firms[row.customer]
                both = [(a, b) for a in read(row.name) for b in read(one.name)]
                best = max((measured(a, b) for a, b in both), key=confidence)
                X.append(best)
                y.append(same)
    return np.array(X), np.array(y, np.float64)


def fitted(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Give the intercept and the weights, none of them above 0."""
    X = np.column_stack([np.ones(len(X)), X])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = X @ w
        p = 1 / (1 + np.exp(-z))
        away = np.logaddexp(0, z) - y * z
        return float(away.mean() + SHRINKAGE * (w[1:] ** 2).sum()), X.T @ (p - y) / len(
            y
        ) + 2 * SHRINKAGE * np.r_[0, w[1:]]

    bounds = [(None, None), *[(None, 0.0)] * (X.shape[1] - 1)]
    return np.asarray(minimize(loss, np.zeros(X.shape[1]), jac=True, bounds=bounds).x)


if __name__ == "__main__":
    # Which of two explanations of a pair is the better one depends on the weights, so they are fitted thrice.
    for _ in range(3):
        X, y = pairs([int(word) for word in sys.argv[1:]])
        WEIGHTS.update(zip(("", *Measures._fields), fitted(X, y), strict=True))
    for name, weight in WEIGHTS.items():
        print(f'    "{name}": {weight:.2f},')
    print(f"# {len(y)} pairs, {y.mean():.3f} of them one company", file=sys.stderr)
