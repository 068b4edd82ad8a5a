"""Drugs against infections, and whether the diagnoses of one name any."""

from __future__ import annotations

from coder.runs.run import Run
from coder.sheet import Sheet

ANTI_INFECTIVE = frozenset({"28", "29"})
NAMES_NOTHING = ("R", "Z")


def is_anti_infective(run: Run, sheet: Sheet) -> bool:
    """Whether a drug in the bag is one against infections, by the kinds of substance that ICD-10-PCS tells apart."""
    kinds = sheet.tables.procedures.kinds
    return any(not ANTI_INFECTIVE.isdisjoint(kinds.get(name, ())) for name in run.infusate)


def names_infection(run: Run, sheet: Sheet) -> object:
    """A diagnosis of the run, else of its visit, that is more than a symptom or a circumstance."""
    codes = sheet.visit.condition_codes
    charted = [code for piece in run.pieces for code in piece.administration.reasons]
    charted += [codes[key] for piece in run.pieces for key in piece.administration.reason_conditions if key in codes]
    known = charted or sheet.visit.own_diagnoses
    return next((code for code in known if not code.startswith(NAMES_NOTHING)), None)
