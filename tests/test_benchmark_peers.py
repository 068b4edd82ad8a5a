"""The peers of the HL7 v2 benchmark read its messages, each that is at hand; nothing is fetched for them here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from benchmarks.peers.elsewhere import Turn, elsewhere
from benchmarks.reading_hl7 import in_turn, made, readers_here
from tests.unskippable import BESIDE

MESSAGES = made(0)[:5]
IN_PROCESS = ("hangtime", "hl7apy, parse alone", "hl7apy, parse without", "split", "python-hl7", "hl7kit")
ELSEWHERE = ("HAPI", "@medplum")


@pytest.mark.parametrize("peer", IN_PROCESS)
def test_a_peer_in_this_process_reads_the_messages(peer: str) -> None:
    readers, without = readers_here()
    found = {name: in_turn(name, reader) for name, reader in readers.items()}
    assert _turn(peer, found, without)(MESSAGES) > 0


def test_python_hl7_and_hl7apy_find_the_patient() -> None:
    readers, _ = readers_here()
    for name in ("hl7apy, parse alone", "python-hl7, parse alone"):
        if reader := readers.get(name):
            assert "MRN1000" in _words(reader(MESSAGES[0]))


def _words(parsed: object) -> str:
    """What a parsed message says, written anew by whoever parsed it."""
    return str(parsed.to_er7()) if hasattr(parsed, "to_er7") else str(parsed)


@pytest.fixture(scope="module")
def turns() -> Iterator[tuple[dict[str, Turn], list[str]]]:
    """The peers of other languages that run with what was fetched before."""
    with elsewhere(fetch=False) as found:
        yield found


@pytest.mark.parametrize("peer", ELSEWHERE)
def test_a_peer_of_another_language_reads_the_messages(peer: str, turns: tuple[dict[str, Turn], list[str]]) -> None:
    assert 0 < _turn(peer, *turns)(MESSAGES) < 1


def _turn(peer: str, found: dict[str, Turn], without: Sequence[str]) -> Turn:
    """The turn of the peer; skipped with the reason where it is left out."""
    turn = next((turn for name, turn in found.items() if name.startswith(peer)), None)
    if turn is None:
        (reason,) = (line for line in without if line.startswith(peer))
        pytest.skip(f"{reason} ({BESIDE})")
    return turn
