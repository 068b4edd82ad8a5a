"""A ledger that owes charges to a target, without anything having been told: charges as posting would write them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from coder.charges import Charge, ChargeKey, ChargeStatus, CodeSystem, Role
from coder.facts import Reference
from ledger import rows
from ledger.bodies import CHARGE
from ledger.dead_letters import kept_letters, notices
from ledger.delivery import Claimed, Owed, claim
from ledger.ledger import Ledger, open_ledger
from ledger.reading_back import DeadLetter
from mappers.charge_item import ChargeItemProfile
from tests.ledger_site import FACILITY, KEY

TARGET = "ehr"
TEST_SECONDS_MOST = 120
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
PROFILE = ChargeItemProfile(
    "https://hangtime.example/fhir", Reference(value="Sample General"), "rules|2026-01-01", ZoneInfo("America/Chicago")
)


def charge_of(patient: str, text: str = "First hour") -> Charge:
    """Some charge of a patient."""
    start = NOON - timedelta(hours=3)
    return Charge(
        key=ChargeKey("a", Role.SERVICE, 0, date(2026, 3, 3)), status=ChargeStatus.BILLABLE, system=CodeSystem.CPT,
        code="96365", modifiers=(), units=1, start=start, end=start + timedelta(hours=1), patient=patient, visit="v",
        subject=Reference(reference=f"Patient/{patient}"), context=Reference(value="v"), service=("a",),
        service_references=(), because=("initial",), label=text,
    )  # fmt: skip


@dataclass(slots=True)
class Owing:
    """A ledger, a clock that is turned by hand, and the charges that the target comes to want."""

    ledger: Ledger
    now: datetime = NOON
    target: str = TARGET
    postings: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    def clock(self) -> datetime:
        """The time it is."""
        return self.now

    def passes(self, seconds: float) -> None:
        """Turn the clock on."""
        self.now += timedelta(seconds=seconds)

    def want(self, identity: str, patient: str = "p1", status: str = "billable", text: str = "First hour") -> int:
        """Post a new version of a charge; gives its number."""
        self.postings += 1
        version = self.versions[identity] = self.versions.get(identity, 0) + 1
        charge = charge_of(patient, text)
        row = {
            "identity": identity, "patient": patient, "visit": "v", "service_date": "2026-03-03", "code": "96365",
            "version": version, "revision": 0, "status": status, "body": CHARGE.dump(charge),
            "posting": self.postings, "rule_set": "2026", "caused_by": "log:0:0",
        }  # fmt: skip
        with self.ledger.transaction() as connection:
            rows.write_charges(connection, [row])
            rows.want(connection, [(self.target, identity, version)])
        return version

    def claim(self, owner: str = "me", limit: int = 10, lease_seconds: float = 10) -> tuple[Claimed, ...]:
        """Lease what is due now."""
        return claim(self.ledger, self.target, owner, self.now, lease_seconds, limit)

    def claim_one(self, owner: str = "me") -> Owed:
        """Lease the one charge that is due now."""
        ((owed,),) = (claimed.items for claimed in self.claim(owner))
        return owed

    def row(self, identity: str) -> dict[str, Any]:
        """How the delivery of a charge stands."""
        found = self.ledger.reader.execute(
            "SELECT * FROM delivery WHERE target = ? AND identity = ?", (self.target, identity)
        )
        return dict(zip([column[0] for column in found.description], found.fetchone(), strict=True))

    def letters(self) -> list[DeadLetter]:
        """Every dead letter there is, of whatever was refused."""
        numbers = [notice.id for notice in notices(self.ledger, settled=True)]
        return [kept.letter for kept in kept_letters(self.ledger, numbers)]

    def delivered(self) -> dict[str, int]:
        """The version of each charge that the target has."""
        found = self.ledger.reader.execute("SELECT identity, delivered FROM delivery WHERE target = ?", (self.target,))
        return dict(found.fetchall())


@contextmanager
def owing() -> Iterator[Owing]:
    """A new one, deleted in the end."""
    with open_ledger("sqlite://", facility=FACILITY, identity_key=KEY) as ledger:
        yield Owing(ledger)


async def call(function: Callable[..., Any], *args: Any) -> Any:
    """The ledger's thread, as far as these tests need one."""
    await asyncio.sleep(0)
    return function(*args)


@dataclass(slots=True)
class Told:
    """What a publisher told of its target."""

    troubles: list[str] = field(default_factory=list)
    up: int = 0
    charges: int = 0

    def target_up(self, name: str) -> None:
        """Count it."""
        self.up += 1

    def target_down(self, name: str, trouble: str) -> None:
        """Keep the line."""
        self.troubles.append(trouble)

    def delivered(self, name: str, charges: int) -> None:
        """Add them up."""
        self.charges += charges


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition, generously; the failure says that it never came."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that runs on an event loop of its own, and ends by itself."""

    @wraps(test)
    def run(*args: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **named), TEST_SECONDS_MOST))

    return run
