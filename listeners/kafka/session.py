"""The life of one consumer, from joining its group to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from ledger.errors import StaleBatchError
from listeners.kafka.batches import Batch, after, batch_of
from listeners.kafka.cluster import Cluster
from listeners.kafka.errors import InputTrouble
from listeners.kafka.positions import Place, Positions
from listeners.kafka.rebalancing import RebalanceAlarm, Rebalancing
from listeners.kafka.report import InputReport
from listeners.kafka.settings import KafkaSettings
from listeners.kafka.waiting import growing_pauses, wait_for_event

Post = Callable[[Batch], Awaitable[None]]

FETCH_SECONDS_MORE = 1.0
UNSETTLED_SECONDS = 0.2
ANSWER_SECONDS_MOST = 5.0
HINT_SECONDS_MOST = 2.0

log = structlog.get_logger()


class Session:
    """Reads batch after batch, posts each, and moves on; raises what ends it.

    A second task watches it: the hint of offsets goes to Kafka from there, the ends of the partitions are
    asked there, and where messages wait and nothing comes for too long the session ends, for a new one starts
    from the site's own list of brokers.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        consumer: Any,
        positions: Positions,
        post: Post,
        report: InputReport,
        alarm: RebalanceAlarm,
    ) -> None:
        self._settings, self._consumer, self._positions = settings, consumer, positions
        self._post_batch, self._report, self._alarm = post, report, alarm
        self._cluster: Cluster | None = None
        self._places: dict[TopicPartition, Place] = {}
        self._hints: dict[TopicPartition, int] = {}
        self._moved = time.monotonic()
        self.rebalancing = Rebalancing(consumer, self._settle, self._dealt)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set; the batch in hand is posted."""
        reading = asyncio.create_task(self._read(stop))
        watching = asyncio.create_task(self._watch())
        ends = (self.rebalancing.failed, watching, reading)
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                if end.done():
                    end.result()
        finally:
            for task in (reading, watching):
                task.cancel()
            await asyncio.gather(reading, watching, return_exceptions=True)
            await self.rebalancing.close()
            await self._hint()

    def _dealt(self, _assigned: Collection[TopicPartition]) -> None:
        """Every partition is looked after: what nobody reads, for its reader has died, waits all the same."""
        numbers = {topic: self._consumer.partitions_for_topic(topic) or () for topic in self._settings.topics}
        everything = [(topic, number) for topic in numbers for number in sorted(numbers[topic])]
        self._report.assigned(self._settings.name, everything)
        if self._alarm.rings():
            log.warning(
                "partitions are dealt anew too often; does another process have the same instance?",
                input=self._settings.name,
            )

    async def _settle(self, assigned: Collection[TopicPartition]) -> None:
        """Seek each partition to the ledger's offset and let it flow; cancelled where the group deals anew."""
        cluster = await self._positions.begin(self._consumer)
        places = await self._positions.places(self._consumer, cluster)
        await self._positions.refuse_gaps(self._consumer, {one: places[one] for one in assigned})
        self._cluster, self._places = cluster, places
        self._hints, self._moved = {}, time.monotonic()
        for partition in assigned:
            self._consumer.seek(partition, places[partition].next)
        self._consumer.resume(*assigned)
        self._tell_behind(places)
        self._report.input_up(self._settings.name)

    # Reading

    async def _read(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._report.beat(self._settings.name)
            if not await wait_for_event(self.rebalancing.settled, UNSETTLED_SECONDS):
                continue
            generation = self.rebalancing.generation
            fetched = await self._fetch()
            if fetched:
                await self._post(fetched, generation, stop)

    async def _fetch(self) -> Mapping[TopicPartition, Sequence[Any]]:
        """What has arrived; bounded in time, for a read waits for ever while the group deals."""
        wait_milliseconds = self._settings.batch_milliseconds
        try:
            async with asyncio.timeout(wait_milliseconds / 1000 + FETCH_SECONDS_MORE):
                fetched: Mapping[TopicPartition, Sequence[Any]] = await self._consumer.getmany(
                    timeout_ms=wait_milliseconds, max_records=self._settings.batch_records
                )
        except TimeoutError:
            return {}
        except (OffsetOutOfRangeError, NoOffsetForPartitionError):
            self.rebalancing.settle_again()
            return {}
        return fetched

    async def _post(
        self, fetched: Mapping[TopicPartition, Sequence[Any]], generation: int, stop: asyncio.Event
    ) -> None:
        """Post what was fetched in this generation; while that takes, nothing more is fetched.

        What was fetched in another is dropped, and where its partitions have been let flow since, they are
        sought anew: the consumer counts what it handed out as read.
        """
        async with self.rebalancing.posting:
            if generation != self.rebalancing.generation:
                if self.rebalancing.settled.is_set():
                    self.rebalancing.settle_again()
                return
            batch = batch_of(fetched, self._places)
            held = self._consumer.assignment()
            self._consumer.pause(*held)
            posted = not batch.records or await self._until_posted(batch, generation, stop)
            if generation != self.rebalancing.generation:
                return
            if not posted:
                self.rebalancing.settle_again()
                return
            self._move_on(batch)
            self._consumer.resume(*held)

    async def _until_posted(self, batch: Batch, generation: int, stop: asyncio.Event) -> bool:
        """Whether the batch is in the ledger; not so where the ledger stands elsewhere or there is no time left."""
        failed = False
        for pause in growing_pauses():
            try:
                await self._post_batch(batch)
            except StaleBatchError:
                return False
            except Exception as fault:  # whatever keeps a batch out, it is neither skipped nor lost
                failed = True
                self._report.input_down(self._settings.name, f"the ledger takes no batch ({type(fault).__name__})")
                log.error("a batch cannot be posted", input=self._settings.name, exc_info=fault)
            else:
                break
            self._report.beat(self._settings.name)
            if await wait_for_event(stop, pause) or generation != self.rebalancing.generation:
                return False
        if failed:
            self._report.input_up(self._settings.name)
        return True

    def _move_on(self, batch: Batch) -> None:
        for partition, part in batch.parts.items():
            end = self._consumer.highwater(partition) or 0
            self._places[partition] = after(self._places[partition], part, end)
            self._hints[partition] = part.following
        self._tell_behind(batch.parts)
        self._moved = time.monotonic()

    def _tell_behind(self, partitions: Iterable[TopicPartition]) -> None:
        for one in partitions:
            place = self._places[one]
            self._report.behind(self._settings.name, (one.topic, one.partition), place.messages_behind, place.newest)

    # Watching

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._settings.watch_seconds)
            await self._hint()
            await self._look_at_ends()
            silent = time.monotonic() - self._moved
            if silent > self._settings.stall_seconds and not self.rebalancing.posting.locked():
                raise InputTrouble(f"{self._settings.brokers}: nothing comes any more; joining the group anew")

    async def _hint(self) -> None:
        """Tell Kafka how far the ledger is: for those who watch lag there, never for us."""
        hints, self._hints = self._hints, {}
        if hints:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(HINT_SECONDS_MOST):
                    await self._consumer.commit(hints)

    async def _look_at_ends(self) -> None:
        """Note where the partitions end now; being at the end of all that are ours counts as having moved."""
        if not self.rebalancing.settled.is_set() or self._cluster is None:
            return
        generation = self.rebalancing.generation
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MOST):
                places = await self._positions.places(self._consumer, self._cluster)
        except (KafkaError, TimeoutError):
            self._report.input_down(self._settings.name, f"{self._settings.brokers}: the brokers do not answer")
            return
        if generation == self.rebalancing.generation:
            self._note(places)

    def _note(self, places: Mapping[TopicPartition, Place]) -> None:
        """Of our own partitions only the end is news: what the ledger says of them may be older than what we know."""
        ours = self._consumer.assignment()
        for one, place in places.items():
            mine = self._places.get(one)
            self._places[one] = replace(mine, end=max(place.end, mine.next)) if mine and one in ours else place
        self._tell_behind(places)
        if not any(self._places[one].messages_behind for one in ours):
            self._moved = time.monotonic()
        if not self.rebalancing.posting.locked():
            self._report.input_up(self._settings.name)
