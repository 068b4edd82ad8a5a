"""Random HL7 v2 messages as senders write them: every shape of a RAS and an ADT, from a seed.

They are made of parts, so that a failing one can be told by its seed and read by a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.2", "2.9", "2.9.1")
ENCODINGS = (r"^~\&", r"^~\&", r"^~\&", r"^~\&", ":!%@", "$*?;")
LINE_ENDS = ("\r", "\r", "\n", "\r\n")
ROUTES = (
    "IV^Intravenous^HL70162",
    "IV",
    "IVPB^IV Piggyback^HL70162",
    "IVP",
    "SC^Subcutaneous^HL70162",
    "IM",
    "PO^Oral^HL70162",
    "^Intravenous",
    "47625008^Intravenous route^SCT",
    "39^^99L",
    "TD",
    "IT^Intrathecal^HL70162",
    "",
)
SITES = ("LACF^Left Antecubital Fossa^HL70163", "C^Central Line", "^Chest port", "RACF", "")
DEVICES = ("IVP^IV Pump^HL70164", "^Ambulatory pump", "", "", "")
METHODS = ("IVP^IV Push^HL70165", "^Continuous infusion", "IVPB", "", "", "")
DRUGS = (
    "1594653^dalbavancin^RXNORM^57970-0100-01^Dalvance^NDC",
    "00338-0049-04^saline 0.9%^NDC",
    "^fish oil",
    "D-1^local \\T\\ drug^99L",
    "J0875^dalbavancin^HCPCS",
    "85^hep B^CVX",
    "A^a~B^b",
    "",
    "1^2&3^L",
)
AMOUNTS = ("1500", "0.5", ".25", "999", "", "40", "1000")
UNITS = ("mg", "mg^milligram^ISO+", "mL", "", "^units", "meq&x")
RATES = ("", "", "100 mL/hr", "100mg/min", "infuse at 75 mL per hour", "KVO", "0", "N7 Nurse", "5-10 mL/hr")
STATUSES = ("CP", "CP", "PA", "NA", "RE", "", "Given", "20260505201000")
ACTIONS = ("", "A", "A", "U", "D", "S", "X")
ORDER_STATES = ("IP", "CM", "SC", "CP^Complete", "HD", "")
CLASSES = ("I", "O", "E", "R", "OBS", "P", "", "IP")
PEOPLE = ("N1^Ratched^Mildred", "D1^House^Greg^^^^^^HOSP", "", "^Nobody", "X")
OBSERVATIONS = (
    "PURPOSE^why^L||hydration",
    "ATTENDED||Y",
    "HR^rate^LN||80",
    "INJECTIONS||2",
    "SECOND-ACCESS||protocol",
    "PUMP||portable",
    "ORDERED-MINUTES||90|min",
)
NOTES = ("given over 2 minutes", "Purpose: flush", "line one\\.br\\line two", "")
EVENTS = ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13")
AROUND = (
    "DG1|1||K35.80^Appendicitis^I10||20260303|A|||||||||1",
    "IN1|1|MCR^Medicare|00431|MEDICARE",
    "PR1|1||44970^Appendectomy^C4||202603031100||90",
    "FT1|1|T1||202603030900||CG|4711^ED^L|||1|||||||||||||||99284^ED visit^C4",
    "DG1|2|I9|715.9^Arthrosis^I9",
    "IN1|2|X|9|MEDIGAP||||||||20260101|20261231|A-77^20260101",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A message and how it is written."""

    value: bytes
    version: str
    encoding: str


def messages(count: int, seed: int) -> Iterator[Made]:
    """So many messages, the same for the same seed."""
    for number in range(seed, seed + count):
        yield message(number)


def message(seed: int) -> Made:
    """The message of a seed."""
    maker = _Maker(Random(seed))
    return maker.adt() if seed % 5 == 0 else maker.ras()


