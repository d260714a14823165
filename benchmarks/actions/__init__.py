"""Benchmarks of what is done about a risk."""
"""`make bench-actions`: what the early warning and response promise, measured."""
"""`make bench-actions`: the promises of early warning and response."""
