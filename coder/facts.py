"""Facts: what the record says was given, to whom, and when.

Times are aware datetimes, amounts are Decimals with the unit as it was read. A field that nobody
stated is None; nothing here is guessed. The names are FHIR's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal

from coder.fact_words import (
    AccessDevice,
    AdministrationStatus,
    DiagnosisUse,
    DrugSource,
    EndSource,
    Method,
    PatientClass,
    Place,
    ProcedureKind,
    Pump,
    PumpOwner,
    Purpose,
    Route,
    VisitReason,
)
from coder.values import value

__all__ = [
    "AccessDevice",
    "Administration",
    "AdministrationStatus",
    "AdmissionOrder",
    "Answer",
    "ClassPeriod",
    "Coding",
    "Condition",
    "Coverage",
    "DiagnosisUse",
    "DrugGiven",
    "DrugSource",
    "Encounter",
    "EncounterDiagnosis",
    "EndSource",
    "Method",
    "Order",
    "PatientClass",
    "PatientFacts",
    "Person",
    "Place",
    "PlacePeriod",
    "Procedure",
    "ProcedureKind",
    "Pump",
    "PumpOwner",
    "Purpose",
    "Quantity",
    "Reference",
    "Route",
    "VisitReason",
]


@value(frozen=True, slots=True)
class Coding:
    """One code in one system; `system` is a FHIR uri where known, else the sender's word for it."""

    system: str | None
    code: str
    display: str | None = None


@value(frozen=True, slots=True)
class Quantity:
    """An amount and its unit as stated (UCUM where the sender uses it)."""

    value: Decimal
    unit: str | None


@value(frozen=True, slots=True)
class Reference:
    """How a sender points at something: a FHIR reference, an identifier, or both."""

    reference: str | None = None
    system: str | None = None
    value: str | None = None
    display: str | None = None


@value(frozen=True, slots=True)
class DrugGiven:
    """One component of what was given: a drug, or a fluid that carries one."""

    codings: tuple[Coding, ...] = ()
    text: str | None = None
    dose: Quantity | None = None


@value(frozen=True, slots=True)
class Answer:
    """A person's answer to one question: which rule asked, about which administrations of which visit.

    `drug` is the one asked about where what was given holds several; `says` is the answer in its stated form
    (`coder.answers.forms`), `by` who gave it and `at` when; `cancelled` answers were taken back.
    """

    key: str
    patient: str
    rule: str = ""
    visit: str = ""
    administrations: tuple[str, ...] = ()
    says: str = ""
    by: str = ""
    at: datetime | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False
    drug: str = ""


@value(frozen=True, slots=True)
class Administration:
    """One administration as all tellings of it, taken together, have it.

    `key` is its link key; `start` alone (no `end`) is one charted time. `rate` of zero is a pause
    that begins at `start`. `references` is how the senders name it, in the order first heard.
    `second_access` is the documented necessity of another access (incompatible, protocol, other).
    `ordered_minutes` is how long it was ordered to run: never counted, it only tells an early stop.
    `injections` is how many one dose was given in, `lesions` how many were injected. `puncture` says
    whether who gave it also made the puncture (of chest, belly or spine) that the code includes.
    `continues_at_home` is a portable pump's, `demand` a dose the patient asked of one. `taken_over_at`
    is when this facility took over what ran already; `procedure` the key of the procedure it was part of.
    `reasons` are the ICD-10-CM codes it was charted or ordered for, `reason_conditions` the keys of the
    conditions it points at as its reasons; `authorisation` is the payer's number for it.
    `volume_infused` is what was charted as run in, never what was ordered; `pump_start` and `pump_end` are
    the times of a pump beside the chart's. `end_source` is None where the end was charted. `identified` says
    whether the patient was identified before it, `monitored` whether the patient was watched meanwhile,
    `reaction` whether one was charted and `reaction_managed` whether what was done about it was, `educated`
    whether the patient was taught; `expiry` is the lot's as charted. `signed` is False of a verbal order that
    nobody has signed. `answers` are those of people to what was asked about it.
    `wasted` is what was discarded of what was opened, `containers` the content of each container opened,
    `single_dose` whether these were single-dose containers. `later_start` and `later_end` are the other reading
    of a time that was charted without an offset in the hour an autumn night repeats; None of every other time.
    `stated_minutes` are how long it ran by its rate and amount or by the words of its dosage, beside its times.
    `request` is what its order is called where `order` is the number of it, `medication` what is called so that
    says what `drugs` it holds, where that was not said beside it.
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
    pump: Pump | None = None
    pump_owner: PumpOwner | None = None
    continues_at_home: bool | None = None
    ordered_minutes: int | None = None
    injections: int | None = None
    lesions: int | None = None
    puncture: bool | None = None
    counselled: bool | None = None
    demand: bool | None = None
    access_device: AccessDevice | None = None
    place: Place | None = None
    taken_over_at: datetime | None = None
    procedure: str | None = None
    reasons: tuple[str, ...] = ()
    reason_conditions: tuple[str, ...] = ()
    authorisation: str | None = None
    wasted: Quantity | None = None
    containers: tuple[Quantity, ...] = ()
    drug_source: DrugSource | None = None
    single_dose: bool | None = None
    volume_infused: Quantity | None = None
    pump_start: datetime | None = None
    pump_end: datetime | None = None
    end_source: EndSource | None = None
    identified: bool | None = None
    monitored: bool | None = None
    reaction: bool | None = None
    reaction_managed: bool | None = None
    educated: bool | None = None
    lot: str | None = None
    expiry: str | None = None
    supervised_by: Reference | None = None
    signed: bool | None = None
    answers: tuple[Answer, ...] = ()
    later_start: datetime | None = None
    later_end: datetime | None = None
    stated_minutes: tuple[int, ...] = ()
    request: str | None = None
    medication: str | None = None

    def answered(self, rule: str) -> str | None:
        """What a person answered to the rule's question about it; None where nobody has."""
        return next((answer.says for answer in self.answers if answer.rule == rule), None)


