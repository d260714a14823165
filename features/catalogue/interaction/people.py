"""Whom we speak with: roles in a decision to buy, and people who come and go."""

from features import events
from features.comparisons import Change
from features.feature import Cause, Feature, Unit
from features.measures import Cooling, Count, Gained, Kept, Lost, SinceLast

TECHNICAL_90D = Feature(
    name="interaction_technical_90d",
    on=events.CONTACTS,
    where={"contact_role": ("technical",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts with technical people in the last 90 days",
    zh="近90天技术人员互动次数",
)

TECHNICAL_CHANGE_90D = Feature(
    name="interaction_technical_change_90d",
    on=events.CONTACTS,
    where={"contact_role": ("technical",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts with technical people of the last 90 days against the 90 before",
    zh="近90天技术人员互动与前90天之比",
)

PURCHASING_90D = Feature(
    name="interaction_purchasing_90d",
    on=events.CONTACTS,
    where={"contact_role": ("purchasing",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts with purchasing in the last 90 days",
    zh="近90天采购人员互动次数",
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

USER_90D = Feature(
    name="interaction_user_90d",
    on=events.CONTACTS,
    where={"contact_role": ("user",)},
    days=90,
    measure=Count(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=-1,
    en="Contacts with users in the last 90 days",
    zh="近90天使用人员互动次数",
)

USER_CHANGE_90D = Feature(
    name="interaction_user_change_90d",
    on=events.CONTACTS,
    where={"contact_role": ("user",)},
    days=90,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts with users of the last 90 days against the 90 before",
    zh="近90天使用人员互动与前90天之比",
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

EXECUTIVE_CHANGE_180D = Feature(
    name="interaction_executive_change_180d",
    on=events.CONTACTS,
    where={"contact_role": ("executive",)},
    days=180,
    measure=Change(Count()),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts with executives of the last 180 days against the 180 before",
    zh="近180天高管互动与前180天之比",
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

ROLE_COOLING_180D = Feature(
    name="interaction_role_cooling_180d",
    on=events.CONTACTS,
    days=180,
    measure=Cooling("contact_role", least=2),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Change of the role that cools most less that of all contacts, last 180 days",
    zh="近180天最冷角色与全部互动的变化之差",
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

PEOPLE_GAINED_180D = Feature(
    name="interaction_people_gained_180d",
    on=events.CONTACTS,
    days=180,
    measure=Gained("contact_id"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.PEOPLE,
    en="People in contact that are new against the 180 days before",
    zh="较前180天新增的联系人数",
)

PEOPLE_KEPT_180D = Feature(
    name="interaction_people_kept_180d",
    on=events.CONTACTS,
    days=180,
    measure=Kept("contact_id"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of the people of the 180 days before that is still in contact",
    zh="较前180天联系人保留率",
)

FEATURES: tuple[Feature, ...] = (
    TECHNICAL_90D,
    TECHNICAL_CHANGE_90D,
    PURCHASING_90D,
    PURCHASING_CHANGE_90D,
    USER_90D,
    USER_CHANGE_90D,
    EXECUTIVE_180D,
    EXECUTIVE_CHANGE_180D,
    DAYS_SINCE_EXECUTIVE,
    ROLE_COOLING_180D,
    ROLES_90D,
    PEOPLE_90D,
    PEOPLE_LOST_180D,
    PEOPLE_GAINED_180D,
    PEOPLE_KEPT_180D,
)
