"""Requests to a FHIR server: one at a time, each with its deadline, each failure told apart by what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import orjson
from yarl import URL

from ledger.delivery import REQUEST_SECONDS_MOST
from publishers.fhir.answers import Answer
from publishers.report import Trouble

CONNECT_SECONDS_MOST = 10
BODY_BYTES_MOST = 4_000_000
CONNECTIONS_MOST = 16
FHIR_JSON = "application/fhir+json"


class NotSent(Trouble):
    """The request never reached the server."""


class InDoubt(Trouble):
    """The request was sent, and what became of it is unknown."""


class FhirClient:
    """A FHIR server at its base address."""

    def __init__(self, url: str, request_seconds_most: float = REQUEST_SECONDS_MOST) -> None:
        self.base = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(
            total=request_seconds_most, sock_connect=min(CONNECT_SECONDS_MOST, request_seconds_most)
        )
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Read; the server is asked not to answer from a cache."""
        return await self._request("GET", path, query, {"Cache-Control": "no-cache"})

    async def put(
        self, path: str, body: bytes, *, query: Mapping[str, str] | None = None, if_match: str | None = None
    ) -> Answer:
        """Write; with `if_match` only over that version."""
        headers = {"Content-Type": FHIR_JSON, "Prefer": "return=minimal"}
        if if_match:
            headers["If-Match"] = if_match
        return await self._request("PUT", path, query, headers, body)

    async def close(self) -> None:
        """Let go of the connections."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _request(
        self, method: str, path: str, query: Mapping[str, str] | None, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        url = URL(f"{self.base}/{path}", encoded=True).with_query(query)
        asked = {"Accept": FHIR_JSON, **headers}
        try:
            async with self._open().request(
                method, url, headers=asked, data=body or None, allow_redirects=False, timeout=self._timeout
            ) as response:
                return await _answer(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            raise NotSent(_unreachable(self.base, fault)) from None
        except TimeoutError:
            raise InDoubt(f"{self.base}: no answer in {self._timeout.total:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise InDoubt(f"{self.base}: the connection broke off") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS_MOST)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
            self._session._retry_connection = False  # else aiohttp sends a PUT again by itself, without a look
        return self._session


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    body = await response.content.read(BODY_BYTES_MOST)
    while len(body) < BODY_BYTES_MOST and (more := await response.content.read(BODY_BYTES_MOST - len(body))):
        body += more
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, response.content_type, headers, _resource(body), empty=not body.strip())


def _resource(body: bytes) -> Mapping[str, object] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and "resourceType" in found else None


def _unreachable(base: str, fault: Exception) -> str:
    if isinstance(fault, aiohttp.ClientSSLError):
        return f"{base}: no TLS connection; is its certificate signed by a known authority?"
    return f"{base}: the server cannot be reached"
