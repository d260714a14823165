"""From a risk to what to do about it: pure."""
