"""What is in an order: its size, and the breadth of products over time."""

from features import events
from features.comparisons import Change, Over
from features.feature import Cause, Feature, Unit
from features.measures import Count, Gained, Largest, Latest, Lost, Mean, Spread, TopShare, Trend

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

FEATURES: tuple[Feature, ...] = (
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
)
