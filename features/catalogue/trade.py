"""What the customer buys: how often, how much, how broadly, at what price, and what last year brought."""

from features import events
from features.feature import Cause, Feature, Unit
from features.measures import (
    AheadLastYear,
    Change,
    Count,
    Days,
    Gained,
    GapVariation,
    Largest,
    LastGap,
    Latest,
    LongestGap,
    Lost,
    Mean,
    MeanGap,
    Over,
    Overdue,
    OverdueDeviations,
    PerEvent,
    Shift,
    SinceFirst,
    SinceLast,
    Slope,
    Spread,
    TopShare,
    Total,
    Trend,
    YearChange,
    YearWave,
)

ORDER_DAYS_30D = Feature(
    name="trade_order_days_30d",
    on=events.LINES,
    days=30,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 30 days",
    zh="近30天下单天数",
)

ORDER_DAYS_60D = Feature(
    name="trade_order_days_60d",
    on=events.LINES,
    days=60,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 60 days",
    zh="近60天下单天数",
)

ORDER_DAYS_90D = Feature(
    name="trade_order_days_90d",
    on=events.LINES,
    days=90,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 90 days",
    zh="近90天下单天数",
)

ORDER_DAYS_180D = Feature(
    name="trade_order_days_180d",
    on=events.LINES,
    days=180,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 180 days",
    zh="近180天下单天数",
)

ORDER_DAYS_365D = Feature(
    name="trade_order_days_365d",
    on=events.LINES,
    days=365,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 365 days",
    zh="近365天下单天数",
)

AMOUNT_30D = Feature(
    name="trade_amount_30d",
    on=events.LINES,
    days=30,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 30 days",
    zh="近30天订货金额",
)

AMOUNT_90D = Feature(
    name="trade_amount_90d",
    on=events.LINES,
    days=90,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 90 days",
    zh="近90天订货金额",
)

AMOUNT_180D = Feature(
    name="trade_amount_180d",
    on=events.LINES,
    days=180,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 180 days",
    zh="近180天订货金额",
)

AMOUNT_365D = Feature(
    name="trade_amount_365d",
    on=events.LINES,
    days=365,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 365 days",
    zh="近365天订货金额",
)

LINES_90D = Feature(
    name="trade_lines_90d",
    on=events.LINES,
    days=90,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Order lines in the last 90 days",
    zh="近90天订单行数",
)

LINES_365D = Feature(
    name="trade_lines_365d",
    on=events.LINES,
    days=365,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Order lines in the last 365 days",
    zh="近365天订单行数",
)

ORDER_DAYS_CHANGE_30D = Feature(
    name="trade_order_days_change_30d",
    on=events.LINES,
    days=30,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 30 days against the 30 before",
    zh="近30天下单天数与前30天之比",
)

ORDER_DAYS_CHANGE_90D = Feature(
    name="trade_order_days_change_90d",
    on=events.LINES,
    days=90,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 90 days against the 90 before",
    zh="近90天下单天数与前90天之比",
)

ORDER_DAYS_CHANGE_180D = Feature(
    name="trade_order_days_change_180d",
    on=events.LINES,
    days=180,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 180 days against the 180 before",
    zh="近180天下单天数与前180天之比",
)

