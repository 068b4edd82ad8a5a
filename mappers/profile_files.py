"""Sender profiles from YAML files: strict, so that a slip is named with its place and never passed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coder.facts import AdministrationStatus, Coding, Method, PatientClass, Place, VisitReason
from mappers.code_systems import of_short_name
from mappers.observed import WORDS, Listed, Observed
from mappers.profile import Charting, Profile, Wire
from mappers.routes import RouteMeaning, route_meaning
from mappers.strict_yaml import StrictYamlError, read_yaml
from mappers.telling import Action

Meant = TypeVar("Meant")
Word = TypeVar("Word", bound=StrEnum)

_PLACE_OF_FIELD = re.compile(r"([A-Z][A-Z0-9]{2})-([1-9]\d?)")
_HALTING = {"paused": AdministrationStatus.ON_HOLD, "ended": AdministrationStatus.COMPLETED}
_CHARTINGS = {status.value: Charting(status) for status in AdministrationStatus} | {
    word: Charting(status, halts=True) for word, status in _HALTING.items()
}
_TRUTH = {"yes": True, "no": False}


class ProfileError(ValueError):
    """A sender profile that cannot be read; the text names the file, the place, what was said and wanted."""


@cache
def shipped_profiles() -> Mapping[str, Profile]:
    """The profiles that ship with us, by file name without its ending."""
    folder = Path(str(resources.files("mappers"))) / "profiles"
    return {path.stem: read_profile(path) for path in sorted(folder.glob("*.yaml"))}


def read_profile(path: Path) -> Profile:
    """The profile in a file; raises ProfileError naming what does not fit."""
    try:
        stated = read_yaml(path)
    except StrictYamlError as error:
        raise ProfileError(str(error)) from error
    where = path.name
    if not isinstance(stated, dict):
        _refuse(where, type(stated).__name__, "keys: " + ", ".join(_READERS))
    unknown = next((key for key in stated if key not in _READERS), None)
    if unknown is not None:
        _refuse(where, unknown, _nearest(unknown, _READERS))
    missing = next((key for key in ("name", "about", "senders") if key not in stated), None)
    if missing:
        _refuse(where, "nothing", f"the key {missing}")
    read = {key: _READERS[key](said, f"{where}: {key}") for key, said in stated.items()}
    return Profile(**{_ATTRIBUTES.get(key, key): said for key, said in read.items()})


def read_observations(said: Any) -> dict[str, Listed]:
    """Codes and what they mean, written as in a profile; raises ProfileError naming what does not fit."""
    return _OBSERVATIONS(said, "observations")


def _refuse(where: str, said: object, wanted: str) -> NoReturn:
    raise ProfileError(f"{where}: said {said!r}, wanted {wanted}")


def _nearest(said: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(said, known, n=1)
    return f"{near[0]}?" if near else "one of " + ", ".join(known)


def _text(said: Any, where: str) -> str:
    return said if isinstance(said, str) and said.strip() else _refuse(where, said, "a text")


def _texts(said: Any, where: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not said:
        _refuse(where, said, "a list of texts")
    return tuple(_text(each, where) for each in said)


def _one_of(known: Mapping[str, Meant]) -> Callable[[Any, str], Meant]:
    def read(said: Any, where: str) -> Meant:
        if not isinstance(said, str) or said not in known:
            _refuse(where, said, _nearest(str(said), known))
        return known[said]

    return read


def _word(words: type[Word]) -> Callable[[Any, str], Word]:
    return _one_of({word.value: word for word in words})


def _table(read: Callable[[Any, str], Meant], *, in_lower_case: bool) -> Callable[[Any, str], dict[str, Meant]]:
    def read_all(said: Any, where: str) -> dict[str, Meant]:
        if not isinstance(said, dict):
            _refuse(where, said, "a table of the sender's words and ours")
        keyed = [(key.casefold() if in_lower_case else key, key, each) for key, each in said.items()]
        if len({key for key, _, _ in keyed}) < len(keyed):
            _refuse(where, ", ".join(said), "each word once, whatever its case")
        return {key: read(each, f"{where}: {shown}") for key, shown, each in keyed}

    return read_all


def _zone(said: Any, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(_text(said, where))
    except (ZoneInfoNotFoundError, ValueError):
        _refuse(where, said, "an IANA time zone such as America/Chicago")


def _moved(said: Any, where: str) -> dict[str, dict[int, int]]:
    """By segment: the number the standard gives a field, and the number it is sent at."""
    moves: dict[str, dict[int, int]] = {}
    for meant, sent in _table(_text, in_lower_case=False)(said, where).items():
        segment, number = _field(meant, where)
        other, place = _field(sent, where)
        if other != segment:
            _refuse(f"{where}: {meant}", sent, f"a field of {segment}")
        moves.setdefault(segment, {})[number] = place
    return moves


def _field(said: str, where: str) -> tuple[str, int]:
    found = _PLACE_OF_FIELD.fullmatch(said)
    return (found[1], int(found[2])) if found else _refuse(where, said, "a field such as PV1-19")


def _route(said: Any, where: str) -> RouteMeaning:
    return route_meaning((), _text(said, where)) or _refuse(where, said, "the name of a route, such as intravenous")


def _coding(said: Any, where: str) -> Coding:
    system, _, code = _text(said, where).partition(" ")
    if not code:
        _refuse(where, said, "a system and a code: NDC 0409-1234-01")
    return Coding(of_short_name(system), code)


def _listed(said: Any, where: str) -> Listed:
    """A meaning alone, or with the sender's words for its values."""
    meaning = _word(Observed)
    if isinstance(said, str):
        return Listed(meaning(said, where))
    if not isinstance(said, dict) or set(said) != {"means", "values"}:
        _refuse(where, said, "a meaning, or `means` and `values`")
    means = meaning(said["means"], where)
    words = WORDS.get(means)
    if words is None:
        _refuse(where, means.value, "a meaning whose values are words: " + ", ".join(WORDS))
    ours = _one_of({word: word for word in words})
    return Listed(means, _table(ours, in_lower_case=True)(said["values"], where))


_OBSERVATIONS = _table(_listed, in_lower_case=False)
_ATTRIBUTES: Mapping[str, str] = {"format": "wire"}
_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "name": _text,
    "about": _text,
    "format": _word(Wire),
    "senders": _texts,
    "zone": _zone,
    "moved": _moved,
    "statuses": _table(_one_of(_CHARTINGS), in_lower_case=True),
    "actions": _table(_word(Action), in_lower_case=True),
    "routes": _table(_route, in_lower_case=True),
    "methods": _table(_word(Method), in_lower_case=True),
    "drugs": _table(_coding, in_lower_case=False),
    "systems": _table(_text, in_lower_case=False),
    "classes": _table(_word(PatientClass), in_lower_case=True),
    "reasons": _table(_word(VisitReason), in_lower_case=True),
    "places": _table(_word(Place), in_lower_case=True),
    "observations": _OBSERVATIONS,
    "stable_counters": _one_of(_TRUTH),
}
