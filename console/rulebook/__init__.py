"""The rulebook of a day: rules beside their authorities, numbers and golden cases."""
