"""What the customer buys: how much, in what rhythm, what, on what terms, and when in the year."""

from features.catalogue.trade import basket, rhythm, season, terms, volume
from features.feature import Feature

FEATURES: tuple[Feature, ...] = (
    volume.FEATURES + rhythm.FEATURES + basket.FEATURES + terms.FEATURES + season.FEATURES
)
