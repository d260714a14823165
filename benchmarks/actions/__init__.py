"""`make bench-actions`: what the early warning and response promise, measured."""
"""`make bench-actions`: what the desk makes of a risk, measured."""
