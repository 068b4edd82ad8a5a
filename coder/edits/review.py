"""The lines of all of a patient's visits while edits look across them, and what the edits change in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from coder.charges import (
    Advisory,
    Answerable,
    Charge,
    ChargeKey,
    ChargeStatus,
    CodedVisit,
    NotBilled,
    Query,
    Role,
    left_out,
)
from coder.edit_tables import Edits
from coder.facts import Procedure
from coder.policy import Policy, Setting
from coder.tables import Tables
from coder.visits.visit import Visit

UNEDITED = (Role.DRUG, Role.WASTE, Role.PROCEDURE)


@dataclass(slots=True, eq=False)
class Reviewed:
    """One charge line with its code and service date, in the visit at `place`.

    `reasons` are why it is distinct from what would bundle it.
    """

    charge: Charge
    place: int
    code: str
    day: date
    dropped: bool = False
    changed: bool = False
    reasons: list[int] = field(default_factory=list)

    @property
    def begun(self) -> datetime:
        """When the service began, which may be on a day before the line's."""
        minutes = self.charge.minutes
        start = min((one.start for one in minutes.gross), default=self.charge.start) if minutes else self.charge.start
        return start.astimezone(UTC)

    @property
    def order(self) -> tuple[datetime, ChargeKey]:
        """Begin of the service, then identity: a total order."""
        return self.begun, self.charge.key

    def note(self, rule: str, says: str, *modifiers: str) -> None:
        """Add a rule, its sentence and modifiers to the line."""
        charge = self.charge
        self.charge = replace(
            charge,
            modifiers=(*charge.modifiers, *modifiers),
            because=charge.because if rule in charge.because else (*charge.because, rule),
            explanation=(*charge.explanation, says),
        )
        self.changed = True


@dataclass(slots=True)
class Review:
    """All lines of a patient, by service date, with everything edits say of them.

    All visits are of one setting; each has its own policy. `procedures` are what else was done, by date.
    `dates` are the service lines by date, `codes` all of their codes: what is about none of them looks no further.
    """

    visits: Sequence[Visit]
    coded: Sequence[CodedVisit]
    policies: Sequence[Policy]
    tables: Tables
    procedures: dict[date, list[Procedure]]
    lines: list[Reviewed] = field(default_factory=list)
    dates: dict[date, list[Reviewed]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    left_out: dict[int, list[NotBilled]] = field(default_factory=dict)
    asked: dict[int, list[Query]] = field(default_factory=dict)
    advised: dict[int, list[Advisory]] = field(default_factory=dict)

    @property
    def setting(self) -> Setting:
        """Whose claim it is."""
        return self.policies[0].setting

    def policy_of(self, line: Reviewed) -> Policy:
        """The policy of the visit a line is of."""
        return self.policies[line.place]

    @property
    def edits(self) -> Edits:
        """The edits that ship."""
        return self.tables.edits

    def services(self, day: date) -> list[Reviewed]:
        """The service lines of a date that still stand."""
        return [line for line in self.dates[day] if not line.dropped]

    def checked_dates(self) -> list[date]:
        """The dates for which an edition of the edits is known."""
        return [day for day in self.dates if day >= self.edits.since]

    def local_date(self, moment: datetime) -> date:
        """The date of a moment on the site's clock."""
        return moment.astimezone(self.policies[0].zone).date()

    def clock(self, moment: datetime) -> str:
        """A moment as a person reads it."""
        return moment.astimezone(self.policies[0].zone).strftime("%H:%M")

    def drop(self, line: Reviewed, rule: str, says: str) -> None:
        """Take a line off the bill, and say why."""
        line.dropped = True
        self.say_left_out(line, rule, says)

    def say_left_out(self, line: Reviewed, rule: str, says: str) -> None:
        """Say that a line, or a part of it, is not billed; no answer would cure it."""
        self.left_out.setdefault(line.place, []).append(left_out(line.charge, rule, says))

    def hold(self, line: Reviewed, rule: str, says: str) -> None:
        """Let a line wait for an answer, and with it what is an add-on to it."""
        line.note(rule, says)
        line.charge = replace(line.charge, status=ChargeStatus.PLANNED)
        for add_on in self.lines:
            if add_on.charge.part_of == line.charge.key and add_on.charge.status is not ChargeStatus.PLANNED:
                add_on.note("initial.waiting", "Waits for its initial service, which is still planned.")
                add_on.charge = replace(add_on.charge, status=ChargeStatus.PLANNED)

    def ask(self, line: Reviewed, rule: str, ask: str) -> None:
        """Put a question about a line to the nurse who gave it."""
        charge = line.charge
        query = Query(charge.visit, charge.patient, charge.service, ask, Answerable.NURSE, rule, charge.start)
        asked = self.asked.setdefault(line.place, [])
        if query not in asked:
            asked.append(query)

    def advise(self, place: int, codes: Iterable[str], rule: str, says: str) -> None:
        """Tell whoever makes the claim."""
        visit = self.coded[place]
        advisory = Advisory(visit.visit, visit.patient, tuple(codes), rule, says)
        self.advised.setdefault(place, []).append(advisory)


def begin(
    visits: Sequence[Visit],
    coded: Sequence[CodedVisit],
    procedures: Iterable[Procedure],
    policies: Sequence[Policy],
    tables: Tables,
) -> Review:
    """Every line of a patient in a review, those of services by date."""
    review = Review(visits, coded, policies, tables, {})
    lines, dates, codes = review.lines, review.dates, review.codes
    for place, visit in enumerate(coded):
        for charge in visit.charges:
            key, code = charge.key, charge.code
            line = Reviewed(charge, place, code, key.service_date)
            lines.append(line)
            if key.role not in UNEDITED:
                dates.setdefault(key.service_date, []).append(line)
                codes.add(code)
    for procedure in procedures:
        day = procedure.day or (review.local_date(procedure.start) if procedure.start else None)
        if day and not procedure.cancelled:
            review.procedures.setdefault(day, []).append(procedure)
    return review


def finish(review: Review) -> tuple[CodedVisit, ...]:
    """The visits as reviewed; those that nothing touched are the same as before."""
    touched = {line.place for line in review.lines if line.changed or line.dropped}
    touched |= review.left_out.keys() | review.asked.keys() | review.advised.keys()
    if not touched:
        return tuple(review.coded)
    standing: dict[int, list[Charge]] = {place: [] for place in touched}
    for line in review.lines:
        if line.place in touched and not line.dropped:
            standing[line.place].append(line.charge)
    return tuple(
        _reviewed(visit, place, standing[place], review) if place in touched else visit
        for place, visit in enumerate(review.coded)
    )


def _reviewed(visit: CodedVisit, place: int, charges: Sequence[Charge], review: Review) -> CodedVisit:
    queries = [*visit.queries, *review.asked.get(place, ())]
    left_out = [*visit.not_billed, *review.left_out.get(place, ())]
    advisories = [*visit.advisories, *review.advised.get(place, ())]
    return replace(
        visit,
        charges=tuple(charges),
        queries=tuple(sorted(queries, key=lambda one: (one.since, one.because, one.administrations))),
        not_billed=tuple(sorted(left_out, key=lambda one: (one.administrations, one.because))),
        advisories=tuple(sorted(advisories, key=lambda one: (one.because, one.codes, one.says))),
    )
