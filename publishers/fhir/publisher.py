"""Charges as ChargeItems of a FHIR server: looked at before they are overwritten, in order per patient."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.delivery import REQUEST_SECONDS_MOST, Claimed, Owed
from ledger.settling import Delivered, Held, Outcome, Postponed, Refused, Released
from publishers.delivery import Published, wall_clock
from publishers.fhir.answers import NOT_PROCESSED, RACES, SIGN_IN, TOO_LARGE, Answer
from publishers.fhir.capability import Write, offered
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import InDoubt, NotSent
from publishers.fhir.standing import Verdict, judged
from publishers.pauses import Pauses
from publishers.report import Trouble

PATIENTS_IN_FLIGHT = 8
LOOKS_MOST = 3
NO_WAY = "neither update with client ids nor conditional update of ChargeItems"


class NotNow(Trouble):
    """The server was asked and did not do it, for a reason that may pass; nothing is in doubt."""


@dataclass(slots=True)
class _Round:
    """One round: whether the server took or refused anything, and what last kept it from answering."""

    may_send: Callable[[], bool]
    answered: bool = False
    trouble: Trouble | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be sent: out of lease, not reached, or asked to wait."""
        asked = self.trouble is not None and (self.trouble.wait_seconds > 0 or not isinstance(self.trouble, NotNow))
        return asked or not self.may_send()

    def published(self) -> Published:
        """A server that answered others is not down; one that asked to wait is left alone."""
        passing = self.answered and self.trouble is not None and not self.trouble.wait_seconds
        return Published(self.outcomes, None if passing else self.trouble)


class FhirPublisher:
    """Publishes charges to a FHIR server, the way the site says or else the best it offers."""

    def __init__(
        self,
        items: ChargeItems,
        *,
        write: Write | None = None,
        pauses: Pauses | None = None,
        clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._items, self._asked, self._clock = items, write, clock
        self._pauses = pauses or Pauses()

    async def open(self) -> None:
        """Read what the server offers, once; Trouble where it cannot be asked now, or offers nothing of use."""
        if self._items.write is not None:
            return
        found = await self.ask()
        if self._asked is None and not found:
            raise Trouble(f"the server offers {NO_WAY}")
        self._items.write = self._asked or found[0]

    async def ask(self) -> tuple[Write, ...]:
        """The ways of writing that the server's CapabilityStatement offers; Trouble where it cannot be read now."""
        statement = await self._items.client.get("metadata")
        self._pass_or_raise(statement)
        return offered(statement)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._items.client.close()

    async def publish(self, claims: Sequence[Claimed], may_send: Callable[[], bool]) -> Published:
        """Send the charges of several patients at a time, those of one patient in order."""
        going = _Round(may_send)
        lanes = asyncio.Semaphore(PATIENTS_IN_FLIGHT)
        async with asyncio.TaskGroup() as group:
            for claimed in claims:
                group.create_task(self._patient(claimed, going, lanes))
        return going.published()

    async def _patient(self, claimed: Claimed, going: _Round, lanes: asyncio.Semaphore) -> None:
        """A withdrawal that does not get through holds back what comes after it."""
        async with lanes:
            for owed in claimed.items:
                if going.over:
                    return
                outcome = await self._tried(owed, going)
                going.outcomes.append(outcome)
                if owed.withdrawn and isinstance(outcome, Postponed | Released):
                    return

    async def _tried(self, owed: Owed, going: _Round) -> Outcome:
        """Deliver one charge; whatever kept it is noted, and it is looked at again before it is sent again."""
        try:
            outcome = await self._deliver(owed)
        except Trouble as trouble:
            self._items.forget(owed.identity)
            going.trouble = trouble
            return self._untold(owed, trouble)
        going.answered = True
        return outcome

    def _untold(self, owed: Owed, trouble: Trouble) -> Outcome:
        if isinstance(trouble, InDoubt):
            return self._postponed(owed, self._clock() + timedelta(seconds=REQUEST_SECONDS_MOST))
        return Released(owed) if isinstance(trouble, NotSent) else self._postponed(owed)

    def _postponed(self, owed: Owed, doubt_until: datetime | None = None) -> Postponed:
        seconds = self._pauses.after(owed.attempts + 1)
        return Postponed(owed, self._clock() + timedelta(seconds=seconds), doubt_until)

    async def _deliver(self, owed: Owed) -> Outcome:
        """Look, judge, write; a 409 or 412 is a race or a stale version, and looking again tells which."""
        for _ in range(LOOKS_MOST):
            standing = await self._items.stand(owed.identity)
            if isinstance(standing, Answer):
                self._pass_or_raise(standing)
                return _refused(owed, standing, b"")
            verdict = judged(owed.version.version, standing)
            if verdict is Verdict.THERE:
                return Delivered(owed)
            if verdict is Verdict.BILLED:
                return Held(owed)
            body = self._items.body(owed)
            if isinstance(body, Refused):
                return body
            answer = await self._items.put(owed, body, standing)
            if answer.done:
                return Delivered(owed)
            if answer.status not in RACES:
                return self._unwritten(owed, answer, body)
        return self._postponed(owed)

    def _unwritten(self, owed: Owed, answer: Answer, body: bytes) -> Outcome:
        if answer.status == TOO_LARGE:
            return _refused(owed, answer, body)
        self._pass_or_raise(answer)
        return self._postponed(owed) if answer.unknown_reference else _refused(owed, answer, body)

    def _pass_or_raise(self, answer: Answer) -> None:
        """Trouble where the answer settles nothing: a server that is busy, broken, or none of FHIR."""
        status, base = answer.status, self._items.base
        if status in SIGN_IN:
            raise Trouble(f"{base}: the server refuses the sign-in ({status})")
        if status in NOT_PROCESSED:
            raise NotNow(f"{base}: the server takes nothing now ({status})", answer.wait_seconds(self._clock()))
        if status >= 500:
            raise _Broken(f"{base}: the server fails ({status})", answer.wait_seconds(self._clock()))
        if not answer.is_fhir:
            raise Trouble(f"{base}: what answers is no FHIR server ({status} {answer.media_type})")


class _Broken(NotNow, InDoubt):
    """The server failed at it, perhaps after it was done."""


def _refused(owed: Owed, answer: Answer, body: bytes) -> Refused:
    wanted = f"a ChargeItem that the server takes (it answered {answer.status})"
    return Refused(owed, answer.place, answer.says, wanted, body)
