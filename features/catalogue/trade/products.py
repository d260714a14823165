"""The breadth of what is bought: products and product lines, new, kept and lost."""

from features import events
from features.comparisons import Change, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Concentration, Count, First, Gained, Kept, Lost, TopShare

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

PRODUCTS_LOST_180D = Feature(
    name="trade_products_lost_180d",
    on=events.LINES,
    days=180,
    measure=Lost("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=1,
    en="Products bought in the 180 days before and no more",
    zh="较前180天流失的产品种数",
)

PRODUCTS_GAINED_180D = Feature(
    name="trade_products_gained_180d",
    on=events.LINES,
    days=180,
    measure=Gained("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Products new against the 180 days before",
    zh="较前180天新增的产品种数",
)

PRODUCTS_KEPT_180D = Feature(
    name="trade_products_kept_180d",
    on=events.LINES,
    days=180,
    measure=Kept("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Share of the products of the 180 days before that is still bought",
    zh="较前180天产品保留率",
)

PRODUCTS_FIRST_180D = Feature(
    name="trade_products_first_180d",
    on=events.LINES,
    days=180,
    measure=First("product_id"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=-1,
    en="Products bought for the first time in the last 180 days",
    zh="近180天首次购买的产品种数",
)

PRODUCT_CONCENTRATION_365D = Feature(
    name="trade_product_concentration_365d",
    on=events.LINES,
    days=365,
    measure=Concentration("product_id", by="amount"),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    en="Concentration of the amount on products in the last 365 days",
    zh="近365天产品集中度",
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

PRODUCT_LINES_LOST_180D = Feature(
    name="trade_product_lines_lost_180d",
    on=events.LINES,
    days=180,
    measure=Lost("product_line"),
    cause=Cause.COMPETITOR,
    unit=Unit.PRODUCTS,
    risk=1,
    en="Product lines bought in the 180 days before and no more",
    zh="较前180天流失的产品线数",
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

PRODUCT_LINE_CONCENTRATION_365D = Feature(
    name="trade_product_line_concentration_365d",
    on=events.LINES,
    days=365,
    measure=Concentration("product_line", by="amount"),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    en="Concentration of the amount on product lines in the last 365 days",
    zh="近365天产品线集中度",
)

PRODUCT_LINE_CONCENTRATION_SHIFT_180D = Feature(
    name="trade_product_line_concentration_shift_180d",
    on=events.LINES,
    days=180,
    measure=Shift(Concentration("product_line", by="amount")),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Concentration on product lines of the last 180 days less that of the 180 before",
    zh="近180天产品线集中度与前180天之差",
)

FEATURES: tuple[Feature, ...] = (
    PRODUCTS_90D,
    PRODUCTS_180D,
    PRODUCTS_365D,
    PRODUCTS_CHANGE_180D,
    PRODUCTS_LOST_180D,
    PRODUCTS_GAINED_180D,
    PRODUCTS_KEPT_180D,
    PRODUCTS_FIRST_180D,
    PRODUCT_CONCENTRATION_365D,
    PRODUCT_LINES_180D,
    PRODUCT_LINES_LOST_90D,
    PRODUCT_LINES_LOST_180D,
    PRODUCT_LINES_GAINED_90D,
    PRODUCT_LINE_TOP_SHARE_180D,
    PRODUCT_LINE_CONCENTRATION_365D,
    PRODUCT_LINE_CONCENTRATION_SHIFT_180D,
)
