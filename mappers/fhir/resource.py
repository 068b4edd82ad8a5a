"""FHIR JSON and R4B validation, each behind one small function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NoReturn, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from mappers.fhir.elements import Element
from mappers.refused import refused

Resource = Mapping[str, object]
AnyElement = TypeVar("AnyElement", bound=Element)

_PROBLEMS = 5
_INTEGER_DIGITS = 18
_WANTED = {
    "missing": "the element, which R4 requires",
    "model_field_validation.missing": "the element, which R4 requires",
    "extra_forbidden": "no such element in R4",
}


def decode(value: bytes) -> object:
    """The document that JSON bytes hold, decimals as they were written."""
    try:
        orjson.loads(value)  # refuses what JSON does not allow, which json lets through
        document: object = json.loads(value, parse_float=Decimal, parse_int=_integer)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise refused("not JSON", _place(error), "", "a JSON document in UTF-8") from error
    return document


def canonical(resource: Resource) -> bytes:
    """The bytes of a resource whatever the order of its keys."""
    try:
        return orjson.dumps(resource, default=str, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        kind = str(resource.get("resourceType"))
        raise refused("not readable", kind, "", "a resource nested less deeply") from error


def read_resource(resource: Resource, element: type[AnyElement]) -> AnyElement:
    """The typed elements of a resource that is valid R4B; raises Refused where it is not."""
    kind = str(resource.get("resourceType"))
    try:
        model_of(kind).model_validate(resource)
        return element.model_validate(resource)
    except ValidationError as error:
        _refuse(kind, error)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise refused("not valid FHIR R4", kind, "", "a resource that fhir.resources R4B can read") from error


@cache
def model_of(kind: str) -> type[BaseModel]:
    """The R4B model of a resource type; raises Refused for a type that R4B does not have."""
    from fhir.resources.R4B import get_fhir_model_class

    try:
        model: type[BaseModel] = get_fhir_model_class(kind)
    except (LookupError, ImportError, ValueError) as error:
        raise refused("unknown resource type", "resourceType", kind, "a resource type of FHIR R4") from error
    return model


def _refuse(kind: str, error: ValidationError) -> NoReturn:
    problems = error.errors(include_url=False)
    paths = [_path(kind, problem["loc"]) for problem in problems]
    said = problems[0].get("input")
    wanted = [_WANTED.get(problem["type"]) or _wanted(problem["msg"], problem.get("input")) for problem in problems]
    others = [f"{path}: {text}" for path, text in zip(paths[1:_PROBLEMS], wanted[1:_PROBLEMS], strict=True)]
    shown = "" if isinstance(said, Mapping) else said
    raise refused("not valid FHIR R4", paths[0], shown, "; ".join((wanted[0], *others))) from None


def _path(kind: str, location: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location if step != "root")
    return kind + "".join(steps)


def _wanted(message: str, said: object) -> str:
    text = message.removeprefix("Value error, ")
    return text.replace(said, "…") if isinstance(said, str) and said else text


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else Decimal(digits)


def _place(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"line {line}, column {getattr(error, 'colno', 0)}" if line else "document"
