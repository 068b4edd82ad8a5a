"""Names of places where what is given belongs to an operation, its recovery, dialysis or a study, or is home care."""

from __future__ import annotations

import re

from coder.facts import Place

_KINDS = (
    (
        re.compile(r"\b(operating (room|theat(re|er))s?|main or|surgical suite)\b|^or([ -]?\d+)?\b|[,/] ?or[ -]?\d+\b"),
        Place.OPERATING_ROOM,
    ),
    (re.compile(r"\b(pacu|recovery room|post-?an(a)?esthesia care unit)\b|^recovery$"), Place.RECOVERY),
    (re.compile(r"\b(ha?emo)?dialysis\b"), Place.DIALYSIS),
    (
        re.compile(r"\b(radiology|imaging|mri|nuclear medicine|cath(eterization)? lab|ct (scan|suite))\b|^ct\b"),
        Place.IMAGING,
    ),
    (re.compile(r"^(patient('s|s)? )?(home|residence)$"), Place.HOME),
)


def place_named(name: str | None) -> Place | None:
    """The kind of place a name tells; most places are none of these."""
    words = " ".join((name or "").split()).casefold()
    return next((place for pattern, place in _KINDS if pattern.search(words)), None)
