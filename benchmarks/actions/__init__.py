"""`make bench-actions`: the promises of early warning and response."""
