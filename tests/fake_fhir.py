"""A FHIR server that behaves as HAPI was seen to, with switches for everything that goes wrong with one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

from aiohttp import web

FHIR_JSON = "application/fhir+json"
VERSION = "https://hangtime.example/fhir/version"
Json = dict[str, Any]


class Fault(Enum):
    """What goes wrong with one request."""

    CONFLICT = "409"
    PRECONDITION = "412"
    BUSY = "429 with Retry-After: 7"
    BROKEN = "500, nothing done"
    BROKEN_AFTER = "500, done"
    HANG_AFTER = "done, and no answer"
    CUT_AFTER = "done, and the connection cut"
    SIGN_IN = "401"
    HTML = "200 with a page"
    UNKNOWN_REFERENCE = "400, a reference not found"
    UNPROCESSABLE = "422"
    TOO_LARGE = "413 of a proxy"
    MOVED = "302"


@dataclass(slots=True)
class Stored:
    """A ChargeItem as the server has it; a deleted one keeps its number."""

    number: int
    item: Json
    deleted: bool = False


@dataclass(slots=True)
class Took:
    """A write that took effect: whose, which version of ours, what became of it."""

    value: str
    version: int
    status: str


@dataclass(slots=True)
class FakeFhir:
    """The server: what it has, what it was asked, what is to go wrong.

    `faults` are used up one by one by writes (or by whatever comes, for those in `reading`).
    """

    offers: tuple[str, ...] = ("updateCreate", "conditionalUpdate")
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault | None = None
    reading: bool = False
    unknown: set[str] = field(default_factory=set)
    stored: dict[str, Stored] = field(default_factory=dict)
    took: list[Took] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    in_flight: int = 0
    in_flight_most: int = 0
    port: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}/fhir"

    async def start(self) -> None:
        """Listen, where it listened before."""
        app = web.Application()
        app.router.add_get("/fhir/metadata", self._metadata)
        app.router.add_get("/fhir/ChargeItem", self._search)
        app.router.add_put("/fhir/ChargeItem", self._conditional)
        app.router.add_get("/fhir/ChargeItem/{id}", self._read)
        app.router.add_put("/fhir/ChargeItem/{id}", self._update)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.port or self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more."""
        self.released.set()
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def has(self, identity: str, version: int, status: str = "billable", **more: Any) -> None:
        """Let it have a ChargeItem already."""
        system = "https://hangtime.example/fhir/charge"
        item = {
            "resourceType": "ChargeItem", "id": identity, "status": status,
            "identifier": [{"system": system, "value": identity}],
            "extension": [{"url": VERSION, "valuePositiveInt": version}],
        }  # fmt: skip
        self._store(identity, item | more)

    def sets(self, identity: str, status: str) -> None:
        """What a person does at the EHR."""
        stored = self.stored[identity]
        self._store(identity, stored.item | {"status": status})

    def versions(self) -> dict[str, int]:
        """Our version of every ChargeItem it has, by identifier."""
        return {value_of(one.item): version_of(one.item) for one in self.stored.values() if not one.deleted}

    def asked_for(self, *methods: str) -> list[str]:
        """The requests for ChargeItems by these methods."""
        return [line for line in self.asked if line.split()[0] in methods]

    def _fault(self, request: web.Request) -> Fault | None:
        if self.always:
            return self.always
        return self.faults.popleft() if self.faults and (self.reading or request.method == "PUT") else None

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        if self.always and (refused := self._refusal(self.always)):
            return refused
        entry = {"type": "ChargeItem"} | dict.fromkeys(self.offers, True)
        rest = [{"mode": "server", "resource": [{"type": "Patient", "updateCreate": True}, entry]}]
        return _json(200, {"resourceType": "CapabilityStatement", "rest": rest})

    async def _read(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"GET {request.match_info['id']}")
        fault = self._fault(request)
        if fault and (refused := self._refusal(fault)):
            return refused
        stored = self.stored.get(request.match_info["id"])
        if stored is None or stored.deleted:
            return _outcome(410 if stored else 404, "not-found", "Resource is not known")
        return _json(200, stored.item | {"meta": {"versionId": str(stored.number)}}, stored.number)

    async def _search(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"GET ?{request.query['identifier']}")
        fault = self._fault(request)
        if fault and (refused := self._refusal(fault)):
            return refused
        found = [{"resource": item} for item in self._found(request)]
        return _json(200, {"resourceType": "Bundle", "type": "searchset", "entry": found})

    async def _update(self, request: web.Request) -> web.StreamResponse:
        return await self._write(request, request.match_info["id"])

    async def _conditional(self, request: web.Request) -> web.StreamResponse:
        found = self._found(request)
        if len(found) > 1:
            return _outcome(412, "multiple-matches", "Failed to UPDATE resource with match URL: 2 matches")
        value = request.query["identifier"].partition("|")[2]
        return await self._write(request, found[0]["id"] if found else f"server-{value}")

    async def _write(self, request: web.Request, identity: str) -> web.StreamResponse:
        self.asked.append(f"PUT {identity} {request.headers.get('If-Match', '-')}")
        self.in_flight += 1
        self.in_flight_most = max(self.in_flight, self.in_flight_most)
        try:
            return await self._written(request, identity, await request.json())
        finally:
            self.in_flight -= 1

    async def _written(self, request: web.Request, identity: str, item: Json) -> web.StreamResponse:
        if self.gate:
            await self.gate.wait()
        fault = self._fault(request)
        if fault and (refused := self._refusal(fault)):
            return refused
        if item["subject"].get("reference", "") in self.unknown:
            return self._unknown_reference(item)
        stored = self.stored.get(identity)
        if_match = request.headers.get("If-Match")
        if if_match and stored and not stored.deleted and if_match != f'W/"{stored.number}"':
            return _outcome(409, "conflict", "HAPI-0974: Trying to update, but this is not the current version")
        number, created = self._store(identity, item)
        await self._after(fault, request)
        if fault is Fault.BROKEN_AFTER:
            return _outcome(500, "exception", "HAPI-0389: Failed to call access method")
        return web.Response(status=201 if created else 200, headers={"ETag": f'W/"{number}"'})

    async def _after(self, fault: Fault | None, request: web.Request) -> None:
        if fault is Fault.HANG_AFTER:
            await self.released.wait()
        if fault is Fault.CUT_AFTER and request.transport:
            request.transport.abort()

    def _refusal(self, fault: Fault) -> web.StreamResponse | None:
        """The answer of a fault by which nothing is done."""
        if fault in {Fault.CONFLICT, Fault.PRECONDITION}:
            return _outcome(
                int(fault.value), "conflict", "HAPI-0823: The operation has failed with a constraint failure"
            )
        if fault is Fault.BUSY:
            return web.Response(status=429, headers={"Retry-After": "7"})
        if fault is Fault.BROKEN:
            return _outcome(500, "exception", "HAPI-0389: Failed to call access method")
        if fault is Fault.UNPROCESSABLE:
            return _outcome(422, "invalid", "HAPI-0450: unknown code CANARY", expression=["ChargeItem.code"])
        if fault is Fault.UNKNOWN_REFERENCE:
            return self._unknown_reference({"subject": {"reference": "Patient/p1"}})
        page = {Fault.SIGN_IN: 401, Fault.HTML: 200, Fault.TOO_LARGE: 413, Fault.MOVED: 302}.get(fault)
        return web.Response(status=page, text="<html>CANARY</html>", content_type="text/html") if page else None

    def _unknown_reference(self, item: Json) -> web.StreamResponse:
        said = f"HAPI-1094: Resource {item['subject']['reference']} not found, specified in path: ChargeItem.subject"
        return _outcome(400, "processing", said)

    def _store(self, identity: str, item: Json) -> tuple[int, bool]:
        """Keep it; the same content again keeps its number."""
        stored = self.stored.get(identity)
        item = item | {"id": identity}
        if stored and not stored.deleted and stored.item == item:
            return stored.number, False
        self.stored[identity] = Stored(stored.number + 1 if stored else 1, item)
        self.took.append(Took(value_of(item), version_of(item), item["status"]))
        return self.stored[identity].number, stored is None

    def _found(self, request: web.Request) -> list[Json]:
        value = request.query["identifier"].partition("|")[2]
        return [one.item for one in self.stored.values() if not one.deleted and value_of(one.item) == value]


def value_of(item: Json) -> str:
    """The identifier of a ChargeItem."""
    return str(item["identifier"][0]["value"])


def version_of(item: Json) -> int:
    """Our version of a ChargeItem."""
    extensions: Iterable[Json] = item.get("extension", [])
    return next((one["valuePositiveInt"] for one in extensions if one["url"] == VERSION), 0)


def _json(status: int, resource: Json, number: int | None = None) -> web.Response:
    headers = {} if number is None else {"ETag": f'W/"{number}"'}
    return web.json_response(resource, status=status, headers=headers, content_type=FHIR_JSON)


def _outcome(status: int, code: str, diagnostics: str, **more: Any) -> web.Response:
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics} | more
    return _json(status, {"resourceType": "OperationOutcome", "issue": [issue]})
