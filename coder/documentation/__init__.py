"""Documentation: what a site wants charted, what is asked where it is missing, and what waits for it."""
