"""`make bench-seasons`: which way keeps the mean probability at what comes true, on dates that no test looks at.

Plain features of purchase days and one penalised logistic regression, so that hundreds of models are fitted in
minutes; the product's families are judged by `bench-scoreboard`. Each way tells the level of a date by what was
known on it, on

- the as-of dates of Online Retail II before its test cutoffs (purchases to 2011-06-08; nothing later is read), and
- simulated companies of two years whose market has a season, a trend and a wobble: their last six dates.

Writes ``benchmarks/results/seasons.json`` and prints the table of decision 7.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from benchmarks.results import Figure, publish, told
from models import calibration, level, venn_abers
from models.level import Activity
from pipeline.frames import read_parquet
from pipeline.paths import ROOT, Paths
from pipeline.progress import counted

Floats = np.ndarray
HORIZON, LATE, MONTH = 90, 45, 30.4
COMPANIES = range(100, 106)
DAYS, CUSTOMERS, TESTS = 740, 4600, 6
END = pd.Timestamp("2011-06-08")
CARRIED = 0.8
"""What a month's silence is worth for that of three, both in log-odds."""


@dataclass(frozen=True)
class Bought:
    """Purchases: one entry a customer and day (days since 1970), customers numbered from 0."""

    customer: np.ndarray
    day: np.ndarray

    def activity(self, until: int) -> Activity:
        """Give what the market bought, as known on ``until``."""
        first = int(self.day.min())
        seen = self.day[self.day <= until] - first
        return Activity(first, tuple(map(int, np.bincount(seen, minlength=until - first + 1))))

    def cohort(self, on: int) -> tuple[Floats, Floats, Floats]:
        """Give features of the customers that the rule asks about, and their silence over 90 and 30 days."""
        size = int(self.customer.max()) + 1
        past = self.day <= on
        times = np.bincount(self.customer[past], minlength=size)
        last, first = np.full(size, -(10**6)), np.full(size, on)
        np.maximum.at(last, self.customer[past], self.day[past])
        np.minimum.at(first, self.customer[past], self.day[past])
        silence, cadence = on - last, (last - first) / np.maximum(times - 1, 1)
        asked = (times >= 2) & (silence <= cadence + LATE) & (cadence - silence <= HORIZON + LATE)
        silence, cadence, age = silence[asked], cadence[asked], (on - first)[asked]
        recent = [
            np.log1p(np.bincount(self.customer[past & (self.day > on - days)], minlength=size)[asked])
            for days in (30, 60, 90, 180)
        ]
        s, c, n = np.log1p(silence), np.log1p(cadence), np.log1p(times[asked])
        ratio = np.log1p(silence / np.maximum(cadence, 1))
        rate = np.log1p(times[asked] / (age + 30) * 30)
        X = np.column_stack([s, c, ratio, n, *recent, rate, s**2, c**2, s * n, c * n])
        return X, *(self._silent(on, days)[asked] for days in (HORIZON, 30))

    def _silent(self, on: int, days: int) -> Floats:
        ahead = (self.day > on) & (self.day <= on + days)
        bought = np.bincount(self.customer[ahead], minlength=int(self.customer.max()) + 1)
        return np.asarray((bought == 0).astype(float))


def company(seed: int) -> Bought:
    """Simulate two years of a company: gaps of 50 days in the middle, leaving 45% a year, a season of up to 60%."""
    rng = np.random.default_rng(seed)
    joined = np.floor(rng.uniform(-700, DAYS - 40, CUSTOMERS))
    rate = np.exp(rng.normal(np.log(1 / 50), 0.85, CUSTOMERS))
    left = joined + rng.exponential(365 / 0.45, CUSTOMERS)
    day = np.arange(DAYS)
    turn = 2 * np.pi * day / 365.25
    waves = zip(np.array([1, 0.6, 0.3]) * rng.uniform(0.4, 1, 3), rng.uniform(0, 2 * np.pi, 3), strict=True)
    season = sum(size * np.cos((k + 1) * turn - phase) for k, (size, phase) in enumerate(waves))
    season = rng.uniform(0.2, 0.6) * season / np.abs(season).max()
    stays = np.exp(-1 / 60)
    wobble, step = np.zeros(DAYS), rng.normal(size=DAYS) * rng.uniform(0, 0.15) * np.sqrt(1 - stays**2)
    for i in range(1, DAYS):
        wobble[i] = stays * wobble[i - 1] + step[i]
    market = np.exp(season + wobble + rng.normal(0, 0.1) * day / 365)
    there = (day >= joined[:, None]) & (day < left[:, None])
    buys = (rng.random((CUSTOMERS, DAYS)) < np.minimum(rate[:, None] * market, 0.8)) & there
    new = np.flatnonzero(joined >= 0)
    buys[new, joined[new].astype(int)] = True  # a customer begins by buying
    who, when = np.nonzero(buys)
    return Bought(who, when + 14_000)


