"""What we know about a customer on a day: pure, from frames and arrays to frames and arrays."""
