"""Values: what is equal by its fields, is hashed by them, and never changes once it is made.

Members of enumerations are values too. Python 3.11 takes as long to look one up in its class as to call a function,
so rooms that ask about every administration name theirs once, below their imports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

Made = TypeVar("Made")

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool, order: bool = False) -> Callable[[type[Made]], type[Made]]:
        """A frozen dataclass to mypy, which refuses to change one; at run time one that is made in a third of the time.

        Python keeps a dataclass frozen by setting each field of a new one the long way round. A visit makes
        hundreds of these, so the types keep them, not the interpreter.
        """
        return dataclass(slots=slots, order=order, unsafe_hash=frozen)


__all__ = ["value"]
