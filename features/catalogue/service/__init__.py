"""What goes wrong and how it is mended: tickets, complaints, offers taken or declined."""

from features.catalogue.service import care, tickets
from features.feature import Feature

FEATURES: tuple[Feature, ...] = tickets.FEATURES + care.FEATURES