class _Maker:
    """One message in the making; `any_of` is the one source of chance."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.version = chance.choice(VERSIONS)
        self.encoding = chance.choice(ENCODINGS)

    def ras(self) -> Made:
        lines = [self._msh("RAS^O17^RAS_O17" if self.version > "2.3.1" else "RAS^O01"), self._pid()]
        lines += [self._pv1()] if self._chance.random() < 0.7 else []
        lines += self._some(AROUND, 0.1)
        for _ in range(self._chance.choice((1, 1, 1, 2, 3))):
            lines += self._order()
        return self._made(lines)

    def adt(self) -> Made:
        event = self.any_of(EVENTS)
        lines = [self._msh(f"ADT^{event}^ADT_{event}"), f"EVN|{event}|{self._time()}||||{self._time(0.5)}", self._pid()]
        return self._made([*lines, self._pv1(), *self._some(AROUND, 0.4)])

    def any_of(self, texts: tuple[str, ...]) -> str:
        return self._chance.choice(texts)

    def _some(self, texts: tuple[str, ...], share: float) -> list[str]:
        return [text for text in texts if self._chance.random() < share]

    def _time(self, share: float = 1.0) -> str:
        if self._chance.random() > share:
            return ""
        day, minute = self._chance.choice((1, 8, 9, 28)), self._chance.choice((0, 1, 30, 59))
        text = f"202603{day:02}{self._chance.randrange(24):02}{minute:02}"
        return text + self.any_of(("", "00", "30", "30.5", "00-0600", "+0000", "-0500"))

    def _msh(self, kind: str) -> str:
        number = self._chance.randrange(10**6)
        sender = self.any_of(("MAR", "EPIC^X", "ALARIS"))
        return f"MSH|{self.encoding}|{sender}|H|X|Y|{self._time(0.9)}||{kind}|C{number}|P|{self.version}"

    def _pid(self) -> str:
        number = self._chance.randrange(300)
        record = self.any_of((f"{number}^^^HOSP&1.2.3&ISO^MR", f"I1^^^PAYER^SN~{number}^^^HOSP^MR", f"{number}"))
        account = self.any_of((f"|||||||||||||A{number}^^^HOSP^AN", "", "|||||||||||||"))
        return f"PID|1||{record}||Never\\T\\Kept^Zoë{account}"

    def _pv1(self) -> str:
        number = self.any_of((f"V{self._chance.randrange(100)}^^^HOSP^VN", "", f"V{self._chance.randrange(100)}"))
        kind, place = self.any_of(("", "OBS", "CLINIC")), f"INF^3^1{'|' * 15}"
        return f"PV1|1|{self.any_of(CLASSES)}|{place}{kind}|{number}{'|' * 25}{self._time(0.5)}"

    def _order(self) -> list[str]:
        number = self._chance.randrange(300)
        placer, state = self.any_of((f"ORD{number}^MAR", "")), self.any_of(ORDER_STATES)
        orc = f"ORC|RE|{placer}|RX{number}^PHARM||{state}|||||||{self.any_of(PEOPLE)}"
        lines = [] if self._chance.random() < 0.1 else [orc]
        if self._chance.random() < 0.3:
            lines.append(f"RXE||A^a^L|1000||mL{'|' * 17}{self.any_of(('H8', '', 'M30'))}")
            lines += [f"RXC|{kind}|{self.any_of(DRUGS[:4])}|{self.any_of(AMOUNTS)}|mL" for kind in "AB"]
        if self._chance.random() < 0.2:
            lines.append(self._rxr())
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            lines += self._administration()
        return lines

    def _rxr(self) -> str:
        return f"RXR|{self.any_of(ROUTES)}|{self.any_of(SITES)}|{self.any_of(DEVICES)}|{self.any_of(METHODS)}"

    def _administration(self) -> list[str]:
        fields = [
            "RXA",
            "0",
            "1",
            self._time(0.95),
            self._time(0.6),
            self.any_of(DRUGS),
            self.any_of(AMOUNTS),
            self.any_of(UNITS),
            "",
            self.any_of(("", "^note")),
            self.any_of(PEOPLE),
            "",
            self.any_of(RATES),
            "",
            "",
            self.any_of(("", "", "LOT-7")),
            self.any_of(("", "20270131", "202706")),
            "",
            self.any_of(("", "", "", "00^Refused^NIP002")),
            self.any_of(("", "", "CP", "E86.0^Dry^I10")),
            self.any_of(STATUSES),
            self.any_of(ACTIONS),
        ]
        lines = ["|".join(fields[: self._chance.choice((8, 22, 22, 22))])]
        lines += [self._rxr()] if self._chance.random() < 0.8 else []
        lines += [f"OBX|1|ST|{each}" for each in self._some(OBSERVATIONS, 0.1)]
        lines += [f"NTE|1||{each}" for each in self._some(NOTES, 0.1)]
        return lines + (["ZPD|1|local^stuff~more"] if self._chance.random() < 0.2 else [])

    def _made(self, lines: list[str]) -> Made:
        turned = str.maketrans(r"^~\&", self.encoding)
        text = self.any_of(LINE_ENDS).join([_header(lines[0], turned), *(line.translate(turned) for line in lines[1:])])
        return Made(text.encode(), self.version, self.encoding)


def _header(line: str, turned: dict[int, int]) -> str:
    """The header with its values in the message's own characters; MSH-2 says them as they are."""
    start, stated, rest = line.split("|", 2)
    return f"{start}|{stated}|{rest.translate(turned)}"
