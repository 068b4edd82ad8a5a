"""A live day under test: played while something happens to it, then held against what replay gives."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import orjson

from examples.live.checking import Arrived
from examples.live.day import LiveDay
from examples.live.messages import Message
from examples.live.replaying import Replayed
from examples.live.site_file import Places

TAIL_LINES = 60
Happening = Callable[[], None]
_numbers = itertools.count(1)


def places(brokers: str, fhir_base: str) -> Places:
    """Places that no other test of this run has."""
    return Places(brokers, fhir_base, f"live-{os.getpid()}-{next(_numbers)}-")


@contextmanager
def live_day(folder: Path, where: Places, *server_logs: Path) -> Iterator[LiveDay]:
    """A day whose `serve` listens; what it and the servers said is shown where the test fails."""
    day = LiveDay(folder, where)
    try:
        with day:
            yield day
    except BaseException:
        for log in (day.serve.log, *server_logs):
            print(f"--- the end of {log}", *_tail(log), sep="\n", file=sys.stderr)
        raise


def play(day: LiveDay, messages: Sequence[Message], seconds: float, happenings: Sequence[Happening], seed: int) -> None:
    """Send messages while one thing after the other happens, at moments that the seed gives."""
    print(f"seed {seed}")
    moments = sorted(random.Random(seed).uniform(0, seconds) for _ in happenings)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(lambda: asyncio.run(day.play(messages, seconds)))
        for moment, happening in zip(moments, happenings, strict=True):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            happening()
        sending.result()


def ended(day: LiveDay, replayed: Replayed) -> Arrived:
    """Everything is where replay has it, and stays so when `serve` has stopped."""
    asyncio.run(day.wait_for(replayed))
    assert day.serve.stop() == 0
    end = asyncio.run(day.wait_for(replayed, seconds_most=0))
    faults = [*end.unordered(), *day.faults_of_ledger(replayed)]
    assert not faults, "\n".join(faults)
    return end


def write_log(path: Path, messages: Sequence[Message]) -> Path:
    """The messages as a record log, each with its own time."""
    lines = [
        {
            "topic": message.topic,
            "partition": 0,
            "offset": offset,
            "timestamp": round(message.time.timestamp() * 1000),
            "value": message.value.decode(),
        }
        for offset, message in enumerate(messages)
    ]
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path


def _tail(log: Path) -> list[str]:
    if not log.exists():
        return ["(nothing)"]
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
