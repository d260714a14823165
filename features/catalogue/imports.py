"""What the customer imports from the company and from its rivals, by customs records.

Such records come weeks after the shipment. A share is a ratio of what is known of both sides, so the lag takes
records from it and no size. A sum is short of what is not yet known: where it is held against an earlier
one, both windows closed `LATE` days ago, so that like is held against like.
"""

from features import events
from features.comparisons import Ago, Change, Over, Shift, YearChange
from features.feature import Cause, Feature, Unit
from features.measures import (
    Concentration,
    Count,
    EnteredCount,
    FallenCount,
    FallenShare,
    First,
    LargestShare,
    Lost,
    Rising,
    ShareSlope,
    SinceEntered,
    SinceLast,
    Total,
)

LATE = 60
"""Days after which a customs record is taken to be known."""
FALL = 0.15
"""Points of share that a product line loses before it counts as falling."""
OWN_LEAST = 2
"""Records of ours in a product line that make it ours."""

OURS = Over(Total("ours"), Total("value"))

SHARE_90D = Feature(
    name="imports_our_share_90d",
    on=events.SHIPMENTS,
    days=90,
    measure=OURS,
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Our share of its imports in the last 90 days",
    zh="近90天我方占其进口的份额",
)

SHARE_180D = Feature(
    name="imports_our_share_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=OURS,
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Our share of its imports in the last 180 days",
    zh="近180天我方占其进口的份额",
)

SHARE_365D = Feature(
    name="imports_our_share_365d",
    on=events.SHIPMENTS,
    days=365,
    measure=OURS,
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    en="Our share of its imports in the last 365 days",
    zh="近365天我方占其进口的份额",
)

SHARE_SHIFT_90D = Feature(
    name="imports_our_share_shift_90d",
    on=events.SHIPMENTS,
    days=90,
    measure=Shift(OURS),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Our share of its imports of the last 90 days less that of the 90 before",
    zh="近90天我方占其进口的份额与前90天之差",
)

SHARE_SHIFT_180D = Feature(
    name="imports_our_share_shift_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=Shift(OURS),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Our share of its imports of the last 180 days less that of the 180 before",
    zh="近180天我方占其进口的份额与前180天之差",
)

SHARE_YEAR_CHANGE_180D = Feature(
    name="imports_our_share_year_change_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=YearChange(OURS),
    cause=Cause.COMPETITOR,
    unit=Unit.TIMES,
    risk=-1,
    en="Our share of its imports of the last 180 days against a year ago",
    zh="近180天我方占其进口的份额与一年前之比",
)

SHARE_SLOPE_360D = Feature(
    name="imports_our_share_slope_360d",
    on=events.SHIPMENTS,
    days=360,
    measure=ShareSlope("ours", by="value", period=30, periods=12),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=-1,
    en="Monthly slope of our share of its imports over the last 360 days",
    zh="近360天我方占其进口份额的月度斜率",
)

SUPPLIERS_180D = Feature(
    name="imports_suppliers_180d",
    on=events.OTHERS,
    days=180,
    measure=Count("rival"),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Other suppliers that it imported from in the last 180 days",
    zh="近180天其进口的其他供应商数",
)

NEW_SUPPLIERS_180D = Feature(
    name="imports_new_suppliers_180d",
    on=events.OTHERS,
    days=180,
    measure=First("rival"),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Suppliers of the last 180 days that it never imported from before",
    zh="近180天首次出现的供应商数",
)

LARGEST_RIVAL_SHARE_180D = Feature(
    name="imports_largest_rival_share_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=LargestShare("rival", by="value"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of the largest rival in its imports of the last 180 days",
    zh="近180天最大竞争对手占其进口的份额",
)

