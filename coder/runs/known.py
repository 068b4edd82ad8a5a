"""What an administration held: each component identified, and the strongest family among them."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Answerable
from coder.drugs.identity import identify
from coder.facts import Administration, Route
from coder.sheet import Sheet
from coder.tables import Drug, DrugFamily
from coder.values import value

SUBCUTANEOUS = Route.SUBCUTANEOUS
MAIN_ACCESS = "main"
AMBIGUOUS, UNKNOWN = "drug.ambiguous", "drug.unknown"
STRENGTH = {
    family: place
    for place, family in enumerate(
        (
            DrugFamily.BLOOD,
            DrugFamily.CONTRAST,
            DrugFamily.TRACER,
            DrugFamily.STRESS_AGENT,
            DrugFamily.VACCINE,
            DrugFamily.ALLERGEN,
            DrugFamily.RSV_ANTIBODY,
            DrugFamily.CHEMOTHERAPY,
            DrugFamily.HORMONAL,
            DrugFamily.THERAPEUTIC,
            DrugFamily.FLUID,
        )
    )
}


@value(frozen=True, slots=True)
class KnownDrug:
    """One identified component, its place in the mixture, and the HCPCS codes its identity narrows it to."""

    drug: Drug
    ndc: str | None
    place: int
    codes: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Known:
    """An administration whose drugs are known: what it was and where it ran.

    `infusate` are the names of its drugs in order; a fluid counts only when it is all there is.
    """

    administration: Administration
    drugs: tuple[KnownDrug, ...]
    family: DrugFamily
    access: str
    infusate: tuple[str, ...]


def recognise(administration: Administration, sheet: Sheet) -> Known | None:
    """The administration with its drugs identified, or None where one of them is not."""
    drugs: list[KnownDrug] = []
    for place, given in enumerate(administration.drugs):
        one = identify(given, sheet.tables.formulary)
        if one.drug is None:
            return None
        drugs.append(KnownDrug(one.drug, one.ndc, place, one.hcpcs))
    return _known(administration, tuple(drugs)) if drugs else None


def ask_drug(administration: Administration, sheet: Sheet) -> None:
    """Leave out what could not be identified, and ask the pharmacy."""
    about = [administration.key]
    several = any(len(identify(given, sheet.tables.formulary).candidates) > 1 for given in administration.drugs)
    rule = AMBIGUOUS if several else UNKNOWN
    says = "Its code fits several drugs." if several else "The drug is not in the formulary."
    sheet.leave_out(rule, about, says, curable=True)
    sheet.ask(rule, about, Answerable.PHARMACY, "Which product was given? Please state its NDC.", administration.start)


def _known(administration: Administration, drugs: tuple[KnownDrug, ...]) -> Known:
    access = _access(administration)
    if len(drugs) == 1:
        drug = drugs[0].drug
        return Known(administration, drugs, drug.family, access, (drug.name,))
    family = min([one.drug.family for one in drugs], key=STRENGTH.__getitem__)
    return Known(administration, drugs, family, access, _infusate(drugs))


def _infusate(drugs: Sequence[KnownDrug]) -> tuple[str, ...]:
    names = {known.drug.name for known in drugs if known.drug.family is not DrugFamily.FLUID}
    return tuple(sorted(names or {known.drug.name for known in drugs}))


def _access(administration: Administration) -> str:
    """Different words for a vein never prove a second access; under the skin each charted site is one of its own."""
    if administration.second_access:
        return administration.access or "second access"
    if administration.route is SUBCUTANEOUS:
        return administration.access or MAIN_ACCESS
    return MAIN_ACCESS
