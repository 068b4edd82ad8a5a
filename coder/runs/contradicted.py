"""Times that contradict each other: the charted ones beside what rate and amount, or the words of a dosage, say."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import Administration
from coder.minutes import whole_minutes
from coder.runs.classified import Classified
from coder.runs.numbers import CONTRADICTION
from coder.runs.questions import held
from coder.runs.run import Run
from coder.sheet import Sheet

CONTRADICTED = "time.contradicted"


def contradicted(run: Run, sheet: Sheet) -> Classified | None:
    """The run held, where something else charted of a bag says that it ran half as long or twice as long."""
    told = [piece.administration for piece in run.pieces if piece.administration.stated_minutes]
    if not told or run.charted_push or run.answered(CONTRADICTED):
        return None
    percent = sheet.numbers_at(run.start)[CONTRADICTION]
    for given in told:
        found = _said_otherwise(given, percent)
        if found:
            charted, said = found
            return held(
                run,
                CONTRADICTED,
                f"Charted as running for {charted} minutes, and elsewhere for {said}.",
                f"{run.name.capitalize()} is charted as running for {charted} minutes, but its rate or the words of "
                f"its dosage say {said}. When did it start and stop?",
                Answerable.NURSE,
                sheet,
            )
    return None


def _said_otherwise(given: Administration, percent: int) -> tuple[int, int] | None:
    """The charted minutes, and the first others that are too far from them."""
    if given.start is None or given.end is None:
        return None
    charted = whole_minutes(given.end - given.start)
    others = (said for said in given.stated_minutes if max(said, charted) * 100 >= min(said, charted) * percent)
    return next(((charted, said) for said in others), None)
