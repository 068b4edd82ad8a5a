"""The sample day through a real Kafka, `hangtime serve` as its own process, and a real FHIR server.

Whatever happens on the way, topic and FHIR server end with what replay ends with, each charge once, and no
version ever falls. `make faults` tries many more seeds; HANGTIME_FAULT_SEEDS says which.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from examples.live.comparing import comparable, identity_of, version_of
from examples.live.day import LiveDay
from examples.live.fhir_server import Item
from examples.live.messages import Message
from tests.live_day import ended, live_day, places, play, write_log
from tests.servers.server import Server

OwnServer = Callable[..., Server]
FIRST_SEED, LAST_SEED = (int(number) for number in os.environ.get("HANGTIME_FAULT_SEEDS", "1-1").split("-"))
SEEDS = [pytest.param(seed, id=f"seed {seed}") for seed in range(FIRST_SEED, LAST_SEED + 1)]
PLAY_SECONDS = 8.0
HELD_SECONDS = 4.0
LATE_VISIT = "702101"
NEIGHBOURS = ("700101", "700201", "701001", "701501", "702001", "702201", "702203")
LATE: dict[str, dict[str, str]] = {
    "meta": {"versionId": "2", "lastUpdated": "2026-03-11T09:00:00.000-05:00"},
    "effectivePeriod": {"start": "2026-03-03T18:10:00-06:00", "end": "2026-03-03T18:55:00-06:00"},
}


def test_the_sample_day_ends_live_as_it_does_replayed(kafka: str, fhir_server: str, tmp_path: Path) -> None:
    with live_day(tmp_path, places(kafka, fhir_server)) as day:
        play(day, day.messages, PLAY_SECONDS, (), seed=0)
        end = ended(day, day.replayed())
    assert len(end.charges) == len(end.on_topic) > 120
    assert max(version_of(item) for item in end.charges) > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_serve_may_be_killed_at_any_moment(kafka: str, fhir_server: str, tmp_path: Path, seed: int) -> None:
    with live_day(tmp_path, places(kafka, fhir_server)) as day:

        def kill_and_restart() -> None:
            day.serve.kill()
            day.serve.start()

        play(day, day.messages, PLAY_SECONDS, [kill_and_restart] * 3, seed)
        day.serve.wait_ready()
        ended(day, day.replayed())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_broker_may_be_killed(own_kafka: OwnServer, fhir_server: str, tmp_path: Path, seed: int) -> None:
    broker = own_kafka()
    with live_day(tmp_path, places(broker.address, fhir_server), broker.log) as day:

        def kill_and_restart() -> None:
            broker.kill()
            broker.start()

        play(day, day.messages, PLAY_SECONDS, [kill_and_restart], seed)
        ended(day, day.replayed())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fhir_server_may_hang_and_be_killed(
    kafka: str, own_fhir_server: OwnServer, tmp_path: Path, seed: int
) -> None:
    server = own_fhir_server(check_references=True)
    with live_day(tmp_path, places(kafka, server.address), server.log) as day:

        def hang() -> None:
            server.stop()
            time.sleep(HELD_SECONDS)
            server.cont()

        def kill_and_restart() -> None:
            server.kill()
            server.start()

        happenings = [hang, kill_and_restart]
        random.Random(seed).shuffle(happenings)
        play(day, day.messages, PLAY_SECONDS, happenings, seed)
        ended(day, day.replayed())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_message_twice_and_in_any_order(kafka: str, fhir_server: str, tmp_path: Path, seed: int) -> None:
    with live_day(tmp_path, places(kafka, fhir_server)) as day:
        shuffled = [*day.messages, *day.messages]
        random.Random(seed).shuffle(shuffled)
        play(day, shuffled, 2.0, (), seed)
        ended(day, day.replayed())


def test_a_late_stop_changes_only_what_it_must(kafka: str, fhir_server: str, tmp_path: Path) -> None:
    with live_day(tmp_path, places(kafka, fhir_server)) as day:
        some = [message for message in day.messages if _is_of(message, (LATE_VISIT, *NEIGHBOURS))]
        before = _charges_after(day, some, tmp_path)
        late = _stopped(next(one for one in some if _is_of(one, (f"ma-{LATE_VISIT}",))))
        after = _charges_after(day, [*some, late], tmp_path)
        assert day.serve.stop() == 0
    changed = {identity for identity, item in after.items() if item != before.get(identity)}
    must = {identity for identity in before if comparable(after[identity]) != comparable(before[identity])}
    assert changed == must
    assert {after[identity]["code"]["coding"][0]["code"] for identity in changed} >= {"96365"}
    assert {after[identity]["context"]["reference"] for identity in changed} == {f"Encounter/enc-{LATE_VISIT}"}
    assert all(version_of(after[identity]) == version_of(before[identity]) + 1 for identity in changed)


def _charges_after(day: LiveDay, messages: Sequence[Message], folder: Path) -> dict[str, Item]:
    """The charges at the FHIR server once what was not sent yet of these messages is charged."""
    play(day, messages[day.sent :], 0, (), seed=0)
    end = asyncio.run(day.wait_for(day.replayed(write_log(folder / f"{len(messages)}.ndjson", messages))))
    return {identity_of(item): item for item in end.charges}


def _is_of(message: Message, words: Iterable[str]) -> bool:
    return any(word.encode() in message.value for word in words)


def _stopped(message: Message) -> Message:
    """The administration told once more, much later, with a stop."""
    told = {**orjson.loads(message.value), **LATE}
    del told["effectiveDateTime"]
    return replace(message, value=orjson.dumps(told), time=datetime.fromisoformat(LATE["meta"]["lastUpdated"]))
