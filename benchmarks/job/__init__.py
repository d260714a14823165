"""`make bench-job`: what the scheduled job promises, measured."""
