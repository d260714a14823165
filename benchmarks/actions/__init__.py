"""`make bench-actions`: what alerts, plans and their delivery promise, measured."""
