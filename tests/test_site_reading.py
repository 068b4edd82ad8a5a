"""What a site file says of its senders: profiles, observations, reasons for a visit, and who judges messages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from coder.facts import Administration, Encounter, Quantity, VisitReason
from console.site.loading import SiteError, load_site
from mappers.conformance import Conformance
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXR, ras, rxa, with_field
from tests.test_site import SMALLEST, written

PROFILE = """
name: Ours
about: one of ours
senders: [OURS]
statuses:
  Hung: completed
"""
KAFKA = """
[[kafka]]
name = "mar"
brokers = "127.0.0.1:9092"
conformance = "{conformance}"
topics = [ {{ name = "mar.ras", format = "hl7v2" }}, {{ name = "mar.fhir" }} ]
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKESIDE_KEY", "a long secret")


def reading(folder: Path, text: str) -> ReadingSettings:
    return load_site(written(folder, SMALLEST + text)).reading()


def problem(folder: Path, text: str) -> str:
    with pytest.raises(SiteError) as caught:
        load_site(written(folder, SMALLEST + text))
    (line,) = caught.value.problems
    return line


def facts(settings: ReadingSettings, *lines: str) -> list[object]:
    items = read(Record("mar.ras", 0, 0, ras(*lines)), settings).items
    return [item.fact for item in items if isinstance(item, Telling)]


def given(settings: ReadingSettings, *lines: str) -> Administration:
    return next(fact for fact in facts(settings, *lines) if isinstance(fact, Administration))


def test_a_listed_observation_is_read_beside_those_that_always_are(tmp_path: Path) -> None:
    settings = reading(
        tmp_path,
        """
[reading]
observations = { "9-1" = "waste", "9-2" = { means = "purpose", values = { "Keep open" = "keep-vein-open" } } }
""",
    )
    fact = given(
        settings, MSH, PID, ORC, rxa(), RXR, "OBX|1|NM|9-1||20|mg", "OBX|2|ST|9-2||KEEP OPEN", "OBX|3|ST|ATTENDED||Y"
    )
    assert fact.wasted == Quantity(Decimal(20), "mg")
    assert (fact.purpose and fact.purpose.value, fact.attended) == ("keep-vein-open", True)


def test_a_reason_for_a_visit_is_read(tmp_path: Path) -> None:
    settings = reading(tmp_path, '[reading]\nvisit_reasons = { "Chemo Day" = "chemotherapy", "HYD" = "hydration" }\n')
    for said, meant in (("CH^chemo day", VisitReason.CHEMOTHERAPY), ("hyd", VisitReason.HYDRATION), ("other", None)):
        visits = [
            fact
            for fact in facts(settings, MSH, PID, PV1, f"PV2|||{said}", ORC, rxa(), RXR)
            if isinstance(fact, Encounter)
        ]
        assert [visit.reason for visit in visits] == [meant]


def test_profiles_ship_or_stand_beside_the_site_file(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(PROFILE, encoding="utf-8")
    settings = reading(tmp_path, '[reading]\nprofiles = ["epic_like_ras", "ours.yaml"]\n')
    for sender, said in (("OURS", "Hung"), ("EPIC", "Given")):
        fact = given(settings, with_field(MSH, 3, sender), PID, ORC, rxa((20, said)), RXR)
        assert fact.status.value == "completed"
    assert given(settings, MSH, PID, ORC, rxa((20, "Hung")), RXR).status.value == "unknown"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            'profiles = ["epic"]',
            "reading.profiles[1]: said 'epic', wanted a YAML file, or one that ships: epic_like_ras",
        ),
        ('profiles = ["none.yaml"]', "none.yaml"),
        ('profiles = ["bad.yaml"]', "statusses"),
        ('profiles = ["epic_like_ras", "epic_like_ras"]', "one profile for each sender, not two for EPIC"),
        ('observations = { "9-1" = "wast" }', "waste"),
        ("observations = 3", "a table of codes and what they mean"),
        ('visit_reasons = { "Day" = "chemo" }', "reading.visit_reasons.Day: said 'chemo', wanted 'chemotherapy'"),
        ('observation = "x"', "the nearest known one is observations"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / "bad.yaml").write_text(PROFILE.replace("statuses", "statusses"), encoding="utf-8")
    assert wanted in problem(tmp_path, f"[reading]\n{text}\n")


@pytest.mark.parametrize("conformance", ["every", "sampled", "off"])
def test_the_strict_lane_judges_what_comes_in_and_nothing_that_is_replayed(tmp_path: Path, conformance: str) -> None:
    site = load_site(written(tmp_path, SMALLEST + KAFKA.format(conformance=conformance)))
    judged = {} if conformance == "off" else dict.fromkeys(("mar.ras", "mar.fhir"), Conformance(conformance))
    assert site.live_reading().conformance == judged
    assert site.reading().conformance == {}


def test_how_much_is_judged_is_one_of_three(tmp_path: Path) -> None:
    assert problem(tmp_path, KAFKA.format(conformance="some")).startswith("kafka[1].conformance: said 'some', wanted")
