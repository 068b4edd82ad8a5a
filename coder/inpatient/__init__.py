"""Inpatient: no CPT; what the site codes at all is a procedure of ICD-10-PCS."""
