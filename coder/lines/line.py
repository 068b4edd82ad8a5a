"""Charge lines: units earned, each on its date, with the ledger of minutes that earned it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from coder.charges import (
    Charge,
    ChargeKey,
    ChargeStatus,
    CodeSystem,
    Interval,
    Minutes,
    Role,
    Subtraction,
)
from coder.codes import LABELS
from coder.facts import Administration, Reference
from coder.minutes import Stretch, moment_of_minute
from coder.policy import Midnight
from coder.runs.run import Run
from coder.sheet import Sheet

NO_MINUTES = (0,)


@dataclass(frozen=True, slots=True)
class Clocked:
    """The ledger of minutes a service line is counted from."""

    gross: tuple[Interval, ...]
    subtracted: tuple[Subtraction, ...]
    net: tuple[Stretch, ...]
    counted: int


@dataclass(frozen=True, slots=True)
class Line:
    """A service line before it is dated.

    `thresholds` has one entry per unit earned: the counted minute that earned it, or 0 where a unit
    needs no minutes and is dated by its start.
    """

    role: Role
    code: str
    runs: tuple[Run, ...]
    clocked: Clocked
    thresholds: tuple[int, ...]
    threshold_name: str | None
    rules: tuple[str, ...]
    planned: bool
    modifiers: tuple[str, ...] = ()
    part_of: ChargeKey | None = None
    explanation: tuple[str, ...] = ()


def clocked_run(run: Run, sheet: Sheet) -> Clocked:
    """The ledger of minutes of one run: charted intervals less charted pauses."""
    charted = tuple((interval.start, interval.end) for interval in run.gross)
    subtracted = [
        subtraction(pause.administration, start, end, "run.pause", sheet)
        for pause in run.pauses
        for start, end in _within((pause.start, pause.end), charted)
    ]
    return Clocked(tuple(local_interval(one, sheet) for one in run.gross), tuple(subtracted), run.net, run.minutes)


def _within(stretch: Stretch, charted: Sequence[Stretch]) -> list[Stretch]:
    cut = [(max(stretch[0], start), min(stretch[1], end)) for start, end in charted]
    return [(start, end) for start, end in cut if start < end]


def local_interval(interval: Interval, sheet: Sheet) -> Interval:
    """An interval on the site's clock."""
    return Interval(interval.administration, sheet.local(interval.start), sheet.local(interval.end), interval.source)


def subtraction(administration: str, start: datetime, end: datetime, rule: str, sheet: Sheet) -> Subtraction:
    """A stretch taken off, in whole minutes for the reader; the sum is taken before seconds are dropped."""
    return Subtraction(
        administration, sheet.local(start), sheet.local(end), (end - start) // timedelta(minutes=1), rule
    )


def charges_of(line: Line, sheet: Sheet) -> tuple[Charge, ...]:
    """One charge per service date; a planned line that has earned nothing yet has no quantity."""
    start = line.runs[0].start
    dates = [(threshold, _date(line, threshold, start, sheet)) for threshold in line.thresholds]
    if not dates:
        return (_charge(line, sheet.local(start).date(), None, None, sheet),) if line.planned else ()
    earned: dict[date, list[int]] = {}
    for threshold, day in dates:
        earned.setdefault(day, []).append(threshold)
    return tuple(_charge(line, day, len(earned[day]), max(earned[day]) or None, sheet) for day in sorted(earned))


def waiting(charges: Sequence[Charge]) -> tuple[Charge, ...]:
    """Add-ons of an initial service that is itself still planned: they wait with it."""
    said = "Waits for its initial service, which is still planned."
    return tuple(
        replace(
            charge,
            status=ChargeStatus.PLANNED,
            because=(*charge.because, "initial.waiting"),
            explanation=(*charge.explanation, said),
        )
        for charge in charges
    )


def _date(line: Line, threshold: int, start: datetime, sheet: Sheet) -> date:
    if threshold == 0 or sheet.policy.midnight is Midnight.START:
        return sheet.local(start).date()
    return sheet.local(moment_of_minute(line.clocked.net, threshold)).date()


def _charge(line: Line, day: date, units: int | None, threshold: int | None, sheet: Sheet) -> Charge:
    start, end = period_on(day, line.runs, sheet)
    keys = tuple(dict.fromkeys(key for run in line.runs for key in run.keys))
    givens = [piece.administration for run in line.runs for piece in run.pieces]
    visit = sheet.visit
    return Charge(
        key=ChargeKey(line.runs[0].anchor, line.role, 0, day),
        status=ChargeStatus.PLANNED if line.planned else ChargeStatus.BILLABLE,
        system=CodeSystem.CPT,
        code=line.code,
        modifiers=line.modifiers,
        units=units,
        start=start,
        end=end,
        patient=visit.patient,
        visit=visit.key,
        subject=visit.subject,
        context=visit.context,
        service=keys,
        service_references=service_references(givens),
        because=_rules(line, sheet),
        label=LABELS[line.code],
        ordered_by=next((given.ordered_by for given in givens if given.ordered_by), None),
        given_by=next((given.given_by for given in givens if given.given_by), None),
        minutes=Minutes(
            line.clocked.gross,
            line.clocked.subtracted,
            line.clocked.counted,
            line.threshold_name if threshold else None,
            threshold,
        ),
        part_of=line.part_of,
        department=visit.department,
        account=visit.account,
        explanation=_explanation(line, day, units, sheet),
    )


def service_references(givens: Sequence[Administration]) -> tuple[Reference, ...]:
    """How the senders name the administrations, each once."""
    return tuple(dict.fromkeys(reference for given in givens for reference in given.references))


def _rules(line: Line, sheet: Sheet) -> tuple[str, ...]:
    crossed = sheet.local(line.runs[0].start).date() != sheet.local(max(run.end for run in line.runs)).date()
    dated = (f"midnight.{sheet.policy.midnight}",) if crossed else ()
    made = [rule for run in line.runs for rule in run.rules]
    return tuple(dict.fromkeys((*made, *line.rules, *dated)))


def period_on(day: date, runs: Sequence[Run], sheet: Sheet) -> tuple[datetime, datetime]:
    """From first to last of some runs, within a service date, on the site's clock."""
    midnight = datetime.combine(day, time(), sheet.policy.zone).astimezone(UTC)
    next_midnight = datetime.combine(day + timedelta(days=1), time(), sheet.policy.zone).astimezone(UTC)
    start = max(min(run.start for run in runs), midnight)
    end = min(max(run.end for run in runs), next_midnight)
    return sheet.local(start), sheet.local(max(start, end))


def _explanation(line: Line, day: date, units: int | None, sheet: Sheet) -> tuple[str, ...]:
    said = list(line.explanation)
    if units is None:
        said.append("Not countable yet: nothing is charted past the start.")
    if f"midnight.{sheet.policy.midnight}" in _rules(line, sheet):
        said.append(f"Dated {day.isoformat()} by policy midnight = {sheet.policy.midnight}.")
    return tuple(said)
