"""Dead letters to a topic, beside the ledger's table."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import orjson

from ledger.dead_letter_topic import TARGET, UnpublishedLetter, mark_published, note_waiting, unpublished_letters
from ledger.ledger import Ledger
from publishers.delivery import Call, wall_clock
from publishers.kafka.publisher import partition_of
from publishers.kafka.writing import TOO_LARGE, Fault, OutRecord, TopicWriter
from publishers.pauses import Pauses
from publishers.report import TargetReport, Trouble
from publishers.rounds import Rounds

LETTERS_AT_ONCE = 100


class DeadLetterTopic:
    """Writes dead letters that stand to a topic, in order, until told to stop.

    A record holds what a line of dead-letters.ndjson does; its key is the letter's number. One too large
    for the topic goes without its raw bytes and what was said.
    """

    def __init__(
        self,
        writer: TopicWriter,
        *,
        ledger: Ledger,
        call: Call,
        report: TargetReport,
        pauses: Pauses | None = None,
        clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._writer, self._ledger, self._call, self._report, self._clock = writer, ledger, call, report, clock
        self._rounds = Rounds(TARGET, self._publish, report, pauses or Pauses())

    def notice(self) -> None:
        """Something was posted; call it on the event loop."""
        self._rounds.notice()

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop` is set; what is in hand then is finished."""
        try:
            await self._rounds.run(stop)
        finally:
            await self._writer.close()

    async def _publish(self, again: bool) -> bool:
        await self._call(note_waiting, self._ledger, self._clock())
        await self._writer.open()
        letters = await self._call(unpublished_letters, self._ledger, 1 if again else LETTERS_AT_ONCE)
        if not letters:
            return False
        faults = await self._write(letters)
        written = [one.id for one, fault in zip(letters, faults, strict=True) if fault is None]
        await self._call(mark_published, self._ledger, written)
        self._report.delivered(TARGET, len(written))
        if any(faults):
            raise Trouble("the broker did not take the dead letters")
        return True

    async def _write(self, letters: Sequence[UnpublishedLetter]) -> list[Fault]:
        """Write the letters whole; those too large for the topic once more without raw bytes and what was said."""
        partitions = self._writer.partitions
        faults = await self._writer.write([_fitting(one, partitions) for one in letters])
        large = [place for place, fault in enumerate(faults) if isinstance(fault, TOO_LARGE)]
        if large:
            again = await self._writer.write([_record(letters[place], partitions, ("raw", "said")) for place in large])
            for place, fault in zip(large, again, strict=True):
                faults[place] = fault
        return faults


def _fitting(one: UnpublishedLetter, partitions: int) -> OutRecord:
    whole = _record(one, partitions)
    return _record(one, partitions, ("raw", "said")) if whole.too_large else whole


def _record(one: UnpublishedLetter, partitions: int, left_out: Collection[str] = ()) -> OutRecord:
    said = {
        "source": one.letter.source,
        "position": one.letter.position,
        "reason": one.letter.reason,
        "path": one.letter.path,
        "said": one.letter.said,
        "wanted": one.letter.wanted,
        "raw": b64encode(one.letter.raw).decode("ascii"),
    }
    key = str(one.id)
    value = orjson.dumps({name: text for name, text in said.items() if name not in left_out})
    return OutRecord(partition_of(key, partitions), key.encode(), value)
