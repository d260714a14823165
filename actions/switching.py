"""How well a fluctuating decline explains a customer's orders: bad weeks and good ones in turn, the good ones
getting worse.

A hidden state, bad or good, turns at random moments (a telegraph signal), and each gap runs at the rate of the
states that it begins and ends in: a Markov-modulated renewal process, summed over all courses of the state by the
forward algorithm (Rabiner 1989, Proceedings of the IEEE 77, 257-286), gap by gap. The usual rate is that of the
gaps before the onset.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from actions.compiled import compiled
from actions.levels import BETAS, FARTHEST
from actions.likelihood import FLOOR, NEVER, Laid, log_silence, mixed
from actions.shapes import LOW, ONSET_DAYS, ONSETS, PEAK_DAYS, PEAKS, SPELL, WIDTHS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BEFORE = 5
"""Orders before the onset without which the usual rate is not known well enough."""


def explained(orders: Laid) -> Floats:
    """(customers, onsets): log likelihood, the weight of the onset in it."""
    told = np.full((orders.size, len(ONSETS)), NEVER)
    most = int(orders.count.max(initial=0)) + 1
    gaps = np.arange(most)
    # By customer and number of gaps before the onset; one row a customer is small enough.
    heads = gammaln(np.maximum(orders.shape[:, None] * gaps, 1e-9)) - gaps * gammaln(orders.shape)[:, None]
    _switching(
        orders.begin, orders.age, orders.value, orders.moment, orders.logs, orders.sums, orders.clock, orders.shape,
        orders.noise, heads, gammaln(orders.shape), orders.table, ONSETS, np.log(WIDTHS / ONSET_DAYS), PEAKS,
        BETAS, told,
    )  # fmt: skip
    return told


@compiled
def _switching(
    begin: Ints,
    age: Ints,
    value: Floats,
    at: Floats,
    logs: Floats,
    sums: Floats,
    clock: Floats,
    shape: Floats,
    noise: Floats,
    heads: Floats,
    log_gamma: Floats,
    table: Floats,
    onsets: Ints,
    weight: Floats,
    peaks: Floats,
    betas: Floats,
    told: Floats,
) -> None:
    past = clock.shape[1] - 1
    for c in range(len(begin) - 1):
        low, high = begin[c], begin[c + 1]
        k, sd = shape[c], noise[c]
        for t in range(len(onsets)):
            onset = onsets[t]
            j = low
            while j < high and age[j] > onset:
                j += 1
            if j - low < BEFORE:
                continue
            mean = (sums[j - 1] + value[j - 1]) / (j - low)
            gaps, span = k * (j - low - 1), at[j - 1] - at[low]
            theta = gaps / span
            old = heads[c, j - low - 1] + (k - 1) * logs[j - 1] - gaps * np.log(span)
            start = clock[c, past - 1 - onset]
            new = NEVER
            for peak in peaks:
                for b in betas:
                    # It begins with bad weeks.
                    bad, good = np.log(0.9), np.log(0.1)
                    for i in range(j, high + 1):
                        here, then = (at[i], age[i]) if i < high else (clock[c, past], 0)
                        ordinary = start - at[j - 1] if i == j else 0.0
                        since = start if i == j else at[i - 1]
                        days = float((onset if i == j else age[i - 1]) - then)
                        same = 0.5 * (1 + np.exp(-2 * days / SPELL))
                        stays, turns = np.log(same), np.log(max(1 - same, 1e-9))
                        fallen = min(max(onset - then - 0.5 * days, 0.0) / PEAK_DAYS, 1.0)
                        best = 1 - peak * fallen
                        to_bad, to_good = NEVER, NEVER
                        for path in range(4):
                            began = LOW if path < 2 else best
                            ended = LOW if path % 2 == 0 else best
                            u = max(ordinary + 0.5 * (began + ended) * (here - since), FLOOR)
                            gain = bad if path < 2 else good
                            gain += stays if path == 0 or path == 3 else turns
                            if i < high:
                                g = np.log(ended)
                                off = min(max(value[i] - mean, -FARTHEST * sd), FARTHEST * sd)
                                gain += k * np.log(theta) - log_gamma[c] + (k - 1) * np.log(u) - theta * u + g
                                gain += (b * g * off - 0.5 * b * b * g * g) / (sd * sd)
                            else:
                                gain += log_silence(table, k, theta * u / k)
                            if path % 2 == 0:
                                to_bad = mixed(to_bad, gain)
                            else:
                                to_good = mixed(to_good, gain)
                        bad, good = to_bad, to_good
                    new = mixed(new, mixed(bad, good))
            told[c, t] = old + new - np.log(len(peaks) * len(betas)) + weight[t]
