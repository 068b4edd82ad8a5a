"""The published map is true: the page is fresh, and changing a field changes the fact its row names.

`python -m tests.test_ras_map` writes the page anew.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coder.facts import VisitReason
from mappers.hl7.ras_map import ROWS, Row, ras_map_page
from mappers.profile import Profile
from mappers.profile_files import read_profile
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, SETTINGS, ras, with_field

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ras-map.md"
RXE = "RXE||A^a|1000||mL"
BARE_RXA = with_field(with_field(RXA, 20, ""), 21, "")
LINES = {"MSH": MSH, "PID": PID, "PV1": PV1, "ORC": ORC, "RXA": RXA, "RXR": RXR}

# For each row the segments that meet its condition, in place of the sample's or beside them, and the new value.
PROBES: dict[str, tuple[dict[str, str], str]] = {
    "MSH-3": ({}, "OTHER"),
    "MSH-7": ({}, "20260303110000"),
    "MSH-10": ({}, "CTRL-2"),
    "MSH-11": ({}, "T"),
    "PID-3": ({}, "9^^^HOSP^MR"),
    "PID-7": ({}, "19620408"),
    "PID-18": ({"PV1": with_field(PV1, 19, "")}, "ACC-9"),
    "PV1-2": ({}, "E"),
    "PV1-3": ({}, "ICU"),
    "PV1-3 places": ({}, "PACU"),
    "PV1-7": ({}, "4711^Wu"),
    "PV1-18": ({}, "OBS"),
    "PV1-19": ({}, "VN-9"),
    "PV1-44": ({}, "202603030700"),
    "PV1-45": ({}, "202603031700"),
    "PV2-3": ({"PV2": "PV2|"}, "CHEMO"),
    "ORC-2": ({}, "ORD-9"),
    "ORC-3": ({"ORC": with_field(ORC, 2, "")}, "RX-9"),
    "ORC-5": ({"RXA": BARE_RXA}, "CM"),
    "ORC-12": ({}, "D9^Doe"),
    "RXO-20": ({"RXO": "RXO|A^a"}, "I10^Hypertension^I10C"),
    "RXE-27": ({"RXE": RXE}, "E11.9^Diabetes^I10"),
    "RXE-22": ({"RXE": RXE}, "H8"),
    "RXE-23": ({"RXE": with_field(RXE, 24, "mL/hr")}, "125"),
    "TQ1-13": ({"TQ1": "TQ1|1"}, "90^min"),
    "RXC-2": ({"RXC": "RXC|A|K^potassium|40|meq"}, "S^saline"),
    "RXC-3": ({"RXC": "RXC|A|K^potassium|40|meq"}, "20"),
    "RXA-3": ({}, "202603030910"),
    "RXA-4": ({}, "202603031000"),
    "RXA-5": ({}, "X^other"),
    "RXA-6": ({}, "500"),
    "RXA-7": ({}, "g"),
    "RXA-10": ({}, "N9^Nurse"),
    "RXA-11": ({}, "OR4"),
    "RXA-12": ({}, "100 mL/hr"),
    "RXA-15": ({}, "A1234"),
    "RXA-16": ({}, "20270131"),
    "RXA-18": ({}, "00^Refused"),
    "RXA-19": ({"RXA": BARE_RXA}, "NA"),
    "RXA-19 reasons": ({}, "L03.119^Cellulitis^I10C"),
    "RXA-20": ({}, "PA"),
    "RXA-21": ({}, "D"),
    "RXA-27": ({}, "OR4"),
    "RXR-1": ({}, "SC"),
    "RXR-2": ({}, "^Right hand"),
    "RXR-3": ({}, "^Ambulatory pump"),
    "RXR-4": ({}, "IVP"),
    "RXR-5": ({"RXR": with_field(RXR, 2, "")}, "^Lumen 2"),
    "OBX-5": ({"OBX": "OBX|1|ST|PURPOSE"}, "hydration"),
    "NTE-3": ({"NTE": "NTE|1|"}, "Purpose: flush"),
    "DG1-3": ({"DG1": "DG1|1||A00.0^Cholera^I10"}, "B00.0^Other^I10"),
    "DG1-6": ({"DG1": "DG1|1||A00.0^Cholera^I10"}, "F"),
    "DG1-15": ({"DG1": "DG1|1||A00.0^Cholera^I10"}, "1"),
    "IN1-1": ({"IN1": "IN1|1|P|1|AETNA"}, "2"),
    "IN1-14": ({"IN1": "IN1|1|P|1|AETNA"}, "A-77"),
    "IN1-22": ({"IN1": "IN1|1|P|1|AETNA"}, "2"),
    "IN1-4": ({"IN1": "IN1|1|P|1|AETNA"}, "MEDICARE"),
    "PR1-3": ({"PR1": "PR1|1||44970^A^C4"}, "71045^B^C4"),
    "PRT-5": ({"PRT": "PRT|1|AD||SUPERVISOR"}, "D7^Cuddy"),
    "FT1-25": ({"FT1": "FT1|1|T||20260303||CG|X"}, "99284^E^C4"),
}
ORDER = (
    "MSH",
    "PID",
    "PV1",
    "PV2",
    "DG1",
    "IN1",
    "PR1",
    "FT1",
    "ORC",
    "TQ1",
    "RXO",
    "RXE",
    "RXC",
    "RXA",
    "PRT",
    "RXR",
    "OBX",
    "NTE",
)


@pytest.fixture
def sender(tmp_path: Path) -> Profile:
    path = tmp_path / "mar.yaml"
    path.write_text("name: mar\nabout: where they operate\nsenders: [MAR]\nplaces: {OR4: operating-room}\n")
    return read_profile(path)


def values(fact: str, lines: dict[str, str], sender: Profile) -> list[object]:
    """What every telling of a message has for a fact, such as `Administration.route`."""
    kind, _, name = fact.partition(".")
    settings = replace(SETTINGS, profiles=(sender,), visit_reasons={"CHEMO": VisitReason.CHEMOTHERAPY})
    value = ras(*(lines[segment] for segment in ORDER if segment in lines))
    told = [item for item in read(Record("map", 0, 0, value), settings).items if isinstance(item, Telling)]
    if kind == "Telling":
        return [getattr(telling, name) for telling in told if telling.kind == "administration"]
    return [getattr(telling.fact, name) for telling in told if type(telling.fact).__name__ == kind]


def probe(row: Row) -> str:
    """What a row's probe is called: its field, and the fact where another row of that field stands before it."""
    first = next(each for each in ROWS if each.field == row.field)
    return row.field if row is first else f"{row.field} {row.fact.partition('.')[2]}"


@pytest.mark.parametrize("row", ROWS, ids=probe)
def test_a_row_is_true(row: Row, sender: Profile) -> None:
    changed, text = PROBES[probe(row)]
    lines = LINES | changed
    segment, _, number = row.field.partition("-")
    probed = lines | {segment: with_field(lines[segment], int(number), text)}
    before, after = values(row.fact, lines, sender), values(row.fact, probed, sender)
    assert after
    assert before != after


def test_every_row_has_a_probe_and_no_probe_is_left() -> None:
    assert [probe(row) for row in ROWS] == list(PROBES)


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == ras_map_page()


if __name__ == "__main__":
    PAGE.write_text(ras_map_page(), encoding="utf-8")
