"""What binds the customer for longer: joint projects, contracts, years."""

from features import events
from features.comparisons import Change, Over
from features.feature import Cause, Feature, Unit
from features.measures import Age, Count, DaysUntil, Mean, Overdue, SinceLast
from features.states import MarkedShare, OpenAge, OpenCount, Running

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

MILESTONES_UNFINISHED_SHARE_365D = Feature(
    name="milestones_unfinished_share_365d",
    on=events.PLANNED,
    days=365,
    measure=Over(OpenCount(closed=events.DONE), Count()),
    cause=Cause.STRATEGIC,
    unit=Unit.SHARE,
    risk=1,
    en="Share of the joint project steps planned in the last 365 days that is not done",
    zh="近365天计划合作节点未完成占比",
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

MILESTONES_LATE_SHARE_365D = Feature(
    name="milestones_late_share_365d",
    on=events.DONE,
    days=365,
    measure=Mean("is_late"),
    cause=Cause.STRATEGIC,
    unit=Unit.SHARE,
    risk=1,
    en="Share of joint project steps done late in the last 365 days",
    zh="近365天合作节点延误占比",
)

MILESTONES_DONE_180D = Feature(
    name="milestones_done_180d",
    on=events.DONE,
    days=180,
    measure=Count(),
    cause=Cause.STRATEGIC,
    unit=Unit.MILESTONES,
    risk=-1,
    en="Joint project steps done in the last 180 days",
    zh="近180天完成合作节点数",
)

MILESTONES_DONE_365D = Feature(
    name="milestones_done_365d",
    on=events.DONE,
    days=365,
    measure=Count(),
    cause=Cause.STRATEGIC,
    unit=Unit.MILESTONES,
    risk=-1,
    en="Joint project steps done in the last 365 days",
    zh="近365天完成合作节点数",
)

MILESTONES_DONE_CHANGE_365D = Feature(
    name="milestones_done_change_365d",
    on=events.DONE,
    days=365,
    measure=Change(Count()),
    cause=Cause.STRATEGIC,
    unit=Unit.TIMES,
    risk=-1,
    en="Joint project steps done in the last 365 days against the 365 before",
    zh="近365天完成合作节点数与前365天之比",
)

MILESTONES_DAYS_SINCE_DONE = Feature(
    name="milestones_days_since_done",
    on=events.DONE,
    measure=SinceLast(),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last joint project step was done",
    zh="距上次完成合作节点天数",
)

MILESTONES_DONE_OVERDUE = Feature(
    name="milestones_done_overdue",
    on=events.DONE,
    measure=Overdue(),
    cause=Cause.STRATEGIC,
    unit=Unit.TIMES,
    risk=1,
    en="Pause of joint work against its usual gap",
    zh="合作停顿时长与平均间隔之比",
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

CONTRACTS_RUNNING = Feature(
    name="contracts_running",
    on=events.CONTRACTS,
    measure=Running(marked=events.CANCELLED),
    cause=Cause.STRATEGIC,
    unit=Unit.CONTRACTS,
    risk=-1,
    en="Contracts running now",
    zh="当前有效合同数",
)

CONTRACTS_RENEWED_SHARE = Feature(
    name="contracts_renewed_share",
    on=events.CONTRACTS,
    measure=MarkedShare(marked=events.RENEWED, within=90),
    cause=Cause.STRATEGIC,
    unit=Unit.SHARE,
    risk=-1,
    en="Share renewed of the contracts that end within 90 days",
    zh="90天内到期合同已续约占比",
)

CONTRACTS_DAYS_SINCE_RENEWED = Feature(
    name="contracts_days_since_renewed",
    on=events.RENEWED,
    measure=SinceLast(),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    en="Days since a contract was last renewed",
    zh="距上次续约天数",
)

CONTRACTS_LAPSED_365D = Feature(
    name="contracts_lapsed_365d",
    on=events.ENDED,
    days=365,
    measure=OpenCount(closed=events.RENEWED),
    cause=Cause.STRATEGIC,
    unit=Unit.CONTRACTS,
    risk=1,
    en="Contracts ended without renewal in the last 365 days",
    zh="近365天到期未续约合同数",
)

CONTRACTS_CANCELLED_365D = Feature(
    name="contracts_cancelled_365d",
    on=events.CANCELLED,
    days=365,
    measure=Count(),
    cause=Cause.STRATEGIC,
    unit=Unit.CONTRACTS,
    risk=1,
    en="Contracts cancelled in the last 365 days",
    zh="近365天取消合同数",
)

CONTRACTS_DAYS_SINCE_CANCELLED = Feature(
    name="contracts_days_since_cancelled",
    on=events.CANCELLED,
    measure=SinceLast(),
    cause=Cause.STRATEGIC,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since a contract was last cancelled",
    zh="距上次取消合同天数",
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
    MILESTONES_UNFINISHED_SHARE_365D,
    MILESTONES_DAYS_LATE_365D,
    MILESTONES_LATE_SHARE_365D,
    MILESTONES_DONE_180D,
    MILESTONES_DONE_365D,
    MILESTONES_DONE_CHANGE_365D,
    MILESTONES_DAYS_SINCE_DONE,
    MILESTONES_DONE_OVERDUE,
    CONTRACTS_DAYS_TO_END,
    CONTRACTS_RUNNING,
    CONTRACTS_RENEWED_SHARE,
    CONTRACTS_DAYS_SINCE_RENEWED,
    CONTRACTS_LAPSED_365D,
    CONTRACTS_CANCELLED_365D,
    CONTRACTS_DAYS_SINCE_CANCELLED,
    CUSTOMERS_SINCE,
)
