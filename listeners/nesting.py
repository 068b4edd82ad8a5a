"""Where a JSON document ends, told line by line without reading it whole."""

from __future__ import annotations

import re

_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]')
_CLOSES = {b"}": b"{", b"]": b"["}


class BrokenJsonError(Exception):
    """The text cannot be, or go on as, a JSON document."""


class Nesting:
    """Follows a JSON document's brackets through its lines."""

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._last = b""

    def feed(self, text: bytes) -> int | None:
        """Where in this line the document ends, or None while it goes on."""
        for token in _TOKENS.finditer(text):
            mark = token.group()[:1]
            if mark == b'"':
                self._string(token.group())
            elif mark in _CLOSES:
                self._close(mark)
            else:
                self._open.append(mark)
            if not self._open:
                return token.end()
        self._last = text.rstrip()[-1:] or self._last
        return None

    def takes_object(self) -> bool:
        """Whether an object may come next, so that a line that opens one can belong to this document."""
        return self._last in (b":", b"[") or (self._last == b"," and self._open[-1] == b"[")

    def _string(self, token: bytes) -> None:
        if len(token) == 1:
            raise BrokenJsonError("a text that is not closed on its line")

    def _close(self, mark: bytes) -> None:
        if self._open.pop() != _CLOSES[mark]:
            raise BrokenJsonError("brackets that do not match")
