"""Watching charges appear on the topic and arrive at the FHIR server, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from examples.live.charges_topic import Published, fetched, reading
from examples.live.fhir_server import LONG_AGO, FhirServer

LOOK_SECONDS = 0.5


async def watch_topic(brokers: str, topic: str, seen: Callable[[Published], None]) -> None:
    """Tell of every record of the topic."""
    async with reading(brokers, topic) as consumer:
        while True:
            for record in await fetched(consumer):
                seen(record)


async def watch_fhir(server: FhirServer, seen: Callable[[dict[str, Any]], None]) -> None:
    """Tell of every version of a ChargeItem that the server has come to hold."""
    told: set[tuple[str, str]] = set()
    since = LONG_AGO
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            items = await server.history(since)
        except (aiohttp.ClientError, TimeoutError):
            continue
        for item in items:
            since = item["meta"]["lastUpdated"]
            if (mark := (item["id"], item["meta"]["versionId"])) not in told:
                told.add(mark)
                seen(item)
