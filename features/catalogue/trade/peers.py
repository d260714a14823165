"""What the other customers buy: all of them, or those of the same industry, region or segment."""

from features import events
from features.feature import Cause, Feature, Unit
from features.peers import AgainstPeers, OfPeerMean, PeerChange, PeerMean, PeerSeason

COMPANY_AMOUNT_CHANGE_90D = Feature(
    name="trade_company_amount_change_90d",
    on=events.LINES,
    days=90,
    measure=PeerChange("amount"),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    en="All other customers' amount of the last 90 days against the 90 before",
    zh="其他全部客户近90天金额与前90天之比",
)

COMPANY_AMOUNT_YEAR_CHANGE_90D = Feature(
    name="trade_company_amount_year_change_90d",
    on=events.LINES,
    days=90,
    measure=PeerChange("amount", base="year"),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="All other customers' amount of the last 90 days against last year's",
    zh="其他全部客户近90天金额与去年同期之比",
)

COMPANY_SEASON_90D = Feature(
    name="trade_company_season_90d",
    on=events.LINES,
    days=90,
    measure=PeerSeason("amount"),
    cause=Cause.SEASON,
    unit=Unit.TIMES,
    risk=-1,
    en="All other customers' 90 days after this date last year against the 90 before it",
    zh="其他全部客户去年此日后90天与之前90天金额之比",
)

COMPANY_LINES_SEASON_30D = Feature(
    name="trade_company_lines_season_30d",
    on=events.LINES,
    days=30,
    measure=PeerSeason(None),
    cause=Cause.SEASON,
    unit=Unit.TIMES,
    risk=-1,
    en="All other customers' order lines of the 30 days after this date last year against the 30 before it",
    zh="其他全部客户去年此日后30天与之前30天订单行数之比",
)

AGAINST_COMPANY_90D = Feature(
    name="trade_against_company_90d",
    on=events.LINES,
    days=90,
    measure=AgainstPeers("amount"),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Change of the amount over 90 days against that of all other customers",
    zh="近90天金额变化与其他全部客户之比",
)

AGAINST_COMPANY_YEAR_90D = Feature(
    name="trade_against_company_year_90d",
    on=events.LINES,
    days=90,
    measure=AgainstPeers("amount", base="year"),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Change of the amount against last year over that of all other customers",
    zh="金额同比变化与其他全部客户之比",
)

INDUSTRY_AMOUNT_CHANGE_90D = Feature(
    name="trade_industry_amount_change_90d",
    on=events.LINES,
    days=90,
    measure=PeerChange("amount", "industry"),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="Other customers of the industry: amount of the last 90 days against the 90 before",
    zh="同行业其他客户近90天金额与前90天之比",
)

INDUSTRY_AMOUNT_YEAR_CHANGE_90D = Feature(
    name="trade_industry_amount_year_change_90d",
    on=events.LINES,
    days=90,
    measure=PeerChange("amount", "industry", "year"),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="Other customers of the industry: amount of the last 90 days against last year's",
    zh="同行业其他客户近90天金额与去年同期之比",
)

AGAINST_INDUSTRY_90D = Feature(
    name="trade_against_industry_90d",
    on=events.LINES,
    days=90,
    measure=AgainstPeers("amount", "industry"),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Change of the amount over 90 days against that of the industry's other customers",
    zh="近90天金额变化与同行业其他客户之比",
)

REGION_AMOUNT_YEAR_CHANGE_90D = Feature(
    name="trade_region_amount_year_change_90d",
    on=events.LINES,
    days=90,
    measure=PeerChange("amount", "region", "year"),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="Other customers of the region: amount of the last 90 days against last year's",
    zh="同地区其他客户近90天金额与去年同期之比",
)

SEGMENT_MEAN_365D = Feature(
    name="trade_segment_mean_365d",
    on=events.LINES,
    days=365,
    measure=PeerMean("amount", "segment"),
    cause=Cause.PROFILE,
    unit=Unit.MONEY,
    en="Amount a year of the segment's other customers, mean",
    zh="同客群其他客户年均金额",
)

AGAINST_SEGMENT_MEAN_365D = Feature(
    name="trade_against_segment_mean_365d",
    on=events.LINES,
    days=365,
    measure=OfPeerMean("amount", "segment"),
    cause=Cause.PROFILE,
    unit=Unit.TIMES,
    en="Amount of the last 365 days against the segment's mean",
    zh="近365天金额与同客群均值之比",
)

FEATURES: tuple[Feature, ...] = (
    COMPANY_AMOUNT_CHANGE_90D,
    COMPANY_AMOUNT_YEAR_CHANGE_90D,
    COMPANY_SEASON_90D,
    COMPANY_LINES_SEASON_30D,
    AGAINST_COMPANY_90D,
    AGAINST_COMPANY_YEAR_90D,
    INDUSTRY_AMOUNT_CHANGE_90D,
    INDUSTRY_AMOUNT_YEAR_CHANGE_90D,
    AGAINST_INDUSTRY_90D,
    REGION_AMOUNT_YEAR_CHANGE_90D,
    SEGMENT_MEAN_365D,
    AGAINST_SEGMENT_MEAN_365D,
)
