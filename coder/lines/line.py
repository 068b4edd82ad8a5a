"""Charge lines: units earned, each on its date, with the ledger of minutes that earned it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

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
from coder.facts import Administration, EndSource, Reference
from coder.lines.decided import computed_stop, decided
from coder.minutes import Stretch, moments_of_minutes, whole_minutes
from coder.policy import Midnight, SecondAccess
from coder.runs.known import MAIN_ACCESS
from coder.runs.run import Run
from coder.sheet import Sheet

NO_MINUTES = (0,)
STATES_AN_END = ("time.stop-missing", "time.too-long", "time.contradicted", "concurrent.chemotherapy")
COMPUTED = "stop.computed"
WAITING = "Waits for its initial service, which is still planned."


class Clocked(NamedTuple):
    """The ledger of minutes a service line is counted from."""

    gross: tuple[Interval, ...]
    subtracted: tuple[Subtraction, ...]
    net: tuple[Stretch, ...]
    counted: int


class Who(NamedTuple):
    """How the senders name some administrations, and who ordered and gave them."""

    references: tuple[Reference, ...]
    ordered_by: Reference | None
    given_by: Reference | None

    @classmethod
    def of(cls, givens: Sequence[Administration]) -> Who:
        """Each reference once, and whoever is named first."""
        first = givens[0]
        if len(givens) == 1:
            return cls(first.references, first.ordered_by, first.given_by)
        return cls(
            tuple(dict.fromkeys(reference for given in givens for reference in given.references)),
            next((given.ordered_by for given in givens if given.ordered_by), None),
            next((given.given_by for given in givens if given.given_by), None),
        )


class Source(NamedTuple):
    """What all lines of some runs share: their administrations, who ordered and gave them, from when to when.

    `start` and `end` are on the site's clock, `crosses` says that midnight lies between them; `access` is
    None for what enters by no vein.
    """

    runs: tuple[Run, ...]
    keys: tuple[str, ...]
    who: Who
    start: datetime
    end: datetime
    crosses: bool
    made_by: tuple[str, ...]
    access: str | None
    own_order: bool

    @property
    def day(self) -> date:
        """The date on which it began."""
        return self.start.date()


class Line(NamedTuple):
    """A service line before it is dated.

    `thresholds` has one entry per unit earned: the counted minute that earned it, or 0 where a unit
    needs no minutes and is dated by its start. `waits` is that of an add-on whose initial is planned.
    """

    role: Role
    code: str
    source: Source
    clocked: Clocked
    thresholds: tuple[int, ...]
    threshold_name: str | None
    rules: tuple[str, ...]
    planned: bool
    modifiers: tuple[str, ...] = ()
    part_of: ChargeKey | None = None
    explanation: tuple[str, ...] = ()
    waits: bool = False


def source_of(runs: tuple[Run, ...], sheet: Sheet, access: str | None) -> Source:
    """What the lines of these runs, in order of start, share."""
    first = runs[0]
    single = len(runs) == 1
    pieces = first.pieces if single else [piece for run in runs for piece in run.pieces]
    start = sheet.local(first.start)
    end = sheet.local(first.end if single else max(run.end for run in runs))
    return Source(
        runs=runs,
        keys=first.keys if single else tuple(dict.fromkeys(key for run in runs for key in run.keys)),
        who=Who.of([piece.administration for piece in pieces]),
        start=start,
        end=end,
        crosses=start.date() != end.date(),
        made_by=first.rules if single else tuple(dict.fromkeys(rule for run in runs for rule in run.rules)),
        access=access,
        own_order=ordered_alone(first, sheet) if single else all(ordered_alone(run, sheet) for run in runs),
    )


def access_of(run: Run, sheet: Sheet) -> str:
    """The access a run counts on; where the site knows one, all are that."""
    return MAIN_ACCESS if sheet.policy.second_access is SecondAccess.NEVER else run.access


def ordered_alone(run: Run, sheet: Sheet) -> bool:
    """Whether it has an order, and nothing else of the visit was given under it."""
    order = run.pieces[0].administration.order
    return order is not None and order not in sheet.shared_orders


def shared_orders(runs: Iterable[Run]) -> frozenset[str]:
    """The orders under which more than one infusate was given."""
    infusates: dict[str, tuple[str, ...]] = {}
    shared: set[str] = set()
    for run in runs:
        order = run.pieces[0].administration.order
        if order is not None and infusates.setdefault(order, run.infusate) != run.infusate:
            shared.add(order)
    return frozenset(shared)


def clocked_run(run: Run, sheet: Sheet) -> Clocked:
    """The ledger of minutes of one run: charted intervals less pauses and what else is cut off."""
    off = [subtraction(cut.administration, cut.start, cut.end, cut.rule, sheet) for cut in run.cuts]
    return Clocked(local_gross(run, sheet), tuple(off), run.net, run.minutes)


def local_gross(run: Run, sheet: Sheet) -> tuple[Interval, ...]:
    """The charted intervals of a run on the site's clock."""
    known = sheet.local_gross.get(run.anchor)
    if known is None:
        given = {piece.administration.key: piece.administration for piece in run.pieces} if run.gross else {}
        known = sheet.local_gross[run.anchor] = tuple([_local(one, given, sheet) for one in run.gross])
    return known


