"""Golden files: what logs come to, in a form a person reads and a test compares."""
