"""From facts to charges: the coding rules as pure functions, knowing no clock, no wire, no file and no chance.

Their numbers, tables and golden cases lie beside them in this package.
"""
