"""What goes wrong, how badly, and what is still open."""

from features import events
from features.comparisons import Change
from features.feature import Cause, Feature, Unit
from features.measures import AgainstPast, Count, Flagged, Largest, PeriodsBelow, SinceLast
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

TICKETS_AGAINST_PAST_90D = Feature(
    name="service_tickets_against_past_90d",
    on=events.TICKETS,
    days=90,
    measure=AgainstPast(periods=8),
    cause=Cause.SERVICE,
    unit=Unit.TIMES,
    en="Tickets of the last 90 days against the usual number",
    zh="近90天工单数与自身常态之比",
)

TICKETS_PERIODS_BELOW_360D = Feature(
    name="service_tickets_periods_below_360d",
    on=events.TICKETS,
    days=360,
    measure=PeriodsBelow(),
    cause=Cause.SERVICE,
    unit=Unit.PERIODS,
    risk=1,
    en="Periods of 30 days in a row with fewer tickets than usual",
    zh="工单连续低于常态的30天周期数",
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

QUESTIONS_180D = Feature(
    name="service_questions_180d",
    on=events.TICKETS,
    where={"kind": ("question",)},
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TICKETS,
    risk=-1,
    en="Questions in the last 180 days",
    zh="近180天咨询数",
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

SERIOUS_180D = Feature(
    name="service_serious_180d",
    on=events.TICKETS,
    days=180,
    measure=Flagged("is_serious"),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Tickets of severity 3 in the last 180 days",
    zh="近180天三级严重工单数",
)

CRITICAL_180D = Feature(
    name="service_critical_180d",
    on=events.TICKETS,
    days=180,
    measure=Flagged("is_critical"),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Tickets of severity 4 in the last 180 days",
    zh="近180天四级严重工单数",
)

OPEN = Feature(
    name="service_open",
    on=events.TICKETS,
    where={"kind": ("complaint", "repair", "question")},
    measure=OpenCount(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Complaints, repairs and questions open now",
    zh="当前未结投诉、维修与咨询数",
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

OPEN_SEVERE = Feature(
    name="service_open_severe",
    on=events.SEVERE,
    measure=OpenCount(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.TICKETS,
    risk=1,
    en="Tickets of severity 3 or 4 open now",
    zh="当前未结的三四级工单数",
)

OPEN_AGE = Feature(
    name="service_open_age",
    on=events.TICKETS,
    where={"kind": ("complaint", "repair", "question")},
    measure=OpenAge(closed=events.RESOLVED, reopened=events.REOPENED),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=1,
    en="Age of the oldest open complaint, repair or question",
    zh="最久未结投诉、维修或咨询天数",
)

FEATURES: tuple[Feature, ...] = (
    TICKETS_90D,
    TICKETS_CHANGE_180D,
    TICKETS_AGAINST_PAST_90D,
    TICKETS_PERIODS_BELOW_360D,
    COMPLAINTS_90D,
    COMPLAINTS_365D,
    DAYS_SINCE_COMPLAINT,
    REPAIRS_180D,
    QUESTIONS_180D,
    QUESTIONS_CHANGE_180D,
    SEVERITY_LARGEST_180D,
    SERIOUS_180D,
    CRITICAL_180D,
    OPEN,
    OPEN_COMPLAINTS,
    OPEN_SEVERE,
    OPEN_AGE,
)
