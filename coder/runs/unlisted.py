"""What was injected or infused in a way no code names: planned under the unlisted code until a coder decides."""

from __future__ import annotations

from coder.charges import Answerable
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.questions import left_out
from coder.runs.run import Run
from coder.sheet import Sheet

RULE = "mode.unlisted"


def unlisted(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """Planned, and a coder is asked; once that is answered it is reported or left out."""
    decided = run.answered(RULE)
    if decided:
        return _decided(run, family, decided, sheet)
    ask = (
        f"{run.name.capitalize()} was given in a way that no code of this family names. "
        "Is it documented well enough to be reported as unlisted?"
    )
    sheet.ask(RULE, run.keys, Answerable.CODER, ask, run.start)
    return Classified(run, Mode.UNLISTED, True, (RULE,), family)


def _decided(run: Run, family: CodeFamily, decided: str, sheet: Sheet) -> Classified:
    if decided == "yes":
        return Classified(run, Mode.UNLISTED, False, (RULE,), family)
    return left_out(run, RULE, "Not documented well enough to be reported as unlisted, as a coder decided.", sheet)
