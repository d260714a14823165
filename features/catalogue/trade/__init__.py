"""What the customer buys: how much, in what rhythm, what, on what terms, and when in the year."""

from features.catalogue.trade import (
    change,
    decline,
    orders,
    peers,
    price,
    products,
    profile,
    rhythm,
    season,
    terms,
    volume,
)
from features.feature import Feature

FEATURES: tuple[Feature, ...] = (
    volume.FEATURES
    + change.FEATURES
    + decline.FEATURES
    + rhythm.FEATURES
    + orders.FEATURES
    + products.FEATURES
    + price.FEATURES
    + terms.FEATURES
    + season.FEATURES
    + profile.FEATURES
    + peers.FEATURES
)
