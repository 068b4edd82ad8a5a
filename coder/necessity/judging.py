"""What the coverage table says of each drug given, for the diagnoses linked to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from coder.coverage_table import CoverageRow, Verdict, plain
from coder.necessity.linking import Linked
from coder.necessity.payer import payer_of
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.values import value

BEST_FIRST = {verdict: place for place, verdict in enumerate(Verdict)}


@value(frozen=True, slots=True)
class Finding:
    """What a row says of one drug of a run; `code` is the diagnosis it speaks of.

    Without a row the table knows the drug, and none of its diagnoses. `by_age` is set where the patient's age
    would decide and is not known.
    """

    run: Run
    drug: str
    row: CoverageRow | None
    code: str | None
    by_age: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """What the row says, where it can be told."""
        return self.row.verdict if self.row and not self.by_age else None


def linked_to(run: Run, links: Mapping[str, Linked]) -> tuple[Linked, ...]:
    """The diagnoses linked to what a run was made of, each once."""
    return tuple(dict.fromkeys(links[key] for key in run.keys if key in links))


def findings(run: Run, linked: Iterable[Linked], sheet: Sheet) -> list[Finding]:
    """One finding for each drug of the run that the table knows."""
    table = sheet.tables.coverage
    drugs = [drug for drug in run.infusate if drug in table.by_drug]
    if not drugs:
        return []
    payer, day = payer_of(sheet), sheet.local(run.start).date()
    codes = tuple(dict.fromkeys(code for one in linked for code in one.codes))
    return [_finding(run, drug, codes, day, sheet) for drug in drugs if table.knows(drug, payer, day)]


def _finding(run: Run, drug: str, codes: tuple[str, ...], day: date, sheet: Sheet) -> Finding:
    """The verdict at the patient's age; where that is not known, the one that holds at every age."""
    born = sheet.visit.born
    ages = (age_on(born, day),) if born else sheet.tables.coverage.ages[drug]
    best = [_best(drug, codes, age, day, sheet) for age in ages]
    row, code = best[0]
    verdicts = {found.verdict if found else None for found, _ in best}
    return Finding(run, drug, row, code, by_age=len(verdicts) > 1)


def _best(
    drug: str, codes: tuple[str, ...], age: int, day: date, sheet: Sheet
) -> tuple[CoverageRow | None, str | None]:
    """The row that supports the drug best, and the first diagnosis it is about."""
    best: tuple[CoverageRow | None, str | None] = (None, None)
    for code in codes:
        row = sheet.tables.coverage.row_for(drug, plain(code), payer_of(sheet), day, age)
        if row and (best[0] is None or BEST_FIRST[row.verdict] < BEST_FIRST[best[0].verdict]):
            best = row, code
    return best


def age_on(born: date, day: date) -> int:
    """Whole years on a day; a year is complete on the birthday, of one born on 29 February on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
