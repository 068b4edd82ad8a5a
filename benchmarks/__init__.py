"""What things cost, each beside a peer measured in the same run; nothing here passes or fails."""
