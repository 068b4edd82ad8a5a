"""Whether a running hangtime is well: one state, told by whoever works, shown as pages and metrics."""
