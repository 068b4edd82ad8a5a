"""The hour an autumn night repeats: each reading of a time charted in it, and a question where bills differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import product

from coder.charges import Answerable, Charge, ChargeKey, ChargeStatus, CodedVisit, NotBilled, Query, left_out
from coder.facts import Administration, PatientFacts

RULE = "time.repeated-hour"
WAITING = "initial.waiting"
Coding = Callable[[PatientFacts], Sequence[CodedVisit]]
Line = tuple[str, tuple[str, ...], int | None]


@dataclass(slots=True)
class _Doubt:
    """What depends on the reading: whose times are asked about, which lines wait, which would be there instead."""

    asked: dict[str, None] = field(default_factory=dict)
    waiting: set[ChargeKey] = field(default_factory=set)
    instead: dict[ChargeKey, Charge] = field(default_factory=dict)

    def note(self, moved: Iterable[str], here: dict[ChargeKey, Charge], there: dict[ChargeKey, Charge]) -> None:
        """Take in what another reading makes of the lines, where that differs."""
        differing = [key for key in here | there if _billed(here.get(key)) != _billed(there.get(key))]
        if differing:
            self.asked.update(dict.fromkeys(moved))
            self.waiting.update(differing)
            self.instead.update({key: there[key] for key in differing if key not in here})


def possible(facts: PatientFacts) -> PatientFacts:
    """The facts in their earliest reading, without those in which something stops before it starts."""
    if not _unsure(facts):
        return facts
    return replace(facts, administrations=tuple(_readings(one)[0] for one in facts.administrations))


def both_readings(facts: PatientFacts, visits: Sequence[CodedVisit], code: Coding, zone: tzinfo) -> list[CodedVisit]:
    """The visits with what depends on the reading held and asked about; `facts` are those of `possible`.

    Each administration is read anew by itself; where none of that matters, all of them together.
    """
    unsure = _unsure(facts)
    if not unsure:
        return list(visits)
    here = _lines(visits)
    doubt = _Doubt()
    for one in unsure:
        for reading in _readings(one)[1:]:
            doubt.note((one.key,), here, _lines(code(_with(facts, {one.key: reading}))))
    if not doubt.asked and len(unsure) > 1:
        latest = {one.key: _readings(one)[-1] for one in unsure}
        doubt.note(latest, here, _lines(code(_with(facts, latest))))
    given = {one.key: one for one in unsure}
    return [_told(visit, doubt, given, zone) for visit in visits] if doubt.asked else list(visits)


def _unsure(facts: PatientFacts) -> list[Administration]:
    return [one for one in facts.administrations if one.later_start or one.later_end]


def _readings(one: Administration) -> list[Administration]:
    """What the charted times can mean, the earliest first; all of them where each contradicts itself."""
    starts = [one.start, *([one.later_start] if one.later_start else [])]
    ends = [one.end, *([one.later_end] if one.later_end else [])]
    every = [replace(one, start=start, end=end) for start, end in product(starts, ends)]
    return [each for each in every if not (each.start and each.end and each.end < each.start)] or every


def _with(facts: PatientFacts, changed: Mapping[str, Administration]) -> PatientFacts:
    return replace(facts, administrations=tuple(changed.get(one.key, one) for one in facts.administrations))


def _lines(visits: Iterable[CodedVisit]) -> dict[ChargeKey, Charge]:
    return {charge.key: charge for visit in visits for charge in visit.charges}


def _billed(charge: Charge | None) -> Line | None:
    return (charge.code, charge.modifiers, charge.units) if charge else None


def _told(visit: CodedVisit, doubt: _Doubt, given: Mapping[str, Administration], zone: tzinfo) -> CodedVisit:
    here = {key for run in visit.runs for key in run.administrations} | {
        key for charge in visit.charges for key in charge.service
    }
    asked = [*visit.queries, *(_query(visit, given[key], zone) for key in doubt.asked if key in here)]
    instead = (_left_out(each) for each in doubt.instead.values() if not here.isdisjoint(each.service))
    return replace(
        visit,
        charges=tuple(_held(visit.charges, doubt)),
        queries=tuple(sorted(asked, key=lambda one: (one.since, one.because, one.administrations))),
        not_billed=tuple(sorted((*visit.not_billed, *instead), key=lambda one: (one.administrations, one.because))),
    )


def _held(charges: Sequence[Charge], doubt: _Doubt) -> Iterator[Charge]:
    for charge in charges:
        if charge.key in doubt.waiting:
            says = "An hour came twice that night, and this line depends on which of the two was meant."
            yield _planned(charge, RULE, says)
        elif charge.part_of in doubt.waiting:
            yield _planned(charge, WAITING, "Waits for its initial service, which is still planned.")
        else:
            yield charge


def _planned(charge: Charge, rule: str, says: str) -> Charge:
    return replace(
        charge,
        status=ChargeStatus.PLANNED,
        because=tuple(dict.fromkeys((*charge.because, rule))),
        explanation=(*charge.explanation, says),
    )


def _left_out(charge: Charge) -> NotBilled:
    says = f"{charge.code}, units {charge.units}, if a time in the hour that came twice was meant another way."
    return left_out(charge, RULE, says, curable=True)


def _query(visit: CodedVisit, given: Administration, zone: tzinfo) -> Query:
    said = [
        f"{word} {moment.astimezone(zone):%H:%M}"
        for word, moment in (("start", given.later_start), ("stop", given.later_end))
        if moment
    ]
    first = next(moment for moment in (given.later_start, given.later_end) if moment)
    ask = (
        f"The clocks went back in the night of {first.astimezone(zone):%Y-%m-%d}, and its hour came twice. "
        f"Charted: {', '.join(said)}. Was that the first time the clock showed it, or the second?"
    )
    return Query(visit.visit, visit.patient, (given.key,), ask, Answerable.NURSE, RULE, given.start or first)
