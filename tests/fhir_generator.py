"""FHIR resources as senders make them, well and badly: the same for the same seed, in R4 or in R5.

What is random is what the mapper reads; around it stands what it must not trip over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

Json = dict[str, Any]

SNOMED, UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
RXNORM, NDC = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/ndc"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ICD, CPT = "http://hl7.org/fhir/sid/icd-10-cm", "http://www.ama-assn.org/go/cpt"
URL = "https://any.example/fhir"
STATUSES = ("completed", "completed", "in-progress", "not-done", "on-hold", "stopped", "entered-in-error", "unknown")
DRUGS = (
    {"coding": [{"system": RXNORM, "code": "1594653", "display": "dalbavancin"}], "text": "Dalbavancin"},
    {"coding": [{"system": NDC, "code": "25021-0166-48"}, {"system": "urn:local", "code": "PIP45"}]},
    {"text": "sodium chloride 0.9% – Zoë"},
    {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "85"}]},
)
ROUTES = (
    {"coding": [{"system": SNOMED, "code": "47625008", "display": "Intravenous route"}], "text": "IV Piggyback"},
    {"coding": [{"system": SNOMED, "code": "26643006"}]},
    {"text": "IV push"},
    {"coding": [{"system": "urn:local", "code": "39"}], "text": "somewhere"},
)
METHODS = (
    {"coding": [{"system": SNOMED, "code": "420620005"}]},
    {"text": "Continuous infusion"},
    {"text": "PICC line"},
)
SITES = ({"text": "Left forearm"}, {"text": "Right chest port"}, {"coding": [{"system": SNOMED, "code": "66480008"}]})
AMOUNTS = (4.5, 1500, 0, 250.0, 0.125, 1000000)
UNITS = ("mg", "g", "mL", "[iU]", "meq")
RATES = ("mL/h", "mg/min", "min")
EXTENSIONS: tuple[tuple[str, Json], ...] = (
    ("infuse-over-time", {"valueQuantity": {"value": 120.0, "unit": "minutes", "system": UCUM, "code": "min"}}),
    ("purpose", {"valueCode": "hydration"}),
    ("attended", {"valueBoolean": True}),
    ("wasted-amount", {"valueQuantity": {"value": 12.5, "unit": "mg"}}),
    ("second-access", {"valueCode": "protocol"}),
    ("lesions", {"valueInteger": 3}),
    ("taken-over", {"valueDateTime": "2026-03-03T09:10:00-06:00"}),
    ("something-else", {"valueString": "never read"}),
)


@dataclass(frozen=True, slots=True)
class Made:
    """One document, and whether it is R5."""

    value: bytes
    r5: bool


def documents(count: int, seed: int) -> Iterator[Made]:
    """So many documents from a seed on."""
    return (document(number) for number in range(seed, seed + count))


def document(seed: int) -> Made:
    """The document of a seed: mostly one resource, now and then a Bundle of several."""
    maker = _Maker(Random(seed))
    made = maker.bundle() if maker.odds(0.1) else maker.resource()
    return Made(json.dumps(made, indent=maker.any_of((None, None, 1))).encode(), maker.r5)


class _Maker:
    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.r5 = chance.random() < 0.4

    def odds(self, share: float) -> bool:
        return self._chance.random() < share

    def any_of(self, choices: Any) -> Any:
        return self._chance.choice(choices)

    def bundle(self) -> Json:
        kind = self.any_of(("collection", "message", "searchset", "batch", "transaction"))
        entries = [
            {"fullUrl": f"urn:uuid:{n}", "resource": self.resource()} for n in range(self._chance.randrange(1, 5))
        ]
        for entry in entries if kind in {"batch", "transaction"} else ():
            entry["request"] = {"method": "PUT", "url": "x/1"}
        return {"resourceType": "Bundle", "type": kind, "entry": entries}

    def resource(self) -> Json:
        makers = (
            self._encounter, self._procedure, self._condition, self._coverage, self._service_request,
            self._medication_request, self._composition,
        )  # fmt: skip
        return self.any_of(makers)() if self.odds(0.3) else self._administration()

    def _base(self, kind: str, **elements: Any) -> Json:
        number = self._chance.randrange(300)
        base: Json = {"resourceType": kind, "id": f"x-{number}"}
        if self.odds(0.8):
            base["meta"] = {"versionId": "1", "lastUpdated": self._time(zone=True)}
        if self.odds(0.5):
            base["identifier"] = [{"system": "urn:oid:1.2.3", "value": f"N{number}"}]
        if self.odds(0.2):
            base["text"] = {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>told</div>"}
        return base | {name: value for name, value in elements.items() if value is not None}

    def _maybe(self, value: Any, share: float = 0.6) -> Any:
        return value if self.odds(share) else None

    def _time(self, *, zone: bool = True) -> str:
        day, hour, minute = self._chance.randrange(1, 29), self._chance.randrange(24), self._chance.randrange(60)
        offset = self.any_of(("Z", "-06:00", "+01:00")) if zone else ""
        return f"2026-03-{day:02}T{hour:02}:{minute:02}:{self.any_of(('00', '30.250'))}{offset}"

    def _subject(self) -> Json:
        number = self._chance.randrange(300)
        named = {"reference": f"Patient/p{number}", "display": "Never Kept"}
        return named | ({"identifier": {"system": "urn:mrn", "value": str(number)}} if self.odds(0.3) else {})

    def _period(self) -> Json:
        start = self._time()
        first = {"start": start}
        return (
            first | {"end": f"{start[:11]}23:59:00{start[-6:] if start[-1] != 'Z' else 'Z'}"}
            if self.odds(0.7)
            else first
        )

    def _quantity(self, units: tuple[str, ...] = UNITS) -> Json:
        unit = self.any_of(units)
        return {"value": self.any_of(AMOUNTS), "unit": unit} | (
            {"system": UCUM, "code": unit} if self.odds(0.5) else {}
        )

    # --- what was given ----------------------------------------------------------------------------------------------

    def _administration(self) -> Json:
        time = self._period() if self.odds(0.6) else self._time()
        name = ("occurence" if self.r5 else "effective") + ("Period" if isinstance(time, dict) else "DateTime")
        where = {"reference": "Encounter/e1"}
        made = self._base(
            "MedicationAdministration",
            status=self.any_of(STATUSES),
            subject=self._subject(),
            dosage=self._maybe(self._dosage(), 0.9),
            request=self._maybe({"reference": "MedicationRequest/r1", "identifier": {"value": "ORD-9"}}),
            partOf=self._maybe([{"reference": "Procedure/op1"}], 0.1),
            extension=self._maybe(self._extensions(), 0.3),
        )
        reason = {"coding": [{"system": ICD, "code": "C50.911"}]}
        actor, device = {"reference": "Practitioner/n1", "display": "Nurse"}, {"display": "Portable pump"}
        function = {"coding": [{"code": self.any_of(("performer", "OP", "verifier"))}]}
        if self.r5:
            wrapped: Json = {"reference": actor}
            rest = {"encounter": where, "reason": [{"concept": reason}], "device": [{"reference": device}]}
        else:
            wrapped = actor
            rest = {"context": where, "reasonCode": [reason], "device": [device]}
        rest["performer"] = [{"function": function, "actor": wrapped}]
        chosen = {key: value for key, value in rest.items() if self.odds(0.5)}
        return made | {name: time} | chosen | self._medication()

    def _medication(self) -> Json:
        drug = self.any_of(DRUGS)
        if self.odds(0.7):
            return {"medication": {"concept": drug}} if self.r5 else {"medicationCodeableConcept": drug}
        strength = {"numerator": {"value": 40, "unit": "meq"}, "denominator": {"value": 250, "unit": "mL"}}
        ingredients = [
            {"item": {"concept": each}, "strengthRatio": strength}
            if self.r5
            else {"itemCodeableConcept": each, "strength": strength}
            for each in self._chance.sample(DRUGS, 2)
        ]
        held = {"resourceType": "Medication", "id": "m", "code": {"text": "bag"}, "ingredient": ingredients}
        pointer = {"reference": "#m", "display": "bag"}
        said: Json = {"medication": {"reference": pointer}} if self.r5 else {"medicationReference": pointer}
        return {"contained": [held]} | said

    def _dosage(self) -> Json:
        dose: Json = {"text": "as charted", "dose": self._quantity()}
        dose |= {"route": self.any_of(ROUTES)} if self.odds(0.8) else {}
        dose |= {"method": self.any_of(METHODS)} if self.odds(0.3) else {}
        dose |= {"site": self.any_of(SITES)} if self.odds(0.4) else {}
        if self.odds(0.3):
            return dose | {"rateQuantity": self._quantity(RATES)}
        ratio = {"numerator": self._quantity(("mL",)), "denominator": {"value": 2, "unit": "h"}}
        return dose | ({"rateRatio": ratio} if self.odds(0.2) else {})

    def _extensions(self) -> list[Json]:
        return [{"url": f"{URL}/{name}", **value} for name, value in self._chance.sample(EXTENSIONS, 2)]

    # --- what surrounds it -------------------------------------------------------------------------------------------

    def _encounter(self) -> Json:
        coding = {"system": ACT_CODE, "code": self.any_of(("AMB", "IMP", "EMER", "OBSENC", "VR"))}
        period: Json = {"actualPeriod" if self.r5 else "period": self._period()}
        kind: Json = {"class": [{"coding": [coding]}] if self.r5 else coding}
        status = self.any_of(("planned", "in-progress", "cancelled"))
        place = [{"location": {"display": self.any_of(("Infusion centre", "PACU"))}}]
        subject = self._subject()
        return self._base("Encounter", status=status, subject=subject, location=self._maybe(place)) | kind | period

    def _procedure(self) -> Json:
        time = {"occurrencePeriod" if self.r5 else "performedPeriod": self._period()}
        code = self.any_of(({"coding": [{"system": CPT, "code": "44970"}]}, {"text": "Blood transfusion"}))
        status = self.any_of(("completed", "not-done"))
        return self._base("Procedure", status=status, code=code, subject=self._subject()) | time

    def _condition(self) -> Json:
        code = {"coding": [{"system": ICD, "code": "C50.911"}]}
        onset = self._maybe("2026-02-01")
        status = {"coding": [{"code": "active"}]}
        subject = self._subject()
        return self._base("Condition", clinicalStatus=status, code=code, subject=subject, onsetDateTime=onset)

    def _coverage(self) -> Json:
        payer = {"display": "Lake Plan"}
        said = {"insurer": payer, "kind": "insurance"} if self.r5 else {"payor": [payer]}
        return self._base("Coverage", status="active", beneficiary=self._subject(), order=1) | said

    def _service_request(self) -> Json:
        concept = {"text": self.any_of(("Admit to inpatient", "Place in observation", "Consult"))}
        code = {"concept": concept} if self.r5 else concept
        when = self._time()
        subject = self._subject()
        return self._base(
            "ServiceRequest", status="active", intent="order", code=code, subject=subject, authoredOn=when
        )

    def _medication_request(self) -> Json:
        drug, why = {"text": "ceftriaxone"}, {"coding": [{"system": ICD, "code": "L03.119"}]}
        repeat = {"duration": self.any_of((30, 1.5)), "durationUnit": self.any_of(("min", "h"))}
        said: Json = {"medication": {"concept": drug}} if self.r5 else {"medicationCodeableConcept": drug}
        if self.odds(0.5):
            said |= {"reason": [{"concept": why}]} if self.r5 else {"reasonCode": [why]}
        return said | self._base(
            "MedicationRequest",
            status=self.any_of(("active", "completed", "cancelled")),
            intent="order",
            subject=self._subject(),
            requester=self._maybe({"reference": "Practitioner/d1"}),
            dosageInstruction=self._maybe([{"timing": {"repeat": repeat}}]),
        )

    def _composition(self) -> Json:
        strength = {"numerator": {"value": 40, "unit": "meq"}, "denominator": {"value": 250, "unit": "mL"}}
        concept = {"text": self.any_of(("potassium", "dextrose"))}
        item = {"item": {"concept": concept}} if self.r5 else {"itemCodeableConcept": concept}
        how = {"strengthRatio" if self.r5 else "strength": strength}
        return self._base(
            "Medication",
            status="active",
            code=self._maybe({"text": "the bag"}),
            ingredient=self._maybe([item | how]),
            batch=self._maybe({"lotNumber": "L-7", "expirationDate": "2027-01-31"}),
        )
