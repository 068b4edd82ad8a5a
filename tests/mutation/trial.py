"""One mutant in a forked child: the first test that fails kills it, so does one that does not end."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from select import select
from typing import NamedTuple

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.patching import put_in
from tests.mutation.witnesses import Witnesses, passed

MEMORY = 4 << 30
SLACK = 3.0
PATIENCE = 120.0


class Verdict(NamedTuple):
    """What became of a mutant: `killed`, `endless`, `survived` its tests or as many as time allowed, or `unrun`."""

    said: str
    by: str
    tests: int

    @property
    def alive(self) -> bool:
        """Whether no test noticed."""
        return self.said in ("survived", "survived so far", "unrun")


def tried(
    mutant: Mutant, tests: Sequence[pytest.Item], witnesses: Witnesses, seconds: float, fresh: Callable[[], None]
) -> Verdict:
    """Run the tests on a mutant until one fails; `fresh` forgets what was worked out before the change."""
    if not tests:
        return Verdict("unrun", "", 0)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(mutant, tests, witnesses, seconds, fresh, writing)
    os.close(writing)
    said = b""
    if select([reading], [], [], PATIENCE)[0]:
        said = os.read(reading, 100)
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    os.waitpid(child, 0)
    if not said:
        return Verdict("endless", "", len(tests))
    number = int(said[1:])
    if said[:1] == b"K":
        return Verdict("killed", tests[number].nodeid if number >= 0 else "", number + 1)
    return Verdict("survived" if number == len(tests) else "survived so far", "", number)


def _run(
    mutant: Mutant,
    tests: Sequence[pytest.Item],
    witnesses: Witnesses,
    seconds: float,
    fresh: Callable[[], None],
    writing: int,
) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(500)
    said = "K-1"
    try:
        put_in(mutant)
        fresh()
        said = _first_noticed(tests, witnesses, seconds)
    finally:
        os.write(writing, said.encode())
        os._exit(0)


def _first_noticed(tests: Sequence[pytest.Item], witnesses: Witnesses, seconds: float) -> str:
    """K and the place of the test that noticed, or S and how many did not; each has a time to end in."""
    for number, item in enumerate(tests):
        signal.setitimer(signal.ITIMER_VIRTUAL, SLACK + 5 * witnesses.seconds[item])
        if not passed(item):
            return f"K{number}"
        if time.process_time() > seconds:
            return f"S{number + 1}"
    return f"S{len(tests)}"
