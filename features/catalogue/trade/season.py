"""What the time of year says, and what these weeks brought last year."""

from features import events
from features.comparisons import AheadLastYear, Over, YearAgo
from features.feature import Cause, Feature, Unit
from features.measures import Days, SeasonIndex, Total, YearWave

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

AMOUNT_AHEAD_CHANGE_90D = Feature(
    name="trade_amount_ahead_change_90d",
    on=events.LINES,
    days=90,
    measure=Over(AheadLastYear(Total("amount")), YearAgo(Total("amount"))),
    cause=Cause.SEASON,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount in the 90 days after this date last year against the 90 before it",
    zh="去年此日后90天金额与其前90天之比",
)

SEASON_INDEX_90D = Feature(
    name="trade_season_index_90d",
    on=events.LINES,
    days=90,
    measure=SeasonIndex("amount"),
    cause=Cause.SEASON,
    unit=Unit.TIMES,
    risk=-1,
    en="Season of the coming 90 days by the amount of last year",
    zh="按去年金额计的未来90天季节指数",
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

FEATURES: tuple[Feature, ...] = (
    ORDER_DAYS_AHEAD_LAST_YEAR_90D,
    AMOUNT_AHEAD_LAST_YEAR_90D,
    AMOUNT_AHEAD_CHANGE_90D,
    SEASON_INDEX_90D,
    YEAR_SINE,
    YEAR_COSINE,
    HALF_YEAR_SINE,
    HALF_YEAR_COSINE,
    THIRD_YEAR_SINE,
    THIRD_YEAR_COSINE,
)
