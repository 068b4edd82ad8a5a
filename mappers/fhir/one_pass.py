"""The resources we read, each decoded whole in one pass over its bytes.

A resource with anything to object to is left to the slower way (`mappers.fhir.resource`), which says what it is.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import msgspec

from mappers.fhir import elements
from mappers.fhir.element_names import ELEMENTS


def in_one_pass(value: bytes) -> elements.Resource | None:
    """The resource of JSON bytes; None where it is none of those we read, or not as it should be."""
    try:
        if not value.isascii():
            value.decode()
        return _DECODER.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _named(kind: str) -> type[elements.Resource]:
    """The element of a kind, which besides what we read allows all names that FHIR has for it, and no other."""
    element = getattr(elements, kind)
    read = {each.encode_name for each in msgspec.structs.fields(element)}
    unread = sorted(ELEMENTS[kind] - read - {"resourceType"})
    named: type[elements.Resource] = msgspec.defstruct(  # type: ignore[assignment]  # it has the element for its base
        kind,
        [(f"unread_{name}", msgspec.Raw, msgspec.field(default=elements.UNSAID, name=name)) for name in unread],
        bases=(element,),
        tag_field="resourceType",
        tag=kind,
        forbid_unknown_fields=True,
        frozen=True,
        kw_only=True,
        gc=False,
    )
    return named


_KINDS = [_named(kind) for kind in ELEMENTS if issubclass(getattr(elements, kind), elements.Resource)]
_DECODER: msgspec.json.Decoder[elements.Resource] = msgspec.json.Decoder(reduce(or_, _KINDS))
