"""What the health score reads: a documented handful of features in each of its five dimensions.

A reading is a feature of the catalogue and the direction in which it is worse. The choice was made on simulated
companies of seeds 51 to 53 (docs/reference/health.md): of each kind of sign the one that tells most, weights of 1,
and 2 for the three signs that told twice as much as the others in a fit with non-negative weights.
"""

from dataclasses import dataclass

DIMENSIONS = ("trade", "interaction", "service", "finance", "strategic")
MORE, LESS = 1, -1
"""More of it is worse; less of it is worse."""


@dataclass(frozen=True)
class Reading:
    """A feature that a dimension is read from; ``weight`` counts within the dimension."""

    feature: str
    dimension: str
    worse: int
    weight: float = 1.0


READINGS = (
    Reading("trade_amount_slope_180d", "trade", LESS),
    Reading("trade_order_days_60d", "trade", LESS),
    Reading("trade_overdue_deviations", "trade", MORE),
    Reading("trade_order_largest_90d", "trade", LESS, 2.0),
    Reading("trade_order_amount_change_180d", "trade", LESS),
    Reading("trade_decline_sudden_360d", "trade", MORE),
    Reading("trade_decline_periods_below_360d", "trade", MORE),
    Reading("trade_product_lines_lost_90d", "trade", MORE),
    Reading("trade_discount_slope_180d", "trade", MORE, 2.0),
    Reading("trade_returns_180d", "trade", MORE),
    Reading("interaction_sentiment_90d", "interaction", LESS, 2.0),
    Reading("interaction_sentiment_trend_180d", "interaction", LESS),
    Reading("interaction_depth_90d", "interaction", LESS),
    Reading("interaction_depth_trend_180d", "interaction", LESS),
    Reading("interaction_competitor_share_90d", "interaction", MORE),
    Reading("interaction_competitor_share_shift_180d", "interaction", MORE),
    Reading("interaction_purchasing_90d", "interaction", LESS),
    Reading("interaction_logins_90d", "interaction", LESS),
    Reading("interaction_answered_share_90d", "interaction", LESS),
    Reading("interaction_reply_hours_90d", "interaction", MORE),
    Reading("service_complaints_90d", "service", MORE),
    Reading("service_open_complaints", "service", MORE),
    Reading("service_severity_largest_180d", "service", MORE),
    Reading("service_days_to_resolve_shift_180d", "service", MORE),
    Reading("service_satisfaction_latest", "service", LESS),
    Reading("service_offers_declined_run", "service", MORE),
    Reading("finance_days_to_pay_trend_365d", "finance", MORE),
    Reading("finance_days_late_slope_180d", "finance", MORE),
    Reading("finance_days_to_confirm_90d", "finance", MORE),
    Reading("finance_overdue_share_180d", "finance", MORE),
    Reading("finance_disputed_180d", "finance", MORE),
    Reading("finance_settlement_changes_180d", "finance", MORE),
    Reading("milestones_late_share_365d", "strategic", MORE),
    Reading("milestones_late_age", "strategic", MORE),
    Reading("milestones_done_change_365d", "strategic", LESS),
    Reading("contracts_lapsed_365d", "strategic", MORE),
    Reading("contracts_cancelled_365d", "strategic", MORE),
)
"""Dimensions in their order, and within each the order of telling ties."""


def available(names: frozenset[str]) -> tuple[Reading, ...]:
    """Give the readings whose features are among ``names``, those that the dataset's records can build."""
    return tuple(reading for reading in READINGS if reading.feature in names)
