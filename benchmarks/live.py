"""`python -m benchmarks.live`: how fast messages become ChargeItems on a topic, through a real Kafka and `serve`.

One broker, one `hangtime serve` on SQLite, and this sender and receiver share the machine. A message is an
Encounter or a MedicationAdministration; latency is from handing an administration to the producer until its
ChargeItem has come out of the topic.
"""

from __future__ import annotations

import asyncio
import os
import platform
import resource
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.live_load import Load, Timed, run
from benchmarks.profiled import report
from examples.live.sending import make_topics
from examples.live.serving import HANGTIME, Serve
from examples.live.site_file import CHARGES, DEAD_LETTERS, FHIR_TOPIC, HL7_TOPIC, Places, write_site
from tests.servers.kafka import kafka_server

LIBRARIES = ("aiokafka", "orjson", "pydantic", "SQLAlchemy")
RATES = (50, 200)
RATE_SECONDS = 20
BURST_MESSAGES = 3000
PROFILED = (sys.executable, "-m", "benchmarks.profiled")


def main() -> int:
    """Measure and print; the machine and the versions stand above the figures."""
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}, {os.cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES), "- Apache Kafka 4.3.1, one node")
    with TemporaryDirectory(prefix="hangtime-bench-") as folder, _broker(Path(folder)) as brokers:
        for rate in RATES:
            timed, _ = _measured(Path(folder), brokers, Load(f"at{rate}", rate * RATE_SECONDS, rate))
            print(f"{rate} messages/s for {RATE_SECONDS} s: {_latencies(timed)}", flush=True)
        timed, seconds = _measured(Path(folder), brokers, Load("burst", BURST_MESSAGES))
        each = f"{seconds / BURST_MESSAGES * 1e3:.1f} ms of processor time each, the start of serve shared among them"
        print(f"{BURST_MESSAGES} at once: {BURST_MESSAGES / timed.seconds:.0f} messages/s; {each}", flush=True)
        _measured(Path(folder), brokers, Load("profiled", BURST_MESSAGES), PROFILED)
        print("\nWhere the processor time of the threads of serve goes, slowed by measuring:")
        print(report(Path(folder) / "profiled"))
    return 0


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    server = kafka_server(folder / "kafka")
    try:
        server.start()
        yield server.address
    finally:
        server.end()


def _measured(folder: Path, brokers: str, load: Load, command: tuple[str, ...] = HANGTIME) -> tuple[Timed, float]:
    """One load through a `serve` of its own, with topics and a ledger of its own, and its processor time in seconds."""
    places = Places(brokers, "", f"{load.name}-")
    inputs = (places.topic(FHIR_TOPIC), places.topic(HL7_TOPIC))
    asyncio.run(make_topics(brokers, inputs, (places.topic(CHARGES), places.topic(DEAD_LETTERS))))
    before = _children_seconds()
    serve = Serve(write_site(folder / load.name, places), command)
    try:
        serve.start()
        serve.wait_ready()
        timed = asyncio.run(run(load, places))
        serve.stop()
    finally:
        serve.close()
    return timed, _children_seconds() - before


def _children_seconds() -> float:
    """The processor time of all processes that this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _latencies(timed: Timed) -> str:
    ranks = statistics.quantiles(timed.latencies_seconds, n=100, method="inclusive")
    charged = len(timed.latencies_seconds)
    return f"latency {ranks[49] * 1e3:.0f} ms (50 %), {ranks[98] * 1e3:.0f} ms (99 %), {charged} charged"


if __name__ == "__main__":
    sys.exit(main())
