"""What keeps an input from listening: what time may mend, and what only a person can."""

from __future__ import annotations


class InputTrouble(Exception):
    """The input cannot listen now; the text is one line without anything a message said. Waiting may help."""


class InputError(Exception):
    """The input cannot go on without losing or repeating something; the text is one line a person can act on."""
