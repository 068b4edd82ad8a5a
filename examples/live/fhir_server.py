"""The FHIR server as the EHR's users see it: what it holds before the day, and the ChargeItems that arrive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import aiohttp
import orjson
import stamina
from yarl import URL

from examples.live.messages import Message

Item = dict[str, Any]
PAGE = 200
ANSWER_SECONDS_MOST = 60
LONG_AGO = "2000-01-01T00:00:00Z"
FHIR_JSON = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
_REFERENCE = re.compile(r'"reference": ?"([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)"')


def held_before(messages: Iterable[Message]) -> tuple[str, ...]:
    """What an EHR that sends such messages holds: every resource they are or refer to, as "Type/id"."""
    found: set[str] = set()
    for message in messages:
        found.update(_REFERENCE.findall(message.value.decode(errors="replace")))
        found.update(_own_name(message.value))
    return tuple(sorted(found))


def _own_name(value: bytes) -> Iterator[str]:
    try:
        resource = orjson.loads(value)
        yield f"{resource['resourceType']}/{resource['id']}"
    except (orjson.JSONDecodeError, KeyError):
        return


class FhirServer:
    """Asks a FHIR server over HTTP; use it as an async context manager."""

    def __init__(self, base: str, canonical: str) -> None:
        self._base, self._system = base, f"{canonical}/charge"
        self._http = aiohttp.ClientSession(
            headers=FHIR_JSON, timeout=aiohttp.ClientTimeout(ANSWER_SECONDS_MOST), raise_for_status=True
        )

    async def __aenter__(self) -> FhirServer:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    @stamina.retry(on=aiohttp.ClientResponseError, attempts=5)
    async def hold(self, names: Iterable[str]) -> None:
        """Make resources, so that ChargeItems may refer to them: nothing but their type and id.

        Two who make the same at once are in each other's way (409), so that it is tried again.
        """
        entries = [
            {
                "resource": {"resourceType": name.partition("/")[0], "id": name.partition("/")[2]},
                "request": {"method": "PUT", "url": name},
            }
            for name in names
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        async with self._http.post(self._base, data=orjson.dumps(bundle)) as answer:
            await answer.read()

    async def charges(self) -> list[Item]:
        """The ChargeItems of this site as they stand."""
        return await self._all(f"{self._base}/ChargeItem?identifier={self._system}%7C&_count={PAGE}")

    async def history(self, since: str = LONG_AGO) -> list[Item]:
        """Every version of this site's ChargeItems the server has had, the oldest first.

        Without a `_since` HAPI answers from a count of up to a minute ago, and leaves out what came since. What
        others write meanwhile moves the pages on, so that the end of one comes again at the beginning of the next.
        """
        since = since.replace("+", "%2B")
        every = await self._all(f"{self._base}/ChargeItem/_history?_count={PAGE}&_since={since}")
        own = {(item["id"], item["meta"]["versionId"]): item for item in every if self._is_own(item)}
        return sorted(own.values(), key=lambda item: (item["meta"]["lastUpdated"], int(item["meta"]["versionId"])))

    def _is_own(self, item: Item) -> bool:
        return any(one.get("system") == self._system for one in item.get("identifier", ()))

    async def _all(self, url: str) -> list[Item]:
        found: list[Item] = []
        pages: str | None = url
        while pages:
            async with self._http.get(URL(pages, encoded=True)) as answer:
                bundle = orjson.loads(await answer.read())
            found += [entry["resource"] for entry in bundle.get("entry", ()) if "resource" in entry]
            pages = next((link["url"] for link in bundle.get("link", ()) if link["relation"] == "next"), None)
        return found
