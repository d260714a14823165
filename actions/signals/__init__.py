"""Signals: rules that tell, from the records as they stood on a day, that a relation with a customer changes."""
