"""A resource that was deleted: what its sender said under that name is taken back, as entered-in-error does.

An entry of a Bundle says it by its request alone. It names no patient: the ledger finds whose the name is, now or
when it first hears it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from coder.facts import (
    Administration,
    AdministrationStatus,
    AdmissionOrder,
    Condition,
    Coverage,
    Encounter,
    Order,
    Procedure,
    Reference,
)
from mappers.fhir.element_names import RESOURCES
from mappers.fhir.resource import Plain
from mappers.fhir.values import charted
from mappers.refused import Refused, refused
from mappers.telling import KINDS, NOBODY, Action, Fact, Ignored, Telling

_CANCELLED: Mapping[
    str, type[Encounter | Procedure | AdmissionOrder | Coverage | Condition | Order]
] = {
    "Encounter": Encounter,
    "Procedure": Procedure,
    "ChargeItem": Procedure,
    "ServiceRequest": AdmissionOrder,
    "Coverage": Coverage,
    "Condition": Condition,
    "MedicationRequest": Order,
}  # fmt: skip
_ADMINISTRATION = "MedicationAdministration"
_LEFT_AS_THEY_ARE = frozenset({"Patient", "QuestionnaireResponse"})
_URL = re.compile(r"(?:[^?#]*/)?([A-Za-z]+)/([A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]{1,64})?")
_HISTORY = "history"
_UTC = ZoneInfo("UTC")


def read_deletion(entry: Plain, bundle: Plain, sent: datetime | None) -> Telling | Ignored:
    """What the entry of a Bundle takes away; raises Refused where it cannot be seen what, or when.

    `sent` is when the record around them was written, where that is known.
    """
    url = str(_inside(entry, "request").get("url") or "")
    found = _URL.fullmatch(url)
    kind = found[1] if found else ""
    if found is None or kind not in RESOURCES or kind in _LEFT_AS_THEY_ARE or (found[3] and not _is_history(bundle)):
        raise unseen("request.url", url)
    if kind != _ADMINISTRATION and kind not in _CANCELLED:
        return Ignored(f"fhir {kind}")
    name = f"fhir|{kind}/{found[2]}"
    when = _when(entry, bundle, sent)
    fact = _fact(kind, f"{NOBODY}{name}")
    return Telling(
        source="fhir",
        kind=KINDS[type(fact)],
        patient=fact.patient,
        patient_reference=Reference(),
        fact=fact,
        action=Action.DELETE,
        whole=True,
        identifiers=(name,),
        order=None,
        start=None,
        asserted=when,
        message_id=None,
        digest=sha256(f"{name} {when.astimezone(_UTC).isoformat()}".encode()).hexdigest(),
    )


def unseen(path: str, said: str) -> Refused:
    """The refusal of a change by which nobody can see what was said."""
    wanted = "the resource as it is now, by POST or PUT; entered-in-error takes it back, or DELETE of one type and id"
    return refused("a change that cannot be seen", path, said, wanted)


def _fact(kind: str, patient: str) -> Fact:
    if kind == _ADMINISTRATION:
        return Administration("", patient, AdministrationStatus.ENTERED_IN_ERROR)
    return _CANCELLED[kind]("", patient, cancelled=True)


def _when(entry: Plain, bundle: Plain, sent: datetime | None) -> datetime:
    """The server's own time; else, but in a history, which tells of long ago, when the Bundle was made or sent."""
    path = "response.lastModified"
    stated = [(_inside(entry, "response").get("lastModified"), path)]
    if not _is_history(bundle):
        stated += [
            (_inside(bundle, "meta").get("lastUpdated"), "meta.lastUpdated"),
            (bundle.get("timestamp"), "timestamp"),
        ]
    for said, where in stated:
        moment = charted(said, where, _UTC).instant if isinstance(said, str) else None
        if moment:
            return moment
    if sent is None or _is_history(bundle):
        raise refused("no time", path, "", "when it was deleted")
    return sent


def _is_history(bundle: Plain) -> bool:
    return bundle.get("type") == _HISTORY


def _inside(plain: Plain, name: str) -> Plain:
    inside = plain.get(name)
    return inside if isinstance(inside, dict) else {}
