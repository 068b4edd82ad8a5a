"""What people see: the command line, the review pages and the explanations.

It reads the site file and puts the floors together.
"""
