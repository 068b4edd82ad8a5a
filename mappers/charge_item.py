"""A charge as a FHIR R4 ChargeItem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from coder.charges import Charge, CodeSystem, Product
from coder.facts import Reference
from coder.lines.explaining import explanation
from coder.tables import Authority
from mappers.charge_item_minutes import minutes_extension, period
from mappers.charge_item_price import price_extensions, price_override, site_codings
from mappers.charge_item_reason import approvals, reasons
from mappers.charge_item_reference import Json, logical, reference, stated

CODE_SYSTEMS = {
    CodeSystem.CPT: "http://www.ama-assn.org/go/cpt",
    CodeSystem.HCPCS: "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    CodeSystem.ICD_10_PCS: "http://www.cms.gov/Medicare/Coding/ICD10",
}
NDC_SYSTEM = "http://hl7.org/fhir/sid/ndc"
PROVIDER_ROLES = "http://terminology.hl7.org/CodeSystem/v2-0443"
ORDERED = "OP"
GAVE = "AP"


@dataclass(frozen=True, slots=True)
class ChargeItemProfile:
    """What all ChargeItems of a site share.

    `canonical` is the base of extension urls and identifier systems, without a slash at its end;
    `authorities` are those that explanations name;
    `rule_set` is "name|date"; times are written in `zone`, so that they show the service date.
    """

    canonical: str
    facility: Reference
    rule_set: str
    zone: tzinfo
    authorities: Mapping[str, Authority] = field(default_factory=dict, compare=False, repr=False)


def charge_item(
    charge: Charge,
    *,
    identity: str,
    version: int,
    status: str,
    part_of: str | None,
    profile: ChargeItemProfile,
    changed: str | None = None,
) -> Json:
    """The ChargeItem of one version of a charge, its elements in FHIR's order, absent ones left out.

    `identity` is the charge's identity and the resource's id, `part_of` that of the initial service
    an add-on belongs to, `changed` what it was before and what changed it. A
    withdrawn charge keeps its last content under status entered-in-error.
    """
    base = profile.canonical
    return stated(
        resourceType="ChargeItem",
        id=identity,
        extension=_extensions(charge, version, profile),
        identifier=[{"system": f"{base}/charge", "value": identity}],
        definitionCanonical=[f"{base}/rule-set/{profile.rule_set}"],
        status=status,
        partOf=[logical("ChargeItem", f"{base}/charge", part_of)] if part_of else None,
        code=stated(
            coding=[{"system": CODE_SYSTEMS[charge.system], "code": charge.code}, *site_codings(charge, base)],
            text=charge.label,
        ),
        subject=reference(charge.subject, "Patient", base) or logical("Patient", None, charge.patient),
        context=reference(charge.context, "Encounter", base),
        occurrencePeriod=period(charge.start, charge.end, profile.zone),
        performer=_performers(charge, base),
        performingOrganization=reference(profile.facility, "Organization", base),
        costCenter=logical("Organization", f"{base}/department", charge.department) if charge.department else None,
        quantity=None if charge.units is None else {"value": charge.units},
        reason=reasons(charge.reason),
        priceOverride=price_override(charge),
        service=_services(charge, base),
        productCodeableConcept=_product(charge.product) if charge.product else None,
        account=_listed(reference(charge.account, "Account", base) if charge.account else None),
        note=[{"text": "\n".join(_said(charge, changed, profile)) or charge.label}],
        supportingInformation=approvals(charge.authorisation, base),
    )


def _said(charge: Charge, changed: str | None, profile: ChargeItemProfile) -> tuple[str, ...]:
    said = explanation(charge, profile.zone, profile.authorities)
    return (*said, changed) if changed else said


def _extensions(charge: Charge, version: int, profile: ChargeItemProfile) -> list[Json]:
    base = profile.canonical
    extensions: list[Json] = [{"url": f"{base}/version", "valuePositiveInt": version}]
    extensions += [{"url": f"{base}/charge-modifier", "valueCoding": {"code": code}} for code in charge.modifiers]
    extensions += [{"url": f"{base}/because", "valueCode": rule} for rule in charge.because]
    if charge.minutes:
        extensions.append(minutes_extension(charge.minutes, f"{base}/minutes", profile.zone))
    return [*extensions, *price_extensions(charge, base)]


def _performers(charge: Charge, base: str) -> list[Json]:
    """Who ordered and who gave, as table 0443 of HL7 v2 calls them for ORC-12 and RXA-10."""
    actors = ((ORDERED, charge.ordered_by), (GAVE, charge.given_by))
    return [_performer(role, actor) for role, who in actors if who and (actor := reference(who, None, base))]


def _performer(role: str, actor: Json) -> Json:
    return {"function": {"coding": [{"system": PROVIDER_ROLES, "code": role}]}, "actor": actor}


def _services(charge: Charge, base: str) -> list[Json]:
    """The administrations as their senders name them; those without a name by our link key."""
    named = [reference(sent, "MedicationAdministration", base) for sent in charge.service_references]
    known = [found for found in named if found]
    return known or [logical("MedicationAdministration", f"{base}/administration", key) for key in charge.service]


def _product(product: Product) -> Json:
    codings: list[Json] = [{"system": CODE_SYSTEMS[CodeSystem.HCPCS], "code": product.hcpcs}]
    if product.ndc:
        codings.append({"system": NDC_SYSTEM, "code": product.ndc})
    return stated(coding=codings, text=product.drug)


def _listed(found: Json | None) -> list[Json]:
    return [found] if found else []
