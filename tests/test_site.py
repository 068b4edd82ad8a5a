"""The site file: what it says, what it refuses, and how it says so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coder.policy import Midnight, Policy
from console.site.loading import Site, SiteError, load_site

SMALLEST = """
[site]
name = "Lakeside"
time_zone = "America/Denver"
identifier_key = "env:LAKESIDE_KEY"
"""

WHOLE = """
[site]
name = "Lakeside"
facility = "lakeside-infusion"
time_zone = "America/Denver"
place_of_service = "11"
identifier_key = "env:LAKESIDE_KEY"
first_service_date = 2026-03-01
canonical = "https://lakeside.example/fhir/"
test_patients = ["LAKE|T1", "Patient/test"]

[ledger]
url = "sqlite:///data/lakeside.db"

[policy]
midnight = "start"
bag_gap_minutes = 20

[deadlines]
missing_stop_hours = 12

[[kafka]]
name = "bedside"
brokers = "10.0.0.1:9093, 10.0.0.2:9093"
group = "lakeside"
start = 2026-03-01T00:00:00Z
security = { protocol = "SASL_SSL", mechanism = "PLAIN", username = "lake", password = "file:kafka", ca = "ca.pem" }
topics = [ { name = "bedside.mar", format = "fhir" }, { name = "bedside.ras", format = "hl7v2" } ]

[[publish]]
name = "out"
kind = "kafka"
brokers = "10.0.0.1:9093"
topic = "lakeside.charges"

[[publish]]
name = "record"
kind = "fhir"
url = "https://record.lakeside.example/fhir"
write = "transaction"
mode = "shadow"

[console]
listen = "0.0.0.0:9000"
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKESIDE_KEY", "a long secret")


def written(folder: Path, text: str) -> Path:
    path = folder / "lakeside.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SiteError) as caught:
        load_site(written(folder, text))
    return caught.value.problems


def with_line(line: str) -> str:
    return SMALLEST + line + "\n"


def whole_site(folder: Path) -> Site:
    (folder / "kafka").write_text("broker secret\n", encoding="utf-8")
    return load_site(written(folder, WHOLE))


def test_the_smallest_site_takes_every_default(tmp_path: Path) -> None:
    site = load_site(written(tmp_path, SMALLEST))
    assert (site.name, site.facility) == ("Lakeside", "Lakeside")
    assert site.zone == ZoneInfo("America/Denver")
    assert site.canonical == "https://hangtime.example/fhir"
    assert site.first_service_date is None
    policy = site.policy()
    assert policy == Policy(zone=site.zone)
    assert policy.place == "22"
    assert (policy.midnight, policy.bag_gap_minutes, policy.missing_stop_hours) == (Midnight.THRESHOLD, 15, 24)
    assert policy.zone == site.zone


def test_a_whole_site_says_what_it_says(tmp_path: Path) -> None:
    site = whole_site(tmp_path)
    assert site.facility == "lakeside-infusion"
    assert site.canonical == "https://lakeside.example/fhir"
    assert site.first_service_date == date(2026, 3, 1)
    assert site.reading().test_patients == {"LAKE|T1", "Patient/test"}
    policy = site.policy()
    assert (policy.midnight, policy.bag_gap_minutes, policy.missing_stop_hours) == (Midnight.START, 20, 12)
    assert [(target.name, target.kind, target.mode) for target in site.settings.publish] == [
        ("out", "kafka", "on"),
        ("record", "fhir", "shadow"),
    ]
    assert site.settings.console.listen == "0.0.0.0:9000"


def test_an_input_of_a_whole_site(tmp_path: Path) -> None:
    (bedside,) = whole_site(tmp_path).settings.kafka
    assert bedside.start == datetime(2026, 3, 1, tzinfo=UTC)
    assert [(topic.name, topic.format) for topic in bedside.topics] == [
        ("bedside.mar", "fhir"),
        ("bedside.ras", "hl7v2"),
    ]
    assert bedside.security.password is not None
    assert bedside.security.password.get_secret_value() == "broker secret"
    assert bedside.security.ca == tmp_path / "ca.pem"


def test_a_key_may_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    assert load_site(written(tmp_path, SMALLEST)).identity_key() == b"a long secret"
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("from a file\n", encoding="utf-8")
    text = SMALLEST.replace("env:LAKESIDE_KEY", "file:secrets/key")
    assert load_site(written(tmp_path, text)).identity_key() == b"from a file"


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    site = whole_site(tmp_path)
    shown = repr(site) + str(site.settings) + str(site.settings.model_dump())
    assert "a long secret" not in shown
    assert "broker secret" not in shown


