"""What a site decides where authorities leave the choice; every key has a stated default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from coder.facts import Route


class Setting(StrEnum):
    """Whose claim it is: the facility's or a professional's."""

    FACILITY = "facility"
    PROFESSIONAL = "professional"


class DistinctModifier(StrEnum):
    """How a line is marked as distinct: 59, or XE, XS, XU as they fit."""

    FIFTY_NINE = "59"
    X = "X"


class SecondAccess(StrEnum):
    """Whether a documented second access earns an initial service of its own."""

    DOCUMENTED = "documented"
    NEVER = "never"


class Concurrent(StrEnum):
    """How much overlap makes two infusions concurrent."""

    MAJORITY = "majority"
    ANY = "any"
    MIN16 = "min16"
    DEDUCT = "deduct"


class SameDrugRepeat(StrEnum):
    """How separate repeats of one drug count: each by its own clock, or their minutes together."""

    EACH = "each"
    SUM = "sum"


class BolusAndDrip(StrEnum):
    """A push and an infusion of one drug in one visit: asked, both reported, or the infusion alone."""

    QUERY = "query"
    BOTH = "both"
    DRIP = "drip"


class SplitDose(StrEnum):
    """One ordered dose in several injections: one, or each."""

    ONE = "one"
    EACH = "each"


class DemandDoses(StrEnum):
    """Doses that a patient asked of a pump: no service, or pushes."""

    NONE = "none"
    PUSHES = "pushes"


class EarlyStop(StrEnum):
    """An infusion stopped before its ordered end: by its minutes, with 53, with 52, or as it was meant."""

    MINUTES = "minutes"
    DISCONTINUED = "discontinued"
    REDUCED = "reduced"
    INTENT = "intent"


class Midnight(StrEnum):
    """Which date a unit of a service that crosses midnight carries."""

    THRESHOLD = "threshold"
    START = "start"


class InpatientWindow(StrEnum):
    """Outpatient lines of a stay that became inpatient: kept and marked, or withdrawn."""

    KEEP = "keep"
    WITHDRAW = "withdraw"


class CodeFamily(StrEnum):
    """The family of codes a drug's administration is coded in."""

    CHEMOTHERAPY = "chemotherapy"
    HORMONAL = "hormonal"
    THERAPEUTIC = "therapeutic"


class Modifier340B(StrEnum):
    """The modifier of a 340B drug while a site may choose; later days leave TB alone."""

    TB = "TB"
    JG = "JG"


class OwnedCharges(StrEnum):
    """Which lines are published; the rest is worked out and shown."""

    BOTH = "both"
    ADMINISTRATION = "administration"
    DRUG = "drug"


@dataclass(frozen=True, slots=True)
class FamilyChoice:
    """One row of the table that decides chemotherapy or therapeutic; None matches anything.

    `diagnosis` is the beginning of an ICD-10-CM code. The most specific row wins, a later one of equals.
    """

    drug: str
    family: CodeFamily
    route: Route | None = None
    payer: str | None = None
    diagnosis: str | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's choices. `zone` turns instants into service dates.

    `bag_gap_minutes`: the longest undocumented gap that still continues a run.
    `hydration_min_ml`: the least charted volume of fluid that is reported (0: any).
    `early_stop` None: by minutes in a facility, discontinued for a professional.
    `place_of_service`: two digits, the site's. `chemo_family`: the site's rows, before those that ship.
    `missing_stop_hours`: how long after its start a running infusion may go unstopped before a nurse
    is asked.
    """

    zone: tzinfo
    setting: Setting = Setting.FACILITY
    place_of_service: str | None = None
    distinct_modifier: DistinctModifier = DistinctModifier.FIFTY_NINE
    hours_modifier: bool = True
    second_access: SecondAccess = SecondAccess.DOCUMENTED
    concurrent: Concurrent = Concurrent.MAJORITY
    same_drug_repeat: SameDrugRepeat = SameDrugRepeat.EACH
    bolus_and_drip: BolusAndDrip = BolusAndDrip.QUERY
    bag_gap_minutes: int = 15
    sum_hydration_segments: bool = True
    hydration_min_ml: int = 0
    split_dose: SplitDose = SplitDose.ONE
    pca_demand_doses: DemandDoses = DemandDoses.NONE
    early_stop: EarlyStop | None = None
    midnight: Midnight = Midnight.THRESHOLD
    inpatient_window: InpatientWindow = InpatientWindow.KEEP
    chemo_family: tuple[FamilyChoice, ...] = ()
    missing_stop_hours: int = 24
    drug_340b: Modifier340B = Modifier340B.TB
    charges: OwnedCharges = OwnedCharges.BOTH

    @property
    def stopped_early(self) -> EarlyStop:
        """What an early stop means here."""
        if self.early_stop:
            return self.early_stop
        return EarlyStop.MINUTES if self.setting is Setting.FACILITY else EarlyStop.DISCONTINUED

    @property
    def place(self) -> str:
        """The place of service: the stated one, else 22 for a facility and 11 for a professional."""
        return self.place_of_service or ("22" if self.setting is Setting.FACILITY else "11")
