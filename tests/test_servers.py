"""The real servers that other tests lean on: they come up, take what they should, survive a kill, and go."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

from tests.servers.fixtures import or_skipped
from tests.servers.jars import LOCKS, Jar, ServerUnavailableError, fetched, jars
from tests.servers.kafka import create_topics
from tests.servers.keeper import shared
from tests.servers.server import LOOK_AGAIN_SECONDS, Server, listens

ROOT = Path(__file__).resolve().parents[1]

Resource = dict[str, Any]


def new_patient() -> Resource:
    return {"resourceType": "Patient", "id": f"p-{uuid.uuid4().hex}", "active": True}


def charge_of(patient: Resource) -> Resource:
    return {
        "resourceType": "ChargeItem",
        "id": patient["id"],
        "status": "billable",
        "code": {"text": "an hour"},
        "subject": {"reference": f"Patient/{patient['id']}"},
    }


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(LOOK_AGAIN_SECONDS)


async def produced(bootstrap: str, topic: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def consumed(bootstrap: str, topic: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        return [(await consumer.getone()).value for _ in range(count)]


def put(base: str, resource: Resource) -> int:
    request = urllib.request.Request(
        f"{base}/{resource['resourceType']}/{resource['id']}",
        data=json.dumps(resource).encode(),
        headers={"Content-Type": "application/fhir+json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return int(answer.status)


def read(base: str, path: str, seconds: int = 120) -> Resource:
    with urllib.request.urlopen(f"{base}/{path}", timeout=seconds) as answer:
        found: Resource = json.load(answer)
    return found


@pytest.mark.asyncio
async def test_the_shared_broker_takes_and_gives(kafka: str) -> None:
    topic = f"smoke-{uuid.uuid4().hex}"
    await create_topics(kafka, {topic: 3})
    await produced(kafka, topic, b"one", b"two")
    assert sorted(await consumed(kafka, topic, 2)) == [b"one", b"two"]


@pytest.mark.asyncio
async def test_a_killed_broker_comes_back_with_what_it_had(own_kafka: Callable[..., Server]) -> None:
    broker = own_kafka()
    await create_topics(broker.address, {"kept": 1})
    await produced(broker.address, "kept", b"before")
    broker.kill()
    broker.start()
    await produced(broker.address, "kept", b"after")
    assert await consumed(broker.address, "kept", 2) == [b"before", b"after"]


@pytest.mark.asyncio
async def test_a_broker_with_users_takes_only_their_passwords(own_kafka: Callable[..., Server]) -> None:
    broker = own_kafka(users={"bob": "right"})
    for mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
        assert await logs_in(broker.address, mechanism, "right"), mechanism
        assert not await logs_in(broker.address, mechanism, "wrong"), mechanism


async def logs_in(bootstrap: str, mechanism: str, password: str) -> bool:
    client = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=mechanism,
        sasl_plain_username="bob",
        sasl_plain_password=password,
    )
    try:
        await client.start()
    except KafkaConnectionError:
        return False
    finally:
        await client.close()
    return True


def test_the_fhir_server_takes_client_ids(fhir_server: str) -> None:
    patient = new_patient()
    assert put(fhir_server, patient) == 201
    assert put(fhir_server, patient) == 200
    assert read(fhir_server, f"Patient/{patient['id']}")["meta"]["versionId"] == "1"


def test_a_killed_fhir_server_forgets_nothing_it_answered(own_fhir_server: Callable[..., Server]) -> None:
    server, patient = own_fhir_server(check_references=True), new_patient()
    with pytest.raises(urllib.error.HTTPError, match="400"):
        put(server.address, charge_of(patient))
    assert put(server.address, patient) == 201
    assert put(server.address, charge_of(patient)) == 201
    server.kill()
    server.start()
    assert read(server.address, f"ChargeItem/{patient['id']}")["status"] == "billable"
    server.stop()
    with pytest.raises(TimeoutError):
        read(server.address, f"Patient/{patient['id']}", seconds=1)
    server.cont()
    assert read(server.address, f"Patient/{patient['id']}")["active"]


def test_the_keeper_ends_with_the_run_even_where_that_is_killed(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        address = or_skipped(lambda: shared("kafka", tmp_path / "run", run.pid))
        assert listens(port := int(address.rsplit(":", 1)[1]))
        assert shared("kafka", tmp_path / "run", run.pid) == address
    finally:
        run.kill()
        run.communicate()
    wait_until(lambda: not (tmp_path / "run").exists())
    assert not listens(port)


def test_every_jar_is_pinned_by_its_hash() -> None:
    for lock in LOCKS:
        pinned = jars(lock)
        assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in pinned)
        assert len({(jar.group, jar.artifact) for jar in pinned}) == len(pinned) > 40


def test_what_cannot_be_fetched_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(jar: Jar, fresh: Path) -> None:
        raise OSError("no way out\nand a long story")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("tests.servers.jars._fetch_one", refuse)
    with pytest.raises(ServerUnavailableError, match=r"^the jars of kafka cannot be fetched: no way out$"):
        fetched("kafka")


@pytest.mark.parametrize(
    ("ci", "wanted"), [("true", {"failed": 1, "errors": 1, "xfailed": 1}), ("", {"skipped": 2, "xfailed": 1})]
)
def test_nothing_may_skip_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, wanted: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(
        test_one="""
        import pytest
        def test_skipped(): pytest.skip("for a reason")
        @pytest.mark.skipif(True, reason="for a reason")
        def test_marked(): pass
        @pytest.mark.xfail
        def test_known(): assert False
        """
    )
    done = pytester.runpytest_subprocess("-p", "tests.unskippable", "-p", "no:cacheprovider", "-rsf")
    done.assert_outcomes(**wanted)
    done.stdout.fnmatch_lines(["*for a reason*"])
