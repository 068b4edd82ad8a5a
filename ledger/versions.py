"""What becomes of charges between two codings: new ones, new versions, revisions, withdrawals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coder.charges import Charge

WITHDRAWN = "entered-in-error"


@dataclass(frozen=True, slots=True)
class ChargeState:
    """A charge as it stands: `version` is published and counts from 1, `revision` counts wordings of it."""

    identity: str
    version: int
    revision: int
    status: str
    charge: Charge

    @property
    def withdrawn(self) -> bool:
        """Whether the charge is no longer owed."""
        return self.status == WITHDRAWN


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """The state a charge comes to; only a new version is `due` at a target, a revision is kept and shown."""

    state: ChargeState
    due: bool


def changes(previous: Mapping[str, ChargeState], owed: Mapping[str, Charge]) -> tuple[ChargeChange, ...]:
    """The changes that lead from the previous states to the charges now owed, in publishing order.

    Withdrawals come first, so that nobody ever holds the old and the new charge for one thing.
    """
    withdrawn = [
        _withdrawal(state) for state in previous.values() if state.identity not in owed and not state.withdrawn
    ]
    standing = [_standing(previous.get(identity), identity, charge) for identity, charge in owed.items()]
    additions = [change for change in standing if change]
    return (*sorted(withdrawn, key=_publishing_order), *sorted(additions, key=_publishing_order))


def _withdrawal(state: ChargeState) -> ChargeChange:
    return ChargeChange(ChargeState(state.identity, state.version + 1, 0, WITHDRAWN, state.charge), due=True)


def _standing(before: ChargeState | None, identity: str, charge: Charge) -> ChargeChange | None:
    status = charge.status.value
    if before is None:
        return ChargeChange(ChargeState(identity, 1, 0, status, charge), due=True)
    if before.status == status and before.charge == charge:
        return None
    if before.status != status or _without_wording(before.charge) != _without_wording(charge):
        return ChargeChange(ChargeState(identity, before.version + 1, 0, status, charge), due=True)
    return ChargeChange(ChargeState(identity, before.version, before.revision + 1, status, charge), due=False)


def _without_wording(charge: Charge) -> Charge:
    return replace(charge, because=(), label="", minutes=None, explanation=(), visit="", patient="")


def _publishing_order(change: ChargeChange) -> tuple[str, str, str, str]:
    charge = change.state.charge
    return charge.patient, charge.key.service_date.isoformat(), charge.code, change.state.identity
