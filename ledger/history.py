"""How charges came to be what they are: every version and revision, and the telling that caused it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.charges import Charge, CodedVisit
from ledger.bodies import CHARGE, CODED_VISIT, TELLING
from ledger.ledger import Ledger
from mappers.telling import NOBODY, Telling

DEADLINE = "deadline "


@dataclass(frozen=True, slots=True)
class PastVersion:
    """One state a charge had; `caused_by` is the place of a record or a deadline, `tellings` what that record told."""

    identity: str
    version: int
    revision: int
    status: str
    posting: int
    rule_set: str
    caused_by: str
    charge: Charge
    tellings: tuple[Telling, ...]


def visits_called(ledger: Ledger, visit: str) -> Iterator[CodedVisit]:
    """The visits that have this key, or whose first encounter has it."""
    found = ledger.reader.execute("SELECT body FROM coded_visit ORDER BY patient, visit")
    coded = (CODED_VISIT.load(body) for (body,) in found)
    return (one for one in coded if visit in (one.visit, one.encounter))


def versions_of(ledger: Ledger, patient: str, visit: str) -> Iterator[PastVersion]:
    """Every state of every charge of a visit, also of those withdrawn, by date, code and identity."""
    found = ledger.reader.execute(
        "SELECT v.identity, v.version, v.revision, v.status, v.posting, v.rule_set, v.caused_by, v.body"
        " FROM charge_version v JOIN charge c ON c.identity = v.identity WHERE c.patient = ? AND c.visit = ?"
        " ORDER BY c.service_date, c.code, v.identity, v.version, v.revision",
        (patient, visit),
    ).fetchall()
    for identity, version, revision, status, posting, rule_set, caused_by, body in found:
        tellings = _tellings(ledger, patient, caused_by)
        charge = CHARGE.load(body)
        yield PastVersion(identity, version, revision, status, posting, rule_set, caused_by, charge, tellings)


def changed(ledger: Ledger, identity: str, version: int) -> str | None:
    """What a version that is not the first was before, and the record that changed it."""
    if version == 1:
        return None
    found: Sequence[tuple[str, bytes, str]] = ledger.reader.execute(
        "SELECT status, body, caused_by FROM charge_version WHERE identity = ? AND version IN (?, ?)"
        " ORDER BY version, revision",
        (identity, version - 1, version),
    ).fetchall()
    before = ledger.reader.execute(
        "SELECT count(*) FROM charge_version WHERE identity = ? AND version = ?", (identity, version - 1)
    ).fetchone()[0]
    if not 0 < before < len(found):
        return None
    status, body, _ = found[before - 1]
    was = in_short(CHARGE.load(body), status)
    return f"Version {version}, by {cause(found[before][2])}; version {version - 1} was {was}."


def cause(caused_by: str) -> str:
    """The place of a record, or the deadline that passed, as a person reads it."""
    return f"the {caused_by}" if caused_by.startswith(DEADLINE) else f"the record {caused_by}"


def in_short(charge: Charge, status: str) -> str:
    """A charge by its code, units and status."""
    units = "not countable" if charge.units is None else f"units {charge.units}"
    return f"{' '.join((charge.code, *charge.modifiers))}, {units}, {status}"


def _tellings(ledger: Ledger, patient: str, caused_by: str) -> tuple[Telling, ...]:
    """What the record at a place told of a patient, or deleted of what is the patient's."""
    source, _, place = caused_by.rpartition(":")
    source, _, partition = source.rpartition(":")
    if not place.isdecimal() or caused_by.startswith(DEADLINE):
        return ()
    found = ledger.reader.execute(
        "SELECT body FROM telling WHERE (patient = ?1 OR patient IN"
        " (SELECT other FROM patient_link WHERE patient = ?1 AND substr(other, 1, ?2) = ?3))"
        " AND source = ?4 AND partition = ?5 AND offset = ?6 ORDER BY item",
        (patient, len(NOBODY), NOBODY, source, int(partition), int(place)),
    )
    return tuple(TELLING.load(body) for (body,) in found)
