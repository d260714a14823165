"""A made-up company whose customers leave for known causes: pure."""
