"""The strict lane: fhir.resources' judgement of a document, for conformance checks and the diagnosis of a dead letter.

It knows every element of every resource and takes long, so no traffic waits for it and nothing is read by it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from pydantic import BaseModel, ValidationError

from mappers.fhir.resource import Plain, decode
from mappers.refused import Refused

_ENTRIES_MOST = 200
_WITHOUT_NAME = "extra_forbidden"


def diagnosis(value: bytes) -> str | None:
    """The first place where fhir.resources objects, and the kind of its objection, without what is said there."""
    try:
        document = decode(value)
    except Refused as error:
        return f"{error.fault.path}: {error.fault.reason}"
    if not isinstance(document, dict):
        return "document: no resource"
    if document.get("resourceType") != "Bundle":
        return objection(document)
    entries = document.get("entry") or ()
    for place, entry in enumerate(entries[:_ENTRIES_MOST] if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        found = objection(resource) if isinstance(resource, dict) else None
        if found:
            return f"Bundle.entry[{place}].{found}"
    return objection({**document, "entry": []})


def objection(resource: Plain) -> str | None:
    """What there is against one resource; None where the models of R4B or of R5 take it."""
    found = None
    for model in models_for(resource):
        against = _against(resource, model)
        if against is None:
            return None
        found = found or against
    return found or "resourceType: no such resource"


def models_for(resource: Plain) -> tuple[type[BaseModel], ...]:
    """The models of a resource's type, R5's first where it has elements that only R5 has."""
    kind = resource.get("resourceType")
    found = _models(kind) if isinstance(kind, str) else ()
    return found if not found or resource.keys() <= _names(found[0]) else found[::-1]


def _against(resource: Plain, model: type[BaseModel]) -> str | None:
    kind = str(resource.get("resourceType"))
    try:
        model.model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        steps = [step for step in first["loc"] if step != "root"]
        named = steps[:-1] if first["type"] == _WITHOUT_NAME else steps
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in named)
        return f"{kind}{path}: {first['type'].rpartition('.')[2].replace('_', ' ')}"
    except Exception as error:  # noqa: BLE001 - whatever a library of models raises is its objection
        return f"{kind}: {type(error).__name__}"
    return None


@cache
def _models(kind: str) -> tuple[type[BaseModel], ...]:
    from fhir.resources import get_fhir_model_class as of_r5
    from fhir.resources.R4B import get_fhir_model_class as of_r4b

    found: list[type[BaseModel]] = []
    for get in (of_r4b, of_r5):
        with suppress(LookupError, ImportError, ValueError):
            found.append(get(kind))
    return tuple(found)


@cache
def _names(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())
