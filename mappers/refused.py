"""The one exception of the readers: an item cannot be read, and here is the fault that says why."""

from __future__ import annotations

from mappers.telling import Fault

_SAID_CHARACTERS = 200


class Refused(Exception):
    """Raised inside a reader, caught at its door; its own text holds no patient data."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def refused(reason: str, path: str, said: object, wanted: str) -> Refused:
    """A refusal of what was `said` at `path`, where `wanted` would have been right."""
    return Refused(Fault(reason=reason, path=path, said=str(said)[:_SAID_CHARACTERS], wanted=wanted))
