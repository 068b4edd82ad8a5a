"""Charges to a FHIR server as ChargeItems, by aiohttp."""
