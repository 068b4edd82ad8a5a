"""A visit: the unit the initial-service rule applies to (`coder.visits.deriving` makes them from encounters)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from coder.facts import Administration, ClassPeriod, PatientClass, Procedure, Reference, VisitReason
from coder.values import value


@value(frozen=True, slots=True)
class Part:
    """One encounter of a visit, as the charges that began in it name it."""

    context: Reference
    department: str | None
    account: Reference | None


@value(frozen=True, slots=True)
class Visit:
    """One derived visit and the administrations charted in it, by start and link key.

    `start` and `end` are arrival and departure where they are known; `outpatient_until` is the inpatient
    order of a stay that began as an outpatient's, from which on CPT no longer applies; `diagnoses` are
    ICD-10-CM codes; `procedures` what else was done in the visit; `classes` the patient class over time;
    `parts` are its encounters by key, where it has several; `next_admission` is the patient's first inpatient
    admission that was not before this visit began. `own_diagnoses` are those of its encounters alone, the
    primary first, `condition_codes` the code of each of the patient's conditions by key; `born` is the
    patient's birth date, `authorisation` the number that goes with the payer; `charted_at` is when each
    administration was last asserted, by its key; `attending` who attends to the patient, of several the last.
    """

    key: str
    patient: str
    subject: Reference
    context: Reference
    encounter: str
    patient_class: PatientClass
    department: str | None
    account: Reference | None
    administrations: tuple[Administration, ...]
    start: datetime | None = None
    end: datetime | None = None
    outpatient_until: datetime | None = None
    reason: VisitReason | None = None
    payer: str | None = None
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    classes: tuple[ClassPeriod, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    next_admission: datetime | None = None
    own_diagnoses: tuple[str, ...] = ()
    condition_codes: Mapping[str, str] = field(default_factory=dict)
    born: date | None = None
    authorisation: str | None = None
    charted_at: Mapping[str, datetime] = field(default_factory=dict, compare=False, repr=False)
    attending: Reference | None = None

    def part(self, given: Administration) -> Part:
        """The encounter an administration was charted in; the visit's first where it names none of them."""
        known = self.parts.get(given.encounter) if given.encounter else None
        return known or Part(self.context, self.department, self.account)
