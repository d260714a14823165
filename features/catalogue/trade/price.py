"""At what price the customer buys: margin, discount, and the price of the same product before."""

from features import events
from features.comparisons import Over, Shift
from features.feature import Cause, Feature, Unit
from features.measures import AboveMedian, Mean, MeanSlope, PriceChange, ShareSlope, Total, Trend

MARGIN_SHARE_90D = Feature(
    name="trade_margin_share_90d",
    on=events.LINES,
    days=90,
    measure=Over(Total("margin"), Total("costed")),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin in the last 90 days",
    zh="近90天毛利率",
)

MARGIN_SHARE_SHIFT_90D = Feature(
    name="trade_margin_share_shift_90d",
    on=events.LINES,
    days=90,
    measure=Shift(Over(Total("margin"), Total("costed"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=-1,
    en="Margin of the last 90 days less that of the 90 before",
    zh="近90天毛利率与前90天之差",
)

MARGIN_SHARE_SHIFT_180D = Feature(
    name="trade_margin_share_shift_180d",
    on=events.LINES,
    days=180,
    measure=Shift(Over(Total("margin"), Total("costed"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=-1,
    en="Margin of the last 180 days less that of the 180 before",
    zh="近180天毛利率与前180天之差",
)

MARGIN_SHARE_SLOPE_180D = Feature(
    name="trade_margin_share_slope_180d",
    on=events.LINES,
    days=180,
    measure=ShareSlope("margin", by="costed", period=30, periods=6),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=-1,
    en="Monthly slope of the margin over the last 180 days",
    zh="近180天毛利率月度斜率",
)

MARGIN_SHARE_TREND_365D = Feature(
    name="trade_margin_share_trend_365d",
    on=events.ORDERS,
    days=365,
    measure=Trend("margin_share", run=3),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=-1,
    en="Margin of the last three orders less that of the earlier ones",
    zh="最近三单毛利率变化",
)

HIGH_MARGIN_SHARE_180D = Feature(
    name="trade_high_margin_share_180d",
    on=events.LINES,
    days=180,
    measure=AboveMedian("margin_share", by="amount", reach=365, least=5),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of high-margin products in the last 180 days",
    zh="近180天高毛利产品占比",
)

HIGH_MARGIN_SHARE_SHIFT_180D = Feature(
    name="trade_high_margin_share_shift_180d",
    on=events.LINES,
    days=180,
    measure=Shift(AboveMedian("margin_share", by="amount", reach=365, least=5)),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of high-margin products of the last 180 days less that of the 180 before",
    zh="近180天高毛利产品占比与前180天之差",
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
    risk=1,
    en="Mean discount of the last 90 days less that of the 90 before",
    zh="近90天平均折扣与前90天之差",
)

DISCOUNT_SLOPE_180D = Feature(
    name="trade_discount_slope_180d",
    on=events.LINES,
    days=180,
    measure=MeanSlope("discount", period=30, periods=6),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=1,
    en="Monthly slope of the discount over the last 180 days",
    zh="近180天折扣月度斜率",
)

PRICE_CHANGE_180D = Feature(
    name="trade_price_change_180d",
    on=events.LINES,
    days=180,
    measure=PriceChange(reach=365),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    risk=1,
    en="Price of the last 180 days against the last price of the same product",
    zh="近180天同一产品单价涨幅",
)

FEATURES: tuple[Feature, ...] = (
    MARGIN_SHARE_90D,
    MARGIN_SHARE_SHIFT_90D,
    MARGIN_SHARE_SHIFT_180D,
    MARGIN_SHARE_SLOPE_180D,
    MARGIN_SHARE_TREND_365D,
    HIGH_MARGIN_SHARE_180D,
    HIGH_MARGIN_SHARE_SHIFT_180D,
    DISCOUNT_90D,
    DISCOUNT_SHIFT_90D,
    DISCOUNT_SLOPE_180D,
    PRICE_CHANGE_180D,
)
