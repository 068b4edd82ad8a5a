"""What extensions, devices and parts of an administration and an encounter say, each with a decoy beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from coder.facts import (
    AccessDevice,
    ClassPeriod,
    PatientClass,
    Place,
    PlacePeriod,
    Pump,
    PumpOwner,
    Purpose,
    VisitReason,
)
from mappers.telling import Telling
from tests.fhir_samples import (
    ACT_CODE,
    Json,
    administration,
    bundle,
    dosage,
    encounter,
    extension,
    fault,
    reading,
    told,
    told_encounter,
)

V2_CLASS = "http://terminology.hl7.org/CodeSystem/v2-0004"


def minutes(value: int, unit: str | None = None) -> Json:
    return {"value": value} | ({"unit": unit} if unit else {})


@pytest.mark.parametrize(
    ("name", "value", "field", "meaning"),
    [
        ("attended", {"valueBoolean": False}, "attended", False),
        ("second-access", {"valueCode": "protocol"}, "second_access", "protocol"),
        ("purpose", {"valueCode": "pump-refill"}, "purpose", Purpose.PUMP_REFILL),
        ("pump-owner", {"valueCode": "site"}, "pump_owner", PumpOwner.SITE),
        ("continues-at-home", {"valueBoolean": True}, "continues_at_home", True),
        ("ordered-minutes", {"valueQuantity": minutes(60, "min")}, "ordered_minutes", 60),
        ("ordered-minutes", {"valueDuration": minutes(2, "h")}, "ordered_minutes", 120),
        ("ordered-minutes", {"valueDuration": minutes(90, "seconds")}, "ordered_minutes", 1),
        ("ordered-minutes", {"valueInteger": 45}, "ordered_minutes", 45),
        ("infuse-over-time", {"valueQuantity": minutes(120, "min")}, "ordered_minutes", 120),
        ("injections", {"valuePositiveInt": 2}, "injections", 2),
        ("lesions", {"valueInteger": 8}, "lesions", 8),
        ("lesions", {"valueQuantity": {"value": 7}}, "lesions", 7),
        ("puncture", {"valueBoolean": False}, "puncture", False),
        ("counselled", {"valueBoolean": True}, "counselled", True),
        ("demand-dose", {"valueBoolean": True}, "demand", True),
        ("taken-over", {"valueDateTime": "2026-03-03T09:10:00-06:00"}, "taken_over_at",
         datetime(2026, 3, 3, 15, 10, tzinfo=UTC)),
        ("access-device", {"valueCode": "port"}, "access_device", AccessDevice.PORT),
        ("place", {"valueCode": "operating-room"}, "place", Place.OPERATING_ROOM),
    ],
)  # fmt: skip
def test_an_extension_is_read_by_the_end_of_its_url(name: str, value: Json, field: str, meaning: object) -> None:
    assert getattr(told(extension=[extension(name, **value)]), field) == meaning
    assert getattr(told(extension=[extension(f"not-{name}", **value)]), field) is None


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("place", {"valueCode": "cellar"}, "(place).valueCode"),
        ("pump-owner", {"valueCode": "me"}, "(pump-owner).valueCode"),
        ("injections", {"valueInteger": 0}, "(injections)"),
        ("lesions", {"valueQuantity": {"value": 1.5}}, "(lesions)"),
        ("ordered-minutes", {"valueQuantity": minutes(3, "bags")}, "(ordered-minutes)"),
        ("ordered-minutes", {"valueQuantity": minutes(-3)}, "(ordered-minutes).value"),
        ("taken-over", {"valueDateTime": "1026-02-20T09:00:00Z"}, "(taken-over).valueDateTime"),
    ],
)  # fmt: skip
def test_an_extension_that_says_something_else_is_a_fault(name: str, value: Json, path: str) -> None:
    bad = fault(administration(extension=[extension(name, **value)]))
    assert bad.path == f"MedicationAdministration.extension{path}"


@pytest.mark.parametrize(
    ("display", "pump"),
    [
        ("Portable infusion pump", Pump.PORTABLE),
        ("Ambulatory  Pump 3", Pump.PORTABLE),
        ("elastomeric infusor", Pump.PORTABLE),
        ("Implanted pump", Pump.IMPLANTABLE),
        ("implantable", Pump.IMPLANTABLE),
        ("Stationary", Pump.STATIONARY),
        ("Syringe pump, bay 4", Pump.STATIONARY),
        ("On-body injector", Pump.ON_BODY),
        ("Implantable port", None),
        ("Portable scanner", None),
        ("No pump", None),
        ("Power injector", None),
    ],
)
def test_a_pump_by_what_a_device_displays(display: str, pump: Pump | None) -> None:
    assert told(device=[{"display": display}]).pump is pump


def test_a_pump_by_the_type_of_a_device_that_is_contained_or_beside() -> None:
    device = {"resourceType": "Device", "id": "d1", "type": {"coding": [{"code": "portable", "display": "Pump"}]}}
    assert told(contained=[device], device=[{"reference": "#d1"}]).pump is Pump.PORTABLE
    assert told(contained=[{**device, "id": "d2"}], device=[{"reference": "#d1"}]).pump is None
    _, item = reading(bundle(device, administration(device=[{"reference": "Device/d1"}]))).items
    assert isinstance(item, Telling)
    assert getattr(item.fact, "pump") is Pump.PORTABLE  # noqa: B009
    named = {"resourceType": "Device", "id": "d1", "deviceName": [{"name": "Implantable pump", "type": "other"}]}
    assert told(contained=[named], device=[{"reference": "#d1"}]).pump is Pump.IMPLANTABLE


@pytest.mark.parametrize(
    ("changes", "device"),
    [
        ({"device": [{"display": "Implanted port"}]}, AccessDevice.PORT),
        ({"device": [{"display": "Ommaya"}]}, AccessDevice.RESERVOIR),
        ({"device": [{"display": "PICC, double lumen"}]}, AccessDevice.CATHETER),
        ({"device": [{"display": "Pump reservoir"}]}, None),
        ({"dosage": dosage(site={"text": "Right chest port"})}, AccessDevice.PORT),
        ({"dosage": dosage(site={"text": "Side port of the Y-site"})}, None),
        (
            {"device": [{"display": "PICC"}], "extension": [extension("access-device", valueCode="port")]},
            AccessDevice.PORT,
        ),
    ],
)
def test_what_the_line_ends_in(changes: Json, device: AccessDevice | None) -> None:
    assert told(**changes).access_device is device


@pytest.mark.parametrize(
    ("wholes", "procedure"),
    [
        ([{"reference": "Procedure/op1"}], "fhir|Procedure/op1"),
        ([{"reference": "MedicationAdministration/a0"}, {"reference": "Procedure/p/_history/2"}], "fhir|Procedure/p"),
        ([{"reference": "MedicationAdministration/a0"}], None),
    ],
)  # fmt: skip
def test_the_procedure_an_administration_was_part_of(wholes: list[Json], procedure: str | None) -> None:
    assert told(partOf=wholes).procedure == procedure


# --- encounters ------------------------------------------------------------------------------------------------------


def history(*stretches: tuple[str, str, str | None]) -> list[Json]:
    """Classes with their hours on 2026-03-03."""
    return [
        {
            "class": {"system": ACT_CODE, "code": code},
            "period": {"start": f"2026-03-03T{start}:00Z"} | ({"end": f"2026-03-03T{end}:00Z"} if end else {}),
        }
        for code, start, end in stretches
    ]


def hour(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-03T{text}:00+00:00")


def classes(current: str, stretches: list[Json], **changes: Any) -> tuple[ClassPeriod, ...]:
    return told_encounter(
        **{"class": {"system": ACT_CODE, "code": current}, "classHistory": stretches, **changes}
    ).classes


def test_the_classes_of_an_encounter_over_time() -> None:
    past = history(("EMER", "08:00", "11:00"), ("OBSENC", "11:00", "19:30"))
    assert classes("IMP", past) == (
        ClassPeriod(PatientClass.EMERGENCY, hour("08:00"), hour("11:00")),
        ClassPeriod(PatientClass.OBSERVATION, hour("11:00"), hour("19:30")),
        ClassPeriod(PatientClass.INPATIENT, hour("19:30"), None),
    )
    assert classes("IMP", []) == ()


def test_a_history_that_holds_the_present_class_is_whole() -> None:
    told_whole = history(("EMER", "08:00", "11:00"), ("OBSENC", "11:00", None))
    assert [one.patient_class for one in classes("OBSENC", told_whole)] == ["emergency", "observation"]
    ended = {"period": {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T19:30:00Z"}, "status": "finished"}
    until_the_end = history(("EMER", "08:00", "11:00"), ("OBSENC", "11:00", "19:30"))
    assert len(classes("OBSENC", until_the_end, **ended)) == 2


@pytest.mark.parametrize(
    ("changes", "field", "meaning"),
    [
        ({"extension": [extension("series", valueBoolean=True)]}, "series", True),
        ({"class": {"system": V2_CLASS, "code": "R"}}, "series", True),
        ({"class": {"system": ACT_CODE, "code": "R"}}, "series", None),
        ({"extension": [extension("reason-for-visit", valueCode="chemotherapy")]}, "reason", VisitReason.CHEMOTHERAPY),
        ({"partOf": {"reference": "Encounter/e0"}}, "part_of", "fhir|Encounter/e0"),
        ({"partOf": {"identifier": {"value": "V-6"}}}, "part_of", "VN|V-6"),
    ],
)
def test_what_else_an_encounter_says(changes: Json, field: str, meaning: object) -> None:
    assert getattr(told_encounter(**changes), field) == meaning


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Operating Room 4", Place.OPERATING_ROOM),
        ("OR 2", Place.OPERATING_ROOM),
        ("PACU, bay 3", Place.RECOVERY),
        ("Hemodialysis unit", Place.DIALYSIS),
        ("CT", Place.IMAGING),
        ("Patient's home", Place.HOME),
        ("Ward 3 or 4", None),
        ("Infusion centre", None),
        ("Nursing home", None),
        ("Actuarial office", None),
        ("Hartford CT", None),
        ("3 West, OR 2", Place.OPERATING_ROOM),
    ],
)
def test_a_place_by_its_name(name: str, place: Place | None) -> None:
    (found,) = told_encounter(location=[{"location": {"display": name}}]).places or (None,)
    assert found == (PlacePeriod(place) if place else None)


def test_places_over_time() -> None:
    def there(name: str, start: str, end: str | None) -> Json:
        period = {"start": f"2026-03-03T{start}:00Z"} | ({"end": f"2026-03-03T{end}:00Z"} if end else {})
        return {"location": {"display": name}, "period": period}

    told_places = told_encounter(
        location=[
            there("Ward", "08:00", "11:00"),
            there("Main OR", "11:00", "12:30"),
            there("PACU", "12:30", None),
            {"location": {"display": "Radiology"}},
        ]
    ).places
    assert told_places == (
        PlacePeriod(Place.OPERATING_ROOM, hour("11:00"), hour("12:30")),
        PlacePeriod(Place.RECOVERY, hour("12:30")),
    )
    bad = fault(encounter(location=[there("PACU", "08:00", None) | {"period": {"start": "1026-03-03T08:00:00Z"}}]))
    assert bad.path == "Encounter.location[0].period.start"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("R", PatientClass.OUTPATIENT),
        ("O", PatientClass.OUTPATIENT),
        ("I", PatientClass.INPATIENT),
        ("E", PatientClass.EMERGENCY),
        ("B", PatientClass.UNKNOWN),
    ],
)
def test_a_class_in_the_letters_of_hl7_v2(code: str, meaning: PatientClass) -> None:
    assert told_encounter(**{"class": {"system": V2_CLASS, "code": code}}).patient_class is meaning


def test_a_reason_for_the_visit_outside_the_list_is_a_fault() -> None:
    bad = fault(encounter(extension=[extension("reason-for-visit", valueCode="pain")]))
    assert (bad.path, bad.said) == ("Encounter.extension(reason-for-visit).valueCode", "pain")