@pytest.mark.parametrize("key", ["hunter2", "env:", "env:NOT_SET_ANYWHERE", "file:absent", "file:empty"])
def test_a_key_that_is_not_a_secrets_place_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "empty").touch()
    (problem,) = problems(tmp_path, SMALLEST.replace("env:LAKESIDE_KEY", key))
    assert problem.startswith("site.identifier_key: wanted ")
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "text",
    [
        '[ledger]\nurl = "postgresql://me:hunter2@db.example/ledger"',
        '[[publish]]\nname = "a"\nkind = "fhir"\nurl = "https://me:hunter2@record.example"',
        '[[kafka]]\nname = "a"\nbrokers = "b:1"\ntopics = [{name = "t", format = "fhir"}]\n'
        'security = {protocol = "SASL_SSL", mechanism = "PLAIN", username = "me", password = "hunter2"}',
        '[[publish]]\nname = "a"\nkind = "kafka"\nbrokers = "b:1"\ntopic = "t"\npasword = "hunter2"',
        'identifier_kee = "hunter2"',
    ],
)
def test_a_secret_written_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, with_line(text))
    assert "hunter2" not in problem


def test_a_secret_is_not_repeated_where_its_table_is_not_whole(tmp_path: Path) -> None:
    text = '[[kafka]]\nname = "a"\nbrokers = "b:1"\ntopics = [{name = "t", format = "fhir"}]\n'
    text += 'security = {protocol = "SASL_SSL", mechanism = "PLAIN", password = "env:LAKESIDE_KEY"}'
    (problem,) = problems(tmp_path, with_line(text))
    assert problem == "kafka[1].security: said a table, wanted username beside the protocol SASL_SSL"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("first_service_dat = 2026-01-01", "site.first_service_dat: an unknown key; the nearest known one is "),
        ('plase_of_service = "22"', "site.plase_of_service: an unknown key; the nearest known one is place_of_service"),
        ("[polcy]", "polcy: an unknown key; the nearest known one is policy"),
        ("[policy]\nbag_gap = 3", "policy.bag_gap: an unknown key; the nearest known one is bag_gap_minutes"),
        ('place_of_service = "2"', "site.place_of_service: said '2', wanted two digits in quotes, such as \"22\""),
        ("place_of_service = 22", "site.place_of_service: said 22, wanted text in quotes"),
        ('first_service_date = "soon"', "site.first_service_date: said 'soon', wanted a date such as 2026-01-01"),
        ('canonical = "lakeside"', "site.canonical: said 'lakeside', wanted an address that begins with https://"),
        ('test_patients = "T1"', "site.test_patients: said 'T1', wanted a list"),
        ('[policy]\nmidnight = "noon"', "policy.midnight: said 'noon', wanted 'threshold' or 'start'"),
        ('[policy]\nhours_modifier = "maybe"', "policy.hours_modifier: said 'maybe', wanted 'yes' or 'no'"),
        ("[policy]\nhours_modifier = true", "policy.hours_modifier: said True, wanted 'yes' or 'no'"),
        ('[policy]\ndistinct_modifier = "XS"', "policy.distinct_modifier: said 'XS', wanted '59' or 'X'"),
        ('[[policy.chemo_family]]\ndrug = "x"', "policy.chemo_family[1].family: missing, wanted the codes it is given"),
        (
            '[[policy.chemo_family]]\ndrug = "x"\nfamily = "hormonal"\npayor = "y"',
            "policy.chemo_family[1].payor: an unknown key; the nearest known one is payer",
        ),
        ("[policy]\nbag_gap_minutes = -1", "policy.bag_gap_minutes: said -1, wanted a whole number from 0"),
        ("[policy]\nbag_gap_minutes = true", "policy.bag_gap_minutes: said True, wanted a whole number"),
        ("[deadlines]\nmissing_stop_hours = 0", "deadlines.missing_stop_hours: said 0, wanted a whole number from 1"),
        ('[ledger]\nurl = "mysql://x"', "ledger.url: said 'mysql://x', wanted sqlite:///PATH or postgresql://"),
        ('[console]\nlisten = "8090"', "console.listen: said '8090', wanted host:port"),
        ('[[publish]]\nname = "a"\nkind = "fax"', "publish[1].kind: said fax, wanted kafka or fhir"),
        ('[[publish]]\nname = "a"\nkind = "fhir"', "publish[1].url: missing, wanted the base address"),
        ('[[kafka]]\nname = "a"\nbrokers = "b:1"\ntopics = []', "kafka[1].topics: said a list, wanted at least one"),
        (
            '[[kafka]]\nname = "a"\nbrokers = "b:1"\ntopics = [{name = "t", format = "xml"}]',
            "kafka[1].topics[1].format: said 'xml', wanted 'fhir' or 'hl7v2'",
        ),
        (
            '[[kafka]]\nname = "a"\nbrokers = "b:1"\nstart = "now"\ntopics = [{name = "t", format = "fhir"}]',
            'kafka[1].start: said \'now\', wanted "earliest", "latest" or an instant',
        ),
    ],
)
def test_each_refusal_names_the_key_what_was_said_and_what_was_wanted(tmp_path: Path, line: str, said: str) -> None:
    (problem,) = problems(tmp_path, with_line(line))
    assert problem.startswith(said)
    assert "\n" not in problem


