"""What is made quickly is in no way other than what is made slowly."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from coder.facts import Administration, AdministrationStatus, Encounter, Quantity, Reference
from mappers.quickly import quickly
from mappers.telling import Telling

STATED: dict[str, Any] = {
    "key": "",
    "patient": "p",
    "status": AdministrationStatus.COMPLETED,
    "start": datetime(2026, 3, 3, tzinfo=UTC),
}


def test_it_is_the_same() -> None:
    slow, quick = Administration(**STATED), quickly(Administration)(**STATED)
    assert type(quick) is Administration
    assert (quick, hash(quick), repr(quick)) == (slow, hash(slow), repr(slow))
    assert replace(quick, patient="q") == replace(slow, patient="q")
    assert pickle.loads(pickle.dumps(quick)) == slow


def test_it_is_as_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        quickly(Reference)(value="1").value = "2"  # type: ignore[misc]


@pytest.mark.parametrize("kind", [Administration, Encounter, Quantity, Reference, Telling])
def test_every_default_is_the_same(kind: Any) -> None:
    required = {each.name: "x" for each in fields(kind) if each.default is each.default_factory}  # neither is stated
    assert quickly(kind)(**required) == kind(**required)


def test_a_field_that_is_not_stated_or_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        quickly(Encounter)(key="")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        quickly(Encounter)(key="", patient="p", nurse="n")  # type: ignore[call-arg]


def test_what_has_no_slots_is_refused() -> None:
    @dataclass(frozen=True)
    class Open:
        name: str

    with pytest.raises(TypeError, match="has no slots"):
        quickly(Open)
