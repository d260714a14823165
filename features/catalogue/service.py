"""What goes wrong and how it is mended: tickets, complaints, offers taken or declined."""

from features import events
from features.comparisons import Change, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Largest, Latest, Mean, SinceLast
from features.states import OpenAge, OpenCount

TICKETS_90D = Feature(
    name="service_tickets_90d",
    on=events.TICKETS,
    days=90,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    en="Tickets in the last 90 days",
    zh="近90天工单数",
)

TICKETS_CHANGE_180D = Feature(
    name="service_tickets_change_180d",
    on=events.TICKETS,
    days=180,
    measure=Change(Count()),
    cause=Cause.SERVICE,
    unit=Unit.TIMES,
    en="Tickets of the last 180 days against the 180 before",
    zh="近180天工单数与前180天之比",
)

COMPLAINTS_90D = Feature(
    name="service_complaints_90d",
    on=events.TICKETS,
    where={"kind": ("complaint",)},
    days=90,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Complaints in the last 90 days",
    zh="近90天投诉数",
)

COMPLAINTS_365D = Feature(
    name="service_complaints_365d",
    on=events.TICKETS,
    where={"kind": ("complaint",)},
    days=365,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Complaints in the last 365 days",
    zh="近365天投诉数",
)

REPAIRS_180D = Feature(
    name="service_repairs_180d",
    on=events.TICKETS,
    where={"kind": ("repair",)},
    days=180,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Repairs in the last 180 days",
    zh="近180天维修数",
)

DAYS_SINCE_COMPLAINT = Feature(
    name="service_days_since_complaint",
    on=events.TICKETS,
    where={"kind": ("complaint",)},
    measure=SinceLast(),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the last complaint",
    zh="距上次投诉天数",
)

SEVERITY_LARGEST_180D = Feature(
    name="service_severity_largest_180d",
    on=events.TICKETS,
    days=180,
    measure=Largest("severity"),
    cause=Cause.SERVICE,
    unit=Unit.POINTS,
    risk=1,
    en="Highest severity in the last 180 days",
    zh="近180天最高严重等级",
)

OPEN = Feature(
    name="service_open",
    on=events.TICKETS,
    measure=OpenCount(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Tickets open now",
    zh="当前未结工单数",
)

OPEN_COMPLAINTS = Feature(
    name="service_open_complaints",
    on=events.TICKETS,
    where={"kind": ("complaint",)},
    measure=OpenCount(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Complaints open now",
    zh="当前未结投诉数",
)

OPEN_AGE = Feature(
    name="service_open_age",
    on=events.TICKETS,
    measure=OpenAge(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Age of the oldest open ticket",
    zh="最久未结工单天数",
)

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

QUESTIONS_CHANGE_180D = Feature(
    name="service_questions_change_180d",
    on=events.TICKETS,
    where={"kind": ("question",)},
    days=180,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Questions of the last 180 days against the 180 before",
    zh="近180天咨询数与前180天之比",
)

FEATURES: tuple[Feature, ...] = (
    TICKETS_90D,
    TICKETS_CHANGE_180D,
    COMPLAINTS_90D,
    COMPLAINTS_365D,
    REPAIRS_180D,
    DAYS_SINCE_COMPLAINT,
    SEVERITY_LARGEST_180D,
    OPEN,
    OPEN_COMPLAINTS,
    OPEN_AGE,
    DAYS_TO_RESOLVE_180D,
    DAYS_TO_RESOLVE_SHIFT_180D,
    REOPENED_180D,
    SATISFACTION_180D,
    SATISFACTION_LATEST,
    OFFERS_ACCEPTED_365D,
    QUESTIONS_CHANGE_180D,
)
