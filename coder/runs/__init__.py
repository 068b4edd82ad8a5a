"""What ran: administrations sifted, stitched into runs, and each run's mode."""
