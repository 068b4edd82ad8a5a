"""Visits explained line by line: as text, as JSON, drawn."""
