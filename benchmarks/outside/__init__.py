"""What the view from outside is worth, on simulated companies with rivals: `make bench-outside`."""
