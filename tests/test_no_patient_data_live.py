"""A running hangtime hears canary names from a broker and from an EHR, and tells none of them to those who watch."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.small_logs import write_site
from tests.test_no_patient_data import CANARY, MRN, clean, records

DEADLINE_SECONDS = 90
CAPABILITIES = {
    "resourceType": "CapabilityStatement",
    "rest": [{"mode": "server", "resource": [{"type": "ChargeItem", "updateCreate": True}]}],
}
REFUSAL = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": f"{CANARY} {MRN}"}]}


class RefusingEhr(BaseHTTPRequestHandler):
    """An EHR that takes client ids and refuses every charge, naming the patient."""

    def do_GET(self) -> None:
        """The CapabilityStatement, and nothing else."""
        there = self.path.endswith("/metadata")
        self._answer(200 if there else 404, CAPABILITIES if there else REFUSAL)

    def do_PUT(self) -> None:
        """A refusal for good."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(422, REFUSAL)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing on the terminal."""

    def _answer(self, status: int, document: object) -> None:
        body = orjson.dumps(document)
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def ehr() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), RefusingEhr) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/fhir"
        server.shutdown()
        thread.join(DEADLINE_SECONDS)


@pytest.fixture
def topic(kafka: str) -> str:
    """A topic with the canary records in it."""
    name = f"canaries-{uuid4().hex}"
    asyncio.run(asyncio.wait_for(_fill(kafka, name), DEADLINE_SECONDS))
    return name


async def _fill(kafka: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1), NewTopic(f"{name}.charges", 1, 1)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for record in records():
            await producer.send_and_wait(name, record.value, key=record.key)


@contextmanager
def serving(site: Path, stderr: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "console.cli", "serve", "--site", str(site)]
    with stderr.open("w") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def await_true(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + DEADLINE_SECONDS
    while not what():
        assert process.poll() is None, "serve has ended"
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def site_of(folder: Path, kafka: str, topic: str, ehr: str) -> Path:
    return write_site(
        folder,
        f"""
[ledger]
url = "sqlite:///ledger.db"
[[kafka]]
name = "mar"
brokers = "{kafka}"
group = "{topic}"
topics = [ {{ name = "{topic}", format = "fhir" }} ]
[[publish]]
name = "ehr"
kind = "fhir"
url = "{ehr}"
[[publish]]
name = "charges"
kind = "kafka"
brokers = "{kafka}"
topic = "{topic}.charges"
[console]
listen = "127.0.0.1:0"
""",
    )


def test_nobody_who_watches_learns_a_name(kafka: str, topic: str, ehr: str, tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    with serving(site_of(tmp_path, kafka, topic, ehr), log) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        found = re.search(r"http://\S+?:\d+", ready)
        assert found, log.read_text()

        def page(path: str) -> bytes:
            with urlopen(f"{found[0]}{path}", timeout=DEADLINE_SECONDS) as answer:
                body: bytes = answer.read()
            return body

        def all_told() -> bool:
            health = orjson.loads(page("/health"))
            targets = health["targets"]
            refused, delivered = targets["ehr"]["refused"], targets["charges"]["delivered"]
            told = health["postings"]["records"] == len(records()) and refused > 0 and delivered > 0
            return bool(told and health["ledger"]["dead_letters"] > refused)

        await_true(all_told, process)
        pages = [page(path) for path in ("/live", "/ready", "/health", "/metrics")]
        process.terminate()
        rest, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0, log.read_text()
    assert all(clean(text) for text in (ready, rest, log.read_text()))
    assert all(clean(text) for text in pages)
    lines = [orjson.loads(line) for line in log.read_text().splitlines()]
    assert "input listens" in {line["event"] for line in lines}
