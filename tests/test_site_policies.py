"""The choices of a site file: every key reaches the coder, overrides win where they are more specific."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coder.facts import Route
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
    Wanted,
)
from console.site.loading import SiteError, load_site
from console.site.policy import PolicyKeys

SMALLEST = """
[site]
name = "Lakeside"
time_zone = "America/Denver"
identifier_key = "env:LAKESIDE_KEY"
"""

EVERY_POLICY = """
[policy]
setting = "professional"
distinct_modifier = "X"
hours_modifier = "no"
second_access = "never"
concurrent = "deduct"
same_drug_repeat = "sum"
bolus_and_drip = "drip"
bag_gap_minutes = 20
sum_hydration_segments = "no"
hydration_min_ml = 500
split_dose = "each"
pca_demand_doses = "pushes"
early_stop = "intent"
midnight = "start"
inpatient_window = "withdraw"
charges = "administration"
missing_stop = "computed"
clock = "pump"
unsigned = "hold"
pcs_allow = ["thrombolytics", "29"]
drug_340b = "JG"

[[policy.chemo_family]]
drug = "infliximab"
family = "therapeutic"
route = "intravenous"
payer = "Lake Plan"
diagnosis = "K50"
since = 2026-01-01
until = 2026-12-31
source = "its policy"

[[policy.chemo_family]]
drug = "leuprolide"
family = "hormonal"

[documentation]
diagnosis = "required"
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKESIDE_KEY", "a long secret")


def written(folder: Path, text: str) -> Path:
    path = folder / "lakeside.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_policy_reaches_the_coder(tmp_path: Path) -> None:
    policy = load_site(written(tmp_path, SMALLEST + EVERY_POLICY)).policy()
    assert policy == Policy(
        zone=ZoneInfo("America/Denver"),
        setting=Setting.PROFESSIONAL,
        place_of_service=None,
        distinct_modifier=DistinctModifier.X,
        hours_modifier=False,
        second_access=SecondAccess.NEVER,
        concurrent=Concurrent.DEDUCT,
        same_drug_repeat=SameDrugRepeat.SUM,
        bolus_and_drip=BolusAndDrip.DRIP,
        bag_gap_minutes=20,
        sum_hydration_segments=False,
        hydration_min_ml=500,
        split_dose=SplitDose.EACH,
        pca_demand_doses=DemandDoses.PUSHES,
        early_stop=EarlyStop.INTENT,
        midnight=Midnight.START,
        inpatient_window=InpatientWindow.WITHDRAW,
        chemo_family=(
            FamilyChoice(
                "infliximab", CodeFamily.THERAPEUTIC, Route.INTRAVENOUS, "Lake Plan", "K50", date(2026, 1, 1),
                date(2026, 12, 31), "its policy",
            ),
            FamilyChoice("leuprolide", CodeFamily.HORMONAL),
        ),
        missing_stop_hours=24,
        charges=Owned.ADMINISTRATION,
        missing_stop=MissingStop.COMPUTED,
        clock=Clock.PUMP,
        unsigned=Unsigned.HOLD,
        diagnosis=Wanted.REQUIRED,
        pcs_allow=("thrombolytics", "29"),
        drug_340b=Drug340B.JG,
    )  # fmt: skip
    assert policy.place == "11"


def test_no_policy_is_left_at_its_default_by_that_site() -> None:
    stated = set(tomllib.loads(EVERY_POLICY)["policy"])
    assert stated == set(PolicyKeys.model_fields)


OVERRIDES = """
[policy]
concurrent = "any"

[[policy.override]]
department = "Clinic"
setting = "professional"
place_of_service = "11"
hours_modifier = "no"

[[policy.override]]
payer = "Lake Plan"
since = 2026-01-01
concurrent = "min16"
"""


def test_overrides_reach_the_coder_with_where_they_were_set(tmp_path: Path) -> None:
    policies = load_site(written(tmp_path, SMALLEST + OVERRIDES)).policies()
    clinic, plan = policies.overrides
    assert (clinic.department, dict(clinic.values)) == (
        "Clinic",
        {"setting": Setting.PROFESSIONAL, "place_of_service": "11", "hours_modifier": False},
    )
    assert (plan.payer, plan.since, dict(plan.values)) == (
        "Lake Plan", date(2026, 1, 1), {"concurrent": Concurrent.MIN16},
    )  # fmt: skip
    assert policies.base.said("concurrent") == "policy concurrent = any, set in [policy]"
    assert policies.base.said("midnight") == "policy midnight = threshold, by default"
    assert clinic.source == "set in [[policy.override]] number 1 (department Clinic)"
    assert plan.source == "set in [[policy.override]] number 2 (payer Lake Plan, since 2026-01-01)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[policy.override]]\nconcurrent = 'any'", "wanted a department, a payer, since or until"),
        ("[[policy.override]]\npayer = 'x'", "wanted a key of [policy] that it decides otherwise"),
        ("[[policy.override]]\npayer = 'x'\nmidnigt = 'start'", "policy.override[1].midnigt: an unknown key"),
        ("[policy]\npcs_allow = ['27']", "wanted thrombolytics, antineoplastics, new-technology, or the sixth"),
    ],
)
def test_an_override_that_cannot_serve_says_what_is_wanted(tmp_path: Path, text: str, wanted: str) -> None:
    assert wanted in refusal(tmp_path, SMALLEST + text + "\n")


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SiteError) as caught:
        load_site(written(folder, text))
    return " ".join(caught.value.problems)


def _two(first: str, second: str) -> str:
    return f"{SMALLEST}[[policy.override]]\n{first}\n[[policy.override]]\n{second}\n"


def test_equal_overrides_that_contradict_are_refused(tmp_path: Path) -> None:
    text = _two("payer = 'Acme'\nconcurrent = 'any'", "payer = 'ACME'\nconcurrent = 'min16'")
    assert "number 2 not to contradict number 1, which is as specific" in refusal(tmp_path, text)
    text = _two("since = 2026-01-01\nconcurrent = 'any'", "until = 2026-01-01\nconcurrent = 'min16'")
    assert "number 2 not to contradict number 1" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("payer = 'Acme'\nconcurrent = 'any'", "payer = 'Acme'\nmidnight = 'start'"),
        ("payer = 'Acme'\nconcurrent = 'any'", "payer = 'Acme'\nsince = 2026-01-01\nconcurrent = 'min16'"),
        ("payer = 'Acme'\nconcurrent = 'any'", "department = 'ED'\nconcurrent = 'min16'"),
        ("until = 2025-12-31\nconcurrent = 'any'", "since = 2026-01-01\nconcurrent = 'min16'"),
    ],
)
def test_overrides_that_never_contradict_stand_together(tmp_path: Path, first: str, second: str) -> None:
    assert len(load_site(written(tmp_path, _two(first, second))).policies().overrides) == 2
