"""Facts: what the record says was given, to whom, and when.

Times are aware datetimes, amounts are Decimals with the unit as it was read. A field that nobody
stated is None; nothing here is guessed. The names are FHIR's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Route(StrEnum):
    """How a drug entered the body, as far as coding tells routes apart."""

    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    INTRA_ARTERIAL = "intra-arterial"
    OTHER = "other"


class Method(StrEnum):
    """How a dose was charted as given; a route code decides nothing here."""

    PUSH = "push"
    INFUSION = "infusion"


class AdministrationStatus(StrEnum):
    """FHIR R4 event status of an administration."""

    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    STOPPED = "stopped"
    NOT_DONE = "not-done"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """Why a fluid or drug ran, as charted."""

    HYDRATION = "hydration"
    KEEP_VEIN_OPEN = "keep-vein-open"
    CARRIER = "carrier"
    FLUSH = "flush"
    DECLOT = "declot"
    THERAPEUTIC = "therapeutic"
    PROPHYLACTIC = "prophylactic"
    DIAGNOSTIC = "diagnostic"


class PatientClass(StrEnum):
    """The class of an encounter, which decides whether CPT applies at all."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"
    OBSERVATION = "observation"
    HOME = "home"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code in one system; `system` is a FHIR uri where known, else the sender's word for it."""

    system: str | None
    code: str
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and its unit as stated (UCUM where the sender uses it)."""

    value: Decimal
    unit: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """How a sender points at something: a FHIR reference, an identifier, or both."""

    reference: str | None = None
    system: str | None = None
    value: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class DrugGiven:
    """One component of what was given: a drug, or a fluid that carries one."""

    codings: tuple[Coding, ...] = ()
    text: str | None = None
    dose: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Administration:
    """One administration as all tellings of it, taken together, have it.

    `key` is its link key; `start` alone (no `end`) is one charted time. `rate` of zero is a pause
    that begins at `start`. `references` is how the senders name it, in the order first heard.
    """

    key: str
    patient: str
    status: AdministrationStatus
    start: datetime | None = None
    end: datetime | None = None
    drugs: tuple[DrugGiven, ...] = ()
    route: Route | None = None
    method: Method | None = None
    rate: Quantity | None = None
    access: str | None = None
    second_access: str | None = None
    attended: bool | None = None
    purpose: Purpose | None = None
    order: str | None = None
    encounter: str | None = None
    ordered_by: Reference | None = None
    given_by: Reference | None = None
    references: tuple[Reference, ...] = ()
    ignored: str | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """A sender's encounter: its class and account decide how the visit derived from it is coded."""

    key: str
    patient: str
    patient_class: PatientClass = PatientClass.UNKNOWN
    start: datetime | None = None
    end: datetime | None = None
    department: str | None = None
    account: Reference | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Everything known of one patient at this facility; what `coder.code` takes."""

    patient: str
    reference: Reference
    administrations: tuple[Administration, ...]
    encounters: tuple[Encounter, ...]