RIVAL_RISE_90D = Feature(
    name="imports_rival_rise_90d",
    on=events.SHIPMENTS,
    days=90,
    measure=Rising("rival", by="value"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Points of share gained in the last 90 days by the rival that rises fastest",
    zh="近90天上升最快的竞争对手所增份额",
)

RIVAL_RISE_180D = Feature(
    name="imports_rival_rise_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=Rising("rival", by="value"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Points of share gained in the last 180 days by the rival that rises fastest",
    zh="近180天上升最快的竞争对手所增份额",
)

RIVAL_CONCENTRATION_365D = Feature(
    name="imports_rival_concentration_365d",
    on=events.OTHERS,
    days=365,
    measure=Concentration("rival", by="value"),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    en="Concentration of the last 365 days' imports from others on few of them",
    zh="近365天从他人进口的集中度",
)

LINES_FALLING_180D = Feature(
    name="imports_lines_falling_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=FallenCount("product_line", of="ours", by="value", least=FALL),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Product lines in which our share of its imports fell in the last 180 days",
    zh="近180天我方份额下降的产品线数",
)

LINES_FALLING_SHARE_180D = Feature(
    name="imports_lines_falling_share_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=FallenShare("product_line", of="ours", by="value", least=FALL),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of our product lines in which our share of its imports fell in the last 180 days",
    zh="近180天我方份额下降的产品线占比",
)

LINES_LOST_180D = Feature(
    name="imports_lines_lost_180d",
    on=events.OURS,
    days=180,
    measure=Ago(Lost("product_line"), ago=LATE),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Product lines no longer imported from us, of 180 days against the 180 before, 60 days ago",
    zh="60天前的180天内不再从我方进口的产品线数",
)

LINES_ENTERED_180D = Feature(
    name="imports_lines_entered_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=EnteredCount("product_line", of="is_us", least=OWN_LEAST),
    cause=Cause.COMPETITOR,
    unit=Unit.NUMBER,
    risk=1,
    en="Product lines that were ours alone and had a first shipment from another in the last 180 days",
    zh="近180天原由我方独供而首次有他人发货的产品线数",
)

DAYS_SINCE_ENTERED = Feature(
    name="imports_days_since_entered",
    on=events.SHIPMENTS,
    measure=SinceEntered("product_line", of="is_us", least=OWN_LEAST),
    cause=Cause.COMPETITOR,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since another first shipped in a product line that was ours alone",
    zh="距他人首次进入我方独供产品线的天数",
)

OTHERS_VALUE_180D = Feature(
    name="imports_others_value_180d",
    on=events.OTHERS,
    days=180,
    measure=Ago(Total("value"), ago=LATE),
    cause=Cause.COMPETITOR,
    unit=Unit.MONEY,
    en="Imports from others in 180 days, 60 days ago",
    zh="60天前的180天内从他人的进口额",
)

OTHERS_CHANGE_180D = Feature(
    name="imports_others_change_180d",
    on=events.OTHERS,
    days=180,
    measure=Change(Ago(Total("value"), ago=LATE)),
    cause=Cause.COMPETITOR,
    unit=Unit.TIMES,
    risk=1,
    en="Imports from others in 180 days against the 180 before, 60 days ago",
    zh="60天前的180天内从他人的进口额与此前180天之比",
)

ALL_CHANGE_180D = Feature(
    name="imports_all_change_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=Change(Ago(Total("value"), ago=LATE)),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="All its imports in 180 days against the 180 before, 60 days ago",
    zh="60天前的180天内全部进口额与此前180天之比",
)

ALL_YEAR_CHANGE_180D = Feature(
    name="imports_all_year_change_180d",
    on=events.SHIPMENTS,
    days=180,
    measure=YearChange(Ago(Total("value"), ago=LATE)),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="All its imports in 180 days against a year before, 60 days ago",
    zh="60天前的180天内全部进口额与一年前之比",
)

DAYS_SINCE_ANY = Feature(
    name="imports_days_since_any",
    on=events.SHIPMENTS,
    measure=SinceLast(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    en="Days since its last known import from anyone",
    zh="距最近一次已知进口的天数",
)

FEATURES: tuple[Feature, ...] = (
    SHARE_90D,
    SHARE_180D,
    SHARE_365D,
    SHARE_SHIFT_90D,
    SHARE_SHIFT_180D,
    SHARE_YEAR_CHANGE_180D,
    SHARE_SLOPE_360D,
    SUPPLIERS_180D,
    NEW_SUPPLIERS_180D,
    LARGEST_RIVAL_SHARE_180D,
    RIVAL_RISE_90D,
    RIVAL_RISE_180D,
    RIVAL_CONCENTRATION_365D,
    LINES_FALLING_180D,
    LINES_FALLING_SHARE_180D,
    LINES_LOST_180D,
    LINES_ENTERED_180D,
    DAYS_SINCE_ENTERED,
    OTHERS_VALUE_180D,
    OTHERS_CHANGE_180D,
    ALL_CHANGE_180D,
    ALL_YEAR_CHANGE_180D,
    DAYS_SINCE_ANY,
)
