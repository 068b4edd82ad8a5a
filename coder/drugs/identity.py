"""Which drug a sender means: NDC first, then RxNorm, HCPCS, and an exact name; never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from coder.facts import Coding, DrugGiven
from coder.tables import Drug, Formulary

NDC, RXNORM, HCPCS = "ndc", "rxnorm", "hcpcs"
KINDS = (NDC, RXNORM, HCPCS)
SYSTEMS = {
    "http://hl7.org/fhir/sid/ndc": NDC,
    "urn:oid:2.16.840.1.113883.6.69": NDC,
    "ndc": NDC,
    "http://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "rxnorm": RXNORM,
    "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets": HCPCS,
    "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets": HCPCS,
    "urn:oid:2.16.840.1.113883.6.285": HCPCS,
    "hcpcs": HCPCS,
    "hpc": HCPCS,
}


@dataclass(frozen=True, slots=True)
class Identified:
    """What a component turned out to be: one drug, or the several it could be, or nothing known."""

    drug: Drug | None
    candidates: tuple[str, ...] = ()
    ndc: str | None = None


def ndc_forms(code: str) -> tuple[str, ...]:
    """The 11-digit forms a written NDC can mean; ten bare digits can mean three."""
    parts = code.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        joined = parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)
        return (joined,) if len(joined) == 11 else ()
    if len(parts) != 1 or not code.isdigit():
        return ()
    if len(code) == 11:
        return (code,)
    if len(code) == 10:
        return ("0" + code, code[:5] + "0" + code[5:], code[:9] + "0" + code[9:])
    return ()


def identify(given: DrugGiven, formulary: Formulary) -> Identified:
    """The formulary's drug for a component, by its strongest known identity."""
    for kind in KINDS:
        names, ndc = _by_kind(given.codings, kind, formulary)
        if names:
            return _decide(names, formulary, ndc)
    named = {formulary.by_text[text] for text in _texts(given) if text in formulary.by_text}
    return _decide(tuple(sorted(named)), formulary, None)


def _by_kind(codings: tuple[Coding, ...], kind: str, formulary: Formulary) -> tuple[tuple[str, ...], str | None]:
    names: set[str] = set()
    ndc = None
    for coding in codings:
        if SYSTEMS.get((coding.system or "").strip().lower()) != kind:
            continue
        for form in ndc_forms(coding.code) if kind == NDC else (coding.code.strip().upper(),):
            found = formulary.by_code.get((kind, form), ())
            names.update(found)
            if found and kind == NDC:
                ndc = form
    return tuple(sorted(names)), ndc


def _texts(given: DrugGiven) -> list[str]:
    words = [given.text, *(coding.display for coding in given.codings)]
    return [" ".join(word.lower().split()) for word in words if word]


def _decide(names: tuple[str, ...], formulary: Formulary, ndc: str | None) -> Identified:
    if len(names) == 1:
        return Identified(formulary.drugs[names[0]], names, ndc)
    return Identified(None, names)
