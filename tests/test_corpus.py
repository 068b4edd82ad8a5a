"""Every message of the shared corpus is read without an exception, and its specials come out as they must."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coder.facts import Administration, AdministrationStatus, Encounter, Method, PatientClass, Route
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Ignored, Item, Telling
from tests.corpus import CORPUS, documents
from tests.corpus_golden import GOLDEN, golden

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"))

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside this checkout")

FILES = sorted(path for path in CORPUS.rglob("*") if path.suffix in {".hl7", ".json", ".ndjson"})


def items(name: str) -> Iterator[Item]:
    for place, value in enumerate(documents(CORPUS / name)):
        yield from read(Record(name, 0, place, value), SETTINGS).items


def administrations(name: str) -> list[Administration]:
    facts = [item.fact for item in items(name) if isinstance(item, Telling)]
    return [fact for fact in facts if isinstance(fact, Administration)]


def encounter(name: str) -> Encounter:
    facts = [item.fact for item in items(name) if isinstance(item, Telling)]
    (fact,) = [fact for fact in facts if isinstance(fact, Encounter)]
    return fact


def fault(name: str) -> Fault:
    (item,) = items(name)
    assert isinstance(item, Fault)
    return item


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_record_is_read_into_items(path: Path) -> None:
    for place, value in enumerate(documents(path)):
        found = read(Record(path.name, 0, place, value), SETTINGS).items
        assert found
        assert all(isinstance(item, Telling | Ignored | Fault) for item in found)
        assert all(item.path and item.wanted and len(item.said) <= 200 for item in found if isinstance(item, Fault))


def test_the_corpus_is_mostly_understood() -> None:
    every = [item for path in FILES for item in items(str(path.relative_to(CORPUS)))]
    counted = {kind: sum(isinstance(item, kind) for item in every) for kind in (Telling, Ignored, Fault)}
    assert sum(counted.values()) == len(every)
    assert counted[Telling] > counted[Fault]


def test_every_hl7_message_has_its_golden() -> None:
    """What changed is looked at and kept with `python -m tests.corpus_golden`."""
    assert golden().splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_a_status_in_the_wrong_field_is_never_taken_for_done() -> None:
    for name in ("hl7v2/ras/ras_01_pyxis_enoxaparin_sc.hl7", "hl7v2/ras/ras_02_pyxis_lorazepam_ivp_waste_nte.hl7"):
        assert administrations(name)[0].status is AdministrationStatus.UNKNOWN


def test_ivp_as_a_route_is_a_vein_and_no_push() -> None:
    (given,) = administrations("hl7v2/ras/ras_02_pyxis_lorazepam_ivp_waste_nte.hl7")
    assert (given.route, given.method) == (Route.INTRAVENOUS, None)


def test_a_start_and_its_completion_have_the_same_order_and_start() -> None:
    (started,) = administrations("hl7v2/ras/ras_03_alaris_oxaliplatin_start.hl7")
    (completed,) = administrations("hl7v2/ras/ras_05_alaris_oxaliplatin_complete.hl7")
    assert (started.status, completed.status) == (AdministrationStatus.IN_PROGRESS, AdministrationStatus.COMPLETED)
    assert (started.order, started.start, started.end) == (completed.order, completed.start, None)
    assert completed.end is not None


def test_double_byte_text_is_decoded_before_it_is_cut() -> None:
    in_utf8 = administrations("hl7v2/ras/ras_07_jahis_two_rxa.hl7")
    in_iso2022 = administrations("hl7v2/ras/ras_08_jahis_two_rxa_iso2022jp.hl7")
    assert len(in_utf8) == 2
    assert [each.drugs for each in in_iso2022] == [each.drugs for each in in_utf8]


def test_each_stretch_of_rxa_has_its_own_rxr() -> None:
    given = administrations("hl7v2/ras/ras_11_uhn_cgta_a.hl7")
    assert [each.route for each in given] == [None, None, Route.INTRAVENOUS, Route.INTRAVENOUS]
    assert [str(each.rate.value) for each in given if each.rate] == ["100", "100", "200", "200"]


def test_a_route_that_stands_only_before_the_rxa_counts() -> None:
    name = "hl7v2/ras/ras_17_machete_216_amoxicillin_encoding_first.hl7"
    assert [item.ignored for item in items(name) if isinstance(item, Telling)] == [None, "oral route"]


def test_a_date_is_no_start() -> None:
    (given,) = administrations("hl7v2/ras/ras_25_hapi_java_metformin.hl7")
    assert (given.start, given.encounter) == (None, "day:Hospital|900002|2025-04-02")


def test_a_department_of_several_words() -> None:
    seen = encounter("hl7v2/ras/ras_29_bpam_rbc_transfusion_c.hl7")
    assert (seen.department, seen.patient_class) == ("4W Oncology", PatientClass.INPATIENT)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ras_19_frag_no_pid", "PID-3"),
        ("ras_21_frag_no_rxa", "RXA"),
        ("ras_26_rxg_instead_of_rxa", "RXA"),
        ("ras_34_hl7spec_291_ampicillin", "MSH-7"),
        ("ras_35_hl7spec_291_odd_encoding_chars", "MSH-12"),
        ("ras_37_google_segments_test", "PID-3"),
        ("ras_41_tplt_cn_s007_v26_header", "PID-3"),
    ],
)
def test_what_a_message_lacks_is_named(name: str, path: str) -> None:
    assert fault(f"hl7v2/ras/{name}.hl7").path == path


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in {"adt", "pcd", "dft", "rgv", "other"}])
def test_no_other_message_becomes_an_administration(path: Path) -> None:
    if path.suffix == ".hl7":
        assert administrations(str(path.relative_to(CORPUS))) == []


def test_the_piggyback_of_a_vendor_is_three_drugs_with_their_amounts() -> None:
    (given,) = administrations("fhir/cerner/R4_MEDICATION_ADMINISTRATION_ENTRY.json")
    doses = [str(drug.dose.value) + str(drug.dose.unit) for drug in given.drugs if drug.dose]
    assert doses == ["40meq", "40meq", "250mL"]
    assert (given.route, given.method, given.end) == (Route.INTRAVENOUS, None, None)


def test_a_push_charted_as_one() -> None:
    (given,) = administrations("fhir/r4_spec/MedicationAdministration-medadmin0301.json")
    assert (given.method, given.status, given.end) == (Method.PUSH, AdministrationStatus.IN_PROGRESS, None)


def test_a_period_on_an_oral_drug_is_ignored_by_its_route() -> None:
    (item,) = items("fhir/r4_spec/MedicationAdministration-medadmin0306.json")
    assert isinstance(item, Telling)
    assert item.ignored == "oral route"


def test_the_classes_of_the_official_encounters() -> None:
    assert encounter("fhir/r4_spec/Encounter-home.json").patient_class is PatientClass.HOME
    assert encounter("fhir/r4_spec/Encounter-f001.json").patient_class is PatientClass.OUTPATIENT
