"""A RAS message with every field we read, and short ways to read it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from coder.facts import (
    Administration,
    Encounter,
)
from mappers.reading import ReadingSettings, read
from mappers.record import Record
from mappers.telling import Fault, Item, Reading, Telling

SETTINGS = ReadingSettings(ZoneInfo("America/Chicago"), frozenset({"HOSP|PRACTICE"}))

MSH = r"MSH|^~\&|MAR^not this|HOSP|ANY|ANY|20260303104500||RAS^O17^RAS_O17|CTRL-1|P|2.5.1"
# PID-3 holds an insurance number first: the repetition typed MR is the patient. PID-18 is the account.
PID = "PID|1|old|INS-1^^^PAYER^SN~12345^^^HOSP&1.2.3&ISO^MR||Never^Kept|||||||||||||ACC-1^^^HOSP^AN"
# PV1-50 is another identifier of the visit: PV1-19 is the visit number. PV1-46 is a balance, no time.
PV1 = "PV1|1|O|INF^3^1|||||||||||||||CLINIC|VN-1^^^HOSP^VN" + "|" * 25 + "202603030800||99991231"
# ORC-3 is the filler's number: the placer's wins. ORC-5 IP is here to prove that RXA-20 wins.
ORC = "ORC|RE|ORD-1^MAR|RX-1^PHARM||IP|||||||D1^House^Greg^^^^^^HOSP"
# RXA-1 and RXA-2 count and say nothing; RXA-8 (form) and RXA-9 (note) are no route; RXA-22 is entry time.
RXA = (
    "RXA|0|1|202603030900|202603030931|1594653^dalbavancin^RXNORM^57970-0100-01^Dalvance^NDC|1500|mg^milligram^ISO+"
    "|PO|^by mouth|N1^Ratched^Mildred|ICU|500 mL/hr||||||||CP|A|20260303093200"
)
# RXR-3 IVP is a pump in table 0164, no push.
RXR = "RXR|IV^Intravenous^HL70162|LACF^Left Antecubital Fossa^HL70163|IVP^IV Pump^HL70164"

WHOLE = (MSH, PID, PV1, ORC, RXA, RXR)


def ras(*lines: str) -> bytes:
    return ("\r".join(lines) + "\r").encode()


def with_field(line: str, number: int, text: str) -> str:
    """The line with another text in field `number`, counted as the standard counts."""
    fields = line.split("|")
    place = number - 1 if line.startswith("MSH") else number
    fields += [""] * (place + 1 - len(fields))
    fields[place] = text
    return "|".join(fields)


def rxa(*changes: tuple[int, str]) -> str:
    line = RXA
    for number, text in changes:
        line = with_field(line, number, text)
    return line


def reading(value: bytes) -> Reading:
    return read(Record("mar.hl7", 0, 0, value), SETTINGS)


def items(*lines: str) -> tuple[Item, ...]:
    return reading(ras(*lines)).items


def tellings(*lines: str) -> list[Telling]:
    every = [item for item in items(*lines) if isinstance(item, Telling)]
    assert len(every) == len(items(*lines)), items(*lines)
    return every


def administrations(*lines: str) -> list[Administration]:
    return [each.fact for each in tellings(*lines) if isinstance(each.fact, Administration)]


def told(*lines: str) -> Administration:
    (fact,) = administrations(*lines)
    return fact


def told_visit(pv1: str, *more: str) -> Encounter:
    fact = tellings(MSH, PID, pv1, ORC, *(more or (RXA, RXR)))[0].fact
    assert isinstance(fact, Encounter)
    return fact


def fault(*lines: str) -> Fault:
    (bad,) = [item for item in items(*lines) if isinstance(item, Fault)]
    return bad
