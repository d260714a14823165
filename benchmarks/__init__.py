"""Speed and accuracy against stated bars, each from one command: `make bench-NAME`."""
