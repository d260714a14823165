"""How the customer pays: in time, late, with disputes, on what credit."""

from features.catalogue.finance import claims, payment
from features.feature import Feature

FEATURES: tuple[Feature, ...] = payment.FEATURES + claims.FEATURES
