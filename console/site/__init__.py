"""The site file: read, held against its settings, every problem said at once."""
