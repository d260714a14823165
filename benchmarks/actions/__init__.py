"""`make bench-actions`: what the early warning and response promise, measured."""
