"""A stay that was inpatient from its first minute, and the inpatient part of one that became so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from coder.facts import Administration
from coder.inpatient.introductions import procedures
from coder.inpatient.substances import INPATIENT, is_wanted
from coder.lines.drawing import draw
from coder.policy import InpatientWindow, Setting
from coder.runs.known import recognise
from coder.runs.outpatient import all_runs
from coder.runs.run import Run
from coder.sheet import Sheet

WINDOW_DAYS = "inpatient_window_days"


def code_stay(sheet: Sheet) -> None:
    """Code a whole stay; only of a drug that the site codes does it matter what would be asked."""
    unasked = Sheet(sheet.visit, sheet.policy, sheet.tables, sheet.as_of)
    runs = all_runs(unasked)
    for run in runs:
        draw(run, "inpatient", sheet)
    sheet.charges += procedures(runs, sheet)
    unclear = {key for left in unasked.not_billed for key in left.administrations}
    wanted = {one.key for one in sheet.visit.administrations if one.key in unclear and _is_wanted(one, sheet)}
    for left in unasked.not_billed:
        if left.curable and wanted.isdisjoint(left.administrations):
            sheet.leave_out(INPATIENT, left.administrations, "An inpatient stay bears no CPT code.")
        else:
            sheet.not_billed.append(left)
    sheet.queries += [query for query in unasked.queries if not wanted.isdisjoint(query.administrations)]


def code_inpatient_part(outpatient: Iterable[Run], inpatient: Iterable[Run], sheet: Sheet) -> None:
    """Code what started after the inpatient order; and what came before it, where the claim takes its lines in."""
    if sheet.policy.setting is Setting.FACILITY:
        sheet.charges += procedures(inpatient, sheet, _rolled_in(outpatient, sheet))


def _rolled_in(runs: Iterable[Run], sheet: Sheet) -> Sequence[Run]:
    until = sheet.visit.outpatient_until
    if until is None or sheet.policy.inpatient_window is not InpatientWindow.WITHDRAW:
        return ()
    admitted = sheet.local(until).date()
    first = admitted - timedelta(days=sheet.tables.on(admitted)[WINDOW_DAYS])
    return [run for run in runs if sheet.local(run.start).date() >= first]


def _is_wanted(given: Administration, sheet: Sheet) -> bool:
    known = recognise(given, sheet)
    kinds = sheet.tables.procedures.kinds
    return known is not None and any(is_wanted(one.drug, kinds.get(one.drug.name, ()), sheet) for one in known.drugs)