def test_a_zone_must_be_known(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, SMALLEST.replace("America/Denver", "America/Denber"))
    assert problem.startswith("site.time_zone: said 'America/Denber', wanted an IANA time zone")


@pytest.mark.parametrize("zone", ["../etc/passwd", "/etc/localtime", "America"])
def test_a_zone_is_no_path(tmp_path: Path, zone: str) -> None:
    (problem,) = problems(tmp_path, SMALLEST.replace("America/Denver", zone))
    assert problem.startswith("site.time_zone: said ")


def test_two_targets_need_two_names(tmp_path: Path) -> None:
    target = '[[publish]]\nname = "a"\nkind = "kafka"\nbrokers = "b:1"\ntopic = "t"\n'
    (problem,) = problems(tmp_path, with_line(target * 2))
    assert problem == "publish: said a list, wanted each name once, not a again"


def test_all_problems_come_at_once_in_the_order_of_the_settings(tmp_path: Path) -> None:
    text = '[site]\ntime_zone = "Mars"\nidentifier_key = "x"\n[policy]\nmidnite = 1\n[console]\nlisten = "x"\n'
    assert [problem.partition(":")[0] for problem in problems(tmp_path, text)] == [
        "site.name",
        "site.time_zone",
        "site.identifier_key",
        "policy.midnite",
        "console.listen",
    ]


def test_a_file_without_its_site_table_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "") == ["site: missing, wanted the table [site]"]


def test_a_file_that_is_not_toml_not_text_or_not_there_is_one_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[site\n")
    assert "is not TOML" in problem
    (tmp_path / "lakeside.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "lakeside.toml", tmp_path / "absent.toml", tmp_path):
        with pytest.raises(SiteError) as caught:
            load_site(path)
        assert len(caught.value.problems) == 1
        assert str(path) in str(caught.value)


def test_a_ledgers_path_is_relative_to_the_site_file(tmp_path: Path) -> None:
    site = whole_site(tmp_path)
    assert site.ledger_url() == f"sqlite:///{tmp_path}/data/lakeside.db"
    assert site.ledger_url("sqlite:///elsewhere.db") == "sqlite:///elsewhere.db"
    assert load_site(written(tmp_path, SMALLEST)).ledger_url() == "sqlite://"
    absolute = with_line('[ledger]\nurl = "sqlite:////srv/ledger.db"')
    assert load_site(written(tmp_path, absolute)).ledger_url() == "sqlite:////srv/ledger.db"


def test_a_ledgers_address_with_a_password_comes_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKESIDE_LEDGER", "postgresql://me:hunter2@db.example/ledger")
    site = load_site(written(tmp_path, with_line('[ledger]\nurl = "env:LAKESIDE_LEDGER"')))
    assert site.ledger_url() == "postgresql://me:hunter2@db.example/ledger"
    assert "hunter2" not in repr(site)


def test_without_a_file_the_sample_site_serves() -> None:
    site = load_site()
    assert (site.name, site.facility, str(site.zone)) == ("Sample General", "Sample General", "America/Chicago")
    assert site.identity_key() == load_site(None).identity_key()
    assert site.ledger_url() == "sqlite://"
    assert site.path is None


def test_the_profile_of_charge_items(tmp_path: Path) -> None:
    profile = whole_site(tmp_path).profile("rules|2026-01-01")
    assert profile.canonical == "https://lakeside.example/fhir"
    assert profile.facility.system == "https://lakeside.example/fhir/facility"
    assert profile.facility.value == "lakeside-infusion"
    assert profile.rule_set == "rules|2026-01-01"
