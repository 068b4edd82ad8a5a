"""The ChargeItem of a charge's version, as targets and files get it."""

from __future__ import annotations

import orjson

from ledger.delivery import Owed
from ledger.reading_back import ChargeVersion
from ledger.settling import Refused
from mappers.charge_item import ChargeItemProfile, charge_item
from mappers.charge_item_reference import Json


def encoded(owed: Owed, profile: ChargeItemProfile) -> Json | Refused:
    """The ChargeItem; where it cannot be written the version is refused, so that the others go on."""
    try:
        return version_item(owed.version, profile)
    except Exception as fault:  # noqa: BLE001  whatever one charge does, the others go on
        return Refused(owed, "ChargeItem", type(fault).__name__, "a charge that can be written as a ChargeItem", b"")


def version_item(version: ChargeVersion, profile: ChargeItemProfile) -> Json:
    """The ChargeItem of one version."""
    return charge_item(
        version.charge,
        identity=version.identity,
        version=version.version,
        status=version.status,
        part_of=version.part_of_identity,
        changed=version.changed,
        profile=profile,
    )


def version_line(version: ChargeVersion, profile: ChargeItemProfile) -> bytes:
    """The ChargeItem of one version as a line of NDJSON: the same bytes for the same version."""
    return orjson.dumps(version_item(version, profile), option=orjson.OPT_APPEND_NEWLINE)
