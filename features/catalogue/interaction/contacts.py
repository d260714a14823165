"""How often the customer and the company are in touch, in which way, and who begins."""

from features import events
from features.comparisons import Change, Shift
from features.feature import Cause, Feature, Unit
from features.measures import AgainstPast, Count, Mean, PeriodsBelow, SinceLast

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

CONTACTS_AGAINST_PAST_90D = Feature(
    name="interaction_contacts_against_past_90d",
    on=events.CONTACTS,
    days=90,
    measure=AgainstPast(periods=8),
    cause=Cause.RELATIONSHIP,
    unit=Unit.TIMES,
    risk=-1,
    en="Contacts of the last 90 days against the usual number",
    zh="近90天互动次数与自身常态之比",
)

CONTACTS_PERIODS_BELOW_360D = Feature(
    name="interaction_contacts_periods_below_360d",
    on=events.CONTACTS,
    days=360,
    measure=PeriodsBelow(),
    cause=Cause.RELATIONSHIP,
    unit=Unit.PERIODS,
    risk=1,
    en="Periods of 30 days in a row with fewer contacts than usual",
    zh="互动连续低于常态的30天周期数",
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

INCOMING_SHARE_90D = Feature(
    name="interaction_incoming_share_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("is_incoming"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of contacts begun by the customer in the last 90 days",
    zh="近90天客户主动联系占比",
)

INCOMING_SHARE_SHIFT_90D = Feature(
    name="interaction_incoming_share_shift_90d",
    on=events.CONTACTS,
    days=90,
    measure=Shift(Mean("is_incoming")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of contacts begun by the customer of the last 90 days less that of the 90 before",
    zh="近90天客户主动联系占比与前90天之差",
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

FEATURES: tuple[Feature, ...] = (
    CONTACTS_30D,
    CONTACTS_90D,
    CONTACTS_180D,
    CONTACTS_CHANGE_90D,
    CONTACTS_AGAINST_PAST_90D,
    CONTACTS_PERIODS_BELOW_360D,
    DAYS_SINCE_CONTACT,
    INCOMING_90D,
    INCOMING_CHANGE_90D,
    INCOMING_SHARE_90D,
    INCOMING_SHARE_SHIFT_90D,
    DAYS_SINCE_INCOMING,
)
