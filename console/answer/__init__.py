"""`hangtime answer`: a person's answer to a query as a fact, taken back where it was wrong, exported as records."""
