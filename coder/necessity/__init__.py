"""Necessity: the diagnoses linked to each line, what coverage tables say of them, and payers' approvals."""