AMOUNT_CHANGE_90D = Feature(
    name="trade_amount_change_90d",
    on=events.LINES,
    days=90,
    measure=Change(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 90 days against the 90 before",
    zh="近90天金额与前90天之比",
)

AMOUNT_CHANGE_180D = Feature(
    name="trade_amount_change_180d",
    on=events.LINES,
    days=180,
    measure=Change(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 180 days against the 180 before",
    zh="近180天金额与前180天之比",
)

ORDER_DAYS_YEAR_CHANGE_90D = Feature(
    name="trade_order_days_year_change_90d",
    on=events.LINES,
    days=90,
    measure=YearChange(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 90 days against the same days last year",
    zh="近90天下单天数与去年同期之比",
)

AMOUNT_YEAR_CHANGE_90D = Feature(
    name="trade_amount_year_change_90d",
    on=events.LINES,
    days=90,
    measure=YearChange(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 90 days against the same days last year",
    zh="近90天金额与去年同期之比",
)

AMOUNT_SLOPE_180D = Feature(
    name="trade_amount_slope_180d",
    on=events.LINES,
    days=180,
    measure=Slope("amount", period=30, periods=6),
    cause=Cause.DEMAND,
    unit=Unit.SHARE,
    risk=-1,
    en="Monthly slope of the amount over the last 180 days",
    zh="近180天金额月度斜率",
)

AMOUNT_SLOPE_360D = Feature(
    name="trade_amount_slope_360d",
    on=events.LINES,
    days=360,
    measure=Slope("amount", period=90, periods=4),
    cause=Cause.DEMAND,
    unit=Unit.SHARE,
    risk=-1,
    en="Quarterly slope of the amount over the last 360 days",
    zh="近360天金额季度斜率",
)

DAYS_SINCE_ORDER = Feature(
    name="trade_days_since_order",
    on=events.LINES,
    measure=SinceLast(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last order",
    zh="距上次下单天数",
)

ORDER_DAYS_EVER = Feature(
    name="trade_order_days_ever",
    on=events.LINES,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order ever",
    zh="历史下单总天数",
)

GAP_MEAN = Feature(
    name="trade_gap_mean",
    on=events.LINES,
    measure=MeanGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Usual gap between orders",
    zh="平均下单间隔",
)

GAP_MEAN_365D = Feature(
    name="trade_gap_mean_365d",
    on=events.LINES,
    days=365,
    measure=MeanGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Gap between orders in the last 365 days",
    zh="近365天平均下单间隔",
)

GAP_LAST = Feature(
    name="trade_gap_last",
    on=events.LINES,
    measure=LastGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Gap before the last order",
    zh="最近一次下单间隔",
)

GAP_LONGEST_365D = Feature(
    name="trade_gap_longest_365d",
    on=events.LINES,
    days=365,
    measure=LongestGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Longest gap between orders in the last 365 days",
    zh="近365天最长下单间隔",
)

GAP_VARIATION = Feature(
    name="trade_gap_variation",
    on=events.LINES,
    measure=GapVariation(),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of the gaps between orders",
    zh="下单间隔波动",
)

GAP_VARIATION_365D = Feature(
    name="trade_gap_variation_365d",
    on=events.LINES,
    days=365,
    measure=GapVariation(),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of the gaps in the last 365 days",
    zh="近365天下单间隔波动",
)

OVERDUE = Feature(
    name="trade_overdue",
    on=events.LINES,
    measure=Overdue(),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Silence against the usual gap",
    zh="沉默时长与平均间隔之比",
)

OVERDUE_365D = Feature(
    name="trade_overdue_365d",
    on=events.LINES,
    days=365,
    measure=Overdue(),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Silence against the gap of the last 365 days",
    zh="沉默时长与近365天间隔之比",
)

OVERDUE_DEVIATIONS = Feature(
    name="trade_overdue_deviations",
    on=events.LINES,
    measure=OverdueDeviations(),
    cause=Cause.DEMAND,
    unit=Unit.DEVIATIONS,
    risk=1,
    en="Silence beyond the usual gap",
    zh="超出平均间隔的标准差数",
)

LAST_GAP_AGAINST_MEAN = Feature(
    name="trade_last_gap_against_mean",
    on=events.LINES,
    measure=Over(LastGap(), MeanGap()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Last gap against the usual gap",
    zh="最近间隔与平均间隔之比",
)

ORDER_AMOUNT_180D = Feature(
    name="trade_order_amount_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Mean order amount in the last 180 days",
    zh="近180天平均订单金额",
)

ORDER_AMOUNT_CHANGE_180D = Feature(
    name="trade_order_amount_change_180d",
    on=events.ORDERS,
    days=180,
    measure=Change(Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Mean order amount of the last 180 days against the 180 before",
    zh="近180天平均订单金额与前180天之比",
)

ORDER_AMOUNT_TREND_365D = Feature(
    name="trade_order_amount_trend_365d",
    on=events.ORDERS,
    days=365,
    measure=Trend("size", run=3),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Last three orders against the year's others, mean amount",
    zh="最近三单与其余订单的平均金额之差",
)

ORDER_AMOUNT_SPREAD_365D = Feature(
    name="trade_order_amount_spread_365d",
    on=events.ORDERS,
    days=365,
    measure=Over(Spread("size"), Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of order amounts in the last 365 days",
    zh="近365天订单金额波动",
)

ORDER_LARGEST_90D = Feature(
    name="trade_order_largest_90d",
    on=events.ORDERS,
    days=90,
    measure=Largest("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Largest order in the last 90 days",
    zh="近90天最大订单",
)

ORDER_LARGEST_365D = Feature(
    name="trade_order_largest_365d",
    on=events.ORDERS,
    days=365,
    measure=Largest("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    en="Largest order in the last 365 days",
    zh="近365天最大订单",
)

ORDER_LATEST_AGAINST_MEAN_365D = Feature(
    name="trade_order_latest_against_mean_365d",
    on=events.ORDERS,
    days=365,
    measure=Over(Latest("size"), Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    en="Last order against the year's mean order",
    zh="最近一单与全年平均之比",
)

LINES_AN_ORDER_180D = Feature(
    name="trade_lines_an_order_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("lines"),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Lines an order in the last 180 days",
    zh="近180天每单行数",
)

PRODUCTS_90D = Feature(
    name="trade_products_90d",
    on=events.LINES,
    days=90,
    measure=Count("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Different products in the last 90 days",
    zh="近90天产品种数",
)

PRODUCTS_180D = Feature(
    name="trade_products_180d",
    on=events.LINES,
    days=180,
    measure=Count("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Different products in the last 180 days",
    zh="近180天产品种数",
)

PRODUCTS_365D = Feature(
    name="trade_products_365d",
    on=events.LINES,
    days=365,
    measure=Count("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Different products in the last 365 days",
    zh="近365天产品种数",
)

PRODUCTS_CHANGE_180D = Feature(
    name="trade_products_change_180d",
    on=events.LINES,
    days=180,
    measure=Change(Count("product_id")),
    cause=Cause.COMPETITOR,
    unit=Unit.TIMES,
    risk=-1,
    en="Different products of the last 180 days against the 180 before",
    zh="近180天产品种数与前180天之比",
)

PRODUCT_LINES_180D = Feature(
    name="trade_product_lines_180d",
    on=events.LINES,
    days=180,
    measure=Count("product_line"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Different product lines in the last 180 days",
    zh="近180天产品线数",
)

PRODUCT_LINES_LOST_90D = Feature(
    name="trade_product_lines_lost_90d",
    on=events.LINES,
    days=90,
    measure=Lost("product_line"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=1,
    en="Product lines bought in the 90 days before and no more",
    zh="较前90天流失的产品线数",
)

PRODUCT_LINES_GAINED_90D = Feature(
    name="trade_product_lines_gained_90d",
    on=events.LINES,
    days=90,
    measure=Gained("product_line"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Product lines new against the 90 days before",
    zh="较前90天新增的产品线数",
)

PRODUCT_LINE_TOP_SHARE_180D = Feature(
    name="trade_product_line_top_share_180d",
    on=events.LINES,
    days=180,
    measure=TopShare("product_line"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    en="Share of the main product line in the last 180 days",
    zh="近180天主力产品线占比",
)

MARGIN_SHARE_90D = Feature(
    name="trade_margin_share_90d",
    on=events.LINES,
    days=90,
    measure=Over(Total("margin"), Total("amount")),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin in the last 90 days",
    zh="近90天毛利率",
)

MARGIN_SHARE_SHIFT_90D = Feature(
    name="trade_margin_share_shift_90d",
    on=events.LINES,
    days=90,
    measure=Shift(Over(Total("margin"), Total("amount"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin of the last 90 days less that of the 90 before",
    zh="近90天毛利率与前90天之差",
)

MARGIN_SHARE_SHIFT_180D = Feature(
    name="trade_margin_share_shift_180d",
    on=events.LINES,
    days=180,
    measure=Shift(Over(Total("margin"), Total("amount"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin of the last 180 days less that of the 180 before",
    zh="近180天毛利率与前180天之差",
)

DISCOUNT_90D = Feature(
    name="trade_discount_90d",
    on=events.LINES,
    days=90,
    measure=Mean("discount"),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Mean discount in the last 90 days",
    zh="近90天平均折扣",
)

DISCOUNT_SHIFT_90D = Feature(
    name="trade_discount_shift_90d",
    on=events.LINES,
    days=90,
    measure=Shift(Mean("discount")),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Mean discount of the last 90 days less that of the 90 before",
    zh="近90天平均折扣与前90天之差",
)

URGENT_SHARE_180D = Feature(
    name="trade_urgent_share_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("is_urgent"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of urgent orders in the last 180 days",
    zh="近180天加急订单占比",
)

URGENT_SHARE_SHIFT_90D = Feature(
    name="trade_urgent_share_shift_90d",
    on=events.ORDERS,
    days=90,
    measure=Shift(Mean("is_urgent")),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of urgent orders of the last 90 days less that of the 90 before",
    zh="近90天加急占比与前90天之差",
)

TRIAL_SHARE_365D = Feature(
    name="trade_trial_share_365d",
    on=events.ORDERS,
    days=365,
    measure=Mean("is_trial"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    en="Share of trial orders in the last 365 days",
    zh="近365天试订单占比",
)

RETURNED_AMOUNT_180D = Feature(
    name="trade_returned_amount_180d",
    on=events.RETURNS,
    days=180,
    measure=Total("amount"),
    cause=Cause.SERVICE,
    unit=Unit.MONEY,
    risk=1,
    en="Amount returned in the last 180 days",
    zh="近180天退货金额",
)

DAYS_SINCE_RETURN = Feature(
    name="trade_days_since_return",
    on=events.RETURNS,
    measure=SinceLast(),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the last return",
    zh="距上次退货天数",
)

RETURNS_AN_ORDER_LINE_365D = Feature(
    name="trade_returns_an_order_line_365d",
    on=events.RETURNS,
    days=365,
    measure=PerEvent(events.LINES),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Returned lines a line ordered in the last 365 days",
    zh="近365天退货行占比",
)

ORDER_DAYS_AHEAD_LAST_YEAR_90D = Feature(
    name="trade_order_days_ahead_last_year_90d",
    on=events.LINES,
    days=90,
    measure=AheadLastYear(Days()),
    cause=Cause.SEASON,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the 90 days after this date last year",
    zh="去年此日后90天下单天数",
)

AMOUNT_AHEAD_LAST_YEAR_90D = Feature(
    name="trade_amount_ahead_last_year_90d",
    on=events.LINES,
    days=90,
    measure=AheadLastYear(Total("amount")),
    cause=Cause.SEASON,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount in the 90 days after this date last year",
    zh="去年此日后90天金额",
)

YEAR_SINE = Feature(
    name="trade_year_sine",
    on=events.LINES,
    measure=YearWave(harmonic=1, cosine=False),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, sine of the year",
    zh="年内时点（全年周期正弦）",
)

YEAR_COSINE = Feature(
    name="trade_year_cosine",
    on=events.LINES,
    measure=YearWave(harmonic=1, cosine=True),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, cosine of the year",
    zh="年内时点（全年周期余弦）",
)

HALF_YEAR_SINE = Feature(
    name="trade_half_year_sine",
    on=events.LINES,
    measure=YearWave(harmonic=2, cosine=False),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, sine of the half-year",
    zh="年内时点（半年周期正弦）",
)

HALF_YEAR_COSINE = Feature(
    name="trade_half_year_cosine",
    on=events.LINES,
    measure=YearWave(harmonic=2, cosine=True),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, cosine of the half-year",
    zh="年内时点（半年周期余弦）",
)

THIRD_YEAR_SINE = Feature(
    name="trade_third_year_sine",
    on=events.LINES,
    measure=YearWave(harmonic=3, cosine=False),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, sine of the third of a year",
    zh="年内时点（四个月周期正弦）",
)

THIRD_YEAR_COSINE = Feature(
    name="trade_third_year_cosine",
    on=events.LINES,
    measure=YearWave(harmonic=3, cosine=True),
    cause=Cause.SEASON,
    unit=Unit.NUMBER,
    en="Time of year, cosine of the third of a year",
    zh="年内时点（四个月周期余弦）",
)

DAYS_SINCE_FIRST_ORDER = Feature(
    name="trade_days_since_first_order",
    on=events.LINES,
    measure=SinceFirst(),
    cause=Cause.PROFILE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the first order",
    zh="距首次下单天数",
)

FEATURES: tuple[Feature, ...] = (
    ORDER_DAYS_30D,
    ORDER_DAYS_60D,
    ORDER_DAYS_90D,
    ORDER_DAYS_180D,
    ORDER_DAYS_365D,
    AMOUNT_30D,
    AMOUNT_90D,
    AMOUNT_180D,
    AMOUNT_365D,
    LINES_90D,
    LINES_365D,
    ORDER_DAYS_CHANGE_30D,
    ORDER_DAYS_CHANGE_90D,
    ORDER_DAYS_CHANGE_180D,
    AMOUNT_CHANGE_90D,
    AMOUNT_CHANGE_180D,
    ORDER_DAYS_YEAR_CHANGE_90D,
    AMOUNT_YEAR_CHANGE_90D,
    AMOUNT_SLOPE_180D,
    AMOUNT_SLOPE_360D,
    DAYS_SINCE_ORDER,
    ORDER_DAYS_EVER,
    GAP_MEAN,
    GAP_MEAN_365D,
    GAP_LAST,
    GAP_LONGEST_365D,
    GAP_VARIATION,
    GAP_VARIATION_365D,
    OVERDUE,
    OVERDUE_365D,
    OVERDUE_DEVIATIONS,
    LAST_GAP_AGAINST_MEAN,
    ORDER_AMOUNT_180D,
    ORDER_AMOUNT_CHANGE_180D,
    ORDER_AMOUNT_TREND_365D,
    ORDER_AMOUNT_SPREAD_365D,
    ORDER_LARGEST_90D,
    ORDER_LARGEST_365D,
    ORDER_LATEST_AGAINST_MEAN_365D,
    LINES_AN_ORDER_180D,
    PRODUCTS_90D,
    PRODUCTS_180D,
    PRODUCTS_365D,
    PRODUCTS_CHANGE_180D,
    PRODUCT_LINES_180D,
    PRODUCT_LINES_LOST_90D,
    PRODUCT_LINES_GAINED_90D,
    PRODUCT_LINE_TOP_SHARE_180D,
    MARGIN_SHARE_90D,
    MARGIN_SHARE_SHIFT_90D,
    MARGIN_SHARE_SHIFT_180D,
    DISCOUNT_90D,
    DISCOUNT_SHIFT_90D,
    URGENT_SHARE_180D,
    URGENT_SHARE_SHIFT_90D,
    TRIAL_SHARE_365D,
    RETURNED_AMOUNT_180D,
    DAYS_SINCE_RETURN,
    RETURNS_AN_ORDER_LINE_365D,
    ORDER_DAYS_AHEAD_LAST_YEAR_90D,
    AMOUNT_AHEAD_LAST_YEAR_90D,
    YEAR_SINE,
    YEAR_COSINE,
    HALF_YEAR_SINE,
    HALF_YEAR_COSINE,
    THIRD_YEAR_SINE,
    THIRD_YEAR_COSINE,
    DAYS_SINCE_FIRST_ORDER,
)
