"""`make live`: Kafka, a FHIR server and `hangtime serve`, the sample day through them, and the table in the end."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from console.replay.screen import print_results
from examples.live.charges_topic import Published
from examples.live.checking import Arrived
from examples.live.day import LiveDay
from examples.live.ending import results_of
from examples.live.fhir_server import FhirServer, Item
from examples.live.lines import arrival_line, charge_line, message_line
from examples.live.replaying import Replayed
from examples.live.show import ARRIVED, CHARGES, IN, Show
from examples.live.site_file import CHARGES as CHARGES_TOPIC
from examples.live.site_file import Places
from examples.live.watching import watch_fhir, watch_topic
from ledger.versions import WITHDRAWN
from tests.servers.fhir import fhir_server
from tests.servers.jars import ServerUnavailableError
from tests.servers.kafka import kafka_server
from tests.servers.server import Server

DAY_SECONDS = 80
ZONE_OF_DAY = "America/Chicago"


def main() -> int:
    """Play the day; exit code 1 where it does not end as replay does, 2 where a server cannot be had."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it too ends what was started
    console = Console(highlight=False, markup=False, emoji=False)
    shutil.rmtree(arguments.out, ignore_errors=True)
    try:
        with _servers(arguments.out.absolute(), console) as places, LiveDay(arguments.out, places) as day:
            return _play(day, console, arguments.seconds)
    except (ServerUnavailableError, TimeoutError) as fault:
        print(f"live: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("live: stopped", file=sys.stderr)
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make live", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/live"), help="folder for all that is written")
    parser.add_argument("--seconds", type=float, default=DAY_SECONDS, help="how long the day is to take")
    return parser.parse_args()


@contextmanager
def _servers(out: Path, console: Console) -> Iterator[Places]:
    """A broker, and a FHIR server that refuses references to what it does not hold; ended by their process ids."""
    console.print(
        "Starting Apache Kafka and HAPI FHIR; the first time this fetches them, which takes minutes ...", soft_wrap=True
    )
    began = time.monotonic()
    kafka, fhir = servers = (kafka_server(out / "kafka"), fhir_server(out / "fhir", check_references=True))
    try:
        _start(servers)
        console.print(f"Kafka at {kafka.address}, FHIR server at {fhir.address}: {time.monotonic() - began:.0f} s")
        yield Places(kafka.address, fhir.address)
    finally:
        _end(servers)


def _start(servers: Sequence[Server]) -> None:
    """Start them side by side; where one fails or somebody interrupts, the others are not waited for."""
    with ThreadPoolExecutor(len(servers)) as threads:
        try:
            list(threads.map(Server.start, servers))
        except BaseException:
            _end(servers)
            raise


def _end(servers: Sequence[Server]) -> None:
    for server in servers:
        server.end()


def _play(day: LiveDay, console: Console, seconds: float) -> int:
    replayed = day.replayed()
    console.print(
        f"hangtime serve listens: {day.serve.address}/health; the day is {len(day.messages)} messages long",
        soft_wrap=True,
    )
    began = time.monotonic()
    with Show(console, len(day.messages)) as show:
        end = asyncio.run(_watched(day, replayed, show, seconds))
    day.serve.stop()
    print_results(console, results_of(day.site_file, replayed, time.monotonic() - began))
    faults = [*end.unordered(), *day.faults_of_ledger(replayed)]
    for fault in faults:
        print(f"live: {fault}", file=sys.stderr)
    if not faults:
        console.print(
            f"Topic and FHIR server hold what replay gives: {len(replayed.charges)} charges, each once,"
            f" after {len(end.records)} versions; {_withdrawn(end)} came and were withdrawn. Written to {day.folder}/.",
            soft_wrap=True,
        )
    return 1 if faults else 0


def _withdrawn(end: Arrived) -> int:
    return sum(record.item["status"] == WITHDRAWN for record in end.on_topic.values())


async def _watched(day: LiveDay, replayed: Replayed, show: Show, seconds: float) -> Arrived:
    """Send the day and wait for its end, while what appears and arrives is shown."""
    zone = ZoneInfo(ZONE_OF_DAY)

    def appeared(record: Published) -> None:
        show.add(CHARGES, charge_line(record))

    def came(item: Item) -> None:
        show.add(ARRIVED, arrival_line(item))

    async with FhirServer(day.places.fhir_base, day.places.canonical) as server:
        watching = [
            asyncio.create_task(watch_topic(day.places.brokers, day.places.topic(CHARGES_TOPIC), appeared)),
            asyncio.create_task(watch_fhir(server, came)),
        ]
        try:
            await day.play(day.messages, seconds, lambda message: show.add(IN, message_line(message, zone)))
            return await day.wait_for(replayed)
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
