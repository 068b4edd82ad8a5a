"""Text of strangers made safe to show: control signs can neither steer a terminal nor break a document."""

from __future__ import annotations

import unicodedata

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    """The text with every control or formatting sign shown as a replacement mark."""
    return "".join("\ufffd" if unicodedata.category(sign) in HIDDEN_CATEGORIES else sign for sign in text)


def shortened(text: str, letters: int) -> str:
    """The printable text, cut with an ellipsis where it is longer than `letters`."""
    shown = printable(text)
    return shown if len(shown) <= letters else f"{shown[: letters - 1].rstrip()}…"
