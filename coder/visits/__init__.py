"""Visits, derived from encounters, presence and patient class over time."""