def _local(one: Interval, given: Mapping[str, Administration], sheet: Sheet) -> Interval:
    """An interval on the site's clock, with who charted it and when; or who answered when it ended, and when."""
    key = one.administration
    by, at = given[key].given_by if key in given else None, sheet.visit.charted_at.get(key)
    if one.source == EndSource.ANSWERED:
        answer = next(answer for answer in reversed(given[key].answers) if answer.rule in STATES_AN_END)
        by, at = Reference(display=answer.by), answer.at
    return Interval(
        key,
        sheet.local(one.start),
        sheet.local(one.end),
        one.source,
        (by.display or by.value or by.reference) if by else None,
        sheet.local(at) if at else None,
    )


def subtraction(administration: str, start: datetime, end: datetime, rule: str, sheet: Sheet) -> Subtraction:
    """A stretch taken off, in whole minutes for the reader; the sum is taken before seconds are dropped."""
    return Subtraction(administration, sheet.local(start), sheet.local(end), whole_minutes(end - start), rule)


def charges_of(line: Line, sheet: Sheet) -> tuple[Charge, ...]:
    """One charge per service date; a planned line that has earned nothing yet has no quantity."""
    first = line.source.start.date()
    if not line.thresholds:
        return (_charge(line, first, None, sheet),) if line.planned else ()
    if not line.source.crosses or (sheet.policy.midnight is Midnight.START and len(line.source.runs) == 1):
        return (_charge(line, first, line.thresholds, sheet),)
    earned: dict[date, list[int]] = {}
    for threshold, day in zip(line.thresholds, _dates(line, sheet), strict=True):
        earned.setdefault(day, []).append(threshold)
    return tuple(_charge(line, day, earned[day], sheet) for day in sorted(earned))


def _dates(line: Line, sheet: Sheet) -> list[date]:
    """The date of each unit: by the minute that earned it, or by the start of the run in which that minute lies."""
    if line.threshold_name is None or line.thresholds == NO_MINUTES:
        return [line.source.start.date()] * len(line.thresholds)
    moments: Iterable[datetime] = moments_of_minutes(line.clocked.net, line.thresholds)
    if sheet.policy.midnight is Midnight.START:
        runs = line.source.runs
        moments = (next((run.start for run in runs if run.start <= one < run.end), runs[0].start) for one in moments)
    return [sheet.local(moment).date() for moment in moments]


def _charge(line: Line, day: date, earned: Sequence[int] | None, sheet: Sheet) -> Charge:
    """A charge of one date; `earned` are the counted minutes that earned its units, None while it has none."""
    source, clocked = line.source, line.clocked
    threshold = max(earned) or None if earned else None
    start, end = within_day(day, source.start, source.end, sheet)
    part = sheet.part(source.runs[0].pieces[0].administration)
    return Charge(
        key=ChargeKey(source.runs[0].anchor, line.role, 0, day),
        status=ChargeStatus.PLANNED if line.planned or line.waits else ChargeStatus.BILLABLE,
        system=CodeSystem.CPT if line.code[0].isdigit() else CodeSystem.HCPCS,
        code=line.code,
        modifiers=line.modifiers,
        units=None if earned is None else len(earned),
        start=start,
        end=end,
        patient=sheet.visit.patient,
        visit=sheet.visit.key,
        subject=sheet.visit.subject,
        context=part.context,
        service=source.keys,
        service_references=source.who.references,
        because=_rules(line, sheet),
        label=LABELS[line.code],
        ordered_by=source.who.ordered_by,
        given_by=source.who.given_by,
        minutes=Minutes(
            clocked.gross,
            clocked.subtracted,
            clocked.counted,
            line.threshold_name if threshold else None,
            threshold,
        ),
        part_of=line.part_of,
        department=part.department,
        account=part.account,
        explanation=_explanation(line, day, earned, sheet),
        access=source.access,
        own_order=source.own_order,
    )


def _rules(line: Line, sheet: Sheet) -> tuple[str, ...]:
    rules = [*line.source.made_by, *line.rules]
    if line.source.crosses:
        rules.append(f"midnight.{sheet.policy.midnight}")
    if line.waits:
        rules.append("initial.waiting")
    return tuple(dict.fromkeys(rules))


def within_day(day: date, start: datetime, end: datetime, sheet: Sheet) -> tuple[datetime, datetime]:
    """A stretch of time on the site's clock, cut to a service date."""
    if start.date() == day == end.date():
        return start, end
    midnight = datetime.combine(day, time(), sheet.policy.zone).astimezone(UTC)
    next_midnight = datetime.combine(day + timedelta(days=1), time(), sheet.policy.zone).astimezone(UTC)
    begun = max(start.astimezone(UTC), midnight)
    return sheet.local(begun), sheet.local(max(begun, min(end.astimezone(UTC), next_midnight)))


def _explanation(line: Line, day: date, earned: Sequence[int] | None, sheet: Sheet) -> tuple[str, ...]:
    said = list(line.explanation)
    if line.role is Role.SERVICE:
        said += decided((*line.source.made_by, *line.rules), sheet.policy)
        if COMPUTED in line.source.made_by:
            pieces = (piece.administration for run in line.source.runs for piece in run.pieces)
            said += (stop for given in pieces if (stop := computed_stop(given)))
    if earned is None:
        said.append("Not countable yet: nothing is charted past the start.")
    elif len(earned) > 1 and max(earned):
        said.append(f"Units earned at counted minutes {', '.join(map(str, sorted(earned)))}.")
    if line.source.crosses:
        said.append(f"Dated {day.isoformat()} by {sheet.policy.said('midnight')}.")
    if line.waits:
        said.append(WAITING)
    return tuple(said)
