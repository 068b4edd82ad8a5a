"""What a procedure is to an infusion, by its code, its category, its exact words.

Of CPT only the bounds of its sections are used. Punctures, catheters and injections stand among surgery
there and are no operation; guidance and radiotherapy stand among imaging and are no study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coder.facts import Coding, ProcedureKind
from mappers.code_systems import CPT, HCPCS, SNOMED

_CODE_CHARACTERS = 5

_NO_OPERATION = (
    (11900, 11901), (11980, 11983), (20526, 20611), (31500, 31500), (31502, 31502), (32550, 32557), (36000, 36522),
    (36555, 36556), (36568, 36573), (36580, 36580), (36584, 36585),
    (36591, 36598), (36600, 36660), (49082, 49084), (51700, 51703), (61000, 61070), (62270, 62273), (62320, 62329),
    (64400, 64530),
)  # fmt: skip
_NO_STUDY = ((76937, 76937), (77001, 77003), (77261, 77799), (79005, 79999))
_SECTIONS: tuple[tuple[int, int, ProcedureKind], ...] = (
    (36430, 36460, ProcedureKind.TRANSFUSION),
    (93015, 93018, ProcedureKind.STRESS_TEST),
    (93350, 93351, ProcedureKind.STRESS_TEST),
    (78451, 78454, ProcedureKind.STRESS_TEST),
    (90935, 90999, ProcedureKind.DIALYSIS),
    (99202, 99499, ProcedureKind.EVALUATION),
    *((first, last, ProcedureKind.OTHER) for first, last in _NO_OPERATION + _NO_STUDY),
    (10004, 69990, ProcedureKind.OPERATION),
    (70010, 79999, ProcedureKind.IMAGING),
    (93303, 93355, ProcedureKind.IMAGING),
)
_OF_HCPCS = {
    "G0257": ProcedureKind.DIALYSIS,
    "G0463": ProcedureKind.EVALUATION,
    **dict.fromkeys(("G0380", "G0381", "G0382", "G0383", "G0384"), ProcedureKind.EVALUATION),
}
_OF_SNOMED = {
    "387713003": ProcedureKind.OPERATION,
    "363679005": ProcedureKind.IMAGING,
    "77477000": ProcedureKind.IMAGING,
    "113091000": ProcedureKind.IMAGING,
    "16310003": ProcedureKind.IMAGING,
    "40701008": ProcedureKind.IMAGING,
    "76746007": ProcedureKind.STRESS_TEST,
    "116859006": ProcedureKind.TRANSFUSION,
    "71493000": ProcedureKind.TRANSFUSION,
    "12719002": ProcedureKind.TRANSFUSION,
    "108241001": ProcedureKind.DIALYSIS,
    "302497006": ProcedureKind.DIALYSIS,
    "265764009": ProcedureKind.DIALYSIS,
}
_WORDS: Mapping[ProcedureKind, tuple[str, ...]] = {
    ProcedureKind.OPERATION: ("operation", "surgery", "surgical procedure", "operative procedure"),
    ProcedureKind.IMAGING: ("imaging", "radiology", "diagnostic imaging"),
    ProcedureKind.STRESS_TEST: ("stress test", "cardiac stress test", "cardiovascular stress testing"),
    ProcedureKind.TRANSFUSION: ("transfusion", "blood transfusion", "transfusion of blood product"),
    ProcedureKind.DIALYSIS: ("dialysis", "hemodialysis", "haemodialysis", "renal dialysis"),
    ProcedureKind.EVALUATION: ("evaluation and management",),
}
_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words}


def billing_code(codings: Iterable[Coding]) -> str | None:
    """The CPT or HCPCS code among some codings."""
    stated = (coding.code.strip().upper() for coding in codings if coding.system in {CPT, HCPCS})
    return next((code for code in stated if len(code) == _CODE_CHARACTERS and code.isalnum()), None)


def kind_of_code(code: str | None) -> ProcedureKind | None:
    """What the service of a CPT or HCPCS code is; None where the code says nothing of it."""
    if code is None:
        return None
    if not code.isdecimal():
        return _OF_HCPCS.get(code)
    return next((kind for first, last, kind in _SECTIONS if first <= int(code) <= last), None)


def procedure_kind(codings: Iterable[Coding], words: Iterable[str]) -> ProcedureKind:
    """What was done: by its billing code, else by SNOMED codes, else by exact words in lower case."""
    codings = tuple(codings)
    billed = kind_of_code(billing_code(codings))
    if billed is not None:
        return billed
    coded = (_OF_SNOMED.get(coding.code) for coding in codings if coding.system == SNOMED)
    worded = (_OF_WORD.get(word) for word in words)
    found = {kind for kind in (*coded, *worded) if kind}
    return next((kind for kind in ProcedureKind if kind in found), ProcedureKind.OTHER)
