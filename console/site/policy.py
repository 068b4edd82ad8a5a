"""The table [policy]: what a site decides where authorities leave the choice, in the words of the rulebook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from coder.facts import Route
from coder.pcs_tables import KINDS
from coder.policies.overrides import Override, Policies
from coder.policy import (
    BolusAndDrip,
    Clock,
    CodeFamily,
    Concurrent,
    DemandDoses,
    DistinctModifier,
    Drug340B,
    EarlyStop,
    FamilyChoice,
    InpatientWindow,
    Midnight,
    MissingStop,
    Owned,
    Policy,
    SameDrugRepeat,
    SecondAccess,
    Setting,
    SplitDose,
    Unsigned,
)
from console.site.documentation import IN_DOCUMENTATION, DocumentationTable, checklist, checklist_stated
from console.site.table import Table
from console.site.values import Day, Text, TwoDigits, WholeNumber

YesOrNo = Literal["yes", "no"]
SUBSTANCES = ("thrombolytics", "antineoplastics", "new-technology")
IN_POLICY = "set in [policy]"


def _substance(said: str) -> str:
    if said not in SUBSTANCES and said not in KINDS:
        wanted = f'{", ".join(SUBSTANCES)}, or the sixth and seventh characters of a substance such as "29"'
        raise PydanticCustomError("wanted", "{wanted}", {"wanted": wanted})
    return said


Substance = Annotated[Text, AfterValidator(_substance)]


class FamilyRow(Table):
    """One choice of chemotherapy, hormonal or therapeutic codes; what is left out fits anything."""

    drug: Text = Field(description="the drug, by its name in the formulary")
    family: CodeFamily = Field(description="the codes it is given by: chemotherapy, hormonal or therapeutic")
    route: Route | None = Field(None, description="only by this route, such as subcutaneous")
    payer: Text | None = Field(None, description="only for this payer")
    diagnosis: Text | None = Field(None, description="only with a diagnosis that begins so, such as K50")
    since: Day | None = Field(None, description="the first day of service")
    until: Day | None = Field(None, description="the last day of service")
    source: Text | None = Field(None, description="where it is written, for whoever audits the line")


class PolicyKeys(Table):
    """What is decided where authorities leave the choice."""

    setting: Setting = Field(Setting.FACILITY, description="whose claim it is: facility or professional")
    charges: Owned = Field(
        Owned.BOTH,
        description="the charges that are published: both, administration or drug; the other kind, which the record "
        "system charges itself, is worked out and shown as not billed",
    )
    distinct_modifier: DistinctModifier = Field(
        DistinctModifier.FIFTY_NINE, description="how a line is marked distinct: 59, or X (XE, XS, XU as they fit)"
    )
    hours_modifier: YesOrNo = Field("yes", description="the same modifier on a second initial's hours: yes or no")
    second_access: SecondAccess = Field(
        SecondAccess.DOCUMENTED, description="a second initial for a second access: documented or never"
    )
    concurrent: Concurrent = Field(
        Concurrent.MAJORITY, description="the overlap that makes a drug concurrent: majority, any, min16 or deduct"
    )
    same_drug_repeat: SameDrugRepeat = Field(
        SameDrugRepeat.EACH, description="separate repeats of a drug: each by its own clock, or sum"
    )
    bolus_and_drip: BolusAndDrip = Field(
        BolusAndDrip.QUERY, description="a push and an infusion of one drug: query, both or drip"
    )
    bag_gap_minutes: WholeNumber = Field(15, description="the longest undocumented gap that continues a run")
    sum_hydration_segments: YesOrNo = Field("yes", description="pieces of hydration counted together: yes or no")
    hydration_min_ml: WholeNumber = Field(0, description="the least volume of hydration that is reported; 0 is any")
    split_dose: SplitDose = Field(SplitDose.ONE, description="one ordered dose in several injections: one or each")
    pca_demand_doses: DemandDoses = Field(
        DemandDoses.NONE, description="doses a patient asked of a pump: none, or pushes"
    )
    missing_stop: MissingStop = Field(
        MissingStop.HOLD,
        description="an infusion without a charted stop: hold, computed (from its charted start, volume and rate), "
        "or push (only after a person's choice)",
    )
    clock: Clock = Field(
        Clock.CHARTED, description="where a pump's times stand beside the chart's: charted, pump or earlier-stop"
    )
    early_stop: EarlyStop | None = Field(
        None,
        description="stopped before its planned end: minutes, discontinued (53), reduced (52) or intent; "
        "unless stated minutes in a facility, discontinued for a professional",
    )
    midnight: Midnight = Field(
        Midnight.THRESHOLD, description="the date of a unit that crosses midnight: threshold or start"
    )
    inpatient_window: InpatientWindow = Field(
        InpatientWindow.KEEP, description="outpatient lines of a stay that became inpatient: keep or withdraw"
    )
    unsigned: Unsigned = Field(Unsigned.WARN, description="what has no signer: warn, or hold the line")
    pcs_allow: tuple[Substance, ...] = Field(
        SUBSTANCES,
        description="the substances an inpatient stay codes: these words, or sixth and seventh characters such as 29",
    )
    drug_340b: Drug340B = Field(Drug340B.TB, description="the modifier of drugs bought at the 340B price: TB or JG")
    chemo_family: tuple[FamilyRow, ...] = Field((), description="tables [[policy.chemo_family]], before those shipped")


class OverrideTable(PolicyKeys):
    """What is decided otherwise for a department, a payer, some dates: any key of [policy], and the place of service.

    Of several that fit a visit the more specific one wins, key by key: payer and department together, then payer,
    then department, then neither; of these the one bound by more dates. Two that are equally specific, fit one
    visit and say different things are refused. The visit counts by the department and the day it began in.
    """

    department: Text | None = Field(None, description="only visits that began in this department")
    payer: Text | None = Field(None, description="only for this payer; one not known is Medicare")
    since: Day | None = Field(None, description="only visits that began on this day or later")
    until: Day | None = Field(None, description="only visits that began on this day or earlier")
    place_of_service: TwoDigits | None = Field(None, description="the place of service of these visits")
    documentation: DocumentationTable | None = Field(None, description="any keys of [documentation], as a table")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.model_fields_set & CONDITIONS:
            raise _wanted("a department, a payer, since or until, to say what it is for")
        if not self.model_fields_set - CONDITIONS:
            raise _wanted("a key of [policy] that it decides otherwise")
        return self


CONDITIONS = frozenset({"department", "payer", "since", "until"})


def _wanted(wanted: str) -> PydanticCustomError:
    return PydanticCustomError("wanted", "{wanted}", {"wanted": wanted})


def _without_contradictions(tables: tuple[OverrideTable, ...]) -> tuple[OverrideTable, ...]:
    overrides = [_override(place, table) for place, table in enumerate(tables, start=1)]
    for place, one in enumerate(overrides):
        for before, other in enumerate(overrides[:place]):
            if one.contradicts(other):
                raise _wanted(f"number {place + 1} not to contradict number {before + 1}, which is as specific")
    return tables


class PolicyTable(PolicyKeys):
    """What the site decides where authorities leave the choice."""

    override: Annotated[tuple[OverrideTable, ...], AfterValidator(_without_contradictions)] = Field(
        (), description="tables [[policy.override]]"
    )


def policies_of(
    table: PolicyTable,
    documentation: DocumentationTable,
    zone: ZoneInfo,
    place_of_service: str | None,
    missing_stop_hours: int,
) -> Policies:
    """The site's choices as the coder takes them, each with where it was set."""
    base = Policy(
        zone=zone,
        place_of_service=place_of_service,
        missing_stop_hours=missing_stop_hours,
        sources=_sources(table, documentation, place_of_service),
        **_values(table, set(PolicyKeys.model_fields)),
        **checklist(documentation),
    )
    return Policies(base, tuple(_override(place, one) for place, one in enumerate(table.override, start=1)))


