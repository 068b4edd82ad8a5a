"""What of a visit can be coded with CPT at all; the rest is left out by name or asked about."""

from __future__ import annotations

from dataclasses import dataclass

from coder.charges import Answerable
from coder.drugs.identity import Identified, identify
from coder.facts import Administration, AdministrationStatus, Purpose, Route
from coder.sheet import Sheet
from coder.tables import Drug, DrugFamily

MAIN_ACCESS = "main"
STRONGEST_FAMILY = (
    DrugFamily.BLOOD,
    DrugFamily.CONTRAST,
    DrugFamily.VACCINE,
    DrugFamily.CHEMOTHERAPY,
    DrugFamily.HORMONAL,
    DrugFamily.THERAPEUTIC,
    DrugFamily.FLUID,
)
LEFT_OUT_FAMILIES = {
    DrugFamily.BLOOD: ("given.transfusion", "A transfusion is its own service; its administration is not an infusion."),
    DrugFamily.CONTRAST: ("given.contrast", "Contrast belongs to the imaging study it was given for."),
    DrugFamily.VACCINE: ("given.vaccine", "A vaccine has administration codes of its own."),
}
LEFT_OUT_PURPOSES = {
    Purpose.KEEP_VEIN_OPEN: ("fluid.keep-vein-open", "Fluid that keeps the vein open is not a service."),
    Purpose.CARRIER: ("fluid.carrier", "Fluid that carries a drug is part of giving the drug."),
    Purpose.FLUSH: ("fluid.flush", "A flush is part of the service it belongs to."),
}


@dataclass(frozen=True, slots=True)
class KnownDrug:
    """One identified component and its place in the mixture."""

    drug: Drug
    ndc: str | None
    place: int


@dataclass(frozen=True, slots=True)
class Known:
    """An administration that can be coded: what it was and where it ran."""

    administration: Administration
    drugs: tuple[KnownDrug, ...]
    family: DrugFamily
    access: str

    @property
    def infusate(self) -> tuple[str, ...]:
        """The drugs in the bag; a fluid counts only when it is all there is."""
        names = {known.drug.name for known in self.drugs if known.drug.family is not DrugFamily.FLUID}
        return tuple(sorted(names or {known.drug.name for known in self.drugs}))


def sift(sheet: Sheet) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
    """The administrations to code, and those of blood, whose time still takes hydration away."""
    kept: list[Known] = []
    blood: list[Known] = []
    for administration in sheet.visit.administrations:
        if administration.ignored or administration.status is AdministrationStatus.ENTERED_IN_ERROR:
            continue
        known = _known(administration, sheet)
        if known is None:
            continue
        if known.family is DrugFamily.BLOOD and administration.start is not None:
            blood.append(known)
        elif known.family not in LEFT_OUT_FAMILIES:
            kept.append(known)
    return tuple(kept), tuple(blood)


def _known(administration: Administration, sheet: Sheet) -> Known | None:
    if not _was_given(administration, sheet):
        return None
    identified = [identify(drug, sheet.tables.formulary) for drug in administration.drugs]
    if not identified or any(one.drug is None for one in identified):
        _ask_drug(administration, identified, sheet)
        return None
    drugs = tuple(KnownDrug(one.drug, one.ndc, place) for place, one in enumerate(identified) if one.drug is not None)
    family = min((known.drug.family for known in drugs), key=STRONGEST_FAMILY.index)
    if family in LEFT_OUT_FAMILIES:
        rule, says = LEFT_OUT_FAMILIES[family]
        sheet.leave_out(rule, [administration.key], says)
        return Known(administration, drugs, family, _access(administration))
    return Known(administration, drugs, family, _access(administration)) if _can_run(administration, sheet) else None


def _was_given(administration: Administration, sheet: Sheet) -> bool:
    about = [administration.key]
    if administration.status is AdministrationStatus.NOT_DONE:
        sheet.leave_out("given.not-done", about, "Charted as not given.")
        return False
    if administration.status is AdministrationStatus.UNKNOWN:
        sheet.leave_out("given.status-unknown", about, "Whether it was given is not charted.", curable=True)
        sheet.ask(
            "given.status-unknown",
            about,
            Answerable.NURSE,
            "Was this dose given, partly given, or not given?",
            administration.start,
        )
        return False
    if administration.purpose in LEFT_OUT_PURPOSES:
        rule, says = LEFT_OUT_PURPOSES[administration.purpose]
        sheet.leave_out(rule, about, says)
        return False
    return True


def _can_run(administration: Administration, sheet: Sheet) -> bool:
    about = [administration.key]
    if administration.start is None:
        sheet.leave_out("time.start-missing", about, "No time of day is charted for it.", curable=True)
        sheet.ask("time.start-missing", about, Answerable.NURSE, "At what time was it started?", None)
        return False
    if administration.route is None:
        sheet.leave_out("mode.route-unknown", about, "The route is not charted.", curable=True)
        sheet.ask("mode.route-unknown", about, Answerable.NURSE, "By which route was it given?", administration.start)
        return False
    if administration.route in (Route.OTHER, Route.INTRA_ARTERIAL):
        sheet.leave_out("mode.route-not-coded", about, "This rule set does not code this route.")
        return False
    return True


def _ask_drug(administration: Administration, identified: list[Identified], sheet: Sheet) -> None:
    about = [administration.key]
    several = [one for one in identified if len(one.candidates) > 1]
    rule = "drug.ambiguous" if several else "drug.unknown"
    says = "Its code fits several drugs." if several else "The drug is not in the formulary."
    sheet.leave_out(rule, about, says, curable=True)
    sheet.ask(rule, about, Answerable.PHARMACY, "Which product was given? Please state its NDC.", administration.start)


def _access(administration: Administration) -> str:
    if administration.second_access:
        return administration.access or "second access"
    return MAIN_ACCESS
