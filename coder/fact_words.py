"""The words that facts are stated in: FHIR's where it has them."""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    """How a drug entered the body, as far as coding tells routes apart.

    `UNLISTED` is injected or infused by a way no code names; `OTHER` is not injected at all, or by a procedure
    with a code of its own elsewhere (into a joint, an eye, the bladder).
    """

    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    INTRA_ARTERIAL = "intra-arterial"
    INTRALESIONAL = "intralesional"
    INTRAPLEURAL = "intrapleural"
    INTRAPERITONEAL = "intraperitoneal"
    INTRATHECAL = "intrathecal"
    INTRAVENTRICULAR = "intraventricular"
    UNLISTED = "unlisted"
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
    PUMP_REFILL = "pump-refill"
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


class Pump(StrEnum):
    """The device that drove an infusion, where one is charted."""

    PORTABLE = "portable"
    IMPLANTABLE = "implantable"
    STATIONARY = "stationary"
    ON_BODY = "on-body"


class PumpOwner(StrEnum):
    """Whose portable pump it is."""

    SITE = "site"
    OTHER = "other"


class AccessDevice(StrEnum):
    """What a line ends in, where it matters: an implanted port, a reservoir into the head, any other catheter."""

    PORT = "port"
    RESERVOIR = "reservoir"
    CATHETER = "catheter"
    PERIPHERAL = "peripheral"


class Place(StrEnum):
    """Where something was given, where that makes it part of something else."""

    OPERATING_ROOM = "operating-room"
    RECOVERY = "recovery"
    DIALYSIS = "dialysis"
    IMAGING = "imaging"
    HOME = "home"


class VisitReason(StrEnum):
    """The key reason for a visit, which decides the initial service of a professional."""

    CHEMOTHERAPY = "chemotherapy"
    INFUSION = "infusion"
    INJECTION = "injection"
    HYDRATION = "hydration"


class ProcedureKind(StrEnum):
    """What else was done to a patient, as far as it changes what an infusion is."""

    OPERATION = "operation"
    IMAGING = "imaging"
    STRESS_TEST = "stress-test"
    TRANSFUSION = "transfusion"
    DIALYSIS = "dialysis"
    EVALUATION = "evaluation"
    OTHER = "other"


class EndSource(StrEnum):
    """How the end of an administration is known, where it was not simply charted."""

    ANSWERED = "answered"
    COMPUTED = "computed"
    PUMP = "pump"


class DrugSource(StrEnum):
    """Whose drug it was: bought by the site, under 340B, or supplied by somebody else."""

    SITE = "site"
    SPECIALTY_PHARMACY = "specialty-pharmacy"
    PATIENT = "patient"
    SAMPLE = "sample"
    TRIAL = "trial"
    DISCOUNTED_340B = "340b"


class DiagnosisUse(StrEnum):
    """What a diagnosis is in its encounter, the weightiest first."""

    FINAL = "final"
    WORKING = "working"
    ADMITTING = "admitting"
