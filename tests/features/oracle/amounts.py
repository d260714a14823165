"""Measures of the size of values and money: sums, means, extremes, spreads, shares, slopes."""

from collections.abc import Callable, Sequence
from math import ceil, fsum, sqrt
from statistics import median

from tests.features.oracle.questions import Question, known, ratio, total
from tests.features.oracle.visible import Event


def mean_of(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None


def deviation(values: Sequence[float]) -> float | None:
    """The sample standard deviation, divided by n - 1; unknown below two values."""
    if len(values) < 2:
        return None
    middle = fsum(values) / len(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def total_of(q: Question, of: str) -> float:
    return total(q.events(), of) / 100


def mean(q: Question, of: str) -> float | None:
    return mean_of(known(q.events(), of))


def largest(q: Question, of: str) -> float | None:
    return max(known(q.events(), of), default=None)


def smallest(q: Question, of: str) -> float | None:
    return min(known(q.events(), of), default=None)


def latest(q: Question, of: str) -> float | None:
    values = known(q.events(), of)
    return values[-1] if values else None


def spread(q: Question, of: str) -> float | None:
    return deviation(known(q.events(), of))


def trend(q: Question, of: str, run: int) -> float | None:
    values = known(q.events(), of)
    if len(values) <= run:
        return None
    return fsum(values[-run:]) / run - fsum(values[:-run]) / (len(values) - run)


def concentration(q: Question, of: str, by: str) -> float | None:
    sums: dict[str, int] = {}
    for event in q.events():
        if event[of] is not None:
            sums[event[of]] = sums.get(event[of], 0) + (event[by] or 0)
    counted = [money for money in sums.values() if money > 0]
    if not counted:
        return None
    return fsum((money / sum(counted)) ** 2 for money in counted)


def above_median(q: Question, of: str, by: str, reach: int, least: int) -> float | None:
    w = q.length()
    before = known(q.between(q.days_before(w + reach), q.days_before(w)), of)
    if len(before) < least:
        return None
    line = median(before)
    events = [event for event in q.events() if event[of] is not None]
    money = total(events, by)
    if not money > 0:
        return None
    return total([event for event in events if event[of] > line], by) / money


def periods_of(q: Question, period: int, periods: int) -> list[list[Event]]:
    """The window cut into periods, the oldest first."""
    return [
        q.between(q.days_before(period * (j + 1)), q.days_before(period * j))
        for j in reversed(range(periods))
    ]


def slope(q: Question, of: str, period: int, periods: int) -> float | None:
    sums = [total(events, of) for events in periods_of(q, period, periods)]
    middle = sum(sums) / periods
    if not middle > 0:
        return None
    c = (periods - 1) / 2
    upper = sum((k - c) * y for k, y in enumerate(sums))
    return upper / sum((k - c) ** 2 for k in range(periods)) / middle


def least_squares(points: list[tuple[int, float]]) -> float | None:
    """The slope through points (k, y); unknown below three of them."""
    if len(points) < 3:
        return None
    mean_k = sum(k for k, _ in points) / len(points)
    mean_y = fsum(y for _, y in points) / len(points)
    upper = fsum((k - mean_k) * (y - mean_y) for k, y in points)
    return upper / sum((k - mean_k) ** 2 for k, _ in points)


def mean_slope(q: Question, of: str, period: int, periods: int) -> float | None:
    points = []
    for k, events in enumerate(periods_of(q, period, periods)):
        y = mean_of(known(events, of))
        if y is not None:
            points.append((k, y))
    return least_squares(points)


def share_slope(q: Question, of: str, by: str, period: int, periods: int) -> float | None:
    points = []
    for k, events in enumerate(periods_of(q, period, periods)):
        if total(events, by) > 0:
            points.append((k, total(events, of) / total(events, by)))
    return least_squares(points)


def season_index(q: Question, of: str) -> float | None:
    w = q.length()
    e = 365 - w - (365 - w) // 2
    if not q.seen_by(q.days_before(365 + e)):
        return None
    year = total(q.between(q.days_before(365 + e), q.days_before(e)), of)
    if not year > 0:
        return None
    weeks = total(q.year_ahead().events(), of)
    return (weeks / w) / (year / 365)


def small(q: Question, usual: str) -> int:
    amounts = known(q.over(usual).events(), "amount")
    if not amounts:
        return 0
    return len([event for event in q.events() if event["amount"] < median(amounts)])


def large_days(q: Question, of: str) -> list[Event]:
    """The large events; none below four events."""
    events = q.events()
    if len(events) < 4:
        return []
    line = sorted(event[of] for event in events)[ceil(0.75 * len(events)) - 1]
    return [event for event in events if event[of] >= line]


def since_large(q: Question, of: str) -> int | None:
    days = [event["day"] for event in large_days(q, of)]
    return (q.last - max(days)).days if days else None


def large_overdue(q: Question, of: str) -> float | None:
    days = sorted({event["day"] for event in large_days(q, of)})
    if len(days) < 2:
        return None
    return ratio((q.last - days[-1]).days, (days[-1] - days[0]).days / (len(days) - 1))


def price_change(q: Question, reach: int) -> float | None:
    priced = [
        event
        for event in q.between(q.days_before(q.length() + reach), q.last)
        if event["product_id"] is not None and event["unit_price"] is not None and event["unit_price"] > 0
    ]
    changes = []
    for line in priced:
        if line["day"] <= q.days_before(q.length()):
            continue
        same = [event for event in priced if event["product_id"] == line["product_id"]]
        earlier = [event for event in same if event["day"] < line["day"]]
        if earlier:
            day = max(event["day"] for event in earlier)
            previous = mean_of([event["unit_price"] for event in earlier if event["day"] == day])
            changes.append(line["unit_price"] / previous)
    return fsum(changes) / len(changes) - 1 if changes else None


def trials(q: Question, wait: int) -> tuple[int, int]:
    """How many trials there are in the window, and how many of them have no follow-up."""
    tried = [event for event in q.events() if event["is_trial"] == 1 and (q.last - event["day"]).days >= wait]
    alone = 0
    for trial in tried:
        followed = [
            event
            for event in q.events()
            if event["day"] > trial["day"]
            and event["product_id"] == trial["product_id"]
            and event["is_trial"] != 1
        ]
        alone += not followed
    return len(tried), alone


def trials_alone(q: Question, wait: int) -> int:
    return trials(q, wait)[1]


def trials_alone_share(q: Question, wait: int) -> float | None:
    number, alone = trials(q, wait)
    return ratio(alone, number)


MEASURES: dict[str, Callable[..., float | None]] = {
    "AboveMedian": above_median,
    "Concentration": concentration,
    "LargeOverdue": large_overdue,
    "Largest": largest,
    "Latest": latest,
    "Mean": mean,
    "MeanSlope": mean_slope,
    "PriceChange": price_change,
    "SeasonIndex": season_index,
    "ShareSlope": share_slope,
    "SinceLarge": since_large,
    "Slope": slope,
    "Small": small,
    "Smallest": smallest,
    "Spread": spread,
    "Total": total_of,
    "Trend": trend,
    "TrialsAlone": trials_alone,
    "TrialsAloneShare": trials_alone_share,
}
