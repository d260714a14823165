"""The settings of the response: values, plans, the log, the page (``params.yaml``)."""

from pydantic import Field

from pipeline.section import Section, Share


class Desk(Section):
    """How much the page of the desk shows."""

    customers: int = Field(
        250, ge=1, le=2000, description="customers of the list, each with a page of its own"
    )
    months: int = Field(12, ge=3, le=36, description="of records on a customer's page")


class ValueWeights(Section):
    """What counts how much in a customer's value."""

    revenue: float = Field(40.0, ge=0)
    margin: float = Field(30.0, ge=0)
    tenure: float = Field(20.0, ge=0)
    growth: float = Field(10.0, ge=0)


class Values(Section):
    """What a customer is worth, and where high begins (docs/reference/plans.md)."""

    weights: ValueWeights = ValueWeights()
    high: float = Field(50.0, ge=0, le=100, description="value from which a customer is of high value")
    risky: Share = Field(0.30, description="probability to leave from which the risk is high")
    rising: float = Field(80.0, ge=0, le=100, description="growth from which a small customer stays in sight")


class Budget(Section):
    """What one list may take: hours of people, and money in the dataset's currency."""

    hours: float = Field(80.0, ge=0, description="of everybody together")
    money: float = Field(5000.0, ge=0, description="costs and expected concessions of the plays")
    roles: dict[str, float] = Field(
        default_factory=dict, description="hours of one role; others: no own limit"
    )
    days: int = Field(
        7, ge=1, description="a budget is for so many days; plans begun within them take from it"
    )


class Plans(Section):
    """Who is to be contacted, with what, and who is left out to learn from (docs/reference/plans.md)."""

    budget: Budget = Budget()
    hour_cost: float = Field(60.0, ge=0, description="of one hour of anybody's time")
    cause_odds: tuple[Share, Share, Share] = Field(
        (0.68, 0.15, 0.07), strict=False, description="of the three causes named, each to be the true one"
    )
    mismatch: Share = Field(
        0.35, description="effect of a play on a leaver of another cause, of its own effect"
    )
    least_profit: float = Field(0.0, ge=0, description="expected profit below which nothing is planned")
    quiet_days: int = Field(30, ge=0, description="days after an action in which no second one is planned")
    repeat_days: int = Field(90, ge=0, description="days after a play in which it is not planned again")
    campaign_days: int = Field(10, ge=0, description="days after a campaign in which no e-mail is planned")
    pattern_confidence: Share = Field(0.6, description="from which a named rhythm decides")
    sight: Share = Field(0.05, description="of the hours, kept for small customers that grow fast")
    holdout: Share = Field(0.10, description="of the customers planned, drawn by lot and not contacted")
    holdout_red: Share = Field(0.0, description="the same, of those under a red alert")
    seconds: float = Field(20.0, gt=0, description="that the search for the best list may take")


class Hours(Section):
    """Hours of each alert level."""

    blue: float = Field(gt=0)
    yellow: float = Field(gt=0)
    orange: float = Field(gt=0)
    red: float = Field(gt=0)


class Loop(Section):
    """How fast an alert must be acted on, and how what came of it is measured (docs/reference/effect.md)."""

    acknowledge_hours: Hours = Field(
        Hours(blue=120, yellow=72, orange=24, red=8), description="until an alert must be acknowledged"
    )
    start_hours: Hours = Field(
        Hours(blue=336, yellow=168, orange=96, red=48),
        description="from there until something must be started",
    )
    finish_days: float = Field(30, gt=0, description="from there until it must be finished")
    replan_days: int = Field(30, ge=1, description="days until a plan that nobody took on may be replaced")
    within_days: int = Field(30, ge=1, description="days from a plan in which a contact counts as its own")
    least: int = Field(20, ge=5, description="customers that each group must have, at least")
    resamples: int = Field(1000, ge=200, description="bootstrap resamples of customers")
