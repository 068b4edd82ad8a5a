"""The policy of a case, in the words of the rulebook's list of policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from typing import Any

from coder.facts import Route
from coder.policies.overrides import Override
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
    Needed,
    Owned,
    Policy,
    SameDrugRepeat,
    SecondAccess,
    Setting,
    SplitDose,
    Unsigned,
    Wanted,
)
from mappers.case_values import CaseError, counted, entries, known_keys, word, yes_or_no

OVERRIDE_KEYS = {"department", "payer", "since", "until"}
FAMILY_KEYS = {"drug", "family", "route", "payer", "diagnosis", "since", "until", "source"}
CHECKLIST = (
    "order",
    "reaction",
    "identity",
    "infusion_kind",
    "infection",
    "order_duration",
    "volume_and_rate",
    "access_site",
    "given_by",
    "ordered_by",
    "supervised_by",
    "monitoring",
    "education",
    "lot_and_expiry",
)
_WORDS = {
    "setting": Setting,
    "distinct_modifier": DistinctModifier,
    "second_access": SecondAccess,
    "concurrent": Concurrent,
    "same_drug_repeat": SameDrugRepeat,
    "bolus_and_drip": BolusAndDrip,
    "split_dose": SplitDose,
    "pca_demand_doses": DemandDoses,
    "early_stop": EarlyStop,
    "midnight": Midnight,
    "inpatient_window": InpatientWindow,
    "charges": Owned,
    "missing_stop": MissingStop,
    "clock": Clock,
    "unsigned": Unsigned,
    "drug_340b": Drug340B,
    "diagnosis": Wanted,
    **dict.fromkeys(("start_and_stop", "drug_named", "dose", "route"), Needed),
    **dict.fromkeys(CHECKLIST, Wanted),
}
_YES_OR_NO = ("hours_modifier", "sum_hydration_segments")
_NUMBERS = ("bag_gap_minutes", "hydration_min_ml", "missing_stop_hours")
POLICY_KEYS = {*_WORDS, *_YES_OR_NO, *_NUMBERS, "place_of_service", "chemo_family", "pcs_allow"}


def read_policy(said: Mapping[str, Any], zone: tzinfo) -> Policy:
    """The defaults with what the case decides otherwise."""
    known_keys(said, POLICY_KEYS | {"override"}, "policy")
    stated = _stated(said)
    return Policy(zone=zone, **stated, sources=dict.fromkeys(stated, "set in the case"))


def read_overrides(said: Mapping[str, Any]) -> tuple[Override, ...]:
    """What the case decides otherwise for a department, a payer, some dates."""
    return tuple(_override(place, one) for place, one in enumerate(entries(said, "override"), start=1))


def _override(place: int, entry: Mapping[str, Any]) -> Override:
    known_keys(entry, POLICY_KEYS | OVERRIDE_KEYS, "override")
    return Override(
        values=_stated(entry),
        source=f"set in override {place} of the case",
        department=entry.get("department"),
        payer=entry.get("payer"),
        since=date.fromisoformat(entry["since"]) if "since" in entry else None,
        until=date.fromisoformat(entry["until"]) if "until" in entry else None,
    )


def _stated(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _READERS[key](said, key) for key in said if key in _READERS}


def _family_choices(said: Mapping[str, Any], key: str) -> tuple[FamilyChoice, ...]:
    return tuple(_family_choice(one) for one in entries(said, key))


def _family_choice(entry: Mapping[str, str]) -> FamilyChoice:
    known_keys(entry, FAMILY_KEYS, "chemo_family")
    family = word(entry, "family", CodeFamily)
    if family is None:
        raise CaseError("chemo_family: said no family, wanted one in each row")
    return FamilyChoice(
        drug=entry["drug"],
        family=family,
        route=word(entry, "route", Route),
        payer=entry.get("payer"),
        diagnosis=entry.get("diagnosis"),
        since=date.fromisoformat(entry["since"]) if "since" in entry else None,
        until=date.fromisoformat(entry["until"]) if "until" in entry else None,
        source=entry.get("source", ""),
    )


def _word(said: Mapping[str, Any], key: str) -> Any:
    return word(said, key, _WORDS[key])


def _place_of_service(said: Mapping[str, Any], key: str) -> str:
    return str(said[key])


def _substances(said: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(one) for one in said[key])


_READERS: dict[str, Callable[[Mapping[str, Any], str], Any]] = {
    **dict.fromkeys(_WORDS, _word),
    **dict.fromkeys(_YES_OR_NO, yes_or_no),
    **dict.fromkeys(_NUMBERS, counted),
    "place_of_service": _place_of_service,
    "chemo_family": _family_choices,
    "pcs_allow": _substances,
}
