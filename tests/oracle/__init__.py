"""A second coder, naive and slow: minute by minute from the rulebook, to hold the real one against."""