def _sources(table: PolicyTable, documentation: DocumentationTable, place_of_service: str | None) -> dict[str, str]:
    sources = dict.fromkeys(sorted(table.model_fields_set - {"override"}), IN_POLICY)
    sources |= dict.fromkeys(checklist_stated(documentation), IN_DOCUMENTATION)
    return sources | ({"place_of_service": "set in [site]"} if place_of_service else {})


def _override(place: int, table: OverrideTable) -> Override:
    return Override(
        values=_values(table, table.model_fields_set - CONDITIONS - {"documentation"})
        | (checklist_stated(table.documentation) if table.documentation else {}),
        source=f"set in [[policy.override]] number {place}{_conditions(table)}",
        department=table.department,
        payer=table.payer,
        since=table.since,
        until=table.until,
    )


def _conditions(table: OverrideTable) -> str:
    said = [
        f"{name} {value}"
        for name, value in (
            ("department", table.department),
            ("payer", table.payer),
            ("since", table.since),
            ("until", table.until),
        )
        if value is not None
    ]
    return f" ({', '.join(said)})"


def _values(table: PolicyKeys, keys: Iterable[str]) -> dict[str, Any]:
    """These keys as the coder takes them."""
    return {key: _value(getattr(table, key), key) for key in sorted(keys)}


def _value(said: Any, key: str) -> Any:
    if key == "chemo_family":
        return tuple(_choice(row) for row in said)
    return said == "yes" if key in ("hours_modifier", "sum_hydration_segments") else said


def _choice(row: FamilyRow) -> FamilyChoice:
    return FamilyChoice(
        drug=row.drug,
        family=row.family,
        route=row.route,
        payer=row.payer,
        diagnosis=row.diagnosis,
        since=row.since,
        until=row.until,
        source=row.source or "",
    )
