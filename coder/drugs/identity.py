"""Which drug a sender means: NDC first, then RxNorm, HCPCS, the site's codes, and an exact name; never a guess."""

from __future__ import annotations

from collections.abc import Iterable

from coder.facts import Coding, DrugGiven
from coder.tables import Drug, Formulary
from coder.values import value

NDC, RXNORM, HCPCS, SITE = "ndc", "rxnorm", "hcpcs", "site"
KINDS = (NDC, RXNORM, HCPCS, SITE)
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


@value(frozen=True, slots=True)
class Identified:
    """What a component turned out to be: one drug, or the several it could be, or nothing known.

    `hcpcs` are the codes that the identity narrows the drug to; none where it names the drug alone.
    """

    drug: Drug | None
    candidates: tuple[str, ...] = ()
    ndc: str | None = None
    hcpcs: tuple[str, ...] = ()


def ndc_forms(code: str) -> tuple[str, ...]:
    """The 11-digit forms a written NDC can mean; ten bare digits can mean three."""
    if len(code) == 11 and code.isdigit():
        return (code,)
    parts = code.split("-")
    if len(parts) == 3 and all(parts) and "".join(parts).isdigit():
        joined = parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)
        return (joined,) if len(joined) == 11 else ()
    if len(parts) != 1 or not code.isdigit():
        return ()
    if len(code) == 10:
        return ("0" + code, code[:5] + "0" + code[5:], code[:9] + "0" + code[9:])
    return ()


def identify(given: DrugGiven, formulary: Formulary) -> Identified:
    """The formulary's drug for a component, by its strongest known identity; what was found is remembered."""
    asked = (given.codings, given.text)
    known = formulary.remembered.get(asked)
    if known is not None:
        name, ndc, hcpcs = known
        return Identified(formulary.drugs[name], (name,), ndc, hcpcs)
    found = _find(given, formulary)
    if found.drug is not None:
        if len(formulary.remembered) >= REMEMBERED_AT_MOST:
            formulary.remembered.clear()
        formulary.remembered[asked] = (found.drug.name, found.ndc, found.hcpcs)
    return found


def _find(given: DrugGiven, formulary: Formulary) -> Identified:
    if given.codings:
        by_kind: dict[str, list[Coding]] = {}
        for coding in given.codings:
            by_kind.setdefault(_kind(coding.system), []).append(coding)
        for kind in KINDS:
            if kind in by_kind:
                names, codes = _named(by_kind[kind], kind, formulary)
                if names:
                    return _decide(names, formulary, kind, codes)
    return _worded(given, formulary)


def _worded(given: DrugGiven, formulary: Formulary) -> Identified:
    """The drug whose exact name, brand or other word stands in the text or in a code's display."""
    named: set[str] = set()
    products: set[str] = set()
    for words in (given.text, *(coding.display for coding in given.codings)):
        text = " ".join(words.lower().split()) if words else ""
        if text in formulary.by_text:
            named.add(formulary.by_text[text])
            if text in formulary.products:
                products.add(formulary.products[text])
    found = _decide(tuple(sorted(named)), formulary, None, ())
    return Identified(found.drug, found.candidates, None, tuple(sorted(products))) if products else found


def _kind(system: str | None) -> str:
    said = system or ""
    return SYSTEMS.get(said) or SYSTEMS.get(said.strip().lower(), SITE)


def site_key(system: str | None, code: str) -> tuple[str, str]:
    """The key of a site's own code."""
    return SITE, f"{(system or '').strip().lower()}|{code.strip().upper()}"


def _named(codings: Iterable[Coding], kind: str, formulary: Formulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The drugs that codes of one kind name, and the codes that name them."""
    if kind == NDC:
        return _products(codings, formulary)
    names: set[str] = set()
    codes: list[str] = []
    for coding in codings:
        key = site_key(coding.system, coding.code) if kind == SITE else (kind, coding.code.strip().upper())
        found = formulary.by_code.get(key)
        if found is not None:
            names.update(found)
            codes.append(key[1])
    return tuple(sorted(names)), tuple(codes)


def _products(codings: Iterable[Coding], formulary: Formulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The drugs of the products that NDCs can mean, and the NDCs."""
    names: set[str] = set()
    codes: list[str] = []
    for coding in codings:
        for form in ndc_forms(coding.code):
            found = formulary.containers.get(form)
            if found is not None:
                names.add(found.drug)
                codes.append(form)
    return tuple(sorted(names)), tuple(codes)


def _decide(names: tuple[str, ...], formulary: Formulary, kind: str | None, codes: tuple[str, ...]) -> Identified:
    if len(names) != 1:
        return Identified(None, names)
    drug = formulary.drugs[names[0]]
    if kind == HCPCS:
        return Identified(drug, names, None, codes)
    if kind == NDC:
        return Identified(drug, names, codes[-1], formulary.containers[codes[-1]].codes)
    return Identified(drug, names)
