"""What PID says of the patient: whose the message is, the account, and the birth date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from coder.facts import Reference
from mappers.hl7.identifiers import identifier
from mappers.hl7.message import REPETITIONS_MOST, Segment
from mappers.hl7.separators import CLEARED, Separators
from mappers.refused import refused

_RECORD, _WANTED = "MR", "a patient identifier"
_DATE_CHARACTERS = len("20260303")
_KEPT_CHARACTERS_MOST = 500
_ACCOUNT = 18
_NO_FIELDS = ("",) * (_ACCOUNT + 1)


class Patient(NamedTuple):
    """The patient of a message: the key of the facts, how the sender names the patient, the account (PID-18)."""

    key: str
    reference: Reference
    account: Reference | None
    born: date | None


def read_patient(pid: Segment | None, *, moved: bool) -> Patient:
    """The patient of a PID; raises Refused where it names none."""
    if pid is None:
        raise refused("no patient", "PID-3", "", _WANTED)
    if moved or len(pid.line) > _KEPT_CHARACTERS_MOST:
        return _read(pid.fields(), pid.separators)
    return _kept(pid.line, pid.separators)


@lru_cache(maxsize=2048)  # every message about a patient says the same of the patient
def _kept(line: str, separators: Separators) -> Patient:
    fields = line.split(separators.field, _ACCOUNT + 1)
    fields += _NO_FIELDS[len(fields) :]
    return _read(fields, separators)


def _read(fields: Sequence[str], separators: Separators) -> Patient:
    reference = _record_number(fields[3], separators)
    born = _date(separators.value(fields[7])[:_DATE_CHARACTERS])
    key = f"{reference.system or ''}|{reference.value}"
    return Patient(key, reference, identifier(fields[_ACCOUNT], separators), born)


def _record_number(raw: str, separators: Separators) -> Reference:
    """The identifier typed as a medical record number, else the first."""
    if separators.repetition in raw:
        said = raw.split(separators.repetition, REPETITIONS_MOST)[:REPETITIONS_MOST]
        typed = [(_is_record_number(each, separators), each) for each in said]
        typed.sort(key=itemgetter(0), reverse=True)
        found = (identifier(each, separators) for _, each in typed)
        reference = next((each for each in found if each), None)
    else:
        reference = identifier(raw, separators)
    if reference is None:
        raise refused("no patient", "PID-3", CLEARED if raw else "", _WANTED)
    return reference


def _is_record_number(raw: str, separators: Separators) -> bool:
    parts = separators.components(raw)
    return len(parts) >= 5 and separators.plain(parts[4]) == _RECORD


@lru_cache(maxsize=4096)  # patients of a site share the days of some decades
def _date(said: str) -> date | None:
    """A birth date, whatever time of day follows it; what is no whole date is not known."""
    if len(said) < _DATE_CHARACTERS or not (said.isascii() and said.isdecimal()):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
