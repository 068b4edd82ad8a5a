"""What coding gives: charges, queries, what was not billed, and when to look again."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from coder.facts import Quantity, Reference
from coder.values import value


class CodeSystem(StrEnum):
    """The code system of a charge's code."""

    CPT = "cpt"
    HCPCS = "hcpcs"
    ICD_10_PCS = "icd-10-pcs"


class Role(StrEnum):
    """What part of what was done a charge stands for; part of its identity."""

    SERVICE = "service"
    HOURS = "hours"
    DRUG = "drug"
    PROCEDURE = "procedure"
    WASTE = "waste"


class ChargeStatus(StrEnum):
    """The two states coding itself can give; withdrawal is the ledger's."""

    PLANNED = "planned"
    BILLABLE = "billable"


class Answerable(StrEnum):
    """Who can answer a query."""

    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    PHARMACY = "pharmacy"
    CODER = "coder"


@value(frozen=True, slots=True, order=True)
class ChargeKey:
    """What a charge's identity is made of; never its code, units, rank, encounter or patient.

    `anchor` is the link key of the administration that starts first in what is charged for,
    `component` the place of the drug in its mixture (0 for services), `service_date` as billed.
    """

    anchor: str
    role: Role
    component: int
    service_date: date


@value(frozen=True, slots=True)
class Interval:
    """A stretch of charted time; `source` says how its end is known (charted, next-rate, answered, computed, pump).

    `by` is who charted it, `at` when that was asserted; None where nobody says.
    """

    administration: str
    start: datetime
    end: datetime
    source: str
    by: str | None = None
    at: datetime | None = None


@value(frozen=True, slots=True)
class Subtraction:
    """Minutes taken off, with the administration they belong to and the rule that took them."""

    administration: str
    start: datetime
    end: datetime
    minutes: int
    rule: str


@value(frozen=True, slots=True)
class Minutes:
    """A line's ledger of minutes: every gross interval, every subtraction, what counted, what it met.

    `threshold` names the number in the rulebook whose floor `counted` was held against and
    `threshold_minutes` its value for the last unit earned (None where no minutes are needed).
    """

    gross: tuple[Interval, ...]
    subtracted: tuple[Subtraction, ...]
    counted: int
    threshold: str | None = None
    threshold_minutes: int | None = None


@value(frozen=True, slots=True)
class Product:
    """The drug of a drug line: our label, its HCPCS code, and its NDC where a sender gave one.

    `dose` is what the line is for: what was given, on a waste line what was discarded. `ndc_quantity` is
    the same in the units of an NDC line (UN, ML, GR, F2, ME), where the container is known.
    """

    drug: str
    hcpcs: str
    ndc: str | None
    dose: Decimal | None
    dose_unit: str
    ndc_quantity: Quantity | None = None


@value(frozen=True, slots=True)
class Charge:
    """One charge line of a visit.

    `units` is None while planned and not countable. `explanation` is plain sentences a person reads,
    in order; a change in them alone is a revision, not a version. `reason` are the ICD-10-CM codes of the
    diagnoses linked to the line, `authorisation` the payer's number. `access` is the access of a service
    line, `own_order` whether it was ordered by itself: what the edits across lines ask, not what is billed,
    so that charges that differ in them alone are equal.
    `charge_code`, `revenue_code` and `price` (of one unit) are the charge master's.
    """

    key: ChargeKey
    status: ChargeStatus
    system: CodeSystem
    code: str
    modifiers: tuple[str, ...]
    units: int | None
    start: datetime
    end: datetime
    patient: str
    visit: str
    subject: Reference
    context: Reference
    service: tuple[str, ...]
    service_references: tuple[Reference, ...]
    because: tuple[str, ...]
    label: str
    ordered_by: Reference | None = None
    given_by: Reference | None = None
    minutes: Minutes | None = None
    product: Product | None = None
    part_of: ChargeKey | None = None
    department: str | None = None
    account: Reference | None = None
    explanation: tuple[str, ...] = ()
    access: str | None = field(default=None, compare=False)
    own_order: bool = field(default=False, compare=False)
    reason: tuple[str, ...] = ()
    authorisation: str | None = None
    charge_code: str | None = None
    revenue_code: str | None = None
    price: Decimal | None = None


@value(frozen=True, slots=True)
class Query:
    """One answerable, non-leading question to a person; no code and no money in it.

    `about` and `rule` make its identity; `since` is the record time of what raised it, `due` when it
    should be answered (None: no deadline).
    """

    visit: str
    patient: str
    administrations: tuple[str, ...]
    ask: str
    of: Answerable
    because: str
    since: datetime
    due: datetime | None = None
    drug: str = ""


@value(frozen=True, slots=True)
class NotBilled:
    """What was done or charted and is not on the bill: how long, whether that can be cured, and why."""

    visit: str
    patient: str
    administrations: tuple[str, ...]
    code: str | None
    minutes: int | None
    amount: Decimal | None
    curable: bool
    because: str
    says: str


def left_out(charge: Charge, because: str, says: str, *, curable: bool = False) -> NotBilled:
    """A line that was worked out and is not billed after all."""
    return NotBilled(
        visit=charge.visit,
        patient=charge.patient,
        administrations=charge.service,
        code=charge.code,
        minutes=charge.minutes.counted if charge.minutes else None,
        amount=None,
        curable=curable,
        because=because,
        says=says,
    )


@value(frozen=True, slots=True)
class Advisory:
    """What whoever makes the claim should know of lines that are not ours, or of limits that only warn."""

    visit: str
    patient: str
    codes: tuple[str, ...]
    because: str
    says: str


@value(frozen=True, slots=True)
class RunLine:
    """One run as drawn on a visit's time line: what ran where, and what it became."""

    administrations: tuple[str, ...]
    label: str
    access: str
    intervals: tuple[Interval, ...]
    pauses: tuple[tuple[datetime, datetime], ...]
    counted: int | None
    mode: str
    running: bool


@value(frozen=True, slots=True)
class CodedVisit:
    """One visit, coded: what `code` shows and what the ledger compares with what it had.

    `attending` is who attends to the patient, for whoever has to ask.
    """

    visit: str
    patient: str
    encounter: str
    patient_class: str
    runs: tuple[RunLine, ...]
    charges: tuple[Charge, ...]
    queries: tuple[Query, ...]
    not_billed: tuple[NotBilled, ...]
    advisories: tuple[Advisory, ...] = ()
    attending: Reference | None = None

    @property
    def attended_by(self) -> str | None:
        """The name of who attends, else the number."""
        who = self.attending
        return (who.display or who.value or who.reference) if who else None


@value(frozen=True, slots=True)
class Coded:
    """All visits of one patient, coded as of one time; `due_at` is when time alone would change it."""

    visits: tuple[CodedVisit, ...]
    due_at: datetime | None
