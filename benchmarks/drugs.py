"""Drugs: what a look-up in the formulary costs, and what the command takes to start with all of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measured import Measured, measure
from coder.drugs.identity import identify
from coder.facts import Coding, DrugGiven
from mappers.tables import load_tables

LOOK_UP_SECONDS = 0.000015
START_UP_SECONDS = 1.5
ASKED = (
    DrugGiven(codings=(Coding("http://hl7.org/fhir/sid/ndc", "57970-100-01"),)),
    DrugGiven(codings=(Coding("http://www.nlm.nih.gov/research/umls/rxnorm", "310994"),), text="Remicade"),
    DrugGiven(text="Ceftriaxone"),
    DrugGiven(codings=(Coding("local", "X1", "Packed Red Cells"),)),
)


def drugs() -> Iterator[Measured]:
    """A look-up that nothing remembers, and a fresh process that codes one visit with every table read."""
    yield Measured("a look-up in the formulary", _look_up(), "what is allowed", LOOK_UP_SECONDS)
    yield Measured("start-up with every table", _start_up(), "what is allowed", START_UP_SECONDS)


def _look_up() -> float:
    formulary = replace(load_tables().formulary, remembered={})

    def work() -> int:
        for _ in range(500):
            formulary.remembered.clear()
            for asked in ASKED:
                identify(asked, formulary)
        return 500 * len(ASKED)

    return measure("look-up", work).seconds


def _start_up() -> float:
    visit = Path(__file__).parents[1] / "examples" / "one_visit.yaml"
    command = [sys.executable, "-m", "console.cli", "code", str(visit)]

    def work() -> int:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return 1

    return measure("start-up", work).seconds
