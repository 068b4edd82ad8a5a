"""`hangtime serve`: from a site file to a running service, and in good order to its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from console.health.state import HealthState
from console.logs import configure_logs
from console.problems import UsageError
from console.serve.clock_name import ClockName
from console.serve.service import Service
from console.serve.targets import unwritable
from console.site.loading import TEMPORARY_LEDGER, Site
from ledger.ledger import Ledger, open_ledger
from listeners.kafka.errors import InputError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve_site(site: Site, clock: ClockName) -> int:
    """Serve until Ctrl-C or SIGTERM, which are the end that is wanted: exit code 0."""
    url = _refuse_unfit(site)
    with open_ledger(url, facility=site.facility, identity_key=site.identity_key()) as ledger:
        try:
            asyncio.run(_serve(site, ledger, clock))
        except InputError as error:
            raise UsageError(str(error)) from None
    return 0


def _refuse_unfit(site: Site) -> str:
    """The ledger's url; UsageError names what a site lacks that is to be served."""
    lacking = []
    if not site.settings.kafka:
        lacking.append("kafka: missing, wanted a table [[kafka]] to listen to")
    if site.ledger_url() == TEMPORARY_LEDGER:
        lacking.append("ledger.url: missing, wanted where the ledger is kept, such as sqlite:///ledger.db")
    unfit = [*lacking, *unwritable(site)]
    if unfit:
        raise UsageError(*unfit)
    return site.ledger_url()


async def _serve(site: Site, ledger: Ledger, clock: ClockName) -> None:
    state = HealthState()
    configure_logs(dropped=state.dropped_log_key)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _stop_once(stop, loop))
    await Service(site, ledger, clock, state, _said_ready(site)).run(stop)


def _stop_once(stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """The first signal asks to stop; from then on signals act at once, as they do by themselves."""

    def heard() -> None:
        stop.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    return heard


def _said_ready(site: Site) -> Callable[[str], None]:
    topics = sum(len(table.topics) for table in site.settings.kafka)
    targets = len(site.settings.publish)

    def say(address: str) -> None:
        print(
            f"hangtime serves {site.name}: {topics} topic(s) in, {targets} target(s) out, health at {address}/health;"
            " Ctrl-C stops it",
            flush=True,
        )

    return say
