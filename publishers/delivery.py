"""Delivery to one target: lease what it wants, publish it, write down what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from ledger.delivery import Claimed, claim, note_waiting, renew
from ledger.ledger import Ledger
from ledger.settling import Delivered, Outcome, Released, settle
from publishers.pauses import Pauses
from publishers.report import TargetReport, Trouble
from publishers.rounds import Rounds

LEASE_SECONDS = 10.0
PATIENTS_AT_ONCE = 64
CLOSE_SECONDS_MOST = 5

Call = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of leased charges, and what keeps the target from taking more now."""

    outcomes: Sequence[Outcome]
    trouble: Trouble | None = None


class Publisher(Protocol):
    """Takes charges to a target. What it gives no outcome for was not sent."""

    async def open(self) -> None:
        """Connect where not connected; Trouble where that is not possible now."""

    async def publish(self, claims: Sequence[Claimed], may_send: Callable[[], bool]) -> Published:
        """Send what was leased; nothing more once `may_send` says that the lease has run out."""

    async def close(self) -> None:
        """Let go of connections."""


def wall_clock() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock that leases go by, how long they hold unless renewed, and the pauses of a target that is down."""

    clock: Callable[[], datetime] = wall_clock
    lease_seconds: float = LEASE_SECONDS
    pauses: Pauses = field(default_factory=Pauses)


class Delivery:
    """Delivers what one target wants until told to stop.

    `call` runs a function in the ledger's thread. In shadow nothing is leased and nothing is sent: what
    waits is only counted.
    """

    def __init__(
        self,
        target: str,
        publisher: Publisher,
        *,
        ledger: Ledger,
        call: Call,
        report: TargetReport,
        shadow: bool = False,
        timing: Timing | None = None,
    ) -> None:
        timing = timing or Timing()
        self._target, self._publisher, self._ledger, self._call = target, publisher, ledger, call
        self._report, self._clock, self._lease_seconds = report, timing.clock, timing.lease_seconds
        self._owner = uuid4().hex
        self._leased_until = self._clock().timestamp()
        work = self._count if shadow else self._deliver
        self._rounds = Rounds(target, work, report, timing.pauses)

    def notice(self) -> None:
        """Something was posted; call it on the event loop."""
        self._rounds.notice()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; what is in hand then is finished."""
        try:
            await self._rounds.run(stop)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS_MOST):
                    await self._publisher.close()

    async def _count(self, _: bool) -> bool:
        await self._call(note_waiting, self._ledger, self._target, self._clock())
        return False

    async def _deliver(self, again: bool) -> bool:
        await self._open()
        claims = await self._claim(1 if again else PATIENTS_AT_ONCE)
        if not claims:
            return False
        renewing = asyncio.create_task(self._renew())
        try:
            published = await self._publisher.publish(claims, self._may_send)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        await self._call(settle, self._ledger, (*published.outcomes, *_untouched(claims, published.outcomes)))
        self._report.delivered(self._target, sum(isinstance(one, Delivered) for one in published.outcomes))
        if published.trouble:
            raise published.trouble
        return True

    async def _open(self) -> None:
        """Connect; where that cannot be now, note since when charges wait."""
        try:
            await self._publisher.open()
        except Trouble:
            await self._count(True)
            raise

    async def _claim(self, patients: int) -> tuple[Claimed, ...]:
        now = self._clock()
        claims: tuple[Claimed, ...] = await self._call(
            claim, self._ledger, self._target, self._owner, now, self._lease_seconds, patients
        )
        self._leased_until = now.timestamp() + self._lease_seconds
        return claims

    def _may_send(self) -> bool:
        return self._clock().timestamp() < self._leased_until

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            now = self._clock()
            if now.timestamp() >= self._leased_until:
                return
            await self._call(renew, self._ledger, self._target, self._owner, now, self._lease_seconds)
            self._leased_until = now.timestamp() + self._lease_seconds


def _untouched(claims: Iterable[Claimed], outcomes: Iterable[Outcome]) -> list[Released]:
    settled = {one.owed.identity for one in outcomes}
    return [Released(owed) for claimed in claims for owed in claimed.items if owed.identity not in settled]
