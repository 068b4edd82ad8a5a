"""Routes: which of them our codes tell apart, which are injected otherwise, which are not injected at all.

Exact codes and exact words only; what is not listed is unknown, and the coder asks. IVP and IVPB name a
vein and no method.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.facts import Coding, Route
from mappers.code_systems import SNOMED, V2_ROUTE, V3_ROUTE


@dataclass(frozen=True, slots=True)
class RouteMeaning:
    """A route by name; `injected` is false where nothing at all is injected that way."""

    name: str
    route: Route
    injected: bool = True
    snomed: str = ""
    v2: str = ""
    v3: str = ""
    words: tuple[str, ...] = ()


_INTRAVENOUS = RouteMeaning(
    "intravenous",
    Route.INTRAVENOUS,
    snomed="47625008 255560000 418114005 419993007",
    v2="IV IVP IVPB",
    v3="IV IVC IVCC IVCI IVFLUSH IVINJ IVINJBOL IVPUSH IVRPUSH IVSPUSH PCA",
    words=(
        "iv", "ivp", "ivpb", "iv push", "iv piggyback", "iv infusion", "iv drip", "iv injection", "iv bolus",
        "iv continuous", "intravenous", "intravenously", "intravenous route", "intravenous piggyback",
        "intravenous push", "intravenous infusion", "intravenous injection", "intravenous use",
    ),
)  # fmt: skip
_SUBCUTANEOUS = RouteMeaning(
    "subcutaneous",
    Route.SUBCUTANEOUS,
    snomed="34206005 263887005",
    v2="SC",
    v3="SQ SQINFUS",
    words=(
        "sc", "sq", "subq", "sub-q", "subcut", "subcutaneous", "subcutaneously", "subcutaneous route",
        "subcutaneous injection", "subcutaneous infusion", "subcutaneous use",
    ),
)  # fmt: skip
_INTRAMUSCULAR = RouteMeaning(
    "intramuscular",
    Route.INTRAMUSCULAR,
    snomed="78421000 255559005",
    v2="IM",
    v3="IM IMD IMZ",
    words=(
        "im", "intramuscular", "intramuscularly", "intramuscular route", "intramuscular injection", "intramuscular use",
    ),
)  # fmt: skip
_INTRA_ARTERIAL = RouteMeaning(
    "intra-arterial",
    Route.INTRA_ARTERIAL,
    snomed="58100008",
    v2="IA IHA",
    v3="IA IAINJ IAINJP IAINJSP",
    words=("intra-arterial", "intraarterial", "intra-arterial route", "intra-arterial infusion", "intra-arterial use"),
)


def _named(name: str, route: Route, *words: str, snomed: str = "", v2: str = "", v3: str = "") -> RouteMeaning:
    return RouteMeaning(name, route, snomed=snomed, v2=v2, v3=v3, words=(name, f"{name} route", f"{name} use", *words))


def _unlisted(name: str, *, snomed: str = "", v2: str = "", v3: str = "") -> RouteMeaning:
    """Injected by a way that no code names."""
    return _named(name, Route.UNLISTED, snomed=snomed, v2=v2, v3=v3)


def _elsewhere(name: str, *words: str, snomed: str = "", v2: str = "", v3: str = "") -> RouteMeaning:
    """Injected by a procedure that has a code of its own in another family."""
    return _named(name, Route.OTHER, *words, snomed=snomed, v2=v2, v3=v3)


def _not_injected(name: str, *words: str, snomed: str = "", v2: str = "", v3: str = "") -> RouteMeaning:
    every = (name, f"{name} route", *words)
    return RouteMeaning(name, Route.OTHER, injected=False, snomed=snomed, v2=v2, v3=v3, words=every)


_ROUTES = (
    _INTRAVENOUS,
    _SUBCUTANEOUS,
    _INTRAMUSCULAR,
    _INTRA_ARTERIAL,
    _named("intrathecal", Route.INTRATHECAL, "subarachnoid", snomed="72607000", v2="IT", v3="IT ITINJ"),
    _named("intraventricular", Route.INTRAVENTRICULAR, "intracerebroventricular", snomed="420719007"),
    _named("intraperitoneal", Route.INTRAPERITONEAL, snomed="38239002", v2="IP", v3="IPERINJ"),
    _named("intrapleural", Route.INTRAPLEURAL, "pleural", snomed="372469009", v3="IPLRINJ"),
    _named("intralesional", Route.INTRALESIONAL, snomed="372466002", v3="ILESINJ"),
    _unlisted("intraosseous", snomed="417255000", v3="IOSSC IOSSINJ"),
    _unlisted("intradermal", snomed="372464004", v2="ID", v3="IDINJ"),
    _unlisted("intratumoral", snomed="447122006", v3="ITUMINJ"),
    _unlisted("intracardiac", snomed="372460008 420287000", v2="IC", v3="IC ICARDINJ IVENTINJ"),
    _unlisted("perfusion", v2="PF"),
    _elsewhere("epidural", snomed="404820008", v2="EP", v3="EPI EPIDURINJ EPIINJ EPINJSP"),
    _elsewhere("intra-articular", "intraarticular", snomed="12130007", v3="IARTINJ"),
    _elsewhere("intravitreal", snomed="418401004", v3="IVITINJ"),
    _elsewhere("intraocular", snomed="372468001", v2="IO", v3="IOINJ"),
    _elsewhere("intravesical", snomed="372471009", v3="IVESINJ"),
    _elsewhere("intracoronary", snomed="372463005", v3="ICOR ICORONINJ"),
    _elsewhere("intrauterine", snomed="62226000", v2="IU", v3="IUINJ"),
    _elsewhere("intrabursal", snomed="372459003", v2="IB"),
    _elsewhere("intrasynovial", snomed="418877009", v2="IS", v3="ISYNINJ"),
    _elsewhere("intracervical", snomed="372462000", v2="ICV", v3="IUINJC"),
    _not_injected("oral", "po", "by mouth", "per os", "orally", snomed="26643006", v2="PO", v3="PO"),
    _not_injected("sublingual", "sl", snomed="37839007", v2="SL", v3="SL"),
    _not_injected("translingual", v2="TL", v3="TRNSLING"),
    _not_injected("buccal", snomed="54471007", v2="B"),
    _not_injected("oromucosal", snomed="372473007", v2="MTH MM", v3="ORMUC SUCK SWISHSPIT SWISHSWAL"),
    _not_injected("dental", snomed="372449004", v2="DT"),
    _not_injected("rectal", "per rectum", snomed="37161004", v2="PR", v3="PR RECTAL"),
    _not_injected("vaginal", "per vagina", snomed="16857009", v2="VG", v3="VAGINS VAGINSI"),
    _not_injected("urethral", snomed="90028008", v2="UR GU", v3="URETHINS URETHINSTL URETHSUP"),
    _not_injected("nasal", "intranasal", snomed="46713006", v2="NS IN", v3="NASAL NASALINSTIL"),
    _not_injected("ophthalmic", snomed="54485002", v2="OP", v3="OPTHALTA"),
    _not_injected("otic", snomed="10547007", v2="OT", v3="OT"),
    _not_injected("topical", "topically", snomed="6064005", v2="TP AP SD IMR WND", v3="TOPICAL SKIN SOAK"),
    _not_injected("transdermal", snomed="45890007", v2="TD", v3="TRNSDERM TRNSDERMD"),
    _not_injected(
        "inhalation", "inhaled", "nebulized", snomed="447694001", v2="IH NP RM VM",
        v3="ORINHL NASINHL NASINHLC NEB NASNEB ORNEB VENT VENTMASK REBREATH IPPB",
    ),
    _not_injected("endotracheal", snomed="404818005", v2="ET NT TRA", v3="ETINSTL ETNEB TRACH"),
    _not_injected("nasogastric", snomed="127492001", v2="NG", v3="NASOGASINSTIL NGT"),
    _not_injected("gastrostomy", snomed="127490009", v2="GTT"),
    _not_injected("jejunostomy", snomed="127491008", v3="JJTINSTL"),
    _not_injected("enteral", snomed="417985001 418441008", v3="OGT OJJ"),
)  # fmt: skip

_BY_CODE = {
    (system, code): meaning
    for meaning in _ROUTES
    for system, codes in ((SNOMED, meaning.snomed), (V2_ROUTE, meaning.v2), (V3_ROUTE, meaning.v3))
    for code in codes.split()
}
_BY_WORD = {word: meaning for meaning in _ROUTES for word in meaning.words}


def route_meaning(codings: Iterable[Coding], text: str | None) -> RouteMeaning | None:
    """What a stated route means: by its codes first, then by its exact words; None where nothing is listed."""
    codings = tuple(codings)
    coded = (_BY_CODE.get((coding.system or "", coding.code)) for coding in codings)
    words = [word for coding in codings for word in (coding.code, coding.display)]
    worded = (_BY_WORD.get(" ".join(word.split()).casefold()) for word in (*words, text) if word)
    return next((meaning for meaning in (*coded, *worded) if meaning), None)
