"""Splits a log into single records by content: HL7 v2 messages and JSON documents, mixed at will.

What is neither white space nor envelope (MLLP blocks, FHS, BHS, BTS and FTS segments) ends up in
exactly one piece. What is no record is a piece too, with a fault, so nothing goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import orjson

from listeners.gathering import Gathering, Piece, line_fault
from listeners.lines import END_BLOCK, Line, Lines
from listeners.nesting import BrokenJsonError, Nesting

PIECE_BYTES_MOST = 64 * 1024 * 1024

_MESSAGE = re.compile(rb"[ \t]*MSH[^0-9A-Za-z\s]")
_ENVELOPE = re.compile(rb"[ \t]*(?:FHS|BHS|BTS|FTS)(?:[^0-9A-Za-z]|$)")
_SEGMENT = re.compile(rb"[ \t]*[A-Z][A-Z0-9]{2}(?:[^0-9A-Za-z\s]|$)")
_DOCUMENT = re.compile(rb'\{\s*(?:["}]|$)')
_ARRAY = re.compile(rb'\[\s*(?:[{\["\]]|$)')

_ONE_RECORD = "an HL7 v2 message from MSH on, or one FHIR resource or Bundle as JSON"
_WHOLE_JSON = "one whole JSON object: a resource, a Bundle, or a record of a record log"
_WHOLE_FRAME = "the end block 0x1C 0x0D after the last segment"
_WHOLE_LOG = "the whole log, as it was packed"


def split(chunks: Iterable[bytes], bytes_most: int = PIECE_BYTES_MOST) -> Iterator[Piece]:
    """Every record of a log in order, in memory bounded by the largest of them and by `bytes_most`."""
    lines = Lines(chunks, bytes_most)
    told = False
    for line in lines:
        if line.blank or _ENVELOPE.match(line.text):
            continue
        piece = _piece(line, lines, Gathering(bytes_most))
        if told := lines.damage is not None:
            piece = _damaged(piece, lines.damage)
        yield piece
    if not told and lines.damage is not None:
        yield _damaged(Piece(b"", lines.count + 1), lines.damage)


def _damaged(piece: Piece, damage: str | None) -> Piece:
    reason = f"{damage}; nothing from here on was read"
    return Piece(piece.raw, piece.line, line_fault(reason, piece.line, piece.raw, _WHOLE_LOG))


def _piece(line: Line, lines: Lines, gathering: Gathering) -> Piece:
    if _MESSAGE.match(line.text):
        return _message(line, lines, gathering)
    text = line.text.lstrip()
    if _DOCUMENT.match(text):
        return _document(line, lines, gathering)
    if _ARRAY.match(text):
        piece = _document(line, lines, gathering)
        return piece if piece.fault else gathering.fault("a JSON array", _WHOLE_JSON)
    return _up_to_next(line, lines, gathering).fault("text outside any record", _ONE_RECORD)


def _starts(line: Line) -> bool:
    """Whether a record or an envelope segment starts with this line, whatever came before it."""
    return bool(_MESSAGE.match(line.text) or _ENVELOPE.match(line.text) or _DOCUMENT.match(line.text))


def _up_to_next(first: Line | None, lines: Lines, gathering: Gathering) -> Gathering:
    for line in chain([first] if first else [], lines):
        if line is not first and _starts(line):
            lines.push(line)
            break
        gathering.add(line)
    return gathering


def _message(first: Line, lines: Lines, gathering: Gathering) -> Piece:
    gathering.add(first)
    last = first
    while last.ending != END_BLOCK and (line := next(lines, None)):
        if _starts(line) or _follows_message(last, line):
            lines.push(line)
            break
        gathering.add(line)
        last = line
    if first.framed and last.ending != END_BLOCK:
        return gathering.fault("an MLLP frame that is not closed", _WHOLE_FRAME)
    return gathering.piece()


def _follows_message(last: Line, line: Line) -> bool:
    """Text after a blank line belongs to the message only if it looks like a segment."""
    return last.blank and not line.blank and not _SEGMENT.match(line.text)


def _document(first: Line, lines: Lines, gathering: Gathering) -> Piece:
    if _is_json(first.text):
        gathering.add(first)
        return gathering.piece()
    nesting = Nesting()
    for line in chain([first], lines):
        if gathering.lines and _breaks_off(line, nesting):
            lines.push(line)
            return _broken(gathering, lines, "JSON that is not closed")
        try:
            end = nesting.feed(line.text)
        except BrokenJsonError as error:
            gathering.add(line)
            return _broken(gathering, lines, str(error))
        if end is not None:
            return _closed(line, end, lines, gathering)
        gathering.add(line)
    return _broken(gathering, lines, "JSON that is not closed")


def _is_json(text: bytes) -> bool:
    """The fast way for what NDJSON is made of: lines that are documents."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _breaks_off(line: Line, nesting: Nesting) -> bool:
    """Whether this line starts something else although the document before it is still open."""
    return _starts(line) and not (_DOCUMENT.match(line.text) and nesting.takes_object())


def _closed(line: Line, end: int, lines: Lines, gathering: Gathering) -> Piece:
    gathering.add(line.head(end))
    rest = line.tail(end)
    if not rest.blank:
        lines.push(rest)
    return gathering.piece()


def _broken(gathering: Gathering, lines: Lines, reason: str) -> Piece:
    """A document that cannot be one; whatever may be the next one is given back."""
    given_back = [] if gathering.overlong else gathering.drop_from(_starts)
    lines.push(*given_back)
    if not given_back:
        _up_to_next(None, lines, gathering)
    return gathering.fault(reason, _WHOLE_JSON)
