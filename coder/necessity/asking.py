"""What is asked about necessity: for what a drug was given, and under which number the payer approved it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.charges import Answerable
from coder.necessity.judging import Finding
from coder.necessity.linking import Linked
from coder.necessity.payer import payer_of
from coder.policy import Wanted
from coder.runs.run import Run
from coder.sheet import Sheet

NOT_LINKED = "necessity.not-linked"
SECONDARY_ONLY = "necessity.secondary-only"
UNSUPPORTED = "necessity.unsupported"
APPROVAL_MISSING = "authorisation.missing"


class Questions:
    """What is asked of a visit: each question about one drug once, whatever the number of its runs."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._runs: dict[tuple[str, str], list[Run]] = {}
        self.held: dict[str, dict[str, str]] = {}

    def about(self, run: Run, linked: Sequence[Linked], found: Iterable[Finding]) -> None:
        """Note what the run leaves open about its diagnoses."""
        if not linked:
            self._without_diagnosis(run, found)
        elif not any(one.codes for one in linked):
            self._open(SECONDARY_ONLY, run.name, run)
            self._hold_where_required(SECONDARY_ONLY, run)
        else:
            for one in found:
                if one.row is None and not one.by_age:
                    self._open(UNSUPPORTED, one.drug, run)

    def _without_diagnosis(self, run: Run, found: Iterable[Finding]) -> None:
        wanted = self._sheet.policy.diagnosis
        asked = wanted is Wanted.ASKED and self._sheet.visit.payer is not None and any(found)
        if asked or wanted is Wanted.REQUIRED:
            self._open(NOT_LINKED, run.name, run)
            self._hold_where_required(NOT_LINKED, run)

    def _hold_where_required(self, rule: str, run: Run) -> None:
        if self._sheet.policy.diagnosis is Wanted.REQUIRED:
            said = f"Waits for the condition it was given for ({self._sheet.policy.said('diagnosis')})."
            self.held.update((key, {rule: said}) for key in run.keys)

    def approval_of(self, run: Run, drug: str) -> None:
        """Note that the payer wants to approve the drug, and no number is known."""
        self._open(APPROVAL_MISSING, drug, run)

    def _open(self, rule: str, drug: str, run: Run) -> None:
        self._runs.setdefault((rule, drug), []).append(run)

    def ask(self) -> None:
        """Put the questions."""
        for (rule, drug), runs in self._runs.items():
            about = tuple(dict.fromkeys(key for run in runs for key in run.keys))
            first = min(run.start for run in runs)
            of = Answerable.CODER if rule == APPROVAL_MISSING else Answerable.PRESCRIBER
            self._sheet.ask(rule, about, of, self._words(rule, drug, len(runs), self._sheet.clock(first)), first)

    def _words(self, rule: str, drug: str, runs: int, clock: str) -> str:
        name = drug.capitalize()
        given = f"{name} was given at {clock}" if runs == 1 else f"{name} was given {runs} times, first at {clock}"
        if rule == APPROVAL_MISSING:
            payer = self._sheet.visit.payer or payer_of(self._sheet).capitalize()
            return f"{given}. Under which number did {payer} approve it, if it did?"
        return f"{given}. Which condition or conditions was it given for?"
