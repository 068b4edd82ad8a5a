"""Health: what the state says of live, ready and well; the pages over HTTP; the metrics; the ledger's counts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.health.ledger_counts import count_ledger, watch_ledger
from console.health.metrics import metrics_text
from console.health.page import health_page
from console.health.server import HealthServer
from console.health.state import SILENCE_SECONDS_MOST, HealthState, LedgerCounts, Waiting
from console.problems import UsageError
from ledger.dead_letter_topic import TARGET as DEAD_LETTERS
from ledger.dead_letter_topic import mark_published, note_waiting
from ledger.dead_letters import settle_letters
from ledger.errors import LedgerError
from ledger.ledger import open_ledger
from ledger.rows import add_dead_letters
from tests.ledger_site import FACILITY, KEY

NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
DEADLINE_SECONDS = 20


class Watch:
    """Both clocks of a state, moved by hand."""

    def __init__(self) -> None:
        self.passed_seconds = 0.0

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_seconds)

    def monotonic(self) -> float:
        return self.passed_seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def state(watch: Watch) -> HealthState:
    """A state that is well: one input with two partitions, a target that is on and one in shadow."""
    state = HealthState(clock=watch.wall, monotonic=watch.monotonic)
    state.expect_input("mar")
    state.expect_target("ehr", "on")
    state.expect_target("topic", "shadow")
    state.input_up("mar")
    state.assigned("mar", [("mar.fhir", 0), ("mar.ras", 3)])
    state.target_up("ehr")
    state.target_up("topic")
    state.beat("mar")
    return state


def metrics(state: HealthState) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    families = text_string_to_metric_families(metrics_text(state).decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


class TestState:
    def test_all_is_well(self, state: HealthState) -> None:
        assert (state.silent(), state.unready(), state.seconds_uncoded()) == ([], [], 0.0)
        assert health_page(state)["well"] is True

    def test_not_ready_before_every_input_is_up(self, state: HealthState) -> None:
        state.expect_input("pumps")
        assert state.unready() == ["input pumps: not connected yet"]
        state.input_up("pumps")
        state.input_down("mar", "the broker cannot be reached")
        assert state.unready() == ["input mar: the broker cannot be reached"]

    def test_a_target_that_is_down_is_no_reason_to_stop_listening(self, state: HealthState) -> None:
        state.target_down("ehr", "answers 401")
        assert state.unready() == []
        assert health_page(state)["well"] is False
        assert metrics(state)["hangtime_target_up", "ehr"] == 0

    def test_a_ledger_that_is_down_is(self, state: HealthState) -> None:
        state.ledger_down("cannot be written")
        assert state.unready() == ["ledger: cannot be written"]
        state.ledger_counted(LedgerCounts())
        assert state.unready() == []

    def test_who_stands_still_for_too_long_is_not_live(self, state: HealthState, watch: Watch) -> None:
        watch.passed_seconds = SILENCE_SECONDS_MOST
        assert state.silent() == []
        watch.passed_seconds += 1
        assert state.silent() == ["mar"]
        state.beat("mar")
        assert state.silent() == []
        watch.passed_seconds *= 3
        state.ended("mar")
        assert state.silent() == []

    def test_stopping_is_not_ready_and_still_live(self, state: HealthState) -> None:
        state.stopping = True
        assert (state.unready(), state.silent()) == (["stopping"], [])

    def test_lag_is_the_age_of_the_newest_posted_while_more_waits(self, state: HealthState, watch: Watch) -> None:
        state.behind("mar", ("mar.fhir", 0), 0, NOW - timedelta(hours=9))
        assert state.seconds_uncoded() == 0
        state.behind("mar", ("mar.ras", 3), 7, NOW - timedelta(seconds=30))
        watch.passed_seconds = 5
        assert state.inputs["mar"].messages_behind == 7
        assert state.seconds_uncoded() == 35
        state.behind("mar", ("mar.ras", 3), 0, NOW)
        assert state.seconds_uncoded() == 0

    def test_the_oldest_uncoded_fact_may_be_of_a_held_patient(self, state: HealthState) -> None:
        state.ledger_counted(LedgerCounts(held_patients=1, oldest_uncoded=NOW - timedelta(hours=1)))
        assert state.seconds_uncoded() == 3600
        assert health_page(state)["well"] is False

    def test_a_rebalance_forgets_the_partitions_of_others(self, state: HealthState) -> None:
        state.behind("mar", ("mar.fhir", 0), 4, NOW)
        state.behind("mar", ("mar.ras", 3), 5, NOW)
        state.assigned("mar", [("mar.ras", 3), ("mar.ras", 4)])
        assert state.inputs["mar"].rebalances == 2
        assert state.inputs["mar"].messages_behind == 5
        assert list(state.inputs["mar"].partitions) == [("mar.ras", 3), ("mar.ras", 4)]


class TestPages:
    def test_the_metrics_say_what_the_page_says(self, state: HealthState) -> None:
        state.behind("mar", ("mar.ras", 3), 7, NOW - timedelta(seconds=30))
        state.posted(100, 2, 0.5, 3)
        state.posted(20, 0, 0.25)
        state.delivered("ehr", 3)
        waiting = Waiting(undelivered=4, oldest=NOW - timedelta(seconds=9), held=1, refused=2)
        state.ledger_counted(LedgerCounts({"ehr": waiting}, 2, 1, NOW - timedelta(seconds=50)))
        state.dropped_log_key()
        page: Any = health_page(state)
        target = page["targets"]["ehr"]
        assert metrics(state) == {
            ("hangtime_live",): page["live"],
            ("hangtime_ready",): page["ready"],
            ("hangtime_postings_total",): page["postings"]["postings"],
            ("hangtime_records_posted_total",): page["postings"]["records"],
            ("hangtime_posting_seconds_total",): page["postings"]["seconds"],
            ("hangtime_dead_letters_posted_total",): page["postings"]["dead_letters"],
            ("hangtime_objections_total",): page["postings"]["objections"],
            ("hangtime_dead_letters",): page["ledger"]["dead_letters"],
            ("hangtime_held_patients",): page["ledger"]["held_patients"],
            ("hangtime_oldest_uncoded_seconds",): page["ledger"]["oldest_uncoded_seconds"],
            ("hangtime_log_keys_dropped_total",): page["log_keys_dropped"],
            ("hangtime_input_up", "mar"): 1,
            ("hangtime_lag_seconds", "mar"): page["inputs"]["mar"]["seconds_behind"],
            ("hangtime_rebalances_total", "mar"): page["inputs"]["mar"]["rebalances"],
            ("hangtime_lag_messages", "mar", "3", "mar.ras"): page["inputs"]["mar"]["messages_behind"],
            ("hangtime_target_up", "ehr"): 1,
            ("hangtime_target_up", "topic"): 1,
            ("hangtime_charges_delivered_total", "ehr"): target["delivered"],
            ("hangtime_charges_delivered_total", "topic"): 0,
            ("hangtime_undelivered_charges", "ehr"): target["undelivered"],
            ("hangtime_undelivered_charges", "topic"): 0,
            ("hangtime_undelivered_seconds", "ehr"): target["oldest_undelivered_seconds"],
            ("hangtime_undelivered_seconds", "topic"): 0,
            ("hangtime_held_charges", "ehr"): target["held"],
            ("hangtime_held_charges", "topic"): 0,
            ("hangtime_refused_charges", "ehr"): target["refused"],
            ("hangtime_refused_charges", "topic"): 0,
        }
        assert page["postings"] == {
            "postings": 2, "records": 120, "dead_letters": 2, "objections": 3, "seconds": 0.75,
            "last": "2026-03-03T21:00:00.000+00:00",
        }  # fmt: skip
        assert (target["undelivered"], target["oldest_undelivered_seconds"], target["held"]) == (4, 9, 1)
        assert page["ledger"]["oldest_uncoded_seconds"] == 50

    def test_over_http(self, state: HealthState, watch: Watch) -> None:
        async def visit() -> None:
            async with HealthServer(state, "127.0.0.1:0") as server, aiohttp.ClientSession(server.address) as session:
                for path in ("/live", "/ready", "/health", "/metrics"):
                    async with session.get(path) as answer:
                        assert answer.status == 200
                        assert answer.headers["Cache-Control"] == "no-store"
                async with session.get("/health") as answer:
                    assert (await answer.json())["inputs"]["mar"]["rebalances"] == 1
                watch.passed_seconds = SILENCE_SECONDS_MOST + 1
                state.stopping = True
                for path, reason in (("/live", "mar: stands still"), ("/ready", "stopping")):
                    async with session.get(path) as answer:
                        assert answer.status == 503
                        assert await answer.json() == {"ok": False, "because": [reason]}
                async with session.get("/patients") as answer:
                    assert answer.status == 404
                async with session.post("/health") as answer:
                    assert answer.status == 405

        asyncio.run(asyncio.wait_for(visit(), DEADLINE_SECONDS))

    def test_a_port_that_is_taken_is_one_clear_line(self, state: HealthState) -> None:
        async def listen_twice() -> str:
            async with HealthServer(state, "127.0.0.1:0") as first:
                taken = first.address.removeprefix("http://")
                with pytest.raises(UsageError) as refused:
                    await HealthServer(state, taken).__aenter__()
                assert taken in refused.value.lines[0]
                return refused.value.lines[0]

        line = asyncio.run(asyncio.wait_for(listen_twice(), DEADLINE_SECONDS))
        assert line.startswith("console.listen: cannot listen at 127.0.0.1:")

    def test_closing_does_not_wait_for_who_keeps_a_connection(self, state: HealthState) -> None:
        async def leave_open() -> None:
            server = await HealthServer(state, "127.0.0.1:0").__aenter__()
            _, writer = await asyncio.open_connection("127.0.0.1", int(server.address.rpartition(":")[2]))
            writer.write(b"GET /health HTTP/1.1\r\n")
            await writer.drain()
            await server.__aexit__(None, None, None)
            writer.close()

        asyncio.run(asyncio.wait_for(leave_open(), DEADLINE_SECONDS))


class TestLedgerCounts:
    def test_an_empty_ledger(self) -> None:
        with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
            assert count_ledger(ledger, ("ehr",)) == LedgerCounts({"ehr": Waiting()})

    def test_what_stands_is_counted(self) -> None:
        with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
            with ledger.transaction() as writer:
                for key, as_of, held in (("a", 10, "KeyError"), ("b", 9, "KeyError"), ("c", 8, None)):
                    heard = datetime(2026, 3, 3, as_of, tzinfo=UTC).isoformat(timespec="microseconds")
                    writer.execute("INSERT INTO patient (key, as_of, held) VALUES (?, ?, ?)", (key, heard, held))
                for settled_at in (None, None, "2026-03-03T10:00:00.000000+00:00"):
                    writer.execute(
                        "INSERT INTO dead_letter (source, position, reason, path, said, wanted, raw, settled_at)"
                        " VALUES ('mar', '0:1', '', '', '', '', x'', ?)",
                        (settled_at,),
                    )
            counts = count_ledger(ledger, ())
        assert (counts.dead_letters, counts.held_patients) == (2, 2)
        assert counts.oldest_uncoded == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    def test_letters_that_wait_for_their_topic_are_shown_with_the_age_of_the_oldest(self, state: HealthState) -> None:
        with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
            letters = [("mar", f"0:{number}", "", "", "", "", b"", None) for number in range(4)]
            with ledger.transaction() as writer:
                add_dead_letters(writer, letters)
            note_waiting(ledger, NOW - timedelta(seconds=40))
            mark_published(ledger, [1])
            settle_letters(ledger, [2], NOW)
            state.expect_target(DEAD_LETTERS, "on")
            state.ledger_counted(count_ledger(ledger, tuple(state.targets)))
        page: Any = health_page(state)
        shown = page["targets"][DEAD_LETTERS]
        assert (shown["undelivered"], shown["oldest_undelivered_seconds"]) == (2, 40)
        assert metrics(state)["hangtime_undelivered_charges", DEAD_LETTERS] == 2
        assert metrics(state)["hangtime_undelivered_seconds", DEAD_LETTERS] == 40

    def test_the_counts_are_kept_fresh_and_a_ledger_that_fails_is_shown(self, state: HealthState) -> None:
        answers: list[LedgerCounts | Exception] = [LedgerCounts(dead_letters=5), LedgerError("x"), LedgerCounts()]
        seen: list[tuple[int, str | None]] = []
        stop = asyncio.Event()

        async def call(_: Callable[..., LedgerCounts], *__: object) -> LedgerCounts:
            seen.append((state.ledger.dead_letters, state.ledger_trouble))
            if not answers:
                stop.set()
                return LedgerCounts()
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
            watching: Awaitable[None] = watch_ledger(state, call, ledger, stop, every_seconds=0.001)
            asyncio.run(asyncio.wait_for(watching, DEADLINE_SECONDS))
        assert seen == [(0, None), (5, None), (5, "cannot be read"), (0, None)]
