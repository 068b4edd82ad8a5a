"""The ChargeItem that a target gets for a version it is owed."""

from __future__ import annotations

from ledger.delivery import Owed
from ledger.settling import Refused
from mappers.charge_item import ChargeItemProfile, charge_item
from mappers.charge_item_reference import Json


def encoded(owed: Owed, profile: ChargeItemProfile) -> Json | Refused:
    """The ChargeItem; where it cannot be written the version is refused, so that the others go on."""
    one = owed.version
    try:
        return charge_item(
            one.charge,
            identity=one.identity,
            version=one.version,
            status=one.status,
            part_of=one.part_of_identity,
            changed=one.changed,
            profile=profile,
        )
    except Exception as fault:  # noqa: BLE001  whatever one charge does, the others go on
        return Refused(owed, "ChargeItem", type(fault).__name__, "a charge that can be written as a ChargeItem", b"")
