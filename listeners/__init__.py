"""Listeners: raw records come in here, from message logs now."""
