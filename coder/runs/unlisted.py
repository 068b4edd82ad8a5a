"""What was injected or infused in a way no code names: planned under the unlisted code until a coder decides."""

from __future__ import annotations

from coder.charges import Answerable
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet


def unlisted(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """Planned, and a coder is asked."""
    ask = (
        f"{run.name.capitalize()} was given in a way that no code of this family names. "
        "Which service was it, and is it documented well enough to be reported?"
    )
    sheet.ask("mode.unlisted", run.keys, Answerable.CODER, ask, run.start)
    return Classified(run, Mode.UNLISTED, True, ("mode.unlisted",), family)
