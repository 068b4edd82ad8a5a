"""What a FHIR server has of a charge now, and what that means for a version to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from publishers.fhir.answers import Answer

BILLED = "billed"


@dataclass(frozen=True, slots=True)
class Standing:
    """The charge as it stands there: our version of it (0: none), its status, what If-Match names it by."""

    version: int = 0
    status: str | None = None
    if_match: str | None = None


class Verdict(Enum):
    """What is to be done with a version, given what stands."""

    SEND = "send"
    THERE = "there already, or a newer one"
    BILLED = "billed in an older version"


ABSENT = Standing()


def judged(version: int, standing: Standing) -> Verdict:
    """The newest version wins, and what the EHR has billed is never overwritten."""
    if standing.version >= version:
        return Verdict.THERE
    return Verdict.BILLED if standing.status == BILLED else Verdict.SEND


def standing_of(item: Mapping[str, Any], canonical: str, etag: str | None = None) -> Standing:
    """How a ChargeItem that was read stands."""
    meta = item.get("meta")
    number = meta.get("versionId") if isinstance(meta, dict) else None
    return Standing(_version(item, f"{canonical}/version"), item.get("status"), etag or (number and f'W/"{number}"'))


def written(answer: Answer, version: int, status: str) -> Standing | None:
    """How a ChargeItem stands after it was written; None where the server does not name its version."""
    etag = answer.headers.get("etag")
    return Standing(version, status, etag) if etag else None


def _version(item: Mapping[str, Any], url: str) -> int:
    extensions = item.get("extension")
    for extension in extensions if isinstance(extensions, list) else []:
        if isinstance(extension, dict) and extension.get("url") == url:
            said = extension.get("valuePositiveInt")
            return said if isinstance(said, int) else 0
    return 0
