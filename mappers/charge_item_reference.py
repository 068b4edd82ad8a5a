"""References of a ChargeItem: the sender's own, else by identifier."""

from __future__ import annotations

import re
from urllib.parse import quote

from coder.facts import Reference

Json = dict[str, object]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def stated(**elements: object) -> Json:
    """The elements that say something; FHIR has no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}


def reference(sent: Reference, kind: str | None, base: str) -> Json | None:
    """A reference as it was sent, or by identifier where only that is known; None where it says nothing.

    `kind` is the type of what an identifier stands for; a literal reference names it itself. One into
    the sender's own resource (#...) leads nowhere from ours and is left out.
    """
    literal = _text(sent.reference)
    literal = None if literal and literal.startswith("#") else literal
    identifier = _identifier(sent, base)
    found = stated(
        reference=literal,
        type=kind if identifier and not literal else None,
        identifier=identifier,
        display=_text(sent.display),
    )
    return found or None


def logical(kind: str, system: str | None, value: str) -> Json:
    """A reference by identifier alone."""
    return {"type": kind, "identifier": stated(system=system, value=value)}


def _identifier(sent: Reference, base: str) -> Json | None:
    value = _text(sent.value)
    return stated(system=_system(_text(sent.system), base), value=value) if value else None


def _system(said: str | None, base: str) -> str | None:
    """An identifier's system as the uri FHIR wants; a bare assigning authority hangs on our base."""
    if said is None or _ABSOLUTE.fullmatch(said):
        return said
    return f"{base}/authority/{quote(said, safe='')}"


def _text(said: str | None) -> str | None:
    return (said or "").strip() or None
