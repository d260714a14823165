"""How the customer speaks: depth, sentiment, competitors mentioned, invitations taken, answers."""

from features import events
from features.comparisons import Shift
from features.feature import Cause, Feature, Unit
from features.measures import FallingRun, Flagged, Mean, MeanSlope, SinceFlagged, Trend

DEPTH_90D = Feature(
    name="interaction_depth_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("depth"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Depth of contacts in the last 90 days",
    zh="近90天互动深度",
)

DEPTH_SHIFT_90D = Feature(
    name="interaction_depth_shift_90d",
    on=events.CONTACTS,
    days=90,
    measure=Shift(Mean("depth")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Depth of contacts of the last 90 days less that of the 90 before",
    zh="近90天互动深度与前90天之差",
)

DEPTH_TREND_180D = Feature(
    name="interaction_depth_trend_180d",
    on=events.CONTACTS,
    days=180,
    measure=Trend("depth", run=3),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Depth of the last three contacts less that of the earlier ones",
    zh="最近三次互动深度变化",
)

DEPTH_SLOPE_180D = Feature(
    name="interaction_depth_slope_180d",
    on=events.CONTACTS,
    days=180,
    measure=MeanSlope("depth", period=30, periods=6),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Monthly slope of the depth of contacts over the last 180 days",
    zh="近180天互动深度月度斜率",
)

DEPTH_FALLING_RUN_365D = Feature(
    name="interaction_depth_falling_run_365d",
    on=events.CONTACTS,
    days=365,
    measure=FallingRun("depth"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.CONTACTS,
    risk=1,
    en="Contacts in a row each shallower than the one before",
    zh="深度连续走低的互动次数",
)

SENTIMENT_90D = Feature(
    name="interaction_sentiment_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("sentiment"),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Sentiment of contacts in the last 90 days",
    zh="近90天互动情绪",
)

SENTIMENT_SHIFT_90D = Feature(
    name="interaction_sentiment_shift_90d",
    on=events.CONTACTS,
    days=90,
    measure=Shift(Mean("sentiment")),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Sentiment of contacts of the last 90 days less that of the 90 before",
    zh="近90天互动情绪与前90天之差",
)

SENTIMENT_TREND_180D = Feature(
    name="interaction_sentiment_trend_180d",
    on=events.CONTACTS,
    days=180,
    measure=Trend("sentiment", run=3),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Sentiment of the last three contacts less that of the earlier ones",
    zh="最近三次互动情绪变化",
)

SENTIMENT_SLOPE_180D = Feature(
    name="interaction_sentiment_slope_180d",
    on=events.CONTACTS,
    days=180,
    measure=MeanSlope("sentiment", period=30, periods=6),
    cause=Cause.RELATIONSHIP,
    unit=Unit.NUMBER,
    risk=-1,
    en="Monthly slope of the sentiment of contacts over the last 180 days",
    zh="近180天互动情绪月度斜率",
)

COMPETITOR_180D = Feature(
    name="interaction_competitor_180d",
    on=events.CONTACTS,
    days=180,
    measure=Flagged("competitor_mentioned"),
    cause=Cause.COMPETITOR,
    unit=Unit.CONTACTS,
    risk=1,
    en="Contacts that mention a competitor in the last 180 days",
    zh="近180天提及竞品的互动次数",
)

COMPETITOR_SHARE_90D = Feature(
    name="interaction_competitor_share_90d",
    on=events.CONTACTS,
    days=90,
    measure=Mean("competitor_mentioned"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of contacts that mention a competitor in the last 90 days",
    zh="近90天提及竞品的互动占比",
)

COMPETITOR_SHARE_SHIFT_180D = Feature(
    name="interaction_competitor_share_shift_180d",
    on=events.CONTACTS,
    days=180,
    measure=Shift(Mean("competitor_mentioned")),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Competitor mentions of the last 180 days less those of the 180 before",
    zh="近180天竞品提及率与前180天之差",
)

DAYS_SINCE_COMPETITOR = Feature(
    name="interaction_days_since_competitor",
    on=events.CONTACTS,
    measure=SinceFlagged("competitor_mentioned"),
    cause=Cause.COMPETITOR,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since a competitor was last mentioned",
    zh="距上次提及竞品天数",
)

FEATURES: tuple[Feature, ...] = (
    DEPTH_90D,
    DEPTH_SHIFT_90D,
    DEPTH_TREND_180D,
    DEPTH_SLOPE_180D,
    DEPTH_FALLING_RUN_365D,
    SENTIMENT_90D,
    SENTIMENT_SHIFT_90D,
    SENTIMENT_TREND_180D,
    SENTIMENT_SLOPE_180D,
    COMPETITOR_180D,
    COMPETITOR_SHARE_90D,
    COMPETITOR_SHARE_SHIFT_180D,
    DAYS_SINCE_COMPETITOR,
)
