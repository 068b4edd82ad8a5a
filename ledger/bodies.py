"""The JSON bodies of ledger rows: dataclasses out and back in, equal to what they were.

Decimals travel as text and keep their digits, times keep their offset. Decoded bodies are cached by
their bytes, so that a patient's older tellings are not decoded anew for every posting.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from coder.charges import Charge, CodedVisit, NotBilled, Query
from ledger.errors import LedgerError
from mappers.telling import KINDS, Telling

Value = TypeVar("Value")
CACHED_BODIES = 512


class Body(Generic[Value]):
    """How one kind of value is written to and read from a row; made ready when the first one is."""

    def __init__(self, kind: type[Value]) -> None:
        self._kind = kind
        self._name = kind.__name__
        self.load: Callable[[bytes], Value] = lru_cache(CACHED_BODIES)(self._load)

    @cached_property
    def _adapter(self) -> TypeAdapter[Value]:
        return TypeAdapter(self._kind)

    def dump(self, value: Value) -> bytes:
        """The value as JSON, without what is at its default."""
        try:
            return self._adapter.dump_json(value, exclude_defaults=True, warnings="error")
        except PydanticSerializationError:
            raise LedgerError(f"a {self._name} has a value that the ledger cannot keep") from None

    def _load(self, body: bytes) -> Value:
        try:
            return self._adapter.validate_json(body)
        except ValidationError:
            raise LedgerError(f"the ledger holds a {self._name} that this version cannot read") from None


class _TellingBody(Body[Telling]):
    """A telling's body: its `kind` says what its fact is, which the fact alone does not always show."""

    def __init__(self) -> None:
        super().__init__(Telling)

    @cached_property
    def _facts(self) -> dict[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(kind) for kind, name in KINDS.items()}

    def _load(self, body: bytes) -> Telling:
        try:
            stated = from_json(body)
            fact = self._facts[stated["kind"]].validate_python(stated["fact"])
            return self._adapter.validate_python(stated | {"fact": fact})
        except (ValueError, LookupError, TypeError):
            raise LedgerError("the ledger holds a Telling that this version cannot read") from None


TELLING = _TellingBody()
CHARGE = Body(Charge)
QUERY = Body(Query)
NOT_BILLED = Body(NotBilled)
CODED_VISIT = Body(CodedVisit)
