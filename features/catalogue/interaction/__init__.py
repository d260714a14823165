"""How the customer and the company talk: how often, who, how deeply, and how soon it answers."""

from features.catalogue.interaction import answers, contacts, kinds, people, tone
from features.feature import Feature

FEATURES: tuple[Feature, ...] = (
    contacts.FEATURES + kinds.FEATURES + people.FEATURES + tone.FEATURES + answers.FEATURES
)
