"""Why no broker could be reached: aiokafka raises the same for every reason and says which only in its log."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

CLIENT_LOG = logging.getLogger("aiokafka")
REFUSED_SIGN_INS = {"AuthenticationFailedError", "SaslAuthenticationFailed"}
UNKNOWN_MECHANISM = "UnsupportedSaslMechanismError"


@contextmanager
def connection_faults() -> Iterator[Sequence[BaseException]]:
    """The faults that this task's connections come to while the block runs."""
    listening = _Faults(asyncio.current_task())
    CLIENT_LOG.addHandler(listening)
    try:
        yield listening.heard
    finally:
        CLIENT_LOG.removeHandler(listening)


class _Faults(logging.Handler):
    def __init__(self, task: asyncio.Task[object] | None) -> None:
        super().__init__()
        self._task = task
        self.heard: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if asyncio.current_task() is self._task and isinstance(record.args, tuple):
            self.heard += [part for part in record.args if isinstance(part, BaseException)]


def why_unreachable(brokers: str, faults: Sequence[BaseException]) -> str:
    """One line that says why no broker could be reached; the worst of the faults decides.

    The client's own faults are known by their names, so that this floor needs no client.
    """
    kinds = {type(fault).__name__ for fault in faults}
    if kinds & REFUSED_SIGN_INS:
        return f"{brokers}: the broker refuses the user name or the password"
    if UNKNOWN_MECHANISM in kinds:
        return f"{brokers}: the broker does not know the SASL mechanism"
    if any(isinstance(fault, ssl.SSLError) for fault in faults):
        return f"{brokers}: no TLS connection; is its certificate signed by the authority in `ca`?"
    if any(isinstance(fault, OSError) for fault in faults):
        return f"{brokers}: no broker can be reached"
    return f"{brokers}: the broker breaks off; is the security protocol the right one?"
