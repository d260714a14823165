"""Contacts by kind: mails, calls, meetings, logins, inquiries, campaigns, events."""

from features import events
from features.comparisons import Change
from features.feature import Cause, Feature, Unit
from features.measures import Count

EMAILS_90D = Feature(
    name="interaction_emails_90d",
    on=events.CONTACTS,
    where={"kind": ("email",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Mails in the last 90 days",
    zh="近90天邮件次数",
)

EMAILS_CHANGE_90D = Feature(
    name="interaction_emails_change_90d",
    on=events.CONTACTS,
    where={"kind": ("email",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Mails of the last 90 days against the 90 before",
    zh="近90天邮件次数与前90天之比",
)

CALLS_90D = Feature(
    name="interaction_calls_90d",
    on=events.CONTACTS,
    where={"kind": ("call",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Calls in the last 90 days",
    zh="近90天电话次数",
)

CALLS_CHANGE_90D = Feature(
    name="interaction_calls_change_90d",
    on=events.CONTACTS,
    where={"kind": ("call",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Calls of the last 90 days against the 90 before",
    zh="近90天电话次数与前90天之比",
)

MEETINGS_180D = Feature(
    name="interaction_meetings_180d",
    on=events.CONTACTS,
    where={"kind": ("meeting", "visit")},
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Meetings and visits in the last 180 days",
    zh="近180天会议与拜访次数",
)

MEETINGS_CHANGE_180D = Feature(
    name="interaction_meetings_change_180d",
    on=events.CONTACTS,
    where={"kind": ("meeting", "visit")},
    days=180,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Meetings and visits of the last 180 days against the 180 before",
    zh="近180天会议与拜访与前180天之比",
)

INQUIRIES_90D = Feature(
    name="interaction_inquiries_90d",
    on=events.CONTACTS,
    where={"kind": ("inquiry",)},
    days=90,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Inquiries in the last 90 days",
    zh="近90天询价次数",
)

INQUIRIES_CHANGE_90D = Feature(
    name="interaction_inquiries_change_90d",
    on=events.CONTACTS,
    where={"kind": ("inquiry",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    en="Inquiries of the last 90 days against the 90 before",
    zh="近90天询价次数与前90天之比",
)

LOGINS_90D = Feature(
    name="interaction_logins_90d",
    on=events.CONTACTS,
    where={"kind": ("login",)},
    days=90,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Logins in the last 90 days",
    zh="近90天登录次数",
)

LOGINS_CHANGE_90D = Feature(
    name="interaction_logins_change_90d",
    on=events.CONTACTS,
    where={"kind": ("login",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Logins of the last 90 days against the 90 before",
    zh="近90天登录次数与前90天之比",
)

CAMPAIGNS_180D = Feature(
    name="interaction_campaigns_180d",
    on=events.CONTACTS,
    where={"kind": ("campaign",)},
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    en="Campaigns sent in the last 180 days",
    zh="近180天营销触达次数",
)

CAMPAIGNS_ANSWERED_180D = Feature(
    name="interaction_campaigns_answered_180d",
    on=events.REPLIES,
    where={"kind": ("campaign",)},
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Campaigns answered in the last 180 days",
    zh="近180天营销回应次数",
)

EVENTS_365D = Feature(
    name="interaction_events_365d",
    on=events.CONTACTS,
    where={"kind": ("event",)},
    days=365,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Events in the last 365 days",
    zh="近365天活动次数",
)

FEATURES: tuple[Feature, ...] = (
    EMAILS_90D,
    EMAILS_CHANGE_90D,
    CALLS_90D,
    CALLS_CHANGE_90D,
    MEETINGS_180D,
    MEETINGS_CHANGE_180D,
    INQUIRIES_90D,
    INQUIRIES_CHANGE_90D,
    LOGINS_90D,
    LOGINS_CHANGE_90D,
    CAMPAIGNS_180D,
    CAMPAIGNS_ANSWERED_180D,
    EVENTS_365D,
)
