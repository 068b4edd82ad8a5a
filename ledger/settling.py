"""What became of leased charges, written down and the leases given back, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.delivery import Owed
from ledger.ledger import Ledger
from ledger.reading_back import REFUSED, TARGET_SOURCE
from ledger.rows import add_dead_letters, time_text


@dataclass(frozen=True, slots=True)
class Delivered:
    """The target has this version, or a newer one."""

    owed: Owed


@dataclass(frozen=True, slots=True)
class Held:
    """The EHR has billed an older version: it stays as it is there, and the charge is shown."""

    owed: Owed


@dataclass(frozen=True, slots=True)
class Refused:
    """The target will never take this version; it becomes a dead letter. `said` and `raw` may be patient data."""

    owed: Owed
    path: str
    said: str
    wanted: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Postponed:
    """Tried in vain, and to be tried again at a time; `doubt_until` is when a request in doubt is surely over."""

    owed: Owed
    until: datetime
    doubt_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """Not settled for a reason that is not its own: it is due as it was."""

    owed: Owed
    doubt_until: datetime | None = None


Outcome = Delivered | Held | Refused | Postponed | Released

_OURS = " WHERE target = :target AND identity = :identity AND lease_token = :token AND lease_owner IS NOT NULL"
_GIVEN_BACK = "UPDATE delivery SET lease_owner = NULL, lease_until = NULL,"
_DOUBT = " doubt_until = CASE WHEN doubt_until > :doubt THEN doubt_until ELSE coalesce(:doubt, doubt_until) END"
_STATEMENTS: dict[type[Outcome], str] = {
    Delivered: f"{_GIVEN_BACK} attempts = 0, stopped = NULL,"
    " delivered = CASE WHEN delivered < :version THEN :version ELSE delivered END,"
    " since = CASE WHEN wanted > :version THEN since END,"
    " due_at = CASE WHEN wanted > :version THEN '' WHEN doubt_until > :claimed_at THEN doubt_until END,"
    " doubt_until = CASE WHEN doubt_until > :claimed_at THEN doubt_until END",
    Held: f"{_GIVEN_BACK} due_at = CASE WHEN wanted > :version THEN '' END,"
    " stopped = CASE WHEN wanted > :version THEN NULL ELSE 'held' END",
    Refused: f"{_GIVEN_BACK} due_at = CASE WHEN wanted > :version THEN '' END,"
    " stopped = CASE WHEN wanted > :version THEN NULL ELSE 'refused' END",
    Postponed: f"{_GIVEN_BACK} attempts = attempts + 1,"
    f" due_at = CASE WHEN wanted > :version THEN '' ELSE :until END,{_DOUBT}",
    Released: f"{_GIVEN_BACK}{_DOUBT}",
}


def settle(ledger: Ledger, outcomes: Sequence[Outcome]) -> int:
    """Write down what became of leased charges; gives how many of their leases somebody else had taken over.

    Such an outcome changes nothing. But what was sent under a lost lease may have come after the newer
    version that its new holder sent: then the newest is due once more.
    """
    lost = 0
    with ledger.transaction() as connection:
        for outcome in outcomes:
            if connection.execute(_STATEMENTS[type(outcome)] + _OURS, _values(outcome)).rowcount == 0:
                lost += 1
                _send_newest_again(connection, outcome)
            elif isinstance(outcome, Refused):
                add_dead_letters(connection, [_dead_letter(outcome)])
    return lost


def _values(outcome: Outcome) -> dict[str, object]:
    owed = outcome.owed
    doubt = outcome.doubt_until if isinstance(outcome, Postponed | Released) else None
    return {
        "target": owed.target,
        "identity": owed.identity,
        "token": owed.token,
        "version": owed.version.version,
        "claimed_at": time_text(owed.claimed_at),
        "until": time_text(outcome.until) if isinstance(outcome, Postponed) else None,
        "doubt": time_text(doubt) if doubt else None,
    }


def _send_newest_again(connection: sqlite3.Connection, outcome: Outcome) -> None:
    may_have_sent = isinstance(outcome, Delivered) or (
        isinstance(outcome, Postponed | Released) and outcome.doubt_until is not None
    )
    if may_have_sent:
        connection.execute(
            "UPDATE delivery SET due_at = '' WHERE target = ? AND identity = ? AND due_at IS NULL AND stopped IS NULL",
            (outcome.owed.target, outcome.owed.identity),
        )


def _dead_letter(refused: Refused) -> tuple[object, ...]:
    owed = refused.owed
    position = f"{owed.identity}:{owed.version.version}"
    source = f"{TARGET_SOURCE}{owed.target}"
    return (source, position, REFUSED, refused.path, refused.said, refused.wanted, refused.raw, None)
