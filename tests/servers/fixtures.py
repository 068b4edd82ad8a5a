"""Real servers as fixtures: one of each for the whole run, or one of a test's own to kill and hold.

KAFKA_BOOTSTRAP and FHIR_BASE point the shared ones at others. What cannot be had here skips, saying why.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TypeVar

import pytest

from tests.servers.fhir import fhir_server as new_fhir_server
from tests.servers.jars import ServerUnavailableError
from tests.servers.kafka import kafka_server as new_kafka_server
from tests.servers.keeper import end_all, shared
from tests.servers.server import Server
from tests.servers.validator import Validator

RUN = "HANGTIME_TEST_RUN"
OWNER = pytest.StashKey[Path]()

Had = TypeVar("Had")


def pytest_configure(config: pytest.Config) -> None:
    """What all workers of the run know: the process that is the run, and a folder, made when a server is asked for."""
    if RUN not in os.environ:
        folder = Path(gettempdir()) / f"hangtime-{uuid.uuid4().hex}"
        os.environ[RUN] = f"{os.getpid()}:{folder}"
        config.stash[OWNER] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over: so are its servers."""
    if OWNER in config.stash:
        del os.environ[RUN]
        end_all(config.stash[OWNER])


@pytest.fixture(scope="session")
def kafka() -> str:
    """The bootstrap address of a broker that the whole run shares: give your topics names of their own."""
    return os.environ.get("KAFKA_BOOTSTRAP") or _shared("kafka")


@pytest.fixture(scope="session")
def fhir_server() -> str:
    """The base url of a FHIR server that the whole run shares; it takes references to what it does not hold."""
    return os.environ.get("FHIR_BASE") or _shared("fhir")


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Validator]:
    """HAPI's validator: resources in, their OperationOutcomes out."""
    with or_skipped(lambda: Validator(tmp_path_factory.mktemp("validator"))) as running:
        yield running


@pytest.fixture
def own_kafka() -> Iterator[Callable[..., Server]]:
    """Makes brokers, started, that are the test's own: `own_kafka(users={...})`."""
    yield from _own(new_kafka_server)


@pytest.fixture
def own_fhir_server() -> Iterator[Callable[..., Server]]:
    """Makes FHIR servers, started, that are the test's own: `own_fhir_server(check_references=True)`."""
    yield from _own(new_fhir_server)


def _shared(kind: str) -> str:
    pid, folder = os.environ[RUN].split(":", 1)
    return or_skipped(lambda: shared(kind, Path(folder), int(pid)))


def _own(make: Callable[..., Server]) -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def started(**options: object) -> Server:
        server = or_skipped(lambda: make(Path(mkdtemp(prefix="hangtime-")), **options))
        made.append(server)
        or_skipped(server.start)
        return server

    yield started
    for server in made:
        server.end()
        shutil.rmtree(server.folder, ignore_errors=True)


def or_skipped(get: Callable[[], Had]) -> Had:
    """What it gives; where it cannot be had, the test is skipped, which CI does not let pass."""
    try:
        return get()
    except ServerUnavailableError as fault:
        pytest.skip(f"NO REAL SERVER: {fault}")