@value(frozen=True, slots=True)
class ClassPeriod:
    """The patient class of an encounter during a part of it; None is open."""

    patient_class: PatientClass
    start: datetime | None = None
    end: datetime | None = None


@value(frozen=True, slots=True)
class EncounterDiagnosis:
    """A condition as an encounter names it, by its key; `rank` 1 is the primary diagnosis."""

    condition: str
    rank: int | None = None
    use: DiagnosisUse | None = None


@value(frozen=True, slots=True)
class PlacePeriod:
    """Where the patient of an encounter was during a part of it; a time of None is open.

    A message may also tell a place where nothing is part of anything else, which is None, or a stretch that ends as
    it begins: the patient was seen there, and nobody says since when. What messages add up to has neither.
    """

    place: Place | None
    start: datetime | None = None
    end: datetime | None = None


@value(frozen=True, slots=True)
class Encounter:
    """A sender's encounter: its class and account decide how the visit derived from it is coded.

    `classes` are the classes it had over time, where they are told; `patient_class` is the newest.
    `series` marks a recurring account that holds many visits; `part_of` names the encounter it belongs to;
    `places` are the stretches in a place where what is given is part of something else.
    """

    key: str
    patient: str
    patient_class: PatientClass = PatientClass.UNKNOWN
    start: datetime | None = None
    end: datetime | None = None
    department: str | None = None
    account: Reference | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False
    classes: tuple[ClassPeriod, ...] = ()
    series: bool | None = None
    reason: VisitReason | None = None
    part_of: str | None = None
    places: tuple[PlacePeriod, ...] = ()
    diagnoses: tuple[EncounterDiagnosis, ...] = ()
    attending: Reference | None = None


@value(frozen=True, slots=True)
class Procedure:
    """Something else that was done: an operation, a study, a transfusion, an evaluation; `code` is CPT or HCPCS.

    `day` is the day of service, also where no time of it is known.
    """

    key: str
    patient: str
    kind: ProcedureKind = ProcedureKind.OTHER
    code: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    encounter: str | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False
    day: date | None = None


@value(frozen=True, slots=True)
class Order:
    """The order of what was given: it fills what an administration that points at it leaves unsaid.

    `numbers` are the sender's numbers for it, `minutes` how long one administration was to take, `reasons` and
    `reason_conditions` what it was ordered for, as an administration has them.
    """

    key: str
    patient: str
    numbers: tuple[str, ...] = ()
    ordered_by: Reference | None = None
    minutes: int | None = None
    reasons: tuple[str, ...] = ()
    reason_conditions: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    cancelled: bool = False


@value(frozen=True, slots=True)
class AdmissionOrder:
    """An order that makes a stay inpatient or observation from a moment on."""

    key: str
    patient: str
    patient_class: PatientClass = PatientClass.INPATIENT
    at: datetime | None = None
    encounter: str | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False


@value(frozen=True, slots=True)
class Coverage:
    """Who pays, while; `payer` is the payer's name or id as the site's tables have it.

    `rank` is the place among the patient's payers: 1 pays first. `authorisation` is the number under which
    the payer approved what was to be given.
    """

    key: str
    patient: str
    payer: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False
    rank: int | None = None
    authorisation: str | None = None


@value(frozen=True, slots=True)
class Condition:
    """A diagnosis; `code` is ICD-10-CM, `rank` 1 is the primary one of its encounter."""

    key: str
    patient: str
    code: str | None = None
    start: datetime | None = None
    encounter: str | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False
    rank: int | None = None
    use: DiagnosisUse | None = None


@value(frozen=True, slots=True)
class Person:
    """The patient as a person, as far as coverage asks."""

    key: str
    patient: str
    born: date | None = None
    references: tuple[Reference, ...] = ()
    cancelled: bool = False


@value(frozen=True, slots=True)
class PatientFacts:
    """Everything known of one patient at this facility; what `coder.code` takes.

    `charted_at` is when each administration was last asserted, by its key, where that is known.
    """

    patient: str
    reference: Reference
    administrations: tuple[Administration, ...]
    encounters: tuple[Encounter, ...]
    procedures: tuple[Procedure, ...] = ()
    admission_orders: tuple[AdmissionOrder, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    conditions: tuple[Condition, ...] = ()
    born: date | None = None
    answers: tuple[Answer, ...] = ()
    charted_at: Mapping[str, datetime] = field(default_factory=dict, compare=False, repr=False)
