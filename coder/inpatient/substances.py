"""The code of a drug that entered a region, and whether the site codes it: an inpatient's procedure, or why none."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from coder.pcs_tables import KINDS, Introductions, NewTechnology, Region
from coder.policy import Policy
from coder.sheet import Sheet
from coder.tables import Drug

ANTINEOPLASTICS, THROMBOLYTICS, NEW_TECHNOLOGY = "antineoplastics", "thrombolytics", "new-technology"
BY_SIXTH_CHARACTER = {"0": ANTINEOPLASTICS, "1": THROMBOLYTICS}
INTRODUCTION, NEW = "3E0", "XW0"
PERCUTANEOUS = "3"
INPATIENT = "class.inpatient"
REGION_LABELS = {
    Region.SUBCUTANEOUS: "under the skin",
    Region.MUSCLE: "into a muscle",
    Region.PERIPHERAL_VEIN: "into a peripheral vein",
    Region.CENTRAL_VEIN: "into a central vein",
    Region.PERIPHERAL_ARTERY: "into a peripheral artery",
    Region.CENTRAL_ARTERY: "into a central artery",
    Region.CHEST_CAVITY: "into the chest cavity",
    Region.BELLY_CAVITY: "into the belly cavity",
    Region.BRAIN: "into the head",
    Region.SPINE: "into the spinal canal",
}


class Procedure(NamedTuple):
    """A code that the site uses, in words, by which value of its policy, and from which edition of the tables."""

    code: str
    label: str
    allowed_by: str
    edition: date
    rule: str


class Uncoded(NamedTuple):
    """Why a drug has no code: the rule and the reason, as a clause."""

    rule: str
    says: str


def allowed_by(kind: str, policy: Policy) -> str | None:
    """The value of the site's policy by which a kind of substance is coded; None where it is not."""
    group = BY_SIXTH_CHARACTER.get(kind[0])
    return next((said for said in policy.pcs_allow if said in (group, kind)), None)


def is_wanted(drug: Drug, kinds: tuple[str, ...], sheet: Sheet) -> bool:
    """Whether the site codes some kind of substance that the drug can be, so that what is unclear of it matters."""
    if drug.name in sheet.tables.procedures.new_technology and NEW_TECHNOLOGY in sheet.policy.pcs_allow:
        return True
    return any(allowed_by(kind, sheet.policy) for kind in kinds)


def unwanted(drug: Drug, kinds: tuple[str, ...], sheet: Sheet) -> Uncoded:
    """Why a drug that the site does not code has no code."""
    return _not_allowed(kinds[0], sheet) if kinds else _nameless(drug)


def procedure_of(drug: Drug, kinds: tuple[str, ...], region: Region, day: date, sheet: Sheet) -> Procedure | Uncoded:
    """The code of a drug that entered a region on a day; one for new technology stands before that of its kind."""
    edition = sheet.tables.procedures.introductions_on(region, day)
    named = _named(drug, region, day, sheet)
    if named and NEW_TECHNOLOGY in sheet.policy.pcs_allow:
        code = f"{NEW}{region.value}{PERCUTANEOUS}{named.characters}"
        label = f"{drug.name.capitalize()} {REGION_LABELS[region]}"
        return Procedure(code, label, NEW_TECHNOLOGY, named.since, "pcs.new-technology")
    if not kinds:
        return _nameless(drug)
    if edition is None:
        return _before_first_edition(drug, kinds, sheet)
    return _of_its_kind(kinds, region, edition, sheet)


def _named(drug: Drug, region: Region, day: date, sheet: Sheet) -> NewTechnology | None:
    for one in sheet.tables.procedures.new_technology.get(drug.name, ()):
        in_force = one.since <= day and (one.until is None or day <= one.until)
        if in_force and region in one.regions and _has_diagnosis(one, sheet):
            return one
    return None


def _has_diagnosis(one: NewTechnology, sheet: Sheet) -> bool:
    return one.diagnosis is None or any(code.startswith(one.diagnosis) for code in sheet.visit.diagnoses)


def _before_first_edition(drug: Drug, kinds: tuple[str, ...], sheet: Sheet) -> Uncoded:
    if not any(allowed_by(kind, sheet.policy) for kind in kinds):
        return _not_allowed(kinds[0], sheet)
    says = f"no edition of ICD-10-PCS known here reaches back to the date on which {drug.name} was given"
    return Uncoded("pcs.before-first-edition", says)


def _of_its_kind(kinds: tuple[str, ...], region: Region, edition: Introductions, sheet: Sheet) -> Procedure | Uncoded:
    kind = next((kind for kind in kinds if kind in edition.kinds), None)
    if kind is None:
        if not any(allowed_by(kind, sheet.policy) for kind in kinds):
            return _not_allowed(kinds[0], sheet)
        says = f"ICD-10-PCS knows no {KINDS[kinds[0]]} {REGION_LABELS[region]} (tables of {edition.since.isoformat()})"
        return Uncoded("pcs.no-code", says)
    value = allowed_by(kind, sheet.policy)
    if value is None:
        return _not_allowed(kind, sheet)
    code = f"{INTRODUCTION}{region.value}{edition.approach}{kind}"
    label = f"{KINDS[kind].capitalize()} {REGION_LABELS[region]}"
    return Procedure(code, label, value, edition.since, "pcs.introduction")


def _nameless(drug: Drug) -> Uncoded:
    return Uncoded(INPATIENT, f"which kind of substance {drug.name} is stands in no table here")


def _not_allowed(kind: str, sheet: Sheet) -> Uncoded:
    return Uncoded(
        INPATIENT, f"the site codes no {KINDS[kind]} ({kind}) for inpatients ({sheet.policy.said('pcs_allow')})"
    )
