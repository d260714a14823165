"""How the customer pays: after how many days, how late, what is overdue."""

from features import events
from features.comparisons import Over, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Largest, Mean, MeanSlope, Total, Trend
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

DAYS_LATE_SHIFT_90D = Feature(
    name="finance_days_late_shift_90d",
    on=events.PAID,
    days=90,
    measure=Shift(Mean("days_late")),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Payment against terms, last 90 days less the 90 before",
    zh="近90天逾期天数与前90天之差",
)

DAYS_LATE_SHIFT_180D = Feature(
    name="finance_days_late_shift_180d",
    on=events.PAID,
    days=180,
    measure=Shift(Mean("days_late")),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Payment against terms, last 180 days less the 180 before",
    zh="近180天逾期天数与前180天之差",
)

DAYS_LATE_SLOPE_90D = Feature(
    name="finance_days_late_slope_90d",
    on=events.PAID,
    days=90,
    measure=MeanSlope("days_late", period=30, periods=3),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Monthly slope of payment against terms over the last 90 days",
    zh="近90天逾期天数月度斜率",
)

DAYS_LATE_SLOPE_180D = Feature(
    name="finance_days_late_slope_180d",
    on=events.PAID,
    days=180,
    measure=MeanSlope("days_late", period=30, periods=6),
    cause=Cause.PAYMENT,
    unit=Unit.DAYS,
    risk=1,
    en="Monthly slope of payment against terms over the last 180 days",
    zh="近180天逾期天数月度斜率",
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

LATE_SHARE_180D = Feature(
    name="finance_late_share_180d",
    on=events.PAID,
    days=180,
    measure=Mean("is_late"),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Share of invoices paid late in the last 180 days",
    zh="近180天逾期付款占比",
)

LATE_SHARE_SHIFT_180D = Feature(
    name="finance_late_share_shift_180d",
    on=events.PAID,
    days=180,
    measure=Shift(Mean("is_late")),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Share of invoices paid late of the last 180 days less that of the 180 before",
    zh="近180天逾期付款占比与前180天之差",
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

OVERDUE_SHARE_180D = Feature(
    name="finance_overdue_share_180d",
    on=events.DUE,
    days=180,
    measure=Over(OpenTotal(closed=events.PAID, of="amount"), Total("amount")),
    cause=Cause.PAYMENT,
    unit=Unit.SHARE,
    risk=1,
    en="Share of the amount fallen due in the last 180 days that is unpaid",
    zh="近180天到期金额未付占比",
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

FEATURES: tuple[Feature, ...] = (
    INVOICES_90D,
    DAYS_TO_PAY_90D,
    DAYS_TO_PAY_SHIFT_90D,
    DAYS_TO_PAY_TREND_365D,
    DAYS_LATE_90D,
    DAYS_LATE_SHIFT_90D,
    DAYS_LATE_SHIFT_180D,
    DAYS_LATE_SLOPE_90D,
    DAYS_LATE_SLOPE_180D,
    DAYS_LATE_LARGEST_180D,
    LATE_SHARE_180D,
    LATE_SHARE_SHIFT_180D,
    OVERDUE,
    OVERDUE_AMOUNT,
    OVERDUE_SHARE_180D,
    OVERDUE_AGE,
)
