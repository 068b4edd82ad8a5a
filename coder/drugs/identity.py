"""Which drug a sender means: NDC first, then RxNorm, HCPCS, and an exact name; never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.facts import Coding, DrugGiven
from coder.tables import Drug, Formulary

NDC, RXNORM, HCPCS = "ndc", "rxnorm", "hcpcs"
KINDS = (NDC, RXNORM, HCPCS)
REMEMBERED_AT_MOST = 10_000
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
    """The formulary's drug for a component, by its strongest known identity; what was found is remembered."""
    asked = (given.codings, given.text)
    known = formulary.remembered.get(asked)
    if known is not None:
        name, ndc = known
        return Identified(formulary.drugs[name], (name,), ndc)
    found = _find(given, formulary)
    if found.drug is not None:
        if len(formulary.remembered) >= REMEMBERED_AT_MOST:
            formulary.remembered.clear()
        formulary.remembered[asked] = (found.drug.name, found.ndc)
    return found


def _find(given: DrugGiven, formulary: Formulary) -> Identified:
    if given.codings:
        by_kind: dict[str, list[Coding]] = {}
        for coding in given.codings:
            kind = _kind(coding.system)
            if kind:
                by_kind.setdefault(kind, []).append(coding)
        for kind in KINDS:
            names, ndc = _named(by_kind.get(kind, ()), kind, formulary)
            if names:
                return _decide(tuple(sorted(names)), formulary, ndc)
    return _decide(tuple(sorted(_worded(given, formulary))), formulary, None)


def _kind(system: str | None) -> str | None:
    if system is None:
        return None
    return SYSTEMS.get(system) or SYSTEMS.get(system.strip().lower())


def _named(codings: Iterable[Coding], kind: str, formulary: Formulary) -> tuple[set[str], str | None]:
    """The drugs that codes of one kind name, and the NDC of the last that names one."""
    names: set[str] = set()
    ndc = None
    for coding in codings:
        for form in ndc_forms(coding.code) if kind == NDC else (coding.code.strip().upper(),):
            found = formulary.by_code.get((kind, form))
            if found:
                names.update(found)
                ndc = form if kind == NDC else None
    return names, ndc


def _worded(given: DrugGiven, formulary: Formulary) -> set[str]:
    """The drugs whose exact name or other word stands in the text or in a code's display."""
    named = set()
    for words in (given.text, *(coding.display for coding in given.codings)):
        if words:
            name = formulary.by_text.get(words) or formulary.by_text.get(" ".join(words.lower().split()))
            if name:
                named.add(name)
    return named


def _decide(names: tuple[str, ...], formulary: Formulary, ndc: str | None) -> Identified:
    if len(names) == 1:
        return Identified(formulary.drugs[names[0]], names, ndc)
    return Identified(None, names)
