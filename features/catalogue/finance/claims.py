"""What the customer contests and asks for: disputes, confirmation, credit, settlement, terms."""

from features import events
from features.comparisons import PerEvent, PerMoney, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Changes, Count, Largest, Latest, Mean, SinceChange, Trend
from features.states import Small

DISPUTED_180D = Feature(
    name="finance_disputed_180d",
    on=events.DISPUTED,
    days=180,
    measure=Count(),
    cause=Cause.PAYMENT,
    unit=Unit.INVOICES,
    risk=1,
    en="Invoices disputed in the last 180 days",
    zh="近180天争议发票数",
)

DISPUTED_SHARE_180D = Feature(
    name="finance_disputed_share_180d",
    on=events.DISPUTED,
    days=180,
    measure=PerEvent(events.INVOICES),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Share of invoices disputed in the last 180 days",
    zh="近180天争议发票占比",
)

DISPUTED_AMOUNT_SHARE_365D = Feature(
    name="finance_disputed_amount_share_365d",
    on=events.DISPUTED,
    days=365,
    measure=PerMoney("amount", events.INVOICES),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Amount disputed against the amount invoiced in the last 365 days",
    zh="近365天争议金额与开票金额之比",
)

DISPUTED_SMALL_365D = Feature(
    name="finance_disputed_small_365d",
    on=events.DISPUTED,
    days=365,
    measure=Small(usual=events.INVOICES),
    cause=Cause.PAYMENT,
    unit=Unit.INVOICES,
    risk=1,
    en="Small invoices disputed in the last 365 days",
    zh="近365天争议小额发票数",
)

DAYS_TO_CONFIRM_90D = Feature(
    name="finance_days_to_confirm_90d",
    on=events.CONFIRMED,
    days=90,
    measure=Mean("days_to_confirm"),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Mean days to confirm an invoice in the last 90 days",
    zh="近90天发票确认天数",
)

DAYS_TO_CONFIRM_SHIFT_90D = Feature(
    name="finance_days_to_confirm_shift_90d",
    on=events.CONFIRMED,
    days=90,
    measure=Shift(Mean("days_to_confirm")),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Days to confirm of the last 90 days less those of the 90 before",
    zh="近90天发票确认天数与前90天之差",
)

CREDIT_USE = Feature(
    name="finance_credit_use",
    on=events.INVOICES,
    measure=Latest("credit_use"),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Credit used at the last invoice",
    zh="最近信用额度使用率",
)

CREDIT_USE_SHIFT_180D = Feature(
    name="finance_credit_use_shift_180d",
    on=events.INVOICES,
    days=180,
    measure=Shift(Mean("credit_use")),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Credit used of the last 180 days less that of the 180 before",
    zh="近180天信用额度使用率与前180天之差",
)

CREDIT_USE_LARGEST_365D = Feature(
    name="finance_credit_use_largest_365d",
    on=events.INVOICES,
    days=365,
    measure=Largest("credit_use"),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Highest credit use in the last 365 days",
    zh="近365天最高信用额度使用率",
)

CREDIT_NOTES_365D = Feature(
    name="finance_credit_notes_365d",
    on=events.CREDITS,
    days=365,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.INVOICES,
    risk=1,
    en="Credit notes in the last 365 days",
    zh="近365天贷项通知数",
)

CREDITED_SHARE_365D = Feature(
    name="finance_credited_share_365d",
    on=events.CREDITS,
    days=365,
    measure=PerMoney("amount", events.INVOICES),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Amount credited against the amount invoiced in the last 365 days",
    zh="近365天贷项金额与开票金额之比",
)

SETTLEMENT_METHODS_365D = Feature(
    name="finance_settlement_methods_365d",
    on=events.INVOICES,
    days=365,
    measure=Count("settlement_method"),
    cause=Cause.PAYMENT,
    unit=Unit.NUMBER,
    risk=1,
    en="Different ways of settling in the last 365 days",
    zh="近365天结算方式数",
)

SETTLEMENT_CHANGES_180D = Feature(
    name="finance_settlement_changes_180d",
    on=events.INVOICES,
    days=180,
    measure=Changes("settlement_method"),
    cause=Cause.PAYMENT,
    unit=Unit.NUMBER,
    risk=1,
    en="Changes of the way of settling in the last 180 days",
    zh="近180天结算方式变更次数",
)

DAYS_SINCE_SETTLEMENT_CHANGE = Feature(
    name="finance_days_since_settlement_change",
    on=events.INVOICES,
    measure=SinceChange("settlement_method"),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the way of settling changed",
    zh="距上次结算方式变更天数",
)

TERMS_TREND_365D = Feature(
    name="finance_terms_trend_365d",
    on=events.INVOICES,
    days=365,
    measure=Trend("terms", run=3),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Payment terms of the last three invoices less those of the earlier ones",
    zh="最近三张发票账期变化",
)

FEATURES: tuple[Feature, ...] = (
    DISPUTED_180D,
    DISPUTED_SHARE_180D,
    DISPUTED_AMOUNT_SHARE_365D,
    DISPUTED_SMALL_365D,
    DAYS_TO_CONFIRM_90D,
    DAYS_TO_CONFIRM_SHIFT_90D,
    CREDIT_USE,
    CREDIT_USE_SHIFT_180D,
    CREDIT_USE_LARGEST_365D,
    CREDIT_NOTES_365D,
    CREDITED_SHARE_365D,
    SETTLEMENT_METHODS_365D,
    SETTLEMENT_CHANGES_180D,
    DAYS_SINCE_SETTLEMENT_CHANGE,
    TERMS_TREND_365D,
)
