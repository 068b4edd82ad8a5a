"""What keeps an input from listening: what time may mend, and what only a person can."""

from __future__ import annotations


class InputTrouble(Exception):
    """The input cannot listen now, for one or several reasons. Waiting may help.

    Each is one line without anything a message said; the text is all of them.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class InputError(Exception):
    """The input cannot go on without losing or repeating something; the text is one line a person can act on."""
