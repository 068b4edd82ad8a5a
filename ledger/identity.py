"""Identities of charges and queries: keyed digests that say nothing about the patient."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

import orjson

from coder.charges import ChargeKey, Query

IDENTITY_CHARACTERS = 40
FINGERPRINT_CHARACTERS = 16


def charge_identity(key: bytes, facility: str, charge_key: ChargeKey) -> str:
    """The identity of a charge: the same for the same anchor, role, component and service date."""
    parts = (charge_key.anchor, charge_key.role.value, charge_key.component, charge_key.service_date.isoformat())
    return _digest(key, ("charge", facility, *parts))[:IDENTITY_CHARACTERS]


def query_identity(key: bytes, facility: str, query: Query) -> str:
    """The identity of a question: the same for the same visit, rule, administrations and drug, where it is of one."""
    drug = (f"drug {query.drug}",) if query.drug else ()
    parts = ("query", facility, query.visit, query.because, *sorted(query.administrations), *drug)
    return _digest(key, parts)[:IDENTITY_CHARACTERS]


def key_fingerprint(key: bytes) -> str:
    """What the ledger remembers of the site key: enough to refuse another, nothing to find it by."""
    return _digest(key, ("fingerprint",))[:FINGERPRINT_CHARACTERS]


def _digest(key: bytes, parts: Sequence[str | int]) -> str:
    return hmac.new(key, orjson.dumps(parts), sha256).hexdigest()
