"""The outgoing edge: delivers what is wanted and not yet delivered, in order per patient.

Its targets are Kafka topics, FHIR servers and receivers of DFT messages.
"""
