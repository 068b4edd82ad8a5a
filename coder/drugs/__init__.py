"""Drugs: which one a sender means."""
