"""What looks across lines and visits: pairs, add-ons, limits and the modifiers they call for."""
