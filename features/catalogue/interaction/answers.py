"""Whether the customer answers, how soon, and whether it comes when invited."""

from features import events
from features.comparisons import Change, PerEvent, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Flagged, Mean, Trend

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

ATTENDANCE_SHIFT_180D = Feature(
    name="interaction_attendance_shift_180d",
    on=events.CONTACTS,
    days=180,
    measure=Shift(Mean("attended")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of invitations attended of the last 180 days less that of the 180 before",
    zh="近180天邀请出席率与前180天之差",
)

DECLINED_365D = Feature(
    name="interaction_declined_365d",
    on=events.CONTACTS,
    days=365,
    measure=Flagged("declined"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=1,
    en="Invitations declined in the last 365 days",
    zh="近365天谢绝邀请次数",
)

DECLINED_SHARE_365D = Feature(
    name="interaction_declined_share_365d",
    on=events.CONTACTS,
    days=365,
    measure=Mean("declined"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=1,
    en="Share of invitations declined in the last 365 days",
    zh="近365天邀请谢绝率",
)

DECLINED_SHARE_SHIFT_365D = Feature(
    name="interaction_declined_share_shift_365d",
    on=events.CONTACTS,
    days=365,
    measure=Shift(Mean("declined")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=1,
    en="Share of invitations declined of the last 365 days less that of the 365 before",
    zh="近365天邀请谢绝率与前365天之差",
)

ANSWERED_SHARE_90D = Feature(
    name="interaction_answered_share_90d",
    on=events.REPLIES,
    where={"direction": ("out",)},
    days=90,
    measure=PerEvent(events.OUTGOING),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of our contacts answered in the last 90 days",
    zh="近90天我方联系回复率",
)

ANSWERED_SHARE_SHIFT_90D = Feature(
    name="interaction_answered_share_shift_90d",
    on=events.REPLIES,
    where={"direction": ("out",)},
    days=90,
    measure=Shift(PerEvent(events.OUTGOING)),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of our contacts answered of the last 90 days less that of the 90 before",
    zh="近90天我方联系回复率与前90天之差",
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

REPLY_HOURS_TREND_180D = Feature(
    name="interaction_reply_hours_trend_180d",
    on=events.REPLIES,
    days=180,
    measure=Trend("reply_hours", run=3),
    cause=Cause.RELATIONSHIP,
    unit=Unit.HOURS,
    risk=1,
    en="Time to reply of the last three replies less that of the earlier ones",
    zh="最近三次回复时长变化",
)

FEATURES: tuple[Feature, ...] = (
    ATTENDANCE_180D,
    ATTENDANCE_SHIFT_180D,
    DECLINED_365D,
    DECLINED_SHARE_365D,
    DECLINED_SHARE_SHIFT_365D,
    ANSWERED_SHARE_90D,
    ANSWERED_SHARE_SHIFT_90D,
    REPLY_HOURS_90D,
    REPLY_HOURS_CHANGE_90D,
    REPLY_HOURS_TREND_180D,
)
