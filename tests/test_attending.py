"""Who attends to a patient: read from both wires, the newest word of it shown with the visit, deciding nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coder.facts import Encounter, Reference
from console.cli import app
from ledger.linking import link
from tests.fhir_samples import Json, administration, bundle, told_encounter
from tests.hl7_samples import MSH, PID, PV1, RXA, RXR, tellings, told_visit, with_field
from tests.told import stored

DOCTOR = Reference(None, None, "4711", "Ada Wu")


def test_pv1_names_the_attending() -> None:
    assert told_visit(with_field(PV1, 7, "4711^Wu^Ada~4712^Doe")).attending == DOCTOR
    assert told_visit(with_field(PV1, 7, "")).attending is None


def test_the_newest_message_that_names_one_counts_and_an_empty_field_takes_it_back() -> None:
    found, told = [], []
    for hour, who in enumerate(("4711^Wu^Ada", "4712^Doe", "", '""')):
        heading = with_field(with_field(MSH, 7, f"2026030311{hour:02}00"), 10, f"CTRL-{hour}")
        told += tellings(heading, PID, with_field(PV1, 7, who), RXA, RXR)
        (patient,) = link(stored(told)).patients.values()
        found.append([one.attending and one.attending.value for one in patient.encounters])
    assert found == [["4711"], ["4712"], ["4712"], [None]]


ATTENDING = {"type": [{"coding": [{"code": "ATND"}]}]}
WU = {"reference": "Practitioner/d1", "display": "Dr Wu"}


@pytest.mark.parametrize(
    "participant",
    [
        [ATTENDING | {"individual": WU}],
        [{"type": [{"text": "attender"}], "actor": WU}],
        [
            {"type": [{"text": "ADM"}], "individual": {"reference": "Practitioner/d9"}},
            ATTENDING,
            ATTENDING | {"actor": WU},
        ],
    ],
    ids=("R4", "R5", "among others"),
)
def test_an_encounter_names_the_attending(participant: list[Json]) -> None:
    assert told_encounter(participant=participant).attending == Reference("Practitioner/d1", display="Dr Wu")
    assert told_encounter().attending is None
    assert Encounter("", "").attending is None


def test_the_visit_is_shown_with_who_attends(tmp_path: Path) -> None:
    log = tmp_path / "one.json"
    who = [ATTENDING | {"individual": {"display": "Dr Wu"}}]
    visit = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "participant": who,
    }
    log.write_text(json.dumps(bundle(visit, administration())), encoding="utf-8")
    assert "attending Dr Wu" in CliRunner().invoke(app, ["code", str(log)]).output
    (told,) = json.loads(CliRunner().invoke(app, ["code", str(log), "--json"]).stdout)["visits"]
    assert told["attending"] == "Dr Wu"
