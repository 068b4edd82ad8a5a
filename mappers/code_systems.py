"""Code systems: the FHIR uri of what an HL7 v2 sender calls by a short name."""

from __future__ import annotations

NDC = "http://hl7.org/fhir/sid/ndc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CPT = "http://www.ama-assn.org/go/cpt"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
CVX = "http://hl7.org/fhir/sid/cvx"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V3_ROUTE = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
V2_CLASS = "http://terminology.hl7.org/CodeSystem/v2-0004"
V2_ROUTE = "http://terminology.hl7.org/CodeSystem/v2-0162"
V2_METHOD = "http://terminology.hl7.org/CodeSystem/v2-0165"

PRODUCTS = frozenset({NDC, RXNORM, HCPCS})

_OF_SHORT_NAME = {
    "NDC": NDC,
    "RXNORM": RXNORM,
    "HCPCS": HCPCS,
    "HCPC": HCPCS,
    "C4": CPT,
    "CPT": CPT,
    "CVX": CVX,
    "I10": ICD_10_CM,
    "I10C": ICD_10_CM,
    "ICD10": ICD_10_CM,
    "ICD-10": ICD_10_CM,
    "ICD10CM": ICD_10_CM,
    "ICD-10-CM": ICD_10_CM,
    "SCT": SNOMED,
    "SNM": SNOMED,
    "HL70162": V2_ROUTE,
    "0162": V2_ROUTE,
    "HL70165": V2_METHOD,
    "0165": V2_METHOD,
}


def of_short_name(name: str) -> str | None:
    """The uri of a system by its name in table 0396, the sender's own word where it has none, None if unnamed."""
    return _OF_SHORT_NAME.get(name.upper(), name) or None
