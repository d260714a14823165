"""Benchmarks of what is done about a risk."""
