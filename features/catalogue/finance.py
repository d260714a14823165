"""How the customer pays: in time, late, with disputes, on what credit."""

from features import events
from features.comparisons import PerEvent, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Largest, Latest, Mean, Trend
from features.states import OpenAge, OpenCount, OpenTotal

INVOICES_90D = Feature(
    name="finance_invoices_90d",
    on=events.INVOICES,
    days=90,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.INVOICES,
    risk=-1,
    en="Invoices in the last 90 days",
    zh="近90天发票数",
)

DAYS_TO_PAY_90D = Feature(
    name="finance_days_to_pay_90d",
    on=events.PAID,
    days=90,
    measure=Mean("days_to_pay"),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Mean days to pay in the last 90 days",
    zh="近90天平均付款天数",
)

DAYS_TO_PAY_SHIFT_90D = Feature(
    name="finance_days_to_pay_shift_90d",
    on=events.PAID,
    days=90,
    measure=Shift(Mean("days_to_pay")),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Days to pay of the last 90 days less those of the 90 before",
    zh="近90天付款天数与前90天之差",
)

DAYS_TO_PAY_TREND_365D = Feature(
    name="finance_days_to_pay_trend_365d",
    on=events.PAID,
    days=365,
    measure=Trend("days_to_pay", run=3),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Days to pay of the last three payments less the year's others",
    zh="最近三次付款天数变化",
)

DAYS_LATE_90D = Feature(
    name="finance_days_late_90d",
    on=events.PAID,
    days=90,
    measure=Mean("days_late"),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Mean days late in the last 90 days",
    zh="近90天平均逾期天数",
)

DAYS_LATE_LARGEST_180D = Feature(
    name="finance_days_late_largest_180d",
    on=events.PAID,
    days=180,
    measure=Largest("days_late"),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Latest payment of the last 180 days",
    zh="近180天最长逾期天数",
)

OVERDUE = Feature(
    name="finance_overdue",
    on=events.DUE,
    measure=OpenCount(closed=events.PAID),
    cause=Cause.PAYMENT,
    unit=Unit.INVOICES,
    risk=1,
    en="Invoices overdue now",
    zh="当前逾期发票数",
)

OVERDUE_AMOUNT = Feature(
    name="finance_overdue_amount",
    on=events.DUE,
    measure=OpenTotal(closed=events.PAID, of="amount"),
    cause=Cause.PAYMENT,
    unit=Unit.MONEY,
    risk=1,
    en="Amount overdue now",
    zh="当前逾期金额",
)

OVERDUE_AGE = Feature(
    name="finance_overdue_age",
    on=events.DUE,
    measure=OpenAge(closed=events.PAID),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Days that the oldest overdue invoice is late",
    zh="最久逾期天数",
)

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

FEATURES: tuple[Feature, ...] = (
    INVOICES_90D,
    DAYS_TO_PAY_90D,
    DAYS_TO_PAY_SHIFT_90D,
    DAYS_TO_PAY_TREND_365D,
    DAYS_LATE_90D,
    DAYS_LATE_LARGEST_180D,
    OVERDUE,
    OVERDUE_AMOUNT,
    OVERDUE_AGE,
    DISPUTED_180D,
    DISPUTED_SHARE_180D,
    DAYS_TO_CONFIRM_90D,
    DAYS_TO_CONFIRM_SHIFT_90D,
    CREDIT_USE,
    SETTLEMENT_METHODS_365D,
)
