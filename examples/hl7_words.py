"""The stories as the RAS^O17 messages (HL7 v2.5.1) of Sample General's medication record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from story_words import (
    Drug,
    Given,
    Told,
    Visit,
    amount,
    birth_date,
    medical_record_number,
    moment,
    patient_name,
    period,
    stay,
)

Message = tuple[datetime, str]
Spoken = tuple[datetime, int, Told]

ROUTES = {
    "IV": ("IV^Intravenous^HL70162", "LACF^Left Antecubital Fossa^HL70550"),
    "IM": ("IM^Intramuscular^HL70162", "LD^Left Deltoid^HL70163"),
    "SC": ("SC^Subcutaneous^HL70162", "LLAQ^Left Lower Abd Quadrant^HL70163"),
}


def hl7_messages(visit: Visit) -> Iterator[Message]:
    """Every message told about a visit; what is told at one time is one message."""
    spoken = sorted(
        (moment(visit.day, told.at) if told.at else _default_time(visit, given), place, told)
        for place, given in enumerate(visit.given, start=1)
        for told in given.told or (Told(""),)
    )
    for at, group in groupby(spoken, key=lambda one: one[0]):
        together = tuple(group)
        yield from [(at, _message(visit, at, together))] * together[0][2].times


def _default_time(visit: Visit, given: Given) -> datetime:
    """Unless the story says otherwise an administration is told once, three minutes after it ended."""
    start, stop = period(visit, given)
    return (stop or start) + timedelta(minutes=3)


def _message(visit: Visit, at: datetime, spoken: tuple[Spoken, ...]) -> str:
    segments = [_header(visit, at), _patient(visit), _visit(visit)]
    for _, place, told in spoken:
        segments.extend(_administration(visit, place, told))
    return "".join(f"{segment}\r" for segment in segments)


def _segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(place, "") for place in range(1, max(fields) + 1))])


def _header(visit: Visit, at: datetime) -> str:
    control = f"SG{visit.number}{at:%d%H%M}"
    processing = "T" if visit.test else "P"
    sent = f"{at:%Y%m%d%H%M%S%z}"
    return f"MSH|^~\\&|SGEMAR|SGH|HANGTIME|SGH|{sent}||RAS^O17^RAS_O17|{control}|{processing}|2.5.1"


def _patient(visit: Visit) -> str:
    family, given = ("Zztest", "Training") if visit.test else patient_name(visit.patient)
    number = f"{medical_record_number(visit.patient)}^^^SGH&2.16.840.1.113883.19.5&ISO^MR"
    born, account = f"{birth_date(visit.patient):%Y%m%d}", f"A{visit.number}"
    return _segment("PID", {1: "1", 3: number, 5: f"{family}^{given}", 7: born, 8: "U", 18: account})


def _visit(visit: Visit) -> str:
    arrived, _ = stay(visit)
    opened = arrived.replace(day=1, hour=0, minute=0) if visit.series else arrived
    kind = "R" if visit.series else visit.hl7_class or visit.department.hl7_class
    bed = f"{visit.department.code}^{visit.patient % 20 + 1:02}^A^SGH"
    return _segment(
        "PV1",
        {1: "1", 2: kind, 3: bed, 18: visit.department.hl7_patient_type, 19: visit.number, 44: f"{opened:%Y%m%d%H%M}"},
    )


def _administration(visit: Visit, place: int, told: Told) -> list[str]:
    given = visit.given[place - 1]
    segments = [_order(visit, place, told), *_mixture(given), _given(visit, given, told)]
    route, site = ROUTES[given.route]
    method = {4: "IVP^IV Push^HL70165"} if given.method == "push" else {}
    segments.append(_segment("RXR", {1: route, 2: site, **method}))
    if given.purpose:
        fields = {1: "1", 2: "ST", 3: "PURPOSE^Why the fluid or drug runs^L", 5: given.purpose, 11: "F"}
        segments.append(_segment("OBX", fields))
    return segments


def _order(visit: Visit, place: int, told: Told) -> str:
    order = f"{visit.number}-{visit.orders[place - 1]}"
    status = "IP" if told.state == "running" else "CM"
    orderer = f"D{visit.patient % 5 + 1:02}^Mockson^Max^^^Dr"
    return _segment("ORC", {1: "RE", 2: f"{order}^SGOE", 3: f"RX{order}^SGRX", 5: status, 12: orderer})


def _mixture(given: Given) -> list[str]:
    if given.carrier is None:
        return []
    fluid, volume = given.carrier
    (volume_number, volume_unit), (number, unit) = amount(volume), amount(given.dose)
    name = f"^{given.drug.name} in {fluid.name}"
    return [
        _segment("RXO", {1: name, 2: volume_number, 4: volume_unit}),
        _segment("RXC", {1: "B", 2: _code(fluid), 3: volume_number, 4: volume_unit}),
        _segment("RXC", {1: "A", 2: _code(given.drug), 3: number, 4: unit}),
    ]


def _given(visit: Visit, given: Given, told: Told) -> str:
    start, stop = period(visit, given)
    ended = "" if told.state == "running" else f"{stop or start:%Y%m%d%H%M%S}"
    number, unit = amount(given.carrier[1] if given.carrier else told.dose or given.dose)
    name = f"^{given.drug.name} in {given.carrier[0].name}" if given.carrier else _code(given.drug)
    nurse = f"N{visit.patient % 7 + 1:02}^Testnurse^Nora^^^^RN"
    fields = {1: "0", 2: "1", 3: f"{start:%Y%m%d%H%M%S}", 4: ended, 5: name, 10: nurse, 12: given.rate or ""}
    fields |= {6: number, 7: unit} if told.state != "running" else {6: "999"}
    if given.refused:
        fields |= {4: "", 6: "0", 18: f"PREF^{given.refused}^L"}
    return _segment("RXA", fields | {20: _completion(given, told), 21: _action(given, told)})


def _completion(given: Given, told: Told) -> str:
    if told.state == "running":
        return ""
    return "RE" if given.refused else "CP"


def _action(given: Given, told: Told) -> str:
    """A first telling adds, a later one updates, a withdrawal deletes."""
    if told.state == "wrong":
        return "D"
    return "U" if given.told and told != given.told[0] else "A"


def _code(drug: Drug) -> str:
    codes = ((drug.ndc, "NDC"), (drug.hcpcs, "HCPCS"))
    return next((f"{code}^{drug.name}^{system}" for code, system in codes if code), f"^{drug.name}")
