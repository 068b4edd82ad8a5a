"""Which diagnoses an administration was given for: charted with it, ordered, or those of its visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coder.coverage_table import Verdict, plain
from coder.facts import Administration, AdministrationStatus
from coder.necessity.payer import payer_of
from coder.sheet import Sheet
from coder.values import value

CHARTED = "necessity.charted"
ORDERED = "necessity.ordered"
OF_THE_VISIT = "necessity.visit"
ANY_AGE = 0


@value(frozen=True, slots=True)
class Linked:
    """The diagnoses of an administration by the rule that linked them, the primary first.

    `codes` may stand first on a line; `after` are those that never do.
    """

    rule: str
    codes: tuple[str, ...]
    after: tuple[str, ...] = ()


def link(sheet: Sheet) -> Mapping[str, Linked]:
    """The diagnoses of each administration of a visit, by its key; those that have none are not in it."""
    visit = sheet.visit
    stating = [
        given
        for given in visit.administrations
        if (given.reasons or given.reason_conditions) and given.status is not AdministrationStatus.ENTERED_IN_ERROR
    ]
    charted = {given.key: codes for given in stating if (codes := _charted(given, sheet))}
    if not charted and not visit.own_diagnoses:
        return {}
    ordered: dict[str, tuple[str, ...]] = {}
    for given in visit.administrations:
        if given.order and given.key in charted:
            ordered.setdefault(given.order, charted[given.key])
    known: dict[tuple[str, tuple[str, ...]], Linked] = {}
    found: dict[str, Linked] = {}
    for given in visit.administrations:
        told = _told(given, charted, ordered, visit.own_diagnoses)
        if told[1]:
            found[given.key] = known.get(told) or known.setdefault(told, _linked(*told, sheet))
    return found


def _charted(given: Administration, sheet: Sheet) -> tuple[str, ...]:
    """The codes charted as its reasons, then those of the conditions it points at."""
    codes = sheet.visit.condition_codes
    pointed_at = [codes[key] for key in given.reason_conditions if key in codes]
    return tuple(dict.fromkeys((*given.reasons, *pointed_at)))


def _told(
    given: Administration,
    charted: Mapping[str, tuple[str, ...]],
    ordered: Mapping[str, tuple[str, ...]],
    of_the_visit: tuple[str, ...],
) -> tuple[str, tuple[str, ...]]:
    if given.key in charted:
        return CHARTED, charted[given.key]
    if given.order and given.order in ordered:
        return ORDERED, ordered[given.order]
    return OF_THE_VISIT, of_the_visit


def _linked(rule: str, codes: Iterable[str], sheet: Sheet) -> Linked:
    first: list[str] = []
    after: list[str] = []
    for code in codes:
        (after if _is_secondary(code, sheet) else first).append(code)
    return Linked(rule, tuple(first), tuple(after))


def _is_secondary(code: str, sheet: Sheet) -> bool:
    """Whether a diagnosis never stands first, whatever was given."""
    given = (one for one in sheet.visit.administrations if one.status is not AdministrationStatus.ENTERED_IN_ERROR)
    start = next((one.start for one in given if one.start), sheet.as_of)
    row = sheet.tables.coverage.row_for(None, plain(code), payer_of(sheet), sheet.local(start).date(), ANY_AGE)
    return row is not None and row.verdict is Verdict.SECONDARY_ONLY
