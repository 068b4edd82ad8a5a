"""HL7 v2 RAS messages into tellings, judged by hl7apy."""
