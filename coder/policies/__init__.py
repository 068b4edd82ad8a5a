"""Policies of a site by department, payer and date: which of them a visit is coded by."""
