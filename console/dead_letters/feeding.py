"""Feeding dead letters again: their raw bytes through the readers and posting, as they stood in their input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ledger.dead_letters import KeptLetter, settle_letters
from ledger.deadlines import fire_deadlines
from ledger.delivery import deliver_again
from ledger.heard import newest_time
from ledger.ledger import Ledger
from ledger.posting import PostingContext, post
from ledger.reading_back import TARGET_SOURCE
from listeners.gathering import Piece
from listeners.record_log import read_envelope
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Reading

_LINE = re.compile(r"line (\d+)")


@dataclass(slots=True)
class Fed:
    """What feeding came to: charges to be delivered again, records fed, letters settled, why others still stand."""

    charges: int = 0
    records: int = 0
    settled: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Feeding:
    """Feeds letters into the ledger they stand in; `clock` says when they are settled."""

    ledger: Ledger
    settings: ReadingSettings
    context: PostingContext
    clock: Callable[[], datetime]

    def feed(self, letters: Sequence[KeptLetter], fed: Fed) -> None:
        """Feed what all these letters are about once more: one record, or one charge that a target refused."""
        if letters[0].letter.source.startswith(TARGET_SOURCE):
            self._charge(letters, fed)
        else:
            self._record(letters, fed)

    def _charge(self, letters: Sequence[KeptLetter], fed: Fed) -> None:
        """Have the charge delivered again; where the target still refuses it, that is a letter of its own."""
        letter = letters[0].letter
        identity = letter.position.rpartition(":")[0]
        deliver_again(self.ledger, letter.source.removeprefix(TARGET_SOURCE), identity)
        settle_letters(self.ledger, [kept.id for kept in letters], self.clock())
        fed.charges += 1

    def _record(self, letters: Sequence[KeptLetter], fed: Fed) -> None:
        """Post the record as it is read now.

        What can be read now is posted; a letter whose fault is found no more is settled; a fault that was
        not known becomes a letter of its own. What the record had told already changes nothing.
        """
        reading = read_again(letters[0], self.settings)
        faults = [item for item in reading.items if isinstance(item, Fault)]
        standing = {_fault(letter) for letter in letters}
        items = tuple(item for item in reading.items if item not in standing)
        post(self.ledger, [replace(reading, items=items)], self.context, offsets=())
        gone = [letter.id for letter in letters if _fault(letter) not in faults]
        settle_letters(self.ledger, gone, self.clock())
        fed.records += 1
        fed.settled += max(0, len(letters) - len(faults))
        fed.refused.update(fault.reason for fault in faults)

    def let_time_pass(self) -> None:
        """Let the deadlines pass that lie before the newest time the ledger has heard, also for who was heard now."""
        newest = newest_time(self.ledger)
        if newest is not None:
            fire_deadlines(self.ledger, newest, self.context)


def read_again(kept: KeptLetter, settings: ReadingSettings) -> Reading:
    """What the readers make of a letter's raw bytes now; a line of a record log is taken out of its envelope first."""
    envelope = read_envelope(Piece(kept.letter.raw, _line(kept.letter.path)))
    record = envelope.record if envelope and envelope.record else _record(kept)
    if envelope and envelope.fault:
        return Reading(record, (envelope.fault,), record.timestamp)
    return read(record, settings)


def _record(kept: KeptLetter) -> Record:
    partition, _, offset = kept.letter.position.rpartition(":")
    return Record(kept.letter.source, int(partition), int(offset), kept.letter.raw, kept.timestamp)


def _line(path: str) -> int:
    found = _LINE.match(path)
    return int(found.group(1)) if found else 1


def _fault(kept: KeptLetter) -> Fault:
    letter = kept.letter
    return Fault(letter.reason, letter.path, letter.said, letter.wanted)
