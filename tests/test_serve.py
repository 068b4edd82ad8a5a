"""`hangtime serve`: what replay does, live; by which clock, with what lines, and to what end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

import pytest
from structlog.testing import capture_logs

from console.cli import main
from console.health.state import HealthState
from console.posting.logs import LogPosting, posting_context
from console.problems import UsageError
from console.serve.clock_name import ClockName
from console.serve.clocks import clock_of, log_time
from console.serve.command import serve_site
from console.serve.parts import Parts
from console.serve.report import Report
from console.serve.service import Service
from console.site.loading import Site, load_site
from ledger.ledger import Ledger, open_ledger
from ledger.reading_back import charges_in_force, open_queries
from listeners.kafka.errors import InputError
from listeners.kafka.source import KafkaSource
from listeners.logs import open_logs
from tests.fake_kafka import P0, TOPIC, FakeBroker
from tests.listening import until
from tests.small_logs import administration, encounter, write_day, write_site

pytestmark = pytest.mark.asyncio

START_SECONDS_MOST = 60
LIVE = """
[ledger]
url = "sqlite:///ledger.db"

[[kafka]]
name = "bedside"
brokers = "{brokers}"
batch_milliseconds = 5
topics = [ {{ name = "mar", format = "fhir" }} ]

[console]
listen = "127.0.0.1:{port}"
"""
DAY = datetime(2026, 3, 3, tzinfo=UTC)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def live_site(folder: Path, more: str = "", brokers: str = "broker:9092") -> Path:
    return write_site(folder, LIVE.format(brokers=brokers, port=free_port()) + more)


def opened(site: Site) -> Ledger:
    return open_ledger(site.ledger_url(), facility=site.facility, identity_key=site.identity_key())


@asynccontextmanager
async def serving(
    site: Site, ledger: Ledger, broker: FakeBroker, clock: ClockName = ClockName.LOG
) -> AsyncIterator[HealthState]:
    """A service over a fake broker, ready; ended in good order."""
    state, stop, ready = HealthState(), asyncio.Event(), asyncio.Event()
    source = partial(KafkaSource, ask=broker.ask, new_consumer=broker.consumer)
    service = Service(site, ledger, clock, state, lambda _: ready.set(), new_source=source)
    running = asyncio.create_task(service.run(stop))
    try:
        async with asyncio.timeout(START_SECONDS_MOST):
            await asyncio.wait({running, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
        yield state
    finally:
        stop.set()
        async with asyncio.timeout(START_SECONDS_MOST):
            await running


def tell(broker: FakeBroker, resource: object, at: datetime, partition: int = 0) -> None:
    broker.put(P0._replace(partition=partition), json.dumps(resource).encode(), round(at.timestamp() * 1000))


def lines(ledger: Ledger) -> list[tuple[str, str, int | None, str]]:
    return sorted((one.identity, one.charge.code, one.charge.units, one.status) for one in charges_in_force(ledger))


def services(ledger: Ledger) -> list[str]:
    return sorted(one.charge.code for one in charges_in_force(ledger) if one.charge.code.startswith("9"))


# --- the same as replay -----------------------------------------------------------------------------------------------


async def test_serve_ends_with_what_replay_ends_with(tmp_path: Path) -> None:
    site = load_site(live_site(tmp_path))
    log = write_day(tmp_path)
    with open_ledger("sqlite://", facility=site.facility, identity_key=site.identity_key()) as replayed:
        LogPosting(replayed, posting_context(site, ())).post_all(open_logs([str(log)], site.reading()))
        expected = lines(replayed)
    broker = FakeBroker(2)
    for number, reading in enumerate(open_logs([str(log)], site.reading())):
        assert reading.time
        broker.put(P0._replace(partition=number % 2), reading.record.value, round(reading.time.timestamp() * 1000))
    with opened(site) as ledger:
        async with serving(site, ledger, broker) as state:
            await until(lambda: state.postings.records == 6)
        assert expected
        assert lines(ledger) == expected


async def test_what_cannot_be_read_becomes_a_dead_letter_and_the_rest_goes_on(tmp_path: Path) -> None:
    site = load_site(live_site(tmp_path))
    broker = FakeBroker()
    broker.put(P0, b"neither", round(DAY.timestamp() * 1000))
    broker.put(P0, b"", round(DAY.timestamp() * 1000))
    tell(broker, encounter("1"), DAY)
    tell(broker, administration("1", "09:00", "09:45"), DAY + timedelta(hours=20))
    with opened(site) as ledger:
        async with serving(site, ledger, broker) as state:
            await until(lambda: services(ledger) == ["96365"])
            assert state.postings.dead_letters == 2


# --- by which clock ---------------------------------------------------------------------------------------------------


async def test_by_the_log_a_deadline_passes_once_the_records_are_past_it(tmp_path: Path) -> None:
    site = load_site(live_site(tmp_path))
    broker = FakeBroker()
    tell(broker, encounter("1"), DAY)
    tell(broker, administration("1", "09:00", None), DAY + timedelta(hours=15))
    with opened(site) as ledger:
        async with serving(site, ledger, broker) as state:
            await until(lambda: state.postings.records == 2)
            asked = len(list(open_queries(ledger)))
            tell(broker, encounter("2"), DAY + timedelta(days=3))
            await until(lambda: len(list(open_queries(ledger))) > asked)


async def test_by_the_wall_an_old_deadline_has_passed(tmp_path: Path) -> None:
    site = load_site(live_site(tmp_path))
    broker = FakeBroker()
    tell(broker, encounter("1"), DAY)
    tell(broker, administration("1", "09:00", None), DAY + timedelta(hours=15))
    with opened(site) as ledger:
        async with serving(site, ledger, broker, ClockName.WALL):
            await until(lambda: any("stop" in query.ask for _, query in open_queries(ledger)))


def heard(*partitions: tuple[int, timedelta | None]) -> HealthState:
    """An input that listens, its partitions so many messages behind and posted up to so long after the day began."""
    state = HealthState()
    state.expect_input("bedside")
    state.input_up("bedside")
    state.assigned("bedside", [(TOPIC, number) for number in range(len(partitions))])
    for number, (messages, after) in enumerate(partitions):
        state.behind("bedside", (TOPIC, number), messages, None if after is None else DAY + after)
    return state


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("partitions", "expected"),
    [
        ([], None),
        ([(0, None)], None),
        ([(0, HOUR), (0, 3 * HOUR), (0, None)], 3 * HOUR),
        ([(0, HOUR), (5, 2 * HOUR), (1, 4 * HOUR)], 2 * HOUR),
        ([(0, HOUR), (5, None), (1, 4 * HOUR)], None),
    ],
)
async def test_the_logs_time_is_that_of_the_slowest_who_is_behind(
    partitions: list[tuple[int, timedelta | None]], expected: timedelta | None
) -> None:
    assert log_time(heard(*partitions)) == (None if expected is None else DAY + expected)


async def test_the_logs_time_is_unknown_while_an_input_waits_or_a_partition_is_not_known_yet() -> None:
    state = heard((0, HOUR))
    state.assigned("bedside", [(TOPIC, 0), (TOPIC, 1)])
    assert log_time(state) is None
    state = heard((0, HOUR))
    state.input_down("bedside", "no broker can be reached")
    assert log_time(state) is None


async def test_the_walls_time_is_now() -> None:
    now = clock_of(ClockName.WALL, HealthState())()
    assert now is not None
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


# --- parts ------------------------------------------------------------------------------------------------------------


async def test_parts_finish_what_they_have_in_hand_and_the_late_are_cancelled() -> None:
    done = []

    async def good(stop: asyncio.Event) -> None:
        await stop.wait()
        done.append("good")

    async def late(stop: asyncio.Event) -> None:
        await asyncio.Event().wait()

    parts = Parts()
    parts.start(good)
    parts.start(late)
    await parts.end(0.2)
    assert done == ["good"]
    assert not parts.failed.is_set()


async def test_a_part_that_fails_is_heard_and_what_it_raised_is_raised() -> None:
    async def bad(_: asyncio.Event) -> None:
        raise InputError("the ledger goes on at 5, but the partition begins at 8")

    parts = Parts()
    parts.start(bad)
    await asyncio.wait_for(parts.failed.wait(), 10)
    with pytest.raises(InputError, match="begins at 8"):
        await parts.end(1)


async def test_an_input_that_cannot_go_on_ends_the_service(tmp_path: Path) -> None:
    site = load_site(live_site(tmp_path))
    broker = FakeBroker()
    broker.write(P0, 3)
    with opened(site) as ledger:
        async with serving(site, ledger, broker) as state:
            await until(lambda: state.postings.records == 3)
        broker.topic_id = "another"
        with pytest.raises(InputError, match="deleted and made anew"):
            async with serving(site, ledger, broker):
                pass


async def test_troubles_are_a_line_each_when_they_change() -> None:
    state = HealthState()
    report = Report(state)
    state.expect_input("bedside")
    state.expect_target("ehr", "on")
    with capture_logs() as said:
        for _ in range(3):
            report.input_down("bedside", "broker:9092: no broker can be reached")
            report.target_down("ehr", "the server answers 401")
        report.input_up("bedside")
        report.target_up("ehr")
    assert [(one["event"], one.get("problem")) for one in said] == [
        ("input waits", "broker:9092: no broker can be reached"),
        ("target waits", "the server answers 401"),
        ("input listens", None),
        ("target takes charges", None),
    ]
    assert (state.inputs["bedside"].trouble, state.targets["ehr"].trouble) == (None, None)


# --- as a process -----------------------------------------------------------------------------------------------------


def started(site: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "console.cli", "serve", "--site", str(site)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


def line_with(stream: IO[str] | None, words: str) -> str:
    assert stream
    return next(line for line in stream if words in line)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_broker_that_is_not_there_is_one_line_and_a_signal_ends_it_well(
    number: signal.Signals, tmp_path: Path
) -> None:
    brokers = f"127.0.0.1:{free_port()}"
    process = started(live_site(tmp_path, brokers=brokers))
    try:
        said = await asyncio.to_thread(line_with, process.stderr, "input waits")
        assert json.loads(said)["problem"] == f"{brokers}: no broker can be reached"
        process.send_signal(number)
        out, rest = await asyncio.to_thread(process.communicate, timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert out == ""
    assert "input waits" not in rest
    assert "Traceback" not in rest


async def test_what_a_site_lacks_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        serve_site(load_site(write_site(tmp_path)), ClockName.WALL)
    assert [line.partition(":")[0] for line in caught.value.lines] == ["kafka", "ledger.url"]


@pytest.mark.parametrize("write", ["conditional-create", "transaction"])
@pytest.mark.parametrize("mode", ["on", "shadow"])
async def test_a_way_of_writing_that_is_not_there_yet_is_one_line(write: str, mode: str, tmp_path: Path) -> None:
    target = f"\n[[publish]]\nname = 'ehr'\nkind = 'fhir'\nurl = 'https://ehr.example'\nwrite = '{write}'\n"
    with pytest.raises(UsageError) as caught:
        serve_site(load_site(live_site(tmp_path, f"{target}mode = '{mode}'\n")), ClockName.WALL)
    assert caught.value.lines == (f"publish[1].write: said {write}, wanted update or conditional-update",)


@pytest.mark.parametrize("kind", ["dft", "oracle"])
async def test_a_kind_of_target_that_is_not_there_yet_is_one_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = live_site(tmp_path, f"\n[[publish]]\nname = 'x'\nkind = '{kind}'\nmode = 'shadow'\n")
    assert main(["serve", "--site", str(site)]) == 2
    assert capsys.readouterr().err == f"hangtime: publish[1].kind: said {kind}, wanted kafka or fhir\n"


async def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    path = live_site(tmp_path)
    listen = tomllib.loads(path.read_text())["console"]["listen"]
    with socket.create_server(("127.0.0.1", int(listen.rpartition(":")[2]))):
        done = await asyncio.to_thread(_run_to_its_end, path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"hangtime: console.listen: cannot listen at {listen}")
    assert done.stderr.count("\n") == 1


async def test_an_authority_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    text = live_site(tmp_path).read_text().replace("batch_", 'security = { protocol = "SSL", ca = "no.pem" }\nbatch_')
    (tmp_path / "site.toml").write_text(text)
    done = await asyncio.to_thread(_run_to_its_end, tmp_path / "site.toml")
    assert done.returncode == 2
    assert done.stderr == f"hangtime: kafka bedside: security.ca: {tmp_path}/no.pem: No such file or directory\n"


def _run_to_its_end(site: Path) -> subprocess.CompletedProcess[str]:
    process = started(site)
    try:
        out, said = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    return subprocess.CompletedProcess(process.args, process.returncode, out, said)
