"""What binds the customer for longer: joint projects, contracts, years."""

from features import events
from features.feature import Cause, Feature, Unit
from features.measures import Age, Count, DaysUntil, Mean
from features.states import OpenAge, OpenCount

MILESTONES_LATE = Feature(
    name="milestones_late",
    on=events.PLANNED,
    measure=OpenCount(closed=events.DONE),
    cause=Cause.STRATEGIC,
    unit=Unit.MILESTONES,
    risk=1,
    en="Joint project steps late now",
    zh="当前逾期合作节点数",
)

MILESTONES_LATE_AGE = Feature(
    name="milestones_late_age",
    on=events.PLANNED,
    measure=OpenAge(closed=events.DONE),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    risk=1,
    en="Days that the latest joint project step is late",
    zh="最久逾期合作节点天数",
)

MILESTONES_PLANNED_365D = Feature(
    name="milestones_planned_365d",
    on=events.PLANNED,
    days=365,
    measure=Count(),
    cause=Cause.STRATEGIC,
    unit=Unit.MILESTONES,
    risk=-1,
    en="Joint project steps planned in the last 365 days",
    zh="近365天计划合作节点数",
)

MILESTONES_DAYS_LATE_365D = Feature(
    name="milestones_days_late_365d",
    on=events.DONE,
    days=365,
    measure=Mean("days_late"),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    risk=1,
    en="Mean days late of joint project steps in the last 365 days",
    zh="近365天合作节点平均延误天数",
)

CONTRACTS_DAYS_TO_END = Feature(
    name="contracts_days_to_end",
    on=events.CONTRACTS,
    measure=DaysUntil("ends_on"),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    risk=-1,
    en="Days to the end of the contract",
    zh="距合同到期天数",
)

CUSTOMERS_SINCE = Feature(
    name="customers_since",
    on=events.VERSIONS,
    measure=Age("since_on"),
    cause=Cause.PROFILE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days as a customer",
    zh="成为客户天数",
)

FEATURES: tuple[Feature, ...] = (
    MILESTONES_LATE,
    MILESTONES_LATE_AGE,
    MILESTONES_PLANNED_365D,
    MILESTONES_DAYS_LATE_365D,
    CONTRACTS_DAYS_TO_END,
    CUSTOMERS_SINCE,
)
