"""Mutation testing of the coder's rules: each small change of a rule must change what some test says.

`make mutants` changes every rule module, `make mutants MODULES="coder/runs coder/lines/hydration.py"` some of
them; neither is part of CI. A mutant is one rule with one thing changed: a comparison moved by one or turned
round, a condition dropped, a number one more, another member of an enum, a statement left out (operators.py).
Not changed are declarations, annotations, the rulebook's texts and sentences that a person reads.

All tests that code (WITNESSES: the golden cases and what stands beside them) are collected once by pytest and
run once to note which lines of the coder each of them runs. Then each mutant is put into a forked child, which
runs the tests of its line, those that last found a change of the same function first, then the quickest, and
stops at the first that fails: the mutant is killed. A test that does not come to its end kills it too. What is
left survived: either it is equivalent (no input can show it) or a case is missing.

Every mutant and what became of it is written as a line of JSON to `--out`; `--again FILE` runs only those that
survived there. `--seconds` is how long the tests of one mutant may take in all, `--sample` how many mutants of
a module are drawn (by `--seed`) where not all are to run.
"""
