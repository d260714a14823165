"""What is ordinary of the world outside, as ``settings`` says it of the company; nothing here was measured."""

from collections.abc import Mapping

# Shocks: ranges of days. Assumed: an order book empties within weeks and fills within months, a tariff holds until
# it is bargained away, a lockdown is over after three to eight weeks (spring 2020).
SHOCK_RISE, SHOCK_FADE = (14.0, 45.0), (90.0, 180.0)
TARIFF_RISE, TARIFF_HOLD, TARIFF_FADE = (7.0, 30.0), (300.0, 700.0), (30.0, 90.0)
LOCKDOWN_RISE, LOCKDOWN_HOLD, LOCKDOWN_FADE = (1.0, 5.0), (18.0, 50.0), (7.0, 21.0)
REBOUND_DAYS, REBOUND_PART = (20.0, 50.0), (0.15, 0.45)
"""How long the rebound after a lockdown lasts, and its strength."""
SHOCK_SPREAD = 0.25
"""Standard deviation over customers of the logarithm of how hard a shock hits."""

# Rivals
PRICE_LEVEL = (0.84, 1.06)
"""Range of a rival's prices beside ours."""
RIVAL_LINES = 0.6
"""Chance that a product line is a core line of a rival."""
CAMPAIGN_LEAD = (3.0, 25.0)
"""Range of the days from the start of a campaign to the trial order that it brings."""
CAMPAIGN_JOINED = 60.0
"""Days from its start in which a campaign brings trial orders of further customers."""
CAMPAIGN_DAYS = (30.0, 90.0)
CAMPAIGN_DISCOUNT = (0.06, 0.18)
TRIAL_PART = (0.15, 0.45)
"""Range of the worth of a trial order, in months of what the customer usually buys of the line."""
LOTS = (0, 2)
"""Least and most small lots between the trial order and the move."""
OTHER_LINES = 0.8
"""Mean number of lines that a customer buys from rivals alone."""
STRAY_SHARE, STRAY_RISE = (0.10, 0.35), (40.0, 120.0)
"""Of a line in which a customer grows at a rival: the rival's part in the end, and the days until then."""
GAIN_SPREAD = 0.25
"""Standard deviation of the logarithm of what a rival sells from one four-week block to the next."""
STILL_BOUGHT: Mapping[str, float] = {"demand": 0.3, "payment": 0.5, "none": 0.3}
"""What is left of the whole need of a leaver after its last order at us, for causes that end need itself."""

# Names
NAMESAKES = 0.10
"""Part of the repeated names that stay repeated in a world with rivals."""

# Customs records
SHIPPED_DAYS = (5, 10)
"""Least and most days from the last order of a consignment until it is shipped (the Friday before a weekend)."""
CONSIGNMENT = 1.4
"""Usual days between a rival's shipments, beside the customer's days between orders at us."""
CONSIGNMENT_DAYS = (12.0, 60.0)
CONSIGNMENT_SHAPE = 4.0
LOT_SPREAD = 0.20
"""Standard deviation of the logarithm of a shipment's value beside what was needed."""
SMALLEST = 0.06
"""Least worth of a trial, as a part of the customer's ordinary order; no shipment is worth less than half of it."""
UNSOLD_PRICE = 40.0
"""Price of a unit of a line that we have sold to nobody."""
RECORD_DAYS = 6.0
"""Mean days, beyond the region's own, until a record can be bought."""

# The market index
INDEX_TREND = (0.0, 0.02)
"""Mean and standard deviation over industries of its log growth a year."""
PREFERRED = 5
"""An industry hears of tariffs on this many product lines, the ones that its taste puts first."""
