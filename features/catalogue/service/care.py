"""How well it is mended, how the customer rates it, and what it takes of what is offered."""

from features import events
from features.comparisons import PerEvent, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Flagged, FlaggedRun, Largest, Latest, Mean, Smallest, Trend

DAYS_TO_RESOLVE_180D = Feature(
    name="service_days_to_resolve_180d",
    on=events.RESOLVED,
    days=180,
    measure=Mean("days_to_resolve"),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Mean time to resolve in the last 180 days",
    zh="近180天平均解决时长",
)

DAYS_TO_RESOLVE_SHIFT_180D = Feature(
    name="service_days_to_resolve_shift_180d",
    on=events.RESOLVED,
    days=180,
    measure=Shift(Mean("days_to_resolve")),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Time to resolve of the last 180 days less that of the 180 before",
    zh="近180天解决时长与前180天之差",
)

DAYS_TO_RESOLVE_TREND_365D = Feature(
    name="service_days_to_resolve_trend_365d",
    on=events.RESOLVED,
    days=365,
    measure=Trend("days_to_resolve", run=3),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Time to resolve of the last three tickets less that of the earlier ones",
    zh="最近三张工单解决时长变化",
)

DAYS_TO_RESOLVE_LARGEST_180D = Feature(
    name="service_days_to_resolve_largest_180d",
    on=events.RESOLVED,
    days=180,
    measure=Largest("days_to_resolve"),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Longest time to resolve in the last 180 days",
    zh="近180天最长解决时长",
)

REOPENED_180D = Feature(
    name="service_reopened_180d",
    on=events.REOPENED,
    days=180,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Tickets reopened in the last 180 days",
    zh="近180天重开工单数",
)

REOPENED_SHARE_180D = Feature(
    name="service_reopened_share_180d",
    on=events.REOPENED,
    days=180,
    measure=PerEvent(events.RESOLVED),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Tickets reopened, a ticket resolved, in the last 180 days",
    zh="近180天工单重开率",
)

SATISFACTION_180D = Feature(
    name="service_satisfaction_180d",
    on=events.RATED,
    days=180,
    measure=Mean("satisfaction"),
    cause=Cause.SERVICE,
    unit=Unit.POINTS,
    risk=-1,
    en="Mean satisfaction in the last 180 days",
    zh="近180天平均满意度",
)

SATISFACTION_SHIFT_180D = Feature(
    name="service_satisfaction_shift_180d",
    on=events.RATED,
    days=180,
    measure=Shift(Mean("satisfaction")),
    cause=Cause.SERVICE,
    unit=Unit.POINTS,
    risk=-1,
    en="Satisfaction of the last 180 days less that of the 180 before",
    zh="近180天满意度与前180天之差",
)

SATISFACTION_SMALLEST_365D = Feature(
    name="service_satisfaction_smallest_365d",
    on=events.RATED,
    days=365,
    measure=Smallest("satisfaction"),
    cause=Cause.SERVICE,
    unit=Unit.POINTS,
    risk=-1,
    en="Lowest satisfaction in the last 365 days",
    zh="近365天最低满意度",
)

SATISFACTION_LATEST = Feature(
    name="service_satisfaction_latest",
    on=events.RATED,
    measure=Latest("satisfaction"),
    cause=Cause.SERVICE,
    unit=Unit.POINTS,
    risk=-1,
    en="Last satisfaction given",
    zh="最近一次满意度",
)

MAINTENANCE_365D = Feature(
    name="service_maintenance_365d",
    on=events.TICKETS,
    where={"kind": ("maintenance",)},
    days=365,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    en="Maintenance offered in the last 365 days",
    zh="近365天保养工单数",
)

MAINTENANCE_ACCEPTED_730D = Feature(
    name="service_maintenance_accepted_730d",
    on=events.TICKETS,
    where={"kind": ("maintenance",)},
    days=730,
    measure=Mean("accepted"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of maintenance accepted in the last 730 days",
    zh="近730天保养接受率",
)

TRAINING_365D = Feature(
    name="service_training_365d",
    on=events.TICKETS,
    where={"kind": ("training",)},
    days=365,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    en="Training offered in the last 365 days",
    zh="近365天培训工单数",
)

TRAINING_ACCEPTED_730D = Feature(
    name="service_training_accepted_730d",
    on=events.TICKETS,
    where={"kind": ("training",)},
    days=730,
    measure=Mean("accepted"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of training accepted in the last 730 days",
    zh="近730天培训接受率",
)

OFFERS_ACCEPTED_365D = Feature(
    name="service_offers_accepted_365d",
    on=events.TICKETS,
    where={"kind": ("maintenance", "training")},
    days=365,
    measure=Mean("accepted"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of trainings and maintenance accepted in the last 365 days",
    zh="近365天培训与保养接受率",
)

OFFERS_TAKEN_365D = Feature(
    name="service_offers_taken_365d",
    on=events.TICKETS,
    where={"kind": ("maintenance", "training")},
    days=365,
    measure=Flagged("accepted"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    risk=-1,
    en="Trainings and maintenance accepted in the last 365 days",
    zh="近365天接受的培训与保养数",
)

OFFERS_DECLINED_365D = Feature(
    name="service_offers_declined_365d",
    on=events.TICKETS,
    days=365,
    measure=Flagged("declined"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    risk=1,
    en="Trainings and maintenance declined in the last 365 days",
    zh="近365天谢绝的培训与保养数",
)

OFFERS_DECLINED_RUN = Feature(
    name="service_offers_declined_run",
    on=events.TICKETS,
    measure=FlaggedRun("declined"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    risk=1,
    en="Trainings and maintenance declined in a row",
    zh="连续谢绝的培训与保养数",
)

FEATURES: tuple[Feature, ...] = (
    DAYS_TO_RESOLVE_180D,
    DAYS_TO_RESOLVE_SHIFT_180D,
    DAYS_TO_RESOLVE_TREND_365D,
    DAYS_TO_RESOLVE_LARGEST_180D,
    REOPENED_180D,
    REOPENED_SHARE_180D,
    SATISFACTION_180D,
    SATISFACTION_SHIFT_180D,
    SATISFACTION_SMALLEST_365D,
    SATISFACTION_LATEST,
    MAINTENANCE_365D,
    MAINTENANCE_ACCEPTED_730D,
    TRAINING_365D,
    TRAINING_ACCEPTED_730D,
    OFFERS_ACCEPTED_365D,
    OFFERS_TAKEN_365D,
    OFFERS_DECLINED_365D,
    OFFERS_DECLINED_RUN,
)
