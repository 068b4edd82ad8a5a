"""`hangtime check` tries every connection of a site at once, says each in one line, and writes nothing anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from console import connections
from console.cli import main
from console.connections import Tried, try_connections
from console.site.loading import load_site
from listeners.kafka.cluster import Cluster
from listeners.kafka.errors import InputTrouble
from listeners.kafka.settings import KafkaSettings
from publishers.kafka.connecting import TopicSettings
from publishers.report import Trouble
from tests.fake_fhir import FakeFhir, Fault
from tests.owing import on_a_loop
from tests.servers.kafka import create_topics
from tests.servers.server import Server, free_port
from tests.small_logs import write_site

INPUT = """
[[kafka]]
name = "mar"
brokers = "{brokers}"
security = {security}
topics = [ {{ name = "mar.fhir" }}, {{ name = "mar.ras", format = "hl7v2" }} ]
"""
TOPIC = """
[[publish]]
name = "charges"
kind = "kafka"
brokers = "{brokers}"
topic = "charges"
mode = "shadow"
security = {security}
"""
LETTERS = """
[dead_letters]
brokers = "{brokers}"
topic = "letters"
security = {security}
"""
EHR = """
[[publish]]
name = "{name}"
kind = "fhir"
url = "{url}"
{more}
"""
PLAIN = '{ protocol = "PLAINTEXT" }'
BROKERS = "127.0.0.1:9"


def kafka_site(folder: Path, brokers: str = BROKERS, security: str = PLAIN) -> Path:
    return write_site(folder, (INPUT + TOPIC + LETTERS).format(brokers=brokers, security=security))


def ehr(url: str, name: str = "ehr", more: str = "") -> str:
    return EHR.format(name=name, url=url, more=more)


async def tried(site: Path, seconds_most: float = 60) -> list[Tried]:
    return await asyncio.to_thread(try_connections, load_site(site), seconds_most)


async def checked(capsys: pytest.CaptureFixture[str], site: Path) -> tuple[int, list[str]]:
    """The exit code of a check, and its lines that are about connections."""
    code = await asyncio.to_thread(main, ["check", "--site", str(site)])
    said = capsys.readouterr()
    assert said.err == ""
    lines = [
        line for line in said.out.splitlines() if line.split()[1].rstrip(":") in {"kafka", "publish", "dead_letters"}
    ]
    return code, lines


@on_a_loop
async def test_servers_that_are_not_there_are_all_said_each_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    site = kafka_site(tmp_path, f"127.0.0.1:{port}")
    site.write_text(site.read_text() + ehr(f"http://127.0.0.1:{port}/fhir", more="mode = 'shadow'"))
    code, lines = await checked(capsys, site)
    assert code == 1
    assert lines == [
        f"problem  kafka mar: 127.0.0.1:{port}: no broker can be reached",
        f"problem  publish charges: 127.0.0.1:{port}: no broker can be reached",
        f"problem  publish ehr: http://127.0.0.1:{port}/fhir: the server cannot be reached",
        f"problem  dead_letters: 127.0.0.1:{port}: no broker can be reached",
    ]


@on_a_loop
async def test_all_is_well_where_every_topic_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(settings: KafkaSettings) -> Cluster:
        return Cluster("c", {}, dict.fromkeys(settings.topics, (0,)))

    async def count(settings: TopicSettings) -> int:
        return len(settings.topic)

    monkeypatch.setattr(connections, "ask_cluster", ask)
    monkeypatch.setattr(connections, "count_partitions", count)
    code, lines = await checked(capsys, kafka_site(tmp_path))
    assert code == 0
    assert lines == [
        f"ok       kafka mar: {BROKERS}: topic mar.fhir, topic mar.ras there",
        f"ok       publish charges: {BROKERS}: topic charges there, 7 partition(s)",
        f"ok       dead_letters: {BROKERS}: topic letters there, 7 partition(s)",
    ]


@on_a_loop
async def test_each_topic_that_is_missing_is_said_and_an_answer_that_never_comes_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(settings: KafkaSettings) -> Cluster:
        raise InputTrouble(*(f"topic {topic}: there is none of this name" for topic in settings.topics))

    async def count(settings: TopicSettings) -> int:
        if settings.topic == "letters":
            raise Trouble("no letters")
        return await asyncio.Event().wait()

    monkeypatch.setattr(connections, "ask_cluster", ask)
    monkeypatch.setattr(connections, "count_partitions", count)
    found = await tried(kafka_site(tmp_path), seconds_most=0.2)
    assert [one.problems for one in found] == [
        (
            "kafka mar: topic mar.fhir: there is none of this name",
            "kafka mar: topic mar.ras: there is none of this name",
        ),
        (f"publish charges: {BROKERS}: no answer in 0.2 seconds",),
        ("dead_letters: no letters",),
    ]


@on_a_loop
async def test_a_certificate_that_is_not_there_and_a_fault_of_our_own_hide_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count(settings: TopicSettings) -> int:
        raise KeyError("CANARY") if settings.topic == "letters" else Trouble("no topic")

    monkeypatch.setattr(connections, "count_partitions", count)
    found = await tried(kafka_site(tmp_path, security='{ protocol = "SSL", ca = "no.pem" }'))
    absent, no_topic, fault = (line for one in found for line in one.problems)
    assert absent == f"kafka mar: security.ca: {tmp_path}/no.pem: No such file or directory"
    assert no_topic == "publish charges: no topic"
    assert fault.startswith("dead_letters: a fault of hangtime's own, KeyError at test_connections.py:")


@pytest.mark.parametrize(
    ("offers", "more", "says"),
    [
        (("updateCreate", "conditionalUpdate"), "", "ok: ChargeItems can be written by update"),
        (("conditionalUpdate",), "mode = 'shadow'", "ok: ChargeItems can be written by conditional-update"),
        (
            ("updateCreate", "conditionalUpdate"),
            "write = 'conditional-update'",
            "ok: ChargeItems can be written by cond",
        ),
        (("conditionalUpdate",), "write = 'update'", "write: said update, the server offers conditional-update"),
        ((), "", "the server offers neither update with client ids nor conditional update of ChargeItems"),
    ],
)
@on_a_loop
async def test_a_fhir_server_must_offer_a_way_to_write_or_the_one_the_site_says(
    offers: tuple[str, ...], more: str, says: str, tmp_path: Path
) -> None:
    async with FakeFhir(offers=offers) as server:
        (found,) = await tried(write_site(tmp_path, ehr(server.url, more=more)))
        text = found.well.replace(server.url, "ok") if found.well else found.problems[0]
        assert says in text
        assert server.asked == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.SIGN_IN, "the server refuses the sign-in (401)"),
        (Fault.HTML, "what answers is no FHIR server (200 text/html)"),
        (Fault.BROKEN, "the server fails (500)"),
    ],
)
@on_a_loop
async def test_a_fhir_server_that_does_not_tell_what_it_offers(fault: Fault, says: str, tmp_path: Path) -> None:
    async with FakeFhir(always=fault) as server:
        (found,) = await tried(write_site(tmp_path, ehr(server.url)))
        assert found == Tried(None, (f"publish ehr: {server.url}: {says}",))


@on_a_loop
async def test_a_way_of_writing_that_there_is_not_yet_is_a_problem_also_of_a_shadow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeFhir() as server:
        more = ehr(server.url, "one", "write = 'transaction'\nmode = 'shadow'")
        site = write_site(tmp_path, more + ehr(server.url, "two", "write = 'conditional-create'"))
        assert await asyncio.to_thread(main, ["check", "--site", str(site)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("problem")] == [
        f"problem  {site}: publish[1].write: said transaction, wanted update or conditional-update",
        f"problem  {site}: publish[2].write: said conditional-create, wanted update or conditional-update",
    ]


@pytest.mark.parametrize("kind", ["dft", "oracle"])
def test_a_kind_of_target_that_there_is_not_yet(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = write_site(tmp_path, f"[[publish]]\nname = 'x'\nkind = '{kind}'\nmode = 'shadow'\n")
    assert main(["check", "--site", str(site)]) == 1
    assert f"publish[1].kind: said {kind}, wanted kafka or fhir" in capsys.readouterr().out


# --- real servers ----------------------------------------------------------------------------------------------------


def test_a_real_broker_before_and_after_its_topics_are_there(
    own_kafka: Callable[..., Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The broker makes topics that are named to it, as brokers do unless told otherwise; by a check none is made."""
    brokers = own_kafka(makes_topics=True).address
    site = kafka_site(tmp_path, brokers)
    for _ in range(2):
        code, lines = asyncio.run(checked(capsys, site))
        assert (code, len(lines)) == (1, 4)
        assert lines[:2] == [
            f"problem  kafka mar: topic {name}: there is none of this name" for name in ("mar.fhir", "mar.ras")
        ]
        assert lines[2:] == [
            f"problem  publish charges: {brokers}: there is no topic charges",
            f"problem  dead_letters: {brokers}: there is no topic letters",
        ]
    assert asyncio.run(_topics(brokers)) == []
    asyncio.run(create_topics(brokers, {"mar.fhir": 2, "mar.ras": 1, "charges": 3, "letters": 1}))
    code, lines = asyncio.run(checked(capsys, site))
    assert code == 0
    assert [line.split()[0] for line in lines] == ["ok"] * 3
    assert f"publish charges: {brokers}: topic charges there, 3 partition(s)" in lines[1]


async def _topics(brokers: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        return [str(name) for name in await admin.list_topics()]
    finally:
        await admin.close()


def test_a_real_broker_that_refuses_the_password(
    own_kafka: Callable[..., Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    brokers = own_kafka(users={"bob": "right"}).address
    security = '{ protocol = "SASL_PLAINTEXT", mechanism = "PLAIN", username = "bob", password = "env:BOB" }'
    site = kafka_site(tmp_path, brokers, security)
    monkeypatch.setenv("BOB", "wrong")
    code, lines = asyncio.run(checked(capsys, site))
    assert code == 1
    refusal = f"{brokers}: the broker refuses the user name or the password"
    assert lines == [f"problem  {name}: {refusal}" for name in ("kafka mar", "publish charges", "dead_letters")]
    monkeypatch.setenv("BOB", "right")
    _, lines = asyncio.run(checked(capsys, site))
    assert refusal not in "".join(lines)


def test_a_real_fhir_server(fhir_server: str, tmp_path: Path) -> None:
    (found,) = try_connections(load_site(write_site(tmp_path, ehr(fhir_server, f"ehr-{uuid4().hex}"))))
    assert found.problems == ()
    assert f"{fhir_server}: ChargeItems can be written by " in str(found.well)
