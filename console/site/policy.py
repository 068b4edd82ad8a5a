"""The table [policy]: what a site decides where authorities leave the choice, in the words of the rulebook."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from coder.facts import Route
from coder.policy import (
    BolusAndDrip,
    CodeFamily,
    Concurrent,
    DemandDoses,
    DistinctModifier,
    EarlyStop,
    FamilyChoice,
    InpatientWindow,
    Midnight,
    Policy,
    SameDrugRepeat,
    SecondAccess,
    Setting,
    SplitDose,
)
from console.site.table import Table
from console.site.values import Day, Text, WholeNumber

YesOrNo = Literal["yes", "no"]


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


class PolicyTable(Table):
    """What the site decides where authorities leave the choice."""

    setting: Setting = Field(Setting.FACILITY, description="whose claim it is: facility or professional")
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
    chemo_family: tuple[FamilyRow, ...] = Field((), description="tables [[policy.chemo_family]], before those shipped")


def policy_of(table: PolicyTable, zone: ZoneInfo, place_of_service: str | None, missing_stop_hours: int) -> Policy:
    """The site's choices as the coder takes them."""
    return Policy(
        zone=zone,
        setting=table.setting,
        place_of_service=place_of_service,
        distinct_modifier=table.distinct_modifier,
        hours_modifier=table.hours_modifier == "yes",
        second_access=table.second_access,
        concurrent=table.concurrent,
        same_drug_repeat=table.same_drug_repeat,
        bolus_and_drip=table.bolus_and_drip,
        bag_gap_minutes=table.bag_gap_minutes,
        sum_hydration_segments=table.sum_hydration_segments == "yes",
        hydration_min_ml=table.hydration_min_ml,
        split_dose=table.split_dose,
        pca_demand_doses=table.pca_demand_doses,
        early_stop=table.early_stop,
        midnight=table.midnight,
        inpatient_window=table.inpatient_window,
        chemo_family=tuple(_choice(row) for row in table.chemo_family),
        missing_stop_hours=missing_stop_hours,
    )


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
