"""Sender profiles: the file's form, what each key changes, and the profile that ships for an Epic-like RAS sender."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    Encounter,
    Method,
    PatientClass,
    Place,
    Purpose,
    Quantity,
    Route,
    VisitReason,
)
from mappers.profile import Profile
from mappers.profile_files import ProfileError, read_profile, shipped_profiles
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Action, Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, SETTINGS, ras, rxa, with_field

WHOLE_PROFILE = """
name: a sender
about: every key once
format: hl7v2
senders: [MAR, MAR2]
zone: America/New_York
moved: {PV1-19: PV1-20, RXA-12: RXA-9}
statuses: {Done: completed, Hung: in-progress, Wait: paused, Over: ended}
actions: {Undo: delete}
routes: {"39": intravenous, Tube: oral}
methods: {shove: push}
drugs: {D-7: NDC 57970-0100-01}
systems: {LOC: urn:local}
classes: {DAYCARE: outpatient, "7": inpatient}
reasons: {CHEMO: chemotherapy}
places: {OR4: operating-room}
observations:
  WHY: {means: purpose, values: {TKO: keep-vein-open}}
  WATCHED: attended
stable_counters: yes
"""


def profile(folder: Path, text: str = WHOLE_PROFILE) -> Profile:
    path = folder / "sender.yaml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


def tellings(told: Profile, *lines: str) -> list[Telling]:
    items = read(Record("mar", 0, 0, ras(*lines)), replace(SETTINGS, profiles=(told,))).items
    found = [item for item in items if isinstance(item, Telling)]
    assert len(found) == len(items), items
    return found


def given(told: Profile, *lines: str) -> Administration:
    (fact,) = [each.fact for each in tellings(told, *lines) if isinstance(each.fact, Administration)]
    return fact


@pytest.fixture
def told(tmp_path: Path) -> Profile:
    return profile(tmp_path)


def test_times_without_an_offset_are_the_senders(told: Profile) -> None:
    assert given(told, MSH, PID, ORC, RXA, RXR).start == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
    elsewhere = given(told, with_field(MSH, 3, "OTHER"), PID, ORC, RXA, RXR)
    assert elsewhere.start == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


def test_fields_are_read_where_this_sender_puts_them(told: Profile) -> None:
    visit, administration = tellings(told, MSH, PID, with_field(PV1, 20, "V-9"), ORC, rxa((9, "75 mL/hr")), RXR)
    assert visit.identifiers == ("VN|V-9",)
    assert isinstance(administration.fact, Administration)
    assert administration.fact.rate == Quantity(Decimal(75), "mL/hr")


@pytest.mark.parametrize(
    ("word", "status", "rate"),
    [
        ("Done", AdministrationStatus.COMPLETED, None),
        ("done", AdministrationStatus.COMPLETED, None),
        ("Hung", AdministrationStatus.IN_PROGRESS, None),
        ("Wait", AdministrationStatus.ON_HOLD, Quantity(Decimal(0), None)),
        ("Over", AdministrationStatus.COMPLETED, Quantity(Decimal(0), None)),
        ("Gone", AdministrationStatus.UNKNOWN, None),
        ("CP", AdministrationStatus.COMPLETED, None),
    ],
)
def test_status_words_and_what_halts(told: Profile, word: str, status: AdministrationStatus, rate: object) -> None:
    fact = given(told, MSH, PID, ORC, rxa((4, ""), (9, ""), (20, word)), RXR)
    assert (fact.status, fact.rate) == (status, rate)


def test_what_has_an_end_of_its_own_is_not_halted_from_its_start(told: Profile) -> None:
    fact = given(told, MSH, PID, ORC, rxa((9, ""), (20, "Over")), RXR)
    assert (fact.status, fact.rate) == (AdministrationStatus.COMPLETED, None)
    assert fact.end == datetime(2026, 3, 3, 14, 31, tzinfo=UTC)


@pytest.mark.parametrize("fields", [((20, "CP"), (21, "Undo")), ((20, "Undo"), (21, "")), ((20, ""), (21, "undo"))])
def test_words_for_an_action(told: Profile, fields: tuple[tuple[int, str], ...]) -> None:
    (telling,) = tellings(told, MSH, PID, ORC, rxa(*fields), RXR)
    assert telling.action is Action.DELETE


@pytest.mark.parametrize(
    ("rxr", "route", "method"),
    [
        ("RXR|39^^99L", Route.INTRAVENOUS, None),
        ("RXR|39", Route.INTRAVENOUS, None),
        ("RXR|IV|||shove", Route.INTRAVENOUS, Method.PUSH),
        ("RXR|40^^99L", None, None),
    ],
)
def test_local_routes_and_methods(told: Profile, rxr: str, route: Route | None, method: Method | None) -> None:
    fact = given(told, MSH, PID, ORC, RXA, rxr)
    assert (fact.route, fact.method) == (route, method)


def test_a_local_route_may_be_one_that_is_not_billed(told: Profile) -> None:
    assert tellings(told, MSH, PID, ORC, RXA, "RXR|Tube")[0].ignored == "oral route"


def test_local_drug_codes_gain_one_that_is_known(told: Profile) -> None:
    drug = given(told, MSH, PID, ORC, rxa((5, "D-7^dalba^LOC")), RXR).drugs[0]
    ndc = Coding("http://hl7.org/fhir/sid/ndc", "57970-0100-01")
    assert drug.codings == (Coding("urn:local", "D-7", "dalba"), ndc)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("DAYCARE", PatientClass.OUTPATIENT), ("7", PatientClass.INPATIENT), ("E", PatientClass.EMERGENCY)],
)
def test_local_classes(told: Profile, said: str, meant: PatientClass) -> None:
    pv1 = with_field(with_field(with_field(PV1, 2, said), 18, ""), 20, "V-9")
    fact = tellings(told, MSH, PID, pv1, ORC, RXA, RXR)[0].fact
    assert isinstance(fact, Encounter)
    assert fact.patient_class is meant


def test_reasons_places_and_observations(told: Profile) -> None:
    lines = (MSH, PID, with_field(PV1, 20, "V-9"), "PV2|||CHEMO^Chemotherapy", ORC, rxa((11, "OR4")), RXR)
    visit, administration = tellings(told, *lines, "OBX|1|ST|WHY||tko", "OBX|2|ST|WATCHED||N")
    assert isinstance(visit.fact, Encounter)
    assert visit.fact.reason is VisitReason.CHEMOTHERAPY
    assert isinstance(administration.fact, Administration)
    said = (administration.fact.place, administration.fact.purpose, administration.fact.attended)
    assert said == (Place.OPERATING_ROOM, Purpose.KEEP_VEIN_OPEN, False)


def test_stable_counters_make_an_identifier(told: Profile) -> None:
    assert tellings(told, MSH, PID, ORC, RXA, RXR)[0].identifiers == ("hl7v2:MAR|ORD-1/0/1",)
    other = replace(told, stable_counters=False)
    assert tellings(other, MSH, PID, ORC, RXA, RXR)[0].identifiers == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "wanted keys"),
        ("name: x\nabout: y", "the key senders"),
        (WHOLE_PROFILE + "statusses: {}", "statuses?"),
        (
            WHOLE_PROFILE.replace("Done: completed", "Done: complete"),
            "statuses: Done: said 'complete', wanted completed?",
        ),
        (
            WHOLE_PROFILE.replace("PV1-19: PV1-20", "PV1-19: PID-20"),
            "moved: PV1-19: said 'PID-20', wanted a field of PV1",
        ),
        (WHOLE_PROFILE.replace("PV1-19: PV1-20", "PV1.19: PV1-20"), "a field such as PV1-19"),
        (WHOLE_PROFILE.replace("America/New_York", "Boston"), "an IANA time zone"),
        (WHOLE_PROFILE.replace('"39": intravenous', '"39": by vein'), "the name of a route"),
        (WHOLE_PROFILE.replace("NDC 57970-0100-01", "57970-0100-01"), "a system and a code"),
        (WHOLE_PROFILE.replace("TKO: keep-vein-open", "TKO: kvo"), "observations: WHY: TKO"),
        (WHOLE_PROFILE.replace("WATCHED: attended", "WATCHED: {means: waste, values: {}}"), "whose values are words"),
        (WHOLE_PROFILE.replace("Done: completed", "Done: completed, done: stopped"), "whatever its case"),
        (WHOLE_PROFILE.replace("stable_counters: yes", "stable_counters: maybe"), "one of yes, no"),
        (WHOLE_PROFILE.replace("[MAR, MAR2]", "MAR"), "a list of texts"),
        (WHOLE_PROFILE + "name: again", "stands twice"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProfileError) as refusal:
        profile(tmp_path, text)
    assert said in str(refusal.value)
    assert "sender.yaml" in str(refusal.value)


# --- the Epic-like sender that ships ----------------------------------------------------------------------------------

EPIC = with_field(MSH, 3, "EPIC^RAS_GENERIC")


def epic(action: str, field: int = 20, **more: str) -> Administration:
    changes = {4: "", 12: "", 20: "", 21: ""} | {int(number[1:]): text for number, text in more.items()}
    told = shipped_profiles()["epic_like_ras"]
    return given(told, EPIC, PID, ORC, rxa(*changes.items(), (field, action)), RXR)


@pytest.mark.parametrize("field", [20, 21])
@pytest.mark.parametrize(
    ("action", "status", "halted"),
    [
        ("Given", AdministrationStatus.COMPLETED, False),
        ("New Bag", AdministrationStatus.IN_PROGRESS, False),
        ("Rate Change", AdministrationStatus.IN_PROGRESS, False),
        ("Rate Verify", AdministrationStatus.IN_PROGRESS, False),
        ("Paused", AdministrationStatus.ON_HOLD, True),
        ("Restarted", AdministrationStatus.IN_PROGRESS, False),
        ("Stopped", AdministrationStatus.COMPLETED, True),
        ("Not Given", AdministrationStatus.NOT_DONE, False),
        ("Held", AdministrationStatus.NOT_DONE, False),
        ("Canceled Entry", AdministrationStatus.ENTERED_IN_ERROR, False),
    ],
)
def test_the_actions_of_an_epic_like_sender(
    action: str, field: int, status: AdministrationStatus, halted: bool
) -> None:
    fact = epic(action, field)
    assert (fact.status, fact.rate == Quantity(Decimal(0), None)) == (status, halted)


def test_without_its_profile_such_an_action_is_never_taken_for_done() -> None:
    fact = given(Profile(), EPIC, PID, ORC, rxa((4, ""), (20, "Not Given"), (21, "")), RXR)
    assert fact.status is AdministrationStatus.UNKNOWN


def test_an_action_that_is_a_push_is_charted_as_one() -> None:
    assert epic("IV Push").method is Method.PUSH
    assert epic("Given").method is None


def test_a_rate_change_keeps_its_rate() -> None:
    assert epic("Rate Change", f12="125 mL/hr").rate == Quantity(Decimal(125), "mL/hr")


def test_every_shipped_profile_is_read_and_says_what_it_is() -> None:
    assert "epic_like_ras" in shipped_profiles()
    for told in shipped_profiles().values():
        assert told.name
        assert told.about
        assert told.senders


def test_settings_without_profiles_know_no_sender() -> None:
    assert ReadingSettings(ZoneInfo("UTC")).senders.named("EPIC").name == "standard"
