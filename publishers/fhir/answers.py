"""What a FHIR server answered, and which of its answers pass, stand for good, or leave everything open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

RACES = {409, 412}
NOT_PROCESSED = {408, 425, 429, 503}
SIGN_IN = {401, 403}
GONE = {404, 410}
TOO_LARGE = 413
SAID_CHARACTERS_MOST = 2000
_UNKNOWN_REFERENCE = re.compile(
    r"HAPI-1094\b|not found, specified in path|unknown reference|referential integrity", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `resource` is None where the body is empty or no FHIR resource."""

    status: int
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    resource: Mapping[str, Any] | None = None
    empty: bool = False

    @property
    def done(self) -> bool:
        """Whether a FHIR server says that it was done: a sign-in page's 200 says nothing."""
        said = self.resource is not None or (
            self.empty and {"etag", "location", "content-location"} & set(self.headers)
        )
        return self.status in {200, 201} and bool(said)

    @property
    def is_fhir(self) -> bool:
        """Whether a FHIR server is what answers."""
        return self.resource is not None or self.done

    @property
    def issues(self) -> list[Mapping[str, Any]]:
        """The issues of an OperationOutcome."""
        if self.resource is None or self.resource.get("resourceType") != "OperationOutcome":
            return []
        issues = self.resource.get("issue")
        return [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []

    @property
    def says(self) -> str:
        """What the issues say; may be patient data."""
        texts = [_text(issue) for issue in self.issues]
        return "; ".join(text for text in texts if text)[:SAID_CHARACTERS_MOST]

    @property
    def place(self) -> str:
        """What the issues are about."""
        for name in ("expression", "location"):
            for issue in self.issues:
                if isinstance(found := issue.get(name), list) and found:
                    return str(found[0])
        return "ChargeItem"

    @property
    def unknown_reference(self) -> bool:
        """Whether the server lacks what the ChargeItem refers to, and may get it yet."""
        return 400 <= self.status < 500 and bool(_UNKNOWN_REFERENCE.search(self.says))

    def wait_seconds(self, now: datetime) -> float:
        """How long Retry-After asks to wait: seconds, or until a date."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdigit():
            return float(said)
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            return 0.0
        return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _text(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return " ".join(str(said) for said in (issue.get("code"), issue.get("diagnostics"), text) if said)
