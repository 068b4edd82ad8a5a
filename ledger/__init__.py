"""What we know and what we owe: facts, charges, queries, offsets, dead letters, and what each target wants.

A batch of them is posted in one transaction, whole or not at all.
"""
