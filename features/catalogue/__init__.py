"""The catalogue: every feature, declared once; what is not here does not exist.

It refuses two features with one name or one label.
"""

from collections import Counter

from features.catalogue import finance, imports, interaction, market, service, strategic, trade
from features.feature import Feature


def checked(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """Give the features back, or refuse those that share a name or a label."""
    for what in ("name", "en", "zh"):
        told = Counter(getattr(feature, what) for feature in features)
        twice = [value for value, times in told.items() if times > 1]
        if twice:
            raise ValueError(f"The catalogue has more than one feature with the {what} '{twice[0]}'.")
    return features


CATALOGUE: tuple[Feature, ...] = checked(
    trade.FEATURES
    + interaction.FEATURES
    + service.FEATURES
    + finance.FEATURES
    + strategic.FEATURES
    + imports.FEATURES
    + market.FEATURES
)
