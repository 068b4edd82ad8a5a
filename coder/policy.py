"""What a site decides where authorities leave the choice; every key has a stated default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, tzinfo
from enum import StrEnum

from coder.facts import Route

BY_DEFAULT = "by default"


class Setting(StrEnum):
    """Whose claim it is: the facility's or a professional's."""

    FACILITY = "facility"
    PROFESSIONAL = "professional"


FACILITY = Setting.FACILITY


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


class Owned(StrEnum):
    """Which charges are ours: both, or what the hospital's own record system does not charge itself."""

    BOTH = "both"
    ADMINISTRATION = "administration"
    DRUG = "drug"


class MissingStop(StrEnum):
    """An infusion without a charted stop: held, computed from volume and rate, or a push by a person's choice."""

    HOLD = "hold"
    COMPUTED = "computed"
    PUSH = "push"


class Clock(StrEnum):
    """Whose times count where a pump's stand beside the chart's."""

    CHARTED = "charted"
    PUMP = "pump"
    EARLIER_STOP = "earlier-stop"


class Unsigned(StrEnum):
    """What an order or a record without a signer does: warns, or holds the line."""

    WARN = "warn"
    HOLD = "hold"


class Drug340B(StrEnum):
    """The modifier of a drug bought at the 340B price; TB alone from 2025 on."""

    TB = "TB"
    JG = "JG"


class Wanted(StrEnum):
    """How much a piece of documentation is wanted: not at all, asked for, or so that the line waits for it."""

    OFF = "off"
    ASKED = "asked"
    REQUIRED = "required"


class Needed(StrEnum):
    """What coding cannot do without: asked for where it is missing, or left out without asking."""

    REQUIRED = "required"
    OFF = "off"


class CodeFamily(StrEnum):
    """The family of codes a drug's administration is coded in."""

    CHEMOTHERAPY = "chemotherapy"
    HORMONAL = "hormonal"
    THERAPEUTIC = "therapeutic"


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
    """A site's choices. `zone` turns instants into service dates, `sources` say where each key was set.

    `bag_gap_minutes`: the longest undocumented gap that still continues a run.
    `hydration_min_ml`: the least charted volume of fluid that is reported (0: any).
    `early_stop` None: by minutes in a facility, discontinued for a professional.
    `place_of_service`: two digits, the site's. `chemo_family`: the site's rows, before those that ship.
    `diagnosis`: whether a drug without a diagnosis is asked about; `asked` of drugs that the coverage table
    knows where the payer is known, `required` of every drug.
    `pcs_allow`: the substances that an inpatient stay codes, by those words or two characters of ICD-10-PCS.
    `start_and_stop` to `lot_and_expiry`: the documentation checklist (`coder.documentation`). What coding cannot
    do without is required. An order holds an infusion; a charted reaction is asked about; the rest is off,
    since a feed that does not carry it would make a question of every dose.
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
    pcs_allow: tuple[str, ...] = ("thrombolytics", "antineoplastics", "new-technology")
    diagnosis: Wanted = Wanted.ASKED
    charges: Owned = Owned.BOTH
    missing_stop: MissingStop = MissingStop.HOLD
    clock: Clock = Clock.CHARTED
    unsigned: Unsigned = Unsigned.WARN
    drug_340b: Drug340B = Drug340B.TB
    start_and_stop: Needed = Needed.REQUIRED
    drug_named: Needed = Needed.REQUIRED
    dose: Needed = Needed.REQUIRED
    route: Needed = Needed.REQUIRED
    order: Wanted = Wanted.REQUIRED
    reaction: Wanted = Wanted.ASKED
    identity: Wanted = Wanted.OFF
    infusion_kind: Wanted = Wanted.OFF
    infection: Wanted = Wanted.OFF
    order_duration: Wanted = Wanted.OFF
    volume_and_rate: Wanted = Wanted.OFF
    access_site: Wanted = Wanted.OFF
    given_by: Wanted = Wanted.OFF
    ordered_by: Wanted = Wanted.OFF
    supervised_by: Wanted = Wanted.OFF
    monitoring: Wanted = Wanted.OFF
    education: Wanted = Wanted.OFF
    lot_and_expiry: Wanted = Wanted.OFF
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def said(self, key: str) -> str:
        """A value as explanations name it: policy concurrent = majority, by default."""
        source = self.sources.get(key) or (BY_DEFAULT if getattr(self, key) == DEFAULTS[key] else "")
        return f"policy {key} = {_words(self._value(key))}{', ' if source else ''}{source}"

    def _value(self, key: str) -> object:
        if key == "early_stop":
            return self.stopped_early
        return self.place if key == "place_of_service" else getattr(self, key)

    @property
    def stopped_early(self) -> EarlyStop:
        """What an early stop means here."""
        if self.early_stop:
            return self.early_stop
        return EarlyStop.MINUTES if self.setting is FACILITY else EarlyStop.DISCONTINUED

    @property
    def place(self) -> str:
        """The place of service: the stated one, else 22 for a facility and 11 for a professional."""
        return self.place_of_service or ("22" if self.setting is FACILITY else "11")


DEFAULTS = {one.name: one.default for one in fields(Policy)}


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
