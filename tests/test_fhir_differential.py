"""Two lanes, one truth: the mapper makes the same facts of a document and of what fhir.resources makes of it.

Where fhir.resources cannot read what we can, it stands here with the reason.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest

from mappers.fhir.strict import models_for
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Fault, Item, Telling
from tests.corpus import CORPUS
from tests.corpus import documents as parts
from tests.corpus_golden import SETTINGS, said_of
from tests.fhir_generator import documents
from tests.fhir_golden import GOLDEN, golden

CHUNK, CHUNKS = 1000, 10

CANNOT_READ = {
    "R4_CHARGE_ITEM_CREATE": "Parameters, which we only count: an id of a transaction that is no UUID",
    "R4_CHARGE_ITEM_CREDIT": "Parameters, which we only count: an id of a transaction that is no UUID",
    "R4_CHARGE_ITEM_MODIFY": "Parameters, which we only count: an id of a transaction that is no UUID",
    "v2tofhir_ADT_A01_bundle": "a MessageHeader, which we only count, and one Coverage that we refuse as well",
}


def plainly(value: Any) -> Any:
    """What orjson leaves to us of fhir.resources' values."""
    return value.decode() if isinstance(value, bytes) else float(value)


class CannotReadError(Exception):
    """fhir.resources has no answer for a document."""


def fast(value: bytes) -> list[str]:
    return [said_of(item) for item in items(value)]


def items(value: bytes) -> tuple[Item, ...]:
    return read(Record("oracle", 0, 0, value), SETTINGS).items


def strict(value: bytes) -> list[str]:
    """What the mapper makes of the document as fhir.resources writes it again."""
    document = json.loads(value, parse_float=Decimal)
    if document.get("resourceType") == "Bundle":
        entries = [{**each, "resource": again(each["resource"])} for each in document.get("entry", [])]
        return fast(orjson.dumps({**document, "entry": entries}, default=plainly))
    return fast(orjson.dumps(again(document), default=plainly))


def again(resource: Any) -> Any:
    if resource.get("resourceType") == "Bundle":
        return {**resource, "entry": [{**each, "resource": again(each["resource"])} for each in resource["entry"]]}
    for model in models_for(resource):
        try:
            read_strictly: Any = model.model_validate(resource)
            return read_strictly.model_dump()
        except ValueError:
            continue
    raise CannotReadError(resource.get("resourceType"))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_both_lanes_read_the_same(chunk: int) -> None:
    for seed, made in enumerate(documents(CHUNK, seed=chunk * CHUNK), start=chunk * CHUNK):
        assert strict(made.value) == fast(made.value), seed


def test_what_is_generated_is_worth_reading() -> None:
    found = [item for made in documents(500, seed=0) for item in items(made.value)]
    kinds = {item.kind for item in found if isinstance(item, Telling)}
    around = {"encounter", "procedure", "condition", "coverage", "admission-order", "order", "composition"}
    assert kinds == {"administration", *around}
    assert sum(isinstance(item, Telling) for item in found) > 0.9 * len(found)
    assert not [item for item in found if isinstance(item, Fault)]
    assert {made.r5 for made in documents(50, seed=0)} == {False, True}


corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside this checkout")


@corpus
def test_every_document_of_the_corpus_has_its_golden() -> None:
    """What changed is looked at and kept with `python -m tests.fhir_golden`."""
    assert golden().splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


@corpus
def test_both_lanes_read_the_corpus_the_same_where_fhir_resources_can() -> None:
    cannot, differently = set(), set()
    for path in sorted((CORPUS / "fhir").rglob("*.json")):
        for value in parts(path):
            found = items(value)
            if all(isinstance(item, Fault) for item in found):
                continue
            try:
                if strict(value) != fast(value):
                    differently.add(path.stem)
            except CannotReadError:
                cannot.add(path.stem)
    assert (sorted(cannot), sorted(differently)) == (sorted(CANNOT_READ), [])


@corpus
def test_the_official_examples_mean_the_same_in_r4_and_r5() -> None:
    told: dict[str, list[Any]] = {}
    for version in ("r4_spec", "r5_spec"):
        for path in sorted((CORPUS / "fhir" / version).glob("MedicationAdministration-*.json")):
            (item,) = items(path.read_bytes())
            assert isinstance(item, Telling)
            told.setdefault(path.stem, []).append(item.fact)
    pairs = [facts for facts in told.values() if len(facts) == 2]
    assert len(pairs) >= 7
    assert [one for one, other in pairs if one != other] == []
