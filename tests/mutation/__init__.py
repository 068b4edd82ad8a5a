"""Mutation testing of the coder's rules: each small change of a rule must change what some test says.

`make mutants` changes every rule module, `make mutants MODULES="coder/runs coder/lines/hydration.py"` some of
them; neither is part of CI. A mutant is one rule with one thing changed: a comparison moved by one or turned
round, a condition dropped, a number one more, another member of an enum, a statement left out (operators.py).
Not changed are declarations, annotations, the rulebook's texts and sentences that a person reads.

All tests that code (WITNESSES: the golden cases and what stands beside them) are collected once by pytest and
run once to note which lines of the coder each of them runs. Then each mutant is put into a forked child, which
runs the tests of its line and stops at the first that fails: the mutant is killed. First come those that last
found a change of the same function, then one test of each way through the module, the quickest, then another
of each. A test that does not come to its end kills the mutant too.

`survived` means that all tests of the line passed: the mutant is equivalent (no input can show it) or a case is
missing. `survived so far` means that the time for one mutant (`--seconds`) was over first, `unrun` that no test
runs the line; a function that runs only while its module is imported is never run here.

Every mutant and what became of it is written as a line of JSON to `--out`; `--again FILE` runs only those that
survived there. `--sample` is how many mutants of a module are drawn (by `--seed`) where not all are to run:
all of them take hours, a sample of three of each module some ten minutes.
"""
