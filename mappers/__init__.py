"""Between the words on the wire and our own: FHIR and HL7 v2 into facts, rule data and published files into tables.

And back again: charges into ChargeItem and DFT.
"""
