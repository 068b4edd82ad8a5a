"""Methods: which words and codes chart a dose as pushed or as infused; all others decide nothing."""

from __future__ import annotations

from collections.abc import Iterable

from coder.facts import Coding, Method
from mappers.code_systems import SNOMED, V2_METHOD

_BY_CODE = {
    (SNOMED, "420620005"): Method.PUSH,
    (V2_METHOD, "IVP"): Method.PUSH,
    (SNOMED, "36576007"): Method.INFUSION,
}
_BY_WORD = {
    "push": Method.PUSH,
    "iv push": Method.PUSH,
    "slow iv push": Method.PUSH,
    "intravenous push": Method.PUSH,
    "drug push": Method.PUSH,
    "infusion": Method.INFUSION,
    "iv infusion": Method.INFUSION,
    "intravenous infusion": Method.INFUSION,
    "continuous infusion": Method.INFUSION,
    "intermittent infusion": Method.INFUSION,
}


def method_of(codings: Iterable[Coding], text: str | None) -> Method | None:
    """The method charted, by code first, then by exact words."""
    codings = tuple(codings)
    coded = (_BY_CODE.get((coding.system or "", coding.code)) for coding in codings)
    words = [word for coding in codings for word in (coding.code, coding.display)]
    worded = (_BY_WORD.get(" ".join(word.split()).casefold()) for word in (*words, text) if word)
    return next((method for method in (*coded, *worded) if method), None)
