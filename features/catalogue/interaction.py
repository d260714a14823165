"""How the customer and the company talk: how often, who, how deeply, and how soon it answers."""

from features import events
from features.comparisons import Change, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Lost, Mean, SinceLast, Trend

CONTACTS_30D = Feature(
    name="interaction_contacts_30d",
    on=events.CONTACTS,
    days=30,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts in the last 30 days",
    zh="近30天互动次数",
)

CONTACTS_90D = Feature(
    name="interaction_contacts_90d",
    on=events.CONTACTS,
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts in the last 90 days",
    zh="近90天互动次数",
)

CONTACTS_180D = Feature(
    name="interaction_contacts_180d",
    on=events.CONTACTS,
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts in the last 180 days",
    zh="近180天互动次数",
)

CONTACTS_CHANGE_90D = Feature(
    name="interaction_contacts_change_90d",
    on=events.CONTACTS,
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts of the last 90 days against the 90 before",
    zh="近90天互动次数与前90天之比",
)

DAYS_SINCE_CONTACT = Feature(
    name="interaction_days_since_contact",
    on=events.CONTACTS,
    measure=SinceLast(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last contact",
    zh="距上次互动天数",
)

INCOMING_90D = Feature(
    name="interaction_incoming_90d",
    on=events.CONTACTS,
    where={"direction": ("in",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts begun by the customer in the last 90 days",
    zh="近90天客户主动联系次数",
)

INCOMING_CHANGE_90D = Feature(
    name="interaction_incoming_change_90d",
    on=events.CONTACTS,
    where={"direction": ("in",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts begun by the customer of the last 90 days against the 90 before",
    zh="近90天客户主动联系与前90天之比",
)

DAYS_SINCE_INCOMING = Feature(
    name="interaction_days_since_incoming",
    on=events.CONTACTS,
    where={"direction": ("in",)},
    measure=SinceLast(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the customer last got in touch",
    zh="距客户上次主动联系天数",
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

EXECUTIVE_180D = Feature(
    name="interaction_executive_180d",
    on=events.CONTACTS,
    where={"contact_role": ("executive",)},
    days=180,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts with executives in the last 180 days",
    zh="近180天高管互动次数",
)

DAYS_SINCE_EXECUTIVE = Feature(
    name="interaction_days_since_executive",
    on=events.CONTACTS,
    where={"contact_role": ("executive",)},
    measure=SinceLast(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last contact with an executive",
    zh="距上次高管互动天数",
)

PURCHASING_CHANGE_90D = Feature(
    name="interaction_purchasing_change_90d",
    on=events.CONTACTS,
    where={"contact_role": ("purchasing",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts with purchasing of the last 90 days against the 90 before",
    zh="近90天采购人员互动与前90天之比",
)

PEOPLE_90D = Feature(
    name="interaction_people_90d",
    on=events.CONTACTS,
    days=90,
    measure=Count("contact_id"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.PEOPLE,
    risk=-1,
    en="Different people in contact in the last 90 days",
    zh="近90天互动联系人数",
)

PEOPLE_LOST_180D = Feature(
    name="interaction_people_lost_180d",
    on=events.CONTACTS,
    days=180,
    measure=Lost("contact_id"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.PEOPLE,
    risk=1,
    en="People in contact in the 180 days before and no more",
    zh="较前180天失联的联系人数",
)

ROLES_90D = Feature(
    name="interaction_roles_90d",
    on=events.CONTACTS,
    days=90,
    measure=Count("contact_role"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Different roles in contact in the last 90 days",
    zh="近90天互动角色数",
)

DEPTH_90D = Feature(
    name="interaction_depth_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("depth"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Depth of contacts in the last 90 days",
    zh="近90天互动深度",
)

DEPTH_TREND_180D = Feature(
    name="interaction_depth_trend_180d",
    on=events.CONTACTS,
    days=180,
    measure=Trend("depth", run=3),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Depth of the last three contacts less that of the earlier ones",
    zh="最近三次互动深度变化",
)

SENTIMENT_90D = Feature(
    name="interaction_sentiment_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("sentiment"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Sentiment of contacts in the last 90 days",
    zh="近90天互动情绪",
)

SENTIMENT_TREND_180D = Feature(
    name="interaction_sentiment_trend_180d",
    on=events.CONTACTS,
    days=180,
    measure=Trend("sentiment", run=3),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Sentiment of the last three contacts less that of the earlier ones",
    zh="最近三次互动情绪变化",
)

ATTENDANCE_180D = Feature(
    name="interaction_attendance_180d",
    on=events.CONTACTS,
    days=180,
    measure=Mean("attended"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of invitations attended in the last 180 days",
    zh="近180天邀请出席率",
)

COMPETITOR_SHARE_90D = Feature(
    name="interaction_competitor_share_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("competitor_mentioned"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of contacts that mention a competitor in the last 90 days",
    zh="近90天提及竞品的互动占比",
)

COMPETITOR_SHARE_SHIFT_180D = Feature(
    name="interaction_competitor_share_shift_180d",
    on=events.CONTACTS,
    days=180,
    measure=Shift(Mean("competitor_mentioned")),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Competitor mentions of the last 180 days less those of the 180 before",
    zh="近180天竞品提及率与前180天之差",
)

REPLY_HOURS_90D = Feature(
    name="interaction_reply_hours_90d",
    on=events.REPLIES,
    days=90,
    measure=Mean("reply_hours"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.HOURS,
    risk=1,
    en="Mean time to reply in the last 90 days",
    zh="近90天平均回复时长",
)

REPLY_HOURS_CHANGE_90D = Feature(
    name="interaction_reply_hours_change_90d",
    on=events.REPLIES,
    days=90,
    measure=Change(Mean("reply_hours")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=1,
    en="Time to reply of the last 90 days against the 90 before",
    zh="近90天回复时长与前90天之比",
)

FEATURES: tuple[Feature, ...] = (
    CONTACTS_30D,
    CONTACTS_90D,
    CONTACTS_180D,
    CONTACTS_CHANGE_90D,
    DAYS_SINCE_CONTACT,
    INCOMING_90D,
    INCOMING_CHANGE_90D,
    DAYS_SINCE_INCOMING,
    MEETINGS_180D,
    MEETINGS_CHANGE_180D,
    INQUIRIES_90D,
    LOGINS_90D,
    LOGINS_CHANGE_90D,
    EXECUTIVE_180D,
    DAYS_SINCE_EXECUTIVE,
    PURCHASING_CHANGE_90D,
    PEOPLE_90D,
    PEOPLE_LOST_180D,
    ROLES_90D,
    DEPTH_90D,
    DEPTH_TREND_180D,
    SENTIMENT_90D,
    SENTIMENT_TREND_180D,
    ATTENDANCE_180D,
    COMPETITOR_SHARE_90D,
    COMPETITOR_SHARE_SHIFT_180D,
    REPLY_HOURS_90D,
    REPLY_HOURS_CHANGE_90D,
)
