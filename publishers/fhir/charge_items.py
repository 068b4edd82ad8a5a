"""The ChargeItems of one FHIR server: read and written under our id, or by their identifier."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import orjson

from ledger.delivery import Owed
from ledger.settling import Refused
from mappers.charge_item import ChargeItemProfile
from publishers.encoding import encoded
from publishers.fhir.answers import GONE, Answer
from publishers.fhir.capability import Write
from publishers.fhir.client import FhirClient
from publishers.fhir.standing import ABSENT, Standing, standing_of, written

KNOWN_MOST = 20_000


class ChargeItems:
    """Reads and writes; what was seen of a charge is kept, and used only where If-Match guards it.

    A conditional update takes no If-Match, so that each is looked at before it is overwritten.
    """

    def __init__(self, client: FhirClient, profile: ChargeItemProfile) -> None:
        self.client, self._profile = client, profile
        self.write: Write | None = None
        self._known: OrderedDict[str, Standing] = OrderedDict()

    @property
    def base(self) -> str:
        """The base address, as problems name it."""
        return self.client.base

    def forget(self, identity: str) -> None:
        """Look again before this charge is written."""
        self._known.pop(identity, None)

    async def stand(self, identity: str) -> Standing | Answer:
        """How a charge stands there; the answer itself where it does not tell."""
        if known := self._known.get(identity):
            return known
        answer = await (self._found(identity) if self._by_identifier else self.client.get(f"ChargeItem/{identity}"))
        if self._by_identifier:
            return self._only(answer)
        if answer.status in GONE and answer.is_fhir:
            return ABSENT
        if answer.status != 200 or answer.resource is None:
            return answer
        return standing_of(answer.resource, self._profile.canonical, answer.headers.get("etag"))

    def body(self, owed: Owed) -> bytes | Refused:
        """The ChargeItem to send; found by its identifier, it gets the server's own id."""
        item = encoded(owed, self._profile)
        if isinstance(item, Refused):
            return item
        if self._by_identifier:
            item.pop("id")
        return orjson.dumps(item)

    async def put(self, owed: Owed, body: bytes, standing: Standing) -> Answer:
        """Write a version over what stands."""
        self.forget(owed.identity)
        if self._by_identifier:
            return await self.client.put("ChargeItem", body, query=self._query(owed.identity))
        answer = await self.client.put(f"ChargeItem/{owed.identity}", body, if_match=standing.if_match)
        if answer.done and (now := written(answer, owed.version.version, owed.version.status)):
            self._keep(owed.identity, now)
        return answer

    @property
    def _by_identifier(self) -> bool:
        return self.write is Write.CONDITIONAL_UPDATE

    async def _found(self, identity: str) -> Answer:
        return await self.client.get("ChargeItem", {**self._query(identity), "_count": "2"})

    def _query(self, identity: str) -> dict[str, str]:
        return {"identifier": f"{self._profile.canonical}/charge|{identity}"}

    def _only(self, answer: Answer) -> Standing | Answer:
        """The one that was found; several are an answer to be shown, since no update can tell them apart."""
        if answer.status != 200 or answer.resource is None or answer.resource.get("resourceType") != "Bundle":
            return answer
        found = _items(answer.resource)
        if len(found) > 1:
            return several(len(found))
        return standing_of(found[0], self._profile.canonical) if found else ABSENT

    def _keep(self, identity: str, standing: Standing) -> None:
        self._known[identity] = standing
        self._known.move_to_end(identity)
        if len(self._known) > KNOWN_MOST:
            self._known.popitem(last=False)


def several(count: int) -> Answer:
    """What a server says to a conditional update that finds more than one."""
    issue = {"code": "multiple-matches", "diagnostics": f"{count} ChargeItems have the identifier of one charge"}
    return Answer(412, "", resource={"resourceType": "OperationOutcome", "issue": [issue]})


def _items(bundle: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = bundle.get("entry")
    found = [entry.get("resource") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [item for item in found if isinstance(item, dict) and item.get("resourceType") == "ChargeItem"]
