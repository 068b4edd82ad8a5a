"""Published maps of what a sender's fields become: pages made from the mappers' own tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum


def page(lines: Iterable[str]) -> str:
    """A whole page of its lines."""
    return "\n".join(lines) + "\n"


def columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with these headings, and an empty line after it."""
    yield f"| {' | '.join(headings)} |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def code_table(title: str, left: str, right: str, rows: Mapping[str, object]) -> Iterator[str]:
    """A section with a table of codes and what each of them means."""
    yield f"## {title}"
    yield ""
    meanings = ((f"`{code}`", str(meant.value if isinstance(meant, Enum) else meant)) for code, meant in rows.items())
    yield from columns((left, right), meanings)
