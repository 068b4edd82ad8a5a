"""The pages over HTTP: /live and /ready for probes, /health for people, /metrics for Prometheus."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from console.health.metrics import metrics_text
from console.health.page import health_page
from console.health.state import HealthState
from console.problems import UsageError

CLOSING_SECONDS_MOST = 2
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
STATE: web.AppKey[HealthState] = web.AppKey("state", HealthState)


class HealthServer:
    """Serves the pages of a state at `listen` ("host:port") while entered; `address` is where, once it does."""

    def __init__(self, state: HealthState, listen: str) -> None:
        self._listen = listen
        self._runner = web.AppRunner(health_app(state), access_log=None, shutdown_timeout=CLOSING_SECONDS_MOST)
        self.address = ""

    async def __aenter__(self) -> Self:
        host, _, port = self._listen.rpartition(":")
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            await self._runner.cleanup()
            raise UsageError(f"console.listen: cannot listen at {self._listen} ({_reason(error)})") from None
        bound = self._runner.addresses[0]
        self.address = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await asyncio.wait_for(self._runner.cleanup(), 2 * CLOSING_SECONDS_MOST)
        except TimeoutError:
            return


def health_app(state: HealthState) -> web.Application:
    """The pages as an aiohttp application, so that others can be served beside them."""
    app = web.Application()
    app[STATE] = state
    app.add_routes(
        [web.get("/live", _live), web.get("/ready", _ready), web.get("/health", _health), web.get("/metrics", _metrics)]
    )
    return app


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).partition("[")[0].strip()


async def _live(request: web.Request) -> web.Response:
    return _verdict([f"{who}: stands still" for who in request.app[STATE].silent()])


async def _ready(request: web.Request) -> web.Response:
    return _verdict(request.app[STATE].unready())


async def _health(request: web.Request) -> web.Response:
    return _json(health_page(request.app[STATE]), 200)


async def _metrics(request: web.Request) -> web.Response:
    text = metrics_text(request.app[STATE])
    return web.Response(body=text, headers={**HEADERS, "Content-Type": CONTENT_TYPE_LATEST})


def _verdict(reasons: list[str]) -> web.Response:
    return _json({"ok": not reasons, "because": reasons}, 503 if reasons else 200)


def _json(document: object, status: int) -> web.Response:
    body = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return web.Response(body=body, status=status, headers=HEADERS, content_type="application/json")
