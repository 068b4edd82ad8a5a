"""FHIR R4 administrations into tellings, element by element, each with a decoy beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    DrugGiven,
    Method,
    Quantity,
    Reference,
    Route,
)
from ledger.grouping import message_mark
from mappers.telling import Action, Telling
from tests.fhir_samples import (
    RXNORM,
    SNOMED,
    Json,
    administration,
    bundle,
    dosage,
    fault,
    reading,
    telling,
    told,
)


def test_every_element_of_an_administration() -> None:
    assert told() == Administration(
        key="",
        patient="Patient/p1",
        status=AdministrationStatus.COMPLETED,
        start=datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
        end=datetime(2026, 3, 3, 15, 31, tzinfo=UTC),
        drugs=(
            DrugGiven(
                (Coding(RXNORM, "1594653", "dalbavancin"),), "Dalbavancin", Quantity(Decimal(1500), "mg")
            ),
        ),
        route=Route.INTRAVENOUS,
        method=Method.INFUSION,
        rate=Quantity(Decimal("500.5"), "mL/h"),
        access="Left forearm",
        order="ORD-9",
        encounter="fhir|Encounter/e1",
        given_by=Reference("Practitioner/n1"),
        references=(Reference("MedicationAdministration/a1", "urn:mar", "M-17"),),
        request="MedicationRequest/r1",
    )  # fmt: skip


def test_what_the_telling_says_of_itself() -> None:
    said = telling(administration())
    assert (said.source, said.kind, said.whole, said.action) == ("fhir", "administration", True, Action.ADD)
    assert said.identifiers == ("fhir|MedicationAdministration/a1", "urn:mar|M-17")
    assert (said.order, said.start) == ("ORD-9", datetime(2026, 3, 3, 15, 0, tzinfo=UTC))
    assert said.asserted == datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
    assert (said.message_id, said.ignored, said.cleared) == ("3", None, frozenset())
    assert said.patient_reference == Reference("Patient/p1")


def test_the_digest_knows_content_and_not_the_order_of_keys() -> None:
    """A version that has a name is told again by its name, whatever its bytes."""
    unnamed = administration(meta=None)
    turned = dict(reversed(unnamed.items()))
    assert telling(turned).digest == telling(unnamed).digest
    assert telling({**unnamed, "status": "stopped"}).digest != telling(unnamed).digest
    named = telling(administration())
    assert message_mark(named) == message_mark(telling(dict(reversed(administration().items()))))
    assert telling(administration(status="stopped")).digest != named.digest


def test_decimals_stay_as_written() -> None:
    raw = json.dumps(administration()).replace("1500,", "1500.00,").encode()
    fact = telling(raw).fact
    assert isinstance(fact, Administration)
    assert fact.drugs[0].dose is not None
    assert str(fact.drugs[0].dose.value) == "1500.00"


@pytest.mark.parametrize("status", list(AdministrationStatus))
def test_status_is_taken_as_it_is(status: AdministrationStatus) -> None:
    assert told(status=status.value).status is status


def test_entered_in_error_withdraws_and_not_done_does_not() -> None:
    assert telling(administration(status="entered-in-error")).action is Action.DELETE
    assert telling(administration(status="not-done")).action is Action.ADD
    assert telling(administration(status="not-done")).ignored is None


def test_a_status_outside_the_list_is_a_fault() -> None:
    bad = fault(administration(status="banana"))
    assert (bad.path, bad.said) == ("MedicationAdministration.status", "banana")
    assert "completed" in bad.wanted


@pytest.mark.parametrize(
    ("effective", "start", "end"),
    [
        ({"effectiveDateTime": "2026-03-03T09:00:00Z"}, datetime(2026, 3, 3, 9, tzinfo=UTC), None),
        ({"effectiveDateTime": "2026-03-03T09:00:00.25+01:00"}, datetime(2026, 3, 3, 8, 0, 0, 250000, UTC), None),
        ({"effectiveDateTime": "2026-03-03"}, None, None),
        ({"effectiveDateTime": "2026-03"}, None, None),
        ({"effectivePeriod": {"start": "2026-03-03T09:00:00Z"}}, datetime(2026, 3, 3, 9, tzinfo=UTC), None),
        ({"effectivePeriod": {"end": "2026-03-03T09:00:00Z"}}, None, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ({"effectivePeriod": {"start": "2026-03-03", "end": "2026-03-04"}}, None, None),
        ({"effectiveDateTime": "2026-03-03T09:00:00"}, datetime(2026, 3, 3, 15, tzinfo=UTC), None),  # the site's clock
        (
            {"effectivePeriod": {"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T10:00:00+01:00"}},
            datetime(2026, 3, 3, 9, tzinfo=UTC),
            None,  # a period of no length is one charted time
        ),
    ],
)
def test_effective(effective: Json, start: datetime | None, end: datetime | None) -> None:
    fact = told(**{"effectivePeriod": None, **effective})
    assert (fact.start, fact.end) == (start, end)


def test_a_period_that_ends_before_it_starts_is_a_fault() -> None:
    bad = fault(administration(effectivePeriod={"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T08:59:00Z"}))
    assert bad.path == "MedicationAdministration.effectivePeriod.end"


@pytest.mark.parametrize(
    "text", ["2026-02-30T09:00:00Z", "9999-12-31T23:59:59-14:00", "soon", "2026-W10-2", "20260303"]
)
def test_a_time_that_is_none_is_a_fault(text: str) -> None:
    bad = fault(administration(effectivePeriod=None, effectiveDateTime=text))
    assert (bad.path, bad.said) == ("MedicationAdministration.effectiveDateTime", text)


@pytest.mark.parametrize(
    ("concept", "route"),
    [
        ({"coding": [{"system": SNOMED, "code": "255560000"}]}, Route.INTRAVENOUS),
        ({"coding": [{"system": SNOMED, "code": "34206005"}]}, Route.SUBCUTANEOUS),
        ({"coding": [{"system": SNOMED, "code": "263887005"}]}, Route.SUBCUTANEOUS),
        ({"coding": [{"system": SNOMED, "code": "78421000"}]}, Route.INTRAMUSCULAR),
        ({"coding": [{"system": SNOMED, "code": "58100008"}]}, Route.INTRA_ARTERIAL),
        ({"coding": [{"system": SNOMED, "code": "72607000"}]}, Route.INTRATHECAL),
        ({"coding": [{"system": SNOMED, "code": "420719007"}]}, Route.INTRAVENTRICULAR),
        ({"coding": [{"system": SNOMED, "code": "420287000"}]}, Route.UNLISTED),  # a chamber of the heart
        ({"coding": [{"system": SNOMED, "code": "38239002"}]}, Route.INTRAPERITONEAL),
        ({"coding": [{"system": SNOMED, "code": "372469009"}]}, Route.INTRAPLEURAL),
        ({"coding": [{"system": SNOMED, "code": "372466002"}]}, Route.INTRALESIONAL),
        ({"coding": [{"system": SNOMED, "code": "417255000"}]}, Route.UNLISTED),
        ({"text": "Intraosseous"}, Route.UNLISTED),
        ({"coding": [{"system": SNOMED, "code": "12130007"}]}, Route.OTHER),
        ({"text": "Epidural route"}, Route.OTHER),
        ({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0162", "code": "IM"}]}, Route.INTRAMUSCULAR),
        (
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "code": "SQ"}]},
            Route.SUBCUTANEOUS,
        ),
        ({"text": "  IV   Piggyback "}, Route.INTRAVENOUS),
        ({"coding": [{"system": "urn:local", "code": "39", "display": "Intravenous"}]}, Route.INTRAVENOUS),
        ({"coding": [{"system": "urn:local", "code": "47625008"}]}, None),  # a code means nothing in another system
        ({"text": "IV or PO"}, None),
        ({"coding": [{"system": SNOMED, "code": "1"}]}, None),
    ],
)
def test_route(concept: Json, route: Route | None) -> None:
    said = telling(administration(dosage=dosage(route=concept)))
    assert isinstance(said.fact, Administration)
    assert (said.fact.route, said.ignored) == (route, None)


def test_no_route_is_no_route() -> None:
    assert told(dosage=None).route is None


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        ({"coding": [{"system": SNOMED, "code": "26643006"}]}, "oral route"),
        ({"coding": [{"system": SNOMED, "code": "6064005"}]}, "topical route"),
        ({"text": "By mouth"}, "oral route"),
    ],
)
def test_a_route_that_is_not_injected_is_ignored_by_kind(concept: Json, kind: str) -> None:
    said = telling(administration(dosage=dosage(route=concept)))
    assert isinstance(said.fact, Administration)
    assert (said.fact.route, said.ignored) == (Route.OTHER, kind)


@pytest.mark.parametrize(
    ("concept", "method"),
    [
        ({"coding": [{"system": SNOMED, "code": "420620005"}]}, Method.PUSH),
        ({"text": "IV Push"}, Method.PUSH),
        ({"coding": [{"system": "urn:mimic", "code": "Drug Push"}]}, Method.PUSH),
        ({"coding": [{"system": SNOMED, "code": "36576007"}]}, Method.INFUSION),
        ({"coding": [{"system": SNOMED, "code": "422145002"}]}, None),  # inject, which may be either
        ({"text": "PICC line"}, None),
    ],
)
def test_method(concept: Json, method: Method | None) -> None:
    assert told(dosage=dosage(method=concept)).method is method


def test_rates() -> None:
    per_hour = {"numerator": {"value": 100, "unit": "mL"}, "denominator": {"value": 2, "unit": "h"}}
    ratio = {**dosage(), "rateRatio": per_hour}
    del ratio["rateQuantity"]
    assert told(dosage=ratio).rate == Quantity(Decimal(50), "mL/h")
    assert told(dosage=dosage(rateQuantity={"value": 0, "unit": "mL/h"})).rate == Quantity(Decimal(0), "mL/h")
    per_hour["denominator"] = {"value": 0, "unit": "h"}
    assert told(dosage=ratio).rate is None


@pytest.mark.parametrize("value", [-1, 10**19])
def test_an_amount_that_cannot_be_one_is_a_fault(value: int) -> None:
    bad = fault(administration(dosage=dosage(dose={"value": value, "unit": "mg"})))
    assert bad.path == "MedicationAdministration.dosage.dose.value"


def test_a_dose_with_a_comparator_is_not_known() -> None:
    assert told(dosage=dosage(dose={"value": 5, "comparator": "<", "unit": "mg"})).drugs[0].dose is None


def ingredient(text: str, above: Json | None, below: Json | None) -> Json:
    strength = {name: value for name, value in (("numerator", above), ("denominator", below)) if value}
    return {"itemCodeableConcept": {"text": text}, **({"strength": strength} if strength else {})}


def mixture(*ingredients: Json, code: Json | None = None, dose: Json | None = None) -> tuple[DrugGiven, ...]:
    medication = {"resourceType": "Medication", "id": "m", "code": code, "ingredient": list(ingredients)}
    return told(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m", "display": "not this"},
        contained=[{name: value for name, value in medication.items() if value}],
        dosage={"dose": dose} if dose else None,
    ).drugs


def test_a_mixture_is_reckoned_from_what_was_given_of_it() -> None:
    potassium = ingredient("potassium", {"value": 40, "unit": "meq"}, {"value": 250, "unit": "mL"})
    dextrose = ingredient("dextrose", {"value": 250, "unit": "mL"}, {"value": 250, "unit": "mL"})
    drugs = mixture(potassium, dextrose, code={"text": "the bag"}, dose={"value": 125, "unit": "mL"})
    assert [(drug.text, drug.dose) for drug in drugs] == [
        ("potassium", Quantity(Decimal(20), "meq")),
        ("dextrose", Quantity(Decimal(125), "mL")),
    ]


def test_a_strength_per_dose_is_the_amount_itself() -> None:
    bare = ingredient("one", {"value": 1, "unit": "g"}, None)
    per_dose = ingredient("two", {"value": 2, "unit": "g"}, {"value": 1, "unit": "dose"})
    assert [drug.dose for drug in mixture(bare, per_dose)] == [Quantity(Decimal(1), "g"), Quantity(Decimal(2), "g")]


def test_an_amount_in_other_units_is_left_open() -> None:
    potassium = ingredient("potassium", {"value": 2, "unit": "meq"}, {"value": 1, "unit": "mL"})
    saline = ingredient("saline", None, None)
    assert [drug.dose for drug in mixture(potassium, saline, dose={"value": 20, "unit": "meq"})] == [None, None]
    assert mixture(potassium, dose={"value": 20, "unit": "meq"})[0].dose == Quantity(Decimal(20), "meq")


def test_a_product_with_a_national_code_is_one_drug() -> None:
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "0206-8862-02"}]}
    parts = [ingredient("piperacillin", None, None), ingredient("tazobactam", None, None)]
    (drug,) = mixture(*parts, code=code, dose={"value": 4.5, "unit": "g"})
    assert drug == DrugGiven(
        (Coding("http://hl7.org/fhir/sid/ndc", "0206-8862-02"),), None, Quantity(Decimal("4.5"), "g")
    )


def test_a_medication_in_the_bundle_is_found_and_one_elsewhere_keeps_its_display() -> None:
    medication = {"resourceType": "Medication", "id": "m9", "code": {"text": "iron sucrose"}}
    pointing = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m9"}}
    itself, item = reading(bundle(medication, administration(**pointing))).items
    assert isinstance(itself, Telling)
    assert itself.kind == "composition"
    assert isinstance(item, Telling)
    assert isinstance(item.fact, Administration)
    assert (item.fact.drugs[0].text, item.fact.medication) == ("iron sucrose", None)
    elsewhere = {"reference": "Medication/other", "display": "ceftriaxone"}
    assert told(medicationCodeableConcept=None, medicationReference=elsewhere).drugs[0].text == "ceftriaxone"


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ({"reference": "Patient/p2"}, "Patient/p2"),
        ({"reference": "Patient/p2/_history/4"}, "Patient/p2"),
        ({"reference": "Patient/p2", "identifier": {"system": "urn:mrn", "value": "9"}}, "urn:mrn|9"),
        ({"identifier": {"value": "9"}}, "|9"),
    ],
)
def test_patient(subject: Json, key: str) -> None:
    assert telling(administration(subject=subject)).patient == key


def test_what_is_kept_of_one_resource_says_nothing_of_the_next() -> None:
    """What is kept goes by equality, and 1500.00 is equal to 1500."""
    doses = [json.dumps(administration()).replace("1500,", f"{said},").encode() for said in ("1500", "1500.00", "1500")]
    for raw, said in zip(doses, ("1500", "1500.00", "1500"), strict=True):
        fact = telling(raw).fact
        assert isinstance(fact, Administration)
        assert fact.drugs[0].dose is not None
        assert str(fact.drugs[0].dose.value) == said
