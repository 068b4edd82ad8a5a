"""Every connection of a site, tried all at once and for a bounded time; nothing is written to any of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from console.problems import problem_lines
from console.serve.inputs import kafka_settings
from console.serve.targets import topic_settings
from console.site.loading import Site
from console.site.settings import DeadLettersTable, FhirTarget, KafkaInput, KafkaTarget
from listeners.kafka.cluster import ask_cluster
from listeners.kafka.errors import InputError, InputTrouble
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import NO_WAY, FhirPublisher
from publishers.kafka.connecting import count_partitions
from publishers.report import Trouble

TRY_SECONDS_MOST = 15
NO_RULES = "check"


@dataclass(frozen=True, slots=True)
class Tried:
    """What trying one connection came to: what is well with it, or each thing that is wrong, in one line."""

    well: str | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Connection:
    name: str
    address: str
    attempt: Callable[[], Awaitable[str]]


def try_connections(site: Site, seconds_most: float = TRY_SECONDS_MOST) -> list[Tried]:
    """Try every input, target and topic for dead letters of a site, in the order of the site file."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say is in the lines given here
    return asyncio.run(_try_all(site, seconds_most))


async def _try_all(site: Site, seconds_most: float) -> list[Tried]:
    return await asyncio.gather(*(_tried(one, seconds_most) for one in _connections(site)))


async def _tried(connection: _Connection, seconds_most: float) -> Tried:
    try:
        async with asyncio.timeout(seconds_most):
            return Tried(f"{connection.name}: {await connection.attempt()}")
    except InputTrouble as trouble:
        reasons = trouble.reasons
    except (InputError, Trouble) as trouble:
        reasons = (str(trouble).removeprefix(f"{connection.name}: "),)
    except TimeoutError:
        reasons = (f"{connection.address}: no answer in {seconds_most:g} seconds",)
    except Exception as fault:  # noqa: BLE001  whatever one comes to, the others are told
        reasons = problem_lines(fault)
    return Tried(None, tuple(f"{connection.name}: {reason}" for reason in reasons))


def _connections(site: Site) -> Iterator[_Connection]:
    for table in site.settings.kafka:
        yield _input(table)
    for target in site.settings.publish:
        yield _fhir(target, site) if isinstance(target, FhirTarget) else _topic(f"publish {target.name}", target)
    if letters := site.settings.dead_letters:
        yield _topic("dead_letters", letters)


def _input(table: KafkaInput) -> _Connection:
    async def attempt() -> str:
        cluster = await ask_cluster(kafka_settings(table))
        return f"{table.brokers}: {', '.join(f'topic {name}' for name in cluster.partitions)} there"

    return _Connection(f"kafka {table.name}", table.brokers, attempt)


def _topic(name: str, table: KafkaTarget | DeadLettersTable) -> _Connection:
    async def attempt() -> str:
        partitions = await count_partitions(topic_settings(table))
        return f"{table.brokers}: topic {table.topic} there, {partitions} partition(s)"

    return _Connection(name, table.brokers, attempt)


def _fhir(target: FhirTarget, site: Site) -> _Connection:
    async def attempt() -> str:
        publisher = FhirPublisher(ChargeItems(FhirClient(target.url), site.profile(NO_RULES)))
        try:
            return f"{target.url}: ChargeItems can be written by {_way(target, await publisher.ask())}"
        finally:
            await publisher.close()

    return _Connection(f"publish {target.name}", target.url, attempt)


def _way(target: FhirTarget, offered: tuple[Write, ...]) -> Write:
    """The way that would be taken; Trouble where the server does not offer it."""
    if not offered:
        raise Trouble(f"{target.url}: the server offers {NO_WAY}")
    if target.write in set(Write) - set(offered):
        raise Trouble(f"{target.url}: write: said {target.write}, the server offers {' and '.join(offered)}")
    return Write(target.write) if target.write in offered else offered[0]