def retail() -> Bought:
    """Read the purchase days of Online Retail II, no later than the labels of 2011-03-10 need."""
    trade = read_parquet(Paths(ROOT, "online_retail_ii").table("trade"))
    bought = trade[~trade["is_return"] & (trade["ordered_at"] < END + pd.Timedelta(days=1))]
    keys = bought.assign(day=bought["ordered_at"].dt.normalize())[["customer_id", "day"]].drop_duplicates()
    days = keys["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return Bought(pd.factorize(keys["customer_id"])[0], days)


def ridge(X: Floats, y: Floats, penalty: float = 30.0) -> "Scorer":
    """Fit a penalised logistic regression by Newton's method."""
    middle, spread = X.mean(axis=0), X.std(axis=0) + 1e-9
    Z = np.column_stack([(X - middle) / spread, np.ones(len(X))])
    held = np.append(np.full(X.shape[1], penalty), 0.0)
    weights = np.zeros(Z.shape[1])
    for _ in range(8):
        p = expit(Z @ weights)
        hessian = (Z * (p * (1 - p))[:, None]).T @ Z + np.diag(held)
        weights = weights - np.linalg.solve(hessian, Z.T @ (p - y) + held * weights)
    return Scorer(middle, spread, weights)


@dataclass(frozen=True)
class Scorer:
    """A fitted regression; scores are log-odds."""

    middle: Floats
    spread: Floats
    weights: Floats

    def score(self, X: Floats) -> Floats:
        return np.asarray(np.column_stack([(X - self.middle) / self.spread, np.ones(len(X))]) @ self.weights)


Cohorts = Mapping[int, tuple[Floats, Floats, Floats]]


def ways(bought: Bought, cohorts: Cohorts, day: int) -> dict[str, float]:
    """Give mean probability less observed rate of ``day`` for every way that can tell it."""
    known = sorted(s for s in cohorts if s + HORIZON <= day)
    last = known[-1]
    train = [s for s in known if s + HORIZON <= last]
    y = {s: cohorts[s][1] for s in known}
    found: dict[str, Floats] = {}
    for waves in ("", ", with waves of the year"):
        X = {s: _with_waves(cohorts[s][0], s) if waves else cohorts[s][0] for s in [*known, day]}
        model = ridge(*_joined(X, y, train))
        z = {s: model.score(X[s]) for s in X}
        sigmoid = calibration.fit("sigmoid", z[last], y[last], "log-odds")
        p = {s: sigmoid.probability(z[s]) for s in z}
        days = np.concatenate([np.full(len(y[s]), s) for s in known])
        told_level = level.fit(
            np.concatenate([p[s] for s in known]),
            np.concatenate([y[s] for s in known]),
            days,
            bought.activity(last + HORIZON),
            HORIZON,
        )
        found[f"sigmoid, last date{waves}"] = p[day]
        found[f"level by season and market{waves}"] = expit(logit(p[day]) + told_level.shift(day))
        if not waves:
            found |= _maps(z, y, known, day) | _windows(z, y, known, day)
            found |= _last_year(p[day], told_level, day)
            found["newest month carried to three"] = expit(
                logit(p[day]) + CARRIED * _month(cohorts, known, day)
            )
        everything = ridge(*_joined(X, y, known))
        found[f"no calibration, trained on every known date{waves}"] = expit(everything.score(X[day]))
    return {name: float(p.mean() - cohorts[day][1].mean()) for name, p in found.items()}


def _maps(z: Mapping[int, Floats], y: Mapping[int, Floats], known: list[int], day: int) -> dict[str, Floats]:
    last = known[-1]
    temperature = min(np.linspace(0.3, 3, 55), key=lambda t: _loss(y[last], expit(z[last] / t)))
    found = {
        "identity": expit(z[day]),
        "temperature, last date": expit(z[day] / temperature),
        "Venn-Abers, last date": venn_abers.intervals(z[last], y[last], np.sort(z[day])[::10]).probability,
    }
    for method in ("beta", "isotonic"):
        map_ = calibration.fit(method, z[last], y[last], "log-odds")
        found[f"{method}, last date"] = map_.probability(z[day])
    return found


def _loss(y: Floats, p: Floats) -> float:
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def _windows(
    z: Mapping[int, Floats], y: Mapping[int, Floats], known: list[int], day: int
) -> dict[str, Floats]:
    found = {}
    year_ago = [s for s in known if abs(s - (day - 365)) <= MONTH / 2]
    for name, some in {
        "sigmoid, last three dates": known[-3:],
        "sigmoid, same month last year": year_ago,
    }.items():
        if some:
            joined = (np.concatenate([of[s] for s in some]) for of in (z, y))
            found[name] = calibration.fit("sigmoid", *joined, "log-odds").probability(z[day])
    return found


def _last_year(p: Floats, told_level: level.Level, day: int) -> dict[str, Floats]:
    """What the calibrated model was wrong by on the same date of last year, whole and half."""
    near = [i for i, s in enumerate(told_level.days) if abs(s - (day - 365)) <= MONTH / 2]
    if not near:
        return {}
    by = told_level.shifts[near[0]]
    return {
        "last year's residual": expit(logit(p) + by),
        "half of last year's residual": expit(logit(p) + by / 2),
    }


def _month(cohorts: Cohorts, known: list[int], day: int) -> float:
    """How the level of silence over 30 days moved since the last date whose 90 days are known."""
    closed = sorted(s for s in cohorts if s + 30 <= day)
    month = {s: cohorts[s][2] for s in closed}
    X = {s: cohorts[s][0] for s in closed}
    p = expit(ridge(*_joined(X, month, closed)).score(np.vstack([X[s] for s in closed])))
    days = np.concatenate([np.full(len(month[s]), s) for s in closed])
    found = level.fit(p, np.concatenate([month[s] for s in closed]), days, Activity(0, ()), 30)
    by = dict(zip(found.days, found.shifts, strict=True))
    return by[closed[-1]] - by[known[-1]]


def _joined(X: Mapping[int, Floats], y: Mapping[int, Floats], some: list[int]) -> tuple[Floats, Floats]:
    return np.vstack([X[s] for s in some]), np.concatenate([y[s] for s in some])


def _with_waves(X: Floats, day: int) -> Floats:
    turn = 2 * np.pi * day / 365.25
    waves = [wave(k * turn) for k in (1, 2, 3) for wave in (np.sin, np.cos)]
    return np.column_stack([X, *(np.full(len(X), wave) for wave in waves)])


def simulated() -> Iterator[dict[str, float]]:
    """Judge every way on the last six dates of each company."""
    with counted("simulated companies", len(COMPANIES)) as step:
        for seed in COMPANIES:
            bought = company(seed)
            days = [14_000 + int(130 + MONTH * k) for k in range(30)]
            days = [day for day in days if day + HORIZON < 14_000 + DAYS]
            cohorts = {day: bought.cohort(day) for day in days}
            for day in days[-TESTS:]:
                yield ways(bought, cohorts, day)
            step()


def real() -> dict[str, dict[str, float]]:
    """Judge every way on the dates of Online Retail II before its test cutoffs."""
    bought = retail()
    dates = (
        pd.date_range("2010-03-10", "2011-03-10", freq="MS")
        .shift(9, freq="D")
        .union(pd.to_datetime(["2010-03-10"]))
    )
    days = {day.date().isoformat(): day.toordinal() - 719_163 for day in dates}
    cohorts = {day: bought.cohort(day) for day in days.values()}
    return {name: ways(bought, cohorts, day) for name, day in days.items() if name >= "2010-10"}


def main() -> int:
    found = pd.DataFrame(real()).T
    made = pd.DataFrame(simulated())
    figures: list[Figure] = []
    print("| way | " + " | ".join(found.index) + " | simulated, mean | within .025 |")
    print("|---|" + "---|" * (len(found) + 2))
    for way in made.abs().mean().sort_values().index:
        inside = float((made[way].abs() <= 0.025).mean())
        here = found[way] if way in found else pd.Series(np.nan, found.index)
        cells = ["" if np.isnan(v) else f"{v:+.3f}" for v in here]
        print(f"| {way} | " + " | ".join(cells) + f" | {made[way].abs().mean():.4f} | {inside:.2f} |")
        figures.append(told(f"simulated, {way}: mean |mean p less observed|", float(made[way].abs().mean())))
        figures.append(told(f"simulated, {way}: share of dates within .025", inside))
        figures += [
            told(f"Online Retail II {day}, {way}: mean p less observed", float(v))
            for day, v in here.items()
            if not np.isnan(v)
        ]
    return publish("seasons", figures)


if __name__ == "__main__":
    sys.exit(main())
