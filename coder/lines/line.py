"""Charge lines: units earned, each on its date, with the ledger of minutes that earned it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from coder.facts import Administration, EndSource, Reference
from coder.lines.decided import computed_stop, decided
from coder.minutes import Stretch, moments_of_minutes, whole_minutes
from coder.policy import Midnight, SecondAccess
from coder.runs.known import MAIN_ACCESS, Known
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.values import value

NEVER = SecondAccess.NEVER
PLANNED, BILLABLE = ChargeStatus.PLANNED, ChargeStatus.BILLABLE
CPT, HCPCS = CodeSystem.CPT, CodeSystem.HCPCS
SERVICE = Role.SERVICE
ANSWERED = EndSource.ANSWERED
NO_MINUTES = (0,)
STATES_AN_END = ("time.stop-missing", "time.too-long", "time.contradicted", "concurrent.chemotherapy")
COMPUTED = "stop.computed"
WAITING = "Waits for its initial service, which is still planned."


@value(frozen=True, slots=True)
class Clocked:
    """The ledger of minutes a service line is counted from."""

    gross: tuple[Interval, ...]
    subtracted: tuple[Subtraction, ...]
    net: tuple[Stretch, ...]
    counted: int


@value(frozen=True, slots=True)
class Who:
    """How the senders name some administrations, and who ordered and gave them."""

    references: tuple[Reference, ...]
    ordered_by: Reference | None
    given_by: Reference | None

    @classmethod
    def of(cls, pieces: Sequence[Known]) -> Who:
        """Each reference once, and whoever is named first."""
        if len(pieces) == 1:
            given = pieces[0].administration
            return cls(given.references, given.ordered_by, given.given_by)
        givens = [piece.administration for piece in pieces]
        return cls(
            tuple(dict.fromkeys(reference for given in givens for reference in given.references)),
            next((given.ordered_by for given in givens if given.ordered_by), None),
            next((given.given_by for given in givens if given.given_by), None),
        )


@value(frozen=True, slots=True)
class Source:
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


@value(frozen=True, slots=True)
class Line:
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
    if len(runs) == 1:
        return _source_of_one(runs, sheet, access)
    start, end = sheet.local(runs[0].start), sheet.local(max(run.end for run in runs))
    return Source(
        runs=runs,
        keys=tuple(dict.fromkeys(key for run in runs for key in run.keys)),
        who=Who.of([piece for run in runs for piece in run.pieces]),
        start=start,
        end=end,
        crosses=start.date() != end.date(),
        made_by=tuple(dict.fromkeys(rule for run in runs for rule in run.rules)),
        access=access,
        own_order=all(ordered_alone(run, sheet) for run in runs),
    )


def _source_of_one(runs: tuple[Run, ...], sheet: Sheet, access: str | None) -> Source:
    run = runs[0]
    start, end = sheet.local(run.start), sheet.local(run.end)
    who = Who.of(run.pieces)
    crosses = start.date() != end.date()
    return Source(runs, run.keys, who, start, end, crosses, run.rules, access, ordered_alone(run, sheet))


def access_of(run: Run, sheet: Sheet) -> str:
    """The access a run counts on; where the site knows one, all are that."""
    return MAIN_ACCESS if sheet.policy.second_access is NEVER else run.access


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
    off: tuple[Subtraction, ...] = ()
    if run.cuts:
        off = tuple([subtraction(cut.administration, cut.start, cut.end, cut.rule, sheet) for cut in run.cuts])
    return Clocked(local_gross(run, sheet), off, run.net, run.minutes)


def local_gross(run: Run, sheet: Sheet) -> tuple[Interval, ...]:
    """The charted intervals of a run on the site's clock."""
    known = sheet.local_gross.get(run.anchor)
    if known is None:
        known = ()
        if run.gross:
            given = {piece.administration.key: piece.administration for piece in run.pieces}
            known = tuple([_local(one, given, sheet) for one in run.gross])
        sheet.local_gross[run.anchor] = known
    return known


def _local(one: Interval, given: Mapping[str, Administration], sheet: Sheet) -> Interval:
    """An interval on the site's clock, with who charted it and when; or who answered when it ended, and when."""
    key = one.administration
    by, at = given[key].given_by if key in given else None, sheet.visit.charted_at.get(key)
    if one.source == ANSWERED:
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
    """A charge of one date; `earned` are the counted minutes that earned its units, None while it has none.

    Its fields are given in their order: by name they take longer to find than to set.
    """
    source, clocked = line.source, line.clocked
    threshold = max(earned) or None if earned else None
    start, end = source.start, source.end
    if source.crosses:
        start, end = within_day(day, start, end, sheet)
    part = sheet.part(source.runs[0].pieces[0].administration)
    threshold_name = line.threshold_name if threshold else None
    return Charge(
        ChargeKey(source.runs[0].anchor, line.role, 0, day),
        PLANNED if line.planned or line.waits else BILLABLE,
        CPT if line.code[0].isdigit() else HCPCS,
        line.code,
        line.modifiers,
        None if earned is None else len(earned),
        start,
        end,
        sheet.visit.patient,
        sheet.visit.key,
        sheet.visit.subject,
        part.context,
        source.keys,
        source.who.references,
        _rules(line, sheet),
        LABELS[line.code],
        source.who.ordered_by,
        source.who.given_by,
        Minutes(clocked.gross, clocked.subtracted, clocked.counted, threshold_name, threshold),
        None,
        line.part_of,
        part.department,
        part.account,
        _explanation(line, day, earned, sheet),
        source.access,
        source.own_order,
    )


def _rules(line: Line, sheet: Sheet) -> tuple[str, ...]:
    rules = dict.fromkeys((*line.source.made_by, *line.rules))
    if line.source.crosses:
        rules[f"midnight.{sheet.policy.midnight}"] = None
    if line.waits:
        rules["initial.waiting"] = None
    return tuple(rules)


def within_day(day: date, start: datetime, end: datetime, sheet: Sheet) -> tuple[datetime, datetime]:
    """A stretch of time on the site's clock, cut to a service date."""
    if start.date() == day == end.date():
        return start, end
    midnight = datetime.combine(day, time(), sheet.policy.zone).astimezone(UTC)
    next_midnight = datetime.combine(day + timedelta(days=1), time(), sheet.policy.zone).astimezone(UTC)
    begun = max(start.astimezone(UTC), midnight)
    return sheet.local(begun), sheet.local(max(begun, min(end.astimezone(UTC), next_midnight)))


def _explanation(line: Line, day: date, earned: Sequence[int] | None, sheet: Sheet) -> tuple[str, ...]:
    said, source = [*line.explanation], line.source
    if line.role is SERVICE:
        said += decided((*source.made_by, *line.rules), sheet.policy)
        if COMPUTED in source.made_by:
            pieces = (piece.administration for run in source.runs for piece in run.pieces)
            said += (stop for given in pieces if (stop := computed_stop(given)))
    if earned is None:
        said.append("Not countable yet: nothing is charted past the start.")
    elif len(earned) > 1 and max(earned):
        said.append(f"Units earned at counted minutes {', '.join(map(str, sorted(earned)))}.")
    if source.crosses:
        said.append(f"Dated {day.isoformat()} by {sheet.policy.said('midnight')}.")
    if line.waits:
        said.append(WAITING)
    return tuple(said)
