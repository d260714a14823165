"""`make bench-actions`: what the desk makes of a risk, measured."""
