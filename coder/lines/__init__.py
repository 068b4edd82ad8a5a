"""What is owed: the lines of one visit, from its runs."""
